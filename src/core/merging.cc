// One conversation goes into another: what it was is handed over, and it stays as a redirect for
// ever.
#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "clocks/runs.h"
#include "core/change.h"
#include "core/step.h"

namespace vaste::core {

namespace {

// All that the winner is given. Of its own it keeps the keys, so that those who still come by them
// find the way, and its alerts.
std::shared_ptr<Conversation> take_contents(Conversation& loser) {
  auto contents = std::make_shared<Conversation>();
  contents->moments = std::exchange(loser.moments, {});
  contents->attribute_sets = std::exchange(loser.attribute_sets, {});
  contents->keys = loser.keys;
  contents->key_via = std::exchange(loser.key_via, {});
  contents->evidence = loser.evidence;
  contents->identifiers = std::exchange(loser.identifiers, {});
  contents->promises = std::exchange(loser.promises, {});
  contents->apart = std::exchange(loser.apart, {});
  contents->divisions = std::exchange(loser.divisions, {});
  // What it had contributed, for the winner to know.
  contents->fold = loser.fold;
  contents->alerts = loser.alerts;
  contents->fired_until = loser.fired_until;
  contents->repeat_until = loser.repeat_until;
  return contents;
}

// Its waits go on with the winner: what was said of them here no longer holds.
void retract(const Origin& origin, Conversation& loser, const clocks::Timeline& timeline,
             Effects& effects) {
  for (PublishedAlert& alert : loser.alerts) {
    if (alert.status == AlertStatus::kRetracted) continue;
    alert.status = AlertStatus::kRetracted;
    ++alert.revision;
    AlertOut& out = effects.alerts.emplace_back();
    out.origin = origin;
    out.conversation = loser.id;
    out.customer = loser.customer;
    out.alert = alert;
    out.attributes = loser.fold.attributes;
    out.channel = loser.fold.last_channel;
    out.changed = loser.fold.last_activity;
    out.version = &timeline.at(out.changed);
  }
}

// Its contents have been taken.
void become_redirect(Conversation& loser, const Id& winner) {
  loser.moment_prints.clear();
  loser.kept_moments = loser.kept_alerts = 0;
  loser.stands = loser.placed = false;
  loser.merged_into = winner;
  loser.continued_by = {};
  const FoldState was = std::exchange(loser.fold, {});
  loser.fold.state = ConversationState::kMerged;
  loser.fold.opened = was.opened;
  loser.fold.last_activity = was.last_activity;
  loser.base = {};
  loser.repeat_until = kNever;
}

}  // namespace

void Core::merge(const Message& message, const Merge& merge, Effects& effects) {
  const Id id = stitch::conversation_of(message.to);
  Conversation* loser = state_.conversation(id);
  if (loser == nullptr || id == merge.winner) return;  // Forgotten by age: nothing to give.
  // Redirects only lead to smaller ids, or they could loop: this is none of ours.
  if (id < merge.winner) {
    effects.dead.push_back({message.origin,
                            {},
                            "a merge of conversation " + id.text() + " into the larger id " +
                                merge.winner.text() + "; it was not written by vaste",
                            Code::kInternal});
    return;
  }
  if (!loser->merged_into.empty())
    return send_merge(message, loser->merged_into, merge.winner, effects, merge.of_customer);
  // Where its customer is another one now, that one has looked, or will when both are there.
  if (!merge.of_customer.empty() && loser->customer != merge.of_customer) return;
  if (!merge.by_operator && are_apart(*loser, merge.winner)) return;

  const Watch before(*loser, Watch::Reach::kAll);
  std::shared_ptr<Conversation> contents = take_contents(*loser);
  retract(message.origin, *loser, *timeline_, effects);
  become_redirect(*loser, merge.winner);
  loser->changed_gate = gate_;
  arm(*loser, effects);
  state_.changed(*loser);
  contribute(*loser, before, effects);
  const Conversation* winner = merge.by_operator ? state_.conversation(merge.winner) : nullptr;
  // In the same transaction, where both are here.
  const stitch::Actor to = winner != nullptr && !winner->moved
                               ? stitch::conversation_actor(merge.winner, home_group(*winner))
                               : stitch::conversation_actor(merge.winner);
  send({message.origin, message.hops, to, Handover{id, merge.of_customer, std::move(contents)}},
       effects);
}

namespace {

// What an operator divided from either stays divided from both, but for the two themselves.
void take_up_divisions(Conversation& winner, const Conversation& given, const Id& loser) {
  const auto is_itself = [&](const Id& id) { return id == winner.id || id == loser; };
  for (const Id& one : given.apart)
    if (std::ranges::find(winner.apart, one) == winner.apart.end()) winner.apart.push_back(one);
  winner.divisions.insert(winner.divisions.end(), given.divisions.begin(), given.divisions.end());
  std::erase_if(winner.apart, is_itself);
  std::erase_if(winner.divisions, [&](const Division& one) { return is_itself(one.to); });
}

}  // namespace

void Core::handover(const Message& message, const Handover& handover, Effects& effects) {
  const Id id = stitch::conversation_of(message.to);
  Conversation* winner = state_.conversation(id);
  if (winner != nullptr && !winner->merged_into.empty())
    return send(
        {message.origin, message.hops, stitch::conversation_actor(winner->merged_into), handover},
        effects);
  if (winner != nullptr && !handover.of_customer.empty() &&
      winner->customer != handover.of_customer)
    return give_back(message, handover, effects);
  if (winner == nullptr) {
    // The winner was forgotten by age: its name lives on with what it is given.
    winner = &state_.create_conversation(id);
    winner->opened_by = JoinMethod::kExplicit;
  }
  const Conversation& given = *handover.contents;
  const Watch before(*winner, Watch::Reach::kAll);
  const std::size_t identifiers_known = winner->identifiers.size();
  const auto via = [&](std::uint16_t theirs) {
    return winner->placed ? std::uint16_t{0} : via_index(*winner, identifier_of(given, theirs));
  };
  std::string brought_by;  // who had a key there that is the winner's as well
  for (std::size_t at = 0; at < given.keys.size(); ++at) {
    const std::string& key = given.keys[at];
    if (stitch::has_key(*winner, key) && brought_by.empty())
      brought_by = identifier_of(given, key_via(given, at));
    if (stitch::has_key(*winner, key) || winner->keys.size() >= kMostKeys) continue;
    hold_key(*winner, key, via(key_via(given, at)));
    send({message.origin, message.hops, stitch::thread_actor(key), Claim{id}}, effects);
  }
  for (const std::string& promise : given.promises) remember_promise(*winner, promise);
  for (const Moment& moment : given.moments) {
    if (stitch::has_moment(*winner, moment.id) || moment.at < winner->horizon) continue;
    Moment ours = moment;
    if (moment.attributes != 0)
      ours.attributes = attribute_index(*winner, given.attribute_sets[moment.attributes - 1U]);
    if (moment.contact_key != 0)
      ours.contact_key = key_index(*winner, given.keys[moment.contact_key - 1U]);
    if (moment.key != 0) ours.key = key_index(*winner, given.keys[moment.key - 1U]);
    if (moment.refers != 0) ours.refers = key_index(*winner, given.keys[moment.refers - 1U]);
    ours.via = via(moment.via);
    insert(*winner, ours);
  }
  take_up_divisions(*winner, given, handover.loser);
  if (winner->continued_by == handover.loser) winner->continued_by = {};
  winner->repeat_until = std::max(winner->repeat_until, given.repeat_until);
  clocks::refold(*winner, *timeline_);
  effects.forgotten += keep_within_limits(*winner);
  state_.changed(*winner);
  settle(message, *winner, kNever, effects);
  clocks::Contributions moved;  // the loser has taken back what is given again here
  clocks::contribute(given, moved);
  contribute(*winner, before, effects, moved);
  if (!brought_by.empty() && !given.moments.empty())
    name_owner(message, *winner, brought_by, given.moments.front().at, effects);
  else
    name_owners(message, *winner, identifiers_known, effects);
  if (handover.of_customer.empty() || !lives_here(winner->customer)) return;
  // Of one customer's: somebody may have been parted from it on the way, and what came may lie
  // between it and a third.
  const Customer theirs = state_.customer(handover.of_customer);
  if (!theirs.parted.empty()) separate(message, theirs, *winner, effects);
  rejoin(message, handover.of_customer, effects);
}

// The winner has become another customer's since: what it was to be given is a conversation again.
// Under another id: its own may have come to life elsewhere (see Core::extract).
void Core::give_back(const Message& message, const Handover& handover, Effects& effects) {
  auto part = std::make_shared<Conversation>(*handover.contents);
  if (part->moments.empty()) return;
  const std::string cause = message.to.key + std::to_string(message.origin.partition) + '@' +
                            std::to_string(message.origin.offset);
  part->id = Id::make(part->moments.front().at, handover.of_customer.key_group(),
                      hash64(handover.loser.bytes(), hash64(cause, 6)));
  part->customer = handover.of_customer;
  part->fold = {};
  part->alerts.clear();
  for (const std::string& key : part->keys)
    send({message.origin, message.hops, stitch::thread_actor(key),
          Forget{handover.loser, part->id, key}},
         effects);
  const Id id = part->id;
  send({message.origin, message.hops, stitch::customer_actor(handover.of_customer),
        Adopt{id, std::move(part)}},
       effects);
}

}  // namespace vaste::core
