// Contributions to KPIs over the conversations of many partitions: each once, also when
// conversations merge, events come twice or late, and one conversation has to do with another.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.h"
#include "config/config.h"
#include "properties/outcome.h"
#include "support/fleet.h"

namespace vaste::test {
namespace {

using namespace std::chrono_literals;
using enum MomentKind;

constexpr Instant kMonday = instant(1'795'392'000'000);

Policy policy() {
  std::vector<config::Finding> findings;
  auto made = config::parse_policy(
      "policy: p\nversion: 1\nkpis: {repeat_window: 3d}\n"
      "rules:\n  - {name: all, targets: {first_response: 1h}}\n",
      "p", findings);
  EXPECT_TRUE(made.has_value());
  return made.value_or(Policy());
}

Incoming event(Millis after, MomentKind kind, std::vector<Key> keys,
               std::string person = "customer:ann") {
  Incoming out;
  out.moment.at = kMonday + after;
  out.moment.kind = kind;
  out.moment.channel = Channel::kEmail;
  out.moment.id = hash64(std::to_string(after.count()) + keys.front().text + person,
                         static_cast<std::uint64_t>(kind));
  out.keys = std::move(keys);
  if (!person.empty()) out.identifiers = {std::move(person)};
  out.attributes.queue = "mail";
  out.opens = kind == kCustomerMessage;
  out.from_customer = kind == kCustomerMessage || kind == kSurveyAnswered;
  return out;
}

Key ticket(const std::string& number) {
  return {"ticket:desk:" + number, true, false};
}

class Kpis : public testing::Test {
 protected:
  void hears(const Incoming& incoming) {
    fleet_.send(incoming);
    fleet_.run();
  }
  void hears(Millis after, MomentKind kind, const std::string& number) {
    hears(event(after, kind, {ticket(number)}));
  }
  void read_up_to(Millis after) { fleet_.advance(kMonday + after); }

  std::size_t count(Fact fact, Outcome outcome = Outcome::kNone) const {
    return static_cast<std::size_t>(std::count_if(
        fleet_.contributed().begin(), fleet_.contributed().end(),
        [&](const core::Contributed& one) {
          return one.fact == fact && (outcome == Outcome::kNone || one.outcome == outcome);
        }));
  }
  void expect_consistent() const {
    EXPECT_EQ(contributions_of(fleet_).find("  but "), std::string::npos)
        << contributions_of(fleet_);
  }

