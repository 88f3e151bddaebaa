#include <date/date.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/load.h"
#include "config/units.h"
#include "config/zones.h"
#include "model/wall_clock.h"

namespace vaste::config {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr std::int32_t kDaySeconds = 86400;
constexpr std::size_t kMostCalendars = 100;
constexpr std::string_view kHours = "09:00-12:00, 13:00-17:00";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(at);
    parts.push_back(trimmed(text.substr(0, end)));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::int32_t> two_digits(std::string_view text) {
  if (text.size() != 2 || text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9') {
    return std::nullopt;
  }
  return (text[0] - '0') * 10 + (text[1] - '0');
}

// "09:00" or "09:00:30" as seconds after midnight; "24:00" is the end of the day.
std::optional<std::int32_t> clock_time(std::string_view text) {
  if ((text.size() != 5 && text.size() != 8) || text[2] != ':') return std::nullopt;
  if (text.size() == 8 && text[5] != ':') return std::nullopt;
  const auto hours = two_digits(text.substr(0, 2));
  const auto minutes = two_digits(text.substr(3, 2));
  const auto rest = text.size() == 8 ? two_digits(text.substr(6)) : 0;
  if (!hours || !minutes || !rest || *minutes > 59 || *rest > 59) return std::nullopt;
  const std::int32_t seconds = *hours * 3600 + *minutes * 60 + *rest;
  if (seconds > kDaySeconds) return std::nullopt;
  return seconds;
}

void read_period(std::string_view text, const Value& value, Report& report,
                 std::vector<Period>& periods) {
  const auto ends = split(text, '-');
  const auto from = clock_time(ends.front());
  const auto to = clock_time(ends.back());
  if (ends.size() != 2 || !from || !to) {
    report.error(value.place,
                 fmt::format("{}: `{}` is no period, expected times of a day, e.g. `{}`",
                             value.path, printable(text), kHours),
                 "invalid_time");
    return;
  }
  if (*from == *to) {
    report.error(value.place,
                 fmt::format("{}: `{}` is empty: it ends when it begins; leave it out, or write "
                             "`00:00-24:00` for the whole day",
                             value.path, printable(text)),
                 "empty_period");
    return;
  }
  if (*from > *to) {
    report.error(
        value.place,
        fmt::format("{}: `{}` ends before it begins; hours over midnight are two periods of "
                    "two days, e.g. `22:00-24:00` and `00:00-06:00`",
                    value.path, printable(text)),
        "empty_period");
    return;
  }
  if (!periods.empty() && *from < periods.back().to) {
    report.error(value.place,
                 fmt::format("{}: `{}` begins before the period in front of it ends: "
                             "expected periods in order and apart, e.g. `{}`",
                             value.path, printable(text), kHours),
                 "overlap");
    return;
  }
  periods.push_back({*from, *to});
}

// Hours of a day: "09:00-12:00, 13:00-17:00", a list of such, or "closed".
std::vector<Period> read_hours(const Value& value, Report& report) {
  std::vector<Period> periods;
  if (value.node.IsScalar() && value.node.Scalar() == "closed") return periods;
  for (const Value& item : read_list(value, report, kHours, true)) {
    const auto text = read_text(item, report, kHours);
    if (!text) continue;
    for (const std::string_view part : split(*text, ',')) read_period(part, item, report, periods);
  }
  return periods;
}

// Indexes of "mon", "mon-fri", "sun-thu", "mon, wed". Empty = none of these.
std::vector<std::size_t> read_days(std::string_view key) {
  const auto index = [](std::string_view day) {
    return static_cast<std::size_t>(std::find(kDays.begin(), kDays.end(), day) - kDays.begin());
  };
  std::vector<std::size_t> days;
  for (const std::string_view part : split(key, ',')) {
    const auto ends = split(part, '-');
    const std::size_t first = index(ends.front());
    const std::size_t last = index(ends.back());
    if (ends.size() > 2 || first == 7 || last == 7) return {};
    for (std::size_t day = first;; day = (day + 1) % 7) {  // sun-thu goes on into the next week
      days.push_back(day);
      if (day == last) break;
    }
  }
  return days;
}

void read_week(const Value& value, Report& report, CalendarSpec& calendar) {
  const Map map(value, report, "{mon-fri: \"09:00-17:00\"}");
  if (!map.usable()) return;
  std::array<bool, 7> given{};
  for (const Map::Entry& entry : map.entries()) {
    const auto days = read_days(entry.key);
    if (days.empty()) {
      report.error(entry.place,
                   fmt::format("unknown day `{}` under `{}`, expected mon, tue, wed, thu, "
                               "fri, sat, sun or a range, e.g. `mon-fri`",
                               printable(entry.key), value.path),
                   "unknown_day");
      continue;
    }
    const auto periods = read_hours(entry.value, report);
    for (const std::size_t day : days) {
      if (given.at(day)) {
        report.error(entry.place,
                     fmt::format("{}: the hours of {} are given twice: keep one of them",
                                 entry.value.path, kDays.at(day)));
        break;
      }
      given.at(day) = true;
      calendar.week.at(day) = periods;
    }
  }
  // Dates come to an end; without a weekly hour a target would then never be spent.
  if (std::all_of(calendar.week.begin(), calendar.week.end(),
                  [](const auto& day) { return day.empty(); })) {
    report.error(value.place,
                 value.path +
                     ": no day of the week has open hours, expected at least one, "
                     "e.g. `mon-fri: \"09:00-17:00\"`",
                 "no_open_time");
  }
}

std::optional<std::int32_t> parse_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto century = two_digits(text.substr(0, 2));
  const auto year = two_digits(text.substr(2, 2));
  const auto month = two_digits(text.substr(5, 2));
  const auto day = two_digits(text.substr(8, 2));
  if (!century || !year || !month || !day) return std::nullopt;
  const date::year_month_day when{date::year{*century * 100 + *year},
                                  date::month{static_cast<unsigned>(*month)},
                                  date::day{static_cast<unsigned>(*day)}};
  if (!when.ok() || when.year() < date::year{1970} || when.year() > date::year{2100}) {
    return std::nullopt;
  }
  return static_cast<std::int32_t>(date::sys_days{when}.time_since_epoch().count());
}

