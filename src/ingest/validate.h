// The checks of a parsed event. Everything behind ingest/ relies on them and asks nothing twice.
#pragma once

#include <string>

#include "base/result.h"
#include "vaste/v1/event.pb.h"

namespace vaste::ingest {

// Everything but the number of bodies and how far the time is ahead. `scratch` is overwritten. Does
// not allocate for a good event once `scratch` has grown.
Status validate(const v1::Event& event, std::string& scratch);

}  // namespace vaste::ingest
