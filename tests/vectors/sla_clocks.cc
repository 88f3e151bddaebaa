// Clocks over an event history: the vector becomes a policy and moments, and the product's fold
// says what each clock shows after each checkpoint.
//
// An event that changes the targets is a rule of its own, chosen by the attribute `segment`, so
// that a change goes the way it goes in production: an attribute changes, the rules are gone
// through again (R5, R6). An edited calendar is a new version of the policy: history is folded
// anew under the versions known at the checkpoint.
#include <cmath>
#include <stdexcept>

#include "clocks/history.h"
#include "vectors/facts.h"
#include "vectors/history.h"

namespace vaste::vectors {
namespace {

using clocks::CompiledPolicy;

// Compares the facts of one clock at one checkpoint.
class Checkpoint {
 public:
  Checkpoint(const History& history, std::size_t event)
      : history_(history), event_(event), policy_(history.policy(event)) {
    state_ = history.fold(event, policy_);
    now_ = history.time(event);
  }

  void check(const std::string& clock, const json& facts, Differences& out) const {
    const ClockRun* run = newest(state_, clock);
    const json actual = facts_of(run, clock, facts);
    for (const auto& [fact, expected] : facts.items()) {
      if (fact == "boundary") continue;  // says how to read `due`
      if (!actual.contains(fact)) throw std::runtime_error("no such fact: " + fact);
      const json& found = actual.at(fact);
      if (found == expected) continue;
      if (found.is_number() && expected.is_number() &&
          std::abs(found.get<double>() - expected.get<double>()) <= history_.tolerance())
        continue;
      out.push_back({"after event " + std::to_string(event_) + ", " + clock + "." + fact,
                     expected.dump(), found.dump()});
    }
  }

 private:
  static const ClockRun* newest(const FoldState& state, const std::string& clock) {
    const ClockRun* found = nullptr;
    for (const ClockRun& run : state.clocks)
      if (run.sla == clock) found = &run;
    return found;
  }

  static json seconds(Millis amount) {
    if (amount.count() % 1000 == 0) return amount.count() / 1000;
    return static_cast<double>(amount.count()) / 1000;
  }
  static json instant_or_null(std::optional<Instant> at) {
    return at ? json(text_of(*at)) : json();
  }

  std::string state_of(const ClockRun* run) const {
    if (run == nullptr) return "unarmed";
    switch (run->state) {
      case ClockState::kMet:
        return "met";
      case ClockState::kBreached:
        return "missed";
      case ClockState::kVoid:
        return "cancelled";
      case ClockState::kNone:
        return "unarmed";
      case ClockState::kRunning:
      case ClockState::kPaused:
        break;
    }
    if (clocks::elapsed(*run, now_, policy_) > run->target) return "missed";
    return run->state == ClockState::kPaused ? "paused" : "running";
  }

  // R4: nothing is due while it is paused or over. The vector's `boundary` says which convention
  // its `due` follows where the budget ends exactly at closing.
  json due_of(const ClockRun& run, bool at_opening) const {
    if (run.state != ClockState::kRunning) return {};
    ClockRun shown = run;
    shown.due_at_opening = shown.due_at_opening || at_opening;
    return instant_or_null(clocks::due(shown, policy_));
  }

  // Of one warning its instant, of several the next one to come or the last; a list of all where
  // the vector has a list.
  json warning_at(const ClockRun& run, bool list) const {
    json all = json::array();
    json next;
    if (run.state == ClockState::kRunning) {
      for (const Millis offset : history_.warnings()) {
        const auto at = clocks::from_due(run, offset, policy_);
        if (!at) continue;
        all.push_back(text_of(*at));
        if (next.is_null() && *at > now_) next = all.back();
      }
    }
    if (list) return all;
    if (all.empty()) return {};
    return next.is_null() ? all.back() : next;
  }

  json fired(const std::string& clock, const json& expected) const {
    json instants = json::array();
    json offsets = json::array();
    for (const auto& [offset, at] : history_.fired(clock, event_)) {
      instants.push_back(text_of(at));
      offsets.push_back(offset.count() / 1000);
    }
    if (expected.is_number()) return instants.size();
    if (!expected.empty() && expected.front().is_number()) return offsets;
    return instants;
  }

  json facts_of(const ClockRun* run, const std::string& clock, const json& facts) const {
    json out;
    out["state"] = state_of(run);
    const auto all = clocks::exchanges(state_, clock, now_, policy_);
    out["breach_count"] = all.late;
    for (const char* fact : {"due", "due_other_convention", "elapsed_s", "margin_s", "paused_s",
                             "pauses", "start", "warning_at", "worst_elapsed_s", "worst_margin_s"})
      out[fact] = nullptr;
    if (facts.contains("warnings_fired"))
      out["warnings_fired"] = fired(clock, facts.at("warnings_fired"));
    if (all.worst_elapsed) out["worst_elapsed_s"] = seconds(*all.worst_elapsed);
    if (all.worst_margin) out["worst_margin_s"] = seconds(*all.worst_margin);
    if (run == nullptr) return out;

    const bool at_opening = facts.value("boundary", "close") == "next_open";
    out["due"] = due_of(*run, at_opening);
    if (facts.contains("due_other_convention"))
      out["due_other_convention"] = due_of(*run, !at_opening);
    const Millis spent = clocks::elapsed(*run, now_, policy_);
    out["elapsed_s"] = seconds(spent);
    out["margin_s"] = seconds(run->target - spent);
    out["paused_s"] = seconds(clocks::paused(*run, now_, policy_));
    out["start"] = text_of(run->started);
    out["pauses"] = json::array();
    for (const Span& pause : clocks::pauses(*run))
      out["pauses"].push_back({text_of(pause.from), text_of(pause.to)});
    out["warning_at"] =
        warning_at(*run, facts.contains("warning_at") && facts.at("warning_at").is_array());
    return out;
  }

  const History& history_;
  std::size_t event_;
  CompiledPolicy policy_;
  FoldState state_;
  Instant now_;
};

}  // namespace

Differences check_sla_clocks(const json& vector) {
  const History history(vector);
  Differences out;
  for (const json& checkpoint : vector.at("expect")) {
    const Checkpoint here(history, checkpoint.at("after_event").get<std::size_t>());
    const json& of_clocks = checkpoint.at("clocks");
    for (const auto& [clock, facts] : of_clocks.items()) here.check(clock, facts, out);
  }
  return out;
}

}  // namespace vaste::vectors
