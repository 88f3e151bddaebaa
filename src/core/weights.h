// Roughly how many bytes the entries of State's caches occupy, with what the allocator adds.
// Private to core/.
#pragma once

#include <cstddef>
#include <string>

#include "core/state.h"

namespace vaste::core {

constexpr std::size_t kNode = 160;  // an entry of a cache, with its place in the table

// Of an entry before its value.
std::size_t weight(const std::string& key);
std::size_t weight(const Id& key);
std::size_t weight(const WindowId& id);

// Of an entry and its value.
std::size_t weight_of(const Conversation& conversation);
std::size_t weight_of(const Customer& customer);
std::size_t weight_of(const std::string& identifier, const Pointer& pointer);
std::size_t weight_of(const Linked& linked);
std::size_t weight_of(const std::string& id, const Answer& answer);
std::size_t weight_of(const WindowId& id, const KpiWindow& window);
std::size_t weight_of(const Waiting& waiting);
std::size_t weight_of(const Component& component);

}  // namespace vaste::core
