#include "clocks/explain.h"

#include <algorithm>

#include "clocks/run_calendar.h"

namespace vaste::clocks {

namespace {

constexpr std::size_t kSpansAtOnce = 64;

class Explainer {
 public:
  Explainer(const Conversation& conversation, const CompiledPolicy& policy, Instant now,
            std::size_t most)
      : conversation_(conversation), policy_(policy), now_(now), most_(most) {}

  ClockExplanation explain(const ClockRun& run) {
    ClockExplanation out;
    out.run = run;
    out.started_by = moment_at(run.started);
    if (is_set(run.stopped)) out.stopped_by = moment_at(run.stopped);
    const Instant end = is_set(run.stopped) ? run.stopped : std::max(now_, run.started);
    RunCalendars calendars(run, policy_);
    Instant since = run.started;
    for (std::size_t i = 0; i < run.running.size(); ++i) {
      const Stretch& stretch = run.running[i];
      pause(since, stretch.from, out);
      const Instant to = is_set(stretch.to) ? stretch.to : end;
      run_through(calendars.of(i), stretch.from, to, out);
      since = std::max(since, to);
    }
    pause(since, end, out);
    out.due = due(run, policy_);
    out.at_risk_at = at_risk_at(run, policy_);
    out.breaches_at = breaches_at(run, policy_);
    return out;
  }

 private:
  // The last of an instant: what stops a clock comes behind what else happened then.
  std::optional<Moment> moment_at(Instant at) const {
    const auto& moments = conversation_.moments;
    const auto after =
        std::upper_bound(moments.begin(), moments.end(), at,
                         [](Instant instant, const Moment& moment) { return instant < moment.at; });
    if (after == moments.begin() || std::prev(after)->at != at) return std::nullopt;
    return *std::prev(after);
  }

  bool add(Instant from, Instant to, PartKind kind, MomentKind because, ClockExplanation& out) {
    if (from >= to) return true;
    // Where another version took over the part is two.
    const CompiledPolicy& version = policy_.governing(to - Millis(1));
    if (version.before() != nullptr && from < version.since()) {
      if (!add(from, version.since(), kind, because, out)) return false;
      from = version.since();
    }
    if (out.parts.size() >= most_) {
      out.cut = true;
      return false;
    }
    out.parts.push_back({from, to, kind, because, &version});
    if (kind == PartKind::kCounted) out.counted += to - from;
    return true;
  }

  void pause(Instant from, Instant to, ClockExplanation& out) {
    const auto stopper = moment_at(from);
    add(from, to, PartKind::kPaused, stopper ? stopper->kind : MomentKind::kNone, out);
  }

  void run_through(const Calendar& calendar, Instant from, Instant to, ClockExplanation& out) {
    while (from < to) {
      const auto spans = calendar.open_after(from, kSpansAtOnce);
      for (const Span& span : spans) {
        if (span.from >= to) break;
        const Instant end = std::min(span.to, to);
        if (!add(from, span.from, PartKind::kClosed, MomentKind::kNone, out) ||
            !add(span.from, end, PartKind::kCounted, MomentKind::kNone, out))
          return;
        from = end;
      }
      if (spans.empty() || spans.front().from >= to || spans.size() < kSpansAtOnce ||
          spans.back().from >= to) {
        add(from, to, PartKind::kClosed, MomentKind::kNone, out);
        return;
      }
    }
  }

  const Conversation& conversation_;
  const CompiledPolicy& policy_;
  Instant now_;
  std::size_t most_;
};

}  // namespace

const char* name(PartKind kind) {
  switch (kind) {
    case PartKind::kCounted:
      return "counted";
    case PartKind::kClosed:
      return "closed";
    case PartKind::kPaused:
      return "paused";
  }
  return "none";
}

std::vector<ClockExplanation> explain(const Conversation& conversation,
                                      const CompiledPolicy& policy, Instant now, std::size_t most) {
  Explainer explainer(conversation, policy, now, most);
  std::vector<ClockExplanation> out;
  out.reserve(conversation.fold.clocks.size());
  for (const ClockRun& run : conversation.fold.clocks) out.push_back(explainer.explain(run));
  return out;
}

}  // namespace vaste::clocks
