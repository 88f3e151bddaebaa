// What stands in a record of one of vaste's topics, whichever it is. Pure.
#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/consumer.h"
#include "vaste/v1/event.pb.h"

namespace vaste::app {

enum class Kind : std::uint8_t {
  kEvent,
  kEnriched,
  kConversation,
  kAlert,
  kIdentity,
  kKpi,
  kDeadLetter,
  kProgress,
};

// nullptr: the bytes are not what the topic should hold, or no message (kProgress).
std::unique_ptr<google::protobuf::Message> parse(Kind kind, std::string_view value);
// Of kProgress: up to when its source partition, the key, was read; in milliseconds.
std::optional<std::int64_t> progress_of(std::string_view value);

// "CONVERSATION_STATE_WAITING_AGENT" -> "waiting_agent"; "?" of what this version does not know.
std::string word(std::string_view name, std::string_view prefix);
// All words of an enumeration but its UNSPECIFIED.
std::vector<std::string> words_of(const google::protobuf::EnumDescriptor& type,
                                  std::string_view prefix);
// "message", "signal": the name of the body that is set; empty: none.
std::string body_word(const google::protobuf::Message& message);
std::vector<std::string> body_words(const google::protobuf::Descriptor& type);

std::int64_t milliseconds(const google::protobuf::Timestamp& at);

}  // namespace vaste::app
