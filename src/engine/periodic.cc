#include "engine/periodic.h"

#include <utility>

namespace vaste::engine {

void Periodic::start(Millis pause, std::function<void()> turn) {
  thread_ = std::thread([this, pause, turn = std::move(turn)] {
    while (true) {
      {
        std::unique_lock lock(mutex_);
        if (woken_.wait_for(lock, pause, [&] { return stopping_; })) return;
      }
      turn();
    }
  });
}

void Periodic::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  woken_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace vaste::engine
