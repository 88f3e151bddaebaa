#include "persist/records.h"

#include <utility>

#include "store/codec.h"
#include "store/conversations.h"
#include "store/keys.h"

namespace vaste::persist {

namespace {

// nullopt: no such record. Errors: of the store, and of a record that cannot be read.
template <class Decode>
auto load(store::Store& store, const std::string& key, Decode&& decode)
    -> Result<std::optional<typename decltype(decode(key))::value_type>> {
  auto bytes = store.get(key);
  if (!bytes) return tl::unexpected(bytes.error());
  using Value = typename decltype(decode(key))::value_type;
  if (!*bytes) return std::optional<Value>();
  auto value = decode(**bytes);
  if (!value) return tl::unexpected(value.error());
  return std::optional<Value>(std::move(*value));
}

template <class Cache, class Key, class Encode>
Status write(const Cache& cache, Key&& key, Encode&& encode, const Put& put) {
  for (const auto* node : cache.changes()) {
    if (!node->second.exists) {
      if (auto written = put(key(node->first), nullptr); !written) return written;
      continue;
    }
    const std::string value = encode(node->second.value);
    if (auto written = put(key(node->first), &value); !written) return written;
  }
  return {};
}

}  // namespace

Result<std::optional<Conversation>> Records::conversation(const Id& id) {
  return store::load_conversation(id, [&](const std::string& key) { return store_.get(key); });
}
Result<std::optional<Customer>> Records::customer(const Id& id) {
  return load(store_, store::customer_key(id), store::decode_customer);
}
Result<std::optional<Pointer>> Records::identifier(const std::string& text) {
  return load(store_, store::identifier_key(text), store::decode_identifier);
}
Result<std::optional<Id>> Records::thread(const std::string& key) {
  return load(store_, store::thread_key(key), store::decode_thread);
}
Result<std::optional<Linked>> Records::linked(const std::string& identifier) {
  return load(store_, store::linked_key(identifier),
              [&](std::string_view bytes) { return store::decode_linked(identifier, bytes); });
}
Result<std::optional<Component>> Records::component(const Id& customer) {
  return load(store_, store::component_key(customer),
              [&](std::string_view bytes) { return store::decode_component(customer, bytes); });
}

Result<std::optional<Answer>> Records::answer(const std::string& command) {
  return load(store_, store::command_key(command), store::decode_answer);
}

Result<std::optional<KpiWindow>> Records::window(const WindowId& id) {
  return load(store_, store::window_key(id),
              [&](std::string_view bytes) { return store::decode_window(id.start, bytes); });
}
Result<std::optional<KpiShelf>> Records::shelf(const WindowId& id) {
  return load(store_, store::shelf_key(id), store::decode_shelf);
}
Result<std::optional<TrendState>> Records::trend(const std::string& group) {
  return load(store_, store::trend_key(group), store::decode_trend);
}

Result<std::optional<Waiting>> Records::waiting(const Id& id) {
  return load(store_, store::waiting_key(id), store::decode_waiting);
}

Status write_changes(const core::State& state, const Put& put) {
  if (auto done = write(state.customers(), store::customer_key, store::encode_customer, put); !done)
    return done;
  if (auto done = write(state.identifiers(), store::identifier_key, store::encode_identifier, put);
      !done)
    return done;
  if (auto done = write(state.linked_ones(), store::linked_key, store::encode_linked, put); !done)
    return done;
  if (auto done = write(state.components(), store::component_key, store::encode_component, put);
      !done)
    return done;
  if (auto done = write(state.answers(), store::command_key, store::encode_answer, put); !done)
    return done;
  if (auto done = write(state.windows(), store::window_key, store::encode_window, put); !done)
    return done;
  if (auto done = write(state.shelves(), store::shelf_key, store::encode_shelf, put); !done)
    return done;
  if (auto done = write(state.trends(), store::trend_key, store::encode_trend, put); !done)
    return done;
  if (auto done = write(state.waitings(), store::waiting_key, store::encode_waiting, put); !done)
    return done;
  return write(state.threads(), store::thread_key, store::encode_thread, put);
}

}  // namespace vaste::persist
