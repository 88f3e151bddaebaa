#include "notify/sink.h"

#include <algorithm>

#include "base/log.h"

namespace vaste::notify {

namespace {

using metrics::Metric;
constexpr Millis kBetweenLines{10000};

}  // namespace

SinkCounters::SinkCounters(metrics::Registry& registry, std::string sink)
    : registry_(registry),
      sink_(std::move(sink)),
      ok_(registry.counter(Metric::kAlertDeliveriesTotal, {sink_, "ok"})),
      failed_(registry.counter(Metric::kAlertDeliveriesTotal, {sink_, "failed"})) {}

void SinkCounters::attempt(bool ok) {
  (ok ? ok_ : failed_).add();
}

void SinkCounters::took(const std::string& kind, Instant since, Instant now) {
  if (!is_set(since)) return;
  const double seconds = static_cast<double>(std::max(now - since, Millis(0)).count()) / 1000;
  registry_.histogram(Metric::kAlertDeliverySeconds, {kind, sink_}).observe(seconds);
}

void SinkCounters::lost(std::size_t alerts, const std::string& why, Instant now) {
  if (alerts > 0) failed_.add(static_cast<double>(alerts));
  untold_ += alerts;
  if (untold_ == 0 || now < told_ + kBetweenLines) return;
  log::error("notify " + sink_ + ": " + std::to_string(untold_) +
             " alerts will not be told: " + why);
  untold_ = 0;
  told_ = now;
}

Instant system_now() {
  return std::chrono::floor<Millis>(std::chrono::system_clock::now());
}

}  // namespace vaste::notify
