// An event that has only a thread key waits for somebody who knows the thread; a thread that was
// nobody's gets to know whose it is. On several partitions, in many orders.
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
using What = core::IdentityOut::What;

constexpr Instant kStart = instant(1'795'392'000'000);
constexpr Millis kWait = 60s;
constexpr Millis kTarget = 30min;

std::shared_ptr<const clocks::CompiledPolicy> answered_within(const std::string& target) {
  std::vector<config::Finding> findings;
  auto policy = config::parse_policy(
      "policy: p\nversion: 1\nrules:\n  - {name: all, targets: "
      "{first_response: " +
          target + "}}\n",
      "p", findings);
  Policy out = policy.value_or(Policy());
  for (auto& row : out.stitch.window) row.fill(24h);
  return std::make_shared<const clocks::CompiledPolicy>(std::move(out));
}

core::Limits waiting(std::uint64_t events = 1000, std::uint64_t bytes = 1 << 20) {
  core::Limits out;
  out.thread_wait = kWait;
  out.waiting_events = events;
  out.waiting_bytes = bytes;
  out.waiting_by_key = 3;
  return out;
}

class Waits : public testing::TestWithParam<std::uint64_t> {
 protected:
  explicit Waits(const std::string& target = "30m", core::Limits limits = waiting())
      : fleet_(answered_within(target), 7, GetParam(), limits) {}

  // `who` empty: nobody, by the thread alone.
  std::int64_t says(Millis after, const std::string& key, const std::string& who = {},
                    MomentKind kind = MomentKind::kCustomerMessage) {
    Incoming event;
    event.moment.at = kStart + after;
    event.moment.kind = kind;
    event.moment.channel = Channel::kEmail;
    event.moment.id = hash64(std::to_string(++number_));
    if (!key.empty()) event.keys = {{"mail::" + key, true, false}};
    if (!who.empty()) event.identifiers = {"email:" + who};
    event.opens = event.from_customer = kind == MomentKind::kCustomerMessage;
    const auto offset = fleet_.send(event);
    fleet_.run();
    return offset;
  }
  void time_is(Millis after) {
    fleet_.advance(kStart + after);
    fleet_.run();
  }
  Instant opened(std::int64_t offset) {
    const auto found = fleet_.conversation_of(offset);
    return found ? found->fold.opened : kNever;
  }
  Id customer_of(std::int64_t offset) {
    const auto found = fleet_.conversation_of(offset);
    return found ? found->customer : Id();
  }

  story::Fleet fleet_;
  std::uint64_t number_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Orders, Waits, testing::Range<std::uint64_t>(1, 17));

TEST_P(Waits, ForWhoKnowsItsThread) {
  const auto nobody = says(0s, "1");
  EXPECT_THAT(fleet_.conversations(), IsEmpty());
  EXPECT_THAT(fleet_.enriched(), IsEmpty()) << "it is not answered yet";
  EXPECT_EQ(fleet_.records("u"), 2U) << "it, and how much waits";
  const auto ann = says(5s, "1", "ann");
  EXPECT_THAT(fleet_.conversations(), SizeIs(1));
  EXPECT_EQ(opened(nobody), kStart);
  EXPECT_EQ(opened(ann), kStart);
  EXPECT_EQ(customer_of(nobody), fleet_.customer("email:ann"));
  EXPECT_THAT(fleet_.identity(), IsEmpty()) << "it was theirs from the beginning";
  EXPECT_EQ(fleet_.records("u"), 0U);
  time_is(kTarget + 1s);
  EXPECT_THAT(fleet_.standing(), SizeIs(1));
}

