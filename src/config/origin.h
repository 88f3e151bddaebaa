// Where each setting comes from: `vaste config show --origin`.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"

namespace vaste::config {

struct Origin {
  std::string path;   // "engine.max_wait", "sources[0].topic", "kafka.secrets.sasl.password"
  std::string value;  // with its unit, "30s"; of a secret "[hidden]"
  std::string from;   // "default", "host name", "file"; of a secret "environment" or "secret file"
  // What is written in the configuration, be it the value or where a secret is.
  std::string file;
  int line = 0;  // 1-based; 0: it is not written there
  int column = 0;
  std::string name;  // of the environment's variable, or of the secret's file
};
// "default", "vaste.yaml:7:13", "vaste.yaml:9:20, environment KAFKA_PASSWORD"
std::string text(const Origin& origin);

// Of a file that load_config took as `config`, in the order of show().
Result<std::vector<Origin>> origins(const std::string& file, const Config& config);

}  // namespace vaste::config
