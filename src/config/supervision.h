// What a service manager tells a program that it starts: sd_notify(3), sd_watchdog_enabled(3).
#pragma once

#include <string>

#include "base/time.h"

namespace vaste::config {

struct Supervision {
  std::string socket;  // empty: nobody wants to hear
  Millis watchdog{0};  // 0: nobody waits for us
};

// Of the environment, at start.
Supervision supervision();

// The same from its variables, nullptr where one is not set. `pid`: ours; what was meant for
// another process is not for us.
Supervision supervision(const char* socket, const char* watchdog_usec, const char* watchdog_pid,
                        long pid);

}  // namespace vaste::config
