// Every kind of mistake in a policy: where it is said to be, and what is said.
#include "unit/config/reading.h"

namespace vaste::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::string kRules =
    "policy: p\nrules: [{name: r, calendar: 24x7, targets: {first_response: 1h}}]\n";
// One rule, its inside from line 3, column 5 on.
std::string rule(const std::string& inside) {
  return "policy: p\nrules:\n  - " + inside + "\n";
}
// One calendar: line 4 is its inside, from column 5 on.
std::string calendar(const std::string& inside) {
  return kRules + "calendars:\n  c: " + inside + "\n";
}

class PolicyMistakes : public testing::TestWithParam<Mistake> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(Top, PolicyMistakes, testing::ValuesIn(std::vector<Mistake>{
    {"NoRules",       "policy: p\n",                         "f: error: ", "`rules` is missing"},
    {"EmptyRules",    "policy: p\nrules: []\n",              "f:2:8: error: ", "rules: an empty list"},
    {"NoName",        "rules: [{name: a, targets: {}}]\n",   "f: error: ", "`policy` is missing"},
    {"EmptyName",     "policy: ''\nrules: [{name: a, targets: {}}]\n", "f:1:9: error: ", "cannot be a name"},
    {"Duplicate",     kRules + "stitch: {}\nstitch: {}\n",   "f:4:1: error: ", "`stitch` is given twice; the first is at line 3, column 1"},
    {"UnknownKey",    kRules + "calendar: {}\n",             "f:3:1: error: ", "unknown key `calendar`; did you mean `calendars`?"},
    {"Syntax",        kRules + "queues: {a\n",               "f:4:1: error: ", "not valid YAML: end of map flow not found"},
}), testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Calendars, PolicyMistakes, testing::ValuesIn(std::vector<Mistake>{
    {"Reserved",      kRules + "calendars: {24x7: {}}\n",    "f:3:13: error: ", "`24x7` is always there"},
    {"NoZone",        calendar("{week: {mon: '09:00-17:00'}}"), "f:4:3: error: ", "calendars.c: `zone` is missing"},
    {"UnknownZone",   calendar("{zone: Europe/Helsinky, week: {mon: '09:00-17:00'}}"), "f:4:13: error: ", "calendars.c.zone: `Europe/Helsinky`: unknown time zone; did you mean `Europe/Helsinki`?"},
    {"NoWeek",        calendar("{zone: UTC}"),               "f:4:3: error: ", "calendars.c: `week` is missing"},
    {"NeverOpen",     calendar("{zone: UTC, week: {mon: closed}}"), "f:4:24: error: ", "no day of the week has open hours"},
    {"UnknownDay",    calendar("{zone: UTC, week: {mon: '09:00-10:00', monday: '09:00-10:00'}}"), "f:4:45: error: ", "unknown day `monday`"},
    {"BadRange",      calendar("{zone: UTC, week: {mon: '09:00-10:00', tue-xxx: '09:00-10:00'}}"), "f:4:45: error: ", "unknown day `tue-xxx`"},
    {"DayTwice",      calendar("{zone: UTC, week: {mon-fri: '09:00-10:00', wed: '09:00-10:00'}}"), "f:4:49: error: ", "the hours of wed are given twice"},
    {"NoPeriod",      calendar("{zone: UTC, week: {mon: '09:00-10:00', tue: '9-17'}}"), "f:4:50: error: ", "calendars.c.week.tue: `9-17` is no period"},
    {"NoTime",        calendar("{zone: UTC, week: {mon: '09:00-10:00', tue: '09:60-10:00'}}"), "f:4:50: error: ", "is no period"},
    {"After24",       calendar("{zone: UTC, week: {mon: '09:00-10:00', tue: '09:00-24:00:01'}}"), "f:4:50: error: ", "is no period"},
    {"Backwards",     calendar("{zone: UTC, week: {mon: '09:00-10:00', tue: '22:00-06:00'}}"), "f:4:50: error: ", "ends before it begins; hours over midnight are two periods"},
    {"NoLength",      calendar("{zone: UTC, week: {mon: '09:00-10:00', tue: '09:00-09:00'}}"), "f:4:50: error: ", "`09:00-09:00` is empty: it ends when it begins"},
    {"Overlap",       calendar("{zone: UTC, week: {mon: '09:00-12:00, 11:00-13:00'}}"), "f:4:30: error: ", "`11:00-13:00` begins before the period in front of it ends"},
    {"Descending",    calendar("{zone: UTC, week: {mon: ['13:00-14:00', '09:00-10:00']}}"), "f:4:46: error: ", "begins before the period in front"},
    {"Seconds",       calendar("{zone: UTC, week: {tue: '09:00-12:00', mon: '09:00:00-12:00:60'}}"), "f:4:50: error: ", "is no period"},
    {"IntersectOne",  calendar("{intersect: [24x7]}"), "f:4:18: error: ", "one calendar alone"},
    {"IntersectName", calendar("{intersect: [24x7, offic]}"), "f:4:25: error: ", "no such calendar"},
    {"NeverTogether", kRules + "calendars:\n  a: {zone: UTC, week: {mon: '09:00-10:00'}}\n  b: {zone: UTC, week: {tue: '09:00-10:00'}}\n  c: {intersect: [a, b]}\n", "f:6:18: error: ", "never open at the same time"},
    {"NoFile",        calendar("{zone: UTC, week: {mon: '09:00-12:00'}, holidays_from: none.ics}"), "f:4:61: error: ", "No such file"},
    {"ChangeFrom",    calendar("{zone: UTC, week: {mon: '09:00-12:00'}, changes: [{week: {tue: '09:00-12:00'}}]}"), "f:4:56: error: ", "`from` is missing"},
    {"ChangeOrder",   calendar("{zone: UTC, week: {mon: '09:00-12:00'}, changes: [{from: 2027-01-01, week: {tue: '09:00-12:00'}}, {from: 2026-01-01, week: {tue: '09:00-12:00'}}]}"), "f:4:111: error: ", "is not after the change before it"},
    {"NoDate",        calendar("{zone: UTC, week: {mon: '09:00-12:00'}, dates: {2026-02-29: closed}}"), "f:4:54: error: ", "`2026-02-29` is no date"},
    {"DateTwice",     calendar("{zone: UTC, week: {mon: '09:00-12:00'}, dates: {2026-02-28: closed, 2026-02-28: closed}}"), "f:4:74: error: ", "given twice"},
    {"NoHoliday",     calendar("{zone: UTC, week: {mon: '09:00-12:00'}, holidays: [25.12.2026]}"), "f:4:57: error: ", "`25.12.2026` is no date"},
    {"HolidayTwice",  calendar("{zone: UTC, week: {mon: '09:00-12:00'}, holidays: [2026-12-25, 2026-12-25]}"), "f:4:69: warning: ", "is named twice"},
    {"HolidayHours",  calendar("{zone: UTC, week: {mon: '09:00-12:00'}, dates: {2026-12-24: '09:00-10:00'}, holidays: [2026-12-24]}"), "f:4:93: warning: ", "has hours under `dates`"},
}), testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Slas, PolicyMistakes, testing::ValuesIn(std::vector<Mistake>{
    {"NoClock",       "policy: p\nslas: {a: {}}\nrules: [{name: r, targets: {a: 1h}}]\n", "f:2:8: error: ", "slas.a: `clock` is missing"},
    {"UnknownClock",  "policy: p\nslas: {a: {clock: first_respons}}\nrules: [{name: r, targets: {a: 1h}}]\n", "f:2:19: error: ", "did you mean `first_response`?"},
    {"WrongStand",    "policy: p\nslas: {resolution: {clock: first_response}}\nrules: [{name: r, targets: {resolution: 1h}}]\n", "f:2:28: error: ", "`resolution` is the name of a clock"},
    {"NotBool",       "policy: p\nslas: {resolution: {bot_counts: yes}}\nrules: [{name: r, targets: {resolution: 1h}}]\n", "f:2:33: error: ", "slas.resolution.bot_counts: `yes`, expected `true` or `false`"},
    {"UnknownOption", "policy: p\nslas: {resolution: {pause: true}}\nrules: [{name: r, targets: {resolution: 1h}}]\n", "f:2:21: error: ", "unknown key `pause`"},
    {"NeverPauses",   "policy: p\nslas: {callback: {pause_pending: true}}\nrules: [{name: r, targets: {callback: 1h}}]\n", "f:2:34: error: ", "a callback never stands still"},
    {"OtherPublic",   "policy: p\nslas: {callback: {dm_satisfies_public: true}}\nrules: [{name: r, targets: {callback: 1h}}]\n", "f:2:40: error: ", "only public_response has this option"},
    {"OtherClocks",   "policy: p\nslas: {resolution: {from_opening: true}}\nrules: [{name: r, targets: {resolution: 1h}}]\n", "f:2:35: error: ", "only first_response has this option"},
    {"BadName",       kRules + "slas: {'a b': {clock: resolution}}\n", "f:3:8: error: ", "cannot be the name of an SLA"},
    {"Unused",        kRules + "slas: {a: {clock: resolution}}\n", "f:3:8: warning: ", "the SLA `a` has no target in any rule"},
}), testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Queues, PolicyMistakes, testing::ValuesIn(std::vector<Mistake>{
    {"Channel",       kRules + "queues: {q: {channels: [mail]}}\n", "f:3:25: error: ", "expected one of chat, email, phone, social"},
    {"ChannelTwice",  kRules + "queues: {q: {channels: [chat, chat]}}\n", "f:3:31: warning: ", "is named twice"},
    {"Calendar",      kRules + "queues: {q: {calendar: 24/7}}\n", "f:3:24: error: ", "no such calendar; did you mean `24x7`?"},
    {"Bare",          kRules + "queues: {q: {answer_within: 20}}\n", "f:3:29: error: ", "queues.q.answer_within: `20` has no unit"},
    {"ZeroAnswer",    kRules + "queues: {q: {answer_within: 0s}}\n", "f:3:29: error: ", "is out of bounds: expected 1ms to 1d"},
    {"Objective",     kRules + "queues: {q: {objective: 0.8}}\n", "f:3:25: error: ", "expected a share above 0% and below 100%, e.g. `75%`"},
    {"FullObjective", kRules + "queues: {q: {objective: 100%}}\n", "f:3:25: error: ", "expected a share"},
    {"Reserved",      kRules + "queues: {_other: {}}\n",      "f:3:10: error: ", "cannot be the name of a queue"},
    {"Invisible",     kRules + "queues: {\"a\\u202eb\": {}}\n", "f:3:10: error: ", "`a?b` cannot be the name of a queue"},
}), testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Goals, PolicyMistakes, testing::ValuesIn(std::vector<Mistake>{
    {"Unknown",       kRules + "goals: {servicelevel: 80%}\n", "f:3:9: error: ", "unknown key `servicelevel` under `goals`; did you mean `service_level`?"},
    {"NoShare",       kRules + "goals: {csat: 0.8}\n",        "f:3:15: error: ", "goals.csat: `0.8`, expected a share above 0% and below 100%, e.g. `75%`"},
    {"Score",         kRules + "goals: {nps: 30%}\n",         "f:3:14: error: ", "goals.nps: `30%`"},
    {"BestScore",     kRules + "goals: {nps: 100}\n",         "f:3:14: error: ", "is out of bounds: expected -99 to 99"},
    {"OfAQueue",      kRules + "queues: {q: {goals: {fcr: 70}}}\n", "f:3:27: error: ", "queues.q.goals.fcr: `70`, expected a share"},
    {"OfAnSla",       kRules + "slas: {first_response: {objective: 100%}}\n", "f:3:36: error: ", "slas.first_response.objective: `100%`, expected a share"},
}), testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Rules, PolicyMistakes, testing::ValuesIn(std::vector<Mistake>{
    {"NoName",        rule("targets: {}"),                   "f:3:5: error: ", "rules[0]: `name` is missing"},
    {"NoTargets",     rule("name: r"),                       "f:3:5: error: ", "rules[0]: `targets` is missing"},
    {"NullTargets",   rule("{name: r, targets: }"),          "f:3:15: error: ", "rules[0]: `targets` is missing"},
    {"UnknownKey",    rule("{name: r, targets: {}, wen: {}}"), "f:3:28: error: ", "unknown key `wen` under `rules[0]`; did you mean `when`?"},
    {"UnknownField",  rule("{name: r, targets: {}, when: {chanel: email}}"), "f:3:35: error: ", "did you mean `channel`?"},
    {"UnknownSla",    rule("{name: r, targets: {first_reponse: 1h}}"), "f:3:25: error: ", "`first_reponse` is no SLA of this policy; did you mean `first_response`?"},
    {"BareTarget",    rule("{name: r, targets: {resolution: 4}}"), "f:3:37: error: ", "rules[0].targets.resolution: `4` has no unit"},
    {"ZeroTarget",    rule("{name: r, targets: {resolution: 0s}}"), "f:3:37: error: ", "is out of bounds"},
    {"NoTarget",      rule("{name: r, targets: {resolution: {at_risk: 75%}}}"), "f:3:37: error: ", "`target` is missing"},
    {"AtRiskAll",     rule("{name: r, targets: {resolution: {target: 4h, at_risk: 100%}}}"), "f:3:59: error: ", "expected a share above 0% and below 100%"},
    {"AtRiskBare",    rule("{name: r, targets: {resolution: {target: 4h, at_risk: 30m}}}"), "f:3:59: error: ", "e.g. `75%` or `30m left`"},
    {"AtRiskFour",    rule("{name: r, targets: {resolution: {target: 4h, at_risk: [10%, 20%, 30%, 40%]}}}"), "f:3:75: error: ", "more than 3 warnings"},
    {"AtRiskOfAList", rule("{name: r, targets: {resolution: {target: 4h, at_risk: [10%, 5h left]}}}"), "f:3:65: error: ", "is not less than the target of 4h"},
    {"NobodyPromises", rule("{name: r, targets: {resolution: promised}}"), "f:3:37: error: ", "nobody promises a resolution"},
    {"OnlyPromised",  rule("{name: r, targets: {next_update: 4h}}"), "f:3:38: error: ", "a next_update is due when it was promised for"},
    {"OnlyPromisedDays", rule("{name: r, targets: {next_update: {business_days: 2}}}"), "f:3:54: error: ", "write `target: promised`"},
    {"HoldByMail",    rule("{name: a, when: {channel: email}, calendar: 24x7, targets: {hold: promised}}"), "f:3:65: warning: ", "never starts"},
    {"AtRiskLong",    rule("{name: r, targets: {resolution: {target: 4h, at_risk: 4h left}}}"), "f:3:59: error: ", "is not less than the target of 4h"},
    {"Calendar",      rule("{name: r, calendar: offfice, targets: {}}"), "f:3:25: error: ", "no such calendar, expected one of 24x7"},
    {"EmptyWhen",     rule("{name: r, targets: {}, when: {brand: []}}"), "f:3:42: error: ", "an empty list"},
    {"Channel",       rule("{name: r, targets: {}, when: {channel: emial}}"), "f:3:44: error: ", "did you mean `email`?"},
    {"SameName",      rule("{name: r, when: {brand: a}, targets: {}}\n  - {name: r, targets: {}}"), "f:4:5: error: ", "a second rule is called `r`"},
    {"UnknownQueue",  kRules.substr(0, 10) + "queues: {mail: {}}\nrules: [{name: r, when: {queue: mial}, targets: {}}]\n", "f:3:33: warning: ", "the queue `mial` is not under `queues`: metrics count it as `_other`; did you mean `mail`?"},
    {"NeverMatches",  rule("{name: a, when: {brand: [x, y]}, targets: {}}\n  - {name: b, when: {brand: x, channel: chat}, targets: {}}"), "f:4:5: warning: ", "the rule `b` can never match: `a` (line 3) is before it and as wide or wider"},
    {"SameTwice",     rule("{name: a, targets: {}}\n  - {name: b, targets: {}}"), "f:4:5: warning: ", "the rule `b` can never match"},
    {"NeverStarts",   rule("{name: a, when: {channel: email}, calendar: 24x7, targets: {speed_of_answer: 20s}}"), "f:3:65: warning: ", "never starts"},
    {"NoCalendar",    rule("{name: a, targets: {resolution: 4h}}"), "f:3:25: warning: ", "rules[0].targets.resolution: no calendar is named, so it counts round the clock: write `calendar: 24x7` if that is meant"},
    {"QueueChannel",  kRules.substr(0, 10) + "queues: {hotline: {channels: [phone]}}\nrules: [{name: r, when: {channel: email, queue: hotline}, targets: {}}]\n", "f:3:9: warning: ", "the rule `r` can never match: the queue `hotline` has none of its channels"},
    {"NegativeTarget", rule("{name: r, targets: {resolution: -4h}}"), "f:3:37: error: ", "rules[0].targets.resolution: `-4h` is negative: expected a duration"},
    {"TwoTargets",    rule("{name: r, targets: {resolution: {target: 4h, business_days: 1}}}"), "f:3:65: error: ", "`target` is there too: keep one"},
    {"NoDays",        rule("{name: r, targets: {resolution: {business_days: 0}}}"), "f:3:53: error: ", "is out of bounds: expected 1 to 365"},
    {"EndOfWhat",     rule("{name: r, targets: {resolution: {target: 4h, end_of_day: true}}}"), "f:3:62: error: ", "says where `business_days` end"},
    {"StartWord",     rule("{name: r, targets: {resolution: {target: 4h, start: aplied}}}"), "f:3:57: error: ", "did you mean `applied`?"},
    {"PriorityBare",  rule("{name: r, targets: {resolution: {target: 4h, by_priority: {urgent: 1}}}}"), "f:3:72: error: ", "rules[0].targets.resolution.by_priority.urgent: `1` has no unit"},
    {"NoPriority",    rule("{name: r, targets: {resolution: {target: 4h, by_priority: {}}}}"), "f:3:63: error: ", "names no priority"},
    {"PriorityInside", rule("{name: r, targets: {resolution: {target: 4h, by_priority: {a: {target: 1h, by_priority: {b: 1h}}}}}}"), "f:3:80: error: ", "unknown key `by_priority`"},
    {"PriorityNoTarget", rule("{name: r, targets: {resolution: {target: 4h, by_priority: {a: {at_risk: 50%}}}}}"), "f:3:67: error: ", "`target` is missing"},
    {"PriorityPromised", rule("{name: r, targets: {resolution: {target: 4h, by_priority: {a: promised}}}}"), "f:3:67: error: ", "nobody promises a resolution"},
    {"PriorityWarned", rule("{name: r, targets: {resolution: {target: 4h, at_risk: 1h left, by_priority: {a: 30m}}}}"), "f:3:85: error: ", "a target of 30m would be at risk from the first moment, with 1h left: give it a warning of its own, e.g. `{target: 30m, at_risk: 50%}`"},
    {"OtherPriority", rule("{name: r, when: {priority: [high]}, targets: {resolution: {target: 4h, by_priority: {low: 8h}}}}"), "f:3:90: error: ", "the rule is for other priorities (high): this never counts"},
    {"NameOfPriority", rule("{name: r, when: {brand: a}, targets: {resolution: {target: 4h, by_priority: {a: 1h}}}}\n  - {name: r (a), targets: {}}"), "f:4:5: error: ", "a second rule is called `r (a)`"},
    {"DueWord",       rule("{name: r, targets: {resolution: {target: 4h, due: later}}}"), "f:3:55: error: ", "expected one of close, next_open"},
}), testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Stitch, PolicyMistakes, testing::ValuesIn(std::vector<Mistake>{
    {"RepeatWindow",  kRules + "kpis: {repeat_window: 10m}\n", "f:3:23: error: ", "is out of bounds: expected 1h to 90d"},
    {"CesMiddle",     kRules + "kpis: {ces_good: 4, ces_middle: 5}\n", "f:3:7: error: ", "`ces_middle` 5 is above `ces_good` 4"},
    {"CesPoints",     kRules + "kpis: {ces_good: 8}\n",     "f:3:18: error: ", "is out of bounds: expected 1 to 7"},
    {"Pair",          kRules + "stitch: {windows: {chat-mail: 1h}}\n", "f:3:20: error: ", "unknown key `chat-mail` under `stitch.windows`; did you mean `chat-email`?"},
    {"Mixed",         kRules + "stitch: {windows: {live-email: 1h}}\n", "f:3:20: error: ", "unknown key `live-email`"},
    {"Bare",          kRules + "stitch: {reopen: 48}\n",      "f:3:18: error: ", "stitch.reopen: `48` has no unit"},
    {"TooLong",       kRules + "stitch: {reopen: 91d}\n",     "f:3:18: error: ", "is out of bounds: expected 0s to 90d"},
}), testing::PrintToStringParamName());
// clang-format on

