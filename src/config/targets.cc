// `targets` of a rule: how long each SLA may take, and when its warnings come.
#include <fmt/format.h>

#include <algorithm>

#include "config/load.h"
#include "config/units.h"

namespace vaste::config {
namespace {

constexpr std::size_t kMostPriorities = 20;  // of one target

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
    target.business_days = static_cast<int>(read_count(*days, report, 1, kMostDays).value_or(1));
  }
  if (const Value* value = map.get("end_of_day")) {
    target.end_of_day = read_bool(*value, report).value_or(false);
    if (days == nullptr)
      report.error(value->place,
                   value->path + ": says where `business_days` end, which is not there");
  }
  if (const Value* value = map.get("start")) {
    target.from_attachment = read_word(*value, report, start_names()) == 1U;
  }
  if (const Value* value = map.get("due")) {
    target.due_at_opening = read_word(*value, report, due_names()) == 1U;
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

// What the reader of one target needs to know of the rule around it.
struct Around {
  std::optional<std::uint16_t> sla;
  const Policy& policy;
  const Condition& when;
  Report& report;
};

// All that is said of an amount and its warnings. `needed`: false where priorities may say it.
void read_how_much(Map& map, const Value& whole, const Around& around, bool needed,
                   Target& target) {
  const auto& [sla, policy, when, report] = around;
  const Value* days = map.get("business_days");
  if (const Value* value = map.get("target")) {
    read_amount(*value, sla, policy, report, target);
    if (days != nullptr)
      report.error(days->place, fmt::format("{}: `target` is there too: keep one", days->path));
  } else if (days == nullptr && needed) {
    report.error(whole.place,
                 fmt::format("{}: `target` is missing, e.g. `target: 4h`, or `business_days: 2`",
                             whole.path));
  } else if (days != nullptr && sla && facts(policy.slas[*sla].clock).promise == Promise::kAlways) {
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
}

// The warnings may be those of the target for all, which is longer.
void check_warnings(const Value& value, const Target& target, Report& report) {
  for (const AtRisk& warning : target.at_risk) {
    if (!warning.remaining || target.target == Millis(0) || *warning.remaining < target.target)
      continue;
    report.error(value.place,
                 fmt::format("{}: a target of {} would be at risk from the first moment, with {} "
                             "left: give it a warning of its own, e.g. `{{target: {}, at_risk: "
                             "50%}}`",
                             value.path, duration_text(target.target),
                             duration_text(*warning.remaining), duration_text(target.target)));
    return;
  }
}

// `base`: what the target says for all priorities; each takes over what it does not say itself.
void read_by_priority(const Value& value, const Around& around, const Target& base,
                      std::vector<PriorityTarget>& out) {
  Report& report = around.report;
  const Map map(value, report, "{urgent: 1h, normal: 8h}");
  if (map.usable() && map.entries().empty())
    report.error(value.place, value.path + ": names no priority, e.g. `{urgent: 1h, normal: 8h}`");
  if (map.entries().size() > kMostPriorities)
    report.error(value.place,
                 fmt::format("{}: more than {} priorities", value.path, kMostPriorities));
  for (const Map::Entry& entry : map.entries()) {
    const auto& possible = around.when.priorities;
    if (entry.key.empty() || entry.key.size() > 100 || !prints(entry.key)) {
      report.error(entry.place,
                   fmt::format("{}: `{}` cannot be a priority: expected 1 to 100 bytes "
                               "that print",
                               value.path, printable(entry.key)));
    } else if (!possible.empty() &&
               std::find(possible.begin(), possible.end(), entry.key) == possible.end()) {
      report.error(entry.place,
                   fmt::format("{}: the rule is for other priorities ({}): this never counts",
                               entry.value.path, printable(join(possible, ", "))));
    }
    Target target = base;
    target.target = Millis(0);
    target.business_days = 0;
    target.end_of_day = false;
    const std::size_t errors = report.errors();
    if (entry.value.node.IsMap()) {
      Map own(entry.value, report, "{target: 4h}");
      read_how_much(own, entry.value, around, true, target);
      own.finish();
    } else {
      read_amount(entry.value, around.sla, around.policy, report, target);
    }
    if (report.errors() == errors) check_warnings(entry.value, target, report);
    out.push_back({entry.key, std::move(target)});
  }
}

// False: only what it says by priority counts.
bool read_target_map(const Map::Entry& entry, const Around& around, Target& target,
                     std::vector<PriorityTarget>& by_priority) {
  Map map(entry.value, around.report, "{target: 4h}");
  const Value* priorities = map.get("by_priority");
  const bool general = map.get("target") != nullptr || map.get("business_days") != nullptr;
  read_how_much(map, entry.value, around, priorities == nullptr, target);
  map.finish();
  if (priorities == nullptr) return true;
  read_by_priority(*priorities, around, target, by_priority);
  return general;
}

}  // namespace

const std::vector<std::string>& start_names() {
  static const std::vector<std::string> names = {"wait", "applied"};
  return names;
}

const std::vector<std::string>& due_names() {
  static const std::vector<std::string> names = {"close", "next_open"};
  return names;
}

void read_target(const Map::Entry& entry, std::uint16_t calendar, Report& report, Policy& policy,
                 Rule& rule, std::vector<PriorityTarget>& by_priority) {
  const auto sla = find_sla(entry, report, policy);
  Target target;
  target.calendar = calendar;
  target.sla = sla.value_or(0);
  const Around around{sla, policy, rule.when, report};
  bool general = true;
  if (entry.value.node.IsMap())
    general = read_target_map(entry, around, target, by_priority);
  else
    read_amount(entry.value, sla, policy, report, target);
  if (!sla) return;
  const auto& channels = rule.when.channels;
  if (facts(policy.slas[*sla].clock).live && !channels.empty() &&
      std::none_of(channels.begin(), channels.end(), is_live)) {
    report.warning(entry.place,
                   fmt::format("{}: never starts, since only chat and phone have queues to wait in",
                               entry.value.path));
  }
  if (general) rule.targets.push_back(std::move(target));
}

}  // namespace vaste::config
