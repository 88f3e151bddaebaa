// A call into the brokers that may ignore its time-out. Private to engine/.
#pragma once

#include <string>

#include "engine/worker.h"

namespace vaste::engine {

// Calls of librdkafka that ignore their time-out come back when brokers do; one that is stuck for
// so long never will.
inline constexpr Millis kStuck{300000};

// While it lives, the watchdog ends the process after kStuck. Till then the loop does not hang: to
// start anew would mend nothing.
class Waiting {
 public:
  Waiting(Shared& shared, const std::string& loop, const char* what)
      : health_(shared.health), loop_(loop), guard_(shared.watchdog, kStuck, what) {
    health_.beat(loop_, wall_clock() + kStuck);
  }
  ~Waiting() { health_.beat(loop_, wall_clock()); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  serve::Health& health_;
  const std::string& loop_;
  kafka::Watchdog::Guard guard_;
};

}  // namespace vaste::engine
