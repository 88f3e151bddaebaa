#include "core/state.h"

#include "base/check.h"

namespace vaste::core {

namespace {

// Value of `key`, loaded when it is not known; nullptr when it does not exist.
template <class Cache, class Key, class Load>
typename Cache::Node* look_up(Cache& cache, const Key& key, std::optional<Error>& error,
                              Load&& load) {
  if (auto* node = cache.find(key)) return node;
  auto loaded = load();
  auto* node = cache.insert(key);
  if (!loaded) {
    if (!error) error = std::move(loaded.error());
    return node;
  }
  if (*loaded) {
    node->second.value = std::move(**loaded);
    node->second.exists = true;
  }
  return node;
}

constexpr std::size_t kNode = 144;  // an entry of a cache, with its place in the table

std::size_t pointer_weight(const std::string& key) {
  return kNode + key.size();
}

}  // namespace

// With what the allocator adds: a look at its heap (tests/bench/end_to_end --what memory) found
// twice what the bare sizes say.
std::size_t weight(const Conversation& conversation) {
  constexpr std::size_t kBlock = 16;  // of the allocator, for each piece of memory
  const auto heap = [](const auto& values) {
    return values.capacity() == 0 ? 0 : values.capacity() * sizeof(values[0]) + kBlock;
  };
  const auto& fold = conversation.fold;
  std::size_t bytes = sizeof(Conversation) + kNode;
  bytes += heap(conversation.moments) + heap(conversation.attribute_sets) +
           heap(conversation.keys) + heap(conversation.alerts) + heap(conversation.promises);
  for (const auto& promise : conversation.promises) bytes += heap(promise);
  for (const auto& key : conversation.keys) bytes += heap(key);
  bytes += heap(fold.clocks) + heap(fold.contacts) + heap(fold.people) + heap(fold.cycles);
  for (const auto& run : fold.clocks) bytes += heap(run.running);
  if (conversation.base)
    bytes +=
        sizeof(FoldState) + heap(conversation.base->clocks) + heap(conversation.base->contacts);
  return bytes;
}

void State::fail(Error error) {
  if (!error_) error_ = std::move(error);
}

State::Conversations::Node* State::conversation_node(const Id& id) {
  if (auto* node = conversations_.find(id)) return node;
  auto loaded = loader_.conversation(id);
  auto* node = conversations_.insert(id);
  if (!loaded) {
    fail(std::move(loaded.error()));
  } else if (*loaded) {
    node->second.value = std::make_unique<Conversation>(std::move(**loaded));
    node->second.exists = true;
    conversations_.weigh(*node, weight(*node->second.value));
  }
  return node;
}

Conversation* State::conversation(const Id& id) {
  auto* node = conversation_node(id);
  return node->second.exists ? node->second.value.get() : nullptr;
}

Conversation& State::create_conversation(const Id& id) {
  auto* node = conversation_node(id);
  VASTE_CHECK(!node->second.exists);
  node->second.value = std::make_unique<Conversation>();
  node->second.value->id = id;
  node->second.exists = true;
  node->second.erased = false;
  conversations_.mark_changed(*node);
  return *node->second.value;
}

void State::changed(const Conversation& conversation) {
  auto* node = conversations_.find(conversation.id);
  VASTE_CHECK(node != nullptr && node->second.exists);
  conversations_.mark_changed(*node);
  conversations_.weigh(*node, weight(conversation));
}

void State::erase(const Conversation& conversation) {
  auto* node = conversations_.find(conversation.id);
  VASTE_CHECK(node != nullptr && node->second.exists);
  conversations_.mark_changed(*node);
  node->second.exists = false;
  node->second.erased = true;
}

const std::vector<Id>& State::customer(const Id& id) {
  return look_up(customers_, id, error_, [&] { return loader_.customer(id); })->second.value;
}

void State::set_customer(const Id& id, std::vector<Id> conversations) {
  auto* node = look_up(customers_, id, error_, [&] { return loader_.customer(id); });
  node->second.value = std::move(conversations);
  node->second.exists = true;
  customers_.mark_changed(*node);
  customers_.weigh(*node, kNode + node->second.value.capacity() * sizeof(Id));
}

std::optional<Id> State::identifier(const std::string& text) {
  auto* node = look_up(identifiers_, text, error_, [&] { return loader_.identifier(text); });
  identifiers_.weigh(*node, pointer_weight(text));
  return node->second.exists ? std::optional(node->second.value) : std::nullopt;
}

void State::set_identifier(const std::string& text, const Id& customer) {
  auto* node = look_up(identifiers_, text, error_, [&] { return loader_.identifier(text); });
  node->second.value = customer;
  node->second.exists = true;
  identifiers_.mark_changed(*node);
}

std::optional<Id> State::thread(const std::string& key) {
  auto* node = look_up(threads_, key, error_, [&] { return loader_.thread(key); });
  threads_.weigh(*node, pointer_weight(key));
  return node->second.exists ? std::optional(node->second.value) : std::nullopt;
}

void State::set_thread(const std::string& key, const Id& conversation) {
  auto* node = look_up(threads_, key, error_, [&] { return loader_.thread(key); });
  node->second.value = conversation;
  node->second.exists = true;
  threads_.mark_changed(*node);
}

bool State::has_changes() const {
  return !conversations_.changes().empty() || !customers_.changes().empty() ||
         !identifiers_.changes().empty() || !threads_.changes().empty();
}

void State::saved(std::size_t budget_bytes) {
  conversations_.saved();
  customers_.saved();
  identifiers_.saved();
  threads_.saved();
  // Conversations are what is large and looked at most; the three indexes share a quarter.
  conversations_.trim(budget_bytes / 4 * 3);
  customers_.trim(budget_bytes / 12);
  identifiers_.trim(budget_bytes / 12);
  threads_.trim(budget_bytes / 12);
}

void State::forget_changes() {
  conversations_.forget_changes();
  customers_.forget_changes();
  identifiers_.forget_changes();
  threads_.forget_changes();
  error_.reset();
}

void State::clear() {
  conversations_.clear();
  customers_.clear();
  identifiers_.clear();
  threads_.clear();
  error_.reset();
}

}  // namespace vaste::core
