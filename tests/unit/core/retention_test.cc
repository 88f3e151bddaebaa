// What was not heard of for long goes, with everything that leads to it and nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.h"
#include "config/config.h"
#include "story/fleet.h"

namespace vaste::test {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Instant kAsked = instant(1'795'392'000'000);
constexpr auto kDay = 24h;
constexpr auto kOpen = 365 * kDay;
constexpr auto kResolved = 90 * kDay;
constexpr std::size_t kKeys = 30;

std::shared_ptr<const clocks::CompiledPolicy> hourly() {
  std::vector<config::Finding> findings;
  auto policy = config::parse_policy(
      "policy: p\nversion: 1\nrules:\n  - {name: all, targets: {first_response: 1h}}\n", "p",
      findings);
  return std::make_shared<const clocks::CompiledPolicy>(policy.value_or(Policy()));
}

Incoming said(MomentKind kind, Instant at, std::vector<Key> keys,
              std::vector<std::string> identifiers) {
  static std::uint64_t number = 0;
  Incoming event;
  event.moment.at = at;
  event.moment.kind = kind;
  event.moment.channel = Channel::kEmail;
  event.moment.id = hash64(std::to_string(++number));
  event.keys = std::move(keys);
  event.identifiers = std::move(identifiers);
  event.opens = kind == MomentKind::kCustomerMessage;
  event.from_customer = kind == MomentKind::kCustomerMessage;
  return event;
}

// On several partitions, so that keys, customers and conversations live apart; in many orders.
class Retention : public testing::TestWithParam<std::uint64_t> {
 protected:
  explicit Retention(Millis thread_wait = Millis(0))
      : fleet_(hourly(), 7, GetParam(), limits(thread_wait)) {}

  static core::Limits limits(Millis thread_wait) {
    core::Limits limits;
    limits.thread_wait = thread_wait;
    limits.retain_open = kOpen;
    limits.retain_resolved = kResolved;
    return limits;
  }
  std::int64_t hears(MomentKind kind, Millis after, const std::string& key,
                     const std::string& person) {
    const bool refers = kind != MomentKind::kCustomerMessage;
    std::vector<std::string> identifiers;
    if (!person.empty()) identifiers.push_back("email:" + person);
    const auto offset =
        fleet_.send(said(kind, kAsked + after, {{"mail::" + key, refers, false}}, identifiers));
    fleet_.run();
    return offset;
  }
  void time_is(Millis after) {
    fleet_.advance(kAsked + after);
    fleet_.run();
  }
  Id conversation_of(std::int64_t offset) {
    const auto found = fleet_.conversation_of(offset);
    return found ? found->id : Id();
  }

  void nothing_is_left();

