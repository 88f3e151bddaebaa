// Time zones as data, from the system's tz database. For config/ and story/.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/policy.h"

namespace vaste::config {

// Transitions of 1970..2101; the first says what holds before the second.
// Threads: any; read once a zone and process, so a tz update is seen after a restart.
// Errors: kNotFound (no such zone; the text says which was meant), kConfig (no usable tz database).
Result<std::vector<ZoneTransition>> zone_transitions(const std::string& zone);

}  // namespace vaste::config
