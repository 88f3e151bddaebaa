// What Protobuf's JSON parser lets through and an event must not have: it takes single quotes,
// trailing commas, a key given twice, and any depth. One pass over the text before it, which also
// finds the place of an error.
#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace vaste::ingest {

// No Protobuf message begins with it.
inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// By the first byte: '{' is the tag of a group, which no message of ours has, and a byte order mark
// is no tag at all. But white space is not that clear: "\n{" also begins a message with an id of
// 123 bytes, and what reads as one is one.
enum class Encoding : std::uint8_t { kJson, kProtobuf, kEither };
Encoding encoding_of(std::string_view value);

// One JSON object (RFC 8259), UTF-8, at most kMaxDepth deep, no key twice in an object
// ("threadKeys" and "thread_keys" are one key: Protobuf takes either). kMalformed or kInvalidText
// with line, column and offset.
Status check_json(std::string_view text);

// The canonical JSON of an Event or of a Command; unknown fields are skipped. Quotes nothing of the
// record in its errors.
Status parse_json(std::string_view text, google::protobuf::Message& message);

}  // namespace vaste::ingest
