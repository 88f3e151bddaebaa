// Messages that the core never sends itself, and those that come twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clocks/fold.h"
#include "core/step.h"
#include "support/fleet.h"

namespace vaste::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Instant kAsked = instant(1'795'392'000'000);

class Forged : public testing::Test {
 protected:
  // Always as the same input record: what it makes gets the same ids.
  core::Effects event(stitch::Actor to, std::vector<std::string> identifiers = {}) {
    Incoming incoming;
    incoming.moment.at = kAsked;
    incoming.moment.kind = MomentKind::kCustomerMessage;
    incoming.moment.channel = Channel::kEmail;
    incoming.moment.id = ++moment_;
    incoming.opens = incoming.from_customer = true;
    incoming.identifiers = std::move(identifiers);
    incoming.keys = {{"mail::1", false, false}};
    return serve(std::move(to), core::Routed{"event", &incoming, false, {}});
  }
  template <class Body>
  core::Effects serve(stitch::Actor to, Body body) {
    core::Message message;
    message.origin = {"support.email", 0, 42, to_ms(kAsked)};
    message.to = std::move(to);
    message.body = std::move(body);
    core::Effects effects;
    core_.on_message(message, effects);
    return effects;
  }

  NoStore store_;
  core::State state_{store_};
  core::Core core_{state_, std::make_shared<const clocks::CompiledPolicy>(Policy()), 0, 1};
  std::uint64_t moment_ = 0;
};

TEST_F(Forged, WhatBeganAConversationBeforeIsADuplicate) {
  const auto gone = Id::make(kAsked, 7, 99);
  const auto first = event(stitch::conversation_actor(gone));
  ASSERT_THAT(first.enriched, SizeIs(1));
  EXPECT_EQ(first.enriched[0].outcome, core::EventOutcome::kApplied);
  const auto again = event(stitch::conversation_actor(gone));
  ASSERT_THAT(again.enriched, SizeIs(1));
  EXPECT_EQ(again.enriched[0].outcome, core::EventOutcome::kDuplicate);
  EXPECT_EQ(again.enriched[0].conversation, first.enriched[0].conversation);
  EXPECT_THAT(state_.conversations().changes(), SizeIs(1));
}

TEST_F(Forged, AMergeIntoALargerIdIsADeadLetter) {
  const auto begun = event(stitch::identifier_actor("email:ann"), {"email:ann"});
  const Id id = begun.enriched.at(0).conversation;
  const Id larger{id.high + 1, id.low};
  const auto effects = serve(stitch::conversation_actor(id), core::Merge{larger});
  ASSERT_THAT(effects.dead, SizeIs(1));
  EXPECT_EQ(effects.dead[0].code, Code::kInternal);
  EXPECT_THAT(effects.dead[0].detail, HasSubstr(larger.text()));
  EXPECT_THAT(effects.sends, IsEmpty());
  EXPECT_EQ(state_.conversation(id)->merged_into, Id());
  EXPECT_THAT(state_.conversation(id)->moments, SizeIs(1));
}

TEST_F(Forged, AKeyForgetsOnlyWhatItLeadsTo) {
  const auto key = stitch::thread_actor("mail::1");
  const Id ours = Id::make(kAsked, 1, 4);
  const Id other = Id::make(kAsked, 1, 400);
  serve(key, core::Claim{ours});
  serve(key, core::Forget{other, {}, {}});
  EXPECT_EQ(state_.thread("mail::1"), ours);
  serve(key, core::Forget{ours, other, {}});
  EXPECT_EQ(state_.thread("mail::1"), other);
  serve(key, core::Forget{other, {}, {}});
  EXPECT_EQ(state_.thread("mail::1"), std::nullopt);
}

TEST_F(Forged, AnEventOfNobodyIsNotServedByAPerson) {
  for (const auto& to :
       {stitch::identifier_actor("email:ann"), stitch::customer_actor(Id::make(kAsked, 1, 4))}) {
    const auto effects = event(to);
    ASSERT_THAT(effects.dead, SizeIs(1));
    EXPECT_EQ(effects.dead[0].event, "event");
    EXPECT_EQ(effects.dead[0].code, Code::kInternal);
    EXPECT_THAT(effects.enriched, IsEmpty());
    EXPECT_THAT(effects.sends, IsEmpty());
  }
}

// By turns sent to and fro for ever, as by a mistake of ours: given up, and said so with the event.
TEST_F(Forged, AnEventIsForwardedSoOftenAndNoMore) {
  const auto forwarded = [&](std::uint32_t hops) {
    Incoming incoming;
    incoming.moment.at = kAsked;
    incoming.moment.kind = MomentKind::kCustomerMessage;
    incoming.moment.id = ++moment_;
    incoming.opens = incoming.from_customer = true;
    incoming.identifiers = {"email:ann"};
    core::Message message;
    message.origin = {"support.email", 0, 40 + hops, to_ms(kAsked)};
    message.hops = hops;
    message.to = stitch::identifier_actor("email:ann");
    message.body = core::Routed{"event", &incoming, false, {}};
    core::Effects effects;
    core_.on_message(message, effects);
    return effects;
  };
  const std::uint32_t most = core::Limits{}.hops;
  const auto served = forwarded(most);
  EXPECT_THAT(served.dead, IsEmpty());
  EXPECT_THAT(served.enriched, SizeIs(1));
  const auto lost = forwarded(most + 1);
  EXPECT_THAT(lost.enriched, IsEmpty());
  EXPECT_THAT(lost.sends, IsEmpty());
  ASSERT_THAT(lost.dead, SizeIs(1));
  EXPECT_EQ(lost.dead[0].event, "event");
  EXPECT_EQ(lost.dead[0].origin.offset, 41 + most);
  EXPECT_THAT(lost.dead[0].detail, HasSubstr(std::to_string(most)));
}

}  // namespace
}  // namespace vaste::test
