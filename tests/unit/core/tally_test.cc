// What a conversation counts for, and that what is taken away is what was added.
#include "core/tally.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/conversation.h"

namespace vaste::core {
namespace {

using testing::IsEmpty;

Policy two_queues() {
  Policy policy;
  policy.queues.resize(2);
  policy.queues[0].name = "mail";
  policy.queues[1].name = "chat";
  policy.slas.resize(2);
  policy.slas[0].name = "first_response";
  policy.slas[1].name = "resolution";
  return policy;
}

ClockRun run(const std::string& sla, ClockState state) {
  ClockRun out;
  out.sla = sla;
  out.cycle = 1;
  out.state = state;
  return out;
}

PublishedAlert alert(const std::string& sla, AlertLevel level, AlertStatus status) {
  PublishedAlert out;
  out.sla = sla;
  out.cycle = 1;
  out.level = level;
  out.status = status;
  return out;
}

Conversation waiting(const std::string& queue) {
  Conversation out;
  out.fold.attributes.queue = queue;
  out.fold.state = ConversationState::kNew;
  out.fold.last_channel = Channel::kEmail;
  return out;
}

// "queue sla state count", or "queue channel state count", or "timers kind count".
std::vector<std::string> told(const Tally& tally) {
  std::vector<std::string> out;
  for (std::size_t slot = 0; slot < tally.slots(); ++slot) {
    if (tally.count(slot) == 0) continue;
    const TallyCount label = tally.label(slot);
    const std::string queue = tally.queue(tally.queue_at(slot));
    std::string what = (queue.empty() ? "-" : queue) + ' ';
    if (label.timer != TallyTimer::kNone)
      what = label.timer == TallyTimer::kDeadline ? "timers deadline" : "timers retention";
    else if (label.state != ConversationState::kNone)
      what += std::string(name(label.channel)) + ' ' + name(label.state);
    else
      what += (label.sla.empty() ? "-" : label.sla) + ' ' +
              std::to_string(static_cast<int>(label.clock));
    out.push_back(what + ' ' + std::to_string(tally.count(slot)));
  }
  return out;
}

struct Row {
  const char* name;
  ClockState state;
  std::vector<PublishedAlert> alerts;
  bool attached_late;
  const char* expected;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

class ClockIs : public testing::TestWithParam<Row> {};

constexpr auto kRisk = AlertLevel::kAtRisk;
constexpr auto kLate = AlertLevel::kBreached;
// clang-format off
INSTANTIATE_TEST_SUITE_P(InOneState, ClockIs, testing::Values(
    Row{"Running",     ClockState::kRunning, {}, false, "first_response 1 1"},
    Row{"Paused",      ClockState::kPaused,  {}, false, "first_response 2 1"},
    Row{"AtRisk",      ClockState::kRunning, {alert("first_response", kRisk, AlertStatus::kRaised)}, false, "first_response 3 1"},
    Row{"Breached",    ClockState::kRunning, {alert("first_response", kRisk, AlertStatus::kRaised), alert("first_response", kLate, AlertStatus::kRaised)}, false, "first_response 4 1"},
    Row{"PausedLate",  ClockState::kPaused,  {alert("first_response", kLate, AlertStatus::kRaised)}, false, "first_response 4 1"},
    Row{"PausedRisk",  ClockState::kPaused,  {alert("first_response", kRisk, AlertStatus::kRaised)}, false, "first_response 2 1"},
    Row{"Retracted",   ClockState::kRunning, {alert("first_response", kLate, AlertStatus::kRetracted)}, false, "first_response 1 1"},
    Row{"AnothersSla", ClockState::kRunning, {alert("resolution", kLate, AlertStatus::kRaised)}, false, "first_response 1 1"},
    Row{"LateFromTheStart", ClockState::kRunning, {}, true, "first_response 4 1"},
    Row{"Met",         ClockState::kMet,      {}, false, ""},
    Row{"OverLate",    ClockState::kBreached, {alert("first_response", kLate, AlertStatus::kRaised)}, false, ""}),
    testing::PrintToStringParamName());
// clang-format on

TEST_P(ClockIs, CountedOnce) {
  Tally tally(two_queues());
  Conversation conversation;
  conversation.fold.attributes.queue = "chat";
  conversation.fold.clocks = {run("first_response", GetParam().state)};
  conversation.fold.clocks[0].attached_late = GetParam().attached_late;
  conversation.alerts = GetParam().alerts;
  tally.add(tally.share(conversation));
  const std::string expected = GetParam().expected;
  EXPECT_EQ(told(tally), expected.empty() ? std::vector<std::string>{}
                                          : std::vector<std::string>{"chat " + expected});
}

TEST(TallyTest, ConversationsAndTimersAreCountedToo) {
  Tally tally(two_queues());
  Conversation open = waiting("mail");
  open.timer_at = instant(5);
  open.fold.clocks = {run("resolution", ClockState::kRunning)};
  Conversation quiet = waiting("mail");
  quiet.timer_at = instant(5);
  quiet.fold.state = ConversationState::kResolved;
  tally.add(tally.share(open));
  tally.add(tally.share(quiet));
  EXPECT_EQ(told(tally), (std::vector<std::string>{"mail resolution 1 1", "mail email new 1",
                                                   "timers deadline 1", "timers retention 1"}));
}

TEST(TallyTest, NamesThatThePolicyDoesNotHaveAreOne) {
  Tally tally(two_queues());
  for (const char* queue : {"a", "b", ""}) {
    Conversation conversation = waiting(queue);
    conversation.fold.clocks = {run(queue, ClockState::kRunning)};
    tally.add(tally.share(conversation));
  }
  EXPECT_EQ(told(tally), (std::vector<std::string>{"- - 1 3", "- email new 3"}));
}

TEST(TallyTest, IsBoundedWhateverThePolicyHas) {
  Policy policy;
  policy.queues.resize(5000);
  for (std::size_t i = 0; i < 5000; ++i) policy.queues[i].name = "q" + std::to_string(i);
  policy.slas.resize(100);
  EXPECT_LE(Tally(policy).slots(), 16000U);
}

TEST(TallyTest, WhatWasForgottenNeverWas) {
  Tally tally(two_queues());
  const Share mail = tally.share(waiting("mail"));
  const Share chat = tally.share(waiting("chat"));
  tally.add(mail);
  tally.saved();
  tally.add(chat);
  tally.take_away(mail);
  EXPECT_THAT(tally.changed_queues(), testing::SizeIs(2));
  tally.forget();
  EXPECT_EQ(told(tally), (std::vector<std::string>{"mail email new 1"}));
  EXPECT_THAT(tally.changed_queues(), IsEmpty());
  tally.forget();
  EXPECT_EQ(told(tally), (std::vector<std::string>{"mail email new 1"})) << "once is enough";
}

TEST(TallyTest, ComesBackAsItWasStored) {
  Tally tally(two_queues());
  Conversation conversation = waiting("chat");
  conversation.timer_at = instant(5);
  conversation.fold.clocks = {run("resolution", ClockState::kPaused),
                              run("unknown", ClockState::kRunning)};
  for (int i = 0; i < 3; ++i) tally.add(tally.share(conversation));
  Tally back(two_queues());
  for (std::size_t queue = 0; queue < tally.queues(); ++queue)
    back.restore(tally.queue(queue), tally.stored(queue));
  EXPECT_EQ(told(back), told(tally));
  back.restore("gone", tally.stored(0));
  EXPECT_EQ(told(back), told(tally));
}

TEST(TallyTest, KnowsItsNames) {
  Policy other = two_queues();
  other.queues[1].name = "chats";
  EXPECT_EQ(Tally(two_queues()).names(), Tally(two_queues()).names());
  EXPECT_NE(Tally(two_queues()).names(), Tally(other).names());
}

}  // namespace
}  // namespace vaste::core
