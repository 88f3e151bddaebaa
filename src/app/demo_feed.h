// The made-up desk's day, faster than it happens, into the four source topics: what `vaste demo`
// lives on.
//
// Threads: none of its own, and not thread-safe: call step() every few milliseconds from one
// thread. Time: the engine judges by the wall's clock, so each event carries the wall time at which
// it is due; only the distances between events are `speed` times shorter. The policy's targets must
// be too: demo_policy(speed).
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "kafka/transaction.h"
#include "loadgen/generator.h"

namespace vaste::app {

// service-desk.yaml with its targets, windows and queue goals divided by `speed`, open at all
// hours, at risk at 75 %.
std::string demo_policy(double speed);

class DemoFeed {
 public:
  // The generator's start() happens at `now`. `producer` must outlive this.
  DemoFeed(kafka::PlainProducer& producer, loadgen::Generator generator, double speed, Instant now);

  // Produces what is due until `now`, at most kMostPerStep (after a long pause it catches up in a
  // few steps). Returns how many were produced; a refused one stays and is tried again with the
  // next step, last_error() says why.
  std::size_t step(Instant now);

  static constexpr std::size_t kMostPerStep = 2000;
  std::uint64_t produced() const { return produced_; }
  const std::optional<Error>& last_error() const { return last_error_; }

 private:
  Instant wall_time(const v1::Event& event) const;
  bool produce(Instant at);

  kafka::PlainProducer& producer_;
  loadgen::Generator generator_;
  double speed_;
  Instant start_;                             // the wall's
  std::array<kafka::TopicHandle, 5> topics_;  // by v1::Channel
  std::optional<v1::Event> next_;
  std::uint64_t produced_ = 0;
  std::optional<Error> last_error_;
};

}  // namespace vaste::app
