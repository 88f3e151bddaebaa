// A record of one of vaste's topics as a line. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kafka/consumer.h"

namespace vaste::app {

enum class Kind : std::uint8_t {
  kEvent,
  kEnriched,
  kConversation,
  kAlert,
  kKpi,
  kDeadLetter,
  kProgress,
};

// For people: times in UTC, ids by their last eight digits, no text of messages.
std::string as_text(Kind kind, const kafka::Record& record);

// {"partition":..,"offset":..,"key":..,"value":{canonical proto3 JSON}}; "value" is null for a
// tombstone. What cannot be read has "error" and "bytes" instead.
std::string as_json(Kind kind, const kafka::Record& record);

std::string time_text(std::int64_t milliseconds);      // "2026-03-02T09:15:00Z", with .123 if any
std::string duration_text(std::int64_t milliseconds);  // "1h02m", "3m20s", "450ms"

}  // namespace vaste::app
