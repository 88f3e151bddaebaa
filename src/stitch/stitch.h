// Which conversation does a contact belong to? Pure decisions; core/ carries them out.
//
// Everything inside vaste is addressed to an actor: an identifier, a thread key or a conversation.
// An actor lives in the key group of its key, and key groups live in partitions of `vaste.core`;
// only this folder knows how.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "model/conversation.h"
#include "model/incoming.h"
#include "model/policy.h"

namespace vaste::stitch {

// The characters are the first byte of an actor's address and of its state key: never change one.
enum class ActorKind : char {
  kIdentifier = 'p',
  kThread = 't',
  kConversation = 'v',
  kCustomer = 'c',
  kLinker = 'l',
  kCommand = 'o',
  kKpi = 'q',
};

struct Actor {
  ActorKind kind = ActorKind::kIdentifier;
  // The identifier's or thread key's text; a customer id's 16 bytes; a conversation id's, and where
  // it lives elsewhere than where it was born two more: the key group; the linker's shard; a
  // command's id; the text of a group of KPIs.
  std::string key;

  bool operator==(const Actor&) const = default;
};

Actor identifier_actor(std::string_view identifier);
Actor thread_actor(std::string_view key);
Actor conversation_actor(const Id& id);  // where it was born: a signpost there knows better
Actor conversation_actor(const Id& id, std::uint32_t key_group);
Id conversation_of(const Actor& actor);
Actor customer_actor(const Id& id);
Actor linker_actor();
Actor command_actor(std::string_view id);
Actor kpi_actor(std::string_view group);

std::string address(const Actor& actor);
std::optional<Actor> parse_address(std::string_view bytes);  // nullopt: not an address

std::uint32_t key_group(const Actor& actor);
std::int32_t partition_of(std::uint32_t key_group, std::int32_t partitions);
std::uint32_t first_group(std::int32_t partition, std::int32_t partitions);  // that it has

// Where an event goes first: its strongest identifier; without a person the thread key it refers
// to, else its own. Incoming events have one or the other (ingest sees to it).
Actor route(const Incoming& incoming);

// The key to ask about when none is known here: the last that refers to something earlier. nullptr:
// none refers.
const Key* reference(const Incoming& incoming);

// Both are quick where the conversation's prints follow them.
bool has_key(const Conversation& conversation, std::string_view key);
bool has_moment(const Conversation& conversation, std::uint64_t id);
// Something there deletes this moment or says that it bounced, whether it is there or not.
bool is_taken_back(const Conversation& conversation, std::uint64_t id);

// DOMAIN 6.2: of a customer's conversations the one that takes in a contact without a known key.
// Open, same brand, with anything in it within the window of the two channels; one that waits for
// us first, then the most recently active. What we send ourselves goes to the open conversation
// whatever its age, unless the policy says that it obeys the windows as well; of several, a call of
// ours goes where the customer asked to be called and was not yet. What names a ticket never goes
// to a conversation that holds another one of the same desk. nullptr: none, a new one begins.
const Conversation* choose(std::span<const Conversation* const> conversations,
                           const Incoming& incoming, const StitchWindows& windows);

// Would the contact that began `later` have gone to `earlier`, by customer, had it been known that
// both are of one? They are one conversation then, in whatever order that became known.
bool belongs(const Conversation& later, const Conversation& earlier, const StitchWindows& windows);

// DOMAIN 6.3: resolved so long ago that even its own keys begin a new conversation.
bool beyond_reopening(const Conversation& conversation, Instant at, const StitchWindows& windows);

// May a conversation begin with this? A contact may; so may what carries a key (its opening is
// still on the way); a machine's mail and what comes from
// ourselves never.
bool founds(const Incoming& incoming);

}  // namespace vaste::stitch
