// More than usual of something: judged by counts, told in its quarter hour, and ended or taken
// back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "base/hash.h"
#include "config/config.h"
#include "support/fleet.h"

namespace vaste::test {
namespace {

using namespace std::chrono_literals;

constexpr Instant kMonday = instant(1'795'392'000'000);  // 2026-11-23T00:00:00Z
constexpr Millis kWeek = 7 * 24h;

struct Row {
  const char* name;
  std::int64_t count;
  std::vector<std::int64_t> before;  // weeks ago
  std::int64_t at_least;
  std::int64_t times;
  std::int64_t limit;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}
class Judged : public testing::TestWithParam<Row> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(A, Judged, testing::ValuesIn(std::vector<Row>{
    {"FewAreNever",           4, {0, 0, 0, 0},     5, 3, 5},
    {"NothingIsUsual",        5, {0, 0, 0, 0},     5, 3, 5},
    {"NothingIsKnown",        5, {},               5, 3, 5},
    {"ThreeTimesIsNotMore",  12, {4, 4, 4, 4},     5, 3, 13},
    {"MoreThanThreeTimes",   13, {4, 4, 4, 4},     5, 3, 13},
    {"OneLoudWeekOfFour",     7, {8, 0, 0, 0},     5, 3, 7},
    {"FractionsCount",        5, {1, 1, 1, 2},     2, 3, 4},
    {"TakenBackIsNotLess",    5, {-3},             5, 3, 5},
}), testing::PrintToStringParamName());
// clang-format on

TEST_P(Judged, ByWhatWasUsual) {
  const Row& row = GetParam();
  Trend trend;
  trend.at_least = row.at_least;
  trend.times = row.times;
  const core::Burst burst = core::judge(trend, row.count, row.before);
  EXPECT_EQ(burst.limit, row.limit);
  EXPECT_EQ(burst.is_one(), row.count >= row.limit);
}

TEST(TrendGroups, AreNamedByTrendAndValue) {
  Trend trend;
  trend.name = "negative mentions";
  EXPECT_EQ(core::trend_group(trend, "a&b"), "trend=negative%20mentions&brand=a%26b");
  EXPECT_EQ(core::trend_group(trend, ""), "trend=negative%20mentions&");
  trend.by = &Attributes::segment;
  EXPECT_EQ(core::trend_group(trend, "vip"), "trend=negative%20mentions&segment=vip");
}

Policy policy(const std::string& more = "") {
  std::vector<config::Finding> findings;
  auto made = config::parse_policy(
      "policy: p\nversion: 1\n"
      "calendars: {office: {zone: UTC, week: {mon-fri: '09:00-17:00'}}}\n"
      "kpis:\n  trends:\n"
      "    - {name: negative_mentions, fact: mention, outcome: bad, by: brand, at_least: 5" +
          more + "}\nrules:\n  - {name: all, targets: {first_response: 1h}}\n",
      "p", findings);
  for (const config::Finding& one : findings) EXPECT_FALSE(one.error) << text(one);
  EXPECT_TRUE(made.has_value());
  return made.value_or(Policy());
}

class Trends : public testing::Test {
 protected:
  // Posts of somebody new each, so that they are served on all partitions.
  Incoming post(Millis after, const std::string& brand, bool bad = true) {
    Incoming out;
    out.moment.at = kMonday + after;
    out.moment.kind = MomentKind::kCustomerMessage;
    out.moment.channel = Channel::kSocial;
    out.moment.flags = kPublic | kAddressed | (bad ? kNegative : kPositive);
    out.moment.id = hash64("post", ++number_);
    out.keys = {{"post:net:" + std::to_string(number_), true, false}};
    out.identifiers = {"social:net:" + std::to_string(number_)};
    out.attributes.brand = brand;
    out.opens = out.from_customer = true;
    return out;
  }
  void posts(int count, Millis after, const std::string& brand, bool bad = true) {
    for (int i = 0; i < count; ++i) fleet_->send(last_ = post(after + Millis(i), brand, bad));
    fleet_->run();
  }
  // As in a deletion of the last one.
  void deletes_last() {
    Incoming deleted = last_;
    deleted.moment.kind = MomentKind::kDeleted;
    deleted.moment.id = hash64("deleted", number_);
    deleted.moment.target = last_.moment.id;
    deleted.opens = false;
    fleet_->send(deleted);
    fleet_->run();
  }
  std::vector<std::string> told() {
    std::vector<std::string> out;
    for (const core::TrendOut& one : fleet_->trends()) {
      const char* status = one.state.status == AlertStatus::kRaised      ? "raised"
                           : one.state.status == AlertStatus::kRecovered ? "recovered"
                                                                         : "retracted";
      out.push_back(one.state.value + ' ' + status + ' ' + std::to_string(one.state.revision) +
                    " of " +
                    std::to_string((one.state.began - kMonday) / std::chrono::minutes(15)));
    }
    return out;
  }
  void restart(const std::string& more) { fleet_ = std::make_unique<Fleet>(policy(more), 5, 3); }

