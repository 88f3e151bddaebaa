// Working time: a calendar compiled to an index of open intervals on the instant timeline.
//
// Pure and immutable after construction: share it freely between threads. No I/O; zone offsets come
// with the spec. Units: instants are UTC; every duration is real (instant timeline) time, never
// nominal wall-clock hours. A wall time skipped by a spring change reads as the same offset past
// the gap; a repeated one as its first occurrence. Cost: O(log n) in the number of open intervals;
// the index covers 1970-01-01 to 2101-01-01 and always-open needs none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/policy.h"

namespace vaste::clocks {

struct OpenInterval {
  Instant from;  // [from, to)
  Instant to;
};

class Calendar {
 public:
  explicit Calendar(const CalendarSpec& spec);

  const std::string& name() const { return name_; }
  bool is_open(Instant at) const;

  // Open time in [from, to); zero when reversed.
  Millis elapsed(Instant from, Instant to) const;

  // The instant at which `duration` of open time has passed since `from`. A budget that ends
  // exactly at closing gives the closing instant; a duration of zero gives the nearest open instant
  // at or after `from`. Property: elapsed(s, *add(s, d)) == d. nullopt: the calendar never has that
  // much open time again.
  std::optional<Instant> add(Instant from, Millis duration) const;

  // The other way round; a budget used up exactly at an opening gives the opening instant.
  std::optional<Instant> subtract(Instant from, Millis duration) const;

  // The first open instant at or after / the end of the last open time at or before `at`.
  std::optional<Instant> next_open(Instant at) const;
  std::optional<Instant> previous_close(Instant at) const;

  // All of it, ascending, disjoint and not touching; empty for a calendar that is always open.
  const std::vector<OpenInterval>& intervals() const { return open_; }

  // The instant a local wall time (milliseconds since 1970-01-01T00:00 local) stands for.
  Instant from_local(std::int64_t local_ms) const;

 private:
  std::size_t intervals_begun(Instant at) const;  // how many begin at or before `at`
  std::int64_t open_until(Instant at) const;      // milliseconds of open time before `at`

  std::string name_;
  bool always_open_ = false;
  std::vector<ZoneTransition> transitions_;
  std::vector<OpenInterval> open_;         // ascending, disjoint, merged where they touch
  std::vector<std::int64_t> open_before_;  // milliseconds of open time before open_[i]
  std::int64_t open_total_ = 0;
};

}  // namespace vaste::clocks
