// Contributions to KPIs as counters of /metrics.
//
// A counter counts a fact when it is contributed for the first time: it cannot take anything back.
// What late events correct is exact where contributions are summed up, not here.
// Threads: one worker; the metrics behind it are atomic.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/step.h"
#include "metrics/registry.h"

namespace vaste::engine {

class KpiCounters {
 public:
  explicit KpiCounters(metrics::Registry& registry) : registry_(registry) {}

  // Held back until count(); clear() drops it.
  void hold(std::span<const core::Contributed> contributed);
  void count();
  void clear() { held_.clear(); }

 private:
  struct Held {
    Fact fact;
    Outcome outcome;
    Channel channel, from;
    std::string name, queue;
    std::int64_t value, wall, target;
  };

  void count(const Held& one);
  void count_wait(const Held& one);
  void count_spent(const Held& one);
  void count_answer(const Held& one);
  void handled(const Held& one, const char* phase);

  metrics::Registry& registry_;
  std::vector<Held> held_;
};

}  // namespace vaste::engine
