// What goes at a time of its own, as nothing else that goes leads to it: answers to commands, and
// identifiers that were heard in others' threads alone.
// Private to core/.
#pragma once

#include <algorithm>

#include "core/state.h"
#include "core/step.h"

namespace vaste::core {

// Ids of timers that are about this; no conversation and nobody who waits has such an id.
bool is_forgetting_id(const Id& id);

// The answer to this command goes at `at`.
void forget_answer_at(State& state, const std::string& command, Instant at, Effects& effects);
// This identifier does, if nothing is its customer's by then and nobody was told of it.
void forget_identifier_at(State& state, const std::string& identifier, Instant at,
                          Effects& effects);
// ... and now it is that time, unless the timer is of one that holds no more.
void forget_now(State& state, const Id& id, Instant armed);

// How long these are kept behind the word; 0: for ever, as something else is.
inline Millis keeps_words(const Limits& limits) {
  const bool for_ever = limits.retain_open <= Millis(0) || limits.retain_resolved <= Millis(0);
  return for_ever ? Millis(0) : std::max(limits.retain_open, limits.retain_resolved);
}

}  // namespace vaste::core
