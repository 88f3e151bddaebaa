// A source that brings its events late holds deadlines of its own channels, and no others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.h"
#include "config/config.h"
#include "support/fleet.h"

namespace vaste::test {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Instant kAsked = instant(1'795'392'000'000);

Policy hourly() {
  std::vector<config::Finding> findings;
  auto policy = config::parse_policy(
      "policy: p\nversion: 1\nrules:\n  - {name: all, targets: {first_response: 1h}}\n", "p",
      findings);
  return policy.value_or(Policy());
}

Incoming said(Channel channel, MomentKind kind, Instant at, const std::string& key) {
  Incoming event;
  event.moment.at = at;
  event.moment.kind = kind;
  event.moment.channel = channel;
  event.moment.id = hash64(std::to_string(to_ms(at)) + name(channel));
  event.keys = {{"k:" + key, false, false}};
  event.identifiers = {"customer:" + key};
  event.opens = true;
  event.from_customer = kind == MomentKind::kCustomerMessage;
  return event;
}

class Lateness : public testing::Test {
 protected:
  static core::Limits mail_is_late() {
    core::Limits limits;
    limits.lateness[static_cast<std::size_t>(Channel::kEmail)] = 5min;
    return limits;
  }
  void hears(Channel channel, MomentKind kind, Millis after, const std::string& key) {
    fleet_.send(said(channel, kind, kAsked + after, key));
    fleet_.run();
  }
  void read_up_to(Millis after) { fleet_.advance(kAsked + after); }

  Fleet fleet_{hourly(), 4, 1, mail_is_late()};
};

TEST_F(Lateness, HoldsItsOwnChannelOnly) {
  hears(Channel::kEmail, MomentKind::kCustomerMessage, 0s, "ann");
  hears(Channel::kChat, MomentKind::kCustomerMessage, 0s, "bob");
  read_up_to(1h + 1min);
  ASSERT_THAT(fleet_.alerts(), SizeIs(1));
  EXPECT_EQ(fleet_.alerts().front().channel, Channel::kChat);
  read_up_to(1h + 5min);
  EXPECT_THAT(fleet_.alerts(), SizeIs(1));
  read_up_to(1h + 5min + 1ms);
  ASSERT_THAT(fleet_.alerts(), SizeIs(2));
  EXPECT_EQ(fleet_.alerts().back().alert.due, kAsked + 1h);
  EXPECT_FALSE(fleet_.alerts().back().alert.detected_late) << "it came when it could";
}

// The clock ran on for an hour and was stopped before anybody could notice: not the breach's time.
TEST(LateAlert, SaysWhatHadPassedWhenItHappened) {
  std::vector<config::Finding> findings;
  auto policy = config::parse_policy(
      "policy: p\nversion: 1\nrules:\n  - {name: all, targets: {resolution: 1h}}\n", "p", findings);
  ASSERT_TRUE(policy.has_value());
  Fleet fleet(*policy, 1, 1);
  fleet.send(said(Channel::kEmail, MomentKind::kCustomerMessage, kAsked, "ann"));
  fleet.send(said(Channel::kEmail, MomentKind::kPending, kAsked + 2h, "ann"));
  fleet.run();
  fleet.advance(kAsked + 3h);
  ASSERT_THAT(fleet.alerts(), SizeIs(1));
  const core::AlertOut& breach = fleet.alerts().front();
  ASSERT_EQ(breach.run.state, ClockState::kPaused);
  EXPECT_EQ(breach.elapsed, breach.changed - kAsked);
  EXPECT_LE(breach.elapsed, 1h + 1ms);
}

TEST_F(Lateness, AnAnswerInsideItSpeaksAgainstTheBreach) {
  hears(Channel::kEmail, MomentKind::kCustomerMessage, 0s, "ann");
  read_up_to(1h + 4min);
  hears(Channel::kEmail, MomentKind::kAgentMessage, 59min, "ann");
  read_up_to(2h);
  EXPECT_THAT(fleet_.alerts(), IsEmpty());
}

TEST_F(Lateness, OfAChannelThatComesLaterUndoesNothing) {
  hears(Channel::kChat, MomentKind::kCustomerMessage, 0s, "bob");
  read_up_to(1h + 1min);
  ASSERT_THAT(fleet_.alerts(), SizeIs(1));
  hears(Channel::kEmail, MomentKind::kCustomerMessage, 1h + 1min, "bob");
  read_up_to(3h);
  EXPECT_THAT(fleet_.alerts(), SizeIs(1));
}

// The deletion was heard of first, and as of an earlier instant: what it is about is the newest
// moment then, and does not count all the same.
TEST_F(Lateness, WhatIsNewestMayHaveBeenTakenBackBefore) {
  const Incoming question =
      said(Channel::kChat, MomentKind::kCustomerMessage, kAsked + 1min, "ann");
  Incoming deletion = said(Channel::kChat, MomentKind::kDeleted, kAsked, "ann");
  deletion.moment.target = question.moment.id;
  fleet_.send(deletion);
  fleet_.run();
  fleet_.send(question);
  fleet_.run();
  read_up_to(2h);
  EXPECT_THAT(fleet_.alerts(), IsEmpty());
}

TEST(LateEvent, SaysHowFarBehindItWas) {
  core::Limits limits;
  limits.moments = 4;
  Fleet fleet(hourly(), 1, 1, limits);
  const auto hears = [&](Millis after) -> const core::Enriched& {
    fleet.send(said(Channel::kEmail, MomentKind::kCustomerMessage, kAsked + after, "ann"));
    fleet.run();
    return fleet.enriched().back();
  };
  EXPECT_EQ(hears(0s).behind, 0s);
  EXPECT_EQ(hears(10min).behind, 0s);
  const core::Enriched late = hears(4min);
  EXPECT_EQ(late.outcome, core::EventOutcome::kLateApplied);
  EXPECT_EQ(late.behind, 6min);
  for (const Millis after : {20min, 21min, 22min}) EXPECT_EQ(hears(after).behind, 0s);
  const core::Enriched dropped = hears(1min);
  EXPECT_EQ(dropped.outcome, core::EventOutcome::kLateDropped);
  EXPECT_EQ(dropped.behind, 21min);
}

}  // namespace
}  // namespace vaste::test
