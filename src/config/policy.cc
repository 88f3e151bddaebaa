#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "config/load.h"
#include "config/units.h"

namespace vaste::config {
namespace {

constexpr std::size_t kMostSlas = 12;  // METRICS.md: bounds of the labels
constexpr std::size_t kMostQueues = 200;

constexpr std::array kRealChannels = {Channel::kChat, Channel::kEmail, Channel::kPhone,
                                      Channel::kSocial};

void read_flag(Map& map, std::string_view key, bool& flag, Report& report) {
  const Value* value = map.get(key);
  if (value != nullptr) flag = read_bool(*value, report).value_or(flag);
}

// -100 would be a goal that nothing can miss, 100 one that nothing can beat.
std::optional<double> read_score(const Value& value, Report& report) {
  const auto score = read_count(value, report, -kMostScore, kMostScore);
  if (!score) return std::nullopt;
  return static_cast<double>(*score + 100) / 200;
}

void read_goals(const Value& value, Report& report, Goals& goals) {
  Map map(value, report, "{service_level: 80%}");
  for (const KpiFacts& kpi : kpi_facts()) {
    const Value* share = map.get(kpi.name);
    if (share == nullptr) continue;
    const auto goal = kpi.is_score ? read_score(*share, report) : read_percent(*share, report);
    goals.at(static_cast<std::size_t>(kpi.kpi)) = goal.value_or(0);
  }
  if (map.usable()) map.finish();
}

void read_queue(const Map::Entry& entry, Report& report, Policy& policy) {
  Queue queue;
  queue.name = entry.key;
  if (entry.key.empty() || entry.key.size() > 100 || !prints(entry.key) || entry.key[0] == '_') {
    report.error(entry.place,
                 fmt::format("`{}` cannot be the name of a queue: expected 1 to 100 bytes "
                             "that print and no `_` at the beginning",
                             printable(entry.key)));
  }
  Map map(entry.value, report, "{channels: [phone], answer_within: 20s}");
  if (const Value* value = map.get("channels")) queue.channels = read_channels(*value, report);
  if (const Value* value = map.get("calendar")) {
    queue.calendar = read_calendar_name(*value, report, policy).value_or(0);
  }
  const auto duration = [&](std::string_view key, Millis& field, Millis least,
                            std::string_view example) {
    const Value* value = map.get(key);
    if (value == nullptr) return;
    field = read_duration(*value, report, least, kMostAnswer, example).value_or(field);
  };
  duration("answer_within", queue.answer_within, Millis(1), "20s");
  duration("short_abandon", queue.short_abandon, Millis(0), "5s");
  duration("wait_goal", queue.wait_goal, Millis(1), "2m");
  if (const Value* value = map.get("objective")) {
    queue.sla_objective = read_percent(*value, report).value_or(0);
  }
  if (const Value* value = map.get("goals")) read_goals(*value, report, queue.goals);
  if (map.usable()) map.finish();
  policy.queues.push_back(std::move(queue));
}

void read_queues(const Value& value, Report& report, Policy& policy) {
  const Map map(value, report, "phone-main: {channels: [phone]}");
  for (const Map::Entry& entry : map.entries()) {
    if (policy.queues.size() == kMostQueues) {
      report.error(
          entry.place,
          fmt::format("more than {} queues: metrics would grow without bounds", kMostQueues));
      return;
    }
    read_queue(entry, report, policy);
  }
}

using Window = std::array<std::array<Millis, kChannels>, kChannels>;

// One entry of stitch.windows: "live-written" or "chat-email", conversation first.
struct WindowEntry {
  std::vector<std::size_t> from, to;
  bool pair = false;
};

// Channels of one side; what has no channel (an operator's deed) is as patient as writing.
std::vector<std::size_t> side(std::string_view word, bool& pair) {
  if (word == "live" || word == "written") {
    std::vector<std::size_t> all;
    if (word == "written") all.push_back(0);
    for (const Channel channel : kRealChannels) {
      if (is_live(channel) == (word == "live")) all.push_back(static_cast<std::size_t>(channel));
    }
    return all;
  }
  pair = true;
  for (const Channel channel : kRealChannels) {
    if (word == name(channel)) return {static_cast<std::size_t>(channel)};
  }
  return {};
}

WindowEntry window_entry(std::string_view key) {
  WindowEntry entry;
  const auto dash = key.find('-');
  if (dash == std::string_view::npos) return entry;
  bool from_pair = false;
  bool to_pair = false;
  entry.from = side(key.substr(0, dash), from_pair);
  entry.to = side(key.substr(dash + 1), to_pair);
  entry.pair = from_pair || to_pair;
  if (from_pair != to_pair) entry.from.clear();  // "live-email" is neither
  return entry;
}

void put(const WindowEntry& entry, Millis window, Window& windows) {
  for (const std::size_t from : entry.from) {
    for (const std::size_t to : entry.to) windows.at(from).at(to) = window;
  }
}

Window default_windows() {
  Window windows{};
  put(window_entry("live-live"), std::chrono::hours(4), windows);
  put(window_entry("live-written"), std::chrono::hours(24), windows);
  put(window_entry("written-live"), std::chrono::hours(24), windows);
  put(window_entry("written-written"), std::chrono::hours(72), windows);
  return windows;
}

void read_stitch(const Value& value, Report& report, Policy& policy) {
  Map map(value, report, "{reopen: 48h}");
  if (const Value* reopen = map.get("reopen")) {
    policy.stitch.reopen = read_duration(*reopen, report, Millis(0), kMostWindow, "48h")
                               .value_or(policy.stitch.reopen);
  }
  if (const Value* own = map.get("own_messages"))
    policy.stitch.own_messages_by_window = read_word(*own, report, own_message_names()) == 1;
  const Value* windows = map.get("windows");
  if (map.usable()) map.finish();
  if (windows == nullptr) return;
  Map rows(*windows, report, "{live-live: 4h}");
  std::vector<std::pair<WindowEntry, Millis>> given;
  for (const std::string& known : stitch_window_names()) {
    const Value* row = rows.get(known);
    if (row == nullptr) continue;
    const auto window = read_duration(*row, report, Millis(0), kMostWindow, "24h");
    if (window) given.emplace_back(window_entry(known), *window);
  }
  if (rows.usable()) rows.finish();
  for (const bool pair : {false, true}) {  // pairs last: they win wherever they stand
    for (const auto& [entry, window] : given) {
      if (entry.pair == pair) put(entry, window, policy.stitch.window);
    }
  }
}

void read_kpis(const Value& value, Report& report, Policy& policy) {
  KpiRules& kpis = policy.kpis;
  Map map(value, report, "{repeat_window: 7d}");
  if (const Value* window = map.get("repeat_window"))
    kpis.repeat_window = read_duration(*window, report, kLeastRepeat, kMostWindow, "7d")
                             .value_or(kpis.repeat_window);
  const auto points = [&](std::string_view key, std::int64_t& field) {
    if (const Value* count = map.get(key))
      field = read_count(*count, report, 1, kMostEffort).value_or(field);
  };
  if (const Value* trends = map.get("trends")) read_trends(*trends, report, policy);
  points("ces_good", kpis.ces_good);
  points("ces_middle", kpis.ces_middle);
  if (kpis.ces_middle > kpis.ces_good)
    report.error(value.place, fmt::format("`ces_middle` {} is above `ces_good` {}: an answer is "
                                          "good from `ces_good` points on",
                                          kpis.ces_middle, kpis.ces_good));
  if (map.usable()) map.finish();
}

void read_on_change(const Value& value, Report& report, Policy& policy) {
  const auto index = read_word(value, report, on_change_names());
  if (index) policy.on_change = static_cast<OnPolicyChange>(*index);  // in the order of the enum
}

void read_header(Map& top, Report& report, Policy& policy) {
  const Value* id = top.get("policy");
  if (id == nullptr) {
    report.error({}, "`policy` is missing: the name of these rules, e.g. `policy: service-desk`");
  } else if (const auto text = read_name(*id, report, "service-desk")) {
    policy.id = *text;
  }
  if (const Value* version = top.get("version")) {
    policy.version = read_name(*version, report, "2026-11-01").value_or(policy.version);
  }
}

}  // namespace

bool is_live(Channel channel) {
  return channel == Channel::kChat || channel == Channel::kPhone;
}

const std::vector<std::string>& own_message_names() {
  static const std::vector<std::string> names = {"any_age", "window"};
  return names;
}

const std::vector<std::string>& on_change_names() {
  static const std::vector<std::string> names = {"carry", "restart", "keep", "replace"};
  return names;
}

const std::vector<std::string>& channel_names() {
  static const std::vector<std::string> names = {"chat", "email", "phone", "social"};
  return names;
}

std::vector<std::string> stitch_window_names() {
  std::vector<std::string> names = {"live-live", "live-written", "written-live", "written-written"};
  for (const Channel from : kRealChannels) {
    for (const Channel to : kRealChannels)
      names.push_back(fmt::format("{}-{}", name(from), name(to)));
  }
  return names;
}

std::vector<Channel> read_channels(const Value& value, Report& report) {
  std::vector<Channel> channels;
  for (const Value& item : read_list(value, report, "[chat, email]", true)) {
    const auto index = read_word(item, report, channel_names());
    if (!index) continue;
    const Channel channel = kRealChannels.at(*index);
    if (std::find(channels.begin(), channels.end(), channel) != channels.end()) {
      report.warning(item.place, fmt::format("{} is named twice", written(item)));
      continue;
    }
    channels.push_back(channel);
  }
  return channels;
}

Policy read_policy(const std::string& text, Report& report) {
  Policy policy;
  policy.hash = hash64(text);
  policy.stitch.window = default_windows();
  CalendarSpec always;
  always.name = "24x7";
  always.always_open = true;
  policy.calendars.push_back(std::move(always));

  const auto document = parse_yaml(text, report);
  if (!document) return policy;
  Map top(*document, report, "policy: service-desk");
  if (!top.usable()) return policy;
  read_header(top, report, policy);
  std::vector<Place> sla_places;  // as policy.slas, of the declared ones
  if (const Value* value = top.get("calendars")) read_calendars(*value, report, policy);
  if (const Value* value = top.get("slas")) read_slas(*value, report, policy, sla_places);
  if (const Value* value = top.get("queues")) read_queues(*value, report, policy);
  if (const Value* value = top.get("goals")) read_goals(*value, report, policy.goals);
  if (const Value* value = top.get("kpis")) read_kpis(*value, report, policy);
  if (const Value* value = top.get("rules")) {
    read_rules(*value, report, policy, sla_places);
  } else {
    report.error({},
                 "`rules` is missing: without rules nothing has a target, e.g. "
                 "`rules: [{name: all, targets: {first_response: 24h}}]`");
  }
  if (const Value* value = top.get("stitch")) read_stitch(*value, report, policy);
  if (const Value* value = top.get("identity")) read_identity(*value, report, policy.identity);
  read_flag(top, "message_reopens", policy.message_reopens, report);
  read_flag(top, "bounce_undoes_answer", policy.bounce_undoes_answer, report);
  if (const Value* value = top.get("on_policy_change")) read_on_change(*value, report, policy);
  top.finish();
  if (policy.version.empty()) policy.version = fmt::format("{:016x}", policy.hash).substr(0, 12);
  if (policy.slas.size() > kMostSlas) {
    report.error(sla_places.size() > kMostSlas ? sla_places[kMostSlas] : Place{},
                 fmt::format("{} SLAs, expected at most {}: each is a label of the metrics",
                             policy.slas.size(), kMostSlas));
  }
  return policy;
}

}  // namespace vaste::config
