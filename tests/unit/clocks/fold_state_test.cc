// What the fold knows beside its clocks: contacts, states, rules that change, and moments that come
// late.
#include <gtest/gtest.h>

#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "clocks/fold.h"
#include "unit/clocks/story.h"

namespace vaste::clocks {
namespace {

using namespace story;
using enum MomentKind;

constexpr Channel kEmail = Channel::kEmail;
constexpr Channel kChat = Channel::kChat;
constexpr Channel kPhone = Channel::kPhone;

Moment mail(Instant at) {
  return moment(at, kCustomerMessage, kEmail);
}
Moment answer(Instant at) {
  return moment(at, kAgentMessage, kEmail);
}
Moment call(Instant at, MomentKind kind) {
  return moment(at, kind, kPhone, 1);
}
Moment turn(Instant at, MomentKind kind) {
  return moment(at, kind);
}

struct StateRow {
  const char* name;
  std::vector<Moment> moments;
  ConversationState expected;
};
void PrintTo(const StateRow& row, std::ostream* out) {
  *out << row.name;
}
const auto kRowName = [](const auto& row) { return std::string(row.param.name); };

class State : public testing::TestWithParam<StateRow> {};
using S = ConversationState;

// clang-format off
INSTANTIATE_TEST_SUITE_P(Conversation, State, testing::ValuesIn(std::vector<StateRow>{
  {"NewUntilAnswered",      {mail(mon(9h))}, S::kNew},
  {"WaitsForTheCustomer",   {mail(mon(9h)), answer(mon(10h))}, S::kWaitingCustomer},
  {"WaitsForUs",            {mail(mon(9h)), answer(mon(10h)), mail(mon(11h))}, S::kWaitingAgent},
  {"OnHold",                {mail(mon(9h)), turn(mon(10h), kOnHold)}, S::kOnHold},
  {"HoldOutlastsAnAnswer",  {mail(mon(9h)), turn(mon(10h), kOnHold), answer(mon(11h))}, S::kOnHold},
  {"PendingIsTheirTurn",    {mail(mon(9h)), turn(mon(10h), kPending)}, S::kWaitingCustomer},
  {"Resolved",              {mail(mon(9h)), turn(mon(10h), kResolved)}, S::kResolved},
  {"ResolvedStaysOnAnswer", {mail(mon(9h)), turn(mon(10h), kResolved), answer(mon(11h))}, S::kResolved},
  {"Closed",                {mail(mon(9h)), turn(mon(10h), kResolved), turn(mon(11h), kClosed)}, S::kClosed},
  {"ReopenedByMessage",     {mail(mon(9h)), answer(mon(9h)), turn(mon(10h), kResolved), mail(mon(11h))}, S::kWaitingAgent},
}), kRowName);
// clang-format on

TEST_P(State, IsThis) {
  EXPECT_EQ(fold(GetParam().moments, plain()).state, GetParam().expected);
}

TEST(Fold, HoldThatWasAnsweredStillNeedsToBeTakenOff) {
  const CompiledPolicy rules(policy({everything({target(kResolution, 8h)})}));
  const FoldState state =
      fold({mail(mon(9h)), turn(mon(10h), kOnHold), answer(mon(11h)), mail(mon(12h))}, rules);
  EXPECT_EQ(clocks(state, mon(13h), rules), "resolution#1 paused 60min");
}

TEST(Fold, WaitThatBeginsOnHoldIsPausedWhereTheSlaSaysSo) {
  Policy made = policy({everything({target(kNext, 30min)})});
  made.slas[kNext].pause_on_hold = true;
  const CompiledPolicy rules(std::move(made));
  const FoldState state = fold(
      {answer(mon(9h)), turn(mon(10h), kOnHold), mail(mon(11h)), turn(mon(12h), kActive)}, rules);
  EXPECT_EQ(clocks(state, mon(12h + 5min), rules), "next#1 running 5min");
}

TEST(Fold, BotThatIsNotEnoughLeavesTheConversationNew) {
  const std::vector<Moment> moments{moment(mon(9h), kCustomerMessage, kChat),
                                    moment(mon(9h + 10s), kBotMessage, kChat)};
  const CompiledPolicy both(policy({everything({target(kFirst, 60min), target(kBotFirst, 60s)})}));
  EXPECT_EQ(fold(moments, both).state, ConversationState::kNew);
  EXPECT_FALSE(fold(moments, both).responded);
  const CompiledPolicy alone(policy({everything({target(kBotFirst, 60s)})}));
  EXPECT_EQ(fold(moments, alone).state, ConversationState::kWaitingCustomer);
  EXPECT_TRUE(fold(moments, alone).responded);
}

TEST(Fold, CountsWhatHappened) {
  const FoldState state = fold({by(mail(mon(9h)), 7), by(mail(mon(9h + 1min)), 8), answer(mon(10h)),
                                by(call(mon(11h), kQueued), 7), turn(mon(12h), kResolved),
                                by(mail(mon(13h)), 7), turn(mon(14h), kNote)},
                               plain());
  EXPECT_EQ(state.opened, mon(9h));
  EXPECT_EQ(state.last_activity, mon(13h));
  EXPECT_EQ(state.customer_messages, 3U);
  EXPECT_EQ(state.agent_messages, 1U);
  EXPECT_EQ(state.reopened, 1U);
  EXPECT_EQ(state.people, (std::vector<std::uint64_t>{7, 8}));
  EXPECT_EQ(state.channels, 1U << 2 | 1U << 3);
  EXPECT_EQ(state.last_channel, kEmail);
  EXPECT_FALSE(state.agent_started);
}

// --- contacts

TEST(Contact, AddsUpItsPhases) {
  const FoldState state =
      fold({call(mon(9h), kStarted), call(mon(9h + 10s), kQueued), call(mon(9h + 15s), kRinging),
            call(mon(9h + 20s), kRingNoAnswer), call(mon(9h + 20s), kQueued),
            call(mon(9h + 40s), kConnected), call(mon(9h + 100s), kHeld),
            call(mon(9h + 130s), kResumed), call(mon(9h + 150s), kTransferred),
            call(mon(9h + 150s), kQueued), call(mon(9h + 155s), kConnected),
            call(mon(9h + 200s), kEnded), call(mon(9h + 215s), kWrapUpEnded)},
           plain());
  ASSERT_EQ(state.contacts.size(), 1U);
  const Contact& contact = state.contacts[0];
  EXPECT_EQ(contact.phase, ContactPhase::kOver);
  EXPECT_EQ(contact.started, mon(9h));
  EXPECT_EQ(contact.queued, mon(9h + 10s));
  EXPECT_EQ(contact.answered, mon(9h + 40s));
  EXPECT_EQ(contact.ended, mon(9h + 200s));
  EXPECT_EQ(contact.wait, 35s);
  EXPECT_EQ(contact.talk, 125s);
  EXPECT_EQ(contact.hold, 30s);
  EXPECT_EQ(contact.wrap_up, 15s);
  EXPECT_EQ(contact.transfers, 1U);
  EXPECT_FALSE(is_set(contact.abandoned));
}

TEST(Contact, RungDirectlyAndNeverAnsweredIsAbandoned) {
  const FoldState state =
      fold({call(mon(9h), kStarted), call(mon(9h + 5s), kRinging), call(mon(9h + 25s), kEnded)},
           plain());
  EXPECT_EQ(state.contacts.at(0).abandoned, mon(9h + 25s));
  EXPECT_EQ(state.contacts.at(0).wait, 20s);
}

TEST(Contact, RungDirectlyAndAnsweredIsAFirstResponse) {
  const CompiledPolicy rules(policy({everything({target(kFirst, 5min), target(kSpeed, 20s)})}));
  const FoldState state =
      fold({call(mon(9h), kStarted), call(mon(9h + 5s), kRinging), call(mon(9h + 9s), kConnected)},
           rules);
  EXPECT_EQ(clocks(state, mon(10h), rules), "first#1 met 0min");
}

TEST(Contact, LeftInTheIvrIsNotAbandoned) {
  const FoldState state = fold({call(mon(9h), kStarted), call(mon(9h + 5s), kEnded)}, plain());
  EXPECT_FALSE(is_set(state.contacts.at(0).abandoned));
}

TEST(Contact, OutboundUnansweredIsNotAbandoned) {
  const FoldState state = fold({flagged(call(mon(9h), kStarted), kOutbound),
                                call(mon(9h + 2s), kRinging), call(mon(9h + 20s), kEnded)},
                               plain());
  EXPECT_FALSE(is_set(state.contacts.at(0).abandoned));
  EXPECT_EQ(state.contacts.at(0).flags, kContactOutbound);
  EXPECT_TRUE(state.agent_started);
}

TEST(Contact, AskingForACallbackWhileTalkingGoesOnTalking) {
  const FoldState state =
      fold({call(mon(9h), kQueued), call(mon(9h + 5s), kConnected),
            call(mon(9h + 10s), kCallbackRequested), call(mon(9h + 65s), kEnded)},
           plain());
  EXPECT_EQ(state.contacts.at(0).talk, 60s);
  EXPECT_EQ(state.contacts.at(0).phase, ContactPhase::kWrapUp);
  EXPECT_NE(state.contacts.at(0).flags & kContactCallback, 0);
}

// Sources without a session key: the second call on the line is another call.
TEST(Contact, WithoutAKeyEachCallIsItsOwn) {
  const CompiledPolicy rules(policy({everything({target(kNext, 30min), target(kSpeed, 20s)})}));
  const auto line = [](Instant at, MomentKind kind) { return moment(at, kind, kPhone); };
  const FoldState state = fold(
      {line(mon(9h), kQueued), line(mon(9h + 5s), kConnected), line(mon(9h + 60s), kEnded),
       line(mon(9h + 70s), kWrapUpEnded), line(mon(10h), kQueued), line(mon(10h + 3s), kConnected)},
      rules);
  EXPECT_EQ(state.contacts.size(), 2U);
  EXPECT_EQ(clocks(state, mon(11h), rules), "speed#1 met 5s, next#1 met 3s, speed#2 met 3s");
}

TEST(Contact, RemembersTheAttributesItWasQueuedWith) {
  Attributes ivr, sales;
  ivr.language = "fi";
  sales.queue = "sales";
  const FoldState state =
      fold({with(call(mon(9h), kStarted), 1), with(call(mon(9h + 5s), kQueued), 2)}, plain(),
           {ivr, sales});
  EXPECT_EQ(state.contacts.at(0).attributes.queue, "sales");
  EXPECT_EQ(state.contacts.at(0).attributes.language, "fi");
}

// --- rules

Attributes priority(const char* value) {
  Attributes made;
  made.priority = value;
  return made;
}

Rule when_priority(const char* value, std::vector<Target> targets) {
  Rule made{value, {}, std::move(targets)};
  made.when.priorities = {value};
  return made;
}

struct RuleRow {
  const char* name;
  std::vector<Target> urgent;   // the rule for priority "urgent"
  std::vector<Target> others;   // the rule for all else; none: no such rule
  std::vector<Moment> moments;  // attribute set 1 is "urgent", 2 is "low"
  Instant now;
  const char* expected;
};
void PrintTo(const RuleRow& row, std::ostream* out) {
  *out << row.name;
}

CompiledPolicy rules_of(const RuleRow& row) {
  std::vector<Rule> rules{when_priority("urgent", row.urgent)};
  if (!row.others.empty()) rules.push_back(everything(row.others));
  return CompiledPolicy(policy(std::move(rules)));
}

class RuleChange : public testing::TestWithParam<RuleRow> {};

Moment urgent(Instant at) {
  return with(turn(at, kAttributesChanged), 1);
}
Moment low(Instant at) {
  return with(turn(at, kAttributesChanged), 2);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Rules, RuleChange, testing::ValuesIn(std::vector<RuleRow>{
  {"CarryKeepsTheStart", {target(kFirst, 20min)}, {target(kFirst, 60min)}, {mail(mon(9h)), urgent(mon(9h + 10min))},
   mon(9h + 15min), "first#1 running 15min"},
  {"CarryCountsOnTheNewCalendar", {target(kFirst, 20min, 2)}, {target(kFirst, 60min, 1)}, {mail(mon(11h)), urgent(mon(12h + 10min))},
   mon(12h + 15min), "first#1 running 15min"},
  {"CarryKeepsPauses", {target(kResolution, 2h)}, {target(kResolution, 8h)},
   {mail(mon(9h)), turn(mon(10h), kPending), urgent(mon(11h)), turn(mon(12h), kActive)}, mon(13h), "resolution#1 running 120min"},
  {"TheOneThatIsGoneIsVoid", {target(kResolution, 2h)}, {target(kFirst, 60min), target(kResolution, 8h)},
   {mail(mon(9h)), urgent(mon(9h + 10min))}, mon(10h), "first#1 void 10min, resolution#1 running 60min"},
  {"NoRuleVoidsAll", {target(kFirst, 60min), target(kResolution, 2h)}, {}, {with(mail(mon(9h)), 1), low(mon(9h + 10min))}, mon(10h),
   "first#1 void 10min, resolution#1 void 10min"},
  {"NewOneStartsWhereTheWaitDid", {target(kFirst, 20min), target(kResolution, 2h)}, {target(kFirst, 60min)},
   {mail(mon(9h)), urgent(mon(9h + 10min))}, mon(10h), "first#1 running 60min, resolution#1 running 60min"},
  {"FirstRuleThatHolds", {target(kFirst, 20min)}, {}, {mail(mon(9h)), urgent(mon(9h + 10min))}, mon(9h + 15min),
   "first#1 running 15min"},
  {"AnotherNameTakesTheWaitOver", {target(kFirstOurs, 20min)}, {target(kFirst, 60min)}, {mail(mon(9h)), urgent(mon(9h + 10min))},
   mon(9h + 15min), "first#1 void 10min, first_ours#1 running 15min"},
  {"AnotherNameTakesThePausesOver", {target(kNext, 20min)}, {target(kPausing, 60min)},
   {answer(mon(9h)), mail(mon(10h)), turn(mon(10h + 5min), kPending), urgent(mon(10h + 10min)), turn(mon(10h + 20min), kActive)},
   mon(10h + 30min), "pausing#1 void 5min, next#1 running 15min"},
  {"SpamIsNotTakenUpAgain", {target(kResolution, 2h)}, {target(kResolution, 8h)},
   {mail(mon(9h)), turn(mon(9h + 5min), kSpam), urgent(mon(9h + 10min))}, mon(10h), "resolution#1 void 5min"},
  {"MetStaysMet", {target(kFirst, 1min)}, {target(kFirst, 60min)},
   {mail(mon(9h)), answer(mon(9h + 30min)), urgent(mon(9h + 40min))}, mon(10h), "first#1 met 30min"},
  {"ReopenedUnderTheRuleOfNow", {target(kResolution, 90min)}, {target(kResolution, 8h)},
   {mail(mon(9h)), turn(mon(10h), kResolved), urgent(mon(11h)), turn(mon(12h), kReopened),
    turn(mon(12h + 31min), kResolved)}, mon(14h), "resolution#1 breached 91min"},
  {"TheMomentsOwnAttributesCount", {target(kFirst, 20min)}, {target(kNext, 60min)}, {with(mail(mon(9h)), 1)}, mon(9h + 15min),
   "first#1 running 15min"},
  {"BotThatMetItIsNotAskedAgain", {target(kFirst, 60min), target(kBotFirst, 20s)}, {target(kFirst, 60min), target(kBotFirst, 60s)},
   {moment(mon(9h), kCustomerMessage, kChat), moment(mon(9h + 10s), kBotMessage, kChat), urgent(mon(9h + 60s))}, mon(9h + 120s),
   "first#1 running 2min, bot_first#1 met 10s"},
}), kRowName);
// clang-format on

TEST_P(RuleChange, LeavesTheClocks) {
  const CompiledPolicy rules = rules_of(GetParam());
  const FoldState state = fold(GetParam().moments, rules, {priority("urgent"), priority("low")});
  EXPECT_EQ(clocks(state, GetParam().now, rules), GetParam().expected);
}

TEST(Rules, CarriedRunHasItsNewTargetAndSaysWhenItWasLateAtOnce) {
  const CompiledPolicy rules(policy({when_priority("urgent", {target(kFirst, 20min, 2, 0.5)}),
                                     everything({target(kFirst, 60min, 1)})}));
  const std::vector<Attributes> sets{priority("urgent")};
  const FoldState early = fold({mail(mon(12h)), urgent(mon(12h + 10min))}, rules, sets);
  const ClockRun& run = run_of(early, "first");
  EXPECT_EQ(run.target, 20min);
  EXPECT_EQ(run.at_risk, 10min);
  EXPECT_EQ(run.calendar, "late_shift");
  EXPECT_EQ(run.rule, "urgent");
  EXPECT_EQ(due(run, rules), mon(12h + 20min));
  EXPECT_FALSE(run.attached_late);
  const FoldState late = fold({mail(mon(12h)), urgent(mon(12h + 30min))}, rules, sets);
  EXPECT_TRUE(run_of(late, "first").attached_late);
  EXPECT_EQ(breaches_at(run_of(late, "first"), rules), mon(12h + 20min + 1ms));
}

TEST(Rules, RunThatWasLateBeforeIsNotLateBecauseOfTheRule) {
  const CompiledPolicy rules(policy(
      {when_priority("urgent", {target(kFirst, 20min)}), everything({target(kFirst, 60min)})}));
  const FoldState state = fold({mail(mon(9h)), urgent(mon(11h))}, rules, {priority("urgent")});
  EXPECT_EQ(run_of(state, "first").target, 20min);
  EXPECT_FALSE(run_of(state, "first").attached_late);
}

TEST(Rules, ConditionsMustAllHold) {
  Rule picky{"picky", {}, {}};
  picky.when.channels = {kChat, kPhone};
  picky.when.queues = {"sales"};
  picky.when.brands = {"north", "south"};
  picky.when.segments = {"gold"};
  const CompiledPolicy rules(policy({picky, everything({})}));
  Attributes all;
  all.queue = "sales";
  all.brand = "south";
  all.segment = "gold";
  EXPECT_EQ(rules.rule_for(kPhone, all)->name, "picky");
  EXPECT_EQ(rules.rule_for(kEmail, all)->name, "all");
  for (std::string Attributes::*field :
       {&Attributes::queue, &Attributes::brand, &Attributes::segment}) {
    Attributes other = all;
    other.*field = "another";
    EXPECT_EQ(rules.rule_for(kPhone, other)->name, "all");
  }
  EXPECT_EQ(CompiledPolicy(policy({picky})).rule_for(kEmail, all), nullptr);
}

// --- what is taken back, and what comes late

TEST(Refold, DeletedMessageNeverWas) {
  const FoldState state = fold(
      {mail(mon(9h)), answer(mon(9h + 5min)), mail(mon(10h)), about(turn(mon(11h), kDeleted), 3)},
      plain());
  EXPECT_EQ(clocks(state, mon(12h), plain()), "first#1 met 5min, resolution#1 running 180min");
  EXPECT_EQ(state.customer_messages, 1U);
}

TEST(Refold, NothingIsLeftOfAConversationWhoseOnlyMessageIsDeleted) {
  const FoldState state = fold({mail(mon(9h)), about(turn(mon(11h), kDeleted), 1)}, plain());
  EXPECT_TRUE(state.clocks.empty());
  EXPECT_FALSE(is_set(state.opened));
}

TEST(Refold, BouncedAnswerLeavesTheWaitOpen) {
  const FoldState state = fold(
      {mail(mon(9h)), answer(mon(9h + 5min)), about(turn(mon(9h + 6min), kBounced), 2)}, plain());
  EXPECT_EQ(clocks(state, mon(10h), plain()), "first#1 running 60min, resolution#1 running 60min");
}

TEST(Refold, EditedMessageChangesNothing) {
  const FoldState state = fold({mail(mon(9h)), about(turn(mon(9h + 5min), kEdited), 1)}, plain());
  EXPECT_EQ(clocks(state, mon(10h), plain()), "first#1 running 60min, resolution#1 running 60min");
}

TEST(Refold, GoesOnFromTheForgottenPart) {
  const std::vector<Moment> all{mail(mon(9h)), answer(mon(9h + 5min)), mail(mon(10h)),
                                answer(mon(10h + 7min))};
  Conversation rest = conversation({all[2], all[3]});
  rest.base = std::make_shared<const FoldState>(fold({all[0], all[1]}, plain()));
  EXPECT_EQ(clocks(refold(rest, plain()), mon(12h), plain()),
            clocks(fold(all, plain()), mon(12h), plain()));
}

// Any order of arrival: moments put in their place and folded anew are what an extended fold of the
// sorted ones is.
TEST(Refold, GivesOneAnswerForAnyOrderOfArrival) {
  static constexpr MomentKind kKinds[] = {
      kCustomerMessage, kCustomerMessage, kAgentMessage, kBotMessage, kNote,
      kStarted,         kQueued,          kConnected,    kEnded,      kAbandoned,
      kPending,         kActive,          kReopened,     kHandedOff,  kAttributesChanged,
      kResolved,        kOnHold,          kTransferred,  kVoicemail,  kMemberMessage};
  const std::uint64_t seed = 4711;
  std::mt19937_64 random(seed);
  const auto upto = [&](std::uint64_t n) { return random() % (n + 1); };
  const CompiledPolicy rules(policy(
      {when_priority("urgent",
                     {target(kFirst, 10min, 1), target(kNext, 5min), target(kSpeed, 20s)}),
       everything({target(kFirst, 60min), target(kResolution, 8h, 1), target(kSpeed, 30s)})}));
  for (int round = 0; round < 300; ++round) {
    SCOPED_TRACE("seed " + std::to_string(seed) + " round " + std::to_string(round));
    std::vector<Moment> moments;
    for (std::uint64_t i = 0; i < 3 + upto(25); ++i) {
      Moment made = moment(mon(9h) + Millis(upto(40) * 60'000), kKinds[upto(std::size(kKinds) - 1)],
                           static_cast<Channel>(1 + upto(3)), static_cast<std::uint16_t>(upto(2)));
      made.id = random();
      made.author = upto(3);
      made.attributes = static_cast<std::uint16_t>(upto(2));
      moments.push_back(made);
    }
    std::sort(moments.begin(), moments.end(), before);
    const std::vector<Attributes> sets{priority("urgent"), priority("low")};
    FoldState extended;
    for (const Moment& one : moments) apply(extended, one, sets, rules);
    const std::string expected = clocks(extended, mon(20h), rules);
    for (const ClockRun& run : extended.clocks) {
      ASSERT_EQ(is_open(run.state), !is_set(run.stopped));
      ASSERT_GE(run.elapsed, 0ms);
      if (run.state == ClockState::kMet) {
        ASSERT_LE(run.elapsed, run.target);
      }
    }
    for (int shuffle = 0; shuffle < 3; ++shuffle) {
      std::shuffle(moments.begin(), moments.end(), random);
      Conversation arrived;
      arrived.attribute_sets = sets;
      for (const Moment& one : moments)
        arrived.moments.insert(
            std::upper_bound(arrived.moments.begin(), arrived.moments.end(), one, before), one);
      const FoldState folded = refold(arrived, rules);
      ASSERT_EQ(clocks(folded, mon(20h), rules), expected);
      ASSERT_EQ(folded.state, extended.state);
      ASSERT_EQ(folded.contacts.size(), extended.contacts.size());
    }
    std::sort(moments.begin(), moments.end(), before);
  }
}

TEST(Fold, KeepsTheNewestRunsOnly) {
  std::vector<Moment> moments{answer(mon(8h))};
  for (int i = 0; i < 600; ++i) {
    moments.push_back(mail(mon(9h) + i * 2min));
    moments.push_back(answer(mon(9h) + i * 2min + 1min));
  }
  const FoldState state = fold(moments, plain());
  const auto finished = std::count_if(state.clocks.begin(), state.clocks.end(),
                                      [](const ClockRun& run) { return !is_open(run.state); });
  EXPECT_LE(static_cast<std::size_t>(finished), kClocksKept);
  EXPECT_GE(static_cast<std::size_t>(finished), kClocksKept / 8 * 7 - 1);
  EXPECT_EQ(state.clocks_dropped + static_cast<std::uint32_t>(finished), 600U);
  EXPECT_EQ(run_of(state, "next", 600).state, ClockState::kMet);
  EXPECT_EQ(run_of(state, "resolution").state, ClockState::kRunning);
}

}  // namespace
}  // namespace vaste::clocks
