// What goes at a time of its own, as nothing else that goes leads to it: answers to commands, what
// the linker knows of somebody who is not named any more, and identifiers whose customer lives
// elsewhere, or that never had a conversation.
// Private to core/.
#pragma once

#include <algorithm>

#include "core/state.h"
#include "core/step.h"

namespace vaste::core {

// Evidence that is heard again is passed on again so often: what holds a pair together is renewed.
inline constexpr Millis kTellAgain{std::chrono::hours(24 * 30)};

// Ids of timers that are about this; no conversation and nobody who waits has such an id.
bool is_forgetting_id(const Id& id);

// The answer to this command goes at `at`.
void forget_answer_at(State& state, const std::string& command, Instant at, Effects& effects);
// This identifier does, if nothing is its customer's by then and nobody was told of it.
void forget_identifier_at(State& state, const std::string& identifier, Instant at,
                          Effects& effects);

// How long these are kept behind the word; 0: for ever, as something else is.
inline Millis keeps_words(const Limits& limits) {
  if (limits.retain_words > Millis(0)) return limits.retain_words;
  const bool for_ever = limits.retain_open <= Millis(0) || limits.retain_resolved <= Millis(0);
  return for_ever ? Millis(0) : std::max(limits.retain_open, limits.retain_resolved);
}

}  // namespace vaste::core
