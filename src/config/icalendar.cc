#include "config/icalendar.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include "config/units.h"
#include "config/zones.h"
#include "model/wall_clock.h"

namespace vaste::config {
namespace {

// Lines with their continuations (which begin with a blank) put together.
std::vector<std::pair<int, std::string>> unfolded(const std::string& text) {
  std::vector<std::pair<int, std::string>> lines;
  int number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string line = text.substr(begin, end - begin);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    ++number;
    begin = end + 1;
    if (!line.empty() && (line[0] == ' ' || line[0] == '\t') && !lines.empty())
      lines.back().second += line.substr(1);
    else if (!line.empty())
      lines.emplace_back(number, std::move(line));
  }
  return lines;
}

// NAME;PARAM=VALUE;PARAM="VA:LUE":value; nullopt if there is no colon.
std::optional<IcsLine> parse_line(int number, const std::string& text) {
  IcsLine line;
  line.number = number;
  bool quoted = false;
  std::string word;
  std::vector<std::string> words;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == ';' || c == ':')) {
      words.push_back(std::move(word));
      word.clear();
      if (c == ':') {
        line.value = text.substr(i + 1);
        line.name = words.front();
        for (std::size_t w = 1; w < words.size(); ++w) {
          const std::size_t equals = std::min(words[w].find('='), words[w].size());
          line.parameters.emplace_back(words[w].substr(0, equals),
                                       words[w].substr(std::min(equals + 1, words[w].size())));
        }
        return line;
      }
    } else {
      word += c;
    }
  }
  return std::nullopt;
}

std::string parameter(const IcsLine& line, std::string_view name) {
  for (const auto& [key, value] : line.parameters)
    if (key == name) return value;
  return {};
}

// "093000" as milliseconds of the day.
std::optional<std::int64_t> time_of_day(std::string_view text) {
  if (text.size() != 6) return std::nullopt;
  std::array<std::int64_t, 3> parts{};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto part = parse_integer(text.substr(2 * i, 2));
    if (!part || *part < 0 || *part > (i == 0 ? 23 : 59)) return std::nullopt;
    parts.at(i) = *part;
  }
  return ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * 1000;
}

