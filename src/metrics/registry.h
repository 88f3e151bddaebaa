// All metrics of the process. The only header and source that know prometheus-cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/catalog.h"
#include "model/policy.h"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace vaste::metrics {

// Handles are pointers: cheap to copy, usable from any thread, valid as long as the registry. One
// without a registry behind it (default-constructed) counts nothing, so code under test needs none.
class Counter {
 public:
  Counter() = default;
  explicit Counter(prometheus::Counter* to) : to_(to) {}
  void add(double amount = 1) const;  // amount >= 0
  double value() const;               // 0 without a registry

 private:
  prometheus::Counter* to_ = nullptr;
};

// Several workers share a gauge: those that count things add their changes, so that the sum is
// right; set() is for what one thread alone knows.
class Gauge {
 public:
  Gauge() = default;
  explicit Gauge(prometheus::Gauge* to) : to_(to) {}
  void set(double value) const;
  void add(double amount) const;  // may be negative
  double value() const;

 private:
  prometheus::Gauge* to_ = nullptr;
};

class Histogram {
 public:
  Histogram() = default;
  explicit Histogram(prometheus::Histogram* to) : to_(to) {}
  void observe(double value) const;

 private:
  prometheus::Histogram* to_ = nullptr;
};

struct Options {
  Policy policy;                    // its queues, SLAs, objectives and goals
  std::vector<std::string> topics;  // subscribed ones
  std::vector<std::string> sinks;   // where alerts are delivered to, by name
  std::string version;
  std::string revision;
  std::uint64_t config_hash = 0;
  std::string state_directory;  // empty: no vaste_state_disk_*
};

inline constexpr std::size_t kMostQueues = 200;
inline constexpr std::size_t kMostSlas = 12;
inline constexpr std::size_t kMostOnDemand = 2000;  // series of one metric made on demand
inline constexpr std::string_view kOther = "_other";

// Threads: all functions from any thread. Resolve a handle once where that is easy; a second
// look-up of the same series costs a lock and a hash.
class Registry {
 public:
  explicit Registry(Options options);
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  // `values` in the order of the catalogue's labels; as many as it has, and of the type it is
  // (checked). A value that its label does not have becomes "_other" ("other" for a channel) and
  // counts in vaste_metrics_overflow_total; an empty one ("no queue yet") becomes that without
  // being counted.
  Counter counter(Metric metric, std::initializer_list<std::string_view> values = {});
  Gauge gauge(Metric metric, std::initializer_list<std::string_view> values = {});
  Histogram histogram(Metric metric, std::initializer_list<std::string_view> values = {});

  // For a gauge that is the lowest of what several owners know: each says its own, 0 = nothing.
  // The gauge is the lowest that is not 0; 0 when nobody has any.
  void lowest(Metric metric, std::initializer_list<std::string_view> values,
              const std::string& owner, double value);

  // The same with the highest.
  void highest(Metric metric, std::initializer_list<std::string_view> values,
               const std::string& owner, double value);

  // For a counter of which somebody else keeps the total: brings it up to there.
  void follow(Metric metric, std::initializer_list<std::string_view> values, double total);

  // Called in each scrape, before it reads: for gauges that are looked up rather than followed
  // (RocksDB's).
  void on_scrape(std::function<void()> refresh);

  // Prometheus text format, version 0.0.4.
  std::string scrape();

  // Series that a scrape writes, buckets included.
  std::size_t series();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vaste::metrics
