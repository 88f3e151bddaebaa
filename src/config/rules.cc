#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "config/load.h"
#include "config/units.h"

namespace vaste::config {
namespace {

constexpr std::size_t kMostRules = 1000;
constexpr std::size_t kMostWords = 200;  // of one list of a condition

std::vector<std::string> read_words(const Value* value, Report& report, std::string_view example) {
  std::vector<std::string> words;
  if (value == nullptr) return words;
  for (const Value& item : read_list(*value, report, example, true)) {
    if (words.size() == kMostWords) {
      report.error(item.place, fmt::format("{}: more than {} values", value->path, kMostWords));
      break;
    }
    auto word = read_name(item, report, example);
    if (!word) continue;
    if (std::find(words.begin(), words.end(), *word) != words.end()) {
      report.warning(item.place, fmt::format("{} is named twice", written(item)));
      continue;
    }
    words.push_back(std::move(*word));
  }
  return words;
}

void check_queues(const Value& value, const Condition& when, Report& report, const Policy& policy) {
  std::vector<std::string> names;
  for (const Queue& queue : policy.queues) names.push_back(printable(queue.name));
  for (const std::string& queue : when.queues) {
    if (std::find(names.begin(), names.end(), queue) != names.end()) continue;
    report.warning(
        value.place,
        fmt::format("{}: the queue `{}` is not under `queues`: metrics count it as `_other`{}",
                    value.path, printable(queue), did_you_mean(queue, names)));
  }
}

Condition read_condition(const Value& value, Report& report, const Policy& policy) {
  Condition when;
  Map map(value, report, "{channel: email, priority: [high, urgent]}");
  if (!map.usable()) return when;
  if (const Value* channel = map.get("channel")) when.channels = read_channels(*channel, report);
  const Value* queue = map.get("queue");
  when.queues = read_words(queue, report, "email-support");
  when.priorities = read_words(map.get("priority"), report, "high");
  when.brands = read_words(map.get("brand"), report, "acme");
  when.segments = read_words(map.get("segment"), report, "vip");
  map.finish();
  if (queue != nullptr) check_queues(*queue, when, report, policy);
  return when;
}

// Targets for which nobody said what hours they count; warned about once the file is right.
struct NoCalendar {
  Place place;
  std::string path;
  std::string rule;
};

// One rule as the file has it; some of its targets may be of single priorities.
struct FileRule {
  Rule rule;
  std::vector<PriorityTarget> by_priority;
};

FileRule read_rule(const Value& value, Report& report, Policy& policy,
                   std::vector<NoCalendar>& no_calendar) {
  FileRule out;
  Rule& rule = out.rule;
  Map map(value, report, "name: all mail");
  if (!map.usable()) return out;
  if (const Value* name = map.get("name")) {
    rule.name = read_name(*name, report, "vip mail").value_or("");
  } else {
    report.error(value.place,
                 value.path + ": `name` is missing: alerts tell it, e.g. `name: vip mail`");
  }
  if (const Value* when = map.get("when")) rule.when = read_condition(*when, report, policy);
  std::uint16_t calendar = 0;
  const Value* calendar_name = map.get("calendar");
  if (calendar_name != nullptr) {
    calendar = read_calendar_name(*calendar_name, report, policy).value_or(0);
  }
  const Value* targets = map.get("targets");
  if (targets == nullptr || targets->node.IsNull()) {
    report.error(targets == nullptr ? value.place : targets->place,
                 value.path +
                     ": `targets` is missing, e.g. `targets: {first_response: 4h}`, or "
                     "`targets: {}` for what has none");
  } else {
    const Map entries(*targets, report, "{first_response: 4h}");
    for (const Map::Entry& entry : entries.entries()) {
      read_target(entry, calendar, report, policy, rule, out.by_priority);
      const bool own = entry.value.node.IsMap() && entry.value.node["calendar"].IsDefined();
      const bool said = !no_calendar.empty() && no_calendar.back().rule == value.path;
      if (calendar_name == nullptr && !own && !said)  // once a rule
        no_calendar.push_back({entry.place, entry.value.path, value.path});
    }
  }
  map.finish();
  return out;
}

// What decides later knows no targets by priority: a rule for each priority in front of the rule
// itself, under a name of its own, so that a change of priority is a change of rule.
std::vector<Rule> expanded(const FileRule& from) {
  std::vector<Rule> rules;
  for (const PriorityTarget& one : from.by_priority) {
    auto rule = std::find_if(rules.begin(), rules.end(), [&](const Rule& made) {
      return made.when.priorities.front() == one.priority;
    });
    if (rule == rules.end()) {
      Rule made = from.rule;
      made.name = fmt::format("{} ({})", from.rule.name, one.priority);
      made.when.priorities = {one.priority};
      rule = rules.insert(rules.end(), std::move(made));
    }
    auto general = std::find_if(rule->targets.begin(), rule->targets.end(),
                                [&](const Target& target) { return target.sla == one.target.sla; });
    if (general != rule->targets.end())
      *general = one.target;
    else
      rule->targets.push_back(one.target);
  }
  rules.push_back(from.rule);
  return rules;
}

template <class T>
bool covers(const std::vector<T>& wide, const std::vector<T>& narrow) {
  if (wide.empty()) return true;
  return !narrow.empty() && std::all_of(narrow.begin(), narrow.end(), [&](const T& value) {
    return std::find(wide.begin(), wide.end(), value) != wide.end();
  });
}

bool covers(const Condition& wide, const Condition& narrow) {
  return covers(wide.channels, narrow.channels) && covers(wide.queues, narrow.queues) &&
         covers(wide.priorities, narrow.priorities) && covers(wide.brands, narrow.brands) &&
         covers(wide.segments, narrow.segments);
}

void check_reach(const std::vector<Rule>& rules, const std::vector<Place>& places, Report& report) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    for (std::size_t earlier = 0; earlier < i; ++earlier) {
      if (!covers(rules[earlier].when, rules[i].when)) continue;
      report.warning(places[i],
                     fmt::format("the rule `{}` can never match: `{}` (line {}) is before it "
                                 "and as wide or wider",
                                 printable(rules[i].name), printable(rules[earlier].name),
                                 places[earlier].line));
      break;
    }
  }
}

