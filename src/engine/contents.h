// What an envelope carries in the form of state: conversations, commands, windows of KPIs.
#pragma once

#include <string>

#include "core/messages.h"

namespace vaste::engine {

// Replaces `out`; empty if the message carries no such thing.
void encode_contents(const core::Message& message, std::string& out);

}  // namespace vaste::engine
