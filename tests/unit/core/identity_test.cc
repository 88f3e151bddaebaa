// Several identifiers, one customer: what joins, what moves, what comes apart again. On several
// partitions, so that identifiers, customers and the linker live apart, and in many orders.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

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

std::shared_ptr<const clocks::CompiledPolicy> trusting() {
  std::vector<config::Finding> findings;
  auto policy = config::parse_policy(
      "policy: p\nversion: 1\nrules:\n  - {name: all, targets: {first_response: 1h}}\n", "p",
      findings);
  Policy out = policy.value_or(Policy());
  out.identity.trust = {{"crm", {}}};
  for (auto& row : out.stitch.window) row.fill(24h);
  return std::make_shared<const clocks::CompiledPolicy>(std::move(out));
}

class Identity : public testing::TestWithParam<std::uint64_t> {
 protected:
  Incoming event(MomentKind kind, Millis after, std::vector<std::string> identifiers) {
    Incoming out;
    out.moment.at = kStart + after;
    out.moment.kind = kind;
    out.moment.channel = Channel::kEmail;
    out.moment.id = hash64(std::to_string(++number_));
    out.identifiers = std::move(identifiers);
    out.source = "mail";
    out.opens = kind == MomentKind::kCustomerMessage || kind == MomentKind::kAgentMessage;
    out.from_customer = kind == MomentKind::kCustomerMessage;
    return out;
  }
  std::int64_t writes(Millis after, const std::string& who) {
    return fleet_.send(event(MomentKind::kCustomerMessage, after, {who}));
  }
  std::int64_t answered(Millis after, const std::string& who) {
    Incoming out = event(MomentKind::kAgentMessage, after, {who});
    out.moment.flags = kOutbound;
    return fleet_.send(out);
  }
  void links(Millis after, const std::string& one, const std::string& other,
             const std::string& source = "crm", Claimed claimed = Claimed::kSamePerson) {
    Incoming out = event(MomentKind::kIdentity, after, {one, other});
    out.source = source;
    out.evidence = {claimed, "login"};
    fleet_.send(out);
  }
  std::size_t said(What what) const {
    return static_cast<std::size_t>(
        std::count_if(fleet_.identity().begin(), fleet_.identity().end(),
                      [&](const core::IdentityOut& out) { return out.what == what; }));
  }

  story::Fleet fleet_{trusting(), 12, GetParam()};
  std::uint64_t number_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Orders, Identity, testing::Range<std::uint64_t>(1, 33));

TEST_P(Identity, AMailAndAChatOfOnePersonAreOneConversation) {
  links(0h, "email:ann", "chat:web:7");
  fleet_.run();
  const auto mail = writes(1h, "email:ann");
  fleet_.run();
  const auto chat = writes(2h, "chat:web:7");
  fleet_.run();
  ASSERT_NE(fleet_.conversation_of(mail), nullptr);
  EXPECT_EQ(fleet_.conversation_of(mail)->id, fleet_.conversation_of(chat)->id);
  EXPECT_EQ(fleet_.customer("email:ann"), fleet_.customer("chat:web:7"));
  EXPECT_EQ(said(What::kMerged), 1U);
}

TEST_P(Identity, ALinkThatIsLearntLateJoinsWhatCameBefore) {
  const auto mail = writes(1h, "email:ann");
  const auto chat = writes(2h, "chat:web:7");
  const auto far = writes(80h, "chat:web:7");
  links(90h, "email:ann", "chat:web:7");
  fleet_.run();
  EXPECT_EQ(fleet_.conversation_of(mail)->id, fleet_.conversation_of(chat)->id);
  EXPECT_NE(fleet_.conversation_of(mail)->id, fleet_.conversation_of(far)->id);
  EXPECT_THAT(fleet_.conversations(), SizeIs(2));
  EXPECT_THAT(fleet_.dead(), IsEmpty());
}

TEST_P(Identity, AnAnswerOnAnotherChannelStopsTheClock) {
  const auto mail = writes(0h, "email:ann");
  fleet_.run();
  links(10min, "email:ann", "phone:+358401234567");
  answered(30min, "phone:+358401234567");
  fleet_.run();
  fleet_.advance(kStart + 5h);
  const auto conversation = fleet_.conversation_of(mail);
  ASSERT_THAT(conversation->fold.clocks, SizeIs(1));
  EXPECT_EQ(conversation->fold.clocks[0].state, ClockState::kMet);
  EXPECT_THAT(fleet_.alerts(), IsEmpty());
}

TEST_P(Identity, ADeadlineThatPassesInFlightFiresOnce) {
  const auto chat = writes(0h, "chat:web:7");
  const auto mail = writes(1min, "email:ann");
  fleet_.run();
  fleet_.advance(kStart + 59min);
  links(59min, "email:ann", "chat:web:7");
  fleet_.advance(kStart + 62min);
  fleet_.run();
  fleet_.advance(kStart + 5h);
  EXPECT_EQ(fleet_.conversation_of(mail)->id, fleet_.conversation_of(chat)->id);
  std::size_t raised = 0;
  for (const auto& [id, alert] : fleet_.standing())
    raised +=
        alert.alert.level == AlertLevel::kBreached && alert.alert.status == AlertStatus::kRaised;
  EXPECT_EQ(raised, 1U);
}

