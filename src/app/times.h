// Times as they are written on the command line. Pure.
#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"

namespace vaste::app {

// RFC 3339, "now", or a span from now as "+10m" or "-1h30m". `option` is named in the error,
// kUsage.
Result<Instant> read_time(const std::string& option, const std::string& words, Instant now);

}  // namespace vaste::app
