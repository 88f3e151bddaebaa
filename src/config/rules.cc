#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "config/load.h"
#include "config/units.h"

namespace vaste::config {
namespace {

constexpr std::size_t kMostRules = 1000;
constexpr std::size_t kMostWords = 200;  // of one list of a condition
constexpr Millis kMostTarget = std::chrono::hours(24 * 365);

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

// "75%" of the target is spent, or "30m left".
AtRisk read_warning(const Value& value, Millis target, Report& report) {
  AtRisk at_risk;
  const std::string text = value.node.IsScalar() ? value.node.Scalar() : std::string();
  if (!text.empty() && text.back() == '%') {
    at_risk.share = read_percent(value, report);
    return at_risk;
  }
  constexpr std::string_view kLeft = " left";
  std::optional<Millis> left;
  if (text.size() > kLeft.size() && text.substr(text.size() - kLeft.size()) == kLeft) {
    left = parse_duration(std::string_view(text).substr(0, text.size() - kLeft.size()));
  }
  if (!left || *left <= Millis(0)) {
    report.error(value.place, written(value) +
                                  ", expected a share of the target that is spent or what "
                                  "is left of it, e.g. `75%` or `30m left`");
  } else if (target > Millis(0) && *left >= target) {
    report.error(value.place,
                 fmt::format("{} is not less than the target of {}: it would be at risk "
                             "from the first moment",
                             written(value), duration_text(target)));
  } else {
    at_risk.remaining = left;
  }
  return at_risk;
}

// One threshold, or a list of them, each of which is a warning of its own.
std::vector<AtRisk> read_at_risk(const Value& value, Millis target, Report& report) {
  std::vector<AtRisk> all;
  if (!value.node.IsSequence()) return {read_warning(value, target, report)};
  for (const Value& item : read_list(value, report, "[50%, 30m left]", false)) {
    if (all.size() == kMostWarnings) {
      report.error(item.place, fmt::format("{}: more than {} warnings of one target", value.path,
                                           kMostWarnings));
      break;
    }
    all.push_back(read_warning(item, target, report));
  }
  return all;
}

// Index of the SLA; a clock's own name makes one the first time it is used.
std::optional<std::uint16_t> find_sla(const Map::Entry& entry, Report& report, Policy& policy) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < policy.slas.size(); ++i) {
    if (policy.slas[i].name == entry.key) return static_cast<std::uint16_t>(i);
    names.push_back(printable(policy.slas[i].name));
  }
  if (const auto clock = clock_kind(entry.key)) {
    policy.slas.push_back(default_sla(*clock));
    return static_cast<std::uint16_t>(policy.slas.size() - 1);
  }
  for (const std::string& clock : clock_names()) {
    if (std::find(names.begin(), names.end(), clock) == names.end()) names.push_back(clock);
  }
  std::string hint = did_you_mean(entry.key, names);
  if (hint.empty()) hint = fmt::format(", expected one of {}", join(names, ", "));
  report.error(entry.place,
               fmt::format("`{}` is no SLA of this policy{}", printable(entry.key), hint));
  return std::nullopt;
}

void read_day_target(Map& map, const Value* days, Report& report, Target& target) {
  if (days != nullptr) {
    target.business_days = static_cast<int>(read_count(*days, report, 1, 365).value_or(1));
  }
  if (const Value* value = map.get("end_of_day")) {
    target.end_of_day = read_bool(*value, report).value_or(false);
    if (days == nullptr)
      report.error(value->place,
                   value->path + ": says where `business_days` end, which is not there");
  }
  if (const Value* value = map.get("start")) {
    target.from_attachment = read_word(*value, report, {"wait", "applied"}) == 1U;
  }
  if (const Value* value = map.get("due")) {
    target.due_at_opening = read_word(*value, report, {"close", "next_open"}) == 1U;
  }
}

// A duration, or `promised` where an event may say by when.
void read_amount(const Value& value, const std::optional<std::uint16_t>& sla, const Policy& policy,
                 Report& report, Target& target) {
  const bool word = value.node.IsScalar() && value.node.Scalar() == "promised";
  const Promise promise = sla    ? facts(policy.slas[*sla].clock).promise
                          : word ? Promise::kMay
                                 : Promise::kNone;
  if (word ? promise == Promise::kNone : promise == Promise::kAlways) {
    const char* clock = name(policy.slas[*sla].clock);
    report.error(
        value.place,
        word ? fmt::format("{}: nobody promises a {}: give a target, e.g. `4h`", value.path, clock)
             : fmt::format("{}: a {} is due when it was promised for: write `promised`", value.path,
                           clock));
  }
  if (word) return;
  target.target = read_duration(value, report, Millis(1), kMostTarget, "4h").value_or(Millis(0));
}

