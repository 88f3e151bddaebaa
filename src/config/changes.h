// What a configuration that was read again would change.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"

namespace vaste::config {

struct Changes {
  bool log = false;
  bool notify = false;               // without names of sinks
  std::vector<std::string> waiting;  // what only a new start takes: "engine.workers", "sources"
};

// Of two that load_config took. Values of secrets count, though nobody is told them.
Changes changes(const Config& from, const Config& to);

}  // namespace vaste::config
