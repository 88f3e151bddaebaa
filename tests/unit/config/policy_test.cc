#include "unit/config/reading.h"

namespace vaste::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kPolicy = R"(policy: desk
version: "7"
calendars:
  office:
    zone: Europe/Helsinki
    week: {mon-fri: "09:00-12:00, 13:00-17:00", sat: ["10:00-24:00"], sun: closed}
    dates: {2026-12-24: "09:00-12:00"}
    closures: {2026-12-23: "14:00-16:00"}
    holidays: [2026-12-26, 2026-12-25]
slas:
  fast: {clock: first_response, bot_counts: true, agent_started: true}
  resolution: {pause_pending: false}
  calm: {clock: next_response, pause_pending: true, pause_on_hold: true}
queues:
  phone-main: {channels: [phone, chat], calendar: office, answer_within: 18s, short_abandon: 3s, objective: 80%, wait_goal: 2m}
  rest: {}
rules:
  - name: vip mail
    when: {channel: email, priority: [high, urgent], brand: acme, queue: rest, segment: vip}
    calendar: office
    targets:
      fast: 4h
      resolution: {target: 8h, at_risk: 75%, calendar: 24x7}
      calm: {target: 1h30m, at_risk: 30m left}
  - name: spam
    when: {queue: phone-main}
    targets: {}
  - name: rest
    calendar: 24x7
    targets: {speed_of_answer: 20s, resolution: 9h}
stitch:
  reopen: 24h
  windows: {chat-chat: 30m, live-live: 2h, social-email: 0s}
)";

Millis window(const Policy& policy, Channel from, Channel to) {
  return policy.stitch.window.at(static_cast<std::size_t>(from)).at(static_cast<std::size_t>(to));
}

TEST(Policy, HeaderAndHash) {
  const Policy policy = good_policy(kPolicy);
  EXPECT_EQ(policy.id, "desk");
  EXPECT_EQ(policy.version, "7");
  const Policy bare = good_policy("policy: a\nrules: [{name: a, targets: {}}]\n");
  EXPECT_THAT(bare.version, testing::MatchesRegex("[0-9a-f]{12}"));
  const Policy other = good_policy("policy: a\nrules: [{name: b, targets: {}}]\n");
  EXPECT_NE(bare.hash, other.hash);
  EXPECT_NE(bare.version, other.version);
}

TEST(Policy, Calendars) {
  const Policy policy = good_policy(kPolicy);
  ASSERT_THAT(policy.calendars, SizeIs(2));
  EXPECT_EQ(policy.calendars[0].name, "24x7");
  EXPECT_TRUE(policy.calendars[0].always_open);
  const CalendarSpec& office = policy.calendars[1];
  EXPECT_EQ(office.name, "office");
  EXPECT_FALSE(office.always_open);
  EXPECT_EQ(office.zone, "Europe/Helsinki");
  EXPECT_THAT(office.transitions, testing::Not(IsEmpty()));
  for (std::size_t day = 0; day < 5; ++day) {
    EXPECT_THAT(office.week.at(day), ElementsAre(Period{32400, 43200}, Period{46800, 61200}));
  }
  EXPECT_THAT(office.week[5], ElementsAre(Period{36000, 86400}));
  EXPECT_THAT(office.week[6], IsEmpty());
  // 2026-12-23 is day 20810 from 1970-01-01.
  EXPECT_THAT(office.dates, ElementsAre(testing::Pair(20811, ElementsAre(Period{32400, 43200}))));
  EXPECT_THAT(office.closures,
              ElementsAre(testing::Pair(20810, ElementsAre(Period{50400, 57600}))));
  EXPECT_THAT(office.holidays, ElementsAre(20812, 20813));
}

