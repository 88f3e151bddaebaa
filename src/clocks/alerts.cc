// What was published of a conversation's alerts against what its clocks say.
#include <algorithm>

#include "clocks/fold.h"

namespace vaste::clocks {

namespace {

PublishedAlert* find(std::vector<PublishedAlert>& published, const ClockRun& run,
                     AlertLevel level) {
  for (PublishedAlert& alert : published)
    if (alert.level == level && alert.cycle == run.cycle && alert.sla == run.sla) return &alert;
  return nullptr;
}

bool holds(const PublishedAlert* alert) {
  return alert != nullptr && alert->status != AlertStatus::kRetracted;
}

// Has the run come to `at`, as far as deadlines count? What ended a finished one may have been
// read before something that ended it sooner: its deadlines wait like those of an open one.
bool has_come(const ClockRun& run, std::optional<Instant> at, Instant gate) {
  return at && *at <= gate && (is_open(run.state) || *at <= run.stopped);
}

class Comparison {
 public:
  Comparison(const FoldState& state, std::vector<PublishedAlert>& published, Instant gate,
             Instant seen_until, const CompiledPolicy& policy)
      : state_(state),
        published_(published),
        gate_(gate),
        seen_until_(seen_until),
        policy_(policy) {}

  std::vector<AlertChange> run() {
    for (std::uint32_t i = 0; i < state_.clocks.size(); ++i) consider(i);
    retract_the_rest();
    return std::move(changes_);
  }

 private:
  // Of a deadline that was missed unseen both are said, so that any order of arrival says the same.
  void consider(std::uint32_t index) {
    const ClockRun& run = state_.clocks[index];
    const bool over = !is_open(run.state);
    warn(index, run, over);
    // A clock met in time without a threshold passed is most of them: no calendar is asked for
    // those. One that ended without a verdict was as late as it was: what it reached before stays
    // said, in any order of arrival.
    const bool decided = over && run.state != ClockState::kVoid;
    const bool may_breach = !decided || run.state == ClockState::kBreached;
    auto at = may_breach ? breaches_at(run, policy_) : std::nullopt;
    // By a calendar that was edited since it may never be: the verdict stands.
    if (decided && may_breach) at = std::min(at.value_or(run.stopped), run.stopped);
    if (has_come(run, at, gate_)) want(index, AlertLevel::kBreached, *at, over);
  }

  void warn(std::uint32_t index, const ClockRun& run, bool over) {
    // Late from the start of its rule: no warning is begun, one that was said goes on to the end.
    if (run.attached_late && !run.warned) return;
    for (std::size_t i = 0; i < kWarnings.size(); ++i) {
      const Millis spent = at_risk_after(run, i);
      if (spent.count() <= 0 || (over && run.elapsed < spent)) return;
      const auto at = at_risk_at(run, policy_, i);
      if (!has_come(run, at, gate_)) return;
      want(index, kWarnings.at(i), *at, over);
    }
  }

  void want(std::uint32_t index, AlertLevel level, Instant reached, bool over) {
    const ClockRun& run = state_.clocks[index];
    PublishedAlert* said = find(published_, run, level);
    if (said == nullptr) {
      said = &published_.emplace_back();
      said->sla = run.sla;
      said->clock = run.kind;
      said->cycle = run.cycle;
      said->level = level;
      if (kept_.size() + 1 < published_.size()) kept_.resize(published_.size() - 1, false);
    }
    keep(*said);
    const auto due_at =
        level == AlertLevel::kBreached ? clocks::due(run, policy_) : std::optional(reached);
    const Instant due = due_at.value_or(reached);
    const bool moved = holds(said) && said->due != due && said->status != AlertStatus::kNone;
    const std::uint32_t told = said->revision;
    said->due = due;
    if (said->status == AlertStatus::kNone || said->status == AlertStatus::kRetracted) {
      said->detected_late = reached <= seen_until_;
      change(*said, AlertStatus::kRaised, index, said->due);
    }
    if (over && said->status == AlertStatus::kRaised)
      change(*said, AlertStatus::kRecovered, index, run.stopped);
    if (!over && said->status == AlertStatus::kRecovered)  // the answer was undone: it waits again
      change(*said, AlertStatus::kRaised, index, said->due);
    // A late event moved the wait: the same alert, with its right instants.
    if (moved && said->revision == told)
      change(*said, said->status, index, over ? run.stopped : said->due);
  }

  void keep(const PublishedAlert& alert) {
    const auto index = static_cast<std::size_t>(&alert - published_.data());
    if (kept_.size() <= index) kept_.resize(index + 1, false);
    kept_[index] = true;
  }

  void change(PublishedAlert& alert, AlertStatus status, std::uint32_t run, Instant at) {
    alert.status = status;
    ++alert.revision;
    changes_.push_back({alert, run, at});
  }

  void retract_the_rest() {
    for (std::size_t i = 0; i < published_.size(); ++i) {
      PublishedAlert& alert = published_[i];
      if (alert.status == AlertStatus::kRetracted || (i < kept_.size() && kept_[i])) continue;
      std::uint32_t index = kNoRun;
      for (std::uint32_t r = 0; r < state_.clocks.size(); ++r)
        if (state_.clocks[r].cycle == alert.cycle && state_.clocks[r].sla == alert.sla) index = r;
      // Dropped by age: it is history, and stays as it was said.
      if (index == kNoRun && state_.clocks_dropped > 0 && was_begun(alert)) continue;
      change(alert, AlertStatus::kRetracted, index, state_.last_activity);
    }
  }

  // No cycle is skipped, so one that was begun and is not there has been dropped.
  bool was_begun(const PublishedAlert& alert) const {
    return std::any_of(state_.cycles.begin(), state_.cycles.end(), [&](const auto& begun) {
      return begun.first == alert.sla && alert.cycle <= begun.second;
    });
  }

  const FoldState& state_;
  std::vector<PublishedAlert>& published_;
  Instant gate_;
  Instant seen_until_;
  const CompiledPolicy& policy_;
  std::vector<bool> kept_;
  std::vector<AlertChange> changes_;
};

}  // namespace

std::vector<AlertChange> compare_alerts(const FoldState& state,
                                        std::vector<PublishedAlert>& published, Instant gate,
                                        Instant seen_until, const CompiledPolicy& policy) {
  return Comparison(state, published, gate, seen_until, policy).run();
}

}  // namespace vaste::clocks
