// State records to bytes and back. Versions are checked: a newer one is an error, never a guess.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "model/conversation.h"
#include "model/tally.h"

namespace vaste::store {

inline constexpr std::uint32_t kFormatVersion = 1;        // of the database, and of most records
inline constexpr std::uint32_t kConversationVersion = 3;  // of the newest conversations
// What to say of one later than `known`: which it is, and what to do.
std::string newer_format(std::uint64_t version, std::uint64_t known = kFormatVersion);

// Reuses the buffer's capacity.
void encode_conversation(const Conversation& conversation, std::string& out);
Result<Conversation> decode_conversation(const Id& id,
                                         std::string_view bytes);  // kCorrupt, kNewerFormat

// An identifier's customer, a thread key's conversation: one id each.
std::string encode_pointer(const Id& id);
Result<Id> decode_pointer(std::string_view bytes);

// A customer's conversations, oldest first.
std::string encode_customer(const std::vector<Id>& conversations);
Result<std::vector<Id>> decode_customer(std::string_view bytes);

std::string encode_tally(const QueueTally& tally);
Result<QueueTally> decode_tally(std::string_view bytes);
// How far a partition's quiet conversations were brought under a version of the policy.
struct Sweep {
  std::uint64_t fingerprint = 0;  // of the version, see clocks::CompiledPolicy
  std::string cursor;             // state key of the last one looked at
  bool done = false;
};
std::string encode_sweep(const Sweep& sweep);
Result<Sweep> decode_sweep(std::string_view bytes);

}  // namespace vaste::store