TEST(Policy, DaysMayGoOverTheWeekendOrStandInAList) {
  const Policy policy = good_policy(
      "policy: a\ncalendars: {c: {zone: UTC, week: {sun-tue: \"08:00-09:00\", \"wed, fri\": "
      "\"10:00-11:00\"}}}\n"
      "rules: [{name: a, targets: {}}]\n");
  const auto& week = policy.calendars.at(1).week;
  for (const std::size_t day : {6U, 0U, 1U})
    EXPECT_THAT(week.at(day), ElementsAre(Period{28800, 32400}));
  for (const std::size_t day : {2U, 4U})
    EXPECT_THAT(week.at(day), ElementsAre(Period{36000, 39600}));
  for (const std::size_t day : {3U, 5U}) EXPECT_THAT(week.at(day), IsEmpty());
}

TEST(Policy, SlasWithDefaultPauses) {
  const Policy policy = good_policy(kPolicy);
  ASSERT_THAT(policy.slas,
              SizeIs(4));  // the declared ones, and what a rule uses under a clock's name
  EXPECT_EQ(policy.slas[0].name, "fast");
  EXPECT_EQ(policy.slas[0].clock, ClockKind::kFirstResponse);
  EXPECT_TRUE(policy.slas[0].bot_counts);
  EXPECT_TRUE(policy.slas[0].agent_started);
  EXPECT_FALSE(policy.slas[0].pause_pending);
  EXPECT_EQ(policy.slas[1].clock, ClockKind::kResolution);
  EXPECT_FALSE(policy.slas[1].pause_pending);
  EXPECT_TRUE(policy.slas[1].pause_on_hold);
  EXPECT_FALSE(policy.slas[1].bot_counts);
  EXPECT_TRUE(policy.slas[2].pause_pending);
  EXPECT_TRUE(policy.slas[2].pause_on_hold);
  EXPECT_EQ(policy.slas[3].name, "speed_of_answer");
  EXPECT_EQ(policy.slas[3].clock, ClockKind::kSpeedOfAnswer);
}

TEST(Policy, DefaultPausesByClock) {
  const Policy policy = good_policy(
      "policy: a\nrules: [{name: a, calendar: 24x7, targets: {first_response: 1h, next_response: "
      "1h, resolution: "
      "1h, "
      "speed_of_answer: 1h}}]\n");
  for (const SlaSpec& sla : policy.slas) {
    EXPECT_EQ(sla.pause_pending, sla.clock == ClockKind::kResolution) << sla.name;
    EXPECT_EQ(sla.pause_on_hold, sla.clock == ClockKind::kResolution) << sla.name;
  }
  EXPECT_THAT(policy.slas, SizeIs(4));
}

TEST(Policy, Queues) {
  const Policy policy = good_policy(kPolicy);
  ASSERT_THAT(policy.queues, SizeIs(2));
  const Queue& phone = policy.queues[0];
  EXPECT_EQ(phone.name, "phone-main");
  EXPECT_THAT(phone.channels, ElementsAre(Channel::kPhone, Channel::kChat));
  EXPECT_EQ(phone.calendar, 1);
  EXPECT_EQ(phone.answer_within, 18s);
  EXPECT_EQ(phone.short_abandon, 3s);
  EXPECT_DOUBLE_EQ(phone.sla_objective, 0.8);
  EXPECT_EQ(phone.wait_goal, 2min);
  const Queue& rest = policy.queues[1];
  EXPECT_THAT(rest.channels, IsEmpty());
  EXPECT_EQ(rest.calendar, 0);
  EXPECT_EQ(rest.answer_within, 20s);
  EXPECT_EQ(rest.short_abandon, 5s);
  EXPECT_EQ(rest.sla_objective, 0);
  EXPECT_EQ(rest.wait_goal, 0s);
}

