// Opening hours laid out on the UTC days from 1970-01-01 to 2101-01-01: what a Calendar compiles.
//
// Hours repeat, so the few different days are kept once as patterns: a year of 15-minute periods
// compiles, and is stored, like a week of them.
#pragma once

#include <cstdint>
#include <vector>

#include "model/policy.h"

namespace vaste::clocks {

inline constexpr std::int32_t kIndexedDays = 47'847;  // 1970-01-01 to 2101-01-01

// Milliseconds of one UTC day; [from, to), to at most a whole day.
struct Slot {
  std::int32_t from = 0;
  std::int32_t to = 0;
  auto operator<=>(const Slot&) const = default;
};
using DayPattern = std::vector<Slot>;  // ascending, apart

struct OpenDays {
  std::vector<DayPattern> patterns;
  std::vector<std::uint32_t> pattern_of;  // by UTC day
};

// `spec` is not always open; the calendars that it intersects may be.
OpenDays lay_out(const CalendarSpec& spec);

// The days of all holidays of `spec` (and of what it intersects) as instants; ascending, apart.
std::vector<Span> holiday_spans(const CalendarSpec& spec);
// The same of closures and of what is shut by the instant.
std::vector<Span> closure_spans(const CalendarSpec& spec);

}  // namespace vaste::clocks
