// What /livez, /readyz and /startupz say: does the loop turn, is everything there that this
// instance needs, and was it there once.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/time.h"
#include "serve/http.h"

namespace vaste::serve {

// A loop that has not turned for so long will not turn again by itself.
inline constexpr Millis kLoopPatience{30000};

// Threads: all functions from any thread.
class Health {
 public:
  // `part` ("core[3]", "kafka") is not ready, and why ("restoring, 120 records left"). Replaces its
  // last reason. A part that was never named counts as ready, so name all of them before the first
  // probe can come.
  void not_ready(const std::string& part, std::string reason);
  void ready(const std::string& part);  // Also for a part that is gone: a partition given back.

  // The loop `name` turned. From the first beat on it has to go on until stopped(). `now` may lie
  // ahead: it waits for others till then, under a watch of its own.
  void beat(const std::string& loop, Instant now);
  void stopped(const std::string& loop);

  bool is_ready() const;
  std::vector<std::string> reasons() const;  // "core[3]: restoring, 120 records left", by part
  std::vector<std::string> stuck(Instant now) const;  // "worker[0]: has not turned for 31 s"

  // 200 or 503 and {"ready":false,"reasons":["core[3]: ..."]}.
  Response readyz() const;
  // Likewise {"started":false,...} until everything was there at once, then 200 for ever: a broker
  // that goes away later is no reason to begin the start anew, however long the first one took.
  Response startupz() const;
  // 200 or 503 and {"live":false,"reasons":["worker[0]: ..."]}. Only what a restart could mend.
  Response livez(Instant now) const;

 private:
  bool all_there() const;  // under mutex_

  mutable std::mutex mutex_;
  mutable bool started_ = false;  // by the asking, since parts are named one after the other
  std::map<std::string, std::string> reasons_;
  std::map<std::string, Instant> beats_;
};

}  // namespace vaste::serve
