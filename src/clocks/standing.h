// Private to this folder: the moments of a conversation that were neither deleted nor, where that
// counts, bounced.
#pragma once

#include <unordered_set>

#include "clocks/fold.h"
#include "model/conversation.h"

namespace vaste::clocks {

// Calls f(moment) for each, in order. `policy_at(instant)`: the version that governs what a bounce
// undoes.
template <class PolicyAt, class F>
void for_each_standing(const Conversation& conversation, PolicyAt&& policy_at, F&& f) {
  std::unordered_set<std::uint64_t> gone;
  for (const Moment& moment : conversation.moments)
    if (takes_back(moment.kind) &&
        (moment.kind != MomentKind::kBounced || policy_at(moment.at).policy().bounce_undoes_answer))
      gone.insert(moment.target);
  for (const Moment& moment : conversation.moments)
    if (gone.empty() || !gone.contains(moment.id)) f(moment);
}

}  // namespace vaste::clocks
