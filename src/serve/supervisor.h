// The service manager that started us, and what it wants to know: the protocol of sd_notify(3).
//
// Without one (an empty socket) every call does nothing. Datagrams are never waited for: a manager
// that does not read them loses news, we do not stand still.
//
// Threads: one.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "serve/health.h"

namespace vaste::serve {

class Supervisor {
 public:
  // `socket`: a path, or a name that begins with @. `watchdog`: it ends us when it hears nothing
  // for so long; 0: it does not.
  Supervisor(const std::string& socket, Millis watchdog);
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  // To be called often. Says that we are ready once `health` is, and why we are not until then,
  // with a plea for more time as long as every loop turns: a restore takes what it takes. From then
  // on feeds the watchdog, as long as every loop turns: a loop that hangs starves it.
  void turn(const Health& health, Instant now);

  // Around the reading of a new configuration.
  void reloading();
  void reloaded();

  void stopping();

 private:
  void say(std::string_view news);

  int socket_ = -1;
  std::string address_;
  Millis interval_;
  bool ready_ = false;
  bool refused_ = false;  // said once
  Instant last_;
  std::string status_;
};

}  // namespace vaste::serve
