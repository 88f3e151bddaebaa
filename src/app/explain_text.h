// An explanation as people read it, and as JSON.
#pragma once

#include <string>
#include <vector>

#include "clocks/explain.h"

namespace vaste::app {

// Each clock: why it began, every interval that was counted, closed or paused, their sum against
// the target, and a small drawing of them.
std::string explanation_text(const Conversation& conversation, const clocks::CompiledPolicy& policy,
                             const std::vector<clocks::ClockExplanation>& clocks);
// An array with an object a conversation.
std::string explanation_json(const Conversation& conversation, const clocks::CompiledPolicy& policy,
                             const std::vector<clocks::ClockExplanation>& clocks);

}  // namespace vaste::app
