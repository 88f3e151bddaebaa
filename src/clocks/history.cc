#include "clocks/history.h"

#include <algorithm>

#include "clocks/run_calendar.h"

namespace vaste::clocks {

namespace {

// By which the time from `at` on is counted, or would be if it were not standing still.
const Calendar& calendar_at(const ClockRun& run, Instant at, const CompiledPolicy& policy) {
  std::size_t stretch = 0;
  while (stretch + 1 < run.running.size() && run.running[stretch + 1].from <= at) ++stretch;
  return RunCalendars(run, policy).of(stretch);
}

}  // namespace

std::vector<Span> pauses(const ClockRun& run) {
  std::vector<Span> out;
  const auto stood = [&](Instant from, Instant to) {
    if (from >= to) return;
    if (!out.empty() && out.back().to == from)
      out.back().to = to;
    else
      out.push_back({from, to});
  };
  Instant since = run.started;
  for (const Stretch& stretch : run.running) {
    stood(since, stretch.from);
    if (!is_set(stretch.to)) return out;
    since = stretch.to;
  }
  if (is_set(run.stopped)) stood(since, run.stopped);
  return out;
}

Millis open_time(const std::vector<Span>& spans, const ClockRun& run,
                 const CompiledPolicy& policy) {
  Millis sum{0};
  for (const Span& span : spans)
    sum += calendar_at(run, span.from, policy).elapsed(span.from, span.to);
  return sum;
}

Millis paused(const ClockRun& run, Instant now, const CompiledPolicy& policy) {
  const Instant end = is_set(run.stopped) ? run.stopped : now;
  if (!run.former.empty()) {
    auto spans = pauses(run);
    if (run.state == ClockState::kPaused && run.running.back().to < end)
      spans.push_back({run.running.back().to, end});
    return open_time(spans, run, policy);
  }
  return calendar_of(run, policy).elapsed(run.started, end) - elapsed(run, end, policy);
}

std::optional<Instant> from_due(const ClockRun& run, Millis offset, const CompiledPolicy& policy) {
  const auto at = due(run, policy);
  if (!at || offset == Millis(0)) return at;
  const Calendar& calendar = calendar_of(run, policy);
  return offset < Millis(0) ? calendar.subtract(*at, -offset) : calendar.add(*at, offset);
}

Exchanges exchanges(const FoldState& state, std::string_view sla, Instant now,
                    const CompiledPolicy& policy) {
  Exchanges all;
  for (const auto& [name, begun] : state.cycles)
    if (name == sla) all.begun = begun;
  Instant last_started;
  const auto consider = [&](const ClockRun& run, Millis spent) {
    all.worst_elapsed = std::max(all.worst_elapsed.value_or(spent), spent);
    const Millis margin = run.target - spent;
    all.worst_margin = std::min(all.worst_margin.value_or(margin), margin);
    if (run.started < last_started) return;
    last_started = run.started;
    all.last_elapsed = spent;
  };
  if (const auto past = std::ranges::find(state.past, sla, &PastExchanges::sla);
      past != state.past.end()) {
    all.late = past->late;
    all.worst_elapsed = past->worst_elapsed;
    all.worst_margin = past->worst_margin;
    all.last_elapsed = past->last_elapsed;
    last_started = past->last_started;
  }
  const ClockRun* open = nullptr;
  for (const ClockRun& run : state.unsettled()) {
    if (run.sla != sla || run.state == ClockState::kVoid) continue;
    const Millis spent = elapsed(run, now, policy);
    if (spent > run.target) ++all.late;
    if (is_open(run.state))
      open = &run;
    else
      consider(run, spent);
  }
  if (open != nullptr && !all.worst_elapsed) consider(*open, elapsed(*open, now, policy));
  return all;
}

}  // namespace vaste::clocks