std::optional<std::int32_t> read_day(std::string_view text, Place place, const std::string& path,
                                     Report& report) {
  const auto day = parse_day(text);
  if (!day) {
    report.error(place,
                 fmt::format("{}: `{}` is no date from 1970 to 2100, expected e.g. `2026-12-24`",
                             path, printable(text)),
                 "invalid_date");
  }
  return day;
}

void read_dates(const Value* value, Report& report,
                std::map<std::int32_t, std::vector<Period>>& dates) {
  if (value == nullptr) return;
  const Map map(*value, report, "{2026-12-24: \"09:00-12:00\"}");
  for (const Map::Entry& entry : map.entries()) {
    const auto day = read_day(entry.key, entry.place, value->path, report);
    auto periods = read_hours(entry.value, report);
    if (day) dates[*day] = std::move(periods);
  }
}

// Hours that govern from a date's midnight on.
void read_changes(const Map::Entry& entry, const Value* value, Report& report,
                  CalendarSpec& calendar);

void read_holidays(const Value* value, Report& report, CalendarSpec& calendar) {
  if (value == nullptr) return;
  if (value->node.IsSequence() && value->node.size() == 0) return;  // none yet
  for (const Value& item : read_list(*value, report, "[2026-12-25]", true)) {
    const auto text = read_text(item, report, "2026-12-25");
    const auto day = text ? read_day(*text, item.place, item.path, report) : std::nullopt;
    if (!day) continue;
    auto& days = calendar.holidays;
    if (std::find(days.begin(), days.end(), *day) != days.end()) {
      report.warning(item.place,
                     fmt::format("{}: the holiday {} is named twice", item.path, *text));
      continue;
    }
    if (calendar.dates.contains(*day)) {
      report.warning(
          item.place,
          fmt::format("{}: {} has hours under `dates`, which a holiday closes", item.path, *text));
    }
    days.push_back(*day);
  }
  std::sort(calendar.holidays.begin(), calendar.holidays.end());
}

void read_zone(const Map::Entry& entry, const Value* zone, Report& report, CalendarSpec& calendar) {
  if (zone == nullptr) {
    report.error(entry.place, fmt::format("{}: `zone` is missing, e.g. `zone: Europe/Helsinki`",
                                          entry.value.path));
    return;
  }
  const auto name = read_text(*zone, report, "Europe/Helsinki");
  if (!name) return;
  calendar.zone = *name;
  auto transitions = zone_transitions(*name);
  if (transitions) {
    calendar.transitions = std::move(*transitions);
  } else {
    report.error(zone->place, fmt::format("{}: {}", written(*zone), transitions.error().detail),
                 "unknown_zone");
  }
}

// One calendar's own hours; gives a hash of the files that it names.
std::uint64_t read_own(const Map::Entry& entry, Map& map, Report& report, CalendarSpec& calendar) {
  const Value* week = map.get("week");
  if (week == nullptr) {
    report.error(entry.place,
                 fmt::format("{}: `week` is missing, e.g. `week: {{mon-fri: \"09:00-17:00\"}}`",
                             entry.value.path),
                 "no_open_time");
  } else {
    read_week(*week, report, calendar);
  }
  read_dates(map.get("dates"), report, calendar.dates);
  read_dates(map.get("closures"), report, calendar.closures);
  const Value* holidays = map.get("holidays");
  const Value* files = map.get("holidays_from");
  read_holidays(holidays, report, calendar);
  const std::uint64_t hash = files == nullptr ? 0 : read_holiday_files(*files, report, calendar);
  if (holidays != nullptr || files != nullptr)
    check_holidays((holidays != nullptr ? holidays : files)->place, calendar, report);
  return hash;
}

