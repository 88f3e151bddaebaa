#include "config/load.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include "base/hash.h"
#include "config/notify.h"
#include "config/secrets.h"
#include "config/settings.h"
#include "config/units.h"

namespace vaste::config {
namespace {

using Places = std::map<std::string, Place, std::less<>>;  // of what the file gives, by path

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "vaste";
  return name.data();
}

void read_setting(const Setting& setting, const Value& value, Config& config, Report& report) {
  std::optional<std::int64_t> number;
  switch (setting.kind) {
    case Kind::kCount:
      number = read_count(value, report, setting.least, setting.most);
      break;
    case Kind::kDuration:
      if (const auto duration =
              read_duration(value, report, Millis(setting.least), Millis(setting.most),
                            duration_text(Millis(setting.number(Config{}))))) {
        number = duration->count();
      }
      break;
    case Kind::kSize:
      number = read_size(value, report, setting.least, setting.most);
      break;
    case Kind::kText: {
      if (!setting.choices.empty()) {
        const auto index = read_word(value, report, setting.choices);
        if (index) setting.set_word(config, setting.choices[*index]);
        return;
      }
      auto text = read_text(value, report, setting.example);
      if (!text) return;
      if (const std::string problem = setting.problem(*text); !problem.empty()) {
        report.error(value.place,
                     fmt::format("{}: {}, e.g. `{}`", written(value), problem, setting.example));
        return;
      }
      setting.set_word(config, *text);
      return;
    }
  }
  if (number) setting.set_number(config, *number);
}

// Reads all rows of one section; the caller asks for what is no row and then finishes the map.
void read_section(std::string_view section, Map& map, Config& config, Report& report,
                  Places& places) {
  for (const Setting& setting : settings()) {
    if (setting.section != section) continue;
    const Value* value = map.get(setting.key);
    if (value == nullptr) continue;
    places[path(setting)] = value->place;
    read_setting(setting, *value, config, report);
  }
}

void read_source(const Value& value, Config& config, Report& report, Places& places) {
  Map map(value, report, "topic: support.email");
  if (!map.usable()) return;
  Source source;
  const Value* topic = map.get("topic");
  if (const Value* format = map.get("format"); format != nullptr) {
    source.format =
        static_cast<Format>(read_word(*format, report, source_format_names()).value_or(0));
  }
  if (const Value* lateness = map.get("lateness"); lateness != nullptr) {
    source.lateness =
        read_duration(*lateness, report, Millis(0), kMostLateness, "5m").value_or(Millis(0));
  }
  if (const Value* channels = map.get("channels"); channels != nullptr) {
    source.channels = read_channels(*channels, report);
  }
  if (const Value* region = map.get("default_region"); region != nullptr) {
    source.default_region = read_region(*region, report).value_or("");
  }
  map.finish();
  if (topic == nullptr) {
    report.error(value.place, value.path + ": `topic` is missing, e.g. `topic: support.email`");
    return;
  }
  const auto name = read_text(*topic, report, "support.email");
  if (!name) return;
  if (const std::string problem = topic_problem(*name); !problem.empty()) {
    report.error(topic->place, fmt::format("{}: {}", written(*topic), problem));
    return;
  }
  source.topic = *name;
  if (const auto before = places.find("source " + *name); before != places.end()) {
    report.error(topic->place, fmt::format("the topic `{}` is a source twice; the first is at line "
                                           "{}, column {}: keep one of them",
                                           *name, before->second.line, before->second.column));
    return;
  }
  places["source " + *name] = topic->place;
  config.sources.push_back(std::move(source));
}

void read_sources(const Value* value, Config& config, Report& report, Places& places) {
  constexpr std::string_view kExample = "- {topic: support.email}";
  if (value == nullptr) {
    report.error({}, fmt::format("`sources` is missing: the topics to read, e.g. `{}`", kExample));
    return;
  }
  for (const Value& item : read_list(*value, report, kExample, false)) {
    read_source(item, config, report, places);
  }
}

Place place_of(const Places& places, const std::string& path) {
  const auto found = places.find(path);
  return found == places.end() ? Place{} : found->second;
}

// No topic may have two uses: an output read as a source would go round for ever.
void check_topics(const Config& config, Report& report, const Places& places) {
  std::map<std::string, std::string> uses;
  for (const Source& source : config.sources) uses[source.topic] = "a source";
  for (const Setting& setting : settings()) {
    if (setting.section != "topics" || setting.kind != Kind::kText) continue;
    const std::string& topic = setting.word(config);
    const auto [use, fresh] = uses.emplace(topic, "`" + path(setting) + "`");
    if (fresh) continue;
    Place place = place_of(places, path(setting));
    if (place.line == 0) place = place_of(places, "source " + topic);
    if (place.line == 0) place = place_of(places, use->second.substr(1, use->second.size() - 2));
    report.error(place, fmt::format("the topic `{}` is {} and `{}`: each needs a topic of its own",
                                    topic, use->second, path(setting)));
  }
}

// Bounds that two settings give each other: the first must not be larger.
void check_pairs(const Config& config, Report& report, const Places& places) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kPairs = {
      {{"kafka.commit_patience", "kafka.transaction_timeout"},
       {"engine.commit_interval", "kafka.transaction_timeout"},
       {"engine.progress_interval", "engine.max_wait"},
       {"engine.max_record_size", "engine.transaction_size"}}};
  const auto row = [](std::string_view wanted) {
    return std::find_if(settings().begin(), settings().end(),
                        [&](const Setting& setting) { return path(setting) == wanted; });
  };
  for (const auto& [small, large] : kPairs) {
    const auto a = row(small);
    const auto b = row(large);
    if (a->number(config) <= b->number(config)) continue;
    Place place = place_of(places, std::string(small));
    if (place.line == 0) place = place_of(places, std::string(large));
    report.error(place, fmt::format("{} ({}) must not be larger than {} ({})", small,
                                    value_text(*a, config), large, value_text(*b, config)));
  }
}

}  // namespace

