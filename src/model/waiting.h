// Events that have only a thread key, of a thread that nobody has heard of yet: they wait for a
// while for somebody who has (DESIGN 4.2). Plain values; stored by store/codec.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/incoming.h"

namespace vaste {

// An event with all that it takes to go on as if it came now.
struct Parked {
  std::string topic;  // where it was read, see core::Origin
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::int64_t record_ms = 0;
  std::int64_t read_after_ms = 0;
  std::string trace;
  std::uint32_t hops = 0;
  std::string event;  // serialized
  Incoming incoming;  // without identifiers: it has nobody's

  std::size_t bytes() const { return topic.size() + trace.size() + event.size() + sizeof(Parked); }
};

// Of one thread key. Under the empty id stands what waits in the whole partition instead: how many
// and how many bytes.
struct Waiting {
  std::string key;
  Instant until;                                      // when they wait no longer
  std::vector<std::shared_ptr<const Parked>> events;  // as they came
  std::uint64_t all_events = 0;
  std::uint64_t all_bytes = 0;
};

}  // namespace vaste
