// A made-up service desk: what its four channels report from one day to the next, as canonical
// events.
//
// Pure: a function of its arguments, the same on every machine; never asks what time it is. Not
// thread-safe. Names, addresses and numbers are invented (example.org, +35850555xxxx); every day is
// a working day.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "loadgen/random.h"
#include "loadgen/script.h"
#include "vaste/v1/event.pb.h"

namespace vaste::loadgen {

// How many contacts begin in each hour of the desk's day, at load 1.
double contacts_per_hour(int hour);

class Generator {
 public:
  // `day_start` is midnight at the desk. Load 1 is about 2,000 contacts and 15,000 events a day.
  // Contacts begin `from` that midnight on: a demo has no patience for the night.
  explicit Generator(std::uint64_t seed, Instant day_start, double load = 1.0,
                     Millis from = Millis(0));

  // In time order. Goes on with the next day for ever; never empty (an optional, since other
  // sources end).
  std::optional<v1::Event> next();

  Instant start() const { return start_; }

 private:
  // What is still to come: an event, or (without an event's body) the same customer on another
  // channel.
  struct Pending {
    Instant at;
    std::uint64_t order = 0;  // of making; among equal times the older is first
    v1::Event event;
    std::uint32_t customer = 0;
  };
  static bool later(const Pending& a, const Pending& b);

  void push(Instant at, v1::Event event, std::uint32_t customer);
  void plan_arrival(Instant after);
  void begin_contact(Instant at, std::uint32_t customer, v1::Channel channel, bool repeated);
  v1::Channel choose_channel(int hour);

  Random random_;
  Instant day_start_;
  Instant start_;
  double load_;
  std::uint64_t orders_ = 0;
  Ids ids_;
  Instant next_arrival_;
  std::uint32_t customers_;
  std::vector<Pending> heap_;  // the earliest on top
};

}  // namespace vaste::loadgen