void read_intersection(const Value& value, Report& report, const Policy& policy,
                       CalendarSpec& calendar) {
  for (const Value& item : read_list(value, report, "[office, factory]", false)) {
    const auto index = read_calendar_name(item, report, policy);
    if (index) calendar.intersect.push_back(policy.calendars[*index]);
  }
  if (value.node.IsSequence() && value.node.size() == 1)
    report.error(value.place, value.path + ": one calendar alone: name at least two");
  if (calendar.intersect.size() > 1) check_intersection(value, calendar, report);
}

void read_calendar(const Map::Entry& entry, Report& report, Policy& policy) {
  CalendarSpec calendar;
  calendar.name = entry.key;
  Map map(entry.value, report, "{zone: Europe/Helsinki, week: {mon-fri: \"09:00-17:00\"}}");
  if (map.usable()) {
    if (const Value* parts = map.get("intersect")) {
      read_intersection(*parts, report, policy, calendar);
    } else {
      read_zone(entry, map.get("zone"), report, calendar);
      policy.hash ^= read_own(entry, map, report, calendar);
      read_changes(entry, map.get("changes"), report, calendar);
    }
    map.finish();
  }
  // Kept even if it was wrong: rules that name it are not at fault.
  policy.calendars.push_back(std::move(calendar));
}

void read_changes(const Map::Entry& entry, const Value* value, Report& report,
                  CalendarSpec& calendar) {
  if (value == nullptr) return;
  const WallClock clock(calendar.transitions);
  constexpr std::string_view kExample = "- {from: 2026-12-01, week: {mon-fri: \"09:00-17:00\"}}";
  for (const Value& item : read_list(*value, report, kExample, false)) {
    Map map(item, report, kExample);
    if (!map.usable()) continue;
    CalendarSpec edition;
    edition.name = calendar.name;
    edition.zone = calendar.zone;
    edition.transitions = calendar.transitions;
    const Value* from = map.get("from");
    const auto text = from == nullptr ? std::nullopt : read_text(*from, report, "2026-12-01");
    if (from == nullptr)
      report.error(item.place, item.path + ": `from` is missing, e.g. `from: 2026-12-01`");
    const auto day = text ? read_day(*text, from->place, from->path, report) : std::nullopt;
    if (day) edition.since = clock.to_instant(*day * std::int64_t{86'400'000});
    static_cast<void>(read_own({entry.key, item.place, item}, map, report, edition));
    map.finish();
    if (day && !calendar.editions.empty() && edition.since <= calendar.editions.back().since)
      report.error(from->place, fmt::format("{}: `{}` is not after the change before it: put them "
                                            "in the order of their dates",
                                            from->path, *text));
    calendar.editions.push_back(std::move(edition));
  }
}

}  // namespace

std::span<const std::string_view> day_names() {
  return kDays;
}

void read_calendars(const Value& value, Report& report, Policy& policy) {
  const Map map(value, report, "office: {zone: Europe/Helsinki, week: {...}}");
  for (const Map::Entry& entry : map.entries()) {
    if (entry.key == "24x7") {
      report.error(entry.place,
                   "`24x7` is always there and always open: give this calendar another name");
      continue;
    }
    if (entry.key.empty() || entry.key.size() > 100 || !prints(entry.key)) {
      report.error(entry.place,
                   fmt::format("`{}` cannot be the name of a calendar: expected 1 to 100 "
                               "bytes that print",
                               printable(entry.key)));
    }
    if (policy.calendars.size() > kMostCalendars) {
      report.error(entry.place, fmt::format("more than {} calendars", kMostCalendars));
      return;
    }
    read_calendar(entry, report, policy);
  }
}

std::optional<std::uint16_t> read_calendar_name(const Value& value, Report& report,
                                                const Policy& policy) {
  const auto wanted = read_text(value, report, "24x7");
  if (!wanted) return std::nullopt;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < policy.calendars.size(); ++i) {
    if (policy.calendars[i].name == *wanted) return static_cast<std::uint16_t>(i);
    names.push_back(printable(policy.calendars[i].name));
  }
  std::string hint = did_you_mean(*wanted, names);
  if (hint.empty()) hint = fmt::format(", expected one of {}", join(names, ", "));
  report.error(value.place, fmt::format("{}: no such calendar{}", written(value), hint));
  return std::nullopt;
}

}  // namespace vaste::config
