// `vaste check FILE...`: says what is wrong with configurations and policies, without starting
// anything.
#pragma once

#include <string>
#include <vector>

namespace vaste::app {

struct CheckOptions {
  std::vector<std::string> files;
  bool warnings_as_errors = false;
};

struct SchemaOptions {
  bool of_config = false;  // else of a policy
};

// The JSON Schema goes to stdout. Returns the exit code.
int print_schema(const SchemaOptions& options);

// Findings and "FILE: ok" are the data, so they go to stdout. Returns the exit code.
int check(const CheckOptions& options);

}  // namespace vaste::app
