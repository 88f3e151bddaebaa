#include "story/times.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "config/units.h"
#include "model/wall_clock.h"

namespace vaste::story {

namespace {

// `Mon` is 2026-11-23: an ordinary week without holidays or clock changes nearly everywhere.
constexpr std::int64_t kMonday = 1795392000000 / kDayMs;
constexpr std::int64_t kMostWeeks = 520;
constexpr std::array<std::string_view, 7> kDays{"monday", "tuesday",  "wednesday", "thursday",
                                                "friday", "saturday", "sunday"};
constexpr std::array<std::string_view, 7> kShortDays{"Mon", "Tue", "Wed", "Thu",
                                                     "Fri", "Sat", "Sun"};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// "Mon", "monday": 0; -1 = no day.
int weekday(std::string_view word) {
  const std::string name = lower(word);
  if (name.size() < 3) return -1;
  for (std::size_t i = 0; i < kDays.size(); ++i)
    if (kDays[i] == name || kDays[i].substr(0, 3) == name) return static_cast<int>(i);
  return -1;
}

std::optional<std::int64_t> digits(std::string_view text, std::size_t count) {
  if (text.size() != count) return std::nullopt;
  return config::parse_integer(text);
}

// Days since 1970-01-01 of "2026-12-24"; nullopt: there is no such day.
std::optional<std::int64_t> date_of(std::string_view word) {
  if (!is_date(word)) return std::nullopt;
  const auto year = digits(word.substr(0, 4), 4);
  const auto month = digits(word.substr(5, 2), 2);
  const auto day = digits(word.substr(8, 2), 2);
  if (!year || !month || !day || *month < 0 || *day < 0) return std::nullopt;
  const std::chrono::year_month_day when{std::chrono::year{static_cast<int>(*year)},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!when.ok() || *year < 1971 || *year > 2099) return std::nullopt;
  return std::chrono::sys_days{when}.time_since_epoch().count();
}

std::optional<std::int64_t> day_of(std::string_view word) {
  if (is_date(word)) return date_of(word);
  const auto plus = word.find('+');
  const int number = weekday(word.substr(0, plus));
  if (number < 0) return std::nullopt;
  std::int64_t weeks = 0;
  if (plus != std::string_view::npos) {
    const auto given = config::parse_integer(word.substr(plus + 1));
    if (!given || *given < 0 || *given > kMostWeeks) return std::nullopt;
    weeks = *given;
  }
  return kMonday + number + 7 * weeks;
}

// Milliseconds after midnight of "16:50", "16:50:30", "16:50:30.250".
std::optional<std::int64_t> clock_of(std::string_view word) {
  if (word.size() < 5 || word[2] != ':') return std::nullopt;
  const auto hours = digits(word.substr(0, 2), 2);
  const auto minutes = digits(word.substr(3, 2), 2);
  if (!hours || !minutes || *hours < 0 || *hours > 23 || *minutes < 0 || *minutes > 59)
    return std::nullopt;
  std::int64_t ms = (*hours * 60 + *minutes) * 60'000;
  if (word.size() == 5) return ms;
  if (word[5] != ':') return std::nullopt;
  const auto seconds = digits(word.substr(6, 2), 2);
  if (!seconds || *seconds < 0 || *seconds > 59) return std::nullopt;
  ms += *seconds * 1000;
  if (word.size() == 8) return ms;
  if (word[8] != '.') return std::nullopt;
  const auto fraction = digits(word.substr(9), 3);
  if (!fraction || *fraction < 0) return std::nullopt;
  return ms + *fraction;
}

CalendarSpec wall_clock(const std::string& zone, const std::vector<ZoneTransition>& transitions) {
  CalendarSpec spec;
  spec.name = zone;
  spec.zone = zone;
  spec.transitions = transitions;
  return spec;
}

}  // namespace

bool is_date(std::string_view word) {
  return word.size() == 10 && word[4] == '-' && word[7] == '-' && word[0] >= '0' && word[0] <= '9';
}

bool looks_like_day(std::string_view word) {
  return weekday(word.substr(0, word.find('+'))) >= 0 ||
         (!word.empty() && word[0] >= '0' && word[0] <= '9');
}

bool looks_like_clock(std::string_view word) {
  return !word.empty() && word[0] >= '0' && word[0] <= '9' &&
         word.find(':') != std::string_view::npos;
}

Times::Times(std::string zone, std::vector<ZoneTransition> transitions)
    : zone_(std::move(zone)),
      transitions_(std::move(transitions)),
      calendar_(wall_clock(zone_, transitions_)) {}

std::int64_t Times::to_local(Instant at) const {
  const auto after = std::upper_bound(
      transitions_.begin(), transitions_.end(), at,
      [](Instant t, const ZoneTransition& transition) { return t < transition.at; });
  if (after == transitions_.begin()) return to_ms(at);
  return to_ms(at) + std::int64_t{std::prev(after)->offset_seconds} * 1000;
}

std::optional<Instant> Times::read(Line& line) const {
  const Word day = line.take();
  const auto number = day_of(day.text);
  if (!number) {
    const std::string hint = config::did_you_mean(day.text, {kShortDays.begin(), kShortDays.end()});
    line.error(day, day.text.empty()
                        ? std::string("the time is missing, e.g. `Mon 16:50`")
                        : fmt::format("`{}` is no day, expected a weekday, one of a later week or "
                                      "a date: `Mon`, `Mon+1`, `2026-12-24`{}",
                                      config::printable(day.text), hint));
    return std::nullopt;
  }
  const Word clock = line.take();
  const auto time = clock_of(clock.text);
  if (!time) {
    line.error(clock,
               clock.text.empty()
                   ? fmt::format("the time of day is missing, e.g. `{} 16:50`", day.text)
                   : fmt::format("`{}` is no time of day, expected e.g. `09:05` or `09:05:30`",
                                 config::printable(clock.text)));
    return std::nullopt;
  }
  const std::int64_t local = *number * kDayMs + *time;
  const Instant at = calendar_.from_local(local);
  if (to_local(at) != local) {
    line.error(clock, fmt::format("there is no {} on that day in {}: clocks go forward over it",
                                  clock.text, zone_));
    return std::nullopt;
  }
  return at;
}

std::string Times::text(Instant at, bool dates) const {
  const std::int64_t local = to_local(at);
  const std::int64_t day = local / kDayMs;
  const std::int64_t ms = local % kDayMs;
  const std::int64_t since_monday = day - kMonday;
  std::string out;
  if (dates || since_monday < 0) {
    const std::chrono::year_month_day when{
        std::chrono::sys_days{std::chrono::days{static_cast<int>(day)}}};
    out = fmt::format("{:04}-{:02}-{:02}", static_cast<int>(when.year()),
                      static_cast<unsigned>(when.month()), static_cast<unsigned>(when.day()));
  } else {
    out = kShortDays.at(static_cast<std::size_t>(since_monday % 7));
    if (since_monday >= 7) out += fmt::format("+{}", since_monday / 7);
  }
  out += fmt::format(" {:02}:{:02}", ms / 3'600'000, ms / 60'000 % 60);
  if (ms % 60'000 != 0) out += fmt::format(":{:02}", ms / 1000 % 60);
  if (ms % 1000 != 0) out += fmt::format(".{:03}", ms % 1000);
  return out;
}

}  // namespace vaste::story
