// State records to bytes and back. Versions are checked: a newer one is an error, never a guess.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "model/command.h"
#include "model/conversation.h"
#include "model/customer.h"
#include "model/identity.h"
#include "model/kpi_window.h"
#include "model/tally.h"
#include "model/trend.h"
#include "model/waiting.h"

namespace vaste::store {

inline constexpr std::uint32_t kFormatVersion = 1;        // of the database, and of most records
inline constexpr std::uint32_t kConversationVersion = 5;  // of the newest conversations
inline constexpr std::uint32_t kCustomerVersion = 3;      // of customers and identifiers, likewise
// Of all that a state may hold; one number more where a kind of record gets a version of its own.
inline constexpr std::array kFormats{kFormatVersion, kConversationVersion, kCustomerVersion};
// What to say of one later than `known`: which it is, and what to do.
std::string newer_format(std::uint64_t version, std::uint64_t known = kFormatVersion);

// Whole, as one record. Reuses the buffer's capacity.
void encode_conversation(const Conversation& conversation, std::string& out);
Result<Conversation> decode_conversation(const Id& id,
                                         std::string_view bytes);  // kCorrupt, kNewerFormat

// In parts: conversations.h puts them together.
inline constexpr std::size_t kBlockOf = 16;  // elements of a list
// The letter of a list stands in the keys of its blocks: never reuse one.
enum class BlockList : char {
  kMoments = 'm',
  kKeys = 'k',
  kAlerts = 'a',
  kClocks = 'c',
  kContacts = 't',
  kBase = 'b',
};
// Without what `conversation.blocks` says to stand in blocks.
void encode_head(const Conversation& conversation, std::string& out);
void encode_block(const Conversation& conversation, BlockList list, std::uint32_t number,
                  std::string& out);
// `parts`: the blocks that the head says there are, in the order of Blocks and their numbers.
Result<Conversation> decode_parts(const Id& id, std::string_view head,
                                  const std::vector<std::string>& parts);
// How many blocks a head says there are. A glance: nothing else is read.
Result<Blocks> blocks_in(std::string_view head);
// With its lists as they are in the head alone: enough to know its clocks that go on, its
// attributes, its timer, and what its blocks are.
Result<Conversation> decode_head(const Id& id, std::string_view bytes);

// A thread key's conversation.
std::string encode_thread(const Id& id);
Result<Id> decode_thread(std::string_view bytes);

std::string encode_identifier(const Pointer& pointer);
Result<Pointer> decode_identifier(std::string_view bytes);

std::string encode_customer(const Customer& customer);
Result<Customer> decode_customer(std::string_view bytes);

// The linker's records. What their keys say comes from the keys.
std::string encode_linked(const Linked& linked);
Result<Linked> decode_linked(std::string_view identifier, std::string_view bytes);
std::string encode_component(const Component& component);
Result<Component> decode_component(const Id& customer, std::string_view bytes);

// Events that wait by a thread key, and how much waits in all.
std::string encode_waiting(const Waiting& waiting);
Result<Waiting> decode_waiting(std::string_view bytes);

// What operators order, and the answers by command id.
std::string encode_command(const Command& command);
Result<Command> decode_command(std::string_view bytes);
std::string encode_answer(const Answer& answer);
Result<Answer> decode_answer(std::string_view bytes);

std::string encode_tally(const QueueTally& tally);
Result<QueueTally> decode_tally(std::string_view bytes);
// Without its start, which is the key's. Also what is on its way to it.
std::string encode_window(const KpiWindow& window);
Result<KpiWindow> decode_window(Instant start, std::string_view bytes);
std::string encode_shelf(const KpiShelf& shelf);
Result<KpiShelf> decode_shelf(std::string_view bytes);
std::string encode_trend(const TrendState& trend);
Result<TrendState> decode_trend(std::string_view bytes);
// How far a partition's quiet conversations were brought under a version of the policy.
struct Sweep {
  std::uint64_t fingerprint = 0;  // of the version, see clocks::CompiledPolicy
  std::string cursor;             // state key of the last one looked at
  bool done = false;
};
std::string encode_sweep(const Sweep& sweep);
Result<Sweep> decode_sweep(std::string_view bytes);

}  // namespace vaste::store
