// What has to be true of partitions that nothing is on its way to.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "clocks/timeline.h"
#include "sim/input.h"

namespace vaste::sim {

// The state records of one partition.
using Records = std::map<std::string, std::string>;

// The conversations in them, also those that are elsewhere by now.
std::vector<Conversation> conversations_in(const Records& records);

struct Ending {
  std::shared_ptr<const clocks::Timeline> timeline;
  Instant gate;      // deadlines up to here were looked at
  Millis window{0};  // of the timeline's policy, between any two channels; 0: groups are not asked
};

// What `said` has come to against what the linker decided, a line for each thing that is wrong;
// empty: nothing is.
//
// Every identifier's pointer leads where the linker's record says, and is its own where there is
// none, or none any more. Each message is in one
// conversation, which lives with its customer, is in the customer's list, and is found from
// wherever it or its customer ever was. Two messages of one customer that lie within the window
// are in one conversation, and none holds messages of two customers. Its alerts are those of its
// moments had they come in order to one partition.
std::string what_is_wrong(const std::vector<Happening>& said,
                          const std::vector<const Records*>& partitions, const Ending& ending);

}  // namespace vaste::sim
