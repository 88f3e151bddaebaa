#include "clocks/open_days.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "model/wall_clock.h"

namespace vaste::clocks {
namespace {

constexpr std::int32_t kThursday = 3;  // 1970-01-01 was one; Monday is 0

using PatternIds = std::vector<std::uint32_t>;

// Every different day once.
class PatternTable {
 public:
  std::uint32_t add(DayPattern pattern) {
    const auto next = static_cast<std::uint32_t>(patterns_.size());
    const auto [known, fresh] = ids_.emplace(std::move(pattern), next);
    if (fresh) patterns_.push_back(known->first);
    return known->second;
  }
  const DayPattern& operator[](std::uint32_t id) const { return patterns_[id]; }
  std::vector<DayPattern> take() { return std::move(patterns_); }

 private:
  std::map<DayPattern, std::uint32_t> ids_;
  std::vector<DayPattern> patterns_;
};

DayPattern merged(DayPattern slots) {
  std::sort(slots.begin(), slots.end());
  DayPattern out;
  for (const Slot& slot : slots) {
    if (slot.from >= slot.to) continue;
    if (!out.empty() && slot.from <= out.back().to)
      out.back().to = std::max(out.back().to, slot.to);
    else
      out.push_back(slot);
  }
  return out;
}

DayPattern intersection(const DayPattern& a, const DayPattern& b) {
  DayPattern out;
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    const Slot both{std::max(i->from, j->from), std::min(i->to, j->to)};
    if (both.from < both.to) out.push_back(both);
    if (i->to < j->to)
      ++i;
    else
      ++j;
  }
  return out;
}

// [from, to) cut to one UTC day.
Slot within_day(std::int32_t day, Instant from, Instant to) {
  const std::int64_t midnight = day * kDayMs;
  const auto cut = [&](Instant at) {
    return static_cast<std::int32_t>(
        std::clamp(to_ms(at) - midnight, std::int64_t{0}, std::int64_t{kDayMs}));
  };
  return {cut(from), cut(to)};
}

// The hours of local dates, each different list once.
class DateHours {
 public:
  explicit DateHours(const CalendarSpec& spec) {
    hours_.assign(spec.week.begin(), spec.week.end());
    for (const auto& [day, hours] : spec.dates) special_[day] = id_of(hours);
    for (const auto& [day, closed] : spec.closures)
      special_[day] = id_of(without(hours_[id(day)], closed));
    for (const std::int32_t day : spec.holidays) special_[day] = id_of({});
  }

  std::uint32_t id(std::int32_t day) const {
    if (const auto found = special_.find(day); found != special_.end()) return found->second;
    return static_cast<std::uint32_t>(((day + kThursday) % 7 + 7) % 7);
  }
  const std::vector<Period>& operator[](std::uint32_t id) const { return hours_[id]; }

 private:
  std::uint32_t id_of(std::vector<Period> hours) {
    const auto known = std::find(hours_.begin(), hours_.end(), hours);
    if (known != hours_.end()) return static_cast<std::uint32_t>(known - hours_.begin());
    hours_.push_back(std::move(hours));
    return static_cast<std::uint32_t>(hours_.size() - 1);
  }

  // `hours` without `closed`. Both may overlap themselves.
  static std::vector<Period> without(std::vector<Period> hours, std::vector<Period> closed) {
    const auto earlier = [](const Period& a, const Period& b) { return a.from < b.from; };
    std::sort(hours.begin(), hours.end(), earlier);
    std::sort(closed.begin(), closed.end(), earlier);
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

  std::vector<std::vector<Period>> hours_;         // the seven of the week first
  std::map<std::int32_t, std::uint32_t> special_;  // dates that are not as their weekday
};

// One calendar without its editions and intersections.
class Layout {
 public:
  Layout(const CalendarSpec& spec, PatternTable& table)
      : clock_(spec.transitions), hours_(spec), table_(table) {}

  PatternIds days() {
    PatternIds ids;
    ids.reserve(kIndexedDays);
    for (std::int32_t day = 0; day < kIndexedDays; ++day) ids.push_back(id(day));
    return ids;
  }

 private:
  // No offset is a whole day, so only the local dates beside a UTC day can reach into it. Where no
  // clock changes among all of these, the day is one of few.
  std::uint32_t id(std::int32_t day) {
    const auto offset =
        clock_.steady_offset(instant((day - 2) * kDayMs), instant((day + 3) * kDayMs));
    if (!offset) return table_.add(pattern(day));
    const std::int32_t before = *offset < 0 ? day - 1 : day;
    const std::tuple key(hours_.id(before), hours_.id(before + 1), *offset);
    const auto known = known_.find(key);
    if (known != known_.end()) return known->second;
    const std::uint32_t made = table_.add(pattern(day));
    known_.emplace(key, made);
    return made;
  }

  DayPattern pattern(std::int32_t day) const {
    DayPattern slots;
    for (std::int32_t date = day - 1; date <= day + 1; ++date) {
      for (const Period& period : hours_[hours_.id(date)]) {
        const Instant from = clock_.to_instant(date * kDayMs + std::int64_t{period.from} * 1000);
        const Instant to = clock_.to_instant(date * kDayMs + std::int64_t{period.to} * 1000);
        if (from < to) slots.push_back(within_day(day, from, to));
      }
    }
    return merged(std::move(slots));
  }

