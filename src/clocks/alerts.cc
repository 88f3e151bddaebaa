// What was published of a conversation's alerts against what its clocks say.
#include <algorithm>
#include <tuple>

#include "clocks/fold.h"
#include "clocks/runs.h"

namespace vaste::clocks {

namespace {

constexpr std::array kLevels{AlertLevel::kAtRisk, AlertLevel::kBreached, AlertLevel::kAtRiskAgain,
                             AlertLevel::kAtRiskThird};

bool is(const PublishedAlert& alert, std::string_view sla, std::uint32_t cycle, AlertLevel level) {
  return alert.cycle == cycle && alert.level == level && alert.sla == sla;
}

// Has the run come to `at`, as far as deadlines count? What ended a finished one may have been
// read before something that ended it sooner: its deadlines wait like those of an open one.
bool has_come(const ClockRun& run, std::optional<Instant> at, Instant gate) {
  return at && *at <= gate && (is_open(run.state) || *at <= run.stopped);
}

class Comparison {
 public:
  Comparison(const FoldState& state, std::vector<PublishedAlert>& published, Instant gate,
             Instant seen_until, const CompiledPolicy& policy, Compared compared)
      : state_(state),
        published_(published),
        gate_(gate),
        seen_until_(seen_until),
        policy_(policy),
        compared_(compared),
        first_(state.is_new ? 0 : first_unsaid(state, compared.until)) {}

  std::vector<AlertChange> run() {
    for (std::size_t i = first_; i < state_.clocks.size(); ++i)
      if (!is_compared(state_.clocks[i])) consider(static_cast<std::uint32_t>(i));
    if (published_.empty()) return {};
    if (state_.is_new)
      retract_the_rest();
    else
      for (std::size_t i = state_.settled; i < state_.clocks.size(); ++i) retract_unwanted(i);
    return std::move(changes_);
  }

 private:
  bool is_compared(const ClockRun& run) const {
    return !state_.is_new && !is_open(run.state) && run.stopped <= compared_.until &&
           run.stopped < compared_.before;
  }

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
    if (wanted_.empty()) wanted_.resize(state_.clocks.size() - first_, 0);
    wanted_[index - first_] |= bit(level);
    PublishedAlert* const said = &place_of(run, level);
    const auto due_at =
        level == AlertLevel::kBreached ? clocks::due(run, policy_) : std::optional(reached);
    const Instant due = due_at.value_or(reached);
    const bool moved = said->status != AlertStatus::kRetracted && said->due != due &&
                       said->status != AlertStatus::kNone;
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

  PublishedAlert& place_of(const ClockRun& run, AlertLevel level) {
    const std::size_t at = alert_at(published_, run.sla, run.cycle, level);
    if (at < published_.size() && is(published_[at], run.sla, run.cycle, level))
      return published_[at];
    PublishedAlert fresh;
    fresh.sla = run.sla;
    fresh.clock = run.kind;
    fresh.cycle = run.cycle;
    fresh.level = level;
    return *published_.insert(published_.begin() + static_cast<std::ptrdiff_t>(at),
                              std::move(fresh));
  }

  static std::uint8_t bit(AlertLevel level) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(level));
  }

  void change(PublishedAlert& alert, AlertStatus status, std::uint32_t run, Instant at) {
    alert.status = status;
    ++alert.revision;
    changes_.push_back({alert, run, at});
  }

  // An alert of a run that has not changed holds as it did.
  void retract_unwanted(std::size_t index) {
    const ClockRun& run = state_.clocks[index];
    if (!is_open(run.state) && run.stopped < compared_.before) return;
    for (const AlertLevel level : kLevels)
      if (!is_wanted(index, level))
        if (const auto* alert = find_alert(published_, run, level))
          retract(static_cast<std::size_t>(alert - published_.data()),
                  static_cast<std::uint32_t>(index));
  }

  void retract_the_rest() {
    std::vector<bool> has_run(published_.size(), false);
    for (std::size_t i = 0; i < state_.clocks.size(); ++i)
      for (const AlertLevel level : kLevels) {
        const auto* alert = find_alert(published_, state_.clocks[i], level);
        if (alert == nullptr) continue;
        const auto at = static_cast<std::size_t>(alert - published_.data());
        has_run[at] = true;
        if (!is_wanted(i, level)) retract(at, static_cast<std::uint32_t>(i));
      }
    for (std::size_t at = 0; at < published_.size(); ++at) {
      // Dropped by age: it is history, and stays as it was said.
      if (has_run[at] || (state_.clocks_dropped > 0 && was_begun(published_[at]))) continue;
      retract(at, kNoRun);
    }
  }

  void retract(std::size_t at, std::uint32_t run) {
    PublishedAlert& alert = published_[at];
    if (alert.status != AlertStatus::kRetracted)
      change(alert, AlertStatus::kRetracted, run, state_.last_activity);
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
  Compared compared_;
  std::size_t first_;  // of the runs that are looked at
  bool is_wanted(std::size_t index, AlertLevel level) const {
    return !wanted_.empty() && (wanted_[index - first_] & bit(level)) != 0;
  }

  // Empty: none is.
  std::vector<std::uint8_t> wanted_;  // from there on: a bit for each level that is reached
  std::vector<AlertChange> changes_;
};

}  // namespace

std::vector<AlertChange> compare_alerts(const FoldState& state,
                                        std::vector<PublishedAlert>& published, Instant gate,
                                        Instant seen_until, const CompiledPolicy& policy,
                                        Compared compared) {
  return Comparison(state, published, gate, seen_until, policy, compared).run();
}

std::size_t alert_at(const std::vector<PublishedAlert>& published, std::string_view sla,
                     std::uint32_t cycle, AlertLevel level) {
  const auto wanted = std::tuple(cycle, sla, level);
  const auto at = std::ranges::lower_bound(published, wanted, {}, [](const PublishedAlert& alert) {
    return std::tuple(alert.cycle, std::string_view(alert.sla), alert.level);
  });
  return static_cast<std::size_t>(at - published.begin());
}

const PublishedAlert* find_alert(const std::vector<PublishedAlert>& published, const ClockRun& run,
                                 AlertLevel level) {
  const std::size_t at = alert_at(published, run.sla, run.cycle, level);
  const bool found = at < published.size() && is(published[at], run.sla, run.cycle, level);
  return found ? &published[at] : nullptr;
}

}  // namespace vaste::clocks
