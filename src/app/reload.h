// SIGHUP: the configuration is read again while the program runs. What is wrong with it is said as
// at a start, and nothing is changed then; what can be taken is, and the rest is named.
#pragma once

#include <cstdint>

#include "app/app.h"
#include "app/run.h"
#include "config/config.h"

namespace vaste::app {

// What runs.
struct Running {
  config::Config config;
  std::uint64_t policy = 0;  // the hash of the file's
};

void begin_log(const config::Log& log);

// Tells metrics and the log how it went. `running` is what runs afterwards.
void reload(const RunOptions& options, Running& running, App& app);

}  // namespace vaste::app