  story::Fleet fleet_;
};

INSTANTIATE_TEST_SUITE_P(Orders, Retention, testing::Range<std::uint64_t>(1, 9));

TEST_P(Retention, WhatWasNeverResolvedGoesAYearAfterItsLastActivity) {
  hears(MomentKind::kCustomerMessage, 0s, "1", "ann");
  hears(MomentKind::kCustomerMessage, 30 * kDay, "1", "ann");
  EXPECT_EQ(fleet_.records(), 4U) << "conversation, customer, identifier, key";
  time_is(30 * kDay + kOpen - 1ms);
  EXPECT_EQ(fleet_.records(), 4U);
  time_is(30 * kDay + kOpen);
  EXPECT_EQ(fleet_.records(), 0U);
}

TEST_P(Retention, WhatWasResolvedGoesSooner) {
  hears(MomentKind::kCustomerMessage, 0s, "1", "ann");
  hears(MomentKind::kResolved, 2h, "1", "ann");
  hears(MomentKind::kCustomerMessage, 3h, "2", "bob");
  time_is(2h + kResolved - 1ms);
  EXPECT_THAT(fleet_.conversations(), SizeIs(2));
  time_is(2h + kResolved);
  EXPECT_THAT(fleet_.conversations(), SizeIs(1));
  EXPECT_EQ(fleet_.customer("email:ann"), std::nullopt);
  EXPECT_TRUE(fleet_.customer("email:bob").has_value());
}

TEST_P(Retention, ACustomerStaysWithTheLastConversation) {
  hears(MomentKind::kCustomerMessage, 0s, "1", "ann");
  hears(MomentKind::kResolved, 1h, "1", "ann");
  hears(MomentKind::kCustomerMessage, 80 * kDay, "2", "ann");
  const auto ann = fleet_.customer("email:ann");
  time_is(100 * kDay);
  EXPECT_THAT(fleet_.conversations(), SizeIs(1));
  EXPECT_EQ(fleet_.customer("email:ann"), ann);
  time_is(80 * kDay + kOpen);
  EXPECT_EQ(fleet_.records(), 0U);
}

TEST_P(Retention, ALateEventOpensANewConversation) {
  const Id first = conversation_of(hears(MomentKind::kCustomerMessage, 0s, "1", "ann"));
  time_is(kOpen);
  ASSERT_EQ(fleet_.records(), 0U);
  const Id second = conversation_of(hears(MomentKind::kCustomerMessage, 1h, "1", "ann"));
  EXPECT_FALSE(second.empty());
  EXPECT_NE(second, first);
  EXPECT_THAT(fleet_.dead(), IsEmpty());
  time_is(3 * kOpen);
  EXPECT_EQ(fleet_.records(), 0U);
}

TEST_P(Retention, WhatComesByAKeyThatDoesNotKnowYetStaysTogether) {
  hears(MomentKind::kCustomerMessage, 0s, "1", "");
  // The conversation is gone, and its key has not heard of it.
  fleet_.advance(kAsked + kOpen);
  ASSERT_THAT(fleet_.conversations(), IsEmpty());
  const auto one =
      fleet_.send(said(MomentKind::kCustomerMessage, kAsked + kOpen, {{"mail::1"}}, {}));
  const auto other =
      fleet_.send(said(MomentKind::kCustomerMessage, kAsked + kOpen + 1s, {{"mail::1"}}, {}));
  fleet_.run();
  EXPECT_THAT(fleet_.conversations(), SizeIs(1));
  EXPECT_FALSE(conversation_of(one).empty());
  EXPECT_EQ(conversation_of(one), conversation_of(other));
  EXPECT_THAT(fleet_.dead(), IsEmpty());
  time_is(3 * kOpen);
  EXPECT_EQ(fleet_.records(), 0U);
}

TEST_P(Retention, WhatWasMergedGoesWithAllItsRedirects) {
  hears(MomentKind::kCustomerMessage, 0s, "1", "ann");
  hears(MomentKind::kCustomerMessage, 1s, "2", "bob");
  fleet_.send(
      said(MomentKind::kCustomerMessage, kAsked + 2s, {{"mail::1"}, {"mail::2"}}, {"email:eve"}));
  fleet_.run();
  ASSERT_THAT(fleet_.conversations(), SizeIs(1));
  time_is(kResolved + 2s);
  EXPECT_THAT(fleet_.conversations(), SizeIs(1)) << "only redirects are gone";
  // Still found by either key, and still one.
  const auto later = hears(MomentKind::kAgentMessage, kResolved + 3s, "2", "");
  EXPECT_THAT(fleet_.conversations(), SizeIs(1));
  EXPECT_EQ(conversation_of(later), fleet_.conversations().begin()->first);
  time_is(3 * kOpen);
  EXPECT_EQ(fleet_.records(), 0U);
  EXPECT_THAT(fleet_.dead(), IsEmpty());
}

TEST_P(Retention, KeysGoOnToTheConversationThatCameAfter) {
  hears(MomentKind::kCustomerMessage, 0s, "1", "");
  hears(MomentKind::kResolved, 1h, "1", "");
  const Id after = conversation_of(hears(MomentKind::kCustomerMessage, 10 * kDay, "1", ""));
  ASSERT_THAT(fleet_.conversations(), SizeIs(2));
  time_is(1h + kResolved);
  ASSERT_THAT(fleet_.conversations(), SizeIs(1));
  EXPECT_EQ(conversation_of(hears(MomentKind::kAgentMessage, 1h + kResolved, "1", "")), after);
  EXPECT_THAT(fleet_.conversations(), SizeIs(1));
  time_is(3 * kOpen);
  EXPECT_EQ(fleet_.records(), 0U);
}

// Also those that it has never seen: it tells them when it goes in its turn.
TEST_P(Retention, AllKeysGoOnToTheConversationThatCameAfter) {
  fleet_.send(said(MomentKind::kCustomerMessage, kAsked, {{"mail::1"}, {"mail::2"}}, {}));
  fleet_.run();
  hears(MomentKind::kResolved, 1h, "1", "");
  const Id after = conversation_of(hears(MomentKind::kCustomerMessage, 10 * kDay, "1", ""));
  ASSERT_THAT(fleet_.conversations(), SizeIs(2));
  time_is(1h + kResolved);
  ASSERT_THAT(fleet_.conversations(), SizeIs(1));
  EXPECT_EQ(fleet_.records("t"), 2U);
  time_is(10 * kDay + kOpen);
  EXPECT_EQ(fleet_.records(), 0U);
  EXPECT_FALSE(after.empty());
}

// A redirect's winner is a redirect itself by the time that it is told.
TEST_P(Retention, KeysAreFoundThroughRedirectsThatAreGone) {
  for (const char* key : {"1", "2", "3"}) hears(MomentKind::kCustomerMessage, 0s, key, "");
  ASSERT_THAT(fleet_.conversations(), SizeIs(3));
  for (const auto& [one, other] : {std::pair("2", "3"), std::pair("1", "2")}) {
    fleet_.send(said(MomentKind::kCustomerMessage, kAsked + 1s,
                     {{std::string("mail::") + one}, {std::string("mail::") + other}}, {}));
    fleet_.run();
  }
  ASSERT_THAT(fleet_.conversations(), SizeIs(1));
  const Id winner = fleet_.conversations().begin()->first;
  EXPECT_EQ(fleet_.records("v"), 3U);
  time_is(kResolved + 1s);
  EXPECT_EQ(fleet_.records("v"), 1U) << "only redirects are gone";
  for (const char* key : {"1", "2", "3"})
    EXPECT_EQ(conversation_of(hears(MomentKind::kAgentMessage, kResolved + 2s, key, "")), winner);
  time_is(3 * kOpen);
  EXPECT_EQ(fleet_.records(), 0U);
  EXPECT_THAT(fleet_.dead(), IsEmpty());
}

TEST_P(Retention, WhoIsToldOfABreachIsToldOfItsEnd) {
  hears(MomentKind::kCustomerMessage, 0s, "1", "ann");
  time_is(kOpen);
  ASSERT_THAT(fleet_.standing(), SizeIs(1));
  EXPECT_EQ(fleet_.standing().begin()->second.alert.status, AlertStatus::kRecovered);
}

TEST_P(Retention, ABacklogOfYearsAgoIsNotForgottenWhileItComesIn) {
  time_is(5 * kOpen);
  hears(MomentKind::kCustomerMessage, 0s, "1", "ann");
  time_is(5 * kOpen + kDay);
  hears(MomentKind::kAgentMessage, 1h, "1", "ann");
  EXPECT_THAT(fleet_.conversations(), SizeIs(1));
  time_is(6 * kOpen + kDay);
  EXPECT_EQ(fleet_.records(), 0U);
}

// A command is known, and answered as before, for as long as what it may be about.
TEST_P(Retention, AnswersToCommandsGo) {
  Command command;
  command.id = "1";
  command.at = kAsked;
  command.kind = CommandKind::kLink;
  command.first = "email:ann";
  command.second = "email:bob";
  fleet_.send(command);
  fleet_.run();
  ASSERT_THAT(fleet_.answers(), SizeIs(1));
  time_is(kOpen - 1ms);
  fleet_.send(command);
  fleet_.run();
  EXPECT_THAT(fleet_.answers(), SizeIs(2));
  EXPECT_EQ(fleet_.records("o"), 1U);
  EXPECT_EQ(fleet_.answers().back().answer.status, fleet_.answers().front().answer.status);
  time_is(kOpen);
  EXPECT_EQ(fleet_.records("o"), 0U);
  EXPECT_EQ(fleet_.records("u"), 2U) << "when the two go whom it linked, and nothing else";
}

TEST_P(Retention, NothingIsForgottenWithoutIt) {
  story::Fleet forever{hourly(), 7, GetParam()};
  forever.send(said(MomentKind::kCustomerMessage, kAsked, {{"mail::1"}}, {"email:ann"}));
  forever.run();
  forever.advance(kAsked + 20 * kOpen);
  EXPECT_THAT(forever.conversations(), SizeIs(1));
}

// Many people, shared keys, merges, resolutions and time in any order: in the end nothing
// is left of them. Nor of threads that were nobody's until they were somebody's.
void Retention::nothing_is_left() {
  std::mt19937_64 random(GetParam() * 7919);
  Millis at{0};
  for (int i = 0; i < 400; ++i) {
    at += Millis(static_cast<std::int64_t>(random() % 40) * 3'600'000);
    const std::string key = std::to_string(random() % kKeys);
    const std::string person = random() % 3 == 0 ? "" : "p" + std::to_string(random() % 12);
    constexpr MomentKind kKinds[] = {MomentKind::kCustomerMessage, MomentKind::kAgentMessage,
                                     MomentKind::kResolved};
    std::vector<Key> keys{{"mail::" + key, random() % 2 == 0, false}};
    if (random() % 5 == 0)
      keys.push_back({"mail::" + std::to_string(random() % kKeys), true, false});
    const MomentKind kind = kKinds[random() % 3];
    std::vector<std::string> identifiers;
    if (!person.empty()) identifiers.push_back("email:" + person);
    fleet_.send(said(kind, kAsked + at, keys, identifiers));
    if (random() % 4 != 0) fleet_.run();
    if (random() % 3 == 0) fleet_.advance(kAsked + at);
    for (int day = 0; i == 200 && day < 200; ++day) time_is(at += kDay);
  }
  fleet_.run();
  ASSERT_THAT(fleet_.conversations(), testing::Not(IsEmpty()));
  for (int day = 0; day < 1200; ++day) time_is(at += kDay);
  for (const char* kind : {"v", "k", "c", "p", "t", "u"})
    EXPECT_EQ(fleet_.records(kind), 0U) << kind;
  std::vector<std::int64_t> again;
  for (std::size_t key = 0; key < kKeys; ++key)
    again.push_back(hears(MomentKind::kCustomerMessage, at, std::to_string(key), ""));
  time_is(at += kDay);
  for (const std::int64_t one : again) EXPECT_FALSE(conversation_of(one).empty());
  EXPECT_THAT(fleet_.dead(), IsEmpty());
}

TEST_P(Retention, LeavesNothingBehind) {
  nothing_is_left();
}

class RetentionOfWhoWaits : public Retention {
 protected:
  RetentionOfWhoWaits() : Retention(60s) {}
};
INSTANTIATE_TEST_SUITE_P(Orders, RetentionOfWhoWaits, testing::Range<std::uint64_t>(1, 9));

TEST_P(RetentionOfWhoWaits, LeavesNothingBehind) {
  nothing_is_left();
}

}  // namespace
}  // namespace vaste::test
