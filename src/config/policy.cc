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
constexpr Millis kMostAnswer = std::chrono::hours(24);
constexpr Millis kMostWindow = std::chrono::hours(24 * 90);

constexpr std::array kRealChannels = {Channel::kChat, Channel::kEmail, Channel::kPhone,
                                      Channel::kSocial};

void read_flag(Map& map, std::string_view key, bool& flag, Report& report) {
  const Value* value = map.get(key);
  if (value != nullptr) flag = read_bool(*value, report).value_or(flag);
}

// A clock that never stands still was promised by the clock on the wall.
void read_pause(Map& map, std::string_view key, bool& flag, const SlaSpec& sla, Report& report) {
  const Value* value = map.get(key);
  if (value == nullptr) return;
  flag = read_bool(*value, report).value_or(flag);
  if (facts(sla.clock).may_pause) return;
  report.error(value->place, fmt::format("{}: a {} never stands still: leave it out", value->path,
                                         name(sla.clock)));
}

// An option that another clock would not mind is a misunderstanding.
void only_for(Map& map, std::string_view key, ClockKind clock, const SlaSpec& sla, Report& report) {
  const Value* value = map.get(key);
  if (value == nullptr || sla.clock == clock) return;
  report.error(value->place, fmt::format("{}: only {} has this option, and `{}` is a {}: leave it "
                                         "out",
                                         value->path, name(clock), sla.name, name(sla.clock)));
}

void read_sla(const Map::Entry& entry, Report& report, Policy& policy, std::vector<Place>& places) {
  const auto own = clock_kind(entry.key);
  Map map(entry.value, report, "{clock: first_response}");
  if (!map.usable()) return;
  const Value* clock = map.get("clock");
  std::optional<ClockKind> kind = own;
  if (clock != nullptr) {
    const auto index = read_word(*clock, report, clock_names());
    if (index) kind = clock_facts()[*index].kind;
    if (index && own && *kind != *own) {
      report.error(clock->place,
                   fmt::format("`{}` is the name of a clock and cannot stand for `{}`: "
                               "give the SLA another name",
                               entry.key, name(*kind)));
    }
  } else if (!own) {
    report.error(entry.place, fmt::format("{}: `clock` is missing, expected one of {}",
                                          entry.value.path, join(clock_names(), ", ")));
  }
  SlaSpec sla = default_sla(kind.value_or(ClockKind::kFirstResponse));
  sla.name = entry.key;
  read_pause(map, "pause_pending", sla.pause_pending, sla, report);
  read_pause(map, "pause_on_hold", sla.pause_on_hold, sla, report);
  read_flag(map, "bot_counts", sla.bot_counts, report);
  read_flag(map, "agent_started", sla.agent_started, report);
  read_flag(map, "from_opening", sla.from_opening, report);
  read_flag(map, "before_first_response", sla.before_first_response, report);
  read_flag(map, "continues_on_reopen", sla.continues_on_reopen, report);
  read_flag(map, "closed_time_counts", sla.closed_time_counts, report);
  read_flag(map, "dm_satisfies_public", sla.dm_satisfies_public, report);
  read_flag(map, "unaddressed_posts", sla.unaddressed_posts, report);
  only_for(map, "dm_satisfies_public", ClockKind::kPublicResponse, sla, report);
  only_for(map, "unaddressed_posts", ClockKind::kPublicResponse, sla, report);
  only_for(map, "from_opening", ClockKind::kFirstResponse, sla, report);
  only_for(map, "before_first_response", ClockKind::kNextResponse, sla, report);
  map.finish();
  // Kept even if it was wrong: rules that name it are not at fault.
  policy.slas.push_back(std::move(sla));
  places.push_back(entry.place);
}

void read_slas(const Value& value, Report& report, Policy& policy, std::vector<Place>& places) {
  const Map map(value, report, "first_response_4h: {clock: first_response}");
  for (const Map::Entry& entry : map.entries()) {
    const bool label = !entry.key.empty() && entry.key.size() <= 64 &&
                       entry.key.find_first_not_of(
                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
                           "XYZ0123456789_.-") == std::string::npos;
    if (!label) {
      report.error(entry.place, fmt::format("`{}` cannot be the name of an SLA: expected 1 to 64 "
                                            "letters, digits, `.`, `_` or `-`",
                                            printable(entry.key)));
      continue;
    }
    read_sla(entry, report, policy, places);
  }
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

std::vector<std::string> window_names() {
  std::vector<std::string> names = {"live-live", "live-written", "written-live", "written-written"};
  for (const Channel from : kRealChannels) {
    for (const Channel to : kRealChannels)
      names.push_back(fmt::format("{}-{}", name(from), name(to)));
  }
  return names;
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
  const Value* windows = map.get("windows");
  if (map.usable()) map.finish();
  if (windows == nullptr) return;
  Map rows(*windows, report, "{live-live: 4h}");
  std::vector<std::pair<WindowEntry, Millis>> given;
  for (const std::string& known : window_names()) {
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

void read_on_change(const Value& value, Report& report, Policy& policy) {
  static const std::vector<std::string> names = {"carry", "restart", "keep", "replace"};
  const auto index = read_word(value, report, names);
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

SlaSpec default_sla(ClockKind clock) {
  const ClockFacts& of = facts(clock);
  SlaSpec sla;
  sla.name = of.name;
  sla.clock = clock;
  sla.pause_pending = of.pause_pending;
  sla.pause_on_hold = of.pause_on_hold;
  return sla;
}

std::vector<std::string> clock_names() {
  std::vector<std::string> names;
  for (const ClockFacts& of : clock_facts()) names.emplace_back(of.name);
  return names;
}

std::vector<Channel> read_channels(const Value& value, Report& report) {
  static const std::vector<std::string> names = {"chat", "email", "phone", "social"};
  std::vector<Channel> channels;
  for (const Value& item : read_list(value, report, "[chat, email]", true)) {
    const auto index = read_word(item, report, names);
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
  if (const Value* value = top.get("rules")) {
    read_rules(*value, report, policy, sla_places);
  } else {
    report.error({},
                 "`rules` is missing: without rules nothing has a target, e.g. "
                 "`rules: [{name: all, targets: {first_response: 24h}}]`");
  }
  if (const Value* value = top.get("stitch")) read_stitch(*value, report, policy);
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