TEST(Policy, RulesInOrder) {
  const Policy policy = good_policy(kPolicy);
  ASSERT_THAT(policy.rules, SizeIs(3));
  const Rule& vip = policy.rules[0];
  EXPECT_EQ(vip.name, "vip mail");
  EXPECT_THAT(vip.when.channels, ElementsAre(Channel::kEmail));
  EXPECT_THAT(vip.when.priorities, ElementsAre("high", "urgent"));
  EXPECT_THAT(vip.when.brands, ElementsAre("acme"));
  EXPECT_THAT(vip.when.queues, ElementsAre("rest"));
  EXPECT_THAT(vip.when.segments, ElementsAre("vip"));
  ASSERT_THAT(vip.targets, SizeIs(3));
  EXPECT_EQ(vip.targets[0].sla, 0);
  EXPECT_EQ(vip.targets[0].target, 4h);
  EXPECT_EQ(vip.targets[0].calendar, 1);
  EXPECT_TRUE(vip.targets[0].at_risk.empty());
  EXPECT_EQ(vip.targets[1].sla, 1);
  EXPECT_EQ(vip.targets[1].calendar, 0);
  EXPECT_EQ(vip.targets[1].at_risk.at(0).share, 0.75);
  EXPECT_EQ(vip.targets[2].target, 90min);
  EXPECT_EQ(vip.targets[2].at_risk.at(0).remaining, 30min);
  EXPECT_FALSE(vip.targets[2].at_risk.at(0).share);
  EXPECT_THAT(policy.rules[1].targets, IsEmpty());
  EXPECT_EQ(policy.rules[2].targets.at(0).calendar, 0);
  EXPECT_EQ(policy.rules[2].targets.at(0).sla, 3);
}

TEST(Policy, OptionsOfHelpdesks) {
  const Policy policy = good_policy(R"(policy: desk
message_reopens: false
slas:
  first_response: {from_opening: true, continues_on_reopen: true, closed_time_counts: true}
  next_response: {before_first_response: true}
rules:
  - name: all
    calendar: 24x7
    targets:
      first_response: {target: 4h, start: applied, due: next_open}
      next_response: {business_days: 2, end_of_day: true}
      take_ownership: 1h
)");
  EXPECT_FALSE(policy.message_reopens);
  EXPECT_TRUE(policy.slas[0].from_opening && policy.slas[0].continues_on_reopen);
  EXPECT_TRUE(policy.slas[0].closed_time_counts);
  EXPECT_TRUE(policy.slas[1].before_first_response);
  EXPECT_EQ(policy.slas[2].clock, ClockKind::kTakeOwnership);
  const auto& targets = policy.rules[0].targets;
  EXPECT_TRUE(targets[0].from_attachment && targets[0].due_at_opening);
  EXPECT_EQ(targets[1].business_days, 2);
  EXPECT_TRUE(targets[1].end_of_day);
  EXPECT_FALSE(targets[2].from_attachment || targets[2].due_at_opening);
}

TEST(Policy, PromisesAndSeveralWarnings) {
  const Policy policy = good_policy(R"(policy: desk
bounce_undoes_answer: false
slas:
  public_response: {dm_satisfies_public: true, unaddressed_posts: true}
rules:
  - name: all
    calendar: 24x7
    targets:
      commitment: {target: promised, at_risk: [75%, 1h left]}
      hold: 2m
      next_update: promised
      pausable_update: 1d
      agent_work: 8h
      public_response: 1h
)");
  EXPECT_FALSE(policy.bounce_undoes_answer);
  EXPECT_TRUE(policy.slas[0].dm_satisfies_public && policy.slas[0].unaddressed_posts);
  const auto& targets = policy.rules[0].targets;
  EXPECT_EQ(targets[0].target, 0ms);
  ASSERT_THAT(targets[0].at_risk, SizeIs(2));
  EXPECT_EQ(targets[0].at_risk[0].share, 0.75);
  EXPECT_EQ(targets[0].at_risk[1].remaining, 1h);
  EXPECT_EQ(targets[1].target, 2min);
  EXPECT_EQ(targets[2].target, 0ms);
  const auto sla = [&](std::size_t target) { return policy.slas[targets[target].sla]; };
  EXPECT_TRUE(sla(3).pause_pending && !sla(3).pause_on_hold);
  EXPECT_TRUE(sla(4).pause_pending && sla(4).pause_on_hold);
}

