#include "vectors/facts.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <stdexcept>

#include "config/zones.h"

namespace vaste::vectors {
namespace {

constexpr std::array kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

std::chrono::sys_days date_of(int year, unsigned month, unsigned day, const std::string& text) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!date.ok()) throw std::runtime_error("no date: " + text);
  return date;
}

std::int32_t day_of_date(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  if (std::sscanf(text.c_str(), "%4d-%2u-%2u", &year, &month, &day) != 3)
    throw std::runtime_error("no date: " + text);
  return static_cast<std::int32_t>(date_of(year, month, day, text).time_since_epoch().count());
}

std::int32_t seconds_of(const std::string& text) {  // HH:MM or HH:MM:SS, up to 24:00
  int hours = 0;
  int minutes = 0;
  int seconds = 0;
  if (std::sscanf(text.c_str(), "%2d:%2d:%2d", &hours, &minutes, &seconds) < 2)
    throw std::runtime_error("no time of a day: " + text);
  return hours * 3600 + minutes * 60 + seconds;
}

std::vector<Period> periods_of(const json& list) {
  std::vector<Period> periods;
  for (const json& range : list)
    periods.push_back({seconds_of(range.at(0)), seconds_of(range.at(1))});
  std::sort(periods.begin(), periods.end(),
            [](const Period& a, const Period& b) { return a.from < b.from; });
  return periods;
}

}  // namespace

std::int64_t local_ms_of(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hours = 0;
  int minutes = 0;
  double seconds = 0;
  if (std::sscanf(text.c_str(), "%4d-%2u-%2uT%2d:%2d:%lf", &year, &month, &day, &hours, &minutes,
                  &seconds) < 5)
    throw std::runtime_error("no time: " + text);
  const Millis days = date_of(year, month, day, text).time_since_epoch();
  return days.count() + (hours * 60 + minutes) * 60'000LL + std::llround(seconds * 1000);
}

Instant instant_of(const std::string& text) {
  if (text.empty() || text.back() != 'Z') throw std::runtime_error("no instant: " + text);
  return instant(local_ms_of(text));
}

std::string text_of(Instant at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(at - day);
  std::array<char, 64> out{};
  std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02ld:%02ld:%02ld",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<long>(time.hours().count()),
                static_cast<long>(time.minutes().count()),
                static_cast<long>(time.seconds().count()));
  std::string text = out.data();
  if (time.subseconds() != Millis(0))
    text += "+" + std::to_string(time.subseconds().count()) + "ms";
  return text + "Z";
}

std::string text_of(std::optional<Instant> at) {
  return at ? text_of(*at) : "null";
}

std::string text_of(Millis amount) {
  const auto ms = amount.count();
  return ms % 1000 == 0 ? std::to_string(ms / 1000) : std::to_string(ms) + "ms";
}

CalendarSpec calendar_of(const json& calendar) {
  CalendarSpec spec;
  spec.name = "vector";
  if (calendar.is_string()) {
    if (calendar != "24x7") throw std::runtime_error("no calendar: " + calendar.dump());
    spec.always_open = true;
    return spec;
  }
  if (calendar.contains("intersect")) {
    for (const json& part : calendar.at("intersect")) spec.intersect.push_back(calendar_of(part));
    return spec;
  }
  spec.zone = calendar.at("tz");
  auto transitions = config::zone_transitions(spec.zone);
  if (!transitions) throw std::runtime_error(spec.zone + ": " + transitions.error().detail);
  spec.transitions = std::move(*transitions);
  const auto entries = [&](const char* key) { return calendar.value(key, json::object()); };
  const json week = entries("week");
  for (const auto& [day, hours] : week.items()) {
    const auto found = std::find(kDays.begin(), kDays.end(), day);
    if (found == kDays.end()) throw std::runtime_error("no weekday: " + day);
    spec.week.at(static_cast<std::size_t>(found - kDays.begin())) = periods_of(hours);
  }
  const json dates = entries("dates");
  for (const auto& [date, hours] : dates.items()) spec.dates[day_of_date(date)] = periods_of(hours);
  const json closures = entries("closures");
  for (const auto& [date, hours] : closures.items())
    spec.closures[day_of_date(date)] = periods_of(hours);
  const json holidays = calendar.value("holidays", json::array());
  for (const json& date : holidays) spec.holidays.push_back(day_of_date(date));
  return spec;
}

}  // namespace vaste::vectors
