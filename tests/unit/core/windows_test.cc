// Windowed KPIs over many partitions: whatever comes late, twice or is taken back, the windows hold
// what was contributed and not taken back, each group in one place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/hash.h"
#include "config/config.h"
#include "support/fleet.h"
#include "support/kpi_sums.h"

namespace vaste::test {
namespace {

using namespace std::chrono_literals;
using enum MomentKind;

constexpr Instant kMonday = instant(1'795'392'000'000);

Policy policy() {
  std::vector<config::Finding> findings;
  auto made = config::parse_policy(
      "policy: p\nversion: 1\nkpis: {repeat_window: 3d}\n"
      "rules:\n  - {name: all, targets: {first_response: 1h, resolution: 1d}}\n",
      "p", findings);
  EXPECT_TRUE(made.has_value());
  return made.value_or(Policy());
}

Incoming event(Millis after, MomentKind kind, const std::string& number,
               const std::string& brand = "acme") {
  Incoming out;
  out.moment.at = kMonday + after;
  out.moment.kind = kind;
  out.moment.channel = Channel::kEmail;
  out.moment.id = hash64(std::to_string(after.count()) + number, static_cast<std::uint64_t>(kind));
  out.keys = {{"ticket:desk:" + number, true, false}};
  out.identifiers = {"customer:" + number};
  out.attributes.brand = brand;
  out.opens = kind == kCustomerMessage;
  out.from_customer = kind == kCustomerMessage;
  return out;
}

class Windows : public testing::Test {
 protected:
  void hears(const Incoming& incoming) {
    fleet_->send(incoming);
    fleet_->run();
  }
  void expect_exact() {
    EXPECT_EQ(simple_sums(fleet_->windows()), simple_sums(fleet_->contributed()));
  }
  std::int64_t count(WindowSize size, Instant start, Fact fact, Outcome outcome) {
    std::int64_t out = 0;
    for (const auto& [id, window] : fleet_->windows())
      for (const KpiSum& sum : window.sums)
        if (id.size == size && id.start == start && sum.fact == fact && sum.outcome == outcome)
          out += sum.count;
    return out;
  }
  void restart(core::Limits limits) { fleet_ = std::make_unique<Fleet>(policy(), 5, 3, limits); }

