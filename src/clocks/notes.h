// What the fold writes down for KPIs while it goes by: verdicts that rest on the policy of their
// time, and instants that its counts alone do not tell. Contributions are made of it (kpis.h).
#pragma once

#include <cstdint>
#include <span>

#include "clocks/fold.h"
#include "model/conversation.h"

namespace vaste::clocks {

// `state.attributes` are about to change at `at`.
void note_attributes_end(FoldState& state, Instant at);

// A survey says nothing to clocks but that it was answered, and nothing of the conversation: what
// it knows of queue or agent is about what it rates.
void note_survey(FoldState& state, const Moment& moment, std::span<const Attributes> attribute_sets,
                 const CompiledPolicy& policy);

// After the moment's contact has moved on, before the state does. `contact`: kNoContact where it
// has none.
void note_contact(FoldState& state, const Moment& moment, std::uint16_t contact,
                  std::span<const Attributes> attribute_sets, const CompiledPolicy& policy);

// After the state has moved on. `signals`: catalog.h. `was_resolved`: FoldState::resolved before.
void note_ending(FoldState& state, const Moment& moment, std::uint32_t signals,
                 Instant was_resolved, const CompiledPolicy& policy);

// What held at `at`, as an index: past, or past.size() for FoldState::attributes.
std::size_t attributes_index(const FoldState& state, Instant at);
inline const Attributes& attributes_of(const FoldState& state, std::size_t index) {
  const auto& past = state.notes.past;
  return index < past.size() ? past[index].attributes : state.attributes;
}

// When it is decided whether this was resolved at the first contact; kNever: nothing to decide.
Instant first_contact_due(const FoldState& state);
// The repeat window of its first resolution has closed.
bool is_decided(const Conversation& conversation);

}  // namespace vaste::clocks
