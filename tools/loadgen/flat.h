// Cheap events for load: N customers, each with conversations of M messages, all of them at once.
//
// Pure: event i is a function of the shape and i. Not thread-safe.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"
#include "vaste/v1/event.pb.h"

namespace vaste::loadgen {

struct FlatShape {
  std::uint64_t seed = 1;  // keeps the customers and ids of different runs apart
  std::uint64_t customers = 1000;
  std::uint64_t events = 10;  // of one conversation; the last says that it is resolved
  Instant start;
  Millis interval{1};  // between two events
};

class Flat {
 public:
  explicit Flat(const FlatShape& shape);

  // Round robin over the customers; after the last event of each a new round of conversations. The
  // event stays ours and changes with the next call.
  const v1::Event& next();
  // The same event as one line of canonical JSON, faster than Protobuf's own printer; instead of
  // next().
  void append_json(std::string& out);

 private:
  struct Step {
    std::uint64_t customer;
    std::uint64_t conversation;
    std::uint64_t step;
    std::int64_t at_ms;
  };
  Step advance();

  FlatShape shape_;
  std::uint64_t count_ = 0;
  v1::Event event_;
};

}  // namespace vaste::loadgen
