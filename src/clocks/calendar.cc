#include "clocks/calendar.h"

#include <algorithm>
#include <span>

#include "base/check.h"

namespace vaste::clocks {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int32_t kDays = 47'847;  // 1970-01-01 to 2101-01-01
constexpr std::int32_t kThursday = 3;   // 1970-01-01 was one; Monday is 0

// `hours` without `closed`. Both ascend; `closed` may overlap itself.
std::vector<Period> without(std::span<const Period> hours, std::vector<Period> closed) {
  std::sort(closed.begin(), closed.end(),
            [](const Period& a, const Period& b) { return a.from < b.from; });
  std::vector<Period> open;
  for (const Period& period : hours) {
    std::int32_t from = period.from;
    for (const Period& hole : closed) {
      if (hole.to <= from || hole.from >= period.to) continue;
      if (hole.from > from) open.push_back({from, hole.from});
      from = hole.to;
    }
    if (from < period.to) open.push_back({from, period.to});
  }
  return open;
}

// The opening hours of one day after another, as the spec says them.
class Days {
 public:
  explicit Days(const CalendarSpec& spec)
      : spec_(spec),
        holidays_(spec.holidays),
        date_(spec.dates.lower_bound(0)),
        closure_(spec.closures.lower_bound(0)) {
    std::sort(holidays_.begin(), holidays_.end());
    holiday_ = std::lower_bound(holidays_.begin(), holidays_.end(), 0);
  }

  // Days must be asked for in order. The span lives until the next call.
  std::span<const Period> hours(std::int32_t day) {
    while (holiday_ != holidays_.end() && *holiday_ < day) ++holiday_;
    while (date_ != spec_.dates.end() && date_->first < day) ++date_;
    while (closure_ != spec_.closures.end() && closure_->first < day) ++closure_;
    if (holiday_ != holidays_.end() && *holiday_ == day) return {};

    std::span<const Period> open = spec_.week[static_cast<std::size_t>((day + kThursday) % 7)];
    if (date_ != spec_.dates.end() && date_->first == day) open = date_->second;
    if (closure_ == spec_.closures.end() || closure_->first != day) return open;
    left_ = without(open, closure_->second);
    return left_;
  }

 private:
  const CalendarSpec& spec_;
  std::vector<std::int32_t> holidays_;
  std::vector<std::int32_t>::const_iterator holiday_;
  std::map<std::int32_t, std::vector<Period>>::const_iterator date_, closure_;
  std::vector<Period> left_;
};

std::size_t week_periods(const CalendarSpec& spec) {
  std::size_t count = 0;
  for (const auto& day : spec.week) count += day.size();
  return count;
}

bool earlier(const OpenInterval& a, const OpenInterval& b) {
  return a.from < b.from;
}

}  // namespace

Calendar::Calendar(const CalendarSpec& spec)
    : name_(spec.name), always_open_(spec.always_open), transitions_(spec.transitions) {
  if (always_open_) return;
  std::vector<OpenInterval> raw;
  raw.reserve(week_periods(spec) * (kDays / 7 + 1) + spec.dates.size() + spec.closures.size());
  Days days(spec);
  for (std::int32_t day = 0; day < kDays; ++day) {
    const std::int64_t midnight = day * kDayMs;
    for (const Period& period : days.hours(day)) {
      const Instant from = from_local(midnight + std::int64_t{period.from} * 1000);
      const Instant to = from_local(midnight + std::int64_t{period.to} * 1000);
      if (from < to) raw.push_back({from, to});
    }
  }
  // A wall time inside a gap lands behind the wall times that follow the gap.
  if (!std::is_sorted(raw.begin(), raw.end(), earlier)) std::sort(raw.begin(), raw.end(), earlier);
  for (const OpenInterval& interval : raw) {
    if (!open_.empty() && interval.from <= open_.back().to)
      open_.back().to = std::max(open_.back().to, interval.to);
    else
      open_.push_back(interval);
  }
  open_.shrink_to_fit();
  open_before_.reserve(open_.size());
  for (const OpenInterval& interval : open_) {
    open_before_.push_back(open_total_);
    open_total_ += (interval.to - interval.from).count();
  }
}