  std::unique_ptr<Fleet> fleet_ = std::make_unique<Fleet>(policy(), 5, 3);
};

TEST_F(Windows, LateEventsCorrectThem) {
  hears(event(10min, kCustomerMessage, "1"));
  hears(event(10min, kCustomerMessage, "1"));
  EXPECT_EQ(count(WindowSize::kQuarterHour, kMonday, Fact::kContact, Outcome::kIncoming), 1);
  fleet_->advance(kMonday + 2h);
  const Instant deadline = kMonday + 1h;  // of the quarter hour that has it
  EXPECT_EQ(count(WindowSize::kQuarterHour, deadline, Fact::kSla, Outcome::kBreached), 1);
  expect_exact();
  hears(event(40min, kAgentMessage, "1"));
  EXPECT_EQ(count(WindowSize::kQuarterHour, deadline, Fact::kSla, Outcome::kBreached), 0);
  EXPECT_EQ(count(WindowSize::kQuarterHour, kMonday + 30min, Fact::kSla, Outcome::kMet), 1);
  EXPECT_EQ(count(WindowSize::kDay, kMonday, Fact::kSla, Outcome::kMet), 1);
  expect_exact();
}

TEST_F(Windows, AnotherBrandMovesThem) {
  hears(event(0min, kCustomerMessage, "1", "acme"));
  hears(event(5min, kAgentMessage, "1", ""));  // of the brand that is known then
  hears(event(1min, kAttributesChanged, "1", "other"));
  expect_exact();
  std::set<std::string> met;
  for (const auto& [id, window] : fleet_->windows())
    for (const KpiSum& sum : window.sums)
      if (sum.fact == Fact::kSla) met.insert(id.group);
  EXPECT_THAT(met, testing::ElementsAre("channel=email&brand=other"));
}

// However many brands there are, so many records; and what is taken back is taken from where it is.
TEST_F(Windows, GroupsHaveABudget) {
  core::Limits limits;
  limits.groups = 2;
  restart(limits);
  for (int i = 0; i < 40; ++i)
    hears(event(Millis(i), kCustomerMessage, std::to_string(i), "brand" + std::to_string(i)));
  fleet_->advance(kMonday + 2h);
  std::map<WindowSize, std::size_t> records;
  std::size_t rest = 0;
  for (const auto& [id, window] : fleet_->windows()) {
    if (id.start == window_of(id.size, kMonday)) ++records[id.size];
    if (id.group == text(rest_of(Channel::kEmail))) ++rest;
  }
  EXPECT_EQ(records[WindowSize::kQuarterHour], 5U * 2 + 1);
  EXPECT_EQ(records[WindowSize::kDay], 5U * 2 + 1);
  EXPECT_GE(rest, 2U);
  for (int i = 0; i < 40; ++i) {
    Incoming answer = event(30min, kAgentMessage, std::to_string(i));
    answer.attributes = {};
    hears(answer);
  }
  const auto windows = fleet_->windows();
  EXPECT_EQ(simple_sums(windows, false), simple_sums(fleet_->contributed(), false));
  for (const auto& [id, window] : windows)
    for (const KpiSum& sum : window.sums)
      EXPECT_GT(sum.count, 0) << id.group << ' ' << name(sum.fact);
}

TEST_F(Windows, OldOnesGoAndAreNotBegunAnew) {
  core::Limits limits;
  limits.retain_windows = {2h, 240h};
  restart(limits);
  hears(event(0min, kCustomerMessage, "1"));
  fleet_->advance(kMonday + 90min);
  hears(event(70min, kCustomerMessage, "2"));
  fleet_->forget_windows();
  expect_exact();
  for (const auto at : {5h, 8h, 11h}) {  // found over, each is kept for two hours more
    fleet_->advance(kMonday + at);
    fleet_->run();  // what deadlines contributed is on its way
    fleet_->forget_windows();
  }
  for (const auto& [id, window] : fleet_->windows()) EXPECT_EQ(id.size, WindowSize::kDay);
  EXPECT_EQ(fleet_->too_late(0), 0U);
  // The late answer takes a breach back and says that the target was met.
  hears(event(30min, kAgentMessage, "1"));
  EXPECT_EQ(count(WindowSize::kDay, kMonday, Fact::kSla, Outcome::kMet), 1);
  EXPECT_EQ(count(WindowSize::kDay, kMonday, Fact::kSla, Outcome::kBreached), 1);
  for (const auto& [id, window] : fleet_->windows()) EXPECT_EQ(id.size, WindowSize::kDay);
  EXPECT_GE(fleet_->too_late(0), 2U);
  EXPECT_EQ(fleet_->too_late(1), 0U);
}

// Years of history that come in now are kept for as long as what happens now.
TEST_F(Windows, ABacklogIsKeptFromWhenItCame) {
  core::Limits limits;
  limits.retain_windows = {2h, 240h};
  restart(limits);
  fleet_->advance(kMonday + 1000h);
  hears(event(0min, kCustomerMessage, "1"));
  fleet_->advance(kMonday + 1001h);
  fleet_->forget_windows();
  expect_exact();
  fleet_->advance(kMonday + 1003h);
  fleet_->forget_windows();
  EXPECT_EQ(count(WindowSize::kQuarterHour, kMonday, Fact::kContact, Outcome::kIncoming), 0);
  EXPECT_EQ(count(WindowSize::kDay, kMonday, Fact::kContact, Outcome::kIncoming), 1);
}

// Events of a few tickets in any order, some of them twice, under deadlines that pass meanwhile.
TEST(WindowsProperty, HoldWhatWasContributed) {
  constexpr std::array kKinds{kCustomerMessage, kAgentMessage, kResolved, kAttributesChanged};
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    std::mt19937_64 random(seed);
    const auto below = [&](std::size_t bound) {
      return static_cast<std::size_t>(random() % bound);
    };
    Fleet fleet(policy(), static_cast<std::int32_t>(1 + below(6)), seed);
    std::vector<Incoming> all;
    for (std::size_t i = 0; i < 30; ++i) {
      Incoming one = event(Millis(static_cast<std::int64_t>(below(48 * 60)) * 60000),
                           kKinds.at(below(kKinds.size())), std::to_string(below(4)),
                           "brand" + std::to_string(below(3)));
      if (below(4) == 0)
        one.keys.push_back({"ticket:desk:" + std::to_string(below(4)), true, false});
      all.push_back(one);
      if (below(5) == 0) all.push_back(one);
    }
    std::shuffle(all.begin(), all.end(), random);
    for (const Incoming& one : all) {
      fleet.send(one);
      if (below(3) == 0) fleet.run();
      if (below(8) == 0) {
        fleet.run();
        fleet.advance(kMonday + Millis(static_cast<std::int64_t>(below(60)) * 3600000));
      }
    }
    fleet.run();
    fleet.advance(kMonday + 1000h);
    ASSERT_EQ(simple_sums(fleet.windows()), simple_sums(fleet.contributed())) << "seed " << seed;
  }
}

}  // namespace
}  // namespace vaste::test