TEST_P(PolicyMistakes, AreSaidOnceAndInTheirPlace) {
  EXPECT_THAT(policy_findings(GetParam().yaml),
              ElementsAre(AllOf(StartsWith(GetParam().place), HasSubstr(GetParam().words))));
}

TEST_P(PolicyMistakes, RefuseTheFileUnlessTheyAreWarnings) {
  std::vector<Finding> findings;
  const bool warning = GetParam().place.find("warning") != std::string::npos;
  EXPECT_EQ(parse_policy(GetParam().yaml, "f", findings).has_value(), warning);
}

TEST(PolicyReach, OverlapIsNoMistake) {
  EXPECT_THAT(policy_findings(rule("{name: a, when: {brand: x, channel: chat}, targets: {}}\n"
                                   "  - {name: b, when: {brand: [x, y]}, targets: {}}\n"
                                   "  - {name: c, when: {channel: [chat, phone]}, targets: {}}\n"
                                   "  - {name: d, targets: {}}")),
              IsEmpty());
}

std::string many(const std::string& begin, int count, const std::string& entry) {
  std::string out = begin + ":\n";
  for (int i = 0; i < count; ++i) out += "  n" + std::to_string(i) + ": " + entry + "\n";
  return out;
}

TEST(PolicyLimits, TwelveSlas) {
  const auto findings = [](int count) {
    std::string targets;
    for (int i = 0; i < count; ++i) targets += "n" + std::to_string(i) + ": 1h, ";
    return policy_findings("policy: p\n" + many("slas", count, "{clock: resolution}") +
                           "rules: [{name: r, calendar: 24x7, targets: {" + targets + "}}]\n");
  };
  EXPECT_THAT(findings(12), IsEmpty());
  EXPECT_THAT(findings(13),
              ElementsAre(AllOf(StartsWith("f:15:3: error: "), HasSubstr("at most 12"))));
}

TEST(PolicyLimits, TwoHundredQueues) {
  EXPECT_THAT(policy_findings(kRules + many("queues", 200, "{}")), IsEmpty());
  EXPECT_THAT(
      policy_findings(kRules + many("queues", 201, "{}")),
      ElementsAre(AllOf(StartsWith("f:204:3: error: "), HasSubstr("more than 200 queues"))));
}

}  // namespace
}  // namespace vaste::config
