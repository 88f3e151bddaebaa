// How long things are kept, and how they go. Driven by timers and the gate: nothing is searched
// for.
//
// A conversation goes with everything that only leads to it. What lives in its own partition (its
// customer, the customer's identifier) goes in the same transaction; thread keys may live in
// others and are told. In between, and whatever comes first, a pointer to what is gone counts as
// no pointer: an event that follows one opens a new conversation.
#include <algorithm>
#include <utility>

#include "core/forgetting.h"
#include "core/step.h"

namespace vaste::core {

// When it goes if nothing more is heard of it; kEndOfTime: never. Counted from its last activity,
// or from when that was read: a backlog of years ago is not forgotten while it comes in.
Instant Core::expires(const Conversation& conversation) const {
  const FoldState& fold = conversation.fold;
  const bool over = is_over(fold.state) || !conversation.merged_into.empty();
  Millis keep = over ? limits_.retain_resolved : limits_.retain_open;
  if (keep <= Millis(0)) return kEndOfTime;
  if (over)
    keep = std::max(keep, clocks::version_of(conversation, *timeline_).policy().stitch.reopen);
  const Instant heard = is_set(fold.last_activity) ? fold.last_activity : conversation.id.born();
  return std::max({heard, fold.resolved, conversation.changed_gate}) + keep;
}

void Core::expire(Conversation& conversation, Effects& effects) {
  for (PublishedAlert& alert : conversation.alerts) {
    if (alert.status != AlertStatus::kRaised) continue;
    // It was right; but nobody can answer any more, and who is told of it must not be for ever.
    alert.status = AlertStatus::kRecovered;
    ++alert.revision;
    AlertOut& out = effects.alerts.emplace_back();
    out.conversation = conversation.id;
    out.customer = conversation.customer;
    out.alert = alert;
    out.version = &clocks::version_of(conversation, *timeline_);
    out.attributes = conversation.fold.attributes;
    out.channel = conversation.fold.last_channel;
    out.changed = conversation.fired_until;
  }
  const Id& winner = conversation.merged_into;
  Id instead;
  if (!conversation.continued_by.empty() &&
      state_.conversation(conversation.continued_by) != nullptr)
    instead = conversation.continued_by;
  Origin origin;
  origin.read_after_ms = to_ms(kEndOfTime);  // No deadline waits for this.
  if (!winner.empty()) instead = winner;
  for (const std::string& key : conversation.keys)
    pass_on({origin, 0,
             instead.empty() ? stitch::thread_actor(key) : stitch::conversation_actor(instead),
             Forget{conversation.id, instead, key}},
            effects);
  for (const std::uint16_t group : conversation.signposts)
    pass_on({origin, 0, stitch::conversation_actor(conversation.id, group),
             Forget{conversation.id, {}, {}}},
            effects);
  if (!conversation.nobody.empty())
    pass_on(
        {origin, 0, stitch::customer_actor(conversation.nobody), Forget{conversation.id, {}, {}}},
        effects);
  leave_customer(conversation, effects);
  state_.erase(conversation);
}

// Its customer goes with the last conversation, and the identifier with its customer.
void Core::leave_customer(const Conversation& conversation, Effects& effects) {
  const Id& customer = conversation.customer;
  Customer theirs = state_.customer(customer);
  if (std::erase(theirs.conversations, conversation.id) == 0) return;
  const bool leads_on = !theirs.merged_into.empty() && !theirs.was_nobody;
  if (!theirs.conversations.empty() || leads_on || !theirs.parted.empty())
    return state_.set_customer(customer, std::move(theirs));
  state_.erase_customer(customer);
  const std::string& identifier = conversation.evidence;
  if (identifier.empty()) return;
  const Pointer* pointer = state_.identifier(identifier);
  if (pointer != nullptr && pointer->customer == customer) forget_identifier(identifier, effects);
}

// From the one that goes on for what is gone: whether that is still there is known only here. The
// key is its own from now on, or nobody would tell the key when it goes as well.
void Core::relay(const Message& message, Forget forget, Effects& effects) {
  const Id id = stitch::conversation_of(message.to);
  Conversation* winner = state_.conversation(id);
  if (winner != nullptr && !winner->merged_into.empty())
    return pass_on({message.origin, message.hops, stitch::conversation_actor(winner->merged_into),
                    std::move(forget)},
                   effects);
  forget.instead = winner == nullptr ? Id() : id;
  if (winner != nullptr && !stitch::has_key(*winner, forget.key)) {
    if (winner->keys.size() < kMostKeys) {
      winner->keys.push_back(forget.key);
      state_.changed(*winner);
    } else {
      forget.instead = {};
    }
  }
  stitch::Actor key = stitch::thread_actor(forget.key);
  pass_on({message.origin, message.hops, std::move(key), std::move(forget)}, effects);
}

void Core::forget_signpost(const Conversation* conversation) {
  if (conversation != nullptr && conversation->moved) state_.erase(*conversation);
}

void Core::forget(const Message& message, const Forget& forget) {
  if (state_.thread(message.to.key) != forget.conversation) return;  // It was claimed since.
  if (forget.instead.empty()) return state_.erase_thread(message.to.key);
  state_.set_thread(message.to.key, forget.instead);
}

}  // namespace vaste::core
