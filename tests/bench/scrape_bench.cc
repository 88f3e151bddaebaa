// A scrape: at the budget (30 queues, 4 SLAs) and at the cap of what a policy can ask for (200
// queues, 12 SLAs). The goal is a second at the cap.
//
//   build/release/tests/bench/scrape_bench
#include <benchmark/benchmark.h>

#include <string>

#include "metrics/registry.h"

namespace {

using namespace vaste;

metrics::Options options(std::size_t queues, std::size_t slas) {
  metrics::Options out;
  for (std::size_t i = 0; i < queues; ++i)
    out.policy.queues.push_back({.name = "queue-" + std::to_string(i)});
  for (std::size_t i = 0; i < slas; ++i)
    out.policy.slas.push_back({.name = "sla-" + std::to_string(i)});
  out.topics = {"support.chat", "support.email", "support.phone", "support.social", "vaste.core"};
  out.sinks = {"alertmanager", "webhook"};
  return out;
}

void scrape(benchmark::State& state) {
  metrics::Registry registry(
      options(static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1))));
  std::size_t bytes = 0;
  for (auto _ : state) {
    const std::string text = registry.scrape();
    bytes = text.size();
    benchmark::DoNotOptimize(text.data());
  }
  state.counters["series"] = static_cast<double>(registry.series());
  state.counters["MB"] = static_cast<double>(bytes) / 1e6;
}
BENCHMARK(scrape)
    ->Args({30, 4})
    ->Args({metrics::kMostQueues, metrics::kMostSlas})
    ->Unit(benchmark::kMillisecond);

}  // namespace
