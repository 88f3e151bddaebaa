// Working time: a calendar compiled to an index of open time on the instant timeline.
//
// Pure and immutable after construction: share it freely between threads. No I/O; zone offsets come
// with the spec. Units: instants are UTC; every duration is real (instant timeline) time, never
// nominal wall-clock hours. A wall time skipped by a spring change reads as the same offset past
// the gap; a repeated one as its first occurrence. Cost: O(log n) at worst, and a year of 15-minute
// periods costs what a week costs, in time and in memory (about 1 MiB). The index covers 1970-01-01
// to 2101-01-01; always-open needs none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "clocks/open_days.h"
#include "model/policy.h"
#include "model/wall_clock.h"

namespace vaste::clocks {

// Where a budget that is used up exactly at the edge of open time ends: systems differ. R3 says the
// instant that open time leads up to: add() ends at the closing, subtract() at the opening.
enum class Edge : std::uint8_t {
  kClosing,  // of the open time before
  kOpening,  // of the open time after
};

class Calendar {
 public:
  explicit Calendar(const CalendarSpec& spec);

  const std::string& name() const { return name_; }
  bool is_open(Instant at) const;
  bool on_holiday(Instant at) const;  // its local date is one
  bool on_closure(Instant at) const;  // inside closed hours, whether or not it were open otherwise
  bool never_opens() const { return !always_open_ && open_total_ == 0; }

  // Open time in [from, to); zero when reversed.
  Millis elapsed(Instant from, Instant to) const;

  // The instant at which `duration` of open time has passed since `from`; a duration of zero gives
  // the nearest open instant at or after `from`. Property: elapsed(s, *add(s, d)) == d. nullopt:
  // the calendar never has that much open time again.
  std::optional<Instant> add(Instant from, Millis duration, Edge edge = Edge::kClosing) const;

  // The other way round; zero gives `from` if it is open, else the closing before it.
  std::optional<Instant> subtract(Instant from, Millis duration, Edge edge = Edge::kOpening) const;

  // The first open instant at or after / the end of the last open time at or before `at`.
  std::optional<Instant> next_open(Instant at) const;
  std::optional<Instant> previous_close(Instant at) const;

  // The same wall time on the n-th date with open time after (before, if negative) that of `from`,
  // rolled on to an open instant in the same direction. Zero: its own date, or the next one with
  // open time. `end_of_day`: the last closing instant of that date instead.
  std::optional<Instant> add_days(Instant from, int days, bool end_of_day = false) const;

  // The next (last) `count` stretches of open time, cut at `start`; backwards the latest first.
  std::vector<Span> open_after(Instant start, std::size_t count) const;
  std::vector<Span> open_before(Instant start, std::size_t count) const;

  // The instant a local wall time (milliseconds since 1970-01-01T00:00 local) stands for.
  Instant from_local(std::int64_t local_ms) const { return clock_.to_instant(local_ms); }

 private:
  struct Day {
    std::int64_t open_before = 0;  // milliseconds of open time before this UTC day
    std::uint32_t first = 0;       // its stretches in stretches_
    std::uint32_t count = 0;
  };
  struct Stretch {
    std::int32_t from, to;     // milliseconds of the UTC day
    std::int32_t open_before;  // ... of open time before it on that day
  };

  void index(const OpenDays& days);
  void list_open_dates();
  const Stretch* stretch_at(Instant at) const;
  std::int64_t open_until(Instant at) const;  // milliseconds of open time before `at`
  // Where the index has counted `goal`: the first such instant, or the last.
  Instant first_at(std::int64_t goal, std::size_t hint) const;
  Instant last_at(std::int64_t goal, std::size_t hint) const;
  std::optional<std::int32_t> nth_open_date(std::int32_t date, int days) const;

  std::string name_;
  bool always_open_ = false;
  WallClock clock_;
  std::vector<Day> days_;  // by UTC day, and one at the end
  std::vector<Stretch> stretches_;
  std::int64_t open_total_ = 0;
  std::vector<std::int32_t> open_dates_;  // local dates with open time, ascending
  std::vector<Span> holidays_, closures_;
};

}  // namespace vaste::clocks
