// JSON as every command writes it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace vaste::app {

// Keys in the order in which they were put; what is not UTF-8 is replaced, not refused.
inline std::string json_text(const nlohmann::ordered_json& value, int indent = 2) {
  return value.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace vaste::app
