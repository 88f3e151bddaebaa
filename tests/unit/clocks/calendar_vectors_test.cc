// Opening hours as eight other systems compute them: tests/data/vectors/business_hours.jsonl, the
// `core` vectors of the project's shared set. Where a project uses the other convention at the edge
// of an interval, the vector says what it would say under ours.
#include <date/date.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "clocks/calendar.h"
#include "support/zone.h"

namespace vaste::clocks {
namespace {

using nlohmann::json;

const std::set<std::string> kCovered{"add",          "sub", "elapsed", "is_open", "open_intervals",
                                     "resolve_local"};

std::vector<json> vectors() {
  std::ifstream file(VASTE_SOURCE_DIR "/tests/data/vectors/business_hours.jsonl");
  std::vector<json> all;
  for (std::string line; std::getline(file, line);) all.push_back(json::parse(line));
  return all;
}

std::vector<json> covered_vectors() {
  std::vector<json> covered;
  for (json& vector : vectors())
    if (kCovered.contains(vector.at("op"))) covered.push_back(std::move(vector));
  return covered;
}

template <class T>
T parse(const char* format, const std::string& text) {
  T value;
  std::istringstream stream(text);
  stream >> date::parse(format, value);
  EXPECT_FALSE(stream.fail()) << text;
  return value;
}

Instant instant_of(const std::string& text) {
  return parse<Instant>("%Y-%m-%dT%H:%M:%SZ", text);
}

std::int32_t day_of(const std::string& text) {
  return static_cast<std::int32_t>(
      parse<date::sys_days>("%Y-%m-%d", text).time_since_epoch().count());
}

std::int32_t seconds_of(const std::string& text) {  // HH:MM or HH:MM:SS, up to 24:00
  const int seconds = text.size() > 5 ? std::stoi(text.substr(6)) : 0;
  return std::stoi(text.substr(0, 2)) * 3600 + std::stoi(text.substr(3, 2)) * 60 + seconds;
}

std::vector<Period> periods_of(const json& list) {
  std::vector<Period> periods;
  for (const json& range : list) periods.push_back({seconds_of(range[0]), seconds_of(range[1])});
  std::sort(periods.begin(), periods.end(),
            [](const Period& a, const Period& b) { return a.from < b.from; });
  return periods;
}

CalendarSpec spec_of(const json& calendar) {
  CalendarSpec spec;
  spec.name = "vector";
  spec.always_open = calendar.is_string();
  if (spec.always_open) return spec;
  spec.zone = calendar.at("tz");
  spec.transitions = test::zone_transitions(spec.zone);
  static constexpr const char* kDays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  const json week = calendar.value("week", json::object());
  for (std::size_t day = 0; day < 7; ++day)
    if (week.contains(kDays[day])) spec.week[day] = periods_of(week.at(kDays[day]));
  const json dates = calendar.value("dates", json::object());
  for (const auto& [date, hours] : dates.items()) spec.dates[day_of(date)] = periods_of(hours);
  const json closures = calendar.value("closures", json::object());
  for (const auto& [date, hours] : closures.items())
    spec.closures[day_of(date)] = periods_of(hours);
  const json holidays = calendar.value("holidays", json::array());
  for (const json& date : holidays) spec.holidays.push_back(day_of(date));
  return spec;
}

std::vector<std::pair<Instant, Instant>> open_intervals(const Calendar& calendar, Instant start,
                                                        bool forward, std::size_t count) {
  std::vector<std::pair<Instant, Instant>> found;
  if (forward) {
    for (const OpenInterval& interval : calendar.intervals())
      if (interval.to > start && found.size() < count)
        found.emplace_back(std::max(interval.from, start), interval.to);
    return found;
  }
  for (auto it = calendar.intervals().rbegin(); it != calendar.intervals().rend(); ++it)
    if (it->from < start && found.size() < count)
      found.emplace_back(it->from, std::min(it->to, start));
  return found;
}

class BusinessHours : public testing::TestWithParam<json> {};

TEST_P(BusinessHours, AgreeWithTheVector) {
  const json& v = GetParam();
  SCOPED_TRACE(v.dump());
  const Calendar calendar(spec_of(v.at("calendar")));
  const std::string op = v.at("op");
  if (op == "add" || op == "sub") {
    const std::string ours = op == "add" ? "close" : "open";
    const bool other = v.contains("boundary") && v.at("boundary") != ours;
    const Instant expected = instant_of(v.at(other ? "expect_other_convention" : "expect"));
    const Instant start = instant_of(v.at("start"));
    const Millis amount = std::chrono::seconds(v.at("seconds").get<std::int64_t>());
    EXPECT_EQ(op == "add" ? calendar.add(start, amount) : calendar.subtract(start, amount),
              expected);
  } else if (op == "elapsed") {
    const Millis tolerance = std::chrono::seconds(v.value("tolerance_s", 0));
    const Millis expected = std::chrono::seconds(v.at("expect").get<std::int64_t>());
    const Millis off =
        calendar.elapsed(instant_of(v.at("start")), instant_of(v.at("end"))) - expected;
    EXPECT_LE(std::chrono::abs(off), tolerance);
  } else if (op == "is_open") {
    EXPECT_EQ(calendar.is_open(instant_of(v.at("at"))), v.at("expect").get<bool>());
  } else if (op == "open_intervals") {
    std::vector<std::pair<Instant, Instant>> expected;
    for (const json& range : v.at("expect"))
      expected.emplace_back(instant_of(range[0]), instant_of(range[1]));
    EXPECT_EQ(open_intervals(calendar, instant_of(v.at("start")), v.at("direction") == "forward",
                             v.at("count").get<std::size_t>()),
              expected);
  } else if (op == "resolve_local") {
    const auto local = parse<date::local_seconds>("%Y-%m-%dT%H:%M:%S", v.at("local"));
    EXPECT_EQ(calendar.from_local(Millis(local.time_since_epoch()).count()),
              instant_of(v.at("expect")));
  } else {
    FAIL() << "an op that is said to be covered and is not: " << op;
  }
}

const auto kVectorName = [](const auto& vector) {
  std::string name = vector.param.at("id").template get<std::string>() + "_" +
                     vector.param.at("op").template get<std::string>();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
};

INSTANTIATE_TEST_SUITE_P(Vectors, BusinessHours, testing::ValuesIn(covered_vectors()), kVectorName);

// A file that lost its lines would otherwise pass.
TEST(BusinessHoursVectors, AreAllThereAndSayWhatIsNotCovered) {
  std::map<std::string, int> covered, left;
  for (const json& v : vectors()) ++(kCovered.contains(v.at("op")) ? covered : left)[v.at("op")];
  const std::map<std::string, int> expected{
      {"add", 42},         {"sub", 13}, {"elapsed", 12}, {"is_open", 9}, {"open_intervals", 14},
      {"resolve_local", 2}};
  EXPECT_EQ(covered, expected);
  for (const auto& [op, count] : left)
    std::printf("NOT COVERED: %d vectors of op %s\n", count, op.c_str());
}

}  // namespace
}  // namespace vaste::clocks
