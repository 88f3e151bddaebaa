// The schema of a configuration, from the table of settings.
#include "config/load.h"
#include "config/schema.h"
#include "config/schema_parts.h"
#include "config/settings.h"
#include "config/units.h"

namespace vaste::config {
namespace {

using schema::Json;
using schema::Properties;

Json of_setting(const Setting& setting) {
  const Config plain;
  Json out;
  switch (setting.kind) {
    case Kind::kCount:
      out = schema::count(setting.least, setting.most, setting.help);
      out["default"] = setting.number(plain);
      return out;
    case Kind::kDuration:
      out = schema::duration(Millis(setting.least), Millis(setting.most), setting.help,
                             value_text(setting, plain));
      break;
    case Kind::kSize:
      out = schema::size(setting.least, setting.most, setting.help);
      break;
    case Kind::kText:
      out = setting.choices.empty() ? schema::text(setting.help, setting.example)
                                    : schema::word(setting.choices, setting.help);
      if (!setting.pattern.empty()) out["pattern"] = setting.pattern;
      break;
  }
  if (const std::string value = value_text(setting, plain); !value.empty()) out["default"] = value;
  return out;
}

Properties of_section(std::string_view section) {
  Properties out;
  for (const Setting& setting : settings())
    if (setting.section == section) out.emplace_back(setting.key, of_setting(setting));
  return out;
}

Json of_sources() {
  Json topic = schema::text("the topic to read", "support.email");
  topic["pattern"] = kTopicPattern;
  const Json source = schema::object(
      "one topic to read",
      {{"topic", topic},
       {"format", schema::word(source_format_names(), "what its records are; default auto")},
       {"lateness", schema::duration(Millis(0), kMostLateness,
                                     "deadlines wait so long for what comes in batches", "5m")},
       {"channels", schema::one_or_list(schema::word(channel_names(), "a channel"),
                                        "what it brings; without it any, so all deadlines wait")},
       {"default_region",
        schema::word(region_names(),
                     "the country of telephone numbers that name none (ISO 3166)")}},
      {"topic"});
  return schema::list(source, "the topics to read");
}

Properties of_kafka() {
  Properties out = of_section("kafka");
  out.emplace_back("properties", schema::named("anything else that librdkafka knows; no secrets",
                                               {}, schema::text("a property's value", "SASL_SSL")));
  const auto where = [](std::string_view key, std::string_view help, std::string_view example) {
    return schema::object(help, {{std::string(key), schema::text(help, example)}},
                          {std::string(key)});
  };
  Json secret;
  secret["description"] = "where the secret is, never the secret itself";
  secret["anyOf"] = {
      where("file", "a file that nobody else may read (mode 0600)", "/etc/vaste/kafka.password"),
      where("env", "an environment variable", "KAFKA_PASSWORD")};
  out.emplace_back("secrets", schema::named("properties that are secrets", {}, secret));
  return out;
}

}  // namespace

std::string config_schema() {
  Properties all = of_section("");
  for (const std::string_view section : config_sections())
    all.emplace_back(section,
                     schema::object("see `vaste.example.yaml`",
                                    section == "kafka" ? of_kafka() : of_section(section)));
  all.emplace_back("sources", of_sources());
  return schema::document("a configuration of vaste",
                          schema::object("how vaste runs: Kafka, topics, limits; its rules are in "
                                         "the file that `policy` names",
                                         all, {"policy", "sources"}));
}

}  // namespace vaste::config
