#include "core/state.h"

#include <algorithm>
#include <span>

#include "base/check.h"
#include "base/hash.h"
#include "clocks/notes.h"
#include "core/weights.h"

namespace vaste::core {

namespace {

// Different ones may look alike, the same never look different.
std::uint32_t print_of(std::uint64_t hash) {
  return static_cast<std::uint32_t>(hash ^ hash >> 32);
}
std::uint32_t print_of(const std::string& key) {
  return print_of(hash64(key));
}

// Value of `key`, loaded when it is not known; nullptr when it does not exist.
template <class Cache, class Key, class Load>
typename Cache::Node* look_up(Cache& cache, const Key& key, std::optional<Error>& error,
                              Load&& load) {
  if (auto* node = cache.find(key)) return node;
  auto loaded = load();
  auto* node = cache.insert(key, weight(key));
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

template <class Cache>
void remove(Cache& cache, typename Cache::Node* node) {
  node->second.value = {};
  node->second.exists = false;
  node->second.erased = true;
  cache.mark_changed(*node);
}

}  // namespace

void State::fail(Error error) {
  if (!error_) error_ = std::move(error);
}

State::Conversations::Node* State::conversation_node(const Id& id) {
  if (auto* node = conversations_.find(id)) return node;
  auto loaded = loader_.conversation(id);
  auto* node = conversations_.insert(id, weight(id));
  if (!loaded) {
    fail(std::move(loaded.error()));
  } else if (*loaded) {
    node->second.value = std::make_unique<Conversation>(std::move(**loaded));
    node->second.exists = true;
    conversations_.weigh(*node, weight_of(*node->second.value));
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
  // One that went in the same transaction has left blocks behind.
  const Blocks blocks = node->second.value ? node->second.value->blocks : Blocks{};
  node->second.value = std::make_unique<Conversation>();
  node->second.value->blocks = blocks;
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
  conversations_.weigh(*node, weight_of(conversation));
  forget_past(conversation);
}

void State::erase(const Conversation& conversation) {
  auto* node = conversations_.find(conversation.id);
  VASTE_CHECK(node != nullptr && node->second.exists);
  conversations_.mark_changed(*node);
  node->second.exists = false;
  node->second.erased = true;
  forget_past(conversation);
}

const Customer& State::customer(const Id& id) {
  auto* node = look_up(customers_, id, error_, [&] { return loader_.customer(id); });
  customers_.weigh(*node, weight_of(node->second.value));
  return node->second.value;
}

const State::Pasts::One* State::Pasts::find(const Id& id) const {
  const auto found = std::ranges::find(each, id, &One::id);
  return found == each.end() ? nullptr : &*found;
}

void State::Pasts::forget(const Id& id) {
  const auto found = std::ranges::find(each, id, &One::id);
  if (found == each.end()) return;
  const auto [begin, end] = std::pair(found->begin, found->end);
  prints.erase(prints.begin() + static_cast<std::ptrdiff_t>(begin),
               prints.begin() + static_cast<std::ptrdiff_t>(end));
  each.erase(found);
  for (One& one : each) {
    if (one.begin < end) continue;
    one.begin -= end - begin;
    one.end -= end - begin;
  }
}

void State::concerned(const Id& customer_id, const Incoming& incoming, Concerned& out) {
  out.conversations.clear();
  out.followed = {};
  out.resolved = kNever;
  wanted_.clear();
  wanted_.push_back(print_of(incoming.moment.id));
  for (const Key& key : incoming.keys) wanted_.push_back(print_of(key.text));
  const auto follows = [&](const Id& id, Instant resolved) {
    if (!is_set(resolved) || resolved > incoming.moment.at) return;
    out.followed = id;
    out.resolved = resolved;
  };
  const auto& conversations = customer(customer_id).conversations;
  const auto* pasts = conversations.empty() ? nullptr : pasts_.find(customer_id);
  for (const Id& id : conversations) {
    const Pasts::One* past = pasts != nullptr ? pasts->second.value.find(id) : nullptr;
    if (past != nullptr) {
      const auto prints =
          std::span(pasts->second.value.prints).subspan(past->begin, past->end - past->begin);
      follows(id, past->resolved);
      if (std::ranges::find_first_of(prints, wanted_) == prints.end()) continue;
    }
    const Conversation* found = conversation(id);
    if (found == nullptr) continue;
    follows(id, found->fold.resolved);
    out.conversations.push_back(found);
    if (past == nullptr && (is_over(found->fold.state) || !found->merged_into.empty())) {
      remember(*found);
      pasts = pasts_.find(customer_id);
    }
  }
}

void State::remember(const Conversation& conversation) {
  auto* node = pasts_.find(conversation.customer);
  if (node == nullptr) node = pasts_.insert(conversation.customer, kNode);
  Pasts& pasts = node->second.value;
  if (pasts.find(conversation.id) != nullptr) return;
  const std::size_t begin = pasts.prints.size();
  // Exactly: they seldom grow, and there are many of them.
  pasts.prints.reserve(begin + conversation.moments.size() + conversation.keys.size());
  pasts.each.reserve(pasts.each.size() + 1);
  for (const Moment& moment : conversation.moments) pasts.prints.push_back(print_of(moment.id));
  for (const std::string& key : conversation.keys) pasts.prints.push_back(print_of(key));
  pasts.each.push_back({conversation.id, conversation.fold.resolved,
                        clocks::is_decided(conversation), begin, pasts.prints.size()});
  pasts_.weigh(*node, kNode + pasts.prints.capacity() * sizeof(std::uint32_t) +
                          pasts.each.capacity() * sizeof(Pasts::One));
}

bool State::known_undecided(const Id& customer, const Id& conversation) {
  const auto* pasts = pasts_.find(customer);
  const Pasts::One* past = pasts != nullptr ? pasts->second.value.find(conversation) : nullptr;
  return past != nullptr && !past->decided;
}

void State::forget_past(const Conversation& conversation) {
  if (auto* pasts = pasts_.find(conversation.customer)) pasts->second.value.forget(conversation.id);
}

void State::set_customer(const Id& id, Customer customer) {
  auto* node = look_up(customers_, id, error_, [&] { return loader_.customer(id); });
  // What left the customer may change unseen from here.
  if (auto* pasts = pasts_.find(id)) {
    const auto left = [&](const Id& conversation) {
      return std::ranges::find(customer.conversations, conversation) ==
             customer.conversations.end();
    };
    for (const Id& conversation : node->second.value.conversations)
      if (left(conversation)) pasts->second.value.forget(conversation);
  }
  node->second.value = std::move(customer);
  node->second.exists = true;
  customers_.mark_changed(*node);
  customers_.weigh(*node, weight_of(node->second.value));
}

const Pointer* State::identifier(const std::string& text) {
  auto* node = look_up(identifiers_, text, error_, [&] { return loader_.identifier(text); });
  return node->second.exists ? &node->second.value : nullptr;
}

void State::set_identifier(const std::string& text, Pointer pointer) {
  auto* node = look_up(identifiers_, text, error_, [&] { return loader_.identifier(text); });
  node->second.value = std::move(pointer);
  node->second.exists = true;
  identifiers_.mark_changed(*node);
  identifiers_.weigh(*node, weight_of(text, node->second.value));
}

std::optional<Id> State::thread(const std::string& key) {
  auto* node = look_up(threads_, key, error_, [&] { return loader_.thread(key); });
  return node->second.exists ? std::optional(node->second.value) : std::nullopt;
}

void State::set_thread(const std::string& key, const Id& conversation) {
  auto* node = look_up(threads_, key, error_, [&] { return loader_.thread(key); });
  node->second.value = conversation;
  node->second.exists = true;
  threads_.mark_changed(*node);
}

void State::erase_customer(const Id& id) {
  remove(customers_, look_up(customers_, id, error_, [&] { return loader_.customer(id); }));
}
void State::erase_identifier(const std::string& text) {
  remove(identifiers_,
         look_up(identifiers_, text, error_, [&] { return loader_.identifier(text); }));
}
void State::erase_thread(const std::string& key) {
  remove(threads_, look_up(threads_, key, error_, [&] { return loader_.thread(key); }));
}

const Answer* State::answer(const std::string& command) {
  auto* node = look_up(answers_, command, error_, [&] { return loader_.answer(command); });
  return node->second.exists ? &node->second.value : nullptr;
}

void State::set_answer(Answer answer) {
  const std::string id = answer.command.id;
  auto* node = look_up(answers_, id, error_, [&] { return loader_.answer(id); });
  node->second.value = std::move(answer);
  node->second.exists = true;
  answers_.mark_changed(*node);
  answers_.weigh(*node, weight_of(id, node->second.value));
}

KpiWindow* State::window(const WindowId& id) {
  auto* node = look_up(windows_, id, error_, [&] { return loader_.window(id); });
  return node->second.exists ? &node->second.value : nullptr;
}

KpiWindow& State::create_window(const WindowId& id) {
  auto* node = look_up(windows_, id, error_, [&] { return loader_.window(id); });
  node->second.value = {};
  node->second.exists = true;
  return node->second.value;
}

void State::changed(const WindowId& id, const KpiWindow& window) {
  auto* node = windows_.find(id);
  VASTE_CHECK(node != nullptr && node->second.exists);
  windows_.mark_changed(*node);
  windows_.weigh(*node, weight_of(id, window));
}

void State::erase_window(const WindowId& id) {
  remove(windows_, look_up(windows_, id, error_, [&] { return loader_.window(id); }));
}

KpiShelf State::shelf(const WindowId& id) {
  return look_up(shelves_, id, error_, [&] { return loader_.shelf(id); })->second.value;
}

void State::set_shelf(const WindowId& id, const KpiShelf& shelf) {
  auto* node = look_up(shelves_, id, error_, [&] { return loader_.shelf(id); });
  node->second.value = shelf;
  node->second.exists = true;
  shelves_.mark_changed(*node);
}

void State::erase_shelf(const WindowId& id) {
  remove(shelves_, look_up(shelves_, id, error_, [&] { return loader_.shelf(id); }));
}

TrendState State::trend(const std::string& group) {
  return look_up(trends_, group, error_, [&] { return loader_.trend(group); })->second.value;
}

void State::set_trend(const std::string& group, TrendState trend) {
  auto* node = look_up(trends_, group, error_, [&] { return loader_.trend(group); });
  node->second.value = std::move(trend);
  node->second.exists = true;
  trends_.mark_changed(*node);
}

void State::erase_trend(const std::string& group) {
  remove(trends_, look_up(trends_, group, error_, [&] { return loader_.trend(group); }));
}

const Waiting* State::waiting(const Id& id) {
  auto* node = look_up(waitings_, id, error_, [&] { return loader_.waiting(id); });
  return node->second.exists ? &node->second.value : nullptr;
}

void State::set_waiting(const Id& id, Waiting waiting) {
  auto* node = look_up(waitings_, id, error_, [&] { return loader_.waiting(id); });
  node->second.value = std::move(waiting);
  node->second.exists = true;
  node->second.erased = false;
  waitings_.mark_changed(*node);
  waitings_.weigh(*node, weight_of(node->second.value));
}

void State::erase_waiting(const Id& id) {
  remove(waitings_, look_up(waitings_, id, error_, [&] { return loader_.waiting(id); }));
}

void State::erase_answer(const std::string& command) {
  remove(answers_, look_up(answers_, command, error_, [&] { return loader_.answer(command); }));
}
Linked* State::linked(const std::string& identifier) {
  auto* node = look_up(linked_, identifier, error_, [&] { return loader_.linked(identifier); });
  return node->second.exists ? &node->second.value : nullptr;
}

Linked& State::create_linked(const std::string& identifier) {
  auto* node = look_up(linked_, identifier, error_, [&] { return loader_.linked(identifier); });
  node->second.value = {};
  node->second.value.identifier = identifier;
  node->second.exists = true;
  linked_.mark_changed(*node);
  return node->second.value;
}

void State::changed(const Linked& linked) {
  auto* node = linked_.find(linked.identifier);
  VASTE_CHECK(node != nullptr && node->second.exists);
  linked_.mark_changed(*node);
  linked_.weigh(*node, weight_of(linked));
}

void State::erase(const Linked& linked) {
  auto* node = linked_.find(linked.identifier);
  VASTE_CHECK(node != nullptr && node->second.exists);
  remove(linked_, node);
}

Component* State::component(const Id& customer) {
  auto* node = look_up(components_, customer, error_, [&] { return loader_.component(customer); });
  return node->second.exists ? &node->second.value : nullptr;
}

Component& State::create_component(const Id& customer) {
  auto* node = look_up(components_, customer, error_, [&] { return loader_.component(customer); });
  node->second.value = {};
  node->second.value.customer = customer;
  node->second.exists = true;
  node->second.erased = false;
  components_.mark_changed(*node);
  return node->second.value;
}

void State::changed(const Component& component) {
  auto* node = components_.find(component.customer);
  VASTE_CHECK(node != nullptr && node->second.exists);
  components_.mark_changed(*node);
  components_.weigh(*node, weight_of(component));
}

void State::erase(const Component& component) {
  auto* node = components_.find(component.customer);
  VASTE_CHECK(node != nullptr && node->second.exists);
  remove(components_, node);
}

void State::saved(std::size_t budget_bytes) {
  each_cache([](auto& cache) { cache.saved(); });
  // Conversations are what is large and looked at most: they get what the indexes, each up to its
  // part, do not use. What is remembered of the past spares loading all of a customer's
  // conversations with each event.
  constexpr std::size_t kParts = 32;
  std::size_t rest = budget_bytes;
  const auto trim = [&](auto& cache, std::size_t parts) {
    cache.trim(budget_bytes / kParts * parts);
    rest -= std::min(rest, cache.weight());
  };
  trim(customers_, 3);
  trim(identifiers_, 2);
  trim(threads_, 2);
  trim(linked_, 1);
  trim(components_, 1);
  trim(answers_, 1);
  trim(windows_, 1);
  trim(shelves_, 1);
  trim(trends_, 1);
  trim(waitings_, 1);
  trim(pasts_, 10);
  conversations_.trim(rest);
}

void State::forget_changes() {
  each_cache([](auto& cache) { cache.forget_changes(); });
  pasts_.clear();  // They may have been taken of what is forgotten.
  error_.reset();
}

void State::clear() {
  each_cache([](auto& cache) { cache.clear(); });
  pasts_.clear();
  error_.reset();
}

}  // namespace vaste::core
