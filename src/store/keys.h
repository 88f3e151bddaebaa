// The layout of state keys: only this file knows it. Every value is a versioned record of
// state.proto.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "model/kpi_window.h"
#include "store/store.h"

namespace vaste::store {

// Keys of the changelog and of Store::get/put.
std::string identifier_key(std::string_view identifier);  // 'p' + identifier
std::string thread_key(std::string_view key);             // 't' + thread key
std::string customer_key(const Id& customer);             // 'c' + 16 bytes
std::string conversation_key(const Id& conversation);     // 'v' + 16 bytes
std::string linked_key(std::string_view identifier);      // 'l' + identifier
std::string component_key(const Id& customer);            // 'g' + 16 bytes
std::string command_key(std::string_view id);             // 'o' + command id
std::string tally_key(std::string_view queue);            // 'n' + queue
std::string waiting_key(const Id& id);                    // 'u' + 16 bytes
// Of a long conversation: 'k' + 16 bytes + list + 4 bytes, the greatest first.
std::string block_key(const Id& conversation, char list, std::uint32_t number);
std::string blocks_of(const Id& conversation);  // what their keys begin with

// Of KPIs: 'q' + size + 8 bytes of its start + group, and 'h' + size + its start; by time.
std::string window_key(const WindowId& id);
std::string shelf_key(const WindowId& shelf);
std::string windows_of(const WindowId& shelf);            // what the keys of its groups begin with
std::optional<WindowId> window_of(std::string_view key);  // of either; nullopt: it is neither

std::string trend_key(std::string_view group);  // 'y' + group

inline constexpr std::string_view kTrends = "y";
inline constexpr std::string_view kShelves = "h";
inline constexpr std::string_view kConversations = "v";  // what all their keys begin with
inline constexpr std::string_view kTallies = "n";
inline constexpr std::string_view kWaiting = "u";

// Of the local database alone, never in the changelog: in each queue by instant.
std::string breach_key(std::string_view queue, const Timer& breach);
std::string breaches_of(std::string_view queue);  // what its keys begin with
std::optional<Timer> breach_of(std::string_view key);

std::string sweep_key();  // 'w': see Sweep in codec.h

}  // namespace vaste::store
