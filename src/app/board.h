// The wall board on this terminal, and the topics that feed it: what `vaste demo` and `vaste top`
// show.
//
// Threads: none, and not thread-safe.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "app/wall.h"
#include "config/config.h"
#include "kafka/consumer.h"

namespace vaste::app {

// Draws over what stood there; without a terminal, or `plain`, it writes lines.
class Screen {
 public:
  explicit Screen(bool plain);
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  void draw(Wall& wall, Instant now, const std::string& footer) const;

 private:
  bool plain_;
};

// Reads vaste's own outputs, as any other consumer would.
class Outputs {
 public:
  // From the beginning: conversations and alerts as they stand. Errors: kNotFound, kUnavailable.
  Status start(const kafka::ClientConfig& client, const config::Config& config);
  // What came within `patience`. Errors: kUnavailable; the client reconnects by itself.
  Status read(Wall& wall, Millis patience);
  // All that was there at the start has been read.
  bool caught_up() const { return to_reach_.empty(); }

 private:
  std::unique_ptr<kafka::PartitionReader> reader_;
  std::set<std::pair<std::uint16_t, std::int32_t>> to_reach_;
  v1::Conversation conversation_;
  v1::Alert alert_;
};

}  // namespace vaste::app
