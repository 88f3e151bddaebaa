#include "model/policy.h"

namespace vaste {

const char* name(ClockKind kind) {
  switch (kind) {
    case ClockKind::kNone:
      return "none";
    case ClockKind::kFirstResponse:
      return "first_response";
    case ClockKind::kNextResponse:
      return "next_response";
    case ClockKind::kResolution:
      return "resolution";
    case ClockKind::kSpeedOfAnswer:
      return "speed_of_answer";
    case ClockKind::kTakeOwnership:
      return "take_ownership";
  }
  return "none";
}

std::optional<ClockKind> clock_kind(std::string_view wanted) {
  for (const ClockKind kind :
       {ClockKind::kFirstResponse, ClockKind::kNextResponse, ClockKind::kResolution,
        ClockKind::kSpeedOfAnswer, ClockKind::kTakeOwnership})
    if (wanted == name(kind)) return kind;
  return std::nullopt;
}

}  // namespace vaste
