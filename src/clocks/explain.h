// The fold with its steps written down: why a clock says what it says, to the millisecond.
//
// Pure, and made when somebody asks, so that events pay nothing for it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "clocks/fold.h"

namespace vaste::clocks {

enum class PartKind : std::uint8_t {
  kCounted,  // the clock ran and the calendar was open
  kClosed,   // the clock ran, the calendar was closed
  kPaused,   // the clock stood still, whatever the calendar said
};
const char* name(PartKind kind);  // "counted", ...

// [from, to) of a clock's life.
struct Part {
  Instant from;
  Instant to;
  PartKind kind = PartKind::kCounted;
  // kPaused: the moment that stopped it (pending, on hold, resolved ...), kNone when none is known.
  MomentKind because = MomentKind::kNone;
  const CompiledPolicy* version = nullptr;  // in force then; a border ends a part
};

struct ClockExplanation {
  ClockRun run;
  std::optional<Moment> started_by;  // the moment at which it began; nullopt: it is forgotten
  std::optional<Moment> stopped_by;
  std::vector<Part> parts;  // without gaps, from the start to the end or to `now`
  bool cut = false;         // more parts than were asked for: the newest are missing
  Millis counted{0};        // of the parts; equals elapsed unless cut
  std::optional<Instant> due, at_risk_at, breaches_at;
};

// Every clock of the conversation, in the order of the fold, at most `most` parts each. The fold
// must have been made with `policy`; `now` ends what still runs.
std::vector<ClockExplanation> explain(const Conversation& conversation,
                                      const CompiledPolicy& policy, Instant now,
                                      std::size_t most = 10000);

}  // namespace vaste::clocks
