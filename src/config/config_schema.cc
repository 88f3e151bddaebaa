// The schema of a configuration, from the table of settings.
#include "config/load.h"
#include "config/notify.h"
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

Json of_secret(std::string_view file, std::string_view variable) {
  const auto where = [](std::string_view key, std::string_view help, std::string_view example) {
    return schema::object(help, {{std::string(key), schema::text(help, example)}},
                          {std::string(key)});
  };
  Json secret;
  secret["description"] = "where the secret is, never the secret itself";
  secret["anyOf"] = {where("file", "a file that nobody else may read (mode 0600)", file),
                     where("env", "an environment variable", variable)};
  return secret;
}

Properties of_kafka() {
  Properties out = of_section("kafka");
  out.emplace_back("properties", schema::named("anything else that librdkafka knows; no secrets",
                                               {}, schema::text("a property's value", "SASL_SSL")));
  out.emplace_back("secrets",
                   schema::named("properties that are secrets", {},
                                 of_secret("/etc/vaste/kafka.password", "KAFKA_PASSWORD")));
  return out;
}

Properties of_notify() {
  const auto url = [](std::string_view example) {
    Json out = schema::text("https, or http to this machine", example);
    out["pattern"] = "^https?://";
    return out;
  };
  Properties out = of_section("notify");
  Json plain_http = schema::flag("speak to other machines without https, too");
  plain_http["default"] = false;
  out.emplace_back("allow_plain_http", plain_http);
  out.emplace_back("allowed_hosts",
                   schema::one_or_list(schema::text("a host's name", "hooks.example.org"),
                                       "who may be spoken to besides this machine"));
  out.emplace_back("allowed_networks", schema::one_or_list(schema::text("a network", "10.1.0.0/16"),
                                                           "private ones that may be spoken to"));
  const AlertmanagerSink plain;
  Json flag = schema::flag("breaches of hours' targets wait for the queue to open");
  flag["default"] = plain.hold_pages;
  out.emplace_back(
      "alertmanager",
      schema::object(
          "a Prometheus Alertmanager",
          {{"url", url("http://127.0.0.1:9093")},
           {"resend_interval",
            schema::duration(kLeastResend, kMostResend, "what still holds is said again", "1m")},
           {"max_alerts_per_queue",
            schema::count(1, kMostPerQueue, "beyond it one alert says how many there are")},
           {"hold_pages_outside_hours", flag}},
          {"url"}));
  Json name = schema::text("label `sink` of the metrics", "desk");
  name["pattern"] = kSinkPattern;
  out.emplace_back(
      "webhooks",
      schema::list(schema::object("one receiver of signed JSON",
                                  {{"name", name},
                                   {"url", url("https://hooks.example.org/vaste")},
                                   {"secret", of_secret("/etc/vaste/desk.secret", "DESK_SECRET")}},
                                  {"name", "url", "secret"}),
                   "who is told of every change of an alert"));
  return out;
}

Properties of(std::string_view section) {
  if (section == "kafka") return of_kafka();
  if (section == "notify") return of_notify();
  return of_section(section);
}

}  // namespace

std::string config_schema() {
  Properties all = of_section("");
  for (const std::string_view section : config_sections())
    all.emplace_back(section, schema::object("see `vaste.example.yaml`", of(section)));
  all.emplace_back("sources", of_sources());
  return schema::document("a configuration of vaste",
                          schema::object("how vaste runs: Kafka, topics, limits; its rules are in "
                                         "the file that `policy` names",
                                         all, {"policy", "sources"}));
}

}  // namespace vaste::config
