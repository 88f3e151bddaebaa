// The clocks of promises, updates and owners: start, pause, fulfil, re-arm, cancel and ties, a line
// each.
#include <gtest/gtest.h>

#include <ostream>

#include "clocks/history.h"
#include "unit/clocks/story.h"

namespace vaste::clocks {
namespace {

using namespace story;
using enum MomentKind;
using ClockKind::kAcknowledgement;
using ClockKind::kAgentWork;
using ClockKind::kAssigneeReturn;
using ClockKind::kCallback;
using ClockKind::kCommitment;
using ClockKind::kFirstResponse;
using ClockKind::kFollowUp;
using ClockKind::kGroupOwnership;
using ClockKind::kHold;
using ClockKind::kNextResponse;
using ClockKind::kNextUpdate;
using ClockKind::kPausableUpdate;
using ClockKind::kPeriodicUpdate;
using ClockKind::kPublicResponse;
using ClockKind::kRequesterWait;
using ClockKind::kResolution;

constexpr Channel kEmail = Channel::kEmail;
constexpr Channel kPhone = Channel::kPhone;
constexpr Channel kSocial = Channel::kSocial;
constexpr Millis kPromised{0};

struct Sla {
  ClockKind clock;
  Millis target;
  bool option = false;  // of the clock: a bot, a direct message, every post
};

// The clocks of the row alone, on nine_to_five, paused as they are by default.
CompiledPolicy desk(const std::vector<Sla>& slas) {
  Policy made = policy({everything({})});
  made.slas.clear();
  for (const Sla& one : slas) {
    SlaSpec& spec = made.slas.emplace_back();
    spec.name = name(one.clock);
    spec.clock = one.clock;
    spec.pause_pending = facts(one.clock).pause_pending;
    spec.pause_on_hold = facts(one.clock).pause_on_hold;
    spec.bot_counts = spec.dm_satisfies_public = spec.unaddressed_posts = one.option;
    spec.pause_agent_away = one.option;
    const auto index = static_cast<std::uint16_t>(made.slas.size() - 1);
    made.rules[0].targets.push_back({index, one.target, 1, {}});
  }
  return CompiledPolicy(std::move(made));
}

struct Row {
  const char* name;
  std::vector<Sla> slas;
  std::vector<Moment> moments;
  Instant now;
  const char* expected;
};
void PrintTo(const Row& row, std::ostream* out) {
  *out << row.name;
}
const auto kRowName = [](const auto& row) { return std::string(row.param.name); };

const std::vector<Attributes>& sets() {
  static const std::vector<Attributes> all = [] {
    std::vector<Attributes> made(4);
    made[0].team = "blue";
    made[1].team = "red";
    made[2].agent = "bob";
    made[3].agent = "eve";
    return made;
  }();
  return all;
}
constexpr std::uint16_t kBlue = 1, kRed = 2, kBob = 3, kEve = 4;

class Promises : public testing::TestWithParam<Row> {};

TEST_P(Promises, LeaveTheClocks) {
  const Row& row = GetParam();
  const CompiledPolicy rules = desk(row.slas);
  EXPECT_EQ(clocks(fold(row.moments, rules, sets()), row.now, rules), row.expected);
}

Moment mail(Instant at) {
  return moment(at, kCustomerMessage, kEmail);
}
Moment answer(Instant at) {
  return moment(at, kAgentMessage, kEmail);
}
Moment bot(Instant at) {
  return moment(at, kBotMessage, kEmail);
}
Moment turn(Instant at, MomentKind kind) {
  return moment(at, kind);
}
Moment call(Instant at, MomentKind kind, std::int64_t value = 0) {
  Moment made = moment(at, kind, kPhone, 1);
  made.value = value;
  return made;
}
Moment our_call(Instant at, MomentKind kind) {
  return flagged(moment(at, kind, kPhone, 2), kOutbound);
}
Moment promise(Instant at, MomentKind kind, std::uint64_t name, Instant by = kNever) {
  Moment made = about(moment(at, kind), name);
  made.value = to_ms(by);
  return made;
}
Moment naming(Moment made, Instant next) {
  made.next_update_ms = to_ms(next);
  return made;
}
Moment post(Instant at, std::uint64_t author = 7) {
  return by(flagged(moment(at, kCustomerMessage, kSocial), kPublic | kAddressed), author);
}
Moment reply(Instant at, std::uint8_t flags) {
  return flagged(moment(at, kAgentMessage, kSocial), flags);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Commitment, Promises, testing::ValuesIn(std::vector<Row>{
  {"RunsToItsOwnTime", {{kCommitment, kPromised}}, {promise(mon(16h), kCommitmentMade, 1, mon(20h))}, mon(18h),
   "commitment#1 running 120min"},
  {"KeptInTime", {{kCommitment, kPromised}},
   {promise(mon(16h), kCommitmentMade, 1, mon(20h)), promise(mon(20h), kCommitmentDone, 1)}, tue(9h), "commitment#1 met 240min"},
  {"OneMoreIsLate", {{kCommitment, kPromised}},
   {promise(mon(9h), kCommitmentMade, 1, mon(9h + 1s)), promise(mon(9h + 1001ms), kCommitmentDone, 1)}, tue(9h),
   "commitment#1 breached 1001ms"},
  {"ResolvedIsKept", {{kCommitment, kPromised}},
   {promise(mon(9h), kCommitmentMade, 1, mon(12h)), turn(mon(10h), kResolved)}, tue(9h), "commitment#1 met 60min"},
  {"EachIsARunOfItsOwn", {{kCommitment, kPromised}},
   {promise(mon(9h), kCommitmentMade, 1, mon(12h)), promise(mon(9h), kCommitmentMade, 2, mon(12h)),
    promise(mon(10h), kCommitmentDone, 2)}, mon(11h), "commitment#1 running 120min, commitment#2 met 60min"},
  {"WithdrawnIsNoVerdict", {{kCommitment, kPromised}},
   {promise(mon(9h), kCommitmentMade, 1, mon(12h)), promise(mon(13h), kCommitmentWithdrawn, 1)}, tue(9h),
   "commitment#1 void 240min"},
  {"AnotherOnesEndEndsNothing", {{kCommitment, kPromised}},
   {promise(mon(9h), kCommitmentMade, 1, mon(12h)), promise(mon(10h), kCommitmentDone, 3), promise(mon(10h), kCommitmentWithdrawn, 0)},
   mon(11h), "commitment#1 running 120min"},
  {"WithoutATimeNoneIsJudged", {{kCommitment, kPromised}}, {promise(mon(9h), kCommitmentMade, 1)}, mon(11h), ""},
  {"WithoutATimeThePolicyHasOne", {{kCommitment, 4h}}, {promise(mon(16h), kCommitmentMade, 1)}, tue(10h), "commitment#1 running 120min"},
  {"NobodyPausesIt", {{kCommitment, kPromised}},
   {mail(mon(8h)), promise(mon(9h), kCommitmentMade, 1, mon(12h)), turn(mon(9h), kPending), turn(mon(10h), kOnHold)}, mon(11h),
   "commitment#1 running 120min"},
  {"MadeAfterTheEndItRuns", {{kCommitment, kPromised}},
   {mail(mon(8h)), turn(mon(9h), kResolved), promise(mon(10h), kCommitmentMade, 1, mon(12h))}, mon(11h), "commitment#1 running 60min"},
  {"MadeAndKeptAtOnce", {{kCommitment, kPromised}},
   {promise(mon(9h), kCommitmentDone, 1), promise(mon(9h), kCommitmentMade, 1, mon(12h))}, mon(11h), "commitment#1 met 0min"},
  {"PastWhenMadeIsLateAtOnce", {{kCommitment, kPromised}},
   {promise(mon(9h), kCommitmentMade, 1, mon(8h)), promise(mon(9h + 1ms), kCommitmentDone, 1)}, mon(11h), "commitment#1 breached 1ms"},
}), kRowName);

INSTANTIATE_TEST_SUITE_P(Callback, Promises, testing::ValuesIn(std::vector<Row>{
  {"RunsFromTheRequest", {{kCallback, 1h}}, {call(mon(9h), kQueued), call(mon(9h + 1min), kCallbackRequested)}, mon(9h + 31min),
   "callback#1 running 30min"},
  {"RunsFromTheAgreedTime", {{kCallback, 1h}}, {call(mon(9h), kQueued), call(mon(9h + 1min), kCallbackRequested, to_ms(mon(14h)))},
   mon(14h + 10min), "callback#1 running 10min"},
  {"NothingIsSpentBefore", {{kCallback, 1h}}, {call(mon(9h), kQueued), call(mon(9h + 1min), kCallbackRequested, to_ms(mon(14h)))},
   mon(13h), "callback#1 running 0min"},
  {"OursThatIsAnsweredFulfils", {{kCallback, 1h}},
   {call(mon(9h), kCallbackRequested), our_call(mon(9h + 50min), kStarted), our_call(mon(9h + 51min), kConnected)}, mon(12h),
   "callback#1 met 51min"},
  {"AnAttemptDoesNot", {{kCallback, 1h}},
   {call(mon(9h), kCallbackRequested), our_call(mon(9h + 50min), kStarted), our_call(mon(9h + 51min), kEnded)}, mon(10h),
   "callback#1 running 60min"},
  {"BeforeTheAgreedTimeIsInTime", {{kCallback, 1h}},
   {call(mon(9h), kCallbackRequested, to_ms(mon(14h))), our_call(mon(13h), kConnected)}, mon(15h), "callback#1 met 0min"},
  {"AMailOfOursDoesNot", {{kCallback, 1h}}, {call(mon(9h), kCallbackRequested), answer(mon(9h + 5min))}, mon(9h + 10min),
   "callback#1 running 10min"},
  {"WhoContactsUsFirstEndsIt", {{kCallback, 1h}}, {call(mon(9h), kCallbackRequested), mail(mon(9h + 20min))}, mon(12h),
   "callback#1 void 20min"},
  {"EachRequestIsARun", {{kCallback, 1h}},
   {call(mon(9h), kCallbackRequested), our_call(mon(9h + 20min), kConnected), our_call(mon(9h + 25min), kCallbackRequested)}, mon(9h + 30min),
   "callback#1 met 20min, callback#2 running 5min"},
  {"ClosedEndsIt", {{kCallback, 1h}}, {call(mon(9h), kCallbackRequested), turn(mon(9h + 20min), kClosed)}, mon(12h),
   "callback#1 void 20min"},
}), kRowName);

INSTANTIATE_TEST_SUITE_P(Hold, Promises, testing::ValuesIn(std::vector<Row>{
  {"AsLongAsAnnounced", {{kHold, kPromised}}, {call(mon(9h), kConnected), call(mon(9h), kHeld, 120), call(mon(9h + 2min), kResumed)},
   mon(12h), "hold#1 met 2min"},
  {"LongerIsLate", {{kHold, kPromised}}, {call(mon(9h), kConnected), call(mon(9h), kHeld, 120), call(mon(9h + 121s), kResumed)},
   mon(12h), "hold#1 breached 121s"},
  {"NothingAnnounced", {{kHold, kPromised}}, {call(mon(9h), kConnected), call(mon(9h), kHeld)}, mon(12h), ""},
  {"NothingAnnouncedThePolicyHasOne", {{kHold, 1min}}, {call(mon(9h), kConnected), call(mon(9h), kHeld), call(mon(9h + 61s), kResumed)},
   mon(12h), "hold#1 breached 61s"},
  {"EachHold", {{kHold, kPromised}},
   {call(mon(9h), kConnected), call(mon(9h), kHeld, 60), call(mon(9h + 30s), kResumed), call(mon(9h + 40s), kHeld, 60)}, mon(9h + 50s),
   "hold#1 met 30s, hold#2 running 10s"},
  {"HungUpOnHold", {{kHold, kPromised}}, {call(mon(9h), kConnected), call(mon(9h), kHeld, 60), call(mon(9h + 30s), kEnded)}, mon(12h),
   "hold#1 void 30s"},
  {"PassedOnFromHold", {{kHold, kPromised}}, {call(mon(9h), kConnected), call(mon(9h), kHeld, 60), call(mon(9h + 30s), kTransferred)},
   mon(12h), "hold#1 met 30s"},
  {"OneWhoDoesNotTalkIsNotHeld", {{kHold, kPromised}}, {call(mon(9h), kQueued), call(mon(9h + 1s), kHeld, 60)}, mon(12h), ""},
  {"ByTheWallClockAtNight", {{kHold, kPromised}}, {call(mon(20h), kConnected), call(mon(20h), kHeld, 60), call(mon(20h + 90s), kResumed)},
   tue(12h), "hold#1 breached 90s"},
}), kRowName);

INSTANTIATE_TEST_SUITE_P(PublicResponse, Promises, testing::ValuesIn(std::vector<Row>{
  {"WaitsForAPublicReply", {{kPublicResponse, 1h}}, {post(mon(9h)), reply(mon(9h + 5min), 0), reply(mon(9h + 20min), kPublic)}, mon(12h),
   "public_response#1 met 20min"},
  {"DirectMessageIfTheSlaSaysSo", {{kPublicResponse, 1h, true}}, {post(mon(9h)), reply(mon(9h + 5min), 0)}, mon(12h),
   "public_response#1 met 5min"},
  {"AMailIsNoDirectMessage", {{kPublicResponse, 1h, true}}, {post(mon(9h)), answer(mon(9h + 5min))}, mon(9h + 10min),
   "public_response#1 running 10min"},
  {"NotAddressedToUs", {{kPublicResponse, 1h}}, {flagged(moment(mon(9h), kCustomerMessage, kSocial), kPublic)}, mon(10h), ""},
  {"EveryPostIfTheSlaSaysSo", {{kPublicResponse, 1h, true}}, {flagged(moment(mon(9h), kCustomerMessage, kSocial), kPublic)}, mon(9h + 10min),
   "public_response#1 running 10min"},
  {"ADirectMessageArmsNothing", {{kPublicResponse, 1h}}, {moment(mon(9h), kCustomerMessage, kSocial)}, mon(10h), ""},
  {"ManyByOneAreOneWait", {{kPublicResponse, 1h}}, {post(mon(9h)), post(mon(9h + 5min))}, mon(9h + 10min), "public_response#1 running 10min"},
  {"TwoPeopleAreTwoWaits", {{kPublicResponse, 1h}}, {post(mon(9h)), post(mon(9h + 5min), 8), reply(mon(9h + 20min), kPublic)}, mon(12h),
   "public_response#1 met 20min, public_response#2 met 15min"},
  {"TheNextPostIsTheNextWait", {{kPublicResponse, 1h}}, {post(mon(9h)), reply(mon(9h + 5min), kPublic), post(mon(9h + 30min))}, mon(9h + 31min),
   "public_response#1 met 5min, public_response#2 running 1min"},
  {"DeletedIsGone", {{kPublicResponse, 1h}}, {post(mon(9h)), about(moment(mon(9h + 5min), kDeleted), 1)}, mon(10h), ""},
  {"EditedDoesNotArmAgain", {{kPublicResponse, 1h}},
   {post(mon(9h)), reply(mon(9h + 5min), kPublic), about(moment(mon(9h + 10min), kEdited), 1)}, mon(10h), "public_response#1 met 5min"},
  {"ClosedEndsIt", {{kPublicResponse, 1h}}, {post(mon(9h)), turn(mon(9h + 5min), kClosed)}, mon(10h), "public_response#1 void 5min"},
  {"PostBeforeReplyAtOnce", {{kPublicResponse, 1h}}, {reply(mon(9h), kPublic), post(mon(9h))}, mon(10h), "public_response#1 met 0min"},
}), kRowName);

INSTANTIATE_TEST_SUITE_P(Updates, Promises, testing::ValuesIn(std::vector<Row>{
  {"NextIsDueAsTold", {{kNextUpdate, kPromised}}, {mail(mon(9h)), naming(answer(mon(10h)), mon(20h)), answer(mon(20h))}, tue(12h),
   "next_update#1 met 600min"},
  {"WithoutANameNone", {{kNextUpdate, kPromised}}, {mail(mon(9h)), answer(mon(10h))}, tue(12h), ""},
  {"ACommitmentMayNameIt", {{kNextUpdate, kPromised}}, {mail(mon(9h)), naming(promise(mon(10h), kCommitmentMade, 1, tue(9h)), mon(12h)), answer(mon(13h))},
   tue(12h), "next_update#1 breached 180min"},
  {"NamesTheOneAfter", {{kNextUpdate, kPromised}}, {naming(answer(mon(10h)), mon(12h)), naming(answer(mon(11h)), mon(14h))}, mon(12h),
   "next_update#1 met 60min, next_update#2 running 60min"},
  {"ANoteIsNoUpdate", {{kNextUpdate, kPromised}}, {naming(answer(mon(10h)), mon(12h)), moment(mon(11h), kNote, kEmail)}, mon(12h),
   "next_update#1 running 120min"},
  {"ClosedEndsNext", {{kNextUpdate, kPromised}}, {naming(answer(mon(10h)), mon(12h)), turn(mon(11h), kClosed)}, mon(12h), "next_update#1 void 60min"},
  {"PeriodicFromEachReply", {{kPeriodicUpdate, 2h}}, {mail(mon(9h)), answer(mon(10h)), answer(mon(11h))}, mon(12h),
   "periodic_update#1 met 60min, periodic_update#2 running 60min"},
  {"PeriodicDoesNotPause", {{kPeriodicUpdate, 2h}}, {answer(mon(10h)), turn(mon(10h), kPending)}, mon(12h), "periodic_update#1 running 120min"},
  {"PeriodicEndsWithTheMatter", {{kPeriodicUpdate, 2h}}, {answer(mon(10h)), turn(mon(11h), kResolved), answer(mon(11h + 5min))}, mon(12h),
   "periodic_update#1 void 60min"},
  {"PausableStandsStillWhilePending", {{kPausableUpdate, 2h}}, {answer(mon(10h)), turn(mon(10h + 30min), kPending), mail(mon(14h))}, mon(14h + 10min),
   "pausable_update#1 running 40min"},
  {"PausableBegunInPendingWaits", {{kPausableUpdate, 2h}},
   {mail(mon(9h)), turn(mon(9h), kPending), answer(mon(10h)), turn(mon(11h), kActive)}, mon(11h + 10min), "pausable_update#1 running 10min"},
}), kRowName);

INSTANTIATE_TEST_SUITE_P(FollowUp, Promises, testing::ValuesIn(std::vector<Row>{
  {"FromTheResolution", {{kFollowUp, 8h}}, {mail(mon(9h)), answer(mon(10h)), turn(mon(10h), kResolved)}, tue(10h), "follow_up#1 running 480min"},
  {"WhatWeSayAfterIt", {{kFollowUp, 8h}}, {mail(mon(9h)), turn(mon(10h), kResolved), answer(mon(11h))}, tue(10h), "follow_up#1 met 60min"},
  {"ASurveyThatIsAnswered", {{kFollowUp, 8h}}, {mail(mon(9h)), turn(mon(10h), kResolved), turn(mon(11h), kSurveyAnswered)}, tue(10h),
   "follow_up#1 void 60min"},
  {"ASurveyThatIsSent", {{kFollowUp, 8h}}, {mail(mon(9h)), turn(mon(10h), kResolved), turn(mon(11h), kSurveySent)}, mon(12h),
   "follow_up#1 running 120min"},
  {"ReopenedAndResolvedAgain", {{kFollowUp, 8h}}, {mail(mon(9h)), turn(mon(10h), kResolved), mail(mon(11h)), turn(mon(12h), kResolved)}, mon(13h),
   "follow_up#1 void 60min, follow_up#2 running 60min"},
  {"ClosedLaterGoesOn", {{kFollowUp, 8h}}, {mail(mon(9h)), turn(mon(10h), kResolved), turn(mon(11h), kClosed)}, mon(12h), "follow_up#1 running 120min"},
}), kRowName);

INSTANTIATE_TEST_SUITE_P(Acknowledgement, Promises, testing::ValuesIn(std::vector<Row>{
  {"APerson", {{kAcknowledgement, 1h}}, {mail(mon(9h)), bot(mon(9h + 1min)), answer(mon(9h + 20min))}, mon(12h), "acknowledgement#1 met 20min"},
  {"AMachineIfTheSlaSaysSo", {{kAcknowledgement, 1h, true}}, {mail(mon(9h)), bot(mon(9h + 1min))}, mon(12h), "acknowledgement#1 met 1min"},
  {"AMachineIsNoFirstResponse", {{kFirstResponse, 1h}, {kAcknowledgement, 1h, true}}, {mail(mon(9h)), bot(mon(9h + 1min)), mail(mon(9h + 2min))}, mon(9h + 5min),
   "first_response#1 running 5min, acknowledgement#1 met 1min"},
  {"AMachineArmsNoNext", {{kNextResponse, 1h}, {kAcknowledgement, 1h, true}}, {mail(mon(9h)), bot(mon(9h + 1min)), mail(mon(9h + 2min))}, mon(9h + 5min),
   "acknowledgement#1 met 1min"},
  {"OnceOnly", {{kAcknowledgement, 1h}}, {mail(mon(9h)), answer(mon(9h + 1min)), mail(mon(9h + 2min))}, mon(9h + 5min), "acknowledgement#1 met 1min"},
  {"NeverPauses", {{kAcknowledgement, 1h}}, {mail(mon(9h)), turn(mon(9h), kPending)}, mon(9h + 5min), "acknowledgement#1 running 5min"},
  {"Closed", {{kAcknowledgement, 1h}}, {mail(mon(9h)), turn(mon(9h + 1min), kClosed)}, mon(9h + 5min), "acknowledgement#1 void 1min"},
}), kRowName);

INSTANTIATE_TEST_SUITE_P(Owners, Promises, testing::ValuesIn(std::vector<Row>{
  {"GroupFromItsAssignment", {{kGroupOwnership, 4h}}, {mail(mon(9h)), with(turn(mon(10h), kAssigned), kBlue)}, mon(11h), "group_ownership#1 running 60min"},
  {"GroupUntilAnotherHasIt", {{kGroupOwnership, 4h}}, {with(mail(mon(9h)), kBlue), with(turn(mon(10h), kAssigned), kRed)}, mon(11h),
   "group_ownership#1 met 60min, group_ownership#2 running 60min"},
  {"TheSameGroupAgain", {{kGroupOwnership, 4h}}, {with(mail(mon(9h)), kBlue), with(turn(mon(10h), kAssigned), kBlue)}, mon(11h),
   "group_ownership#1 running 120min"},
  {"GroupResolves", {{kGroupOwnership, 4h}}, {with(mail(mon(9h)), kBlue), turn(mon(14h), kClosed)}, mon(15h), "group_ownership#1 breached 300min"},
  {"GroupGone", {{kGroupOwnership, 4h}}, {with(mail(mon(9h)), kBlue), turn(mon(10h), kUnassigned), with(turn(mon(11h), kAssigned), kBlue)}, mon(12h),
   "group_ownership#1 void 60min, group_ownership#2 running 60min"},
  {"GroupKeepsItWithoutTheAgent", {{kGroupOwnership, 4h}}, {with(mail(mon(9h)), kBlue), with(turn(mon(10h), kUnassigned), kBlue)}, mon(11h),
   "group_ownership#1 running 120min"},
  {"AssigneeAnswers", {{kAssigneeReturn, 1h}}, {mail(mon(9h)), with(turn(mon(10h), kAssigned), kBob), with(answer(mon(10h + 20min)), kBob)}, mon(12h),
   "assignee_return#1 met 20min"},
  {"SomebodyElseAnswers", {{kAssigneeReturn, 1h}}, {mail(mon(9h)), with(turn(mon(10h), kAssigned), kBob), with(answer(mon(10h + 20min)), kEve)}, mon(10h + 30min),
   "assignee_return#1 running 30min"},
  {"OnlyWhileSomebodyWaits", {{kAssigneeReturn, 1h}}, {mail(mon(9h)), answer(mon(9h + 1min)), with(turn(mon(10h), kAssigned), kBob)}, mon(12h), ""},
  {"AnotherAssignee", {{kAssigneeReturn, 1h}}, {mail(mon(9h)), with(turn(mon(10h), kAssigned), kBob), with(turn(mon(10h + 20min), kAssigned), kEve)}, mon(10h + 30min),
   "assignee_return#1 void 20min, assignee_return#2 running 10min"},
  {"Unassigned", {{kAssigneeReturn, 1h}}, {mail(mon(9h)), with(turn(mon(10h), kAssigned), kBob), turn(mon(10h + 20min), kUnassigned)}, mon(12h),
   "assignee_return#1 void 20min"},
  {"AwayStandsStillIfTheSlaSaysSo", {{kAssigneeReturn, 1h, true}},
   {mail(mon(9h)), with(turn(mon(10h), kAssigned), kBob), turn(mon(10h + 10min), kAgentAway), turn(mon(10h + 40min), kAgentBack)}, mon(11h),
   "assignee_return#1 running 30min"},
  {"AwayCountsIfItDoesNot", {{kAssigneeReturn, 2h}},
   {mail(mon(9h)), with(turn(mon(10h), kAssigned), kBob), turn(mon(10h + 10min), kAgentAway)}, mon(11h), "assignee_return#1 running 60min"},
  {"WhoWritesBringsNobodyBack", {{kAssigneeReturn, 1h, true}},
   {mail(mon(9h)), with(turn(mon(10h), kAssigned), kBob), turn(mon(10h + 10min), kAgentAway), mail(mon(10h + 20min)), turn(mon(10h + 30min), kActive)},
   mon(11h), "assignee_return#1 paused 10min"},
  {"AnotherIsThere", {{kAssigneeReturn, 1h, true}},
   {mail(mon(9h)), with(turn(mon(10h), kAssigned), kBob), turn(mon(10h + 10min), kAgentAway), with(turn(mon(10h + 30min), kAssigned), kEve)}, mon(11h),
   "assignee_return#1 void 10min, assignee_return#2 running 30min"},
  {"OthersGoOn", {{kAssigneeReturn, 1h, true}, {kNextUpdate, kPromised}, {kResolution, 8h}},
   {mail(mon(9h)), with(turn(mon(10h), kAssigned), kBob), turn(mon(10h + 10min), kAgentAway)}, mon(11h),
   "resolution#1 running 120min, assignee_return#1 paused 10min"},
}), kRowName);

INSTANTIATE_TEST_SUITE_P(Waits, Promises, testing::ValuesIn(std::vector<Row>{
  {"RequesterWaitsWhileOthersAreAsked", {{kRequesterWait, 8h}, {kAgentWork, 8h}}, {mail(mon(9h)), turn(mon(10h), kOnHold), turn(mon(12h), kResolved)}, mon(13h),
   "requester_wait#1 met 180min, agent_work#1 met 60min"},
  {"NobodyWaitsWhilePending", {{kRequesterWait, 8h}, {kAgentWork, 8h}}, {mail(mon(9h)), turn(mon(10h), kPending), turn(mon(12h), kResolved)}, mon(13h),
   "requester_wait#1 met 60min, agent_work#1 met 60min"},
  {"ReopenedGoesOn", {{kRequesterWait, 8h}, {kAgentWork, 8h}}, {mail(mon(9h)), turn(mon(10h), kClosed), turn(mon(14h), kReopened)}, mon(15h),
   "requester_wait#1 running 120min, agent_work#1 running 120min"},
  {"SpamIsNoWait", {{kRequesterWait, 8h}, {kAgentWork, 8h}}, {mail(mon(9h)), turn(mon(10h), kSpam)}, mon(15h),
   "requester_wait#1 void 60min, agent_work#1 void 60min"},
}), kRowName);
// clang-format on

TEST(Promise, IsDueByTheWallAndWarnedInWorkingHours) {
  CompiledPolicy rules = [] {
    Policy made = desk({{kCommitment, kPromised}}).policy();
    made.rules[0].targets[0].at_risk = {{.share = {}, .remaining = 1h},
                                        {.share = 0.5, .remaining = {}}};
    return CompiledPolicy(std::move(made));
  }();
  // Made on Monday at one, for Tuesday, half past nine: four and a half hours of ours.
  const auto state = fold({promise(mon(13h), kCommitmentMade, 1, tue(9h + 30min))}, rules);
  const ClockRun& run = run_of(state, "commitment");
  EXPECT_EQ(due(run, rules), tue(9h + 30min));
  EXPECT_EQ(breaches_at(run, rules), tue(9h + 30min + 1ms));
  EXPECT_EQ(at_risk_at(run, rules, 0), mon(15h + 15min));
  EXPECT_EQ(at_risk_at(run, rules, 1), mon(16h + 30min));
  EXPECT_EQ(at_risk_at(run, rules, 2), std::nullopt);
}

TEST(Promise, OfLessTimeThanTheWarningIsNotWarnedOf) {
  Policy made = desk({{kCommitment, kPromised}}).policy();
  made.rules[0].targets[0].at_risk = {{.share = {}, .remaining = 1h}};
  const CompiledPolicy rules(std::move(made));
  const auto state = fold({promise(mon(13h), kCommitmentMade, 1, mon(13h + 30min))}, rules);
  EXPECT_EQ(at_risk_at(run_of(state, "commitment"), rules), std::nullopt);
}

TEST(Promise, StaysAsItWasWhenTheRuleChanges) {
  Policy made = desk({{kCommitment, 4h}}).policy();
  Rule other = everything({{0, 1h, 0, {}}});
  other.name = "blue";
  other.when.queues = {"blue"};
  made.rules.insert(made.rules.begin(), other);
  const CompiledPolicy rules(std::move(made));
  Attributes blue;
  blue.queue = "blue";
  const auto state =
      fold({mail(mon(8h)), promise(mon(9h), kCommitmentMade, 1, mon(15h)),
            promise(mon(9h), kCommitmentMade, 2), with(turn(mon(10h), kAttributesChanged), 1)},
           rules, {blue});
  EXPECT_EQ(due(run_of(state, "commitment", 1), rules), mon(15h));
  EXPECT_EQ(run_of(state, "commitment", 1).rule, "blue");
  EXPECT_EQ(due(run_of(state, "commitment", 2), rules), mon(10h));
}

TEST(Promise, OneTooManyGivesUpTheOldest) {
  const CompiledPolicy rules = desk({{kCommitment, kPromised}});
  std::vector<Moment> moments;
  for (std::size_t i = 0; i < kClocksKept + 3; ++i)
    moments.push_back(promise(mon(9h + std::chrono::seconds(i)), kCommitmentMade, 1 + i, tue(9h)));
  const auto state = fold(std::move(moments), rules);
  // Room is made before each moment.
  EXPECT_EQ(state.clocks.size(), kClocksKept + 1);
  EXPECT_EQ(state.clocks_dropped, 2U);
  EXPECT_EQ(state.clocks.front().subject, 3U);
}

TEST(Exchanges, TellTheLastToo) {
  const CompiledPolicy rules = desk({{kPublicResponse, 10min}});
  const auto state = fold({post(mon(9h)), reply(mon(9h + 20min), kPublic), post(mon(10h)),
                           reply(mon(10h + 5min), kPublic), post(mon(11h))},
                          rules);
  const Exchanges all = exchanges(state, "public_response", mon(11h + 1min), rules);
  EXPECT_EQ(all.begun, 3U);
  EXPECT_EQ(all.late, 1U);
  EXPECT_EQ(all.worst_elapsed, 20min);
  EXPECT_EQ(all.last_elapsed, 5min);
}

TEST(Bounce, UndoesTheAnswerUnlessThePolicySaysOtherwise) {
  for (const bool undoes : {true, false}) {
    Policy made = desk({{kFirstResponse, 1h}}).policy();
    made.bounce_undoes_answer = undoes;
    const CompiledPolicy rules(std::move(made));
    const auto state = fold(
        {mail(mon(9h)), answer(mon(9h + 5min)), about(moment(mon(9h + 6min), kBounced), 2)}, rules);
    EXPECT_EQ(clocks(state, mon(9h + 10min), rules),
              undoes ? "first_response#1 running 10min" : "first_response#1 met 5min");
  }
}

}  // namespace
}  // namespace vaste::clocks
