// What a conversation contributes to KPIs, by what happened in it.
#include "clocks/kpis.h"

#include <gtest/gtest.h>

#include "clocks/notes.h"
#include "unit/clocks/story.h"

namespace vaste::clocks {
namespace {

using namespace story;
using enum MomentKind;

const Attributes kDesk{.queue = "desk", .agent = "bob"};
const Attributes kVip{.queue = "vip"};
const Attributes kEve{.agent = "eve"};
const std::vector<Attributes> kSets{kDesk, kVip, kEve};

// Queue `vip` answers within five seconds; others by default within twenty.
const CompiledPolicy& rules() {
  static const CompiledPolicy made = [] {
    Policy one = policy({everything({target(kFirst, 60min), target(kSpeed, 20s)})});
    Queue vip;
    vip.name = "vip";
    vip.answer_within = 5s;
    vip.short_abandon = 2s;
    one.queues = {vip};
    return CompiledPolicy(one);
  }();
  return made;
}

// "wait 0 answered_within 12000 09:00:12 desk": fact, number, outcome, value, time, queue, agent.
std::string text(const Conversation& conversation, const Contribution& one) {
  const auto [attributes, queue] = dimensions_of(conversation.fold, one);
  std::string out = std::string(name(one.fact)) + ' ' + std::to_string(one.number);
  if (const auto of = name_of(conversation.fold, one); !of.empty()) out += ' ' + std::string(of);
  if (one.outcome != Outcome::kNone) out += ' ' + std::string(name(one.outcome));
  if (one.value != 0) out += ' ' + std::to_string(one.value / 1000) + 's';
  const auto after = one.at - mon(9h);
  out += " +" + story::text(after);
  const std::string in(queue.empty() ? std::string_view(attributes.queue) : queue);
  if (!in.empty()) out += " in " + in;
  if (!attributes.agent.empty()) out += " by " + attributes.agent;
  return out;
}

struct Row {
  const char* name;
  std::vector<Moment> moments;
  std::vector<std::string> expected;
  std::vector<Fact> of;  // of these facts only; none: of all
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

Moment call(Instant at, MomentKind kind, std::uint16_t attributes = 0) {
  return with(moment(at, kind, Channel::kPhone, 1), attributes);
}
Moment mail(Instant at, MomentKind kind, std::uint16_t attributes = 0) {
  return with(moment(at, kind, Channel::kEmail), attributes);
}
Moment survey(Instant at, MomentKind kind, SurveyKind survey, std::int64_t points = 0,
              std::uint16_t attributes = 0) {
  Moment made = mail(at, kind, attributes);
  made.survey = survey;
  made.value = points * 1000;
  return made;
}

constexpr auto kNine = 9h;
const Instant kStart = mon(kNine);

class Kpis : public testing::TestWithParam<Row> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(Calls, Kpis, testing::ValuesIn(std::vector<Row>{
  {"AnsweredInTime", {call(kStart, kQueued, 1), call(kStart + 20s, kConnected)},
   {"contact 0 inbound +0min in desk by bob", "wait 0 answered_within 20s +0min in desk by bob"}, {Fact::kContact, Fact::kWait}},
  {"AnsweredLateForItsQueue", {call(kStart, kQueued, 2), call(kStart + 6s, kConnected)},
   {"wait 0 answered_late 6s +0min in vip"}, {Fact::kWait}},
  {"AbandonedAtOnce", {call(kStart, kQueued, 2), call(kStart + 2s, kAbandoned)},
   {"wait 0 abandoned_short 2s +0min in vip"}, {Fact::kWait}},
  {"AbandonedAfterAWhile", {call(kStart, kQueued, 2), call(kStart + 3s, kEnded)},
   {"wait 0 abandoned_long 3s +0min in vip"}, {Fact::kWait}},
  {"FlowedOutCountsForNothing", {call(kStart, kQueued, 2), call(kStart + 3s, kFlowedOut)}, {}, {Fact::kWait, Fact::kTalk}},
  // It has one outcome, of its first wait: the second queue is a transfer's.
  {"HandedOn", {call(kStart, kQueued, 1), call(kStart + 10s, kConnected), call(kStart + 70s, kTransferred),
                call(kStart + 75s, kQueued, 2), call(kStart + 95s, kConnected, 3), call(kStart + 155s, kEnded)},
   {"wait 0 answered_within 10s +0min in desk by bob", "transfer 0 +70s in vip by bob", "talk 0 120s +0min in vip by eve"},
   {Fact::kWait, Fact::kTalk, Fact::kTransfer}},
  {"TransferredIntoAQueueThatIsNamed", {call(kStart, kQueued, 1), call(kStart + 10s, kConnected), call(kStart + 70s, kTransferred, 2)},
   {"transfer 0 +70s in vip by bob"}, {Fact::kTransfer}},
  {"WhereItIsTransferredToIsNotKnown", {call(kStart, kQueued, 1), call(kStart + 10s, kConnected), call(kStart + 70s, kTransferred)},
   {}, {Fact::kTransfer}},
  {"HandlingTime", {call(kStart, kQueued, 1), call(kStart + 5s, kConnected), call(kStart + 65s, kHeld), call(kStart + 95s, kResumed),
                    call(kStart + 100s, kHeld), call(kStart + 110s, kResumed), call(kStart + 120s, kEnded), call(kStart + 150s, kWrapUpEnded)},
   {"talk 0 75s +0min in desk by bob", "hold 0 40s +0min in desk by bob", "longest_hold 0 30s +0min in desk by bob", "wrap_up 0 30s +0min in desk by bob"},
   {Fact::kTalk, Fact::kHold, Fact::kLongestHold, Fact::kWrapUp}},
  {"WithoutAnyHold", {call(kStart, kQueued, 1), call(kStart + 5s, kConnected), call(kStart + 65s, kEnded)},
   {"talk 0 60s +0min in desk by bob", "hold 0 +0min in desk by bob"}, {Fact::kTalk, Fact::kHold, Fact::kLongestHold, Fact::kWrapUp}},
  {"OursHasNoWait", {flagged(call(kStart, kStarted, 1), kOutbound), flagged(call(kStart + 9s, kConnected), kOutbound), call(kStart + 69s, kEnded)},
   {"contact 0 outbound +0min in desk by bob", "talk 0 60s +0min in desk by bob"}, {Fact::kContact, Fact::kWait, Fact::kTalk}},
  // Its volume is the queue's that it came to first.
  {"FromTheMenuIntoAQueue", {call(kStart, kStarted), call(kStart + 30s, kQueued, 1)}, {"contact 0 inbound +0min in desk by bob"}, {Fact::kContact}},
}), testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Conversations, Kpis, testing::ValuesIn(std::vector<Row>{
  {"VerdictsAndTheirTime", {mail(kStart, kCustomerMessage, 1), mail(kStart + 20min, kAgentMessage, 3)},
   {"sla 1 first met +20min in desk by eve", "sla_spent 1 first 1200s +20min in desk by eve", "contact 0 inbound +0min in desk by bob"}, {}},
  {"NeitherMetNorMissed", {mail(kStart, kCustomerMessage), mail(kStart + 20min, kClosed)},
   {"sla 1 first void +20min"}, {Fact::kSla, Fact::kSlaSpent}},
  // A late answer says nothing yet: the breach is said when its alert is.
  {"LateAndNotSaidYet", {mail(kStart, kCustomerMessage), mail(kStart + 2h, kAgentMessage)},
   {"sla_spent 1 first 7200s +120min"}, {Fact::kSla, Fact::kSlaSpent}},
  // As they were then, not as they are now.
  {"AttributesOfTheInstant", {mail(kStart, kCustomerMessage, 1), mail(kStart + 20min, kResolved), mail(kStart + 30min, kReopened, 2), mail(kStart + 40min, kResolved, 3)},
   {"resolution 0 1200s +20min in desk by bob", "reopen 0 +30min in vip by bob", "resolution 1 2400s +40min in vip by eve"}, {Fact::kResolution, Fact::kReopen}},
  {"ClosedIsNotResolvedAgain", {mail(kStart, kCustomerMessage), mail(kStart + 20min, kResolved), mail(kStart + 30min, kClosed)},
   {"resolution 0 1200s +20min"}, {Fact::kResolution, Fact::kReopen}},
  {"GivenToAnotherQueue", {mail(kStart, kCustomerMessage, 1), mail(kStart + 5min, kAssigned, 2), mail(kStart + 6min, kAssigned, 2)},
   {"transfer 0 +5min in vip by bob"}, {Fact::kTransfer}},
  {"GivenToAQueueAtLast", {mail(kStart, kCustomerMessage), mail(kStart + 5min, kAssigned, 2)}, {}, {Fact::kTransfer}},
  {"AnotherChannel", {mail(kStart, kCustomerMessage, 1), call(kStart + 1h, kQueued), call(kStart + 61min, kConnected), mail(kStart + 2h, kAgentMessage)},
   {"channel_switch 0 unanswered +60min in desk by bob", "channel_switch 1 +120min in desk by bob"}, {Fact::kChannelSwitch}},
  {"MentionsAreOfTheCustomersSideAndNameUs", {flagged(moment(kStart, kCustomerMessage, Channel::kSocial), kPublic | kAddressed | kNegative),
     flagged(moment(kStart + 1min, kCustomerMessage, Channel::kSocial), kPublic), flagged(moment(kStart + 2min, kAgentMessage, Channel::kSocial), kPublic | kAddressed),
     flagged(moment(kStart + 3min, kCustomerMessage, Channel::kSocial), kPublic | kAddressed | kPositive), flagged(moment(kStart + 4min, kCustomerMessage, Channel::kSocial), kPublic | kAddressed)},
   {"mention 0 bad +0min", "mention 1 good +3min", "mention 2 +4min"}, {Fact::kMention}},
  // The end of a call is no way back to the telephone.
  {"TheRestOfACallIsNoSwitch", {call(kStart, kQueued), call(kStart + 5s, kConnected), call(kStart + 20s, kEnded), mail(kStart + 30s, kAgentMessage), call(kStart + 90s, kWrapUpEnded)},
   {"channel_switch 0 +30s"}, {Fact::kChannelSwitch}},
  {"CallsAgainAboutIt", {call(kStart, kQueued), call(kStart + 9s, kConnected), call(kStart + 1min, kResolved), moment(kStart + 24h, kQueued, Channel::kPhone, 2)},
   {"repeat_contact 1 +1440min"}, {Fact::kRepeatContact}},
  {"CallsAgainAfterTheWindow", {call(kStart, kQueued), call(kStart + 9s, kConnected), call(kStart + 1min, kResolved), moment(kStart + 24h * 8, kQueued, Channel::kPhone, 2)},
   {}, {Fact::kRepeatContact}},
}), testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Surveys, Kpis, testing::ValuesIn(std::vector<Row>{
  {"Csat", {mail(kStart, kCustomerMessage, 1), survey(kStart + 1h, kSurveySent, SurveyKind::kCsat), mail(kStart + 2h, kAssigned, 3), survey(kStart + 3h, kSurveyAnswered, SurveyKind::kCsat, 4)},
   {"survey_sent 0 csat +60min in desk by bob", "survey_answered 0 csat good 4s +180min in desk by bob"}, {Fact::kSurveySent, Fact::kSurveyAnswered}},
  {"NamesWhomItRates", {mail(kStart, kCustomerMessage, 1), survey(kStart + 3h, kSurveyAnswered, SurveyKind::kCsat, 3, 3)},
   {"survey_answered 0 csat middle 3s +180min in desk by eve"}, {Fact::kSurveySent, Fact::kSurveyAnswered}},
  {"Bands", {mail(kStart, kCustomerMessage), survey(kStart + 1h, kSurveyAnswered, SurveyKind::kNps, 8), survey(kStart + 2h, kSurveyAnswered, SurveyKind::kEnps, 6), survey(kStart + 3h, kSurveyAnswered, SurveyKind::kCes, 5)},
   {"survey_answered 0 nps middle 8s +60min", "survey_answered 1 enps bad 6s +120min", "survey_answered 2 ces good 5s +180min"}, {Fact::kSurveyAnswered}},
  {"TheLastWordCounts", {mail(kStart, kCustomerMessage), survey(kStart + 1h, kSurveySent, SurveyKind::kCsat), survey(kStart + 2h, kSurveyAnswered, SurveyKind::kCsat, 1), survey(kStart + 3h, kSurveyAnswered, SurveyKind::kCsat, 5)},
   {"survey_sent 0 csat +60min", "survey_answered 0 csat good 5s +180min"}, {Fact::kSurveySent, Fact::kSurveyAnswered}},
  {"NoContactAndNoReopening", {mail(kStart, kCustomerMessage), mail(kStart + 1h, kResolved), survey(kStart + 24h * 3, kSurveyAnswered, SurveyKind::kCsat, 1)},
   {"contact 0 inbound +0min"}, {Fact::kContact, Fact::kReopen, Fact::kRepeatContact, Fact::kChannelSwitch}},
}), testing::PrintToStringParamName());
// clang-format on

TEST_P(Kpis, AreContributed) {
  Conversation told = conversation(GetParam().moments, kSets);
  told.keys = {"call:a", "call:b"};
  told.fold = refold(told, rules());
  Contributions all;
  contribute(told, all);
  std::vector<std::string> got;
  const auto& of = GetParam().of;
  for (const Contribution& one : all)
    if (of.empty() || std::find(of.begin(), of.end(), one.fact) != of.end())
      got.push_back(text(told, one));
  std::vector<std::string> expected = GetParam().expected;
  std::sort(got.begin(), got.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(got, expected);
}

// A survey may be heard of before anything else: nothing begins with it, no clock either.
TEST(Surveys, OpenNothing) {
  const FoldState state =
      fold({survey(kStart, kSurveyAnswered, SurveyKind::kCsat, 1, 2)}, rules(), kSets);
  EXPECT_FALSE(is_set(state.opened));
  EXPECT_EQ(state.state, ConversationState::kNone);
  EXPECT_TRUE(state.clocks.empty());
  EXPECT_EQ(state.attributes, Attributes());
  EXPECT_EQ(state.notes.surveys.size(), 1U);
}

// What a survey says of queue and agent is about what it rates, whoever has the case by now.
TEST(Surveys, AssignNobody) {
  const FoldState state = fold({mail(kStart, kCustomerMessage, 1),
                                survey(kStart + 1h, kSurveyAnswered, SurveyKind::kCsat, 1, 2)},
                               rules(), kSets);
  EXPECT_EQ(state.attributes, kDesk);
}

Outcome first_contact(Conversation told, Instant read_up_to, Instant elsewhere = kNever) {
  told.fold = refold(told, rules());
  told.fired_until = read_up_to;
  told.repeated_elsewhere = elsewhere;
  Contributions all;
  contribute(told, all);
  for (const Contribution& one : all)
    if (one.fact == Fact::kFirstContact) return one.outcome;
  return Outcome::kNone;
}

TEST(FirstContact, IsDecidedWhenItsWindowCloses) {
  const Instant resolved = kStart + 1h;
  const Instant closes = resolved + 24h * 7;
  const auto one = [&](std::vector<Moment> more) {
    std::vector<Moment> moments{mail(kStart, kCustomerMessage), mail(resolved, kResolved)};
    moments.insert(moments.end(), more.begin(), more.end());
    return conversation(std::move(moments));
  };
  EXPECT_EQ(first_contact_due(refold(one({}), rules())), closes);
  EXPECT_EQ(next_deadline(refold(one({}), rules()), resolved, rules()), closes);
  EXPECT_EQ(first_contact(one({}), closes - 1ms), Outcome::kNone);
  EXPECT_EQ(first_contact(one({}), closes), Outcome::kResolved);
  EXPECT_EQ(first_contact(one({}), closes, resolved + 1h), Outcome::kRepeated);
  const Moment again = mail(resolved + 24h, kCustomerMessage);
  EXPECT_EQ(first_contact(one({again}), resolved + 25h), Outcome::kNone);
  EXPECT_EQ(first_contact(one({again}), closes), Outcome::kRepeated);
  EXPECT_EQ(first_contact(one({mail(closes + 1ms, kCustomerMessage)}), closes + 1h),
            Outcome::kResolved);
  EXPECT_EQ(first_contact(one({mail(resolved + 1h, kReopened)}), closes), Outcome::kRepeated);
  // Of its first resolution alone, however often it is resolved.
  EXPECT_EQ(first_contact(one({again, mail(resolved + 25h, kResolved)}), closes + 24h * 30),
            Outcome::kRepeated);
}

TEST(FirstContact, IsNothingThatWeBegan) {
  const Conversation ours =
      conversation({mail(kStart, kAgentMessage), mail(kStart + 1h, kResolved)});
  EXPECT_EQ(first_contact(ours, kStart + 24h * 30), Outcome::kNone);
  EXPECT_EQ(first_contact_due(refold(ours, rules())), kNever);
}

}  // namespace
}  // namespace vaste::clocks
