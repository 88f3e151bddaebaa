// Holidays from files, and what no single key of a calendar shows.
#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "config/icalendar.h"
#include "config/load.h"
#include "model/wall_clock.h"

namespace vaste::config {
namespace {

constexpr std::int32_t kThursday = 3;  // 1970-01-01 was one; Monday is 0

// By the hours of its week alone.
bool open_in_week(const CalendarSpec& calendar, const WallClock& clock, Instant at) {
  if (calendar.always_open) return true;
  const std::int64_t local = clock.to_local(at);
  const std::int32_t day = day_of(local);
  const auto second = static_cast<std::int32_t>((local - day * kDayMs) / 1000);
  const auto& hours = calendar.week.at(static_cast<std::size_t>((day + kThursday) % 7));
  return std::any_of(hours.begin(), hours.end(), [&](const Period& period) {
    return period.from <= second && second < period.to;
  });
}

bool open_in_all(const CalendarSpec& both, const std::vector<WallClock>& clocks, Instant at) {
  for (std::size_t i = 0; i < clocks.size(); ++i)
    if (!open_in_week(both.intersect[i], clocks[i], at)) return false;
  return true;
}

}  // namespace

void check_intersection(const Value& value, const CalendarSpec& calendar, Report& report) {
  constexpr std::int32_t kFirst = 20'454;  // 2026: a year of summer and winter time
  std::vector<WallClock> clocks;
  for (const CalendarSpec& part : calendar.intersect) {
    // What is made of others, or could not be read, is not judged here.
    const bool empty = std::all_of(part.week.begin(), part.week.end(),
                                   [](const auto& day) { return day.empty(); });
    if (!part.always_open && empty) return;
    clocks.emplace_back(part.transitions);
  }
  // What is open in all begins where one of them opens.
  for (std::int32_t day = kFirst; day < kFirst + 371; ++day) {
    for (std::size_t i = 0; i < clocks.size(); ++i) {
      const CalendarSpec& part = calendar.intersect[i];
      if (part.always_open && open_in_all(calendar, clocks, instant(day * kDayMs))) return;
      for (const Period& period : part.week.at(static_cast<std::size_t>((day + kThursday) % 7)))
        if (open_in_all(calendar, clocks,
                        clocks[i].to_instant(day * kDayMs + std::int64_t{period.from} * 1000)))
          return;
    }
  }
  report.error(value.place,
               value.path +
                   ": these calendars are never open at the same time: targets would "
                   "never be spent; name others",
               "no_open_time");
}

void check_holidays(Place place, const CalendarSpec& calendar, Report& report) {
  if (report.today() == 0 || calendar.holidays.empty()) return;
  const std::int32_t last = *std::max_element(calendar.holidays.begin(), calendar.holidays.end());
  if (last >= report.today()) return;
  report.warning(place, fmt::format("the holidays of `{}` are all over, the last one {} days ago: "
                                    "name those to come",
                                    calendar.name, report.today() - last));
}

std::uint64_t read_holiday_files(const Value& value, Report& report, CalendarSpec& calendar) {
  std::uint64_t hash = 0;
  for (const Value& item : read_list(value, report, "finland.ics", true)) {
    const auto name = read_text(item, report, "finland.ics");
    if (!name) continue;
    const std::string path = beside(report.file(), *name);
    const auto bytes = read_file(path);
    if (!bytes) {
      report.error(item.place, fmt::format("{}: {}", written(item), bytes.error().detail));
      continue;
    }
    hash ^= hash64(*bytes);
    const std::size_t errors = report.errors();
    ClosedTimes closed = read_icalendar(*bytes, path, calendar.transitions, report);
    auto& days = calendar.holidays;
    days.insert(days.end(), closed.days.begin(), closed.days.end());
    std::sort(days.begin(), days.end());
    days.erase(std::unique(days.begin(), days.end()), days.end());
    calendar.shut.insert(calendar.shut.end(), closed.spans.begin(), closed.spans.end());
    if (closed.days.empty() && closed.spans.empty() && report.errors() == errors)
      report.warning(
          item.place,
          written(item) + ": no event in it: is it the right file? expected BEGIN:VEVENT");
  }
  return hash;
}

}  // namespace vaste::config