void read_target_map(const Map::Entry& entry, const std::optional<std::uint16_t>& sla,
                     Report& report, const Policy& policy, Target& target) {
  Map map(entry.value, report, "{target: 4h}");
  const Value* days = map.get("business_days");
  if (const Value* value = map.get("target")) {
    read_amount(*value, sla, policy, report, target);
    if (days != nullptr)
      report.error(days->place, fmt::format("{}: `target` is there too: keep one", days->path));
  } else if (days == nullptr) {
    report.error(entry.value.place,
                 fmt::format("{}: `target` is missing, e.g. `target: 4h`, or `business_days: 2`",
                             entry.value.path));
  } else if (sla && facts(policy.slas[*sla].clock).promise == Promise::kAlways) {
    report.error(days->place, fmt::format("{}: a {} is due when it was promised for: write "
                                          "`target: promised`",
                                          days->path, name(policy.slas[*sla].clock)));
  }
  read_day_target(map, days, report, target);
  if (const Value* value = map.get("at_risk")) {
    target.at_risk = read_at_risk(*value, target.target, report);
  }
  if (const Value* value = map.get("calendar")) {
    target.calendar = read_calendar_name(*value, report, policy).value_or(target.calendar);
  }
  map.finish();
}

void read_target(const Map::Entry& entry, std::uint16_t calendar, Report& report, Policy& policy,
                 Rule& rule) {
  const auto sla = find_sla(entry, report, policy);
  Target target;
  target.calendar = calendar;
  if (entry.value.node.IsMap())
    read_target_map(entry, sla, report, policy, target);
  else
    read_amount(entry.value, sla, policy, report, target);
  if (!sla) return;
  target.sla = *sla;
  const auto& channels = rule.when.channels;
  if (facts(policy.slas[*sla].clock).live && !channels.empty() &&
      std::none_of(channels.begin(), channels.end(), is_live)) {
    report.warning(entry.place,
                   fmt::format("{}: never starts, since only chat and phone have queues to wait in",
                               entry.value.path));
  }
  rule.targets.push_back(std::move(target));
}

// Targets for which nobody said what hours they count; warned about once the file is right.
struct NoCalendar {
  Place place;
  std::string path;
  std::string rule;
};

Rule read_rule(const Value& value, Report& report, Policy& policy,
               std::vector<NoCalendar>& no_calendar) {
  Rule rule;
  Map map(value, report, "name: all mail");
  if (!map.usable()) return rule;
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
      read_target(entry, calendar, report, policy, rule);
      const bool own = entry.value.node.IsMap() && entry.value.node["calendar"].IsDefined();
      const bool said = !no_calendar.empty() && no_calendar.back().rule == value.path;
      if (calendar_name == nullptr && !own && !said)  // once a rule
        no_calendar.push_back({entry.place, entry.value.path, value.path});
    }
  }
  map.finish();
  return rule;
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
  std::vector<Rule> rules;
  std::vector<Place> places;
  std::vector<NoCalendar> no_calendar;
  std::set<std::string> names;
  const std::size_t before = report.errors();
  for (const Value& item :
       read_list(value, report, "- {name: all, targets: {first_response: 24h}}", false)) {
    if (rules.size() == kMostRules) {
      report.error(item.place, fmt::format("more than {} rules", kMostRules));
      break;
    }
    const std::size_t findings = report.errors();
    Rule rule = read_rule(item, report, policy, no_calendar);
    if (!rule.name.empty() && !names.insert(rule.name).second) {
      report.error(item.place,
                   fmt::format("{}: a second rule is called `{}`: alerts could not tell them "
                               "apart",
                               item.path, printable(rule.name)));
    }
    // A rule that could not be read says nothing about what others leave over.
    if (report.errors() > findings) continue;
    rules.push_back(std::move(rule));
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
  if (report.errors() == before) check_use(rules, sla_places, report, policy);
  policy.rules = std::move(rules);
}

}  // namespace vaste::config
