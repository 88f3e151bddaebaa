#include "app/metrics_list.h"

#include "app/exit_code.h"
#include "app/terminal.h"
#include "metrics/catalog.h"

namespace vaste::app {

int print_metrics(const MetricsOptions& options) {
  catch_signals();
  const bool written = write_out(options.json ? metrics::json() : metrics::markdown());
  return !written && output_lost() ? kExitInternal : 0;
}

}  // namespace vaste::app
