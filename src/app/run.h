// `vaste run`: the roles and their listener, until a signal ends them.
#pragma once

#include <string>

#include "app/app.h"
#include "base/result.h"
#include "config/config.h"

namespace vaste::app {

struct RunOptions {
  std::string config_file;
  std::string roles;  // "engine,notifier"; empty: those that the configuration has something for
};

// Errors: kUsage (no such role), kConfig (one for which the configuration says nothing).
Result<Roles> roles_of(const std::string& wanted, const config::Config& config);

// Returns the exit code of the program.
int run(const RunOptions& options);

}  // namespace vaste::app
