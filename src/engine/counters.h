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
#include "store/store.h"

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

  // Counted at once.
  void rebalanced(std::string_view kind);             // assigned, revoked, lost
  void assigned(std::string_view topic, int change);  // partitions won or given back
  void restored(std::int32_t partition, std::int64_t remaining, std::uint64_t records);
  void restore_took(Millis took);
  void lag(std::string_view topic, std::int32_t partition, std::int64_t records);
  void watermark(std::string_view topic, Instant read_up_to);
  void timer_lag(Millis lag);
  void store(const store::Stats& now);  // the sum over this worker's databases

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vaste::engine
