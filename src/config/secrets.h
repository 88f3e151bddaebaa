// kafka.properties and kafka.secrets. Private to config/.
#pragma once

#include "config/yaml.h"

namespace vaste::config {

// Reads both into `kafka`. No finding ever holds what a secret's place holds: not even a wrong file
// name.
void read_properties(Map& section, Kafka& kafka, Report& report);

// A secret by where it is: `{file: PATH}` or `{env: NAME}`. nullopt, with a finding, if it is not
// there. `example`: a file as one would write it.
std::optional<std::string> read_secret(const Value& value, Report& report, std::string_view example,
                                       std::string_view variable);

}  // namespace vaste::config
