// Parts that several messages have. Private to emit/.
#pragma once

#include <google/protobuf/timestamp.pb.h>

#include "base/time.h"
#include "core/step.h"
#include "vaste/v1/conversation.pb.h"

namespace vaste::emit {

void set(google::protobuf::Timestamp* out, Instant at);
void set(v1::SourcePosition* out, const core::Origin& origin);

}  // namespace vaste::emit
