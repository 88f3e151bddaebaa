// `vaste asyncapi`: the contract with those who read our topics, as an AsyncAPI 3 document.
#pragma once

#include <string>

#include "config/config.h"

namespace vaste::app {

struct AsyncapiOptions {
  std::string config_file;  // topics and brokers; empty: the defaults
  bool json = false;        // else YAML
};

// The document goes to stdout. Returns the exit code.
int print_asyncapi(const AsyncapiOptions& options);

// Made of emit/outputs.h and of the messages as they are compiled in: the same for the same
// configuration and version.
std::string asyncapi(const config::Config& config, const std::string& version, bool json);

}  // namespace vaste::app
