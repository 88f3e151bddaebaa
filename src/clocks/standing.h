// Private to this folder: the moments of a conversation that were neither deleted nor bounced.
#pragma once

#include <unordered_set>

#include "model/conversation.h"

namespace vaste::clocks {

// Calls f(moment) for each, in order.
template <class F>
void for_each_standing(const Conversation& conversation, F&& f) {
  std::unordered_set<std::uint64_t> gone;
  for (const Moment& moment : conversation.moments)
    if (moment.kind == MomentKind::kDeleted || moment.kind == MomentKind::kBounced)
      gone.insert(moment.target);
  for (const Moment& moment : conversation.moments)
    if (gone.empty() || !gone.contains(moment.id)) f(moment);
}

}  // namespace vaste::clocks
