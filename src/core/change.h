// What one message does to one conversation: as it was before, and the frames that its moments are
// numbered in. Private to core/.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/step.h"

namespace vaste::core {

// The runs as they were, for saying what changed.
struct RunBefore {
  std::string sla;
  std::uint32_t cycle = 0;
  ClockBefore before;
  std::size_t stretches = 0;
};

// What one message did to one conversation.
struct Core::Change {
  std::vector<RunBefore> runs;
  ConversationState state = ConversationState::kNone;
  Instant at;  // of the moment that made it, if that came in order; kNever: anything may change

  explicit Change(const FoldState& fold, Instant moment = kNever) : state(fold.state), at(moment) {
    for (std::uint32_t i = fold.settled; i < fold.clocks.size(); ++i) {
      const ClockRun& run = fold.clocks[i];
      // A finished run can only change by a new fold, and then the alerts tell.
      if (!is_open(run.state)) continue;
      runs.push_back({run.sla, run.cycle, {i, run.state, run.target}, run.running.size()});
    }
  }
};

// Of the events that wait by this thread key; of their timer too. No conversation has such an id.
Id waiting_id(std::string_view key);
bool is_waiting_id(const Id& id);

// Numbers in the conversation's frame, 0: none. Attributes are taken up where they are new.
std::uint16_t attribute_index(Conversation& conversation, const Attributes& attributes);
std::uint16_t contact_key(const Conversation& conversation, const Incoming& incoming);
// Puts it where it belongs; true when it is the newest.
bool insert(Conversation& conversation, const Moment& moment);

// The number of the identifier in the conversation's frame, taken up where it is new.
std::uint16_t via_index(Conversation& conversation, const std::string& identifier);
const std::string& identifier_of(const Conversation& conversation, std::uint16_t via);
// By which identifier the key of this place came.
std::uint16_t key_via(const Conversation& conversation, std::size_t key);
// A key that it does not have yet.
void hold_key(Conversation& conversation, const std::string& key, std::uint16_t via);
// Of a conversation that is cut out of another: what both parts have; then, when its keys are
// there, its moments in its own frame.
void take_from_whole(const Conversation& whole, Conversation& part);
void renumber(const Conversation& whole, Conversation& part);
std::uint16_t key_index(const Conversation& conversation, std::string_view key);  // 0: not held
// Its name, unless there are too many.
void remember_promise(Conversation& conversation, const std::string& promise);

}  // namespace vaste::core
