// `vaste check FILE...`: says what is wrong with configurations and policies, without starting
// anything. `vaste config`: what they may say, and what one comes to.
#pragma once

#include <string>
#include <vector>

namespace vaste::app {

struct CheckOptions {
  std::vector<std::string> files;
  bool warnings_as_errors = false;
  bool json = false;
};

struct SchemaOptions {
  bool of_config = false;  // else of a policy
  bool json = true;        // there is nothing else
};

// The JSON Schema goes to stdout. Returns the exit code.
int print_schema(const SchemaOptions& options);

struct ShowConfigOptions {
  std::string config_file;
  bool origin = false;  // a line a setting, with where it comes from; else YAML
  bool json = false;    // the same as one JSON document
};

// What a configuration comes to, defaults included and secrets hidden. Returns the exit code.
int show_config(const ShowConfigOptions& options);

// Findings and "FILE: ok" are the data, so they go to stdout. Returns the exit code.
int check(const CheckOptions& options);

}  // namespace vaste::app
