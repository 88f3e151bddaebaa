// Where each setting comes from: `vaste config show --origin`.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"

namespace vaste::config {

struct Origin {
  std::string path;   // "engine.max_wait", "sources[0]", "kafka.secrets.sasl.password"
  std::string value;  // with its unit, "30s"; of a secret "[hidden]"
  std::string from;   // "default", "host name", "/etc/vaste/vaste.yaml:7:13", of a secret also
                      // ", environment NAME" or ", file PATH"
};

// Of a file that load_config took as `config`.
Result<std::vector<Origin>> origins(const std::string& file, const Config& config);

}  // namespace vaste::config
