#include "store/conversations.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "store/codec.h"
#include "store/keys.h"

namespace vaste::store {

namespace {

constexpr std::size_t kUsualBytes = 1024;  // of a record; a longer one grows

struct List {
  BlockList name;
  std::uint32_t Blocks::*count;
};
// In the order in which they are put together again.
constexpr std::array kLists{
    List{BlockList::kMoments, &Blocks::moments},   List{BlockList::kKeys, &Blocks::keys},
    List{BlockList::kAlerts, &Blocks::alerts},     List{BlockList::kClocks, &Blocks::clocks},
    List{BlockList::kContacts, &Blocks::contacts}, List{BlockList::kBase, &Blocks::base},
};

std::string key_of(const Id& id, BlockList list, std::uint32_t number) {
  return block_key(id, static_cast<char>(list), number);
}

std::uint32_t blocks_of_list(std::size_t size) {
  return size < 2 * kBlockOf ? 0 : static_cast<std::uint32_t>(size / kBlockOf);
}

Blocks wanted_for(const Conversation& conversation) {
  Blocks out;
  out.moments = blocks_of_list(conversation.moments.size());
  out.keys = blocks_of_list(conversation.keys.size());
  out.alerts = blocks_of_list(conversation.alerts.size());
  out.clocks = blocks_of_list(conversation.fold.settled);
  out.contacts = blocks_of_list(conversation.fold.contacts.size());
  out.base = conversation.base ? 1 : 0;
  return out;
}

// Blocks that are as they were written.
Blocks intact(const Conversation& conversation) {
  const auto whole = [](std::size_t kept) { return static_cast<std::uint32_t>(kept / kBlockOf); };
  Blocks out;
  out.moments = whole(conversation.kept_moments);
  out.keys = whole(conversation.kept_keys);
  out.alerts = whole(conversation.kept_alerts);
  out.clocks = whole(conversation.fold.kept_clocks);
  out.contacts = whole(conversation.fold.kept_contacts);
  out.base = conversation.base != nullptr && conversation.kept_base == conversation.base ? 1 : 0;
  return out;
}

void keep_all(Conversation& conversation) {
  const Blocks& blocks = conversation.blocks;
  conversation.kept_moments = blocks.moments * kBlockOf;
  conversation.kept_keys = blocks.keys * kBlockOf;
  conversation.kept_alerts = blocks.alerts * kBlockOf;
  conversation.fold.kept_clocks = blocks.clocks * kBlockOf;
  conversation.fold.kept_contacts = blocks.contacts * kBlockOf;
  conversation.kept_base = conversation.base;
}

}  // namespace

Result<std::optional<Conversation>> load_conversation(const Id& id, const Get& get) {
  auto record = get(conversation_key(id));
  if (!record) return tl::unexpected(std::move(record.error()));
  if (!*record) return std::optional<Conversation>();
  auto conversation = complete_conversation(id, **record, get);
  if (!conversation) return tl::unexpected(std::move(conversation.error()));
  return std::optional(std::move(*conversation));
}

Result<Conversation> complete_conversation(const Id& id, std::string_view record, const Get& get) {
  const auto blocks = blocks_in(record);
  if (!blocks) return tl::unexpected(blocks.error());
  std::vector<std::string> parts;
  for (const List& list : kLists)
    for (std::uint32_t number = 0; number < (*blocks).*list.count; ++number) {
      auto part = get(key_of(id, list.name, number));
      if (!part) return tl::unexpected(std::move(part.error()));
      if (!*part)
        return failure(Code::kCorrupt, "conversation " + id.text() + ": block " +
                                           static_cast<char>(list.name) + std::to_string(number) +
                                           " is not there");
      parts.push_back(std::move(**part));
    }
  return decode_parts(id, record, parts);
}

Status save_conversation(Conversation& conversation, const Put& put) {
  const Blocks stored = conversation.blocks;
  const Blocks whole = intact(conversation);
  conversation.blocks = wanted_for(conversation);
  std::string bytes;
  bytes.reserve(kUsualBytes);
  for (const List& list : kLists) {
    const std::uint32_t wanted = conversation.blocks.*list.count;
    const std::uint32_t before = stored.*list.count;
    for (std::uint32_t number = std::min(whole.*list.count, before); number < wanted; ++number) {
      encode_block(conversation, list.name, number, bytes);
      if (auto done = put(key_of(conversation.id, list.name, number), &bytes); !done) return done;
    }
    for (std::uint32_t number = wanted; number < before; ++number)
      if (auto done = put(key_of(conversation.id, list.name, number), nullptr); !done) return done;
  }
  keep_all(conversation);
  encode_head(conversation, bytes);
  return put(conversation_key(conversation.id), &bytes);
}

Status erase_conversation(const Conversation& conversation, const Put& put) {
  for (const List& list : kLists)
    for (std::uint32_t number = 0; number < conversation.blocks.*list.count; ++number)
      if (auto done = put(key_of(conversation.id, list.name, number), nullptr); !done) return done;
  return put(conversation_key(conversation.id), nullptr);
}

}  // namespace vaste::store