  Fleet fleet_{policy(), 5, 3};
};

TEST_F(Kpis, DuplicatesContributeNothing) {
  for (int i = 0; i < 3; ++i) {
    hears(0h, kCustomerMessage, "1");
    hears(30min, kAgentMessage, "1");
    hears(40min, kResolved, "1");
  }
  EXPECT_EQ(count(Fact::kContact), 1U);
  EXPECT_EQ(count(Fact::kSla, Outcome::kMet), 1U);
  EXPECT_EQ(count(Fact::kResolution), 1U);
  EXPECT_EQ(fleet_.fresh(Fact::kSla), 1U);
  expect_consistent();
}

// The verdict of a late answer is taken back when an earlier one comes to be known.
TEST_F(Kpis, LateEventsCorrect) {
  hears(0h, kCustomerMessage, "1");
  read_up_to(2h);
  EXPECT_EQ(count(Fact::kSla, Outcome::kBreached), 1U);
  hears(3h, kAgentMessage, "1");
  EXPECT_EQ(count(Fact::kSla), 1U) << "the answer to what is late already changes no verdict";
  EXPECT_EQ(count(Fact::kSlaSpent), 1U);
  hears(30min, kAgentMessage, "1");
  EXPECT_EQ(count(Fact::kSla, Outcome::kBreached), 0U);
  EXPECT_EQ(count(Fact::kSla, Outcome::kMet), 1U);
  EXPECT_EQ(fleet_.fresh(Fact::kSla), 1U) << "counters count it once";
  expect_consistent();
}

TEST_F(Kpis, MergedConversationsContributeOnce) {
  // Two threads without a person, until somebody answers both at once.
  const Key one{"mail::a", false, false};
  const Key other{"mail::b", false, false};
  hears(event(0h, kCustomerMessage, {one}, ""));
  hears(event(1min, kCustomerMessage, {other}, ""));
  hears(event(10min, kResolved, {other}, ""));
  const std::size_t contacts = fleet_.fresh(Fact::kContact);
  EXPECT_EQ(contacts, 2U);
  EXPECT_EQ(count(Fact::kContact), 2U);
  hears(event(20min, kAgentMessage, {one, other}, ""));
  EXPECT_EQ(fleet_.conversations().size(), 1U);
  EXPECT_EQ(count(Fact::kContact), 1U) << "one thread of mails";
  EXPECT_EQ(count(Fact::kResolution), 1U);
  EXPECT_EQ(fleet_.fresh(Fact::kContact), contacts) << "handing over counts nothing again";
  EXPECT_EQ(fleet_.fresh(Fact::kResolution), 1U);
  expect_consistent();
}

TEST_F(Kpis, AContactElsewhereIsARepeatedOne) {
  hears(0h, kCustomerMessage, "1");
  hears(1h, kResolved, "1");
  hears(40h, kCustomerMessage, "2");
  hears(41h, kResolved, "2");
  read_up_to(41h + 72h);
  EXPECT_EQ(fleet_.conversations().size(), 2U);
  EXPECT_EQ(count(Fact::kFirstContact, Outcome::kRepeated), 1U);
  EXPECT_EQ(count(Fact::kFirstContact, Outcome::kResolved), 1U);
  EXPECT_EQ(count(Fact::kRepeatContact), 1U);
  expect_consistent();
}

// ... also when it is heard of after the window closed; and when it turns out that it never was.
TEST_F(Kpis, WhatComesLateIsTakenBack) {
  hears(0h, kCustomerMessage, "1");
  hears(1h, kResolved, "1");
  read_up_to(80h);
  EXPECT_EQ(count(Fact::kFirstContact, Outcome::kResolved), 1U);
  const Incoming late = event(40h, kCustomerMessage, {ticket("2")});
  hears(late);
  EXPECT_EQ(count(Fact::kFirstContact, Outcome::kResolved), 0U);
  EXPECT_EQ(count(Fact::kFirstContact, Outcome::kRepeated), 1U);
  Incoming deleted = event(41h, kDeleted, {ticket("2")});
  deleted.moment.target = late.moment.id;
  hears(deleted);
  EXPECT_EQ(count(Fact::kFirstContact, Outcome::kResolved), 1U);
  EXPECT_EQ(count(Fact::kFirstContact, Outcome::kRepeated), 0U);
  EXPECT_EQ(fleet_.fresh(Fact::kFirstContact), 1U);
  expect_consistent();
}

TEST_F(Kpis, OtherCustomersAreNoneOfOurs) {
  hears(0h, kCustomerMessage, "1");
  hears(1h, kResolved, "1");
  hears(event(40h, kCustomerMessage, {ticket("2")}, "customer:bob"));
  read_up_to(80h);
  EXPECT_EQ(count(Fact::kFirstContact, Outcome::kResolved), 1U);
  EXPECT_EQ(count(Fact::kRepeatContact), 0U);
}

// What is forgotten by age stays counted.
TEST(KpisOfAge, AreKept) {
  core::Limits limits;
  limits.retain_resolved = 24h * 10;
  Fleet fleet(policy(), 1, 1, limits);
  fleet.send(event(0h, kCustomerMessage, {ticket("1")}));
  fleet.send(event(1h, kResolved, {ticket("1")}));
  fleet.run();
  fleet.advance(kMonday + 24h * 30);
  EXPECT_TRUE(fleet.conversations().empty());
  std::size_t decided = 0;
  for (const core::Contributed& one : fleet.contributed())
    decided += one.fact == Fact::kFirstContact || one.fact == Fact::kResolution ? 1 : 0;
  EXPECT_EQ(decided, 2U);
}

}  // namespace
}  // namespace vaste::test
