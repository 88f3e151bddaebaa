// `vaste tap TOPIC`: what goes over one of vaste's topics, for people or for a script.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/connection.h"
#include "app/tap_filter.h"
#include "app/tap_text.h"
#include "base/result.h"

namespace vaste::app {

struct TapOptions {
  Connection connection;
  std::string topic;  // "alerts", or the name it has in Kafka
  bool json = false;
  std::optional<bool> from_beginning;  // nullopt: as the other options make sense
  std::uint64_t max = 0;               // records; 0 = any number
  bool until_end = false;              // stop where the partitions ended at the start
  bool count = false;                  // how many there are, instead of them
  FilterOptions filter;
};

// Returns the exit code. Ctrl-C is a good end.
int tap(const TapOptions& options);

struct Tapped {
  std::string topic;
  Kind kind = Kind::kEvent;
};
// The short names of what vaste writes: "enriched", "alerts".
std::vector<std::string> output_names();
// With `any_source` a name that the configuration does not know is taken for a source topic.
// Errors: kNotFound with what was probably meant, kUsage for the internal ones.
Result<Tapped> find_topic(const config::Config& config, const std::string& name, bool any_source);

}  // namespace vaste::app
