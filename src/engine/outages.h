// What producers held back while no broker answered is still on its way for a while afterwards.
//
// Each outage owes producers as long as it took, `most` at the longest, and only time in which
// brokers answer pays for it. They send in order, so what was held back in an outage comes before
// anything of a later one: outages that follow each other closely are paid for side by side, and
// brokers that come and go delay deadlines by a few of their turns, but never for ever.
//
// Pure. Threads: one at a time.
#pragma once

#include <cstddef>
#include <deque>

#include "base/time.h"

namespace vaste::engine {

class Outages {
 public:
  explicit Outages(Millis most) : most_(most) {}

  // Brokers answered at `began`, and not again until `ended`.
  void passed(Instant began, Instant ended);
  // Brokers answer at `now`: everything from before the returned instant has been produced.
  Instant complete_up_to(Instant now);

 private:
  struct Outage {
    Instant began;
    Millis owed;
  };

  Millis most_;
  Instant paid_up_to_;
  std::deque<Outage> outages_;  // not paid for yet, oldest first
};

}  // namespace vaste::engine
