#include "model/policy.h"

#include <algorithm>

#include "base/check.h"

namespace vaste {

namespace {

// DOMAIN.md 3: which of them stand still while we wait for somebody else, and which never may.
// clang-format off
constexpr std::array kFacts{
    //         kind                         name                may_pause pending on_hold promise       live
    ClockFacts{ClockKind::kFirstResponse,   "first_response",   true,  false, false, Promise::kNone,  false},
    ClockFacts{ClockKind::kNextResponse,    "next_response",    true,  false, false, Promise::kNone,  false},
    ClockFacts{ClockKind::kResolution,      "resolution",       true,  true,  true,  Promise::kNone,  false},
    // Never should, but policies of before may say that it does.
    ClockFacts{ClockKind::kSpeedOfAnswer,   "speed_of_answer",  true,  false, false, Promise::kNone,  true},
    ClockFacts{ClockKind::kTakeOwnership,   "take_ownership",   true,  false, false, Promise::kNone,  false},
    ClockFacts{ClockKind::kCommitment,      "commitment",       false, false, false, Promise::kMay,    false},
    ClockFacts{ClockKind::kCallback,        "callback",         false, false, false, Promise::kNone,  false},
    ClockFacts{ClockKind::kHold,            "hold",             false, false, false, Promise::kMay,    true},
    ClockFacts{ClockKind::kPublicResponse,  "public_response",  true,  false, false, Promise::kNone,  false},
    ClockFacts{ClockKind::kNextUpdate,      "next_update",      false, false, false, Promise::kAlways, false},
    ClockFacts{ClockKind::kFollowUp,        "follow_up",        false, false, false, Promise::kNone,  false},
    ClockFacts{ClockKind::kAcknowledgement, "acknowledgement",  false, false, false, Promise::kNone,  false},
    ClockFacts{ClockKind::kPeriodicUpdate,  "periodic_update",  false, false, false, Promise::kNone,  false},
    ClockFacts{ClockKind::kPausableUpdate,  "pausable_update",  true,  true,  false, Promise::kNone,  false},
    ClockFacts{ClockKind::kGroupOwnership,  "group_ownership",  true,  false, false, Promise::kNone,  false},
    ClockFacts{ClockKind::kAssigneeReturn,  "assignee_return",  true,  false, false, Promise::kNone,  false},
    ClockFacts{ClockKind::kRequesterWait,   "requester_wait",   true,  true,  false, Promise::kNone,  false},
    ClockFacts{ClockKind::kAgentWork,       "agent_work",       true,  true,  true,  Promise::kNone,  false},
};
// clang-format on

constexpr bool in_order() {
  for (std::size_t i = 0; i < kFacts.size(); ++i)
    if (static_cast<std::size_t>(kFacts[i].kind) != i + 1) return false;
  return kFacts.back().kind == kLastClockKind;
}
static_assert(in_order());

}  // namespace

std::span<const ClockFacts> clock_facts() {
  return kFacts;
}

const ClockFacts& facts(ClockKind kind) {
  const auto index = static_cast<std::size_t>(kind);
  VASTE_CHECK(index >= 1 && index <= kFacts.size());
  return kFacts[index - 1];
}

const char* name(ClockKind kind) {
  return kind == ClockKind::kNone ? "none" : facts(kind).name;
}

std::optional<ClockKind> clock_kind(std::string_view wanted) {
  const auto found = std::find_if(kFacts.begin(), kFacts.end(),
                                  [&](const ClockFacts& one) { return wanted == one.name; });
  if (found == kFacts.end()) return std::nullopt;
  return found->kind;
}

}  // namespace vaste
