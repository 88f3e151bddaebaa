#include "story/times.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/zones.h"

namespace vaste::story {
namespace {

using testing::HasSubstr;

Times helsinki() {
  return {"Europe/Helsinki", *config::zone_transitions("Europe/Helsinki")};
}

struct Row {
  const char* name;
  const char* written;
  std::int64_t ms;    // UTC
  const char* shown;  // as a weekday
  const char* dated;  // as a date
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

struct Time : testing::TestWithParam<Row> {};

TEST_P(Time, IsLocalAndComesBack) {
  std::vector<config::Finding> findings;
  Line line(GetParam().written, "x", 1, findings);
  const Times times = helsinki();
  const auto at = times.read(line);
  ASSERT_TRUE(at) << config::text(findings.at(0));
  EXPECT_EQ(to_ms(*at), GetParam().ms);
  EXPECT_EQ(times.text(*at, false), GetParam().shown);
  EXPECT_EQ(times.text(*at, true), GetParam().dated);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Helsinki, Time, testing::ValuesIn(std::vector<Row>{
    {"Weekday",   "Mon 16:50",               1795445400000, "Mon 16:50",         "2026-11-23 16:50"},
    {"Spelled",   "tuesday 09:05:30",        1795503930000, "Tue 09:05:30",      "2026-11-24 09:05:30"},
    {"Later",     "Sun+1 00:00",             1796508000000, "Sun+1 00:00",       "2026-12-06 00:00"},
    {"Millis",    "Mon 10:00:11.880",        1795420811880, "Mon 10:00:11.880",  "2026-11-23 10:00:11.880"},
    {"Date",      "2026-12-24 08:00",        1798092000000, "Thu+4 08:00",       "2026-12-24 08:00"},
    {"Before",    "2026-07-01 12:00",        1782896400000, "2026-07-01 12:00",  "2026-07-01 12:00"},
    {"Summer",    "2027-06-24 12:00",        1813827600000, "Thu+30 12:00",      "2027-06-24 12:00"},
    {"FirstOfTwo","2027-10-31 03:30",        1824942600000, "Sun+48 03:30",      "2027-10-31 03:30"},
}), testing::PrintToStringParamName());
// clang-format on

struct BadRow {
  const char* name;
  const char* written;
  int column;
  const char* says;
};
std::ostream& operator<<(std::ostream& out, const BadRow& row) {
  return out << row.name;
}

struct BadTime : testing::TestWithParam<BadRow> {};

TEST_P(BadTime, IsExplained) {
  std::vector<config::Finding> findings;
  Line line(GetParam().written, "x", 1, findings);
  EXPECT_FALSE(helsinki().read(line));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].column, GetParam().column);
  EXPECT_THAT(findings[0].text, HasSubstr(GetParam().says));
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Helsinki, BadTime, testing::ValuesIn(std::vector<BadRow>{
    {"Nothing",    "",                 1,  "the time is missing"},
    {"NoClock",    "Mon",              4,  "the time of day is missing"},
    {"Day",        "Mo 10:00",         1,  "did you mean `Mon`?"},
    {"NoDate",     "2027-02-29 10:00", 1,  "is no day"},
    {"FarOff",     "2200-01-01 10:00", 1,  "is no day"},
    {"NoWeek",     "Mon+x 10:00",      1,  "is no day"},
    {"Hour",       "Mon 24:00",        5,  "is no time of day"},
    {"Short",      "Mon 9:00",         5,  "is no time of day"},
    {"Fraction",   "Mon 09:00:00.5",   5,  "is no time of day"},
    {"SkippedHour","2027-03-28 03:30", 12, "clocks go forward"},
}), testing::PrintToStringParamName());
// clang-format on

}  // namespace
}  // namespace vaste::story
