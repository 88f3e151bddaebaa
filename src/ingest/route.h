// A decoded event -> what the core works with.
#pragma once

#include <cstdint>

#include "model/incoming.h"
#include "vaste/v1/event.pb.h"

namespace vaste::ingest {

// Pure. `event` is one that Decoder gave; `clamped_time_ms` replaces its time unless it is 0. A
// body or kind that this version does not know gives MomentKind::kNone (decode() refuses such an
// event, a newer worker's may pass).
Incoming extract(const v1::Event& event, std::int64_t clamped_time_ms);

MomentKind moment_kind(const v1::Event& event);

}  // namespace vaste::ingest
