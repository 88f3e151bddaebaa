// vaste.yaml: every complaint has its place, and what is shown of an accepted one reads as the
// same.
#include <fstream>
#include <iterator>
#include <set>

#include "config/settings.h"
#include "fuzz/findings.h"
#include "fuzz/target.h"

namespace vaste::fuzz {
namespace {

void check_shown(const config::Config& config) {
  const std::string shown = config::show(config);
  if (!config.kafka.secret_names.empty()) return;  // shown as "[hidden]"
  std::vector<config::Finding> findings;
  const auto again = config::parse_config(shown, "vaste.yaml", findings);
  VASTE_CHECK(again.has_value());
  VASTE_CHECK(config::show(*again) == shown);
}

void run(std::string_view input) {
  const std::string text(input);
  std::vector<config::Finding> findings;
  const auto read = config::parse_config(text, "vaste.yaml", findings);
  check_findings(findings, input, !read.has_value());
  if (read) {
    VASTE_CHECK(!read->sources.empty() && !read->policy_file.empty());
    check_shown(*read);
  } else {
    VASTE_CHECK(read.error().code == Code::kConfig && !read.error().detail.empty());
  }
}

std::vector<std::string> seeds() {
  std::vector<std::string> out = {
      "policy: p.yaml\nsources: [{topic: a}]\n",
      "policy: p.yaml\nsources:\n  - {topic: a, format: json, lateness: 5m}\n  - {topic: b}\n"
      "kafka:\n  properties: {sasl.mechanism: PLAIN, \"linger.ms\": 5}\n"
      "  secrets: {sasl.password: {env: HOME}}\n"
      "engine: {workers: 4, commit_interval: 50ms, transaction_size: 4MiB}\n"
      "http: {port: 0}\nlog: {level: debug}\n"};
  std::ifstream in(VASTE_SOURCE_DIR "/deploy/vaste.example.yaml");
  out.emplace_back((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  VASTE_CHECK(!out.back().empty());
  return out;
}

std::vector<std::string> words() {
  std::set<std::string> all = {"policy:",
                               "sources:",
                               "topic:",
                               "format:",
                               "lateness:",
                               "properties:",
                               "secrets:",
                               "file:",
                               "env:",
                               "sasl.password",
                               "ssl.ca.location",
                               "{",
                               "}",
                               "[",
                               "]",
                               "- ",
                               "? ",
                               ": ",
                               "&a ",
                               "*a",
                               "!!",
                               "|\n",
                               "\"",
                               "'",
                               "#",
                               "---\n",
                               "<<: ",
                               "null",
                               "~",
                               "true",
                               "0",
                               "-1",
                               "5m",
                               "9223372036854775807",
                               "1KiB",
                               "64GiB",
                               "\t",
                               "\xc2\x85",
                               "\\x07"};
  for (const config::Setting& setting : config::settings()) {
    if (!setting.section.empty()) all.insert(std::string(setting.section) + ":");
    all.insert(std::string(setting.key) + ":");
    all.insert(setting.choices.begin(), setting.choices.end());
  }
  return {all.begin(), all.end()};
}

}  // namespace

const FuzzTarget& target() {
  static const FuzzTarget made{run, seeds, words, 1500};
  return made;
}

}  // namespace vaste::fuzz
