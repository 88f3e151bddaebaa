// What a moment does to one conversation.
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

void remember_promise(Conversation& conversation, const std::string& promise) {
  auto& known = conversation.promises;
  if (promise.empty() || known.size() >= kPromisesNamed) return;
  if (std::find(known.begin(), known.end(), promise) == known.end()) known.push_back(promise);
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

}  // namespace vaste::core
