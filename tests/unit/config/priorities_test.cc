// Targets by priority, and goals: what a policy says once for many.
#include <algorithm>
#include <map>

#include "unit/config/reading.h"

namespace vaste::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Pair;

struct Seen {
  std::vector<std::string> priorities;
  std::map<std::string, Millis> targets;  // by SLA
};

std::vector<std::pair<std::string, Seen>> rules_of(const Policy& policy) {
  std::vector<std::pair<std::string, Seen>> out;
  for (const Rule& rule : policy.rules) {
    Seen seen{rule.when.priorities, {}};
    for (const Target& target : rule.targets)
      seen.targets[policy.slas[target.sla].name] = target.target;
    out.emplace_back(rule.name, seen);
  }
  return out;
}

TEST(Priorities, AreRulesOfTheirOwnBeforeTheirRule) {
  const Policy policy = good_policy(R"(policy: p
rules:
  - name: mail
    when: {channel: email}
    calendar: 24x7
    targets:
      first_response: {target: 8h, at_risk: 75%, by_priority: {urgent: 1h, high: {target: 2h, at_risk: 30m left}}}
      next_response: 9h
      resolution: {by_priority: {urgent: {business_days: 1, end_of_day: true}}}
)");
  const auto rules = rules_of(policy);
  ASSERT_EQ(rules.size(), 3u);
  EXPECT_EQ(rules[0].first, "mail (urgent)");
  EXPECT_THAT(rules[0].second.priorities, ElementsAre("urgent"));
  EXPECT_THAT(
      rules[0].second.targets,
      ElementsAre(Pair("first_response", 1h), Pair("next_response", 9h), Pair("resolution", 0h)));
  EXPECT_EQ(rules[1].first, "mail (high)");
  EXPECT_THAT(rules[1].second.targets,
              ElementsAre(Pair("first_response", 2h), Pair("next_response", 9h)));
  EXPECT_EQ(rules[2].first, "mail");
  EXPECT_THAT(rules[2].second.priorities, ElementsAre());
  EXPECT_THAT(rules[2].second.targets,
              ElementsAre(Pair("first_response", 8h), Pair("next_response", 9h)));
  for (const Rule& rule : policy.rules)
    EXPECT_THAT(rule.when.channels, ElementsAre(Channel::kEmail));
  // What a priority does not say itself is as for all.
  const auto& urgent = policy.rules[0].targets;
  EXPECT_EQ(urgent[0].at_risk.at(0).share, 0.75);
  EXPECT_EQ(policy.rules[1].targets[0].at_risk.at(0).remaining, 30min);
  const auto days = std::find_if(urgent.begin(), urgent.end(),
                                 [](const Target& target) { return target.business_days != 0; });
  ASSERT_NE(days, urgent.end());
  EXPECT_EQ(days->business_days, 1);
  EXPECT_TRUE(days->end_of_day);
}

TEST(Priorities, NameEachCalendarOnce) {
  const Policy policy = good_policy(R"(policy: p
calendars: {office: {zone: UTC, week: {mon-fri: "09:00-17:00"}}}
rules:
  - name: r
    calendar: office
    targets: {resolution: {target: 8h, by_priority: {urgent: {target: 4h, calendar: 24x7}, high: 6h}}}
)");
  EXPECT_EQ(policy.calendars.at(policy.rules.at(0).targets.at(0).calendar).name, "24x7");
  EXPECT_EQ(policy.calendars.at(policy.rules.at(1).targets.at(0).calendar).name, "office");
}

// One of a thousand rules, each of which counts for its priorities, too.
TEST(Priorities, CountAsRules) {
  std::string yaml = "policy: p\nrules:\n";
  for (int i = 0; i < 334; ++i)
    yaml +=
        "  - {name: r" + std::to_string(i) + ", when: {brand: b" + std::to_string(i) +
        "}, calendar: 24x7, targets: {resolution: {target: 4h, by_priority: {a: 1h, b: 2h}}}}\n";
  EXPECT_THAT(policy_findings(yaml),
              ElementsAre(testing::HasSubstr("f:336:5: error: more than 1000 rules")));
}

TEST(Goals, OfAQueueGoBeforeThoseOfThePolicy) {
  const Policy policy = good_policy(R"(policy: p
goals: {service_level: 80%, csat: 85%, nps: 30, sla_met: 70%}
slas: {resolution: {objective: 99%}}
queues:
  phone: {goals: {service_level: 90%}, objective: 95%}
  mail: {}
rules: [{name: r, calendar: 24x7, targets: {resolution: 8h, first_response: 1h}}]
)");
  const Queue& phone = policy.queues.at(0);
  const Queue& mail = policy.queues.at(1);
  EXPECT_DOUBLE_EQ(goal(policy, phone, Kpi::kServiceLevel), 0.9);
  EXPECT_DOUBLE_EQ(goal(policy, mail, Kpi::kServiceLevel), 0.8);
  EXPECT_DOUBLE_EQ(goal(policy, mail, Kpi::kCsat), 0.85);
  EXPECT_DOUBLE_EQ(goal(policy, mail, Kpi::kNps), 0.65);  // half of the way, and 30 of 200 more
  EXPECT_DOUBLE_EQ(goal(policy, mail, Kpi::kFcr), 0);
  // A queue's objective is its goal of clocks that are met.
  EXPECT_DOUBLE_EQ(goal(policy, phone, Kpi::kSlaMet), 0.95);
  EXPECT_DOUBLE_EQ(goal(policy, mail, Kpi::kSlaMet), 0.7);
  const SlaSpec& resolution = policy.slas.at(0);
  const SlaSpec& response = policy.slas.at(1);
  EXPECT_DOUBLE_EQ(objective(phone, resolution), 0.99);
  EXPECT_DOUBLE_EQ(objective(phone, response), 0.95);
  EXPECT_DOUBLE_EQ(objective(mail, response), 0);
}

}  // namespace
}  // namespace vaste::config
