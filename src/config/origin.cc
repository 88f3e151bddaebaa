#include "config/origin.h"

#include <fmt/format.h>

#include "config/load.h"
#include "config/settings.h"

namespace vaste::config {
namespace {

std::string at(const std::string& file, Place place) {
  return fmt::format("{}:{}:{}", file, place.line, place.column);
}

// One line, as it was written; lists and maps in their short form.
std::string as_written(const YAML::Node& node) {
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

  void section(std::string_view name, Map& map) {
    for (const Setting& setting : settings()) {
      if (setting.section != name) continue;
      const Value* value = map.get(setting.key);
      std::string from = path(setting) == "instance" ? "host name" : "default";
      if (value != nullptr) from = at(file_, value->place);
      out.push_back({path(setting), value_text(setting, config_), std::move(from)});
    }
  }

  void properties(Map& kafka) {
    if (const Value* value = kafka.get("properties"); value != nullptr) {
      for (const Map::Entry& entry : Map(*value, report_, "").entries())
        out.push_back({"kafka.properties." + entry.key, as_written(entry.value.node),
                       at(file_, entry.place)});
    }
    const Value* value = kafka.get("secrets");
    if (value == nullptr) return;
    for (const Map::Entry& entry : Map(*value, report_, "").entries()) {
      std::string from = at(file_, entry.place);
      Map source(entry.value, report_, "");
      if (const Value* name = source.get("env"); name != nullptr)
        from += ", environment " + as_written(name->node);
      if (const Value* name = source.get("file"); name != nullptr)
        from += ", file " + as_written(name->node);
      out.push_back({"kafka.secrets." + entry.key, "[hidden]", std::move(from)});
    }
  }

  void sources(const Value& list) {
    int number = 0;
    for (const Value& item : read_list(list, report_, "", false))
      out.push_back(
          {fmt::format("sources[{}]", number++), as_written(item.node), at(file_, item.place)});
  }

  std::vector<Origin> out;

 private:
  const std::string& file_;
  const Config& config_;
  Report& report_;
};

}  // namespace

Result<std::vector<Origin>> origins(const std::string& file, const Config& config) {
  const auto bytes = read_file(file);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  std::vector<Finding> findings;  // load_config has told them
  Report report(file, findings);
  const auto document = parse_yaml(*bytes, report);
  if (!document) return failure(Code::kConfig, file + ": changed while it was read");
  Map top(*document, report, "");
  Finder found(file, config, report);
  found.section("", top);
  if (const Value* list = top.get("sources"); list != nullptr) found.sources(*list);
  const Value nothing{YAML::Node(YAML::NodeType::Map), {}, ""};
  for (const std::string_view name : config_sections()) {
    const Value* value = top.get(name);
    Map map(value == nullptr ? nothing : *value, report, "");
    found.section(name, map);
    if (name == "kafka") found.properties(map);
  }
  return std::move(found.out);
}

}  // namespace vaste::config