  WallClock clock_;
  DateHours hours_;
  PatternTable& table_;
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::int64_t>, std::uint32_t> known_;
};

PatternIds open_always(PatternTable& table) {
  return PatternIds(kIndexedDays, table.add({{0, static_cast<std::int32_t>(kDayMs)}}));
}

PatternIds both(const PatternIds& a, const PatternIds& b, PatternTable& table) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> known;
  PatternIds ids;
  ids.reserve(a.size());
  for (std::size_t day = 0; day < a.size(); ++day) {
    const auto [entry, fresh] = known.try_emplace({a[day], b[day]}, 0);
    if (fresh) entry->second = table.add(intersection(table[a[day]], table[b[day]]));
    ids.push_back(entry->second);
  }
  return ids;
}

void shut(const std::vector<Span>& spans, PatternIds& ids, PatternTable& table) {
  constexpr auto kDay = static_cast<std::int32_t>(kDayMs);
  for (const Span& span : spans) {
    const std::int32_t last = std::min(day_of(to_ms(span.to) - 1), kIndexedDays - 1);
    for (std::int32_t day = std::max(day_of(to_ms(span.from)), 0); day <= last; ++day) {
      const Slot hole = within_day(day, span.from, span.to);
      std::uint32_t& id = ids[static_cast<std::size_t>(day)];
      id = table.add(intersection(table[id], merged({{0, hole.from}, {hole.to, kDay}})));
    }
  }
}

PatternIds ids_of(const CalendarSpec& spec, PatternTable& table);

// `ids` up to `edition.since`, the edition's own from then on.
void supersede(const CalendarSpec& edition, PatternIds& ids, PatternTable& table) {
  const PatternIds newer = ids_of(edition, table);
  const std::int32_t day = day_of(to_ms(edition.since));
  const auto first = static_cast<std::size_t>(std::clamp(day, -1, kIndexedDays) + 1);
  for (std::size_t i = first; i < ids.size(); ++i) ids[i] = newer[i];
  if (day < 0 || day >= kIndexedDays) return;
  const auto at = static_cast<std::size_t>(day);
  const auto cut = static_cast<std::int32_t>(to_ms(edition.since) - day * kDayMs);
  DayPattern slots = intersection(table[ids[at]], {{0, cut}});
  for (const Slot& slot :
       intersection(table[newer[at]], {{cut, static_cast<std::int32_t>(kDayMs)}}))
    slots.push_back(slot);
  ids[at] = table.add(merged(std::move(slots)));
}

PatternIds ids_of(const CalendarSpec& spec, PatternTable& table) {
  PatternIds ids;
  if (spec.always_open) {
    ids = open_always(table);
  } else if (spec.intersect.empty()) {
    ids = Layout(spec, table).days();
  } else {
    ids = ids_of(spec.intersect.front(), table);
    for (std::size_t i = 1; i < spec.intersect.size(); ++i)
      ids = both(ids, ids_of(spec.intersect[i], table), table);
  }
  shut(spec.shut, ids, table);
  for (const CalendarSpec& edition : spec.editions) supersede(edition, ids, table);
  return ids;
}

// Sorted, and one where they touch.
std::vector<Span> tidy(std::vector<Span> spans) {
  std::sort(spans.begin(), spans.end(),
            [](const Span& a, const Span& b) { return a.from < b.from; });
  std::vector<Span> out;
  for (const Span& span : spans) {
    if (span.from >= span.to) continue;
    if (!out.empty() && span.from <= out.back().to)
      out.back().to = std::max(out.back().to, span.to);
    else
      out.push_back(span);
  }
  return out;
}

// Spans of the calendars that `spec` is made of, each as long as its edition is in force.
template <class OwnSpans>
void collect(const CalendarSpec& spec, Instant from, Instant to, const OwnSpans& own,
             std::vector<Span>& out) {
  const Instant end = spec.editions.empty() ? to : std::min(to, spec.editions.front().since);
  for (const Span& span : own(spec))
    out.push_back({std::max(span.from, from), std::min(span.to, end)});
  for (const CalendarSpec& part : spec.intersect) collect(part, from, end, own, out);
  for (std::size_t i = 0; i < spec.editions.size(); ++i) {
    const bool last = i + 1 == spec.editions.size();
    collect(spec.editions[i], std::max(from, spec.editions[i].since),
            last ? to : std::min(to, spec.editions[i + 1].since), own, out);
  }
}

}  // namespace

OpenDays lay_out(const CalendarSpec& spec) {
  PatternTable table;
  OpenDays days;
  days.pattern_of = ids_of(spec, table);
  days.patterns = table.take();
  return days;
}

std::vector<Span> holiday_spans(const CalendarSpec& spec) {
  std::vector<Span> spans;
  const auto own = [](const CalendarSpec& one) {
    const WallClock clock(one.transitions);
    std::vector<Span> days;
    for (const std::int64_t day : one.holidays)
      days.push_back({clock.to_instant(day * kDayMs), clock.to_instant((day + 1) * kDayMs)});
    return days;
  };
  collect(spec, instant(INT64_MIN / 2), kEndOfTime, own, spans);
  return tidy(std::move(spans));
}

std::vector<Span> closure_spans(const CalendarSpec& spec) {
  std::vector<Span> spans;
  const auto own = [](const CalendarSpec& one) {
    const WallClock clock(one.transitions);
    std::vector<Span> closed = one.shut;
    for (const auto& [day, periods] : one.closures) {
      for (const Period& period : periods) {
        closed.push_back({clock.to_instant(day * kDayMs + std::int64_t{period.from} * 1000),
                          clock.to_instant(day * kDayMs + std::int64_t{period.to} * 1000)});
      }
    }
    return closed;
  };
  collect(spec, instant(INT64_MIN / 2), kEndOfTime, own, spans);
  return tidy(std::move(spans));
}

}  // namespace vaste::clocks
