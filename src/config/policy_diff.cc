#include "config/policy_diff.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <utility>

namespace vaste::config {

namespace {

using Leaves = std::vector<std::pair<std::string, std::string>>;

// One line: what people wrote, with blanks for its lines.
std::string flat(const YAML::Node& node) {
  YAML::Emitter out;
  out.SetMapFormat(YAML::Flow);
  out.SetSeqFormat(YAML::Flow);
  out << node;
  std::string text = out.c_str();
  for (char& c : text)
    if (c == '\n') c = ' ';
  return text;
}

std::string entry_name(const YAML::Node& entry, std::size_t index) {
  if (entry.IsScalar()) return entry.Scalar();
  for (const char* key : {"name", "source"})
    if (const YAML::Node name = entry.IsMap() ? entry[key] : YAML::Node(); name && name.IsScalar())
      return name.Scalar();
  return std::to_string(index);
}

void collect(const YAML::Node& node, const std::string& path, Leaves& out) {
  if (node.IsMap()) {
    for (const auto& entry : node) {
      std::string below = path;
      if (!below.empty()) below += '.';
      below += entry.first.Scalar();
      collect(entry.second, below, out);
    }
    return;
  }
  const bool of_entries =
      node.IsSequence() &&
      std::any_of(node.begin(), node.end(), [](const auto& entry) { return entry.IsMap(); });
  if (!of_entries) {
    out.emplace_back(path, flat(node));
    return;
  }
  for (std::size_t i = 0; i < node.size(); ++i)
    collect(node[i], path + '[' + entry_name(node[i], i) + ']', out);
}

Leaves leaves_of(const std::string& yaml) {
  Leaves out;
  collect(YAML::Load(yaml), "", out);
  return out;
}

}  // namespace

std::vector<Difference> differences(const std::string& before, const std::string& after) {
  const Leaves old_ones = leaves_of(before);
  const Leaves new_ones = leaves_of(after);
  std::map<std::string, std::string> was(old_ones.begin(), old_ones.end());
  std::map<std::string, std::string> is(new_ones.begin(), new_ones.end());
  std::vector<Difference> out;
  for (const auto& [path, value] : new_ones) {
    const auto found = was.find(path);
    if (found == was.end())
      out.push_back({path, {}, value});
    else if (found->second != value)
      out.push_back({path, found->second, value});
  }
  for (const auto& [path, value] : old_ones)
    if (!is.contains(path)) out.push_back({path, value, {}});
  return out;
}

std::string text(const Difference& difference) {
  if (difference.before.empty()) return "+ " + difference.path + ": " + difference.after;
  if (difference.after.empty()) return "- " + difference.path + ": " + difference.before;
  return "~ " + difference.path + ": " + difference.before + " -> " + difference.after;
}

}  // namespace vaste::config
