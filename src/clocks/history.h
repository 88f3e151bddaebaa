// What people ask of a clock besides its deadline: its pauses, its warnings, its worst exchange.
//
// Pure, and made from the fold's state when asked, so that events pay nothing for it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "clocks/fold.h"

namespace vaste::clocks {

// The pauses that are over, and the closed time of what was reopened: when the clock stood still
// between its start and its end.
std::vector<Span> pauses(const ClockRun& run);

// Open time of these on its calendar.
Millis open_time(const std::vector<Span>& spans, const ClockRun& run, const CompiledPolicy& policy);

// Open time that it stood still, up to `now`.
Millis paused(const ClockRun& run, Instant now, const CompiledPolicy& policy);

// The instant `offset` of open time after its due instant (before, if negative), as the calendar
// counts: when somebody is to be warned. nullopt: nothing is due.
std::optional<Instant> from_due(const ClockRun& run, Millis offset, const CompiledPolicy& policy);

// All exchanges of one SLA. The worst is of those that are over; of the open one if none is.
struct Exchanges {
  std::uint32_t begun = 0;
  std::uint32_t late = 0;  // the open one too, once it is
  std::optional<Millis> worst_elapsed;
  std::optional<Millis> worst_margin;  // target - elapsed
  std::optional<Millis> last_elapsed;  // of the newest that is over; of the open one if none is
};
Exchanges exchanges(const FoldState& state, std::string_view sla, Instant now,
                    const CompiledPolicy& policy);

}  // namespace vaste::clocks
