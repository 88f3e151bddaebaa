// Options of clocks that helpdesks ask for, and what history says of a clock: a line a story.
#include <gtest/gtest.h>

#include "clocks/history.h"
#include "unit/clocks/story.h"

namespace vaste::clocks {
namespace {

using namespace story;
using enum MomentKind;

constexpr Channel kEmail = Channel::kEmail;

// One SLA of each kind with the helpdesk's options, on nine_to_five.
CompiledPolicy desk(std::vector<Rule> rules, bool closed_time_counts = false) {
  Policy made = policy(std::move(rules));
  made.message_reopens = false;
  made.slas.clear();
  for (const auto& [name, clock] :
       {std::pair("first", ClockKind::kFirstResponse), std::pair("next", ClockKind::kNextResponse),
        std::pair("resolution", ClockKind::kResolution),
        std::pair("ownership", ClockKind::kTakeOwnership)}) {
    SlaSpec& spec = made.slas.emplace_back();
    spec.name = name;
    spec.clock = clock;
    spec.pause_on_hold = clock == ClockKind::kResolution;
    spec.from_opening = spec.before_first_response = spec.continues_on_reopen = true;
    spec.closed_time_counts = closed_time_counts;
  }
  return CompiledPolicy(std::move(made));
}

Target of(std::uint16_t sla, Millis amount) {
  return {sla, amount, 1, {}};
}
Target days(std::uint16_t sla, int count, bool end_of_day) {
  Target made{sla, 0ms, 1, {}};
  made.business_days = count;
  made.end_of_day = end_of_day;
  return made;
}

struct Row {
  const char* name;
  bool closed_time_counts;
  std::vector<Moment> moments;
  Instant now;
  const char* expected;
};
void PrintTo(const Row& row, std::ostream* out) {
  *out << row.name;
}

class Helpdesk : public testing::TestWithParam<Row> {};

TEST_P(Helpdesk, LeavesTheClocks) {
  const Row& row = GetParam();
  const CompiledPolicy rules =
      desk({everything({of(0, 1h), of(1, 2h), of(2, 8h), of(3, 30min)})}, row.closed_time_counts);
  EXPECT_EQ(clocks(fold(row.moments, rules), row.now, rules), row.expected);
}

Moment turn(Instant at, MomentKind kind) {
  return moment(at, kind);
}
Moment mail(Instant at) {
  return moment(at, kCustomerMessage, kEmail);
}
Moment answer(Instant at) {
  return moment(at, kAgentMessage, kEmail);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Options, Helpdesk, testing::ValuesIn(std::vector<Row>{
  {"FirstStartsWithTheConversation", false, {turn(mon(9h), kOpened)}, mon(9h + 10min),
   "first#1 running 10min, resolution#1 running 10min, ownership#1 running 10min"},
  {"TheVeryFirstMessageArmsNext", false, {turn(mon(9h), kOpened), mail(mon(9h + 5min)), answer(mon(9h + 20min))}, mon(10h),
   "first#1 met 20min, resolution#1 running 60min, ownership#1 running 60min, next#1 met 15min"},
  {"AssignedIsOwned", false, {turn(mon(9h), kOpened), turn(mon(9h + 5min), kAssigned)}, mon(10h),
   "first#1 running 60min, resolution#1 running 60min, ownership#1 met 5min"},
  {"ReopenedWithoutTheClosedTime", false, {turn(mon(9h), kOpened), turn(mon(10h), kClosed), turn(mon(11h), kReopened)},
   mon(11h + 30min), "first#1 running 90min, resolution#1 running 90min, ownership#1 breached 60min"},
  {"ReopenedWithTheClosedTime", true, {turn(mon(9h), kOpened), turn(mon(10h), kClosed), turn(mon(11h), kReopened)},
   mon(11h + 30min), "first#1 running 150min, resolution#1 running 150min, ownership#1 breached 60min"},
  {"AMessageAloneDoesNotReopen", false, {turn(mon(9h), kOpened), turn(mon(10h), kClosed), mail(mon(11h))}, mon(12h),
   "first#1 void 60min, resolution#1 met 60min, ownership#1 breached 60min"},
  {"WhoWroteToAClosedDoorWaits", false,
   {turn(mon(9h), kOpened), answer(mon(9h)), turn(mon(10h), kClosed), mail(mon(11h)), turn(mon(11h + 10min), kReopened)},
   mon(12h), "first#1 met 0min, resolution#1 running 110min, ownership#1 breached 60min, next#1 running 60min"},
}), [](const auto& row) { return std::string(row.param.name); });
// clang-format on

TEST(BusinessDayTarget, IsAnInstantThatPausesMove) {
  const CompiledPolicy rules = desk({everything({days(2, 1, false), days(0, 1, true)})});
  FoldState state = fold({turn(mon(20h), kOpened)}, rules);
  EXPECT_EQ(due(run_of(state, "resolution"), rules), at(7, 9h)) << "20:00 is closed: rolled on";
  EXPECT_EQ(due(run_of(state, "first"), rules), tue(17h));
  state = fold({turn(mon(10h), kOpened), turn(mon(11h), kOnHold), turn(mon(13h), kActive)}, rules);
  EXPECT_EQ(due(run_of(state, "resolution"), rules), tue(12h));
}

TEST(DueAtOpening, IsShownAndBreaksAtTheSameInstantAsAnyOther) {
  Target target = of(2, 8h);
  target.due_at_opening = true;
  const CompiledPolicy rules = desk({everything({target})});
  const FoldState state = fold({turn(mon(9h), kOpened)}, rules);
  EXPECT_EQ(due(run_of(state, "resolution"), rules), tue(9h));
  EXPECT_EQ(breaches_at(run_of(state, "resolution"), rules), tue(9h + 1ms));
}

// Rules by segment: `a` has 8 h, `b` nothing, `c` 4 h from when it came.
const CompiledPolicy& segments() {
  Target applied = of(2, 4h);
  applied.from_attachment = true;
  static const CompiledPolicy made = desk({{"a", {.segments = {"a"}}, {of(2, 8h)}},
                                           {"b", {.segments = {"b"}}, {}},
                                           {"c", {.segments = {"c"}}, {applied}}});
  return made;
}
FoldState changed(std::vector<std::uint16_t> sets) {
  std::vector<Moment> moments;
  for (std::size_t i = 0; i < sets.size(); ++i)
    moments.push_back(with(
        turn(mon(9h + static_cast<int>(i) * 1h), i == 0 ? kOpened : kAttributesChanged), sets[i]));
  return fold(moments, segments(), {{.segment = "a"}, {.segment = "b"}, {.segment = "c"}});
}

TEST(RuleThatCameBack, TakesTheClockUpWithItsStart) {
  EXPECT_EQ(clocks(changed({1, 2}), mon(12h), segments()), "resolution#1 void 60min");
  EXPECT_EQ(clocks(changed({1, 2, 1}), mon(12h), segments()),
            "resolution#1 void 60min, resolution#2 running 180min");
}

TEST(AppliedTarget, StartsWhenItsRuleComes) {
  const FoldState state = changed({1, 3});
  EXPECT_EQ(run_of(state, "resolution").started, mon(10h));
  EXPECT_EQ(due(run_of(state, "resolution"), segments()), mon(14h));
}

TEST(History, PausesAndWarnings) {
  const CompiledPolicy rules = desk({everything({of(2, 8h)})});
  const FoldState state = fold(
      {turn(mon(16h), kOpened), turn(mon(16h + 30min), kOnHold), turn(tue(10h), kActive)}, rules);
  const ClockRun& run = run_of(state, "resolution");
  EXPECT_EQ(pauses(run), (std::vector<Span>{{mon(16h + 30min), tue(10h)}}));
  EXPECT_EQ(paused(run, tue(12h), rules), 90min);
  EXPECT_EQ(due(run, rules), at(7, 9h + 30min));
  EXPECT_EQ(from_due(run, -1h, rules), tue(16h + 30min));
  EXPECT_EQ(from_due(run, 8h, rules), at(8, 9h + 30min));
}

TEST(History, WorstExchangeStaysWorst) {
  const CompiledPolicy rules = desk({everything({of(1, 30min)})});
  std::vector<Moment> moments = {turn(mon(9h), kOpened)};
  for (int i = 0; i < 600; ++i) {
    moments.push_back(mail(mon(9h + i * 10s)));
    moments.push_back(answer(mon(9h + i * 10s + 5s)));
  }
  moments.push_back(mail(mon(11h)));
  moments.push_back(answer(mon(11h + 50min)));
  for (int i = 0; i < 600; ++i) {
    moments.push_back(mail(mon(12h + i * 10s)));
    moments.push_back(answer(mon(12h + i * 10s + 5s)));
  }
  const FoldState state = fold(moments, rules);
  ASSERT_GT(state.clocks_dropped, 0U);
  const Exchanges all = exchanges(state, "next", mon(15h), rules);
  EXPECT_EQ(all.begun, 1201U);
  EXPECT_EQ(all.late, 1U);
  EXPECT_EQ(all.worst_elapsed, Millis(50min));
  EXPECT_EQ(all.worst_margin, Millis(-20min));
}

}  // namespace
}  // namespace vaste::clocks
