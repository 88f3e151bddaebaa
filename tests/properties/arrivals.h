// One conversation told in order, and told in any order with everything that may go wrong.
#pragma once

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "properties/outcome.h"
#include "support/fleet.h"

namespace vaste::test {

using CompiledPolicy = std::shared_ptr<const clocks::CompiledPolicy>;

// What comes of it, see outcome_of.
inline std::string in_order(const CompiledPolicy& policy, const std::vector<Incoming>& events,
                            Instant end) {
  Fleet fleet(policy, 1, 0);
  for (const Incoming& event : events) {
    fleet.advance(event.moment.at - Millis(1));
    fleet.send(event);
    fleet.run();
  }
  fleet.advance(end);
  return outcome_of(fleet);
}

// Shuffled, some twice, and time passes at any moment: even to the end, so that false alerts are
// raised which have to be taken back.
inline std::string shuffled(const CompiledPolicy& policy, std::vector<Incoming> events, Instant end,
                            std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Fleet fleet(policy, 1 + static_cast<std::int32_t>(random() % 5), seed);
  std::shuffle(events.begin(), events.end(), random);
  for (const Incoming& event : events) {
    fleet.send(event);
    if (random() % 3 == 0) fleet.send(event);
    if (random() % 2 != 0) continue;
    fleet.run();
    if (random() % 3 == 0)
      fleet.advance(random() % 2 == 0 ? end : events[random() % events.size()].moment.at);
  }
  fleet.run();
  fleet.advance(end);
  return outcome_of(fleet);
}

}  // namespace vaste::test
