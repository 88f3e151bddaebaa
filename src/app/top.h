// `vaste top`: who waits where, on all instances, in this terminal.
#pragma once

#include "app/connection.h"

namespace vaste::app {

struct TopOptions {
  Connection connection;
  int seconds = 0;     // 0: until Ctrl-C
  bool plain = false;  // lines instead of a screen
};

// Returns the exit code. Ctrl-C is a good end.
int top(const TopOptions& options);

}  // namespace vaste::app
