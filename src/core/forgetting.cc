#include "core/forgetting.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"

namespace vaste::core {

namespace {

// Ids of ours are of version 7, those who wait of version 8 (change.h), these of version 9.
constexpr std::uint64_t kVersionBits = 0xf000;
constexpr std::uint64_t kVersion = 0x9000;

// What a key is about: its first letter.
constexpr char kAnswer = 'o';
constexpr char kIdentifier = 'p';

// By the same kind of record as who waits: a key, and a time that a timer is armed for.
void forget_at(State& state, std::string key, Instant at, Effects& effects) {
  const std::uint64_t high = hash64(key, 9), low = hash64(key, 10);
  const Id id{(high & ~kVersionBits) | kVersion, low | 1ULL << 63};
  state.set_waiting(id, Waiting{std::move(key), at, {}, 0, 0});
  effects.new_timers.emplace_back(at, id);
}

// Its customer lives where it does, as its own actor made it.
void forget_identifier(State& state, const std::string& identifier) {
  const Pointer* pointer = state.identifier(identifier);
  if (pointer == nullptr || !pointer->own || pointer->epoch != 0 || !pointer->told.empty()) return;
  const Customer& theirs = state.customer(pointer->customer);
  if (theirs.conversations.empty() && theirs.merged_into.empty() && theirs.parted.empty())
    state.erase_identifier(identifier);
}

}  // namespace

bool is_forgetting_id(const Id& id) {
  return (id.high & kVersionBits) == kVersion;
}

void forget_answer_at(State& state, const std::string& command, Instant at, Effects& effects) {
  forget_at(state, kAnswer + command, at, effects);
}

void forget_identifier_at(State& state, const std::string& identifier, Instant at,
                          Effects& effects) {
  forget_at(state, kIdentifier + identifier, at, effects);
}

void forget_now(State& state, const Id& id, Instant armed) {
  const Waiting* known = state.waiting(id);
  if (known == nullptr || known->until != armed) return;
  const std::string key = known->key;
  state.erase_waiting(id);
  if (key.front() == kAnswer) state.erase_answer(key.substr(1));
  if (key.front() == kIdentifier) forget_identifier(state, key.substr(1));
}

}  // namespace vaste::core
