// JSON Schemas (2020-12) of policies and configurations, for editors: what may be written where,
// with descriptions and examples. Made from the tables that the readers go by; what only a whole
// file shows (a rule that can never match) is `vaste check`'s to say.
#pragma once

#include <string>

namespace vaste::config {

std::string policy_schema();
std::string config_schema();

}  // namespace vaste::config
