// Where a window begins, what a group is called, and how sums are added up.
#include "model/kpi_window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <vector>

namespace vaste {
namespace {

using namespace std::chrono_literals;

constexpr Instant kMonday = instant(1'795'392'000'000);  // 2026-11-23T00:00:00Z

struct Begin {
  const char* name;
  WindowSize size;
  Instant at;
  Instant begins;
};
std::ostream& operator<<(std::ostream& out, const Begin& row) {
  return out << row.name;
}
class Window : public testing::TestWithParam<Begin> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(Of, Window, testing::ValuesIn(std::vector<Begin>{
    {"ItsOwnFirstInstant", WindowSize::kQuarterHour, kMonday, kMonday},
    {"ItsLast", WindowSize::kQuarterHour, kMonday + 15min - 1ms, kMonday},
    {"TheNext", WindowSize::kQuarterHour, kMonday + 15min, kMonday + 15min},
    {"ADay", WindowSize::kDay, kMonday + 23h + 59min, kMonday},
    {"TheNextDay", WindowSize::kDay, kMonday + 24h, kMonday + 24h},
    {"Before1970", WindowSize::kQuarterHour, instant(-1), instant(-15 * 60 * 1000)},
    {"ADayBefore1970", WindowSize::kDay, instant(-1), instant(-24 * 3600 * 1000LL)},
}), testing::PrintToStringParamName());
// clang-format on

TEST_P(Window, BeginsAt) {
  const Begin& row = GetParam();
  EXPECT_EQ(to_ms(window_of(row.size, row.at)), to_ms(row.begins));
}

TEST(KpiGroup, HasANameOfItsOwn) {
  Attributes attributes;
  EXPECT_EQ(text(kpi_group(Channel::kNone, attributes)), "channel=other");
  attributes.queue = "A & B=C";
  attributes.priority = "high";
  attributes.agent = "kim";     // no dimension
  attributes.topic = "refund";  // neither
  EXPECT_EQ(text(kpi_group(Channel::kPhone, attributes)),
            "channel=phone&queue=A%20%26%20B%3DC&priority=high");
  Attributes others;
  others.queue = "A%20";
  Attributes spaced;
  spaced.queue = "A ";
  EXPECT_NE(text(kpi_group(Channel::kPhone, others)), text(kpi_group(Channel::kPhone, spaced)));
}

TEST(KpiSums, WhatIsTakenBackLeavesNothing) {
  KpiSum one;
  one.fact = Fact::kWait;
  one.outcome = Outcome::kAnsweredWithin;
  one.count = 1;
  one.value = 7000;
  one.spread = {0, 0, 1};
  KpiSum longer = one;
  longer.value = 70000;
  longer.spread = {0, 0, 0, 0, 0, 0, 0, 0, 1};
  const auto negated = [](KpiSum sum) {
    sum.count = -sum.count;
    sum.value = -sum.value;
    for (auto& count : sum.spread) count = -count;
    return sum;
  };
  KpiWindow window;
  add_up(window, one);
  add_up(window, longer);
  ASSERT_EQ(window.sums.size(), 1U);
  EXPECT_EQ(window.sums.front().count, 2);
  EXPECT_EQ(window.sums.front().value, 77000);
  add_up(window, negated(longer));
  ASSERT_EQ(window.sums.size(), 1U);
  EXPECT_EQ(window.sums.front(), one);
  KpiSum other = one;
  other.outcome = Outcome::kAnsweredLate;
  add_up(window, other);
  EXPECT_EQ(window.sums.size(), 2U);
  add_up(window, negated(one));
  add_up(window, negated(other));
  EXPECT_TRUE(window.sums.empty());
}

TEST(KpiSums, BoundsOfSpreadsAscend) {
  EXPECT_TRUE(std::ranges::is_sorted(kSpreadBounds));
  EXPECT_EQ(kSpreadBounds.back(), 7 * 24 * 3600 * 1000LL);
}

}  // namespace
}  // namespace vaste
