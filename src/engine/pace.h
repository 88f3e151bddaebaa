// How long a transaction stays open, and how often progress is published.
//
// Whoever has read all that there is closes early: others wait, and each hop of an envelope is a
// commit. Whoever finds more at each poll than one takes is behind, and nobody waits for the newest
// that he read: he stays open longer, so that more events of a conversation share one summary, one
// record of the changelog and one write of its state.
//
// Pure.
#pragma once

#include <algorithm>

#include "base/time.h"

namespace vaste::engine {

// What the last poll left behind: nothing, or perhaps something.
enum class Backlog : bool { kNone, kMore };

struct Pace {
  Millis commit_interval;
  Millis progress_interval;
  Millis transaction_timeout;  // after it the coordinator aborts

  static constexpr int kEager = 4;
  static constexpr int kPatient = 4;
  static constexpr int kShare = 4;  // of the coordinator's patience, for one part of the work

  // How long a transaction is open at most. `kMore`: never for more than a quarter of the
  // coordinator's patience because of it.
  Millis transaction(Backlog backlog) const {
    return backlog == Backlog::kNone ? commit_interval / kEager : stretched(commit_interval);
  }
  // Whatever else waits, also of the same poll: as much again may follow before the commit.
  bool is_long(Millis open) const {
    return open >= std::max(commit_interval, transaction_timeout / kShare);
  }
  // After how long progress is published, with which a transaction closes, too.
  Millis progress(Backlog backlog) const {
    return backlog == Backlog::kNone ? progress_interval : stretched(progress_interval);
  }

 private:
  Millis stretched(Millis interval) const {
    return std::max(interval, std::min(interval * kPatient, transaction_timeout / kShare));
  }
};

}  // namespace vaste::engine
