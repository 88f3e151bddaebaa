// Which step of an event's life begins: said by the core to whoever has a clock. The core has none.
#pragma once

#include <cstdint>

namespace vaste::core {

enum class Step : std::uint8_t { kDecode, kStitch, kClocks, kStore, kEmit };
inline constexpr int kSteps = 5;

class Laps {
 public:
  virtual ~Laps() = default;
  virtual void enter(Step step) = 0;
};

// A step inside another one. nullptr: nobody wants to know.
class Lap {
 public:
  Lap(Laps* laps, Step step, Step around) : laps_(laps), around_(around) {
    if (laps_ != nullptr) laps_->enter(step);
  }
  ~Lap() {
    if (laps_ != nullptr) laps_->enter(around_);
  }
  Lap(const Lap&) = delete;
  Lap& operator=(const Lap&) = delete;

 private:
  Laps* laps_;
  Step around_;
};

}  // namespace vaste::core
