// How long an event spends in each step, and how long calls of the store take: a sample, since to
// read the clock for all would be felt.
//
// Threads: one worker.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

#include "core/laps.h"
#include "metrics/registry.h"
#include "store/timed_store.h"

namespace vaste::engine {

class StepTimes final : public core::Laps, public store::Stopwatch {
 public:
  static constexpr std::uint32_t kEvents = 1024;  // one of so many is timed, the first is
  static constexpr std::uint32_t kReads = 64;     // likewise; writes all are

  StepTimes() = default;  // tells nobody
  explicit StepTimes(metrics::Registry& registry);

  // An event comes to be decoded, or served; until finish() it is in some step. True if it is one
  // that is timed.
  bool decode() { return decoded_++ % kEvents == 0 && start(core::Step::kDecode); }
  bool serve() { return served_++ % kEvents == 0 && start(core::Step::kStitch); }
  void finish() {
    if (timing_) stop();
  }

  void enter(core::Step step) override;
  void began(store::Op op) override;
  void ended(store::Op op) override;

 private:
  using Clock = std::chrono::steady_clock;
  bool start(core::Step step);
  void stop();

  std::array<metrics::Histogram, core::kSteps> steps_;
  std::array<metrics::Histogram, store::kOps> ops_;
  std::uint32_t decoded_ = 0, served_ = 0, reads_ = 0;
  bool timing_ = false;
  core::Step first_{}, step_{}, around_{};  // around_: of the store
  Clock::time_point entered_;
  std::array<Clock::duration, core::kSteps> spent_{};
  int calls_ = 0;  // of the store, one inside the other: the outermost is timed
  bool call_timed_ = false;
  Clock::time_point called_;
};

}  // namespace vaste::engine
