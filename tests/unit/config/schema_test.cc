// The schemas say what the readers say: every key that a reader knows is in the schema, and the
// other way round. The reader is asked by a key that nobody knows: its finding lists those it does.
#include "config/schema.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "config/load.h"
#include "config/settings.h"
#include "unit/config/reading.h"

namespace vaste::config {
namespace {

using Json = nlohmann::json;
using Keys = std::set<std::string>;
using testing::IsEmpty;
using testing::Not;

const std::string kNobodyKnows = "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqq";
const std::string kRules = "policy: p\nrules: [{name: r, calendar: 24x7, targets: {}}]\n";

// Of one mapping: where the schema describes it, and a file with an unknown key (`?`) in it.
struct Mapping {
  std::string pointer;
  std::string yaml;
};

std::vector<Mapping> policy_mappings() {
  const std::string calendar = "/properties/calendars/additionalProperties";
  const std::string rule = "/properties/rules/items";
  const std::string hours = "zone: UTC, week: {mon: '09:00-10:00'}";
  std::vector<Mapping> all = {
      {"", kRules + "?: 1\n"},
      {calendar, kRules + "calendars: {c: {" + hours + ", ?: 1}}\n"},
      {calendar + "/properties/changes/items",
       kRules + "calendars: {c: {" + hours +
           ", changes: [{from: 2027-01-01, week: {mon: '09:00-10:00'}, ?: 1}]}}\n"},
      {"/$defs/sla", kRules + "slas: {a: {clock: resolution, ?: 1}}\n"},
      {"/properties/queues/additionalProperties", kRules + "queues: {q: {?: 1}}\n"},
      {"/properties/queues/additionalProperties/properties/goals",
       kRules + "queues: {q: {goals: {?: 1}}}\n"},
      {"/properties/goals", kRules + "goals: {?: 1}\n"},
      {rule, "policy: p\nrules: [{name: r, targets: {}, ?: 1}]\n"},
      {rule + "/properties/when", "policy: p\nrules: [{name: r, targets: {}, when: {?: 1}}]\n"},
      {"/properties/kpis", kRules + "kpis: {?: 1}\n"},
      {"/properties/kpis/properties/trends/items",
       kRules + "kpis: {trends: [{name: t, fact: mention, at_least: 10, ?: 1}]}\n"},
      {"/properties/stitch", kRules + "stitch: {?: 1}\n"},
      {"/properties/identity", kRules + "identity: {?: 1}\n"},
      {"/properties/identity/properties/limits", kRules + "identity: {limits: {?: 1}}\n"},
      {"/properties/identity/properties/shared", kRules + "identity: {shared: {?: 1}}\n"},
      {"/properties/identity/properties/evidence", kRules + "identity: {evidence: {?: 1}}\n"},
      {"/properties/identity/properties/trust/items/anyOf/1",
       kRules + "identity: {trust: [{source: a, ?: 1}]}\n"},
      {"/properties/stitch/properties/windows", kRules + "stitch: {windows: {?: 1}}\n"},
  };
  const auto target = [&](const std::string& pointer, const std::string& inside) {
    all.push_back({pointer, "policy: p\nrules: [{name: r, targets: {resolution: {" + inside +
                                ", ?: 1}}}]\n"});
  };
  for (const std::string definition : {"target", "any_target", "promise"}) {
    const auto branches = Json::parse(policy_schema())["$defs"][definition]["anyOf"].size();
    const std::string pointer = "/$defs/" + definition + "/anyOf/" + std::to_string(branches - 1);
    target(pointer, "target: 4h");
    all.push_back({pointer + "/properties/by_priority/additionalProperties/anyOf/" +
                       std::to_string(branches - 1),
                   "policy: p\nrules: [{name: r, targets: {resolution: {by_priority: {a: {target: "
                   "4h, ?: 1}}}}}]\n"});
  }
  for (const std::string& clock : clock_names())
    all.push_back(
        {"/properties/slas/properties/" + clock, kRules + "slas: {" + clock + ": {?: 1}}\n"});
  return all;
}

std::vector<Mapping> config_mappings() {
  std::vector<Mapping> all = {
      {"", kLeast + "?: 1\n"},
      {"/properties/sources/items", "policy: p\nsources: [{topic: a, ?: 1}]\n"},
  };
  all.push_back(
      {"/properties/notify/properties/alertmanager", kLeast + "notify: {alertmanager: {?: 1}}\n"});
  all.push_back(
      {"/properties/notify/properties/webhooks/items", kLeast + "notify: {webhooks: [{?: 1}]}\n"});
  for (const std::string_view section : config_sections())
    all.push_back(
        {"/properties/" + std::string(section), kLeast + std::string(section) + ": {?: 1}\n"});
  return all;
}

Keys known_to_reader(const Mapping& mapping,
                     std::vector<std::string> (*findings)(const std::string&)) {
  std::string yaml = mapping.yaml;
  yaml.replace(yaml.find('?'), 1, kNobodyKnows);
  constexpr std::string_view kList = "; known here: ";
  for (const std::string& finding : findings(yaml)) {
    const auto at = finding.find(kList);
    if (at == std::string::npos || finding.find(kNobodyKnows) == std::string::npos) continue;
    Keys keys;
    std::istringstream list(finding.substr(at + kList.size()));
    for (std::string key; std::getline(list >> std::ws, key, ',');) keys.insert(key);
    return keys;
  }
  ADD_FAILURE() << "nothing is said of the unknown key in\n" << yaml;
  return {};
}

Keys in_schema(const Json& schema, const std::string& pointer) {
  Keys keys;
  const Json& mapping = schema.at(Json::json_pointer(pointer));
  EXPECT_EQ(mapping.at("additionalProperties"), false) << pointer;
  for (const auto& [key, value] : mapping.at("properties").items()) keys.insert(key);
  return keys;
}

// Where the schema has a mapping with keys of its own.
void collect(const Json& schema, const std::string& pointer, Keys& out) {
  if (schema.is_object() && schema.contains("properties") &&
      schema.value("additionalProperties", Json()) == false)
    out.insert(pointer);
  if (!schema.is_structured()) return;
  for (const auto& [key, value] : schema.items()) collect(value, pointer + '/' + key, out);
}

// What one clock cannot have the reader knows, and refuses.
bool is_refused(const Mapping& mapping, const std::string& key) {
  if (mapping.pointer.find("/slas/") == std::string::npos) return false;
  std::string yaml = mapping.yaml;
  yaml.replace(yaml.find("?: 1"), 4, key + ": true");
  const auto findings = policy_findings(yaml);
  return std::any_of(findings.begin(), findings.end(), [](const std::string& finding) {
    return finding.find(": leave it out") != std::string::npos;
  });
}

void compare(const std::string& text, const std::vector<Mapping>& mappings, bool policy) {
  const Json schema = Json::parse(text);
  EXPECT_EQ(schema.at("$schema"), "https://json-schema.org/draft/2020-12/schema");
  Keys left;
  collect(schema, "", left);
  for (const Mapping& mapping : mappings) {
    Keys known = known_to_reader(mapping, policy ? policy_findings : config_findings);
    // `intersect` stands alone; of a promise there are no days; priorities have none of their own.
    if (policy) std::erase_if(known, [&](const auto& key) { return is_refused(mapping, key); });
    if (mapping.pointer.starts_with("/$defs/promise"))
      std::erase_if(known,
                    [](const auto& key) { return key == "business_days" || key == "end_of_day"; });
    EXPECT_THAT(known, Not(IsEmpty()));
    EXPECT_EQ(in_schema(schema, mapping.pointer), known) << mapping.pointer;
    left.erase(mapping.pointer);
  }
  // Of secrets nothing is said but that one of two keys is there.
  for (const std::string one : {"0", "1"}) {
    left.erase("/properties/kafka/properties/secrets/additionalProperties/anyOf/" + one);
    left.erase("/properties/notify/properties/webhooks/items/properties/secret/anyOf/" + one);
  }
  EXPECT_THAT(left, IsEmpty()) << "not compared with the reader";
}

TEST(Schema, OfPoliciesHasTheKeysOfTheReader) {
  compare(policy_schema(), policy_mappings(), true);
}

TEST(Schema, OfConfigurationsHasTheKeysOfTheReader) {
  compare(config_schema(), config_mappings(), false);
}

TEST(Schema, TargetsKnowEveryClock) {
  const Json schema = Json::parse(policy_schema());
  const Json& targets = schema.at("/properties/rules/items/properties/targets"_json_pointer);
  Keys clocks;
  for (const auto& [key, value] : targets.at("properties").items()) clocks.insert(key);
  const auto names = clock_names();
  EXPECT_EQ(clocks, Keys(names.begin(), names.end()));
}

// An editor shows it.
TEST(Schema, SaysSomethingOfEveryKey) {
  for (const std::string& text : {policy_schema(), config_schema()}) {
    const Json schema = Json::parse(text);
    Keys mappings;
    collect(schema, "", mappings);
    for (const std::string& pointer : mappings)
      for (const auto& [key, value] :
           schema.at(Json::json_pointer(pointer)).at("properties").items())
        EXPECT_FALSE(value.value("description", "").empty()) << pointer << ' ' << key;
  }
}

TEST(Schema, OfConfigurationsHasTheDefaults) {
  const Json schema = Json::parse(config_schema());
  EXPECT_EQ(schema.at("/properties/engine/properties/workers/default"_json_pointer), 2);
  EXPECT_EQ(schema.at("/properties/engine/properties/max_wait/default"_json_pointer), "30s");
  EXPECT_EQ(schema.at("/properties/log/properties/level/enum"_json_pointer).size(), 4u);
}

}  // namespace
}  // namespace vaste::config
