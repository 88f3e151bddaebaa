#include "config/zones.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

namespace vaste::config {
namespace {

using testing::HasSubstr;

struct Row {
  std::string name;
  std::string zone;
  std::int64_t at;  // seconds since 1970
  std::int32_t offset;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

class Offsets : public testing::TestWithParam<Row> {};

// clang-format off
// Expected offsets from Python's zoneinfo.
INSTANTIATE_TEST_SUITE_P(Zones, Offsets, testing::ValuesIn(std::vector<Row>{
    //name                   zone                at           offset
    {"HelsinkiBeforeSpring", "Europe/Helsinki",  1774745999,  7200},   // 2026-03-29T00:59:59Z
    {"HelsinkiAfterSpring",  "Europe/Helsinki",  1774746000,  10800},  // 2026-03-29T01:00:00Z
    {"HelsinkiBeforeAutumn", "Europe/Helsinki",  1792889999,  10800},  // 2026-10-25T00:59:59Z
    {"HelsinkiAfterAutumn",  "Europe/Helsinki",  1792890000,  7200},
    {"Helsinki1970",         "Europe/Helsinki",  0,           7200},   // no summer time then
    {"Helsinki2050Summer",   "Europe/Helsinki",  2540635200,  10800},  // 2050-07-05: beyond the file's transitions
    {"Helsinki2100Winter",   "Europe/Helsinki",  4102920000,  7200},   // 2100-01-06
    {"NewYork2060Summer",    "America/New_York", 2856254400,  -14400}, // 2060-07-05
    {"KolkataHalfHour",      "Asia/Kolkata",     1774746000,  19800},
    {"LordHowe2045Summer",   "Australia/Lord_Howe", 2367230400, 39600}, // 2045-01-05
    {"CasablancaLate",       "Africa/Casablanca", 1774746000, 3600},
    {"Utc",                  "UTC",              1774746000,  0},
}), testing::PrintToStringParamName());
// clang-format on

TEST_P(Offsets, AreThoseOfTheDatabase) {
  const auto transitions = zone_transitions(GetParam().zone);
  ASSERT_TRUE(transitions) << transitions.error().detail;
  const Instant at = instant(GetParam().at * 1000);
  const auto after = std::find_if(transitions->begin(), transitions->end(),
                                  [&](const ZoneTransition& change) { return change.at > at; });
  ASSERT_NE(after, transitions->begin());
  EXPECT_EQ(std::prev(after)->offset_seconds, GetParam().offset);
}

TEST(Zones, AscendAndChangeEachTime) {
  for (const char* zone :
       {"Europe/Helsinki", "America/New_York", "Africa/Casablanca", "America/Nuuk"}) {
    const auto transitions = zone_transitions(zone);
    ASSERT_TRUE(transitions) << zone;
    EXPECT_EQ(transitions->front().at, instant(0));
    for (std::size_t i = 1; i < transitions->size(); ++i) {
      EXPECT_LT((*transitions)[i - 1].at, (*transitions)[i].at) << zone;
      EXPECT_NE((*transitions)[i - 1].offset_seconds, (*transitions)[i].offset_seconds) << zone;
    }
  }
  // Two a year since 1981, up to the end of 2101.
  EXPECT_EQ(zone_transitions("Europe/Helsinki")->size(), 1 + 2 * (2101 - 1981 + 1));
}

TEST(Zones, UnknownOnesAreGuessed) {
  const auto detail = [](const char* zone) { return zone_transitions(zone).error().detail; };
  EXPECT_THAT(detail("Europe/Helsinky"), HasSubstr("did you mean `Europe/Helsinki`?"));
  EXPECT_THAT(detail("helsinki"), HasSubstr("did you mean `Europe/Helsinki`?"));
  EXPECT_THAT(detail("Xyzzyx/Qqqqqqq"), HasSubstr("e.g. `Europe/Helsinki`"));
  EXPECT_THAT(detail("../../etc/passwd"), HasSubstr("unknown time zone"));
  EXPECT_EQ(zone_transitions("Europe/Helsinky").error().code, Code::kNotFound);
}

}  // namespace
}  // namespace vaste::config
