#include "config/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/notify.h"
#include "config/settings.h"
#include "config/units.h"

namespace vaste::config {
namespace {

constexpr std::size_t kHelpColumn = 44;

// Always quoted: what is shown must not turn into another type when it is read.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

void show_section(std::string_view section, const Config& config, std::string& out) {
  if (!section.empty()) out += fmt::format("{}:\n", section);
  for (const Setting& setting : settings()) {
    if (setting.section != section) continue;
    std::string value = value_text(setting, config);
    if (setting.kind == Kind::kText && setting.choices.empty()) value = quoted(value);
    std::string line = fmt::format("{}{}: {}", section.empty() ? "" : "  ", setting.key, value);
    line.resize(std::max(line.size(), kHelpColumn), ' ');
    const std::string bounds = bounds_text(setting);
    out += fmt::format("{}  # {}{}{}\n", line, setting.help, bounds.empty() ? "" : "; ", bounds);
  }
}

void show_properties(const Kafka& kafka, std::string& out) {
  const auto is_secret = [&](const std::string& name) {
    return std::find(kafka.secret_names.begin(), kafka.secret_names.end(), name) !=
           kafka.secret_names.end();
  };
  std::string plain;
  std::string secret;
  for (const auto& [name, value] : kafka.properties) {
    if (is_secret(name)) {
      secret += fmt::format("    {}: \"[hidden]\"\n", quoted(name));
    } else {
      plain += fmt::format("    {}: {}\n", quoted(name), quoted(value));
    }
  }
  if (!plain.empty()) out += "  properties:\n" + plain;
  if (!secret.empty()) out += "  secrets:\n" + secret;
}

const char* name(Format format) {
  switch (format) {
    case Format::kAuto:
      return "auto";
    case Format::kProtobuf:
      return "protobuf";
    case Format::kJson:
      return "json";
  }
  return "auto";
}

}  // namespace

std::string text(const Finding& finding) {
  const char* kind = finding.error ? "error" : "warning";
  if (finding.line == 0) return fmt::format("{}: {}: {}", finding.file, kind, finding.text);
  return fmt::format("{}:{}:{}: {}: {}", finding.file, finding.line, finding.column, kind,
                     finding.text);
}

std::string show(const Config& config) {
  std::string out;
  show_section("", config, out);
  show_section("kafka", config, out);
  show_properties(config.kafka, out);
  out += config.sources.empty() ? "sources: []\n" : "sources:\n";
  for (const Source& source : config.sources) {
    std::vector<std::string_view> channels;
    for (const Channel channel : source.channels) channels.push_back(vaste::name(channel));
    out += fmt::format(
        "  - {{topic: {}, format: {}, lateness: {}{}{}}}\n", quoted(source.topic),
        name(source.format), duration_text(source.lateness),
        channels.empty() ? "" : fmt::format(", channels: [{}]", fmt::join(channels, ", ")),
        source.default_region.empty()
            ? ""
            : fmt::format(", default_region: {}", quoted(source.default_region)));
  }
  for (const std::string_view section :
       {"topics", "engine", "retention", "snapshots", "notify", "http", "log"}) {
    show_section(section, config, out);
    if (section == "notify") out += shown_sinks(config.notify);
  }
  return out;
}

std::vector<std::string> input_topics(const Config& config) {
  std::vector<std::string> topics;
  for (const Source& source : config.sources) topics.push_back(source.topic);
  topics.push_back(config.topics.commands);
  return topics;
}

}  // namespace vaste::config
