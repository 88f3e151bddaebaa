// What becomes of open clocks where one version of the policy takes over from another (R5, R7).
#include <algorithm>

#include "clocks/runs.h"

namespace vaste::clocks {

void Runs::change_policy() {
  if (!is_set(state_.opened)) return;
  make_room(state_, moment_.at);
  for (ClockRun& run : state_.unsettled())
    if (is_open(run.state)) change_policy(run);
  attach_waits();
}

void Runs::change_policy(ClockRun& run) {
  const OnPolicyChange how = policy_.policy().on_change;
  if (how == OnPolicyChange::kKeep) return;
  const Rule* rule = policy_.rule_for(channel_of(run.contact), state_.attributes);
  const Target* found = nullptr;
  if (rule != nullptr)
    for (const Target& target : rule->targets)
      if (policy_.policy().slas[target.sla].name == run.sla) found = &target;
  if (found == nullptr) return carry(run, nullptr);
  // What was late under the version of its time stays late: a longer target does not undo a breach.
  // Only who replaces wants the past judged anew.
  if (how != OnPolicyChange::kReplace && elapsed(run, moment_.at, *policy_.before()) > run.target)
    return;
  if (how == OnPolicyChange::kReplace) return carry(run, rule);
  if (how == OnPolicyChange::kCarry) return carry(run, rule, CountedBefore::kAsItWas);
  begin_again(run);
  run.attached_late = run.warned = false;
  take_target(run, *rule, *found, policy_);
}

}  // namespace vaste::clocks