TEST_P(Identity, WordOfAStrangerIsASuggestion) {
  links(0h, "email:ann", "chat:web:7", "chatbot");
  links(1h, "email:ann", "chat:web:7", "chatbot");
  const auto mail = writes(2h, "email:ann");
  const auto chat = writes(3h, "chat:web:7");
  fleet_.run();
  EXPECT_NE(fleet_.conversation_of(mail)->id, fleet_.conversation_of(chat)->id);
  EXPECT_EQ(said(What::kSuggestion), 1U);
}

TEST_P(Identity, AWrongJoinIsUndoneAndNotMadeAgain) {
  writes(0h, "email:ann");
  const auto bobs = writes(1h, "phone:+358401234567");
  links(2h, "email:ann", "phone:+358401234567");
  fleet_.run();
  const auto anns = writes(3h, "email:ann");
  fleet_.run();
  ASSERT_EQ(fleet_.conversation_of(anns)->id, fleet_.conversation_of(bobs)->id);
  links(4h, "email:ann", "phone:+358401234567", "crm", Claimed::kNotSamePerson);
  fleet_.run();
  EXPECT_NE(fleet_.customer("email:ann"), fleet_.customer("phone:+358401234567"));
  EXPECT_EQ(said(What::kSplit), 1U);
  const auto later = writes(5h, "phone:+358401234567");
  const auto hers = writes(6h, "email:ann");
  fleet_.run();
  for (const auto& dead : fleet_.dead()) ADD_FAILURE() << dead.detail;
  const auto one = fleet_.conversation_of(later);
  const auto other = fleet_.conversation_of(hers);
  ASSERT_NE(one, nullptr);
  ASSERT_NE(other, nullptr);
  ASSERT_NE(one->id, other->id);
  EXPECT_EQ(one->fold.customer_messages, 2U);    // at 1 h and 5 h
  EXPECT_EQ(other->fold.customer_messages, 3U);  // at 0 h, 3 h and 6 h
  EXPECT_THAT(fleet_.conversations(), SizeIs(2));
  links(7h, "email:ann", "phone:+358401234567");
  fleet_.run();
  EXPECT_NE(fleet_.customer("email:ann"), fleet_.customer("phone:+358401234567"));
}

TEST_P(Identity, WhoWasPartedComesBackByOtherEvidence) {
  const auto mail = writes(0h, "email:ann");
  const auto call = writes(1h, "phone:+358401234567");
  links(2h, "email:ann", "phone:+358401234567");
  fleet_.run();
  links(3h, "email:ann", "phone:+358401234567", "crm", Claimed::kNotSamePerson);
  fleet_.run();
  ASSERT_NE(fleet_.conversation_of(mail)->id, fleet_.conversation_of(call)->id);
  Incoming verified = event(MomentKind::kIdentity, 4h, {"email:ann", "phone:+358401234567"});
  verified.source = "crm";
  verified.evidence = {Claimed::kSamePerson, "verified_profile"};
  fleet_.send(verified);
  const auto later = writes(5h, "phone:+358401234567");
  fleet_.run();
  EXPECT_EQ(fleet_.customer("email:ann"), fleet_.customer("phone:+358401234567"));
  EXPECT_EQ(fleet_.conversation_of(mail)->id, fleet_.conversation_of(call)->id);
  EXPECT_EQ(fleet_.conversation_of(mail)->id, fleet_.conversation_of(later)->id);
  EXPECT_THAT(fleet_.conversations(), SizeIs(1));
}

TEST_P(Identity, WhoIsPartedAfterTheBreachHasAnAlertOfHisOwn) {
  writes(0h, "email:ann");
  const auto call = writes(1h, "phone:+358401234567");
  links(2h, "email:ann", "phone:+358401234567");
  fleet_.run();
  fleet_.advance(kStart + 5h);
  links(6h, "email:ann", "phone:+358401234567", "crm", Claimed::kNotSamePerson);
  fleet_.run();
  fleet_.advance(kStart + 7h);
  std::size_t raised = 0;
  for (const auto& [id, alert] : fleet_.standing())
    raised +=
        alert.alert.level == AlertLevel::kBreached && alert.alert.status == AlertStatus::kRaised;
  EXPECT_EQ(raised, 2U);
  EXPECT_THAT(fleet_.conversation_of(call)->alerts, SizeIs(1));
}

TEST_P(Identity, WhateverTheOrderAChainOfLinksIsOneCustomer) {
  std::vector<std::int64_t> offsets;
  const std::vector<std::string> all{"email:a", "email:b", "chat:web:c", "phone:+1", "social:x:e"};
  for (std::size_t i = 0; i < all.size(); ++i)
    offsets.push_back(writes(std::chrono::hours(i), all[i]));
  for (std::size_t i = 0; i + 1 < all.size(); ++i)
    links(std::chrono::hours(10 + i), all[i], all[i + 1]);
  fleet_.run();
  for (const std::string& one : all) EXPECT_EQ(fleet_.customer(one), fleet_.customer(all[0]));
  for (const auto& dead : fleet_.dead()) ADD_FAILURE() << dead.detail;
  for (const auto offset : offsets) ASSERT_NE(fleet_.conversation_of(offset), nullptr) << offset;
  for (const auto offset : offsets)
    EXPECT_EQ(fleet_.conversation_of(offset)->id, fleet_.conversation_of(offsets[0])->id);
  EXPECT_THAT(fleet_.conversations(), SizeIs(1));
  EXPECT_EQ(fleet_.conversation_of(offsets[0])->fold.customer_messages, all.size());
}

}  // namespace
}  // namespace vaste::test
