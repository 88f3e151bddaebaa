// Partitions that belong to nobody although the group is at rest, and who ends that.
//
// With static members and cooperative assignment a hand-over takes two rebalances. A member that is
// killed between them and comes back within its session is given the assignment of the first one
// again, and nobody asks for the second any more: what was on its way stays without an owner for as
// long as nobody joins or leaves. So one member leaves for a session, which makes the group count
// anew.
//
// Pure. Threads: one at a time.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "kafka/admin.h"

namespace vaste::engine {

class Orphans {
 public:
  // What the group says of itself, a session after the look before. Returns the member that has to
  // leave: the one with the fewest partitions, by name among those, so that all who look agree.
  // Empty: nobody, since all have an owner, or had one at the look before.
  std::string look(const kafka::GroupFacts& group, const std::vector<kafka::TopicPartition>& all);

 private:
  std::set<kafka::TopicPartition> before_;
};

}  // namespace vaste::engine
