// Yearly rules: FREQ=YEARLY with INTERVAL, COUNT, UNTIL, BYMONTH, BYMONTHDAY and BYDAY.
#include <algorithm>
#include <charconv>
#include <chrono>

#include "config/icalendar.h"

namespace vaste::config {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::int32_t kLastDay = 47'846;  // 2100-12-31

struct WeekdayRule {
  int ordinal = 0;       // 0 = each of the month; -1 = the last one
  unsigned weekday = 0;  // Sunday is 0
};

struct YearlyRule {
  int interval = 1;
  int count = 0;
  std::int32_t until = kLastDay;
  std::vector<int> months, month_days;
  std::vector<WeekdayRule> weekdays;
};

std::vector<std::string> parts_of(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(at, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

bool number(const std::string& text, int least, int most, int& out) {
  const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
  const auto [end, error] = std::from_chars(begin, text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && out >= least && out <= most;
}

bool numbers(const std::string& text, int least, int most, std::vector<int>& out) {
  for (const std::string& part : parts_of(text, ',')) {
    int one = 0;
    if (!number(part, least, most, one) || one == 0) return false;
    out.push_back(one);
  }
  return true;
}

bool weekdays(const std::string& text, std::vector<WeekdayRule>& out) {
  static const std::vector<std::string> kNames = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
  for (const std::string& part : parts_of(text, ',')) {
    if (part.size() < 2) return false;
    const auto name = std::find(kNames.begin(), kNames.end(), part.substr(part.size() - 2));
    WeekdayRule rule;
    rule.weekday = static_cast<unsigned>(name - kNames.begin());
    const std::string ordinal = part.substr(0, part.size() - 2);
    if (name == kNames.end() || (!ordinal.empty() && !number(ordinal, -5, 5, rule.ordinal)))
      return false;
    out.push_back(rule);
  }
  return true;
}

bool part(const std::string& key, const std::string& value, YearlyRule& rule) {
  if (key == "FREQ") return value == "YEARLY";
  if (key == "WKST") return true;  // says nothing without week numbers
  if (key == "INTERVAL") return number(value, 1, 1000, rule.interval);
  if (key == "COUNT") return number(value, 1, 1000, rule.count);
  if (key == "BYMONTH") return numbers(value, 1, 12, rule.months);
  if (key == "BYMONTHDAY") return numbers(value, -31, 31, rule.month_days);
  if (key == "BYDAY") return weekdays(value, rule.weekdays);
  if (key != "UNTIL") return false;
  const auto until = ics_date(value.substr(0, 8));
  rule.until = until.value_or(0);
  return until.has_value();
}

std::int32_t days(year_month_day date) {
  return static_cast<std::int32_t>(sys_days(date).time_since_epoch().count());
}

bool on_weekday(const YearlyRule& rule, year_month_day date, unsigned last) {
  if (rule.weekdays.empty()) return true;
  const unsigned weekday = std::chrono::weekday(sys_days(date)).c_encoding();
  const unsigned day = static_cast<unsigned>(date.day());
  return std::any_of(rule.weekdays.begin(), rule.weekdays.end(), [&](const WeekdayRule& one) {
    const int nth = static_cast<int>((day - 1) / 7 + 1);
    const int nth_last = -static_cast<int>((last - day) / 7 + 1);
    return one.weekday == weekday &&
           (one.ordinal == 0 || one.ordinal == nth || one.ordinal == nth_last);
  });
}

void add_month(const YearlyRule& rule, std::chrono::year_month month, unsigned first_day,
               std::vector<std::int32_t>& out) {
  const auto last = static_cast<unsigned>((month / std::chrono::last).day());
  for (unsigned day = 1; day <= last; ++day) {
    const bool by_day =
        rule.month_days.empty()
            ? (!rule.weekdays.empty() || day == first_day)
            : std::any_of(rule.month_days.begin(), rule.month_days.end(), [&](int one) {
                const int counted = one > 0 ? one : static_cast<int>(last) + 1 + one;
                return counted == static_cast<int>(day);
              });
    const year_month_day date = month / std::chrono::day(day);
    if (by_day && on_weekday(rule, date, last)) out.push_back(days(date));
  }
}

}  // namespace

std::vector<std::int32_t> yearly_dates(const std::string& text, std::int32_t first,
                                       std::string& problem) {
  YearlyRule rule;
  bool yearly = false;
  for (const std::string& entry : parts_of(text, ';')) {
    const std::size_t equals = std::min(entry.find('='), entry.size());
    const std::string key = entry.substr(0, equals);
    const std::string value = entry.substr(std::min(equals + 1, entry.size()));
    yearly = yearly || key == "FREQ";
    if (!part(key, value, rule)) problem = entry;
  }
  if (!yearly) problem = "FREQ is missing";
  if (!rule.weekdays.empty() && rule.months.empty()) problem = "BYDAY without BYMONTH";
  if (!problem.empty()) return {first};

  const year_month_day begin{sys_days{std::chrono::days{first}}};
  if (rule.months.empty() && rule.month_days.empty())
    rule.months = {static_cast<int>(static_cast<unsigned>(begin.month()))};
  if (rule.months.empty()) rule.months = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  std::sort(rule.months.begin(), rule.months.end());
  std::vector<std::int32_t> found = {first};
  for (std::chrono::year year = begin.year(); year <= std::chrono::year(2100);
       year += std::chrono::years(rule.interval)) {
    for (const int month : rule.months)
      add_month(rule, year / std::chrono::month(static_cast<unsigned>(month)),
                static_cast<unsigned>(begin.day()), found);
  }
  std::vector<std::int32_t> out;
  for (const std::int32_t day : found) {
    const bool counted = rule.count != 0 && static_cast<int>(out.size()) >= rule.count;
    if (day < first || day > rule.until || counted || (!out.empty() && day <= out.back())) continue;
    out.push_back(day);
  }
  return out;
}

}  // namespace vaste::config
