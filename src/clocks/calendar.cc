#include "clocks/calendar.h"

#include <algorithm>

#include "base/check.h"

namespace vaste::clocks {
namespace {

constexpr std::int64_t kEndMs = kIndexedDays * kDayMs;

// The calendar that says what a date is: the newest edition, whose zone may be another.
const CalendarSpec& first_of(const CalendarSpec& spec) {
  if (!spec.editions.empty()) return first_of(spec.editions.back());
  return spec.intersect.empty() ? spec : first_of(spec.intersect.front());
}

bool any_holds(const std::vector<Span>& spans, Instant at) {
  const auto after = std::upper_bound(spans.begin(), spans.end(), at,
                                      [](Instant t, const Span& span) { return t < span.from; });
  return after != spans.begin() && at < std::prev(after)->to;
}

std::size_t day_index(Instant at) {
  return static_cast<std::size_t>(std::clamp(day_of(to_ms(at)), 0, kIndexedDays));
}

// The first index from `hint` on whose element holds; `holds` is false before it and true after. In
// steps that double: most answers are a few days away.
template <class Days, class Holds>
std::size_t gallop(const Days& days, std::size_t hint, const Holds& holds) {
  std::size_t low = hint;
  std::size_t step = 1;
  while (low + step < days.size() && !holds(days[low + step])) {
    low += step;
    step *= 2;
  }
  const auto begin = days.begin() + static_cast<std::ptrdiff_t>(low);
  const auto end = days.begin() + static_cast<std::ptrdiff_t>(std::min(low + step, days.size()));
  const auto found = std::partition_point(begin, end, [&](const auto& day) { return !holds(day); });
  return static_cast<std::size_t>(found - days.begin());
}

}  // namespace

Calendar::Calendar(const CalendarSpec& spec)
    : name_(spec.name),
      always_open_(spec.always_open && spec.editions.empty() && spec.shut.empty()),
      clock_(first_of(spec).transitions) {
  if (always_open_) return;
  index(lay_out(spec));
  list_open_dates();
  holidays_ = holiday_spans(spec);
  closures_ = closure_spans(spec);
}

void Calendar::index(const OpenDays& days) {
  std::vector<Day> patterns;  // open_before: of the whole day
  for (const DayPattern& pattern : days.patterns) {
    Day day{0, static_cast<std::uint32_t>(stretches_.size()),
            static_cast<std::uint32_t>(pattern.size())};
    for (const Slot& slot : pattern) {
      stretches_.push_back({slot.from, slot.to, static_cast<std::int32_t>(day.open_before)});
      day.open_before += slot.to - slot.from;
    }
    patterns.push_back(day);
  }
  days_.reserve(days.pattern_of.size() + 1);
  for (const std::uint32_t id : days.pattern_of) {
    days_.push_back({open_total_, patterns[id].first, patterns[id].count});
    open_total_ += patterns[id].open_before;
  }
  days_.push_back({open_total_, 0, 0});
}

void Calendar::list_open_dates() {
  for (std::int32_t day = 0; day < kIndexedDays; ++day) {
    const Day& of = days_[static_cast<std::size_t>(day)];
    const std::int64_t midnight = day * kDayMs;
    const auto offset = clock_.steady_offset(instant(midnight), instant(midnight + kDayMs));
    for (std::uint32_t i = 0; i < of.count; ++i) {
      const Stretch& open = stretches_[of.first + i];
      const auto date = [&](std::int64_t ms) {
        return day_of(offset ? ms + *offset : clock_.to_local(instant(ms)));
      };
      const std::int32_t last = date(midnight + open.to - 1);
      // A day of many stretches has two dates: most stretches say nothing new.
      if (!open_dates_.empty() && open_dates_.back() == last) continue;
      for (std::int32_t one = date(midnight + open.from); one <= last; ++one)
        open_dates_.push_back(one);
    }
  }
  // A clock set back over midnight repeats a date.
  std::sort(open_dates_.begin(), open_dates_.end());
  open_dates_.erase(std::unique(open_dates_.begin(), open_dates_.end()), open_dates_.end());
  open_dates_.shrink_to_fit();
}

std::int64_t Calendar::open_until(Instant at) const {
  const std::int64_t ms = to_ms(at);
  if (ms < 0) return 0;
  if (ms >= kEndMs) return open_total_;
  const Day& day = days_[static_cast<std::size_t>(ms / kDayMs)];
  const auto rest = static_cast<std::int32_t>(ms % kDayMs);
  const Stretch* const begin = stretches_.data() + day.first;
  const Stretch* const begun = std::partition_point(
      begin, begin + day.count, [&](const Stretch& stretch) { return stretch.from <= rest; });
  if (begun == begin) return day.open_before;
  const Stretch& last = begun[-1];
  return day.open_before + last.open_before + std::min(rest, last.to) - last.from;
}

// Asks for 0 < goal <= open_total_. The stretch in which it is reached, its closing included.
Instant Calendar::first_at(std::int64_t goal, std::size_t hint) const {
  const std::size_t at =
      gallop(days_, hint, [&](const Day& day) { return day.open_before >= goal; }) - 1;
  const auto rest = static_cast<std::int32_t>(goal - days_[at].open_before);
  const Stretch* const begin = stretches_.data() + days_[at].first;
  const Stretch& open =
      std::partition_point(begin, begin + days_[at].count,
                           [&](const Stretch& stretch) { return stretch.open_before < rest; })[-1];
  return instant(static_cast<std::int64_t>(at) * kDayMs + open.from + rest - open.open_before);
}

// Asks for 0 <= goal < open_total_. The stretch in which it is reached, its opening included.
Instant Calendar::last_at(std::int64_t goal, std::size_t hint) const {
  const std::size_t at =
      gallop(days_, hint, [&](const Day& day) { return day.open_before > goal; }) - 1;
  const auto rest = static_cast<std::int32_t>(goal - days_[at].open_before);
  const Stretch* const begin = stretches_.data() + days_[at].first;
  const Stretch& open =
      std::partition_point(begin, begin + days_[at].count,
                           [&](const Stretch& stretch) { return stretch.open_before <= rest; })[-1];
  return instant(static_cast<std::int64_t>(at) * kDayMs + open.from + rest - open.open_before);
}

// The stretch that `at` lies in; nullptr when closed.
const Calendar::Stretch* Calendar::stretch_at(Instant at) const {
  const std::int64_t ms = to_ms(at);
  if (ms < 0 || ms >= kEndMs) return nullptr;
  const Day& day = days_[static_cast<std::size_t>(ms / kDayMs)];
  const auto rest = static_cast<std::int32_t>(ms % kDayMs);
  const Stretch* const begin = stretches_.data() + day.first;
  const Stretch* const begun = std::partition_point(
      begin, begin + day.count, [&](const Stretch& stretch) { return stretch.from <= rest; });
  return begun != begin && rest < begun[-1].to ? begun - 1 : nullptr;
}

bool Calendar::is_open(Instant at) const {
  return always_open_ || stretch_at(at) != nullptr;
}

bool Calendar::on_holiday(Instant at) const {
  return any_holds(holidays_, at);
}

bool Calendar::on_closure(Instant at) const {
  return any_holds(closures_, at);
}

Millis Calendar::elapsed(Instant from, Instant to) const {
  if (to <= from) return Millis{0};
  if (always_open_) return to - from;
  return Millis{open_until(to) - open_until(from)};
}

std::optional<Instant> Calendar::add(Instant from, Millis duration, Edge edge) const {
  VASTE_CHECK(duration >= Millis{0});
  if (always_open_) {
    if (duration > kEndOfTime - from) return std::nullopt;
    return from + duration;
  }
  if (duration == Millis{0}) return next_open(from);
  if (duration.count() > open_total_) return std::nullopt;
  const std::int64_t goal = open_until(from) + duration.count();
  if (goal > open_total_ || (edge == Edge::kOpening && goal == open_total_)) return std::nullopt;
  return edge == Edge::kClosing ? first_at(goal, day_index(from)) : last_at(goal, day_index(from));
}

std::optional<Instant> Calendar::subtract(Instant from, Millis duration, Edge edge) const {
  VASTE_CHECK(duration >= Millis{0});
  if (always_open_) return from - duration;
  if (duration == Millis{0}) return previous_close(from);
  const std::int64_t goal = open_until(from) - duration.count();
  if (goal < 0 || (edge == Edge::kClosing && goal == 0)) return std::nullopt;
  return edge == Edge::kOpening ? last_at(goal, 0) : first_at(goal, 0);
}

std::optional<Instant> Calendar::next_open(Instant at) const {
  if (is_open(at)) return at;
  const std::int64_t goal = open_until(at);
  if (goal == open_total_) return std::nullopt;
  return last_at(goal, day_index(at));
}

std::optional<Instant> Calendar::previous_close(Instant at) const {
  if (is_open(at)) return at;
  const std::int64_t goal = open_until(at);
  if (goal == 0) return std::nullopt;
  return first_at(goal, 0);
}

std::optional<std::int32_t> Calendar::nth_open_date(std::int32_t date, int days) const {
  if (always_open_) return date + days;
  const auto found = days > 0 ? std::upper_bound(open_dates_.begin(), open_dates_.end(), date)
                              : std::lower_bound(open_dates_.begin(), open_dates_.end(), date);
  const std::ptrdiff_t at = found - open_dates_.begin() + (days > 0 ? days - 1 : days);
  if (at < 0 || at >= std::ssize(open_dates_)) return std::nullopt;
  return open_dates_[static_cast<std::size_t>(at)];
}

std::optional<Instant> Calendar::add_days(Instant from, int days, bool end_of_day) const {
  const std::int64_t local = clock_.to_local(from);
  const auto date = nth_open_date(day_of(local), days);
  if (!date) return std::nullopt;
  if (end_of_day) {
    const Instant midnight = from_local((*date + std::int64_t{1}) * kDayMs);
    return always_open_ ? midnight : first_at(open_until(midnight), 0);
  }
  const std::int64_t time = local - day_of(local) * kDayMs;
  const Instant at = from_local(*date * kDayMs + time);
  return days < 0 ? previous_close(at) : next_open(at);
}

// What is open over midnight UTC is one stretch of open time, though the index cuts it there.
std::vector<Span> Calendar::open_after(Instant start, std::size_t count) const {
  if (always_open_) return {{start, kEndOfTime}};
  std::vector<Span> spans;
  for (auto from = next_open(start); from && spans.size() < count;) {
    Instant to = *from;
    while (const Stretch* open = stretch_at(to))
      to = instant(day_of(to_ms(to)) * kDayMs + open->to);
    spans.push_back({*from, to});
    from = next_open(to);
  }
  return spans;
}

std::vector<Span> Calendar::open_before(Instant start, std::size_t count) const {
  if (always_open_) return {{instant(0), start}};
  std::vector<Span> spans;
  Instant end = start;
  for (std::int64_t goal = open_until(end); goal > 0 && spans.size() < count;
       goal = open_until(end)) {
    const Instant to = std::min(end, first_at(goal, 0));
    Instant from = to;
    while (const Stretch* open = stretch_at(from - Millis(1)))
      from = instant(day_of(to_ms(from) - 1) * kDayMs + open->from);
    spans.push_back({from, to});
    end = from;
  }
  return spans;
}

}  // namespace vaste::clocks
