// JSON as YAML for people: blocks, and quotes only where they are needed.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace vaste::app {

std::string yaml_text(const nlohmann::ordered_json& value);

}  // namespace vaste::app
