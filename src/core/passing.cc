// What the passing of time does to one conversation: deadlines that come, versions of the policy
// that take over, and the one timer that is armed for the earliest of them.
#include <algorithm>

#include "core/change.h"
#include "core/forgetting.h"
#include "core/step.h"

namespace vaste::core {

void Core::arm(Conversation& conversation, Effects& effects) {
  const FoldState& fold = conversation.fold;
  auto next = clocks::next_deadline(fold, conversation.fired_until,
                                    clocks::version_of(conversation, *timeline_));
  // Where another version takes over, running clocks get its targets: what is due then is not known
  // before. One that has taken over for others, who wait for less patient channels, counts for all.
  if (const auto border = clocks::next_border(conversation, *timeline_);
      border && (!next || *border < *next) &&
      (*border <= gate_ ||
       std::ranges::any_of(fold.unsettled(), [](const auto& run) { return is_open(run.state); })))
    next = border;
  // Nothing is forgotten while one of its deadlines is ahead.
  const Instant expiry = next ? kEndOfTime : expires(conversation);
  if (!next && expiry == kEndOfTime) return;
  const Instant at = next.value_or(expiry) + lateness(conversation);
  // One that is armed earlier fires, finds nothing due and arms this one: cheaper than deleting it
  // now.
  if (is_set(conversation.timer_at) && conversation.timer_at <= at) return;
  conversation.timer_at = at;
  effects.new_timers.emplace_back(at, conversation.id);
}

Millis Core::lateness(const Conversation& conversation) const {
  Millis most{0};
  for (std::size_t channel = 0; channel < limits_.lateness.size(); ++channel)
    if ((conversation.fold.channels >> channel & 1) != 0)
      most = std::max(most, limits_.lateness[channel]);
  return most;
}

void Core::on_timer(const Id& id, Instant armed, Instant gate, bool provisional, Effects& effects) {
  effects.old_timers.emplace_back(armed, id);
  if (is_waiting_id(id)) return wait_no_longer(id, armed, effects);
  if (is_forgetting_id(id)) return forget_now(id, armed, provisional, effects);
  Conversation* conversation = state_.conversation(id);
  if (conversation == nullptr || conversation->timer_at != armed) return;
  conversation->timer_at = kNever;
  pass_time(*conversation, gate, provisional, effects);
}

// Every deadline up to `gate` counts now.
void Core::pass_time(Conversation& conversation, Instant gate, bool provisional, Effects& effects) {
  // Back never: a channel that it came to use only now does not undo what has been looked at.
  gate = std::max(gate - lateness(conversation), conversation.fired_until);
  const Instant seen_until = is_set(conversation.changed_gate)
                                 ? std::min(conversation.changed_gate, gate)
                                 : conversation.fired_until;
  watch_.begin(conversation, clocks::is_behind(conversation, *timeline_, gate)
                                 ? Watch::Reach::kAll
                                 : Watch::Reach::kClocks);
  if (conversation.merged_into.empty()) {  // else nothing is left to fold
    clocks::bring_to(conversation, *timeline_, gate);
    publish_alerts({}, conversation, gate, seen_until, {conversation.fired_until, kEndOfTime},
                   provisional, effects);
  }
  conversation.fired_until = gate;
  contribute(conversation, watch_, effects);
  if (expires(conversation) <= gate &&
      !clocks::next_deadline(conversation.fold, gate,
                             clocks::version_of(conversation, *timeline_))) {
    expire(conversation, effects);
    return serve_here(effects);
  }
  arm(conversation, effects);
  state_.changed(conversation);
}

bool Core::needs_sweep(const Conversation& conversation) const {
  if (!conversation.merged_into.empty() || conversation.moved ||
      !clocks::is_behind(conversation, *timeline_, gate_))
    return false;
  const auto waits = [](const FoldState& fold) {
    return std::ranges::any_of(fold.unsettled(),
                               [](const ClockRun& run) { return is_open(run.state); });
  };
  if (waits(conversation.fold)) return true;
  Conversation then = conversation;  // A target may have begun where there was none.
  clocks::bring_to(then, *timeline_, gate_);
  // What had finished before any other version took over is history, which an edit of the first
  // version's file leaves alone until it is touched.
  if (timeline_->size() == 1 || gate_ < (*timeline_)[1].since()) return waits(then.fold);
  const auto same = [](const ClockRun& a, const ClockRun& b) {
    return a.sla == b.sla && a.rule == b.rule && a.state == b.state && a.started == b.started &&
           a.stopped == b.stopped && a.target == b.target && a.elapsed == b.elapsed;
  };
  return conversation.fold.state != then.fold.state ||
         !std::ranges::equal(conversation.fold.clocks, then.fold.clocks, same) ||
         Watch(conversation, Watch::Reach::kAll).differs(then);
}

void Core::sweep(const Id& id, bool provisional, Effects& effects) {
  Conversation* conversation = state_.conversation(id);
  if (conversation == nullptr || !needs_sweep(*conversation)) return;
  pass_time(*conversation, gate_, provisional, effects);
}

}  // namespace vaste::core
