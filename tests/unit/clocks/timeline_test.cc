// Versions of a policy on the time line, and clocks that run where one takes over from another.
#include "clocks/timeline.h"

#include <gtest/gtest.h>

#include "clocks/explain.h"
#include "clocks/history.h"
#include "story.h"

namespace vaste::clocks {
namespace {

using namespace story;

// Monday: asked at 9:00, the other version takes over at 10:00. The first gives an hour and a half
// (at risk after 45 minutes) in nine_to_five.
Policy first() {
  Policy made = policy({everything({target(kFirst, 90min, 1, 0.5)})});
  made.version = "1";
  made.hash = 1;
  return made;
}
Policy second(OnPolicyChange how, std::vector<Target> targets, int closes = 17) {
  Policy made = policy({everything(std::move(targets))});
  made.calendars[1] = hours("nine_to_five", 9, closes);
  made.version = "2";
  made.hash = 2 + static_cast<std::uint64_t>(how) + static_cast<std::uint64_t>(closes) * 16;
  made.on_change = how;
  return made;
}

std::string text_of(std::optional<Instant> at) {
  return at ? text(*at - mon(0h)) : std::string("never");
}

struct Row {
  const char* name;
  OnPolicyChange how;
  std::vector<Target> targets;
  int closes;
  Millis from;       // when the second takes over
  const char* says;  // the clock at Monday 12:00, and its due instant, minutes after midnight
};
void PrintTo(const Row& row, std::ostream* out) {
  *out << row.name;
}

class TakesOver : public testing::TestWithParam<Row> {};

TEST_P(TakesOver, FromAnother) {
  const Row& row = GetParam();
  const Timeline both(first(), {{mon(row.from), second(row.how, row.targets, row.closes)}});
  Conversation asked =
      conversation({moment(mon(9h), MomentKind::kCustomerMessage, Channel::kEmail)});
  refold(asked, both, mon(12h));
  const CompiledPolicy& now = version_of(asked, both);
  EXPECT_EQ(now.policy().version, "2");
  EXPECT_EQ(
      clocks(asked.fold, mon(12h), now) + " due " + text_of(due(run_of(asked.fold, "first"), now)),
      row.says);

  // The same when it becomes known only afterwards.
  Conversation late = conversation(asked.moments);
  refold(late, Timeline(first(), {}), mon(12h));
  late.fired_until = mon(12h);
  ASSERT_TRUE(is_behind(late, both, mon(12h)));
  bring_to(late, both, mon(12h));
  EXPECT_EQ(
      clocks(late.fold, mon(12h), now) + " due " + text_of(due(run_of(late.fold, "first"), now)),
      row.says);
  EXPECT_FALSE(is_behind(late, both, mon(12h)));
}

using enum OnPolicyChange;
// clang-format off
INSTANTIATE_TEST_SUITE_P(Clocks, TakesOver, testing::ValuesIn(std::vector<Row>{
  //name               how       targets                                    closes  from
  {"Longer",           kCarry,   {target(kFirst, 4h, 1)},                       17, 10h, "first#1 running 180min due 780min"},
  {"Shorter",          kCarry,   {target(kFirst, 75min, 1)},                    17, 10h, "first#1 running 180min due 615min"},
  {"ShorterThanSpent", kCarry,   {target(kFirst, 30min, 1)},                    17, 10h, "first#1 running 180min due 570min"},
  {"LateStaysLate",    kCarry,   {target(kFirst, 4h, 1)},                       17, 11h, "first#1 running 180min due 630min"},
  {"Removed",          kCarry,   {target(kResolution, 24h)},                    17, 10h, "first#1 void 60min, resolution#1 running 180min due never"},
  {"Restart",          kRestart, {target(kFirst, 4h, 1)},                       17, 10h, "first#1 running 120min due 840min"},
  {"Keep",             kKeep,    {target(kFirst, 4h, 1)},                       17, 10h, "first#1 running 180min due 630min"},
  // Closed from 9:30 on, by the version of ten o'clock: an hour had counted by then.
  {"HoursProrated",    kCarry,   {target(kFirst, 90min, 1)},                     9, 10h, "first#1 running 60min due never"},
  // An hour by nine to five; from ten o'clock on by the other, which opens at noon. Or never closes.
  {"OtherCalendar",    kCarry,   {target(kFirst, 4h, 2)},                       17, 10h, "first#1 running 60min due 900min"},
  {"NoCalendar",       kCarry,   {target(kFirst, 4h, 0)},                       17, 10h, "first#1 running 180min due 780min"},
  {"HoursReplaced",    kReplace, {target(kFirst, 90min, 2)},                    17, 10h, "first#1 running 0min due 810min"},
}), testing::PrintToStringParamName());
// clang-format on

// The pause lies over the border: what came before it counts by the one calendar, what comes after
// by the other, and a changed attribute counts all of it by its own (R5).
TEST(Timeline, ACalendarOfAnotherNameCountsFromItsVersionOn) {
  Policy later = second(kCarry, {target(kResolution, 8h, 2)});
  Rule urgent = everything({target(kResolution, 8h, 0)});
  urgent.name = "urgent";
  urgent.when.priorities = {"urgent"};
  later.rules.insert(later.rules.begin(), urgent);
  Policy before = first();
  before.rules[0].targets = {target(kResolution, 8h, 1)};
  const Timeline both(before, {{mon(10h), later}});
  Attributes attributes;
  attributes.priority = "urgent";
  std::vector<Moment> moments{moment(mon(9h), MomentKind::kCustomerMessage, Channel::kEmail),
                              moment(mon(9h + 30min), MomentKind::kPending),
                              moment(mon(12h + 30min), MomentKind::kActive)};
  Conversation asked = conversation(moments);
  refold(asked, both, mon(13h));
  const CompiledPolicy& now = version_of(asked, both);
  EXPECT_EQ(clocks(asked.fold, mon(13h), now), "resolution#1 running 60min");
  const ClockRun& run = asked.fold.clocks.at(0);
  EXPECT_EQ(paused(run, mon(13h), now), 3h) << "by the calendar that it was stopped under";
  Millis counted{0};
  const auto explained = explain(asked, now, mon(13h));
  for (const Part& part : explained.at(0).parts)
    if (part.kind == PartKind::kCounted) counted += part.to - part.from;
  EXPECT_EQ(counted, 60min);

  moments.push_back(with(moment(mon(13h), MomentKind::kAttributesChanged), 1));
  Conversation changed = conversation(moments, {attributes});
  refold(changed, both, mon(13h));
  EXPECT_EQ(clocks(changed.fold, mon(13h), now), "resolution#1 running 60min");
  EXPECT_TRUE(changed.fold.clocks.at(0).former.empty());
}

TEST(Timeline, GovernsFromItsInstantOn) {
  const Timeline both(first(), {{mon(10h), second(kCarry, {})}});
  EXPECT_EQ(both.at(mon(10h) - Millis(1)).policy().version, "1");
  EXPECT_EQ(both.at(mon(10h)).policy().version, "2");
  EXPECT_EQ(both.index_of(both[1].fingerprint()), 1U);
  EXPECT_EQ(both.index_of(7), std::nullopt);
}

TEST(Timeline, LeavesOutWhatSaysTheSame) {
  const Timeline both(first(), {{mon(9h), first()}, {mon(10h), second(kCarry, {})}});
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[1].since(), mon(10h));
}

// What was folded before holds under any later version, and under no other history.
TEST(Timeline, FingerprintIsOfAllVersionsSoFar) {
  const Timeline one(first(), {});
  const Timeline two(first(), {{mon(10h), second(kCarry, {})}});
  const Timeline other(first(), {{mon(11h), second(kCarry, {})}});
  EXPECT_EQ(one[0].fingerprint(), two[0].fingerprint());
  EXPECT_NE(two[1].fingerprint(), other[1].fingerprint());
}

TEST(Timeline, SharesCalendarsThatAreTheSame) {
  const Timeline both(first(), {{mon(10h), second(kCarry, {}, 12)}});
  EXPECT_NE(both[0].calendar("nine_to_five"), both[1].calendar("nine_to_five"));
  EXPECT_EQ(both[0].calendar("late_shift"), both[1].calendar("late_shift"));
  // Hours of Monday until ten are of the first, from then on of the second.
  EXPECT_EQ(both[1].calendar("nine_to_five")->elapsed(mon(0h), tue(0h)), 3h);
  EXPECT_EQ(both[0].calendar("nine_to_five")->elapsed(mon(0h), tue(0h)), 8h);
}

// An answer that comes late lies before the border: the clock ended under the first version.
TEST(Fold, OfALateMomentGoesBackOverTheBorder) {
  const Timeline both(first(), {{mon(10h), second(kCarry, {target(kFirst, 30min, 1)})}});
  Conversation asked =
      conversation({moment(mon(9h), MomentKind::kCustomerMessage, Channel::kEmail)});
  refold(asked, both, mon(12h));
  EXPECT_TRUE(run_of(asked.fold, "first").attached_late);
  asked.moments.push_back(moment(mon(9h + 40min), MomentKind::kAgentMessage, Channel::kEmail));
  asked.moments.back().id = 2;
  extend(asked, both);
  EXPECT_EQ(run_of(asked.fold, "first").state, ClockState::kMet);
  EXPECT_EQ(run_of(asked.fold, "first").target, 90min);
}

}  // namespace
}  // namespace vaste::clocks