// "P1D", "P2W", "PT8H30M", "P1DT12H" in milliseconds.
std::optional<std::int64_t> duration_of(std::string_view text) {
  static const std::map<char, std::int64_t> kUnits = {
      {'W', 7 * kDayMs}, {'D', kDayMs}, {'H', 3'600'000}, {'M', 60'000}, {'S', 1000}};
  if (text.size() < 3 || text[0] != 'P') return std::nullopt;
  std::int64_t sum = 0;
  std::int64_t digits = -1;
  for (const char c : text.substr(1)) {
    if (c >= '0' && c <= '9' && digits < 1'000'000) {
      digits = std::max<std::int64_t>(digits, 0) * 10 + (c - '0');
    } else if (const auto unit = kUnits.find(c); unit != kUnits.end() && digits >= 0) {
      sum += digits * unit->second;
      digits = -1;
    } else if (c != 'T') {
      return std::nullopt;
    }
  }
  return digits == -1 && sum > 0 ? std::optional(sum) : std::nullopt;
}

// A date, or a date with a time on the wall of some zone.
struct When {
  std::int32_t day = 0;
  std::optional<std::int64_t> time;  // none = all day
  const std::vector<ZoneTransition>* zone = nullptr;

  Instant on(std::int32_t date) const {
    return WallClock(*zone).to_instant(date * kDayMs + time.value_or(0));
  }
};

class Reader {
 public:
  Reader(const std::string& file, const std::vector<ZoneTransition>& zone, Report& report)
      : file_(file), zone_(zone), report_(report) {}

  ClosedTimes read(const std::string& text) {
    for (const auto& [number, written] : unfolded(text)) {
      const auto line = parse_line(number, written);
      if (!line) {
        error(number, fmt::format("`{}`: expected `NAME:value`; is this an iCalendar file?",
                                  printable(written)));
        return {};
      }
      read(*line);
    }
    if (!inside_.empty()) error(0, fmt::format("END:{} is missing", printable(inside_.back())));
    return std::move(closed_);
  }

 private:
  void error(int line, std::string text) { report_.error_in(file_, {line, 1}, std::move(text)); }

  void read(const IcsLine& line) {
    if (line.name == "BEGIN") {
      inside_.push_back(line.value);
      if (line.value == "VEVENT") {
        event_.clear();
        begun_ = line.number;
      }
    } else if (line.name == "END") {
      if (inside_.empty() || inside_.back() != line.value) {
        error(line.number, fmt::format("END:{} ends nothing", printable(line.value)));
        return;
      }
      inside_.pop_back();
      if (line.value == "VEVENT") finish_event();
    } else if (!inside_.empty() && inside_.back() == "VEVENT") {
      if (line.name == "EXDATE")
        skipped_.push_back(line);
      else
        event_.emplace(line.name, line);
    }
  }

  const IcsLine* get(const std::string& name) const {
    const auto found = event_.find(name);
    return found == event_.end() ? nullptr : &found->second;
  }

  std::optional<When> when(const IcsLine& line, std::string_view value) {
    When out;
    const auto day = ics_date(value.substr(0, 8));
    const bool timed = value.size() > 8;
    const bool utc = timed && value.back() == 'Z';
    if (utc) value.remove_suffix(1);
    if (timed && value[8] == 'T') out.time = time_of_day(value.substr(9));
    if (!day || (timed && !out.time)) {
      error(line.number, fmt::format("{}: `{}` is no date from 1970 to 2100, expected e.g. "
                                     "`20261224` or `20261224T120000`",
                                     line.name, printable(line.value)));
      return std::nullopt;
    }
    out.day = *day;
    static const std::vector<ZoneTransition> kUtc;
    out.zone = utc ? &kUtc : &zone_;
    const std::string name = parameter(line, "TZID");
    if (timed && !utc && !name.empty()) {
      auto transitions = zone_transitions(name);
      if (!transitions) {
        error(line.number,
              fmt::format("TZID `{}`: {}", printable(name), transitions.error().detail));
        return std::nullopt;
      }
      out.zone = &zones_.emplace(name, std::move(*transitions)).first->second;
    }
    return out;
  }

  // How long: in milliseconds of wall time for days, of real time else.
  std::optional<std::int64_t> length(const When& start) {
    if (const IcsLine* line = get("DTEND")) {
      const auto end = when(*line, line->value);
      if (!end) return std::nullopt;
      const std::int64_t taken = start.time ? (end->on(end->day) - start.on(start.day)).count()
                                            : (end->day - start.day) * kDayMs;
      if (taken > 0 && start.time.has_value() == end->time.has_value()) return taken;
      error(line->number,
            "DTEND: the event ends before it begins, or one of the two is a date "
            "and the other a time");
      return std::nullopt;
    }
    if (const IcsLine* line = get("DURATION")) {
      const auto taken = duration_of(line->value);
      if (taken && (start.time || *taken % kDayMs == 0)) return taken;
      error(line->number, fmt::format("DURATION: `{}`, expected e.g. `P1D`, or `PT4H` for an "
                                      "event with a time",
                                      printable(line->value)));
      return std::nullopt;
    }
    if (!start.time) return kDayMs;
    error(begun_, "an event with a time, but no DTEND: how long is it shut?");
    return std::nullopt;
  }

  std::vector<std::int32_t> dates(const When& start) {
    const IcsLine* rule = get("RRULE");
    if (rule == nullptr) return {start.day};
    std::string problem;
    auto all = yearly_dates(rule->value, start.day, problem);
    if (!problem.empty())
      error(rule->number,
            fmt::format("RRULE: `{}` is not understood: yearly rules with INTERVAL, COUNT, UNTIL, "
                        "BYMONTH, BYMONTHDAY and BYDAY are; write others as one event a date",
                        printable(problem)));
    std::set<std::int32_t> skipped;
    for (const IcsLine& line : skipped_) {
      for (std::size_t begin = 0; begin < line.value.size();) {
        const std::size_t end = std::min(line.value.find(',', begin), line.value.size());
        if (const auto one = when(line, std::string_view(line.value).substr(begin, end - begin)))
          skipped.insert(one->day);
        begin = end + 1;
      }
    }
    std::erase_if(all, [&](std::int32_t day) { return skipped.contains(day); });
    return all;
  }

  void finish_event() {
    add_event();
    event_.clear();
    skipped_.clear();
  }

  void add_event() {
    const IcsLine* status = get("STATUS");
    if (status != nullptr && status->value == "CANCELLED") return;
    for (const char* name : {"RDATE", "EXRULE", "RECURRENCE-ID"}) {
      if (const IcsLine* line = get(name)) {
        error(line->number,
              fmt::format("{} is not understood: write an event for each date", name));
        return;
      }
    }
    const IcsLine* begin = get("DTSTART");
    if (begin == nullptr) {
      error(begun_, "an event without DTSTART: when is it?");
      return;
    }
    const auto start = when(*begin, begin->value);
    const auto taken = start ? length(*start) : std::nullopt;
    if (!taken) return;
    for (const std::int32_t day : dates(*start)) {
      if (start->time) {
        closed_.spans.push_back({start->on(day), start->on(day) + Millis(*taken)});
        continue;
      }
      for (std::int32_t i = 0; i < *taken / kDayMs; ++i) closed_.days.push_back(day + i);
    }
  }

  const std::string& file_;
  const std::vector<ZoneTransition>& zone_;
  Report& report_;
  ClosedTimes closed_;
  std::vector<std::string> inside_;  // BEGIN without END so far
  std::map<std::string, IcsLine> event_;
  std::vector<IcsLine> skipped_;
  int begun_ = 0;
  std::map<std::string, std::vector<ZoneTransition>> zones_;
};

}  // namespace

std::optional<std::int32_t> ics_date(std::string_view text) {
  if (text.size() != 8 || text.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t size) {
    return static_cast<int>(parse_integer(text.substr(at, size)).value_or(0));
  };
  const std::chrono::year_month_day date{std::chrono::year(part(0, 4)),
                                         std::chrono::month(static_cast<unsigned>(part(4, 2))),
                                         std::chrono::day(static_cast<unsigned>(part(6, 2)))};
  if (!date.ok() || date.year() < std::chrono::year(1970) || date.year() > std::chrono::year(2100))
    return std::nullopt;
  return static_cast<std::int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
}

ClosedTimes read_icalendar(const std::string& text, const std::string& file,
                           const std::vector<ZoneTransition>& zone, Report& report) {
  if (const auto bad = invalid_utf8(text)) {
    const auto line =
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(*bad), '\n');
    report.error_in(file, {static_cast<int>(line) + 1, 1},
                    "not UTF-8 text: save the file as UTF-8");
    return {};
  }
  return Reader(file, zone, report).read(text);
}

}  // namespace vaste::config