TEST(Policy, WhatBecomesOfClocksWhenItTakesOver) {
  const std::string text = "policy: a\nrules: [{name: a, targets: {}}]\n";
  EXPECT_EQ(good_policy(text).on_change, OnPolicyChange::kCarry);
  const auto how = [&](const std::string& word) {
    return good_policy(text + "on_policy_change: " + word + "\n").on_change;
  };
  EXPECT_EQ(how("carry"), OnPolicyChange::kCarry);
  EXPECT_EQ(how("restart"), OnPolicyChange::kRestart);
  EXPECT_EQ(how("keep"), OnPolicyChange::kKeep);
  EXPECT_EQ(how("replace"), OnPolicyChange::kReplace);
}

TEST(Policy, CalendarsOfCalendars) {
  const Policy policy = good_policy(R"(policy: desk
calendars:
  berlin: {zone: Europe/Berlin, week: {mon-fri: "09:00-17:00:30"}}
  york:
    zone: America/New_York
    week: {mon-fri: "09:00-17:00"}
    changes:
      - {from: 2026-12-01, week: {mon-fri: "08:00-16:00"}, holidays: [2026-12-25]}
  both: {intersect: [berlin, york]}
rules: [{name: a, targets: {}}]
)");
  ASSERT_THAT(policy.calendars, SizeIs(4));
  EXPECT_THAT(policy.calendars[1].week[0], ElementsAre(Period{32400, 61230}));
  const auto& editions = policy.calendars[2].editions;
  ASSERT_THAT(editions, SizeIs(1));
  EXPECT_EQ(editions[0].since, instant(1796101200000));  // 2026-12-01T00:00 in New York
  EXPECT_THAT(editions[0].week[4], ElementsAre(Period{28800, 57600}));
  EXPECT_THAT(policy.calendars[3].intersect, SizeIs(2));
}

TEST(Policy, SaysWhenHolidaysAreOver) {
  const std::string text =
      "policy: a\ncalendars: {c: {zone: UTC, week: {mon: '09:00-12:00'}, holidays: [2026-12-25]}}\n"
      "rules: [{name: a, targets: {}}]\n";
  for (const std::int32_t today : {20812, 20813, 0}) {  // 20812 is that holiday
    std::vector<Finding> findings;
    EXPECT_TRUE(parse_policy(text, "f", findings, today));
    if (today == 20813)
      EXPECT_THAT(texts(findings),
                  ElementsAre("f:2:66: warning: the holidays of `c` are all over, the last one 1 "
                              "days ago: name those to come"));
    else
      EXPECT_THAT(findings, IsEmpty());
  }
}

TEST(Policy, StitchWindows) {
  const Policy policy = good_policy(kPolicy);
  EXPECT_EQ(policy.stitch.reopen, 24h);
  EXPECT_EQ(window(policy, Channel::kChat, Channel::kChat), 30min);  // the pair wins
  EXPECT_EQ(window(policy, Channel::kPhone, Channel::kChat), 2h);
  EXPECT_EQ(window(policy, Channel::kSocial, Channel::kEmail), 0s);
  EXPECT_EQ(window(policy, Channel::kEmail, Channel::kSocial), 72h);
  const Policy plain = good_policy("policy: a\nrules: [{name: a, targets: {}}]\n");
  EXPECT_EQ(plain.stitch.reopen, 48h);
  EXPECT_EQ(window(plain, Channel::kPhone, Channel::kChat), 4h);
  EXPECT_EQ(window(plain, Channel::kPhone, Channel::kEmail), 24h);
  EXPECT_EQ(window(plain, Channel::kSocial, Channel::kChat), 24h);
  EXPECT_EQ(window(plain, Channel::kEmail, Channel::kEmail), 72h);
}

}  // namespace
}  // namespace vaste::config
