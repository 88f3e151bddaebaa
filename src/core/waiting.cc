// Events that have only a thread key, while nobody knows the thread (DESIGN 4.2).
//
// They are part of the state, so a crash, an abort or a restart changes nothing. Nobody waits for
// them: no deadline is held up, and where one of theirs comes they are served before it. Until then
// somebody with a name may be heard in the thread, and it is theirs from the beginning; else it is
// nobody's until that happens.
#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "core/change.h"
#include "core/step.h"

namespace vaste::core {

namespace {

// So much before a deadline, so that it is not noticed late.
constexpr Millis kBeforeDeadline{1000};
// Ids of ours are of version 7, these of version 8: see base/ids.h.
constexpr unsigned kWaitingVersion = 8;

Message message_of(const Parked& event, const std::string& key, std::int64_t read_after_ms) {
  Message out;
  out.origin = {event.topic,
                event.partition,
                event.offset,
                event.record_ms,
                std::max(event.read_after_ms, read_after_ms),
                event.trace};
  out.hops = event.hops;
  out.to = stitch::thread_actor(key);
  out.body = Routed{event.event, &event.incoming, true, {}};
  return out;
}

}  // namespace

Id waiting_id(std::string_view key) {
  return Id::of_version(kWaitingVersion, hash64(key, 7), hash64(key, 8));
}

bool is_waiting_id(const Id& id) {
  return id.version() == kWaitingVersion;
}

// True: it waits. An event that comes after them is looked at together with them: a call that has
// begun has no deadline, one that is queued has.
bool Core::waits(const Message& message, const Routed& routed, Effects& effects) {
  if (limits_.thread_wait <= Millis(0)) return false;
  const Id id = waiting_id(message.to.key);
  const Waiting* before = state_.waiting(id);
  Waiting all = before == nullptr ? Waiting{message.to.key, kNever, {}, 0, 0} : *before;
  if (all.key != message.to.key) return false;  // Two keys that look alike.
  const Origin& origin = message.origin;
  auto event = std::make_shared<const Parked>(
      Parked{std::string(origin.topic), origin.partition, origin.offset, origin.record_ms,
             origin.read_after_ms, std::string(origin.trace), message.hops,
             std::string(routed.event), *routed.incoming});
  if (!has_room(all, *event)) {
    ++effects.too_many;
    return false;
  }
  all.events.push_back(event);
  const Instant armed = all.until;
  const Instant latest = instant(origin.record_ms) + limits_.thread_wait;
  all.until = std::min({is_set(armed) ? armed : latest, latest, first_deadline(all)});
  if (is_set(gate_) && all.until <= gate_) return false;
  if (all.until != armed) effects.new_timers.emplace_back(all.until, id);
  state_.set_waiting(id, std::move(all));
  const Waiting* sum = state_.waiting({});
  Waiting next = sum == nullptr ? Waiting() : *sum;
  ++next.all_events;
  next.all_bytes += event->bytes();
  state_.set_waiting({}, std::move(next));
  return true;
}

bool Core::has_room(const Waiting& more, const Parked& event) {
  if (more.events.size() >= limits_.waiting_by_key) return false;
  const Waiting* known = state_.waiting({});
  const Waiting sum = known == nullptr ? Waiting() : *known;
  return sum.all_events < limits_.waiting_events &&
         sum.all_bytes + event.bytes() <= limits_.waiting_bytes;
}

// The first that a conversation of these would have; kEndOfTime: none.
Instant Core::first_deadline(const Waiting& waiting) const {
  Conversation trial;
  for (const auto& event : waiting.events) {
    const Incoming& incoming = event->incoming;
    for (const Key& key : incoming.keys)
      if (!stitch::has_key(trial, key.text)) hold_key(trial, key.text, 0);
    if (stitch::has_moment(trial, incoming.moment.id)) continue;
    Moment moment = incoming.moment;
    moment.attributes = attribute_index(trial, incoming.attributes);
    moment.contact_key = contact_key(trial, incoming);
    insert(trial, moment);
  }
  clocks::refold(trial, *timeline_);
  const auto next =
      clocks::next_deadline(trial.fold, kNever, clocks::version_of(trial, *timeline_));
  return next ? *next - kBeforeDeadline : kEndOfTime;
}

// What waited, which it does no longer: what can begin a conversation first, so that the rest finds
// it.
Waiting Core::take_waiting(const Id& id) {
  Waiting out = *state_.waiting(id);
  state_.erase_waiting(id);
  const Waiting* known = state_.waiting({});
  Waiting sum = known == nullptr ? Waiting() : *known;
  for (const auto& event : out.events) {
    sum.all_events -= std::min<std::uint64_t>(sum.all_events, 1);
    sum.all_bytes -= std::min<std::uint64_t>(sum.all_bytes, event->bytes());
  }
  if (sum.all_events == 0)
    state_.erase_waiting({});
  else
    state_.set_waiting({}, std::move(sum));
  std::stable_partition(out.events.begin(), out.events.end(),
                        [](const auto& event) { return stitch::founds(event->incoming); });
  return out;
}

// The thread is known: by whoever sent `message`.
void Core::resume(const Message& message, const std::string& key, const Id& conversation,
                  Effects& effects) {
  // Mostly nothing waits in the whole partition, and this is known without a look at the store.
  if (limits_.thread_wait <= Millis(0) || state_.waiting({}) == nullptr) return;
  const Id id = waiting_id(key);
  const Waiting* known = state_.waiting(id);
  if (known == nullptr || known->key != key) return;
  for (const auto& event : take_waiting(id).events) {
    effects.kept.push_back(event);
    const Message held = message_of(*event, key, message.origin.read_after_ms);
    forward(held, std::get<Routed>(held.body), stitch::conversation_actor(conversation), false, key,
            effects);
  }
}

// Nobody came. One after the other, as what the first begins the others are to find.
void Core::wait_no_longer(const Id& id, Instant armed, Effects& effects) {
  const Waiting* known = state_.waiting(id);
  if (known == nullptr || known->until != armed) return;
  const Waiting all = take_waiting(id);
  for (const auto& event : all.events) {
    effects.kept.push_back(event);
    serve(message_of(*event, all.key, to_ms(gate_)), effects);
    serve_here(effects);
  }
}

}  // namespace vaste::core
