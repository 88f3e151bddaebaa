// Private to this folder: the calendar that a run is counted on.
#pragma once

#include "base/check.h"
#include "clocks/fold.h"

namespace vaste::clocks {

// A finished run is counted as when it ended, and one that keeps a calendar which its version no
// longer has by the last version that had it. Where none is known (the engine folds anew when the
// policy's file changed), round the clock until the run has its new target.
inline const Calendar& calendar_of(const ClockRun& run, const CompiledPolicy& policy,
                                   std::string_view name) {
  const CompiledPolicy* version = is_set(run.stopped) ? &policy.governing(run.stopped) : &policy;
  const Calendar* calendar = nullptr;
  for (; version != nullptr && calendar == nullptr; version = version->before())
    calendar = version->calendar(name);
  if (calendar == nullptr) calendar = policy.calendar("24x7");
  VASTE_CHECK(calendar != nullptr);
  return *calendar;
}
inline const Calendar& calendar_of(const ClockRun& run, const CompiledPolicy& policy) {
  return calendar_of(run, policy, run.calendar);
}

// Those of its stretches, each looked up when it is asked for, and the run's own but once.
class RunCalendars {
 public:
  RunCalendars(const ClockRun& run, const CompiledPolicy& policy) : run_(run), policy_(policy) {}

  const Calendar& own() {
    if (own_ == nullptr) own_ = &calendar_of(run_, policy_);
    return *own_;
  }
  const Calendar& of(std::size_t stretch) {
    for (const FormerCalendar& one : run_.former)
      if (stretch < one.stretches) return calendar_of(run_, policy_, one.calendar);
    return own();
  }

 private:
  const ClockRun& run_;
  const CompiledPolicy& policy_;
  const Calendar* own_ = nullptr;
};

}  // namespace vaste::clocks
