// What everybody who is told of alerts is counted by.
#pragma once

#include <string>

#include "base/time.h"
#include "metrics/registry.h"

namespace vaste::notify {

class SinkCounters {
 public:
  SinkCounters(metrics::Registry& registry, std::string sink);

  void attempt(bool ok);
  void took(const std::string& kind, Instant since, Instant now);  // kNever: nothing is measured
  // Deliveries that failed for good: counted as such, and said in the log at most every ten
  // seconds, with how many there were since.
  void lost(std::size_t alerts, const std::string& why, Instant now);

 private:
  metrics::Registry& registry_;
  const std::string sink_;
  metrics::Counter ok_, failed_;
  std::size_t untold_ = 0;
  Instant told_ = kNever;
};

Instant system_now();

}  // namespace vaste::notify