// A queue that has none of the channels a rule asks for never meets them.
void check_queue_channels(const std::vector<Rule>& rules, const std::vector<Place>& places,
                          Report& report, const Policy& policy) {
  const auto meets = [&](const std::string& name, const std::vector<Channel>& channels) {
    const auto queue = std::find_if(policy.queues.begin(), policy.queues.end(),
                                    [&](const Queue& one) { return one.name == name; });
    if (queue == policy.queues.end() || queue->channels.empty()) return true;
    return std::any_of(channels.begin(), channels.end(), [&](Channel channel) {
      return std::find(queue->channels.begin(), queue->channels.end(), channel) !=
             queue->channels.end();
    });
  };
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const Condition& when = rules[i].when;
    if (when.channels.empty() || when.queues.empty()) continue;
    if (std::any_of(when.queues.begin(), when.queues.end(),
                    [&](const std::string& queue) { return meets(queue, when.channels); }))
      continue;
    report.warning(places[i],
                   fmt::format("the rule `{}` can never match: the queue `{}` has none of its "
                               "channels; name another queue, or leave one of the two out",
                               printable(rules[i].name), printable(when.queues.front())));
  }
}

void check_use(const std::vector<Rule>& rules, const std::vector<Place>& sla_places, Report& report,
               const Policy& policy) {
  for (std::size_t sla = 0; sla < sla_places.size(); ++sla) {
    const bool used = std::any_of(rules.begin(), rules.end(), [&](const Rule& rule) {
      return std::any_of(rule.targets.begin(), rule.targets.end(),
                         [&](const Target& target) { return target.sla == sla; });
    });
    if (!used) {
      report.warning(sla_places[sla], fmt::format("the SLA `{}` has no target in any rule",
                                                  printable(policy.slas[sla].name)));
    }
  }
}

}  // namespace

void read_rules(const Value& value, Report& report, Policy& policy,
                const std::vector<Place>& sla_places) {
  std::vector<Rule> rules;  // as the file has them
  std::vector<Rule> all;    // those of single priorities among them
  std::vector<Place> places;
  std::vector<NoCalendar> no_calendar;
  std::set<std::string> names;
  const std::size_t before = report.errors();
  for (const Value& item :
       read_list(value, report, "- {name: all, targets: {first_response: 24h}}", false)) {
    const std::size_t findings = report.errors();
    FileRule read = read_rule(item, report, policy, no_calendar);
    for (Rule& rule : expanded(read)) {
      if (all.size() == kMostRules) {
        report.error(item.place, fmt::format("more than {} rules, those of `by_priority` counted "
                                             "one for each priority",
                                             kMostRules));
        break;
      }
      if (!read.rule.name.empty() && !names.insert(rule.name).second) {
        report.error(item.place,
                     fmt::format("{}: a second rule is called `{}`: alerts could not tell them "
                                 "apart",
                                 item.path, printable(rule.name)));
      }
      all.push_back(std::move(rule));
    }
    if (all.size() == kMostRules && report.errors() > findings) break;
    // A rule that could not be read says nothing about what others leave over.
    if (report.errors() > findings) continue;
    rules.push_back(std::move(read.rule));
    places.push_back(item.place);
  }
  check_reach(rules, places, report);
  check_queue_channels(rules, places, report, policy);
  if (report.errors() == 0) {
    for (const NoCalendar& one : no_calendar)
      report.warning(one.place, one.path +
                                    ": no calendar is named, so it counts round the clock: write "
                                    "`calendar: 24x7` if that is meant, else a calendar's name");
  }
  if (report.errors() == before) check_use(all, sla_places, report, policy);
  policy.rules = std::move(all);
}

}  // namespace vaste::config
