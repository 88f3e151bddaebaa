// What a policy alone says to metrics: objectives, goals, longest waits and last holidays.
#pragma once

#include "metrics/registry.h"

namespace vaste::metrics {

// Where the policy says nothing there is no series: rules would take a 0 for a goal.
void tell_goals(Registry& registry, const Policy& policy);

}  // namespace vaste::metrics
