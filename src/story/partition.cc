#include "story/partition.h"

#include <limits>
#include <utility>

#include "base/check.h"
#include "store/codec.h"
#include "store/conversations.h"
#include "store/keys.h"
#include "store/memory_store.h"

namespace vaste::story {

namespace {

// Memory neither fails nor forgets, so a value that cannot be read back is our own fault.
std::optional<std::string> get(store::Store& store, const std::string& key) {
  auto bytes = store.get(key);
  VASTE_CHECK(bytes.has_value());
  return std::move(*bytes);
}

Result<std::optional<Id>> pointer(store::Store& store, const std::string& key) {
  const auto bytes = get(store, key);
  if (!bytes) return std::optional<Id>();
  auto id = store::decode_pointer(*bytes);
  if (!id) return tl::unexpected(id.error());
  return std::optional(*id);
}

}  // namespace

Partition::Partition(std::shared_ptr<const clocks::Timeline> timeline, std::int32_t index,
                     std::int32_t partitions, core::Limits limits)
    : store_(store::make_memory_store()),
      state_(*this),
      core_(state_, std::move(timeline), index, partitions, limits) {}

Result<std::optional<Conversation>> Partition::conversation(const Id& id) {
  return store::load_conversation(id, [&](const std::string& key) { return store_->get(key); });
}

Result<std::optional<std::vector<Id>>> Partition::customer(const Id& id) {
  const auto bytes = get(*store_, store::customer_key(id));
  if (!bytes) return std::optional<std::vector<Id>>();
  auto conversations = store::decode_customer(*bytes);
  if (!conversations) return tl::unexpected(conversations.error());
  return std::optional(std::move(*conversations));
}

Result<std::optional<Id>> Partition::identifier(const std::string& text) {
  return pointer(*store_, store::identifier_key(text));
}

Result<std::optional<Id>> Partition::thread(const std::string& key) {
  return pointer(*store_, store::thread_key(key));
}

std::size_t Partition::records(std::string_view prefix) {
  std::size_t count = 0;
  const auto scanned = store_->scan(prefix, [&](std::string_view, std::string_view) {
    ++count;
    return true;
  });
  VASTE_CHECK(scanned.has_value());
  return count;
}

void Partition::each_conversation(const std::function<void(Conversation)>& visit) {
  const std::string prefix = store::conversation_key(Id{}).substr(0, 1);
  const auto scanned = store_->scan(prefix, [&](std::string_view key, std::string_view bytes) {
    auto read =
        store::complete_conversation(Id::from_bytes(key.substr(1)), bytes,
                                     [&](const std::string& block) { return store_->get(block); });
    VASTE_CHECK(read.has_value());
    visit(std::move(*read));
    return true;
  });
  VASTE_CHECK(scanned.has_value());
}

void Partition::on_message(const core::Message& message, core::Effects& effects) {
  core_.on_message(message, effects);
  commit(effects);
}

void Partition::on_time(Instant gate, core::Effects& effects) {
  core_.set_gate(gate);
  const auto due = store_->due(core_.gate(), std::numeric_limits<std::size_t>::max());
  VASTE_CHECK(due.has_value());
  for (const store::Timer& timer : *due)
    core_.on_timer(timer.conversation, timer.at, core_.gate(), false, effects);
  commit(effects);
}

void Partition::sweep(core::Effects& effects) {
  std::vector<Id> behind;
  each_conversation([&](const Conversation& conversation) {
    if (core_.needs_sweep(conversation)) behind.push_back(conversation.id);
  });
  core::Effects own;
  for (const Id& id : behind) core_.sweep(id, false, own);
  commit(own);
  const auto append = [](auto& to, auto& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  append(effects.sends, own.sends);
  append(effects.alerts, own.alerts);
  append(effects.enriched, own.enriched);
  append(effects.dead, own.dead);
  append(effects.contributed, own.contributed);
}

std::optional<Instant> Partition::next_timer() {
  const auto due = store_->due(kEndOfTime, 1);
  VASTE_CHECK(due.has_value());
  if (due->empty()) return std::nullopt;
  return due->front().at;
}

// As engine::CoreTask's collect() and committed(), without Kafka.
void Partition::commit(const core::Effects& effects) {
  VASTE_CHECK(!state_.error().has_value());
  store::Batch batch;
  for (const auto& [at, id] : effects.new_timers) batch.add_timer({at, id});
  for (const auto& [at, id] : effects.old_timers) batch.erase_timer({at, id});
  const auto record = [&](std::string key, const std::string* value) -> Status {
    if (value == nullptr) {
      batch.erase(std::move(key));
    } else {
      batch.put(std::move(key), *value);
    }
    return {};
  };
  for (auto* node : state_.conversations().changes()) {
    const Status written = node->second.exists
                               ? store::save_conversation(*node->second.value, record)
                               : store::erase_conversation(*node->second.value, record);
    VASTE_CHECK(written.has_value());
  }
  const auto put = [&](std::string key, bool exists, std::string value) {
    if (exists) {
      batch.put(std::move(key), std::move(value));
    } else {
      batch.erase(std::move(key));
    }
  };
  for (const auto* node : state_.customers().changes())
    put(store::customer_key(node->first), node->second.exists,
        store::encode_customer(node->second.value));
  for (const auto* node : state_.identifiers().changes())
    put(store::identifier_key(node->first), node->second.exists,
        store::encode_pointer(node->second.value));
  for (const auto* node : state_.threads().changes())
    put(store::thread_key(node->first), node->second.exists,
        store::encode_pointer(node->second.value));
  const auto applied = store_->apply(batch);
  VASTE_CHECK(applied.has_value());
  state_.saved(0);
}

}  // namespace vaste::story
