// kafka.properties and kafka.secrets. Private to config/.
#pragma once

#include "config/yaml.h"

namespace vaste::config {

// Reads both into `kafka`. No finding ever holds what a secret's place holds: not even a wrong file
// name.
void read_properties(Map& section, Kafka& kafka, Report& report);

}  // namespace vaste::config
