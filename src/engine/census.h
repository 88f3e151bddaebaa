// Of one core partition: since when the customer of each queue and channel waits who waits longest,
// and how many moments there are. In memory alone: written down with each commit it would cost more
// than it says, so after a restart it is counted beside the work.
//
// To the second, and what is kept is how many began to wait in each: a million who wait are a few
// megabytes, and nobody is looked for. Threads: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "base/time.h"
#include "model/conversation.h"

namespace vaste::engine {

class Census {
 public:
  explicit Census(std::size_t queues);

  void add(const CensusEntry& one);
  void take_away(const CensusEntry& one);  // one that was added

  // By queue and channel, kChannels each; kNever: nobody waits.
  const std::vector<Instant>& oldest() const { return oldest_; }
  std::uint64_t moments() const { return moments_; }

 private:
  struct Second {
    std::uint16_t second = 0;  // of the hour
    std::uint32_t count = 0;
  };
  using Hours = std::map<std::int64_t, std::vector<Second>>;
  static std::size_t place(const CensusEntry& one);
  void look(std::size_t place);

  std::vector<Hours> waits_;
  std::vector<Instant> oldest_;
  std::uint64_t moments_ = 0;
};

}  // namespace vaste::engine