std::span<const std::string_view> config_sections() {
  static constexpr std::array<std::string_view, 8> kSections = {
      "kafka", "topics", "engine", "retention", "snapshots", "notify", "http", "log"};
  return kSections;
}

const std::vector<std::string>& source_format_names() {
  static const std::vector<std::string> names = {"auto", "protobuf", "json"};
  return names;
}

std::string beside(const std::string& file, const std::string& wanted) {
  const std::filesystem::path path(wanted);
  if (path.is_absolute()) return wanted;
  return (std::filesystem::path(file).parent_path() / path).lexically_normal().string();
}

namespace {

// Keys that only one of the two kinds of file has; `policy` is in both.
bool is_policy(const std::string& text) {
  std::vector<Finding> ignored;
  Report report("", ignored);
  const auto document = parse_yaml(text, report);
  if (!document || !document->node.IsMap()) return false;
  static const std::vector<std::string> policy_keys = {"rules",  "calendars", "slas",     "queues",
                                                       "stitch", "goals",     "identity", "kpis"};
  int policy = 0;
  int configuration = 0;
  bool named = false;
  const Map map(*document, report, "");
  for (const Map::Entry& entry : map.entries()) {
    const bool known = std::any_of(settings().begin(), settings().end(), [&](const Setting& row) {
      return row.section == entry.key || (row.section.empty() && row.key == entry.key);
    });
    if (entry.key == "policy") {
      named = true;
    } else if (std::find(policy_keys.begin(), policy_keys.end(), entry.key) != policy_keys.end()) {
      ++policy;
    } else if (known || entry.key == "sources") {
      ++configuration;
    }
  }
  return policy > configuration || (policy == configuration && named);
}

template <class T>
Result<T> judged(T value, Report& report) {
  std::string errors = report.finish();
  if (!errors.empty()) return failure(Code::kConfig, std::move(errors));
  return value;
}

// The file's bytes, or a finding.
std::optional<std::string> bytes_of(const std::string& file, std::vector<Finding>& findings) {
  auto bytes = read_file(file);
  if (bytes) return std::move(*bytes);
  findings.push_back({file, 0, 0, true, bytes.error().detail});
  return std::nullopt;
}

}  // namespace

Config read_config(const std::string& text, Report& report) {
  Config config;
  config.instance = host_name();
  config.hash = hash64(text);
  const auto document = parse_yaml(text, report);
  if (!document) return config;
  Map top(*document, report, "application: vaste");
  if (!top.usable()) return config;

  Places places;
  read_section("", top, config, report, places);
  for (const std::string_view section : config_sections()) {
    const Value* value = top.get(section);
    if (value == nullptr) continue;
    Map map(*value, report, fmt::format("{}: {{...}}", section));
    read_section(section, map, config, report, places);
    if (section == "kafka") read_properties(map, config.kafka, report);
    if (section == "notify") read_sinks(map, config.notify, report);
    if (map.usable()) map.finish();
  }
  read_sources(top.get("sources"), config, report, places);
  top.finish();
  if (top.get("policy") == nullptr) {
    report.error(
        {}, "`policy` is missing: the file with the rules, e.g. `policy: policies/web-shop.yaml`");
  } else if (!config.policy_file.empty()) {
    config.policy_file = beside(report.file(), config.policy_file);
  }
  check_topics(config, report, places);
  check_pairs(config, report, places);
  return config;
}

Result<Config> parse_config(const std::string& text, const std::string& file,
                            std::vector<Finding>& findings) {
  Report report(file, findings);
  return judged(read_config(text, report), report);
}

Result<Policy> parse_policy(const std::string& text, const std::string& file,
                            std::vector<Finding>& findings, std::int32_t today) {
  Report report(file, findings, today);
  return judged(read_policy(text, report), report);
}

Result<Config> load_config(const std::string& file, std::vector<Finding>& findings) {
  const auto bytes = bytes_of(file, findings);
  if (!bytes) return failure(Code::kConfig, text(findings.back()));
  return parse_config(*bytes, file, findings);
}

Result<Policy> load_policy(const std::string& file, std::vector<Finding>& findings,
                           std::int32_t today) {
  const auto bytes = bytes_of(file, findings);
  if (!bytes) return failure(Code::kConfig, text(findings.back()));
  return parse_policy(*bytes, file, findings, today);
}

std::vector<Finding> check_file(const std::string& file, std::int32_t today) {
  std::vector<Finding> findings;
  const auto bytes = bytes_of(file, findings);
  if (!bytes) return findings;
  if (is_policy(*bytes)) {
    static_cast<void>(parse_policy(*bytes, file, findings, today));
    return findings;
  }
  Report report(file, findings);
  const Config config = read_config(*bytes, report);
  report.finish();
  if (!config.policy_file.empty())
    static_cast<void>(load_policy(config.policy_file, findings, today));
  return findings;
}

}  // namespace vaste::config
