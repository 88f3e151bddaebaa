// Deadlines of runs, and what is published of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "clocks/fold.h"
#include "unit/clocks/story.h"

namespace vaste::clocks {
namespace {

using namespace story;
using enum MomentKind;

constexpr Channel kEmail = Channel::kEmail;

Moment mail(Instant at) {
  return moment(at, kCustomerMessage, kEmail);
}
Moment answer(Instant at) {
  return moment(at, kAgentMessage, kEmail);
}
Moment turn(Instant at, MomentKind kind) {
  return moment(at, kind);
}

// 60 min, at risk after 45.
const CompiledPolicy& hourly() {
  static const CompiledPolicy made(policy({everything({target(kFirst, 60min, 0, 0.75)})}));
  return made;
}
const CompiledPolicy& office() {
  static const CompiledPolicy made(policy({everything({target(kFirst, 60min, 1, 0.75)})}));
  return made;
}
const CompiledPolicy& pausing() {
  static const CompiledPolicy made(policy({everything({target(kResolution, 60min, 0, 0.75)})}));
  return made;
}

// --- deadlines

struct Row {
  const char* name;
  const CompiledPolicy& (*rules)();
  std::vector<Moment> moments;
  std::optional<Instant> at_risk, due, breaches;
};
void PrintTo(const Row& row, std::ostream* out) {
  *out << row.name;
}
const auto kRowName = [](const auto& row) { return std::string(row.param.name); };

class Deadline : public testing::TestWithParam<Row> {};

constexpr auto kNo = std::nullopt;
// clang-format off
INSTANTIATE_TEST_SUITE_P(Clocks, Deadline, testing::ValuesIn(std::vector<Row>{
  //name                   rules     moments                                       at risk              due            breaches
  {"PlainTime",            hourly,   {mail(mon(9h))},                              mon(9h + 45min),     mon(10h),      mon(10h + 1ms)},
  {"OverNight",            office,   {mail(mon(16h + 30min))},                     tue(9h + 15min),     tue(9h + 30min), tue(9h + 30min + 1ms)},
  {"EndsAtClosing",        office,   {mail(mon(16h))},                             mon(16h + 45min),    mon(17h),      tue(9h + 1ms)},
  {"OverWeekend",          office,   {mail(at(9, 17h))},                           at(12, 9h + 45min),  at(12, 10h),   at(12, 10h + 1ms)},
  {"PausedHasNone",        pausing,  {mail(mon(9h)), turn(mon(9h + 10min), kPending)}, kNo,             kNo,           kNo},
  {"PausedAfterTheRisk",   pausing,  {mail(mon(9h)), turn(mon(9h + 50min), kPending)}, mon(9h + 45min), kNo,           kNo},
  {"ResumedIsLater",       pausing,  {mail(mon(9h)), turn(mon(9h + 10min), kPending), turn(mon(12h), kActive)},
                                                                                   mon(12h + 35min),    mon(12h + 50min), mon(12h + 50min + 1ms)},
  {"PausedAtTheDueInstant", pausing, {mail(mon(9h)), turn(mon(10h), kPending)},    mon(9h + 45min),     mon(10h),      kNo},
  {"BreachWaitsForResume", pausing,  {mail(mon(9h)), turn(mon(10h), kPending), turn(mon(12h), kActive)},
                                                                                   mon(9h + 45min),     mon(10h),      mon(12h + 1ms)},
  {"StoppedBefore",        hourly,   {mail(mon(9h)), answer(mon(9h + 30min))},     kNo,                 kNo,           kNo},
  {"StoppedAfter",         hourly,   {mail(mon(9h)), answer(mon(11h))},            mon(9h + 45min),     mon(10h),      mon(10h + 1ms)},
}), kRowName);
// clang-format on

TEST_P(Deadline, IsThis) {
  const Row& row = GetParam();
  const FoldState state = fold(row.moments, row.rules());
  ASSERT_EQ(state.clocks.size(), 1U);
  const ClockRun& run = state.clocks[0];
  EXPECT_EQ(at_risk_at(run, row.rules()), row.at_risk);
  EXPECT_EQ(due(run, row.rules()), row.due);
  EXPECT_EQ(breaches_at(run, row.rules()), row.breaches);
}

TEST(NextDeadline, IsTheEarliestStillAhead) {
  const FoldState state = fold({mail(mon(9h))}, hourly());
  EXPECT_EQ(next_deadline(state, mon(9h), hourly()), mon(9h + 45min));
  EXPECT_EQ(next_deadline(state, mon(9h + 45min), hourly()), mon(10h + 1ms));
  EXPECT_EQ(next_deadline(state, mon(10h + 1ms), hourly()), std::nullopt);
  const FoldState answered = fold({mail(mon(9h)), answer(mon(9h + 5min))}, hourly());
  EXPECT_EQ(next_deadline(answered, mon(9h), hourly()), std::nullopt);
}

// The pause came before everything up to the deadline had been read: it must still be looked at.
TEST(NextDeadline, OfAPausedClockIsWhatItReachedBefore) {
  const FoldState state = fold({mail(mon(9h)), turn(mon(9h + 50min), kPending)}, pausing());
  EXPECT_EQ(next_deadline(state, mon(9h + 44min), pausing()), mon(9h + 45min));
  EXPECT_EQ(next_deadline(state, mon(9h + 45min), pausing()), std::nullopt);
}

TEST(AtRisk, IsAShareOrWhatIsLeft) {
  Policy made = policy(
      {everything({target(kFirst, 60min), target(kResolution, 60min), target(kFirstOurs, 10min)})});
  made.rules[0].targets[0].at_risk.push_back({.share = 0.5, .remaining = {}});
  made.rules[0].targets[1].at_risk.push_back({.share = {}, .remaining = 15min});
  const CompiledPolicy rules(std::move(made));
  const FoldState state = fold({mail(mon(9h))}, rules);
  EXPECT_EQ(at_risk_at(run_of(state, "first"), rules), mon(9h + 30min));
  EXPECT_EQ(at_risk_at(run_of(state, "resolution"), rules), mon(9h + 45min));
  EXPECT_EQ(at_risk_at(run_of(state, "first_ours"), rules), std::nullopt);
}

TEST(Elapsed, OfAFinishedRunIsItsVerdictWhateverBecomesOfTheCalendar) {
  const FoldState state = fold({mail(mon(16h + 30min)), answer(tue(9h + 20min))}, office());
  Policy without = policy({everything({target(kFirst, 60min)})});
  without.calendars.resize(1);
  EXPECT_EQ(elapsed(state.clocks.at(0), tue(12h), CompiledPolicy(without)), 50min);
}

TEST(Elapsed, CountsRoundTheClockOnACalendarThatIsGone) {
  const FoldState state = fold({mail(mon(16h))}, office());
  Policy without = policy({everything({target(kFirst, 60min)})});
  without.calendars.resize(1);
  EXPECT_EQ(elapsed(state.clocks.at(0), mon(20h), CompiledPolicy(without)), 4h);
}

// --- alerts

const char* text(AlertStatus status) {
  switch (status) {
    case AlertStatus::kNone:
      return "none";
    case AlertStatus::kRaised:
      return "raised";
    case AlertStatus::kRecovered:
      return "recovered";
    case AlertStatus::kRetracted:
      return "retracted";
  }
  return "?";
}

std::string clock_time(Instant at) {
  if (!is_set(at)) return "never";
  return story::text(at - mon(0h));
}

// "breached raised 1 at 600min due 600min late": level, status, revision, changed and due since
// Monday, detected late.
std::string text(const std::vector<AlertChange>& changes) {
  std::string all;
  for (const AlertChange& change : changes) {
    if (!all.empty()) all += ", ";
    all += change.alert.level == AlertLevel::kAtRisk ? "at_risk " : "breached ";
    all += std::string(text(change.alert.status)) + " " + std::to_string(change.alert.revision) +
           " at " + clock_time(change.changed);
    if (change.alert.detected_late) all += " late";
  }
  return all;
}

// What is published of one conversation as its moments come and its deadlines pass.
struct Desk {
  const CompiledPolicy& rules;
  std::vector<PublishedAlert> published{};
  Instant seen{};

