// What one worker's partitions are like now, in /metrics. Workers share gauges: each adds its
// changes, or is one of the owners of which the lowest or highest is told. What is given back, or
// ends, leaves nothing behind.
//
// Threads: one worker; the metrics behind it are atomic.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "core/tally.h"
#include "kafka/client.h"
#include "metrics/registry.h"
#include "store/store.h"

namespace vaste::engine {

// By how much events are ahead of their brokers' time, by channel: the most in the last minute.
class Leads {
 public:
  void note(Channel channel, std::int64_t lead_ms) {
    std::int64_t& most = slots_[newest_][static_cast<std::size_t>(channel)];
    if (lead_ms > most) most = lead_ms;
  }
  // The most, at least 0.
  std::array<Millis, kChannels> most(Instant now);

 private:
  static constexpr std::size_t kSlots = 7;  // of ten seconds, the newest is not over
  std::array<std::array<std::int64_t, kChannels>, kSlots> slots_{};
  std::size_t newest_ = 0;
  Instant began_;  // the newest slot
};

// How far a partition has been read, for saying how old the next record may be.
struct Reached {
  Instant placed;  // reading began
  Instant at_end;  // all that there was then had been read
  Instant last;    // broker time of a record that was read

  Millis age(Instant now) const {
    const Instant known = std::max(at_end, last);
    return now - (is_set(known) ? known : placed);
  }
};

class Gauges {
 public:
  Gauges(metrics::Registry& registry, const Policy& policy);
  ~Gauges();  // its share of everything is gone

  void assigned(std::string_view topic, int change);  // partitions won or given back
  void restoring(std::int32_t partition, std::int64_t remaining);
  // `age`: since the oldest record that is not read may have come.
  void lag(const kafka::TopicPartition& at, std::int64_t records, Millis age);
  void watermark(const kafka::TopicPartition& at, Instant read_up_to);
  void given_back(const kafka::TopicPartition& at);

  // What is held in all partitions that are served here.
  struct Holds {
    std::vector<const core::Tally*> tallies;
    std::vector<Instant> next_breaches;  // by queue
    std::vector<Instant> waiting;        // by queue and channel, see Census
    std::uint64_t moments = 0;
  };
  void holds(const Holds& now);
  void store(const store::Stats& now);  // the sum over this worker's databases
  // Of the open transaction; kNever: none is open.
  void outbox(std::uint64_t records, Instant began);
  void queued(std::uint64_t records);
  void leads(const std::array<Millis, kChannels>& most);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vaste::engine