// Segment j is [transition j, transition j+1) with offset j. The first segment that has not ended
// yet on its own wall clock holds the first occurrence; if the wall time lies before that segment
// begins, it fell into the gap before it.
Instant Calendar::from_local(std::int64_t local_ms) const {
  if (transitions_.empty()) return instant(local_ms);
  // No offset is a whole day, so segments that ended a day earlier are out of the question.
  const auto ends_late = std::upper_bound(
      transitions_.begin() + 1, transitions_.end(), local_ms - kDayMs,
      [](std::int64_t at, const ZoneTransition& transition) { return at < to_ms(transition.at); });
  auto segment = static_cast<std::size_t>(ends_late - transitions_.begin()) - 1;
  const auto utc = [&](std::size_t index) {
    return local_ms - std::int64_t{transitions_[index].offset_seconds} * 1000;
  };
  while (segment + 1 < transitions_.size() && utc(segment) >= to_ms(transitions_[segment + 1].at))
    ++segment;
  if (segment > 0 && utc(segment) < to_ms(transitions_[segment].at)) --segment;
  return instant(utc(segment));
}

std::size_t Calendar::intervals_begun(Instant at) const {
  const auto after =
      std::upper_bound(open_.begin(), open_.end(), at,
                       [](Instant t, const OpenInterval& interval) { return t < interval.from; });
  return static_cast<std::size_t>(after - open_.begin());
}

std::int64_t Calendar::open_until(Instant at) const {
  const std::size_t begun = intervals_begun(at);
  if (begun == 0) return 0;
  const OpenInterval& last = open_[begun - 1];
  return open_before_[begun - 1] + (std::min(at, last.to) - last.from).count();
}

bool Calendar::is_open(Instant at) const {
  if (always_open_) return true;
  const std::size_t begun = intervals_begun(at);
  return begun > 0 && at < open_[begun - 1].to;
}

Millis Calendar::elapsed(Instant from, Instant to) const {
  if (to <= from) return Millis{0};
  if (always_open_) return to - from;
  return Millis{open_until(to) - open_until(from)};
}

std::optional<Instant> Calendar::add(Instant from, Millis duration) const {
  VASTE_CHECK(duration >= Millis{0});
  if (always_open_) {
    if (duration > kEndOfTime - from) return std::nullopt;
    return from + duration;
  }
  if (duration == Millis{0}) return next_open(from);
  if (duration.count() > open_total_) return std::nullopt;
  const std::int64_t goal = open_until(from) + duration.count();
  if (goal > open_total_) return std::nullopt;
  // The interval in which the goal is reached, its closing instant included.
  const auto next = std::lower_bound(open_before_.begin(), open_before_.end(), goal);
  const auto index = static_cast<std::size_t>(next - open_before_.begin()) - 1;
  return open_[index].from + Millis{goal - open_before_[index]};
}

std::optional<Instant> Calendar::subtract(Instant from, Millis duration) const {
  VASTE_CHECK(duration >= Millis{0});
  if (always_open_) return from - duration;
  if (duration == Millis{0}) return previous_close(from);
  const std::int64_t goal = open_until(from) - duration.count();
  if (goal < 0) return std::nullopt;
  // The interval in which the goal is reached, its opening instant included.
  const auto next = std::upper_bound(open_before_.begin(), open_before_.end(), goal);
  const auto index = static_cast<std::size_t>(next - open_before_.begin()) - 1;
  return open_[index].from + Millis{goal - open_before_[index]};
}

std::optional<Instant> Calendar::next_open(Instant at) const {
  if (is_open(at)) return at;
  const std::size_t begun = intervals_begun(at);
  if (begun == open_.size()) return std::nullopt;
  return open_[begun].from;
}

std::optional<Instant> Calendar::previous_close(Instant at) const {
  if (is_open(at)) return at;
  const std::size_t begun = intervals_begun(at);
  if (begun == 0) return std::nullopt;
  return open_[begun - 1].to;
}

}  // namespace vaste::clocks
