// What each clock says after each kind of story, one line a story.
#include "clocks/fold.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "unit/clocks/story.h"

namespace vaste::clocks {
namespace {

using namespace story;
using enum MomentKind;

constexpr Channel kEmail = Channel::kEmail;
constexpr Channel kChat = Channel::kChat;
constexpr Channel kPhone = Channel::kPhone;

// Only what is promised on the channel, so that the expected line stays short.
CompiledPolicy make(std::vector<Target> targets) {
  return CompiledPolicy(policy({everything(std::move(targets))}));
}
const CompiledPolicy& responses() {
  static const CompiledPolicy made = make({target(kFirst, 60min), target(kNext, 30min)});
  return made;
}
const CompiledPolicy& office_hours() {
  static const CompiledPolicy made = make({target(kFirst, 60min, 1), target(kNext, 30min, 1)});
  return made;
}
const CompiledPolicy& phone_desk() {
  static const CompiledPolicy made = make({target(kFirst, 5min), target(kSpeed, 20s)});
  return made;
}
const CompiledPolicy& resolutions() {
  static const CompiledPolicy made = make({target(kResolution, 8h)});
  return made;
}
const CompiledPolicy& ours_too() {
  static const CompiledPolicy made = make({target(kFirstOurs, 60min), target(kNext, 30min)});
  return made;
}
const CompiledPolicy& bots_count() {
  static const CompiledPolicy made =
      make({target(kFirst, 60min), target(kBotFirst, 60s), target(kNext, 30min)});
  return made;
}
const CompiledPolicy& bots_alone() {
  static const CompiledPolicy made = make({target(kBotFirst, 60s), target(kNext, 30min)});
  return made;
}
const CompiledPolicy& pausing() {
  static const CompiledPolicy made = make({target(kPausing, 30min)});
  return made;
}

struct Row {
  const char* name;
  const CompiledPolicy& (*rules)();
  std::vector<Moment> moments;
  Instant now;
  const char* expected;
};
void PrintTo(const Row& row, std::ostream* out) {
  *out << row.name;
}
const auto kRowName = [](const auto& row) { return std::string(row.param.name); };

class Story : public testing::TestWithParam<Row> {};

TEST_P(Story, LeavesTheClocks) {
  const Row& row = GetParam();
  const FoldState state = fold(row.moments, row.rules());
  EXPECT_EQ(clocks(state, row.now, row.rules()), row.expected);
}

Moment mail(Instant at) {
  return moment(at, kCustomerMessage, kEmail);
}
Moment answer(Instant at) {
  return moment(at, kAgentMessage, kEmail);
}
Moment call(Instant at, MomentKind kind) {
  return moment(at, kind, kPhone, 1);
}
Moment chat(Instant at, MomentKind kind) {
  return moment(at, kind, kChat, 1);
}
Moment turn(Instant at, MomentKind kind) {
  return moment(at, kind);
}
Moment outbound(Instant at, MomentKind kind) {
  return flagged(call(at, kind), kOutbound);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Email, Story, testing::ValuesIn(std::vector<Row>{
  {"WaitsForTheFirstAnswer", responses, {mail(mon(9h))}, mon(9h + 20min), "first#1 running 20min"},
  {"ExactlyOnTargetIsMet", responses, {mail(mon(9h)), answer(mon(10h))}, mon(12h), "first#1 met 60min"},
  {"OneMoreIsLate", responses, {mail(mon(9h)), answer(mon(10h + 1ms))}, mon(12h), "first#1 breached 3600001ms"},
  {"NightIsFree", office_hours, {mail(mon(16h + 30min)), answer(tue(9h + 20min))}, tue(12h), "first#1 met 50min"},
  {"WeekendIsFree", office_hours, {mail(at(9, 16h + 30min)), answer(at(12, 9h + 31min))}, at(12, 12h), "first#1 breached 61min"},
  {"NextAfterFirst", responses, {mail(mon(9h)), answer(mon(9h + 5min)), mail(mon(9h + 10min))}, mon(9h + 17min),
   "first#1 met 5min, next#1 running 7min"},
  {"SeveralMessagesAreOneWait", responses,
   {mail(mon(9h)), answer(mon(9h + 5min)), mail(mon(9h + 10min)), mail(mon(9h + 20min)), answer(mon(9h + 30min))}, mon(12h),
   "first#1 met 5min, next#1 met 20min"},
  {"EachWaitIsACycle", responses,
   {mail(mon(9h)), answer(mon(9h + 5min)), mail(mon(10h)), answer(mon(10h + 5min)), mail(mon(11h))}, mon(11h + 1min),
   "first#1 met 5min, next#1 met 5min, next#2 running 1min"},
  {"MessageBeforeTheFirstAnswerArmsNoNext", responses, {mail(mon(9h)), mail(mon(9h + 5min))}, mon(9h + 10min),
   "first#1 running 10min"},
  {"NotesAndMachinesAnswerNothing", responses,
   {mail(mon(9h)), moment(mon(9h + 1min), kNote, kEmail), moment(mon(9h + 2min), kMachineMessage, kEmail),
    moment(mon(9h + 3min), kBotMessage, kEmail)}, mon(9h + 10min), "first#1 running 10min"},
  {"MachinesDoNotWait", responses, {moment(mon(9h), kMachineMessage, kEmail)}, mon(10h), ""},
  {"AnswerOnAnotherChannelCounts", responses, {mail(mon(9h)), chat(mon(9h + 7min), kAgentMessage)}, mon(12h),
   "first#1 met 7min"},
  {"CustomerBeforeAgentInOneInstant", responses, {answer(mon(9h)), mail(mon(9h))}, mon(12h), "first#1 met 0min"},
}), kRowName);

INSTANTIATE_TEST_SUITE_P(Bot, Story, testing::ValuesIn(std::vector<Row>{
  {"FulfilsWhereItCounts", bots_count, {chat(mon(9h), kCustomerMessage), chat(mon(9h + 10s), kBotMessage)}, mon(9h + 60s),
   "first#1 running 1min, bot_first#1 met 10s"},
  {"DoesNotRearm", bots_count,
   {chat(mon(9h), kCustomerMessage), chat(mon(9h + 10s), kBotMessage), chat(mon(9h + 20s), kCustomerMessage)}, mon(9h + 60s),
   "first#1 running 1min, bot_first#1 met 10s"},
  {"AloneLeavesTheFirstBehind", bots_alone,
   {chat(mon(9h), kCustomerMessage), chat(mon(9h + 10s), kBotMessage), chat(mon(9h + 20s), kCustomerMessage)}, mon(9h + 60s),
   "bot_first#1 met 10s, next#1 running 40s"},
}), kRowName);

INSTANTIATE_TEST_SUITE_P(Chat, Story, testing::ValuesIn(std::vector<Row>{
  {"SeveralLinesOneWait", responses,
   {chat(mon(9h), kCustomerMessage), chat(mon(9h + 10s), kCustomerMessage), chat(mon(9h + 20s), kCustomerMessage),
    chat(mon(9h + 30s), kAgentMessage)}, mon(12h), "first#1 met 30s"},
  {"HandoffArms", responses, {chat(mon(9h), kStarted), chat(mon(9h + 5s), kBotMessage), chat(mon(9h + 30s), kHandedOff)},
   mon(9h + 40s), "first#1 running 10s"},
  {"GivesUpInTheQueue", responses,
   {chat(mon(9h), kStarted), chat(mon(9h + 5s), kQueued), chat(mon(9h + 6s), kCustomerMessage), chat(mon(9h + 35s), kAbandoned)},
   mon(12h), "first#1 void 30s"},
}), kRowName);

INSTANTIATE_TEST_SUITE_P(Phone, Story, testing::ValuesIn(std::vector<Row>{
  {"IvrIsNoWait", phone_desk, {call(mon(9h), kStarted)}, mon(9h + 60s), ""},
  {"QueueToAnswer", phone_desk, {call(mon(9h), kStarted), call(mon(9h + 30s), kQueued), call(mon(9h + 45s), kConnected)}, mon(12h),
   "first#1 met 15s, speed#1 met 15s"},
  {"AnsweredLate", phone_desk, {call(mon(9h), kQueued), call(mon(9h + 21s), kConnected)}, mon(12h),
   "first#1 met 21s, speed#1 breached 21s"},
  {"RingNoAnswerGoesOn", phone_desk,
   {call(mon(9h), kQueued), call(mon(9h + 5s), kRinging), call(mon(9h + 10s), kRingNoAnswer), call(mon(9h + 10s), kQueued),
    call(mon(9h + 18s), kConnected)}, mon(12h), "first#1 met 18s, speed#1 met 18s"},
  {"Abandoned", phone_desk, {call(mon(9h), kQueued), call(mon(9h + 7s), kAbandoned)}, mon(12h),
   "first#1 void 7s, speed#1 void 7s"},
  {"EndedUnanswered", phone_desk, {call(mon(9h), kQueued), call(mon(9h + 7s), kEnded)}, mon(12h),
   "first#1 void 7s, speed#1 void 7s"},
  {"FlowedOut", phone_desk, {call(mon(9h), kQueued), call(mon(9h + 7s), kFlowedOut)}, mon(12h),
   "first#1 void 7s, speed#1 void 7s"},
  {"ConnectedAtOnce", phone_desk, {call(mon(9h), kStarted), call(mon(9h + 3s), kConnected)}, mon(12h), "first#1 met 0min"},
  {"TransferQueuesAgain", phone_desk,
   {call(mon(9h), kQueued), call(mon(9h + 5s), kConnected), call(mon(9h + 60s), kTransferred), call(mon(9h + 60s), kQueued),
    call(mon(9h + 90s), kConnected)}, mon(12h), "first#1 met 5s, speed#1 met 5s, speed#2 breached 30s"},
  {"SecondConnectIsNothing", phone_desk,
   {call(mon(9h), kQueued), call(mon(9h + 5s), kConnected), call(mon(9h + 9s), kConnected)}, mon(12h),
   "first#1 met 5s, speed#1 met 5s"},
  {"AnotherCallerOfTheSameStory", phone_desk,
   {call(mon(9h), kQueued), moment(mon(9h + 5s), kQueued, kPhone, 2), call(mon(9h + 10s), kAbandoned),
    moment(mon(9h + 15s), kConnected, kPhone, 2)}, mon(12h), "first#1 met 15s, speed#1 void 10s, speed#2 met 10s"},
  {"MailKeepsTheWaitOfAnAbandonedCall", phone_desk,
   {call(mon(9h), kQueued), mail(mon(9h + 5s)), call(mon(9h + 10s), kAbandoned)}, mon(9h + 60s),
   "first#1 running 1min, speed#1 void 10s"},
  {"MailBeforeTheCallKeepsItsWait", phone_desk,
   {mail(mon(9h)), call(mon(9h + 5s), kQueued), call(mon(9h + 10s), kAbandoned)}, mon(9h + 60s),
   "first#1 running 1min, speed#1 void 5s"},
  {"CallsAgainAfterGivingUp", phone_desk,
   {call(mon(9h), kQueued), call(mon(9h + 10s), kAbandoned), moment(mon(10h), kQueued, kPhone, 2)}, mon(10h + 10s),
   "first#1 void 10s, speed#1 void 10s, first#2 running 10s, speed#2 running 10s"},
  {"VoicemailIsAMessage", phone_desk,
   {call(mon(9h), kQueued), call(mon(9h + 10s), kFlowedOut), call(mon(9h + 40s), kVoicemail), call(mon(9h + 50s), kEnded)},
   mon(9h + 60s), "first#1 void 10s, speed#1 void 10s, first#2 running 20s"},
  {"VoicemailFromTheQueueGoesOn", phone_desk, {call(mon(9h), kQueued), call(mon(9h + 10s), kVoicemail)}, mon(9h + 60s),
   "first#1 running 1min, speed#1 void 10s"},
  {"RungThenQueued", phone_desk,
   {call(mon(9h), kStarted), call(mon(9h + 2s), kRinging), call(mon(9h + 10s), kQueued), call(mon(9h + 15s), kConnected)}, mon(12h),
   "first#1 met 5s, speed#1 met 5s"},
  {"ConnectedAfterFlowingOut", phone_desk,
   {call(mon(9h), kQueued), call(mon(9h + 10s), kFlowedOut), call(mon(9h + 30s), kConnected)}, mon(12h),
   "first#1 void 10s, speed#1 void 10s, first#2 met 0min"},
  {"OutboundIsNoCustomer", phone_desk, {outbound(mon(9h), kStarted), outbound(mon(9h + 3s), kQueued)}, mon(9h + 60s), ""},
  {"OutboundAnsweredIsAReply", responses, {mail(mon(9h)), outbound(mon(9h + 5min), kStarted), outbound(mon(9h + 6min), kConnected)},
   mon(12h), "first#1 met 6min"},
  {"OutboundUnansweredIsNone", responses, {mail(mon(9h)), outbound(mon(9h + 5min), kStarted), outbound(mon(9h + 6min), kEnded)},
   mon(9h + 10min), "first#1 running 10min"},
}), kRowName);

INSTANTIATE_TEST_SUITE_P(MemberList, Story, testing::ValuesIn(std::vector<Row>{
  {"OpenerWaitsOthersAnswer", responses,
   {by(moment(mon(9h), kMemberMessage, kEmail), 7), by(moment(mon(9h + 5min), kMemberMessage, kEmail), 7),
    by(moment(mon(9h + 20min), kMemberMessage, kEmail), 8), by(moment(mon(9h + 30min), kMemberMessage, kEmail), 7)},
   mon(9h + 31min), "first#1 met 20min, next#1 running 1min"},
}), kRowName);

INSTANTIATE_TEST_SUITE_P(AgentStarted, Story, testing::ValuesIn(std::vector<Row>{
  {"ArmsNext", responses, {answer(mon(9h)), mail(mon(9h + 5min))}, mon(9h + 6min), "next#1 running 1min"},
  {"FirstWhereThePolicySaysSo", ours_too,
   {answer(mon(9h)), mail(mon(9h + 5min)), answer(mon(9h + 10min)), mail(mon(9h + 20min))}, mon(9h + 21min),
   "first_ours#1 met 5min, next#1 running 1min"},
  {"OutboundCallToo", responses, {outbound(mon(9h), kStarted), outbound(mon(9h + 9s), kConnected), mail(mon(9h + 5min))},
   mon(9h + 6min), "next#1 running 1min"},
}), kRowName);

INSTANTIATE_TEST_SUITE_P(Ending, Story, testing::ValuesIn(std::vector<Row>{
  {"ResolvedBeforeAnswerIsVoid", responses, {mail(mon(9h)), turn(mon(9h + 5min), kResolved)}, mon(12h), "first#1 void 5min"},
  {"ClosedBeforeAnswerIsVoid", responses, {mail(mon(9h)), turn(mon(9h + 5min), kClosed)}, mon(12h), "first#1 void 5min"},
  {"SpamIsVoid", plain, {mail(mon(9h)), turn(mon(9h + 5min), kSpam)}, mon(12h), "first#1 void 5min, resolution#1 void 5min"},
  {"NoReplyNeeded", responses,
   {mail(mon(9h)), answer(mon(9h + 5min)), mail(mon(9h + 6min)), turn(mon(9h + 8min), kNoReplyNeeded)}, mon(12h),
   "first#1 met 5min, next#1 void 2min"},
  {"NoReplyNeededLeavesTheFirst", responses, {mail(mon(9h)), turn(mon(9h + 8min), kNoReplyNeeded)}, mon(9h + 10min),
   "first#1 running 10min"},
  {"FirstIsNotRearmedByReopening", responses,
   {mail(mon(9h)), turn(mon(9h + 5min), kResolved), mail(mon(10h))}, mon(10h + 1min), "first#1 void 5min, next#1 running 1min"},
  {"ResolvedInTime", resolutions, {mail(mon(9h)), turn(mon(17h), kResolved)}, at(9, 0h), "resolution#1 met 480min"},
  {"ResolvedLate", resolutions, {mail(mon(9h)), turn(mon(17h + 1ms), kResolved)}, at(9, 0h), "resolution#1 breached 28800001ms"},
  {"ClosedIsResolved", resolutions, {mail(mon(9h)), turn(mon(10h), kClosed)}, at(9, 0h), "resolution#1 met 60min"},
  {"ResolvedThenClosedEndsOnce", resolutions, {mail(mon(9h)), turn(mon(10h), kResolved), turn(mon(12h), kClosed)}, at(9, 0h),
   "resolution#1 met 60min"},
  {"ReopenedLeavesTheClosedTimeOut", resolutions,
   {mail(mon(9h)), turn(mon(10h), kResolved), turn(mon(14h), kReopened), turn(mon(16h), kResolved)}, at(9, 0h),
   "resolution#1 met 180min"},
  {"ReopenedAfterClosing", resolutions,
   {mail(mon(9h)), turn(mon(10h), kResolved), turn(mon(11h), kClosed), turn(mon(14h), kReopened)}, mon(15h),
   "resolution#1 running 120min"},
  {"MessageReopens", resolutions, {mail(mon(9h)), turn(mon(10h), kResolved), mail(mon(14h))}, mon(15h),
   "resolution#1 running 120min"},
  {"AgentMessageDoesNotReopen", resolutions, {mail(mon(9h)), turn(mon(10h), kResolved), answer(mon(14h))}, mon(15h),
   "resolution#1 met 60min"},
}), kRowName);

INSTANTIATE_TEST_SUITE_P(Pause, Story, testing::ValuesIn(std::vector<Row>{
  {"PendingStopsResolution", resolutions, {mail(mon(9h)), turn(mon(10h), kPending)}, mon(15h), "resolution#1 paused 60min"},
  {"ActiveResumes", resolutions, {mail(mon(9h)), turn(mon(10h), kPending), turn(mon(12h), kActive)}, mon(13h),
   "resolution#1 running 120min"},
  {"CustomerResumesFromPending", resolutions, {mail(mon(9h)), turn(mon(10h), kPending), mail(mon(12h))}, mon(13h),
   "resolution#1 running 120min"},
  {"CustomerDoesNotResumeFromHold", resolutions, {mail(mon(9h)), turn(mon(10h), kOnHold), mail(mon(12h))}, mon(13h),
   "resolution#1 paused 60min"},
  {"HoldAfterPending", resolutions, {mail(mon(9h)), turn(mon(10h), kPending), turn(mon(11h), kOnHold), mail(mon(12h))},
   mon(13h), "resolution#1 paused 60min"},
  {"FirstDoesNotPause", responses, {mail(mon(9h)), turn(mon(9h + 5min), kPending)}, mon(9h + 10min), "first#1 running 10min"},
  {"OnlyWhatTheSlaSays", pausing,
   {answer(mon(9h)), mail(mon(10h)), turn(mon(10h + 5min), kPending), turn(mon(10h + 10min), kOnHold)}, mon(10h + 12min),
   "pausing#1 running 7min"},
  {"AnsweredWhilePaused", pausing,
   {answer(mon(9h)), mail(mon(10h)), turn(mon(10h + 5min), kPending), answer(mon(11h))}, mon(12h), "pausing#1 met 5min"},
  {"ResolvedWhilePausedThenReopened", resolutions,
   {mail(mon(9h)), turn(mon(10h), kPending), turn(mon(12h), kResolved), turn(mon(14h), kReopened)}, mon(15h),
   "resolution#1 running 120min"},
}), kRowName);
// clang-format on

}  // namespace
}  // namespace vaste::clocks
