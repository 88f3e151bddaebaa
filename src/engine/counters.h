// What one worker's transactions did, held back until the commit is known and only then counted in
// /metrics.
//
// Threads: one worker; the metrics behind it are atomic.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "core/step.h"
#include "metrics/registry.h"

namespace vaste::engine {

class Counters {
 public:
  explicit Counters(metrics::Registry& registry);
  ~Counters();

  // Held back until committed(); dropped by aborted().
  void effects(const core::Effects& effects, Instant now);
  void dead_letter(Code code);
  void committed(Millis took, Instant now);
  void aborted(bool fenced);
  // Held back on, whatever is aborted, until it was asked what came of it. Nothing is added
  // meanwhile (checked).
  void in_doubt();
  void settled(bool was_committed, Millis took, Instant now);

  // Counted at once.
  void rebalanced(std::string_view kind);  // assigned, revoked, lost
  void rebalance_took(Millis took);
  void restored(std::uint64_t records);
  void restore_took(Millis took);
  void timer_lag(Millis lag);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vaste::engine
