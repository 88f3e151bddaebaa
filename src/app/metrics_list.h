// `vaste metrics`: the catalogue of all metrics, for documentation and for programs.
#pragma once

namespace vaste::app {

struct MetricsOptions {
  bool json = false;  // else a Markdown table
};

// To stdout. Returns the exit code.
int print_metrics(const MetricsOptions& options);

}  // namespace vaste::app
