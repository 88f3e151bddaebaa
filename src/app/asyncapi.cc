#include "app/asyncapi.h"

#include <google/protobuf/descriptor.h>

#include <nlohmann/json.hpp>

#include "app/connection.h"
#include "app/exit_code.h"
#include "app/message_schema.h"
#include "app/terminal.h"
#include "app/yaml_text.h"
#include "emit/outputs.h"
#include "vaste/v1/alert.pb.h"
#include "vaste/v1/dead_letter.pb.h"
#include "vaste/v1/enriched.pb.h"
#include "vaste/v1/event.pb.h"
#include "vaste/v1/identity.pb.h"
#include "vaste/v1/kpi.pb.h"

#ifndef VASTE_VERSION
#define VASTE_VERSION "0.1.0"
#endif

namespace vaste::app {
namespace {

using nlohmann::ordered_json;

// No default: a new output does not compile until it has a topic and a message.
const std::string& topic_of(emit::Output output, const config::Topics& topics) {
  switch (output) {
    case emit::Output::kEnriched:
      return topics.enriched;
    case emit::Output::kConversation:
      return topics.conversations;
    case emit::Output::kAlert:
      return topics.alerts;
    case emit::Output::kKpi:
      return topics.kpis;
    case emit::Output::kIdentity:
      return topics.identity;
    case emit::Output::kDeadLetter:
      return topics.dead_letters;
  }
  return topics.enriched;
}

const google::protobuf::Descriptor& message_of(emit::Output output) {
  switch (output) {
    case emit::Output::kEnriched:
      return *v1::EnrichedEvent::descriptor();
    case emit::Output::kConversation:
      return *v1::Conversation::descriptor();
    case emit::Output::kAlert:
      return *v1::Alert::descriptor();
    case emit::Output::kKpi:
      return *v1::KpiRecord::descriptor();
    case emit::Output::kIdentity:
      return *v1::IdentityRecord::descriptor();
    case emit::Output::kDeadLetter:
      return *v1::DeadLetter::descriptor();
  }
  return *v1::EnrichedEvent::descriptor();
}

ordered_json reference(const std::string& to) {
  return {{"$ref", "#/" + to}};
}

std::vector<std::string> parts(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    out.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return out;
}

// What all outputs carry; see emit/cloud_event.h.
ordered_json headers_schema() {
  const auto text = [](const char* description) {
    return ordered_json{{"type", "string"}, {"description", description}};
  };
  ordered_json properties;
  properties["ce_specversion"] = {{"type", "string"}, {"const", "1.0"}};
  properties["ce_id"] = text("The same after a replay; with ce_source it names the event");
  properties["ce_source"] = text("/vaste/ and the name of the application");
  properties["ce_type"] = text("The message of the value");
  properties["ce_time"] = {{"type", "string"},
                           {"format", "date-time"},
                           {"description", "When it happened, in event time"}};
  properties["ce_subject"] = text("Whom it is about");
  properties["content-type"] = {{"type", "string"}, {"const", emit::kContentType}};
  properties["traceparent"] =
      text("W3C trace context of the input record that led to it, if that had one");
  return {{"type", "object"},
          {"required", {"ce_specversion", "ce_id", "ce_source", "ce_type", "content-type"}},
          {"properties", std::move(properties)}};
}

ordered_json message(const emit::OutputKind& kind) {
  const std::string name = message_of(kind.output).name();
  ordered_json own;
  own["ce_type"] = {{"const", kind.type}};
  own["ce_id"] = {{"description", kind.id}};
  own["ce_subject"] = {{"description", kind.subject}};
  ordered_json out;
  out["name"] = kind.type;
  out["title"] = name;
  out["summary"] = kind.summary;
  if (kind.forgets) out["description"] = "A null value says that what the key names is no more.";
  out["contentType"] = emit::kContentType;
  out["headers"] = {{"allOf",
                     {reference("components/schemas/CloudEvent"),
                      {{"type", "object"}, {"properties", std::move(own)}}}}};
  out["payload"] = reference("components/schemas/" + name);
  out["bindings"]["kafka"] = {{"key", {{"type", "string"}, {"description", kind.key}}},
                              {"bindingVersion", "0.5.0"}};
  return out;
}

ordered_json input_message() {
  ordered_json out;
  out["name"] = "vaste.v1.Event";
  out["title"] = "Event";
  out["summary"] =
      "What happened on a channel, as Protobuf or as the canonical JSON of the message";
  out["contentType"] = emit::kContentType;
  out["headers"] = {
      {"type", "object"},
      {"properties",
       {{"traceparent",
         {{"type", "string"}, {"description", "W3C trace context; goes on to the outputs"}}}}}};
  out["payload"] = reference("components/schemas/Event");
  return out;
}

ordered_json sources(const config::Config& config) {
  ordered_json parameter{{"description", "A topic that `sources` of the configuration names"}};
  for (const config::Source& source : config.sources) parameter["enum"].push_back(source.topic);
  if (config.sources.empty()) parameter["examples"] = {"support.chat", "support.email"};
  ordered_json out;
  out["address"] = "{source}";
  out["parameters"]["source"] = std::move(parameter);
  out["messages"]["Event"] = reference("components/messages/Event");
  return out;
}

ordered_json document(const config::Config& config, const std::string& version) {
  ordered_json out;
  out["asyncapi"] = "3.0.0";
  out["info"] = {
      {"title", "vaste"},
      {"version", version},
      {"description",
       "SLA clocks on the conversations of a service organisation. Values are Protobuf "
       "(proto/vaste/v1); schemas show them in its JSON mapping, x-number is a field's number on "
       "the wire. Records are written in transactions: read with isolation.level=read_committed."},
      {"license", {{"name", "Apache-2.0"}}}};
  out["defaultContentType"] = emit::kContentType;
  const auto brokers = parts(config.kafka.bootstrap_servers);
  for (std::size_t i = 0; i < brokers.size(); ++i)
    out["servers"]["kafka" + (i == 0 ? std::string() : std::to_string(i + 1))] = {
        {"host", brokers[i]}, {"protocol", "kafka"}};

  out["channels"]["events"] = sources(config);
  out["operations"]["read_events"] = {{"action", "receive"},
                                      {"channel", reference("channels/events")}};
  MessageSchemas schemas;
  schemas.add(*v1::Event::descriptor());
  ordered_json messages{{"Event", input_message()}};
  for (const emit::OutputKind& kind : emit::kOutputs) {
    const std::string id(kind.setting);
    const std::string name = message_of(kind.output).name();
    ordered_json channel;
    channel["address"] = topic_of(kind.output, config.topics);
    channel["summary"] = kind.summary;
    channel["messages"][name] = reference("components/messages/" + name);
    channel["bindings"]["kafka"] = {
        {"topicConfiguration", {{"cleanup.policy", parts(kind.cleanup)}}},
        {"bindingVersion", "0.5.0"}};
    out["channels"][id] = std::move(channel);
    out["operations"]["write_" + id] = {{"action", "send"},
                                        {"channel", reference("channels/" + id)}};
    messages[name] = message(kind);
    schemas.add(message_of(kind.output));
  }
  out["components"]["messages"] = std::move(messages);
  out["components"]["schemas"]["CloudEvent"] = headers_schema();
  for (auto& [name, schema] : schemas.all()) out["components"]["schemas"][name] = std::move(schema);
  return out;
}

}  // namespace

std::string asyncapi(const config::Config& config, const std::string& version, bool json) {
  const ordered_json all = document(config, version);
  return json ? all.dump(2) + '\n' : yaml_text(all);
}

int print_asyncapi(const AsyncapiOptions& options) {
  catch_signals();
  config::Config config;
  if (!options.config_file.empty()) {
    auto read = connect({.config_file = options.config_file, .bootstrap = {}});
    if (!read) return give_up(read.error());
    config = std::move(*read);
  }
  const bool written = write_out(asyncapi(config, VASTE_VERSION, options.json));
  return !written && output_lost() ? kExitInternal : 0;
}

}  // namespace vaste::app
