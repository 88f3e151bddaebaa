// `vaste run`: the engine, its listener and the board, until a signal ends them.
#pragma once

#include <string>

namespace vaste::app {

struct RunOptions {
  std::string config_file;
};

// Returns the exit code of the program.
int run(const RunOptions& options);

}  // namespace vaste::app
