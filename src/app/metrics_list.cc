#include "app/metrics_list.h"

#include <cstdio>

#include "metrics/catalog.h"

namespace vaste::app {

int print_metrics(const MetricsOptions& options) {
  std::fputs((options.json ? metrics::json() : metrics::markdown()).c_str(), stdout);
  return 0;
}

}  // namespace vaste::app
