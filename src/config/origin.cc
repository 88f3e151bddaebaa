#include "config/origin.h"

#include <fmt/format.h>

#include "base/hash.h"
#include "config/load.h"
#include "config/notify.h"
#include "config/settings.h"
#include "config/units.h"

namespace vaste::config {
namespace {

constexpr const char* kDefault = "default";
constexpr const char* kHidden = "[hidden]";

bool is_secret(const std::string& path) {
  return path.starts_with("kafka.secrets.") || path.ends_with(".secret");
}

bool is_webhook_url(const std::string& path) {
  return path.starts_with("notify.webhooks[") && path.ends_with(".url");
}

// One line, as it was written; lists in their short form.
std::string as_written(const YAML::Node& node) {
  if (node.IsScalar()) return node.Scalar();
  YAML::Emitter out;
  out.SetMapFormat(YAML::Flow);
  out.SetSeqFormat(YAML::Flow);
  out << node;
  std::string text = out.good() ? out.c_str() : "";
  for (char& c : text) c = c == '\n' ? ' ' : c;
  return text;
}

class Finder {
 public:
  Finder(const std::string& file, const Config& config, Report& report)
      : file_(file), config_(config), report_(report) {}

  // The rows of a section, and with them what is written there and is no row.
  void section(std::string_view name, Map& map) {
    for (const Setting& setting : settings()) {
      if (setting.section != name) continue;
      const Value* value = map.get(setting.key);
      Origin one = value != nullptr ? written(path(setting), value->place) : Origin{path(setting)};
      one.value = value_text(setting, config_);
      if (value == nullptr) one.from = path(setting) == "instance" ? "host name" : kDefault;
      out.push_back(std::move(one));
    }
    if (name.empty()) return;
    for (const Map::Entry& entry : map.entries())
      if (!is_row(name, entry.key)) flatten(std::string(name) + '.' + entry.key, entry.value);
  }

  void sources(const Value& list) {
    int number = 0;
    for (const Value& item : read_list(list, report_, "", false)) {
      const Source& source = config_.sources.at(static_cast<std::size_t>(number));
      const std::string at = fmt::format("sources[{}]", number++);
      flatten(at, item);
      add_default(at + ".format",
                  source_format_names().at(static_cast<std::size_t>(source.format)));
      add_default(at + ".lateness", duration_text(source.lateness));
    }
  }

  // What is not in the section's table and has a default all the same.
  void notify_defaults() {
    add_default("notify.allow_plain_http", fmt::format("{}", config_.notify.plain_http));
    if (!config_.notify.alertmanager) return;
    const AlertmanagerSink& sink = *config_.notify.alertmanager;
    const std::string at = "notify.alertmanager.";
    add_default(at + "resend_interval", duration_text(sink.resend));
    add_default(at + "max_alerts_per_queue", std::to_string(sink.most_per_queue));
    add_default(at + "hold_pages_outside_hours", fmt::format("{}", sink.hold_pages));
  }

  std::vector<Origin> out;

 private:
  static bool is_row(std::string_view section, std::string_view key) {
    for (const Setting& setting : settings())
      if (setting.section == section && setting.key == key) return true;
    return false;
  }

  Origin written(std::string path, Place place) const {
    return {std::move(path), {}, "file", file_, place.line, place.column, {}};
  }

  void flatten(const std::string& path, const Value& value) {
    if (is_secret(path)) return secret(path, value);
    if (value.node.IsMap()) {
      const Map map(value, report_, "");
      for (const Map::Entry& entry : map.entries()) flatten(path + '.' + entry.key, entry.value);
      return;
    }
    const bool of_maps = value.node.IsSequence() && value.node.size() > 0 && value.node[0].IsMap();
    if (of_maps) {
      int number = 0;
      for (const Value& item : read_list(value, report_, "", false))
        flatten(fmt::format("{}[{}]", path, number++), item);
      return;
    }
    Origin one = written(path, value.place);
    one.value = as_written(value.node);
    if (is_webhook_url(path))
      if (const auto url = parse_url(one.value)) one.value = without_path(*url);
    out.push_back(std::move(one));
  }

  // The file only says where it is: {env: NAME} or {file: PATH}.
  void secret(const std::string& path, const Value& value) {
    Origin one = written(path, value.place);
    one.value = kHidden;
    const Map map(value, report_, "");
    for (const Map::Entry& entry : map.entries()) {
      one.from = entry.key == "env" ? "environment" : "secret file";
      one.name = as_written(entry.value.node);
    }
    out.push_back(std::move(one));
  }

  void add_default(const std::string& path, std::string value) {
    for (const Origin& one : out)
      if (one.path == path) return;
    out.push_back({path, std::move(value), kDefault, {}, 0, 0, {}});
  }

  const std::string& file_;
  const Config& config_;
  Report& report_;
};

}  // namespace

std::string text(const Origin& origin) {
  std::string out = origin.from;
  if (origin.line > 0) out = fmt::format("{}:{}:{}", origin.file, origin.line, origin.column);
  if (!origin.name.empty()) out += ", " + origin.from + ' ' + origin.name;
  return out;
}

Result<std::vector<Origin>> origins(const std::string& file, const Config& config) {
  const auto bytes = read_file(file);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  std::vector<Finding> findings;  // load_config has told them
  Report report(file, findings);
  const auto document = parse_yaml(*bytes, report);
  if (!document || hash64(*bytes) != config.hash)
    return failure(Code::kConfig, file + ": changed while it was read; try again");
  Map top(*document, report, "");
  Finder found(file, config, report);
  found.section("", top);
  const Value nothing{YAML::Node(YAML::NodeType::Map), {}, ""};
  for (const std::string_view name : config_sections()) {
    const Value* value = top.get(name);
    Map map(value == nullptr ? nothing : *value, report, "");
    found.section(name, map);
    if (name == "notify") found.notify_defaults();
    if (name != "kafka") continue;
    if (const Value* list = top.get("sources"); list != nullptr) found.sources(*list);
  }
  return std::move(found.out);
}

}  // namespace vaste::config