  std::string look(const FoldState& state, Instant gate) {
    std::string said = text(compare_alerts(state, published, gate, seen, rules));
    EXPECT_EQ(text(compare_alerts(state, published, gate, seen, rules)), "") << "said twice";
    seen = gate;
    return said;
  }
  std::string look(std::vector<Moment> moments, Instant gate) {
    return look(fold(std::move(moments), rules), gate);
  }
};

TEST(Alerts, RaiseInTimeAndRecover) {
  Desk desk{hourly()};
  EXPECT_EQ(desk.look({mail(mon(9h))}, mon(9h + 45min - 1ms)), "");
  EXPECT_EQ(desk.look({mail(mon(9h))}, mon(9h + 45min)), "at_risk raised 1 at 585min");
  EXPECT_EQ(desk.look({mail(mon(9h))}, mon(10h)), "");
  EXPECT_EQ(desk.look({mail(mon(9h))}, mon(10h + 1ms)), "breached raised 1 at 600min");
  // At-risk stays until the end and recovers together with the breach.
  EXPECT_EQ(desk.look({mail(mon(9h)), answer(mon(11h))}, mon(11h)),
            "at_risk recovered 2 at 660min, breached recovered 2 at 660min");
  EXPECT_EQ(desk.look({mail(mon(9h)), answer(mon(11h))}, mon(20h)), "");
}

TEST(Alerts, RiskRecoversWhenAnsweredInTime) {
  Desk desk{hourly()};
  desk.look({mail(mon(9h))}, mon(9h + 50min));
  EXPECT_EQ(desk.look({mail(mon(9h)), answer(mon(9h + 55min))}, mon(9h + 55min)),
            "at_risk recovered 2 at 595min");
}

TEST(Alerts, NothingIsSaidOfAnAnswerInTime) {
  Desk desk{hourly()};
  EXPECT_EQ(desk.look({mail(mon(9h)), answer(mon(9h + 44min))}, mon(12h)), "");
}

TEST(Alerts, BreachSaysTheRiskThatWasMissedToo) {
  Desk desk{hourly()};
  EXPECT_EQ(desk.look({mail(mon(9h))}, mon(12h)),
            "at_risk raised 1 at 585min, breached raised 1 at 600min");
  EXPECT_EQ(desk.look({mail(mon(9h))}, mon(13h)), "");
}

TEST(Alerts, OneThatIsOverAlreadyIsRaisedAndRecovered) {
  Desk desk{hourly()};
  EXPECT_EQ(desk.look({mail(mon(9h)), answer(mon(11h))}, mon(10h + 1ms)),
            "at_risk raised 1 at 585min, at_risk recovered 2 at 660min, "
            "breached raised 1 at 600min, breached recovered 2 at 660min");
  Desk risk{hourly()};
  EXPECT_EQ(risk.look({mail(mon(9h)), answer(mon(9h + 50min))}, mon(9h + 45min)),
            "at_risk raised 1 at 585min, at_risk recovered 2 at 590min");
}

// An answer that is too late may have been read before the one that was in time.
TEST(Alerts, OfAFinishedClockWaitLikeThoseOfAnOpenOne) {
  Desk desk{hourly()};
  const std::vector<Moment> moments{mail(mon(9h)), answer(mon(11h))};
  EXPECT_EQ(desk.look(moments, mon(9h + 44min)), "");
  const FoldState state = fold(moments, hourly());
  EXPECT_EQ(next_deadline(state, mon(9h + 44min), hourly()), mon(9h + 45min));
  EXPECT_EQ(next_deadline(state, mon(9h + 45min), hourly()), mon(10h + 1ms));
  EXPECT_EQ(next_deadline(state, mon(10h + 1ms), hourly()), std::nullopt);
  const std::vector<Moment> in_time{mail(mon(9h)), answer(mon(9h + 30min)), answer(mon(11h))};
  EXPECT_EQ(desk.look(in_time, mon(12h)), "");
  EXPECT_EQ(next_deadline(fold(in_time, hourly()), mon(9h), hourly()), std::nullopt);
}

TEST(Alerts, LateEventTakesBackAndBringsAgain) {
  Desk desk{hourly()};
  const std::vector<Moment> waits{mail(mon(9h))};
  const std::vector<Moment> answered{mail(mon(9h)), answer(mon(9h + 10min))};
  EXPECT_EQ(desk.look(waits, mon(12h)), "at_risk raised 1 at 585min, breached raised 1 at 600min");
  EXPECT_EQ(desk.look(answered, mon(12h)),
            "at_risk retracted 2 at 550min, breached retracted 2 at 550min");
  EXPECT_EQ(desk.look(answered, mon(13h)), "");
  EXPECT_EQ(desk.look(waits, mon(13h)),
            "at_risk raised 3 at 585min late, breached raised 3 at 600min late");
}

TEST(Alerts, RunThatIsGoneIsTakenBack) {
  Desk desk{hourly()};
  desk.look({mail(mon(9h))}, mon(12h));
  Conversation deleted = conversation({mail(mon(9h)), about(turn(mon(12h), kDeleted), 1)});
  EXPECT_EQ(desk.look(refold(deleted, hourly()), mon(12h)),
            "at_risk retracted 2 at never, breached retracted 2 at never");
}

TEST(Alerts, BreachInThePartAlreadySeenIsDetectedLate) {
  Desk desk{hourly()};
  desk.seen = mon(12h);
  EXPECT_EQ(desk.look({mail(mon(9h))}, mon(12h)),
            "at_risk raised 1 at 585min late, breached raised 1 at 600min late");
  EXPECT_EQ(desk.published.at(1).due, mon(10h));
}

TEST(Alerts, DeadlineBehindTheGateOnlyIsNotLate) {
  Desk desk{hourly()};
  desk.seen = mon(10h);
  EXPECT_EQ(desk.look({mail(mon(9h))}, mon(12h)),
            "at_risk raised 1 at 585min late, breached raised 1 at 600min");
}

TEST(Alerts, ReopenedBreachIsRaisedAgain) {
  Desk desk{pausing()};
  std::vector<Moment> moments{mail(mon(9h))};
  desk.look(moments, mon(10h + 1ms));
  moments.push_back(turn(mon(11h), kResolved));
  EXPECT_EQ(desk.look(moments, mon(11h)),
            "at_risk recovered 2 at 660min, breached recovered 2 at 660min");
  moments.push_back(turn(mon(12h), kReopened));
  EXPECT_THAT(desk.look(moments, mon(12h)),
              testing::ContainsRegex("at_risk raised 3.*breached raised 3"));
}

TEST(Alerts, VoidedOnesRecover) {
  Desk desk{hourly()};
  desk.look({mail(mon(9h))}, mon(9h + 50min));
  EXPECT_EQ(desk.look({mail(mon(9h)), turn(mon(9h + 55min), kSpam)}, mon(9h + 55min)),
            "at_risk recovered 2 at 595min");
  EXPECT_EQ(Desk{hourly()}.look({mail(mon(9h)), turn(mon(9h + 5min), kSpam)}, mon(12h)), "");
}

TEST(Alerts, EachCycleHasItsOwn) {
  const CompiledPolicy rules(policy({everything({target(kNext, 30min)})}));
  Desk desk{rules};
  std::vector<Moment> moments{answer(mon(8h)), mail(mon(9h)), answer(mon(10h)), mail(mon(11h))};
  EXPECT_EQ(
      desk.look(moments, mon(12h)),
      "breached raised 1 at 570min, breached recovered 2 at 600min, breached raised 1 at 690min");
  ASSERT_EQ(desk.published.size(), 2U);
  EXPECT_EQ(desk.published[0].cycle, 1U);
  EXPECT_EQ(desk.published[1].cycle, 2U);
}

Rule urgent_rule() {
  Rule made{"urgent", {}, {target(kFirst, 20min, 0, 0.5)}};
  made.when.priorities = {"urgent"};
  return made;
}

Attributes urgent() {
  Attributes made;
  made.priority = "urgent";
  return made;
}

TEST(Alerts, LateFromTheStartOfItsRuleWarnsNoMoreAndKeepsTheRealInstant) {
  const CompiledPolicy rules(policy({urgent_rule(), everything({target(kFirst, 60min, 0, 0.75)})}));
  const FoldState state =
      fold({mail(mon(9h)), with(turn(mon(9h + 30min), kAttributesChanged), 1)}, rules, {urgent()});
  Desk desk{rules};
  EXPECT_EQ(desk.look(state, mon(9h + 30min)), "breached raised 1 at 560min");
  EXPECT_EQ(desk.published.at(0).due, mon(9h + 20min));
  EXPECT_EQ(next_deadline(state, mon(9h), rules), mon(9h + 20min + 1ms));
}

TEST(Alerts, WarningOutlivesARuleUnderWhichItIsLateAtOnce) {
  const CompiledPolicy rules(policy({urgent_rule(), everything({target(kFirst, 60min, 0, 0.75)})}));
  Desk desk{rules};
  EXPECT_EQ(desk.look({mail(mon(9h))}, mon(9h + 50min)), "at_risk raised 1 at 585min");
  const FoldState state =
      fold({mail(mon(9h)), with(turn(mon(9h + 50min), kAttributesChanged), 1)}, rules, {urgent()});
  const std::string said = desk.look(state, mon(9h + 50min));
  EXPECT_EQ(said.find("retracted"), std::string::npos) << said;
  EXPECT_NE(said.find("breached raised 1"), std::string::npos) << said;
}

// A conversation that goes on for ever forgets its oldest runs; what was published of them is
// history, not wrong.
TEST(Alerts, OfForgottenRunsStayAsTheyWereSaid) {
  const CompiledPolicy rules(policy({everything({target(kFirst, 10min), target(kNext, 30min)})}));
  std::vector<Moment> moments{mail(mon(8h)), answer(mon(8h + 1min)), mail(mon(8h + 10min)),
                              answer(mon(8h + 50min))};
  Desk desk{rules};
  EXPECT_EQ(desk.look(moments, mon(9h)),
            "breached raised 1 at 520min, breached recovered 2 at 530min");
  for (int i = 0; i < 600; ++i) {
    moments.push_back(mail(mon(9h) + i * 2min));
    moments.push_back(answer(mon(9h) + i * 2min + 1min));
  }
  const FoldState state = fold(moments, rules);
  ASSERT_GT(state.clocks_dropped, 0U);
  ASSERT_EQ(run_of(state, "next").cycle, 0U);
  EXPECT_EQ(desk.look(state, at(7, 0h)), "");
  // One that was never begun is none of them.
  PublishedAlert other = desk.published.at(0);
  other.cycle = 602;
  desk.published.push_back(other);
  EXPECT_EQ(desk.look(state, at(7, 0h)).substr(0, 20), "breached retracted 3");
}

}  // namespace
}  // namespace vaste::clocks
