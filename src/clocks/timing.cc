// When a run reaches what: working time counted inside its running stretches.
#include <algorithm>

#include "clocks/fold.h"
#include "clocks/notes.h"
#include "clocks/run_calendar.h"
#include "clocks/runs.h"

namespace vaste::clocks {

namespace {

Instant end_of(const Stretch& stretch, Instant now) {
  return is_set(stretch.to) ? stretch.to : now;
}

}  // namespace

Millis elapsed(const ClockRun& run, Instant now, const CompiledPolicy& policy) {
  // A finished run keeps its verdict, whatever has become of its calendar.
  if (is_set(run.stopped)) return run.elapsed;
  RunCalendars calendars(run, policy);
  Millis sum{0};
  for (std::size_t i = 0; i < run.running.size(); ++i) {
    const Stretch& stretch = run.running[i];
    sum += calendars.of(i).elapsed(stretch.from, end_of(stretch, now));
  }
  return sum;
}

namespace {

std::optional<Instant> reaches(const ClockRun& run, Millis spent, RunCalendars& calendars) {
  Millis left = spent;
  for (std::size_t i = 0; i < run.running.size(); ++i) {
    const Stretch& stretch = run.running[i];
    const Calendar& calendar = calendars.of(i);
    if (!is_set(stretch.to)) return calendar.add(stretch.from, left);
    const Millis counted = calendar.elapsed(stretch.from, stretch.to);
    if (counted >= left) return calendar.add(stretch.from, left);
    left -= counted;
  }
  return std::nullopt;
}

std::optional<Instant> due(const ClockRun& run, RunCalendars& calendars) {
  const std::optional<Instant> at = reaches(run, run.target, calendars);
  return at && run.due_at_opening ? calendars.own().next_open(*at) : at;
}

}  // namespace

std::optional<Instant> reaches(const ClockRun& run, Millis spent, const CompiledPolicy& policy) {
  RunCalendars calendars(run, policy);
  return reaches(run, spent, calendars);
}

std::optional<Instant> due(const ClockRun& run, const CompiledPolicy& policy) {
  RunCalendars calendars(run, policy);
  return due(run, calendars);
}

std::optional<Instant> breaches_at(const ClockRun& run, const CompiledPolicy& policy) {
  RunCalendars calendars(run, policy);
  const std::optional<Instant> at = due(run, calendars);
  if (!at) return std::nullopt;
  // The budget may end just where a stretch does, by a pause or at closing: then time goes on in
  // the next one.
  for (std::size_t i = 0; i < run.running.size(); ++i) {
    const Stretch& stretch = run.running[i];
    if (is_set(stretch.to) && stretch.to <= *at) continue;
    const auto open = calendars.of(i).next_open(std::max(*at, stretch.from));
    if (!open && !is_set(stretch.to)) return std::nullopt;
    if (!open) continue;
    if (!is_set(stretch.to) || *open < stretch.to) return *open + Millis(1);
  }
  return std::nullopt;
}

Millis at_risk_after(const ClockRun& run, std::size_t warning) {
  return warning == 0 ? run.at_risk : run.more_at_risk.at(warning - 1);
}

std::optional<Instant> at_risk_at(const ClockRun& run, const CompiledPolicy& policy,
                                  std::size_t warning) {
  const Millis spent = at_risk_after(run, warning);
  if (spent.count() <= 0) return std::nullopt;
  return reaches(run, spent, policy);
}

namespace {

// What a finished run reached only after its end, or by a calendar that was edited since, it never
// did.
std::optional<Instant> within(const ClockRun& run, std::optional<Instant> at) {
  return is_open(run.state) || (at && *at <= run.stopped) ? at : std::nullopt;
}

}  // namespace

std::optional<Instant> next_deadline(const FoldState& state, Instant after,
                                     const CompiledPolicy& policy) {
  std::optional<Instant> earliest;
  const auto consider = [&](std::optional<Instant> at) {
    if (at && *at > after && (!earliest || *at < *earliest)) earliest = at;
  };
  const auto look = [&](const ClockRun& run) {
    // A paused or finished one too: what it reached before may still be ahead of `after`.
    if (!is_open(run.state) && (run.stopped <= after || !reached_something(run))) return;
    for (std::size_t i = 0; i < kMostWarnings && !run.attached_late; ++i) {
      if (at_risk_after(run, i).count() <= 0) break;
      consider(within(run, at_risk_at(run, policy, i)));
    }
    consider(within(run, breaches_at(run, policy)));
  };
  for (std::size_t i = first_unsaid(state, after); i < state.settled; ++i) look(state.clocks[i]);
  for (const ClockRun& run : state.unsettled()) look(run);
  if (const Instant at = first_contact_due(state); is_set(at)) consider(at);
  return earliest;
}

}  // namespace vaste::clocks
