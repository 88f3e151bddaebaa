// Private to this folder: the calendar that a run is counted on.
#pragma once

#include "base/check.h"
#include "clocks/fold.h"

namespace vaste::clocks {

// One that this policy no longer has: counted round the clock until the engine, which folds anew
// when the policy changed, has given the run its new target.
inline const Calendar& calendar_of(const ClockRun& run, const CompiledPolicy& policy) {
  const Calendar* calendar = policy.calendar(run.calendar);
  if (calendar == nullptr) calendar = policy.calendar("24x7");
  VASTE_CHECK(calendar != nullptr);
  return *calendar;
}

}  // namespace vaste::clocks
