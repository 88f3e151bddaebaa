// Parts that several messages have. Private to emit/.
#pragma once

#include <google/protobuf/timestamp.pb.h>

#include <string>

#include "base/time.h"
#include "core/step.h"
#include "vaste/v1/conversation.pb.h"

namespace vaste::emit {

void set(google::protobuf::Timestamp* out, Instant at);
void set(v1::SourcePosition* out, const core::Origin& origin);
std::string rfc3339(Instant at);  // "2026-11-23T12:00:00.000Z"

}  // namespace vaste::emit
