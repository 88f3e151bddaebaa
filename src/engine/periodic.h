// Something that is done again and again in a thread of its own. Threads: start() and stop() from
// one.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/time.h"

namespace vaste::engine {

class Periodic {
 public:
  ~Periodic() { stop(); }

  // `turn` may take as long as it likes; `pause` lies between two, and before the first.
  void start(Millis pause, std::function<void()> turn);
  void stop();  // waits for the turn that runs

 private:
  std::mutex mutex_;  // of all below
  std::condition_variable woken_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace vaste::engine
