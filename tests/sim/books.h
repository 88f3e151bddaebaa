// What was published, against the state and against itself: what holds of every simulation,
// whatever happened in it.
#pragma once

#include <string>
#include <vector>

#include "sim/task.h"
#include "sim/truth.h"

namespace vaste::sim {

// A line for each thing that is wrong, as in truth.h.

// The windows of all partitions hold what was contributed and not taken back, whoever died.
std::string wrong_sums(const std::vector<const Records*>& partitions,
                       const std::vector<core::Contributed>& contributed);

// Each alert goes from one revision to the next, and nothing of it is said twice.
std::string wrong_revisions(const std::vector<Said>& alerts);

}  // namespace vaste::sim
