// What a moment or a merge does to one conversation.
#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "clocks/runs.h"
#include "core/change.h"
#include "core/step.h"

namespace vaste::core {

namespace {

const std::string& first_identifier(const Incoming& incoming) {
  static const std::string kNobody;
  return incoming.identifiers.empty() ? kNobody : incoming.identifiers.front();
}

// The keys that a parting by key asks for. What a session names is in `contact_key`.
void came_by(const Conversation& conversation, const Incoming& incoming, Moment& moment) {
  for (const Key& key : incoming.keys) {
    if (key.session) continue;
    std::uint16_t& held = key.refers ? moment.refers : moment.key;
    if (key.refers || held == 0) held = key_index(conversation, key.text);
  }
}

// Beyond this many the others are told as its opener.
constexpr std::size_t kIdentifiersKept = 1024;

// Beyond this many names in one conversation a promise is told without its name.
constexpr std::size_t kPromisesNamed = 256;

void remember_promise(Conversation& conversation, const std::string& promise) {
  auto& known = conversation.promises;
  if (promise.empty() || known.size() >= kPromisesNamed) return;
  if (std::find(known.begin(), known.end(), promise) == known.end()) known.push_back(promise);
}

void follow_prints(Conversation& conversation) {
  conversation.moment_prints.follow(conversation.moments, [](const Moment& moment, auto&& add) {
    add(moment.id);
    if (takes_back(moment.kind)) add(moment.target);
  });
  conversation.key_prints.follow(conversation.keys,
                                 [](const std::string& key, auto&& add) { add(hash64(key)); });
}

// A clock that is not over may have gone on, and been stopped for a while, before its breach was
// noticed: that is not what had passed when it happened.
Millis elapsed_then(ClockRun run, Instant at, const clocks::CompiledPolicy& policy) {
  if (!is_set(run.stopped))
    for (Stretch& stretch : run.running)
      if (is_set(stretch.to)) stretch.to = std::min(stretch.to, at);
  return clocks::elapsed(run, at, policy);
}

}  // namespace

std::uint16_t attribute_index(Conversation& conversation, const Attributes& attributes) {
  if (attributes == Attributes{}) return 0;
  auto& sets = conversation.attribute_sets;
  const auto known = std::find(sets.begin(), sets.end(), attributes);
  const auto index = static_cast<std::size_t>(known - sets.begin());
  if (known == sets.end()) {
    if (sets.size() >= 0xfffe) return 0;
    sets.push_back(attributes);
  }
  return static_cast<std::uint16_t>(index + 1);
}

std::uint16_t contact_key(const Conversation& conversation, const Incoming& incoming) {
  for (const Key& key : incoming.keys)
    if (key.session) return key_index(conversation, key.text);
  return 0;
}

bool insert(Conversation& conversation, const Moment& moment) {
  auto& moments = conversation.moments;
  if (moments.empty() || before(moments.back(), moment)) {
    moments.push_back(moment);
    return true;
  }
  const auto at = std::upper_bound(moments.begin(), moments.end(), moment, before);
  const auto index = static_cast<std::size_t>(at - moments.begin());
  conversation.kept_moments = std::min(conversation.kept_moments, index);
  conversation.moment_prints.clear();
  moments.insert(at, moment);
  return false;
}

const std::string& promise_of(const Conversation& conversation, const ClockRun& run) {
  static const std::string kNone;
  if (run.kind != ClockKind::kCommitment || run.subject == 0) return kNone;
  const auto named = std::find_if(conversation.promises.begin(), conversation.promises.end(),
                                  [&](const auto& one) { return hash64(one) == run.subject; });
  return named == conversation.promises.end() ? kNone : *named;
}

std::uint16_t key_index(const Conversation& conversation, std::string_view key) {
  const auto found = std::find(conversation.keys.rbegin(), conversation.keys.rend(), key);
  return static_cast<std::uint16_t>(conversation.keys.rend() - found);
}

std::uint16_t via_index(Conversation& conversation, const std::string& identifier) {
  if (identifier.empty() || identifier == conversation.evidence) return 0;
  auto& known = conversation.identifiers;
  const auto found = std::find(known.begin(), known.end(), identifier);
  const auto index = static_cast<std::size_t>(found - known.begin());
  if (found == known.end()) {
    if (known.size() >= kIdentifiersKept) return 0;
    known.push_back(identifier);
  }
  return static_cast<std::uint16_t>(index + 1);
}

const std::string& identifier_of(const Conversation& conversation, std::uint16_t via) {
  return via == 0 ? conversation.evidence : conversation.identifiers[via - 1U];
}

void hold_key(Conversation& conversation, const std::string& key, std::uint16_t via) {
  conversation.keys.push_back(key);
  if (via == 0) return;
  conversation.key_via.resize(conversation.keys.size());
  conversation.key_via.back() = via;
}

std::uint16_t key_via(const Conversation& conversation, std::size_t key) {
  return key < conversation.key_via.size() ? conversation.key_via[key] : 0;
}

namespace {

// As Moment::via. What names nobody came by whoever brought the key that led here.
std::uint16_t came_by(Conversation& conversation, const Routed& routed) {
  if (conversation.placed) return 0;
  const Incoming& incoming = *routed.incoming;
  if (!incoming.identifiers.empty()) return via_index(conversation, first_identifier(incoming));
  const std::size_t key = key_index(conversation, routed.evidence);
  return key == 0 ? std::uint16_t{0} : key_via(conversation, key - 1);
}

}  // namespace

void Core::add_keys(const Message& message, const Routed& routed, Conversation& conversation,
                    Effects& effects) {
  for (const Key& key : routed.incoming->keys) {
    if (stitch::has_key(conversation, key.text)) continue;
    if (conversation.keys.size() >= kMostKeys) break;
    if (std::ranges::any_of(conversation.apart, [&](const Id& other) {
          const Conversation* theirs = goes_on_here(other);
          return theirs != nullptr && stitch::has_key(*theirs, key.text);
        }))
      continue;
    hold_key(conversation, key.text, came_by(conversation, routed));
    // The key's own actor hears whose it is, unless it is what led here.
    if (key.text == routed.evidence) continue;
    send({message.origin, message.hops, stitch::thread_actor(key.text), Claim{conversation.id}},
         effects);
  }
}

namespace {

// Of runs that no fold can bring back: they ended before the base, and it has dropped them.
void forget_alerts(Conversation& conversation) {
  const FoldState& base = *conversation.base;
  std::vector<std::pair<std::uint32_t, std::string_view>> known;
  for (const auto* fold : {&base, &std::as_const(conversation.fold)})
    for (const ClockRun& run : fold->clocks) known.emplace_back(run.cycle, run.sla);
  std::ranges::sort(known);
  const auto is_gone = [&](const PublishedAlert& alert) {
    if (alert.status == AlertStatus::kRaised) return false;
    const bool begun = std::ranges::any_of(base.cycles, [&](const auto& cycle) {
      return cycle.first == alert.sla && alert.cycle <= cycle.second;
    });
    return begun &&
           !std::ranges::binary_search(known, std::pair(alert.cycle, std::string_view(alert.sla)));
  };
  if (std::erase_if(conversation.alerts, is_gone) > 0) conversation.kept_alerts = 0;
}

}  // namespace

std::size_t Core::keep_within_limits(Conversation& conversation) const {
  auto& moments = conversation.moments;
  if (moments.size() <= limits_.moments) return 0;
  const std::size_t forget = moments.size() / 2;
  Conversation older;
  older.base = std::move(conversation.base);
  older.horizon = conversation.horizon;
  older.attribute_sets = conversation.attribute_sets;
  older.keys = conversation.keys;
  older.evidence = conversation.evidence;
  older.identifiers = conversation.identifiers;
  older.moments.assign(moments.begin(), moments.begin() + static_cast<std::ptrdiff_t>(forget));
  conversation.horizon = moments[forget].at;
  conversation.base = std::make_shared<const FoldState>(
      clocks::fold_until(older, *timeline_, conversation.horizon));
  moments.erase(moments.begin(), moments.begin() + static_cast<std::ptrdiff_t>(forget));
  conversation.kept_moments = 0;
  conversation.moment_prints.clear();
  forget_alerts(conversation);
  return forget;
}

void Core::add(const Message& message, const Routed& routed, Conversation& conversation,
               JoinMethod method, std::string_view evidence, Effects& effects) {
  const Incoming& incoming = *routed.incoming;
  if (goes_elsewhere(message, routed, conversation, effects)) return;
  follow_prints(conversation);
  if (stitch::has_moment(conversation, incoming.moment.id))
    return answer(message, routed, &conversation, EventOutcome::kDuplicate, method, evidence,
                  effects);
  const auto behind = [&] {
    const auto& moments = conversation.moments;
    return moments.empty() ? Millis(0) : moments.back().at - incoming.moment.at;
  };
  if (is_set(conversation.horizon) && incoming.moment.at < conversation.horizon) {
    answer(message, routed, &conversation, EventOutcome::kLateDropped, method, evidence, effects);
    effects.enriched.back().behind = behind();
    return;
  }

  const std::size_t identifiers_known = conversation.identifiers.size();
  add_keys(message, routed, conversation, effects);
  Moment moment = incoming.moment;
  moment.attributes = attribute_index(conversation, incoming.attributes);
  moment.contact_key = contact_key(conversation, incoming);
  came_by(conversation, incoming, moment);
  moment.via = came_by(conversation, routed);
  remember_promise(conversation, incoming.promise);
  const bool newest = insert(conversation, moment);
  const bool in_order =
      newest && !takes_back(moment.kind) && !stitch::is_taken_back(conversation, moment.id);
  const Lap lap(laps_, Step::kClocks, Step::kStitch);

  // Where a border is crossed before it, the fold makes room there first.
  if (in_order && !clocks::is_behind(conversation, *timeline_, moment.at))
    clocks::make_room(conversation.fold, moment.at);
  watch(conversation, moment, in_order);
  const Change change(conversation.fold, in_order ? moment.at : kNever);
  if (in_order)
    clocks::extend(conversation, *timeline_);
  else
    clocks::refold(conversation, *timeline_);
  effects.forgotten += keep_within_limits(conversation);
  state_.changed(conversation);
  settle(message, conversation, change.at, effects);
  contribute(conversation, watch_, effects);
  if (conversation.identifiers.size() > identifiers_known && stitch::founds(incoming))
    name_owner(message, conversation, first_identifier(incoming), moment.at, effects);

  answer(message, routed, &conversation,
         newest ? EventOutcome::kApplied : EventOutcome::kLateApplied, method, evidence, effects);
  Enriched& out = effects.enriched.back();
  if (!newest) out.behind = behind();
  out.before = change.state;
  const FoldState& fold = conversation.fold;
  // What has settled is older than a moment in order.
  for (std::size_t i = in_order ? fold.settled : 0; i < fold.clocks.size(); ++i) {
    const ClockRun& run = fold.clocks[i];
    const auto was = std::find_if(change.runs.begin(), change.runs.end(), [&](const RunBefore& b) {
      return b.cycle == run.cycle && b.sla == run.sla;
    });
    if (was == change.runs.end()) {
      // New in this step, or finished before it: only the former is news.
      if (!is_open(run.state) && run.started != moment.at && run.stopped != moment.at) continue;
    } else {
      if (was->before.state == run.state && was->before.target == run.target &&
          was->stretches == run.running.size())
        continue;
      out.clocks_before.push_back({static_cast<std::uint32_t>(out.clocks_after.size()),
                                   was->before.state, was->before.target});
    }
    out.clocks_after.push_back(run);
  }
}

// After any change of a conversation: alerts, contributions, its timer.
void Core::settle(const Message& message, Conversation& conversation, Instant moment,
                  Effects& effects) {
  // Open clocks count up to where deadlines were looked at; the next round fires what is due by
  // now.
  conversation.changed_gate = is_set(gate_) ? gate_ - lateness(conversation) : kNever;
  publish_alerts(message.origin, conversation, conversation.fired_until, conversation.changed_gate,
                 {conversation.fired_until, moment}, false, effects);
  arm(conversation, effects);
}

void Core::publish_alerts(const Origin& origin, Conversation& conversation, Instant gate,
                          Instant seen_until, clocks::Compared compared, bool provisional,
                          Effects& effects) {
  const FoldState& fold = conversation.fold;
  const clocks::CompiledPolicy& now = clocks::version_of(conversation, *timeline_);
  auto changes = clocks::compare_alerts(fold, conversation.alerts, gate, seen_until, now, compared);
  conversation.fold.is_new = false;
  for (clocks::AlertChange& change : changes) {
    const std::size_t at = clocks::alert_at(conversation.alerts, change.alert.sla,
                                            change.alert.cycle, change.alert.level);
    conversation.kept_alerts = std::min(conversation.kept_alerts, at);
    AlertOut& out = effects.alerts.emplace_back();
    out.origin = origin;
    out.conversation = conversation.id;
    out.customer = conversation.customer;
    out.alert = std::move(change.alert);
    out.attributes = fold.attributes;
    out.channel = fold.last_channel;
    out.changed = change.changed;
    out.provisional = provisional;
    out.version = &now.governing(change.changed);
    if (change.run == clocks::kNoRun) continue;
    out.run = fold.clocks[change.run];
    out.promise = promise_of(conversation, out.run);
    // Late by a target that came after its due instant: by the version that brought it.
    if (out.run.attached_late) out.version = &now;
    out.elapsed = elapsed_then(out.run, change.changed, now);
    if (out.run.contact < fold.contacts.size())
      out.channel = fold.contacts[out.run.contact].channel;
  }
}

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
  auto contents = std::make_shared<Conversation>();
  contents->moments = std::move(loser->moments);
  contents->attribute_sets = std::move(loser->attribute_sets);
  contents->keys = loser->keys;
  contents->key_via = std::move(loser->key_via);
  contents->evidence = loser->evidence;
  contents->identifiers = std::move(loser->identifiers);
  contents->promises = std::move(loser->promises);
  contents->apart = std::move(loser->apart);
  contents->divisions = std::move(loser->divisions);
  // What it had contributed, for the winner to know.
  contents->fold = loser->fold;
  contents->alerts = loser->alerts;
  contents->fired_until = loser->fired_until;
  contents->repeat_until = loser->repeat_until;
  // Its waits go on with the winner: what was said of them here no longer holds.
  for (PublishedAlert& alert : loser->alerts) {
    if (alert.status == AlertStatus::kRetracted) continue;
    alert.status = AlertStatus::kRetracted;
    ++alert.revision;
    AlertOut& out = effects.alerts.emplace_back();
    out.origin = message.origin;
    out.conversation = loser->id;
    out.customer = loser->customer;
    out.alert = alert;
    out.attributes = loser->fold.attributes;
    out.channel = loser->fold.last_channel;
    out.changed = loser->fold.last_activity;
    out.version = &timeline_->at(out.changed);
  }
  // The redirect keeps the keys, so that those who still come by them find the way.
  loser->moments = {};
  loser->moment_prints.clear();
  loser->kept_moments = loser->kept_alerts = 0;
  loser->attribute_sets = {};
  loser->promises = {};
  loser->identifiers = {};
  loser->key_via = {};
  loser->apart = {};
  loser->divisions = {};
  loser->stands = loser->placed = false;
  loser->merged_into = merge.winner;
  loser->continued_by = {};
  const FoldState was = std::move(loser->fold);
  loser->fold = {};
  loser->fold.state = ConversationState::kMerged;
  loser->fold.opened = was.opened;
  loser->fold.last_activity = was.last_activity;
  loser->base = {};
  loser->changed_gate = gate_;
  loser->repeat_until = kNever;
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
