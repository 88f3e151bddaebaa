// How many of something there are in one queue of one core partition. Plain values; stored by
// store/codec.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/conversation.h"
#include "model/moment.h"

namespace vaste {

// The numbers are stored: never reuse one. An open clock is in one of these.
enum class TallyClock : std::uint8_t { kNone = 0, kRunning, kPaused, kAtRisk, kBreached };
// What a conversation's timer waits for.
enum class TallyTimer : std::uint8_t { kNone = 0, kDeadline, kRetention };

// Clocks have an SLA and a clock state, conversations a channel and a state, timers a kind.
struct TallyCount {
  std::string sla;
  TallyClock clock = TallyClock::kNone;
  Channel channel = Channel::kNone;
  ConversationState state = ConversationState::kNone;
  TallyTimer timer = TallyTimer::kNone;
  std::uint64_t count = 0;

  bool operator==(const TallyCount&) const = default;
};

struct QueueTally {
  std::uint64_t names = 0;  // of what is told apart: see core::Tally
  std::vector<TallyCount> counts;

  bool operator==(const QueueTally&) const = default;
};

}  // namespace vaste
