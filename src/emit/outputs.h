// The records that vaste writes for others: the one list that headers and the published contract
// are made from.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace vaste::emit {

enum class Output : std::uint8_t {
  kEnriched,
  kConversation,
  kAlert,
  kKpi,
  kIdentity,
  kDeadLetter,
};

struct OutputKind {
  Output output;
  std::string_view setting;  // its topic is `topics.<setting>` of the configuration
  std::string_view type;     // the message of proto/vaste/v1, also the CloudEvent's type
  std::string_view key;      // of the record
  std::string_view subject;  // of the CloudEvent
  std::string_view id;       // of the CloudEvent: the same after a replay
  std::string_view cleanup;  // of the topic
  std::string_view summary;
  bool forgets = false;  // null values come: the key is gone
};

// In the order of Output.
// clang-format off
inline constexpr std::array kOutputs{
  OutputKind{.output = Output::kEnriched, .setting = "enriched", .type = "vaste.v1.EnrichedEvent",
    .key = "conversation id; empty where an event belongs to none",
    .subject = "conversation id",
    .id = "position of the input record: topic/partition/offset", .cleanup = "delete",
    .summary = "Each input event with its customer, its conversation and its clocks before and after"},
  OutputKind{.output = Output::kConversation, .setting = "conversations", .type = "vaste.v1.Conversation",
    .key = "conversation id", .subject = "conversation id",
    .id = "conversation id/revision", .cleanup = "compact",
    .summary = "Newest summary of a conversation: participants, channels, contacts, clocks", .forgets = true},
  OutputKind{.output = Output::kAlert, .setting = "alerts", .type = "vaste.v1.Alert",
    .key = "alert id", .subject = "conversation id",
    .id = "alert id/revision", .cleanup = "compact,delete",
    .summary = "Life of an SLA alert: at_risk, breached, recovered, retracted"},
  OutputKind{.output = Output::kKpi, .setting = "kpis", .type = "vaste.v1.KpiRecord",
    .key = "window and dimensions: 15m/2026-11-23T12:00:00Z/channel=phone&queue=support",
    .subject = "the key", .id = "the key/revision", .cleanup = "compact",
    .summary = "What all conversations contribute to KPIs in a window of time, for each group of equal dimensions",
    .forgets = true},
  OutputKind{.output = Output::kIdentity, .setting = "identity", .type = "vaste.v1.IdentityRecord",
    .key = "customer id; empty for a suggestion; of an answer the command's id",
    .subject = "customer id; of an answer its own id",
    .id = "id of the record", .cleanup = "delete",
    .summary = "Who is one customer: merged, split, refused, suggested; answers to commands"},
  OutputKind{.output = Output::kDeadLetter, .setting = "dead_letters", .type = "vaste.v1.DeadLetter",
    .key = "position of the input record: topic[partition]@offset",
    .subject = "position of the input record: topic/partition/offset",
    .id = "dead/ and the position of the input record", .cleanup = "delete",
    .summary = "Rejected input: original bytes and headers, and the reason"},
};
// clang-format on

constexpr const OutputKind& kind(Output output) {
  return kOutputs[static_cast<std::size_t>(output)];
}

// Of the record's value, for those who ask a header.
inline constexpr std::string_view kContentType = "application/protobuf";

}  // namespace vaste::emit
