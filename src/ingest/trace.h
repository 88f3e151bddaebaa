// The trace context of an input record.
#pragma once

#include <string_view>

namespace vaste::ingest {

inline constexpr char kTraceHeader[] = "traceparent";

// `header` if it is a W3C traceparent that may be passed on, else empty: whoever wrote the record
// wrote it, too, and what is malformed has to be dropped.
std::string_view usable_trace(std::string_view header);

}  // namespace vaste::ingest
