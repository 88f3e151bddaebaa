// Cheap events for load: N customers, each with conversations of M messages, all of them at once.
//
// Pure: event i is a function of the shape and i. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "vaste/v1/event.pb.h"

namespace vaste::loadgen {

struct FlatShape {
  std::uint64_t seed = 1;  // keeps the customers and ids of different runs apart
  std::uint64_t customers = 1000;
  std::uint64_t events = 10;  // of one conversation; the last says that it is resolved
  Instant start;
  Millis interval{1};       // between two events
  std::uint64_t first = 0;  // skips so many events, as if they had been written before
  // A message's text is made so long, of words that compress about as well as people's do.
  std::size_t text_bytes = 0;
  // The first conversations of customers are of different length, so that afterwards as many begin
  // and end at any time; without it those of all customers do in the same turn.
  bool spread = false;
};

class Flat {
 public:
  explicit Flat(const FlatShape& shape);

  // Round robin over the customers; after the last event of each a new round of conversations. The
  // event stays ours and changes with the next call.
  const v1::Event& next();
  // The same, but happening at `at`, whatever start and interval say: for load that is live.
  const v1::Event& next(Instant at);
  // The same event as one line of canonical JSON, faster than Protobuf's own printer; instead of
  // next().
  void append_json(std::string& out);

 private:
  struct Step {
    std::uint64_t customer;
    std::uint64_t conversation;
    std::uint64_t step;
    bool last;  // of its conversation
    std::int64_t at_ms;
    std::uint64_t number;
  };
  Step advance();
  const std::string& text(const Step& now) const { return texts_[now.number % texts_.size()]; }
  const v1::Event& fill(const Step& now, std::int64_t at_ms);

  FlatShape shape_;
  std::uint64_t count_ = 0;
  std::vector<std::string> texts_;  // messages take one after the other
  v1::Event event_;
};

}  // namespace vaste::loadgen
