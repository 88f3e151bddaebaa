// What has to be true of a fleet that nothing is on its way to any more, and of all that it
// published on the way there.
#pragma once

#include <string>

#include "sim/engine_world.h"
#include "sim/fleet.h"

namespace vaste::sim {

// What was looked at, so that a test that looks at nothing is noticed.
struct Looked {
  std::uint64_t alarms = 0;       // alerts that had to be right when they were said
  std::uint64_t provisional = 0;  // ... that could not be, as somebody was silent
  std::uint64_t retracted = 0;
  std::uint64_t detected_late = 0;
  std::uint64_t clamped = 0;  // events that are not of the time they said
  std::uint64_t dead_letters = 0;
  std::uint64_t answers = 0;
};

// A line for each thing that is wrong; empty: nothing is. `positions`: where each arrival went.
//
// Each good record is answered once and each other one is one dead letter, which says where it
// stood and why. Each event is of its own time, or, where that was ahead, of its record's. State
// and figures are as truth.h, books.h and naive.h say. What was published last of an alert is what
// its conversation has. And an alert that does not call itself provisional was right: by what had
// been written to the sources before it was due, and perhaps by some of what was written since.
std::string what_is_wrong(const EngineWorld& world, const Fleet& fleet,
                          const std::vector<std::pair<Place, std::int64_t>>& positions,
                          const std::shared_ptr<const clocks::Timeline>& timeline, Millis window,
                          Looked& looked);

}  // namespace vaste::sim
