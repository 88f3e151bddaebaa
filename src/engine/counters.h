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
#include "core/tally.h"
#include "kafka/consumer.h"
#include "metrics/registry.h"
#include "store/store.h"

namespace vaste::engine {

class Counters {
 public:
  Counters(metrics::Registry& registry, const Policy& policy);
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
  void watermark(const kafka::TopicPartition& at, Instant read_up_to);
  void given_back(const kafka::TopicPartition& at);  // its gauges go to 0
  // What this worker's partitions hold, and by queue the instant of the next breach.
  void tallies(const std::vector<const core::Tally*>& tallies,
               const std::vector<Instant>& next_breaches);
  void timer_lag(Millis lag);
  void store(const store::Stats& now);  // the sum over this worker's databases

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vaste::engine
