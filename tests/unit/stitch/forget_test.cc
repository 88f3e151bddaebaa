// Who is not named any more: what is forgotten of him, what stays, and what he says meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "stitch/linker.h"
#include "support/linker_world.h"

namespace vaste::stitch {
namespace {

using test::LinkerWorld;
using testing::IsEmpty;

const std::string kAnn = "email:ann", kChat = "chat:web:7", kCall = "phone:+358401234567";

Instant day(int number) {
  return instant(1'800'000'000'000) + std::chrono::hours(24) * number;
}

class Forgetting : public testing::Test {
 protected:
  void SetUp() override {
    world_.event(kAnn, day(0));
    world_.event(kChat, day(1));
    world_.ask(kAnn, kChat, Claim::kSame, day(10));
  }
  void hear_all() {
    while (world_.deliver()) {
    }
  }
  bool is_known(const std::string& identifier) {
    return world_.links().linked(identifier) != nullptr;
  }
  Id customer(const std::string& identifier) const {
    return world_.resolve(world_.actors().at(identifier).customer);
  }
  // Both, in the two steps.
  void forget_all() {
    for (const int at : {400, 450})
      for (const std::string& one : {kAnn, kChat}) world_.forget(one, day(at));
  }

  LinkerWorld world_;
};

TEST_F(Forgetting, WhoIsHeldByEvidenceIsNotForgotten) {
  EXPECT_EQ(world_.forget(kChat, day(375)), day(10 + 365));
  EXPECT_EQ(world_.forget(kAnn, day(375)), day(10 + 365));
  hear_all();
  EXPECT_EQ(customer(kChat), customer(kAnn));
}

TEST_F(Forgetting, WhoLeavesHearsOfItBeforeHeIsForgotten) {
  EXPECT_EQ(world_.forget(kChat, day(376)), day(376));
  EXPECT_TRUE(is_known(kChat));
  EXPECT_EQ(world_.forget(kChat, day(377)), kNever);
  EXPECT_FALSE(is_known(kChat));
  EXPECT_TRUE(is_known(kAnn)) << "its customer is another's";
}

TEST_F(Forgetting, LeavesOneRecordOfAll) {
  forget_all();
  hear_all();
  ASSERT_EQ(world_.links().all_linked().size(), 1U);
  EXPECT_EQ(world_.links().all_linked().begin()->first, "");
  EXPECT_THAT(world_.links().all_components(), IsEmpty());
  EXPECT_TRUE(world_.actors().at(kAnn).own);
  EXPECT_EQ(world_.actors().at(kAnn).epoch, 0U);
  EXPECT_TRUE(world_.all_changes_were_told());
}

// His actor has the pointer of then, and hears only later that it is his own.
TEST_F(Forgetting, WhatWasSaidMeanwhileJoinsWhatHeHas) {
  world_.forget(kChat, day(400));
  world_.event(kCall, day(401));
  world_.event(kAnn, day(402));
  const Request request = world_.make(kAnn, kCall, Claim::kSame, day(402));
  ASSERT_FALSE(request.first.own);
  world_.forget(kAnn, day(450));
  world_.decide(request);
  hear_all();
  EXPECT_EQ(customer(kCall), customer(kAnn));
  ASSERT_EQ(world_.contents().count(customer(kAnn)), 1U);
  EXPECT_EQ(world_.contents().at(customer(kAnn)).size(), 4U) << "of all three, and nothing is left";
}

// The first word does not take from the second whom it is about.
TEST_F(Forgetting, WhatIsDeniedMeanwhileLeavesHimWhatHeHas) {
  world_.forget(kChat, day(400));
  world_.event(kCall, day(401));
  const Request denied = world_.make(kAnn, "device:1", Claim::kNotSame, day(402));
  const Request request = world_.make(kAnn, kCall, Claim::kSame, day(403));
  world_.forget(kAnn, day(450));
  world_.decide(denied);
  world_.decide(request);
  hear_all();
  EXPECT_EQ(customer(kCall), customer(kAnn));
  EXPECT_EQ(world_.contents().at(customer(kAnn)).size(), 3U);
}

// Whichever of the two words comes first.
TEST_F(Forgetting, WhatIsDecidedAfterwardsIsHeard) {
  for (const std::uint64_t first : {0U, 1U}) {
    LinkerWorld world;
    world.ask(kAnn, kChat, Claim::kSame, day(0));
    for (int i = 1; i < 5; ++i) world.ask(kAnn, kChat, Claim::kSame, day(i), "login");
    world.ask(kCall, "device:1", Claim::kSame, day(400));
    const Request request = world.make(kAnn, kCall, Claim::kSame, day(402));
    for (const int at : {400, 450})
      for (const std::string& one : {kAnn, kChat}) world.forget(one, day(at));
    world.decide(request);
    world.deliver(first);
    while (world.deliver()) {
    }
    EXPECT_EQ(world.resolve(world.actors().at(kAnn).customer),
              world.resolve(world.actors().at(kCall).customer));
    EXPECT_FALSE(world.actors().at(kAnn).own);
    EXPECT_GT(world.actors().at(kAnn).epoch, 0U);
  }
}

TEST_F(Forgetting, WhoWasPartedIsRemembered) {
  world_.ask(kAnn, kChat, Claim::kNotSame, day(20));
  forget_all();
  EXPECT_EQ(world_.forget(kAnn, day(9'000)), kEndOfTime);
  EXPECT_EQ(world_.forget(kChat, day(9'000)), kEndOfTime);
  hear_all();
  world_.ask(kAnn, kChat, Claim::kSame, day(9'001));
  EXPECT_NE(customer(kAnn), customer(kChat));
}

TEST_F(Forgetting, WhoIsNobodysOwnStaysSo) {
  for (int i = 0; i < 11; ++i)
    world_.ask(kCall, "customer:" + std::to_string(i), Claim::kSame, day(20));
  ASSERT_TRUE(world_.actors().at(kCall).shared);
  EXPECT_EQ(world_.forget(kCall, day(9'000)), kEndOfTime);
  hear_all();
  EXPECT_TRUE(world_.actors().at(kCall).shared);
}

TEST_F(Forgetting, WhomOneWasSeenWithIsForgottenWhenItCountsNoMore) {
  world_.ask("customer:1", kCall, Claim::kSame, day(20));
  world_.ask("customer:2", kCall, Claim::kSame, day(20));  // refused: two customer_ids
  ASSERT_EQ(world_.conflicts().size(), 1U);
  EXPECT_EQ(world_.forget("customer:2", day(21)), day(20 + 30));
  EXPECT_EQ(world_.forget("customer:2", day(51)), kNever);
  EXPECT_FALSE(is_known("customer:2"));
}

}  // namespace
}  // namespace vaste::stitch
