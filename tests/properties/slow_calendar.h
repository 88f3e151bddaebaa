// Open time straight from what a calendar says, day by day and period by period: nothing of
// clocks/calendar, no index, no cleverness. For checking it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "base/check.h"
#include "base/time.h"
#include "model/conversation.h"
#include "model/policy.h"

namespace vaste::test {

// Millis a day has on a clock on the wall.
inline constexpr std::int64_t kWallDay = 86'400'000;

inline std::int64_t floored_day(std::int64_t ms) {
  return (ms >= 0 ? ms : ms - kWallDay + 1) / kWallDay;
}

inline std::int64_t offset_at(const CalendarSpec& spec, std::int64_t utc_ms) {
  std::int64_t out = spec.transitions.front().offset_seconds;
  for (const ZoneTransition& transition : spec.transitions)
    if (to_ms(transition.at) <= utc_ms) out = transition.offset_seconds;
  return out * 1000;
}

// The first instant at which the clocks on the wall show this; they change at most once in two
// days. Periods that begin or end in an hour that a spring change skips are not for here.
inline std::int64_t instant_of_wall(const CalendarSpec& spec, std::int64_t wall_ms) {
  if (spec.transitions.empty()) return wall_ms;
  const std::int64_t before = offset_at(spec, wall_ms - kWallDay);
  const std::int64_t after = offset_at(spec, wall_ms + kWallDay);
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t offset : {before, after})
    if (offset_at(spec, wall_ms - offset) == offset) first = std::min(first, wall_ms - offset);
  VASTE_CHECK(first != std::numeric_limits<std::int64_t>::max());
  return first;
}

inline const std::vector<Period>& periods_of(const CalendarSpec& spec, std::int64_t day) {
  static const std::vector<Period> kNone;
  const auto date = static_cast<std::int32_t>(day);
  if (std::count(spec.holidays.begin(), spec.holidays.end(), date) > 0) return kNone;
  if (const auto found = spec.dates.find(date); found != spec.dates.end()) return found->second;
  return spec.week[static_cast<std::size_t>(((day + 3) % 7 + 7) % 7)];  // 1970-01-01: a Thursday
}

// Open time in [from, to).
inline Millis slow_open(const CalendarSpec& spec, Instant from, Instant to) {
  if (from >= to) return Millis(0);
  if (spec.always_open) return to - from;
  // These would need more than the walk below.
  VASTE_CHECK(spec.intersect.empty() && spec.editions.empty() && spec.shut.empty() &&
              spec.closures.empty());
  std::int64_t sum = 0;
  const std::int64_t last = floored_day(to_ms(to)) + 1;
  for (std::int64_t day = floored_day(to_ms(from)) - 1; day <= last; ++day)
    for (const Period& period : periods_of(spec, day)) {
      const std::int64_t opens =
          instant_of_wall(spec, day * kWallDay + std::int64_t{period.from} * 1000);
      const std::int64_t closes =
          instant_of_wall(spec, day * kWallDay + std::int64_t{period.to} * 1000);
      sum += std::max<std::int64_t>(0, std::min(closes, to_ms(to)) - std::max(opens, to_ms(from)));
    }
  return Millis(sum);
}

// What a clock that ran in these stretches has counted up to `until`.
inline Millis slow_elapsed(const CalendarSpec& spec, const std::vector<Stretch>& running,
                           Instant until) {
  Millis sum{0};
  for (const Stretch& stretch : running)
    sum += slow_open(spec, stretch.from, is_set(stretch.to) ? std::min(stretch.to, until) : until);
  return sum;
}

}  // namespace vaste::test