TEST_P(Waits, NoLongerThanAMinute) {
  const auto first = says(0s, "1"), second = says(10s, "1");
  time_is(kWait - 1ms);
  EXPECT_THAT(fleet_.conversations(), IsEmpty());
  time_is(kWait);
  EXPECT_THAT(fleet_.conversations(), SizeIs(1));
  EXPECT_EQ(opened(first), kStart);
  EXPECT_EQ(fleet_.conversation_of(first)->id, fleet_.conversation_of(second)->id);
  EXPECT_THAT(fleet_.conversations().begin()->second->moments, SizeIs(2));
  EXPECT_EQ(fleet_.records("u"), 0U);
  EXPECT_EQ(fleet_.records("v"), 1U) << "the second found what the first had begun";
  time_is(kTarget + 1s);
  ASSERT_THAT(fleet_.standing(), SizeIs(1));
  EXPECT_FALSE(fleet_.standing().begin()->second.alert.detected_late);
  EXPECT_THAT(fleet_.dead(), IsEmpty());
}

TEST_P(Waits, NotWhereThatWasLongAgo) {
  time_is(1h);
  EXPECT_EQ(opened(says(0s, "1")), kStart);
  EXPECT_EQ(fleet_.records("u"), 0U);
}

// What says nothing of its own is served behind what opens.
TEST_P(Waits, WhoeverComesFirst) {
  const auto bounce = says(1s, "1", {}, MomentKind::kMachineMessage);
  const auto first = says(2s, "1");
  time_is(kWait + 2s);
  ASSERT_THAT(fleet_.conversations(), SizeIs(1));
  ASSERT_NE(fleet_.conversation_of(bounce), nullptr);
  EXPECT_EQ(fleet_.conversation_of(bounce)->id, fleet_.conversation_of(first)->id);
  EXPECT_THAT(fleet_.conversations().begin()->second->moments, SizeIs(2));
}

class WaitsForSeconds : public Waits {
 protected:
  WaitsForSeconds() : Waits("20s") {}
};
INSTANTIATE_TEST_SUITE_P(Orders, WaitsForSeconds, testing::Range<std::uint64_t>(1, 5));

TEST_P(WaitsForSeconds, ADeadlineOfItsOwnIsNotHeldUp) {
  const auto nobody = says(0s, "1");
  EXPECT_THAT(fleet_.conversations(), IsEmpty());
  time_is(21s);
  EXPECT_EQ(opened(nobody), kStart);
  const auto standing = fleet_.standing();
  ASSERT_FALSE(standing.empty());
  for (const auto& [id, alert] : standing) EXPECT_FALSE(alert.alert.detected_late) << id;
}

class WaitsForFew : public Waits {
 protected:
  WaitsForFew() : Waits("30m", waiting(2)) {}
};
INSTANTIATE_TEST_SUITE_P(Orders, WaitsForFew, testing::Range<std::uint64_t>(1, 5));

TEST_P(WaitsForFew, WhatIsOverTheBoundDoesNot) {
  // Two in each of seven partitions, at most.
  for (int key = 0; key < 100; ++key) says(std::chrono::seconds(key % 30), std::to_string(key));
  EXPECT_LE(fleet_.records("u"), 7U * 3);
  EXPECT_GE(fleet_.conversations().size(), 100U - 7 * 2);
  EXPECT_EQ(fleet_.held_too_many(), fleet_.conversations().size());
  time_is(kWait + 30s);
  EXPECT_THAT(fleet_.conversations(), SizeIs(100));
  EXPECT_EQ(fleet_.records("u"), 0U);
}

TEST_P(Waits, NotMoreThanSomeByOneKey) {
  for (int i = 0; i < 3; ++i) says(1s * i, "1");
  EXPECT_THAT(fleet_.conversations(), IsEmpty());
  says(4s, "1");
  ASSERT_THAT(fleet_.conversations(), SizeIs(1)) << "the fourth begins it, for the others as well";
  EXPECT_THAT(fleet_.conversations().begin()->second->moments, SizeIs(4));
  EXPECT_EQ(fleet_.records("u"), 0U);
}