  std::uint64_t number_ = 0;
  Incoming last_;
  std::unique_ptr<Fleet> fleet_ = std::make_unique<Fleet>(policy(), 5, 3);
};

TEST_F(Trends, AreToldInTheirQuarterHourAndEnd) {
  posts(4, 10h, "acme");
  posts(9, 10h + 1min, "other", false);
  EXPECT_TRUE(told().empty()) << "four are few, and the others are content";
  posts(1, 10h + 5min, "acme");
  EXPECT_THAT(told(), testing::ElementsAre("acme raised 1 of 40"));
  posts(3, 10h + 6min, "acme");
  posts(6, 10h + 16min, "acme");
  EXPECT_EQ(told().size(), 1U) << "it goes on";
  fleet_->advance(kMonday + 10h + 31min);
  EXPECT_EQ(told().size(), 1U) << "the quarter hour that is over was one of them";
  fleet_->advance(kMonday + 10h + 46min);
  EXPECT_THAT(told(), testing::ElementsAre("acme raised 1 of 40", "acme recovered 2 of 40"));
  posts(5, 11h, "acme");
  EXPECT_EQ(told().back(), "acme raised 1 of 44");
}

TEST_F(Trends, WhatIsUsualIsNotTold) {
  for (int week = 0; week < 4; ++week) posts(3, 10h + week * kWeek, "acme");
  posts(9, 10h + 4 * kWeek, "acme");
  EXPECT_TRUE(told().empty()) << "three times as many";
  posts(1, 10h + 4 * kWeek + 1min, "acme");
  EXPECT_EQ(told().size(), 1U);
  fleet_->advance(kMonday + 11h + 4 * kWeek);
  EXPECT_EQ(told().size(), 2U) << "it is over";
  posts(9, 12h + 4 * kWeek, "acme");
  EXPECT_EQ(told().size(), 3U) << "at noon none are usual";
}

TEST_F(Trends, WhatNeverWasIsTakenBack) {
  posts(5, 10h, "acme");
  deletes_last();
  EXPECT_THAT(told(), testing::ElementsAre("acme raised 1 of 40", "acme retracted 2 of 40"));
  posts(1, 10h + 1min, "acme");
  EXPECT_EQ(told().back(), "acme raised 3 of 40") << "the same id: it is the same alert";
  fleet_->advance(kMonday + 11h);
  EXPECT_EQ(told().back(), "acme recovered 4 of 40");
  deletes_last();
  EXPECT_EQ(told().back(), "acme retracted 5 of 40");
}

TEST_F(Trends, OutsideTheirHoursNobodyIsTold) {
  restart(", calendar: office");
  posts(50, 3h, "acme");
  posts(50, 5 * 24h + 10h, "acme");  // a Saturday
  EXPECT_TRUE(told().empty());
  posts(5, 7 * 24h + 10h, "acme");
  EXPECT_EQ(told().size(), 1U);
}

TEST(TrendsOfPolicy, AreReadWithTheirPlaces) {
  const auto findings_of = [](const std::string& trend) {
    std::vector<config::Finding> findings;
    static_cast<void>(
        config::parse_policy("policy: p\nrules: [{name: all, targets: {}}]\nkpis:\n"
                             "  trends:\n    - " +
                                 trend + '\n',
                             "p.yaml", findings));
    std::string out;
    for (const config::Finding& one : findings)
      if (one.error) out += text(one) + '\n';
    return out;
  };
  EXPECT_EQ(findings_of("{name: a, fact: survey_answered, of: csat, by: segment, at_least: 3}"),
            "");
  EXPECT_THAT(findings_of("{fact: mention, at_least: 3}"), testing::HasSubstr("`name` is missing"));
  EXPECT_THAT(findings_of("{name: a, fact: mentoin, at_least: 3}"),
              testing::HasSubstr("p.yaml:5:23"));
  EXPECT_THAT(findings_of("{name: a, fact: mention, at_least: 0}"), testing::HasSubstr("at_least"));
  EXPECT_THAT(findings_of("{name: a, fact: mention, at_least: 1, calendar: offise}"),
              testing::HasSubstr("offise"));
  EXPECT_THAT(findings_of("{name: a, fact: mention, at_least: 1}\n"
                          "    - {name: a, fact: wait, at_least: 1}"),
              testing::HasSubstr("is taken"));
}

TEST_F(Trends, WhatHasEndedGoesWithItsQuarterHours) {
  core::Limits limits;
  limits.retain_windows = {2h, 240h};
  fleet_ = std::make_unique<Fleet>(policy(), 5, 3, limits);
  posts(6, 10h, "acme");
  ASSERT_EQ(told().size(), 1U);
  const auto forget_at = [&](Millis after) {
    fleet_->advance(kMonday + after);
    fleet_->run();
    fleet_->forget_windows();
  };
  forget_at(10h + 50min);
  ASSERT_EQ(told().size(), 2U) << "it has ended";
  EXPECT_EQ(fleet_->trend_states(), 1U);
  for (const auto at : {13h, 16h, 19h}) forget_at(at);  // found over, each is kept for two hours
  EXPECT_EQ(fleet_->trend_states(), 0U);
  posts(6, 20h, "acme");
  EXPECT_THAT(told(), testing::Contains("acme raised 1 of 80")) << "and begins anew";
}

}  // namespace
}  // namespace vaste::test
