// How a database lays out its keys: state, timers and a little about itself, in one key space.
// Private to the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/store.h"

namespace vaste::store::layout {

inline constexpr std::string_view kFormat = "format";
inline constexpr std::string_view kBatches = "batches";  // how many were ever applied
inline constexpr std::string_view kPositions = "positions";
inline constexpr std::string_view kAsOf = "as_of";
inline constexpr std::string_view kTimerCursor = "timer_cursor";

// What keys of a kind begin with alike: the part of the database, and of state what it is.
inline constexpr std::size_t kKindBytes = 2;

// Appended to `out`.
void state_key(std::string_view key, std::string& out);
void timer_key(const Timer& timer, std::string& out);

// What a state key was made from. The key must be one.
std::string_view state_of(std::string_view database_key);
// nullopt: the bytes are no timer key.
std::optional<Timer> timer_of(std::string_view database_key);

std::string meta_key(std::string_view name);
std::string first_timer_at(Instant at);         // not after the key of any timer at `at`
std::string after_timers_until(Instant until);  // after the key of every timer at or before `until`
std::string after_prefix(
    std::string prefix);  // after every key with this prefix; it has a byte below 255

// Values of the meta keys.
std::string number(std::uint64_t value);
std::optional<std::uint64_t> number_of(std::string_view bytes);
std::string positions(const Positions& positions);
std::optional<Positions> positions_of(std::string_view bytes);
std::string instant(Instant at);
std::optional<Instant> instant_of(std::string_view bytes);

}  // namespace vaste::store::layout