class WaitsForBytes : public Waits {
 protected:
  WaitsForBytes() : Waits("30m", waiting(1000, sizeof(Parked))) {}
};
INSTANTIATE_TEST_SUITE_P(Orders, WaitsForBytes, testing::Range<std::uint64_t>(1, 3));

TEST_P(WaitsForBytes, NotMoreThanSoMany) {
  says(0s, "1");  // with its topic it is larger than that
  EXPECT_THAT(fleet_.conversations(), SizeIs(1));
}

TEST_P(Waits, AThreadOfNobodyGetsToKnowWhoseItIs) {
  const auto nobody = says(0s, "1");
  time_is(kTarget + 1s);  // It is late, and nobody's.
  ASSERT_THAT(fleet_.standing(), SizeIs(1));
  const std::string alert = fleet_.standing().begin()->first;
  const auto ann = says(kTarget + 1min, "1", "ann");
  ASSERT_THAT(fleet_.conversations(), SizeIs(1));
  EXPECT_EQ(customer_of(nobody), fleet_.customer("email:ann"));
  EXPECT_EQ(fleet_.conversations().begin()->second->evidence, "email:ann");
  ASSERT_THAT(fleet_.identity(), SizeIs(1));
  EXPECT_EQ(fleet_.identity().front().what, What::kMerged);
  EXPECT_EQ(fleet_.identity().front().to, fleet_.customer("email:ann"));
  // By her name alone she goes on in it.
  EXPECT_EQ(fleet_.conversation_of(says(2h, "", "ann"))->id, fleet_.conversation_of(ann)->id);
  EXPECT_THAT(fleet_.conversations(), SizeIs(1));
  ASSERT_THAT(fleet_.standing(), SizeIs(1));
  EXPECT_EQ(fleet_.standing().begin()->first, alert) << "once, under one id";
  EXPECT_THAT(fleet_.dead(), IsEmpty());
}

// Whose conversation is older makes no difference.
TEST_P(Waits, AThreadOfNobodyIsOneWithWhatSomebodyHas) {
  const auto own = says(20min, "", "ann");
  const auto nobody = says(0s, "1");
  time_is(21min);
  ASSERT_THAT(fleet_.conversations(), SizeIs(2));
  says(22min, "1", "ann");
  ASSERT_THAT(fleet_.conversations(), SizeIs(1));
  EXPECT_EQ(fleet_.conversation_of(own)->id, fleet_.conversation_of(nobody)->id);
  EXPECT_EQ(customer_of(nobody), fleet_.customer("email:ann"));
  time_is(kTarget + 1s);
  std::size_t raised = 0;
  for (const auto& [id, alert] : fleet_.standing())
    raised += alert.alert.status == AlertStatus::kRaised;
  EXPECT_EQ(raised, 1U);
}

TEST_P(Waits, AMachineNamesNobody) {
  const auto nobody = says(0s, "1");
  time_is(kWait);
  says(2min, "1", "mailer-daemon", MomentKind::kMachineMessage);
  EXPECT_EQ(fleet_.customer("email:mailer-daemon"), std::nullopt);
  EXPECT_THAT(fleet_.identity(), IsEmpty());
  says(3min, "1", "ann");
  EXPECT_EQ(customer_of(nobody), fleet_.customer("email:ann"));
}

TEST_P(Waits, WhoComesFirstHasIt) {
  const auto nobody = says(0s, "1");
  time_is(kWait);
  says(2min, "1", "ann");
  says(3min, "1", "bob");
  EXPECT_EQ(customer_of(nobody), fleet_.customer("email:ann"));
  EXPECT_THAT(fleet_.conversations(), SizeIs(1));
  EXPECT_THAT(fleet_.identity(), SizeIs(1));
  // What bob writes by himself is his.
  const auto own = says(4min, "", "bob");
  EXPECT_EQ(customer_of(own), fleet_.customer("email:bob"));
}

}  // namespace
}  // namespace vaste::test
