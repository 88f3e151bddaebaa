#include "core/step.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/hash.h"

namespace vaste::core {

namespace {

// Who is there for the events of identifiers, and looks at the first of them.
bool is_person(stitch::ActorKind kind) {
  return kind == stitch::ActorKind::kIdentifier || kind == stitch::ActorKind::kCustomer;
}

}  // namespace

void Effects::clear() {
  sends.clear();
  enriched.clear();
  alerts.clear();
  dead.clear();
  identity.clear();
  answers.clear();
  contributed.clear();
  trends.clear();
  new_timers.clear();
  old_timers.clear();
  too_late = {};
  kept.clear();
  forgotten = too_many = 0;
}

std::string alert_id(const Id& conversation, const PublishedAlert& alert) {
  return conversation.text() + ':' + alert.sla + ':' + std::to_string(alert.cycle) + ':' +
         name(alert.level);
}

Core::Core(State& state, std::shared_ptr<const clocks::CompiledPolicy> policy,
           std::int32_t partition, std::int32_t partitions, Limits limits)
    : Core(state, std::make_shared<const clocks::Timeline>(std::move(policy)), partition,
           partitions, limits) {}

Core::Core(State& state, std::shared_ptr<const clocks::Timeline> timeline, std::int32_t partition,
           std::int32_t partitions, Limits limits)
    : state_(state),
      timeline_(std::move(timeline)),
      partition_(partition),
      partitions_(partitions),
      limits_(limits) {}

void Core::on_message(const Message& message, Effects& effects) {
  serve(message, effects);
  serve_here(effects);
}

// At once; hops bound the loop.
void Core::serve_here(Effects& effects) {
  for (std::size_t i = 0; i < here_.size(); ++i) {
    const Message next = std::move(here_[i]);
    serve(next, effects);
  }
  here_.clear();
}

void Core::serve(const Message& message, Effects& effects) {
  const auto* routed = std::get_if<Routed>(&message.body);
  // Only events: claims, merges and handovers go from larger to smaller ids and so come to an end
  // by themselves, and one of them lost would be moments lost.
  if (routed && message.hops > limits_.hops) {
    effects.dead.push_back({message.origin, routed->event,
                            "forwarded more than " + std::to_string(limits_.hops) +
                                " times inside vaste; report this with the record"});
    return;
  }
  const auto* order = std::get_if<Order>(&message.body);
  if (order && message.hops > limits_.hops)
    return refuse(message, *order->command, CommandRefusal::kUnknownConversation,
                  "it was not found within " + std::to_string(limits_.hops) +
                      " steps, as it is moved about right now; give it again under another id",
                  effects);
  if (routed && routed->incoming->identifiers.empty() && is_person(message.to.kind)) {
    effects.dead.push_back({message.origin, routed->event,
                            "came to a person inside vaste and has no identifier; report this "
                            "with the record",
                            Code::kInternal});
    return;
  }
  switch (message.to.kind) {
    case stitch::ActorKind::kIdentifier:
      if (order) order_at_identifier(message, *order, effects);
      if (routed) routed_to_identifier(message, *routed, effects);
      if (const auto* body = std::get_if<Introduce>(&message.body))
        introduce(message, *body, effects);
      if (const auto* body = std::get_if<Repoint>(&message.body))
        repoint(body->point, message.origin, effects);
      if (const auto* body = std::get_if<Named>(&message.body))
        named_at_identifier(message, *body, effects);
      return;
    case stitch::ActorKind::kThread:
      if (routed) routed_to_thread(message, *routed, effects);
      if (const auto* body = std::get_if<Claim>(&message.body)) claim(message, *body, effects);
      if (const auto* body = std::get_if<Forget>(&message.body)) forget(message, *body);
      return;
    case stitch::ActorKind::kConversation:
      return to_conversation(message, effects);
    case stitch::ActorKind::kCustomer:
      return to_customer(message, effects);
    case stitch::ActorKind::kLinker:
      if (const auto* body = std::get_if<Link>(&message.body)) link(message, *body, effects);
      return;
    case stitch::ActorKind::kCommand:
      if (order) take(message, *order, effects);
      if (const auto* body = std::get_if<Answered>(&message.body)) state_.set_answer(*body->answer);
      return;
    case stitch::ActorKind::kKpi:
      if (const auto* body = std::get_if<AddUp>(&message.body)) add_up(message, *body, effects);
      return;
  }
}

void Core::to_conversation(const Message& message, Effects& effects) {
  const Conversation* conversation = state_.conversation(stitch::conversation_of(message.to));
  if (const auto* body = std::get_if<Forget>(&message.body); body && body->key.empty())
    return forget_signpost(conversation);
  if (conversation != nullptr && conversation->moved) {
    // Not a hop: each signpost was left later than the one that led to it.
    Message onward = message;
    onward.to = stitch::conversation_actor(conversation->id, home_group(*conversation));
    return pass_on(std::move(onward), effects);
  }
  if (const auto* body = std::get_if<Routed>(&message.body))
    routed_to_conversation(message, *body, effects);
  if (const auto* body = std::get_if<Order>(&message.body))
    order_at_conversation(message, *body, effects);
  if (const auto* body = std::get_if<Merge>(&message.body)) merge(message, *body, effects);
  if (const auto* body = std::get_if<Handover>(&message.body)) handover(message, *body, effects);
  if (const auto* body = std::get_if<Forget>(&message.body)) relay(message, *body, effects);
}

void Core::send(Message message, Effects& effects) {
  ++message.hops;
  pass_on(std::move(message), effects);
}

void Core::pass_on(Message message, Effects& effects) {
  const auto where = stitch::partition_of(stitch::key_group(message.to), partitions_);
  (where == partition_ ? here_ : effects.sends).push_back(std::move(message));
}

void Core::forward(const Message& message, const Routed& routed, stitch::Actor to, bool unresolved,
                   std::string evidence, Effects& effects) {
  send({message.origin, message.hops, std::move(to),
        Routed{routed.event, routed.incoming, unresolved, std::move(evidence)}},
       effects);
}

// The larger id gives itself up to the smaller, always: redirects only ever lead down, so they
// never loop.
void Core::send_merge(const Message& message, const Id& one, const Id& other, Effects& effects,
                      const Id& of_customer) {
  if (one == other) return;
  send({message.origin, message.hops, stitch::conversation_actor(std::max(one, other)),
        Merge{std::min(one, other), of_customer}},
       effects);
}

void Core::routed_to_thread(const Message& message, const Routed& routed, Effects& effects) {
  const Incoming& incoming = *routed.incoming;
  if (const auto known = state_.thread(message.to.key))
    return forward(message, routed, stitch::conversation_actor(*known), routed.unresolved,
                   message.to.key, effects);
  if (!incoming.identifiers.empty())
    return forward(message, routed, stitch::identifier_actor(incoming.identifiers.front()), true,
                   {}, effects);
  if (!routed.unresolved && waits(message, routed, effects)) return;
  if (!stitch::founds(incoming))
    return answer(message, routed, nullptr, EventOutcome::kIgnored, JoinMethod::kNone, {}, effects);

  // A conversation without a person: its customer is nobody yet, and lives where the key does.
  const std::uint32_t group = stitch::key_group(message.to);
  const Id nobody = new_customer(message, incoming.moment.at, group);
  if (auto* fresh = begin(message, routed, nobody, group, JoinMethod::kNew, effects))
    add(message, routed, *fresh, JoinMethod::kNew, {}, effects);
}

void Core::routed_to_conversation(const Message& message, const Routed& routed, Effects& effects) {
  const Incoming& incoming = *routed.incoming;
  const Id id = stitch::conversation_of(message.to);
  Conversation* conversation = state_.conversation(id);
  // Followed inside the partition: both live here. Not into a redirect: what that one held has gone
  // to a smaller id, which claims the keys, and may have come back here: events went in circles.
  while (conversation != nullptr && conversation->merged_into.empty() &&
         !conversation->continued_by.empty()) {
    Conversation* next = state_.conversation(conversation->continued_by);
    if (next == nullptr || !next->merged_into.empty()) break;
    conversation = next;
  }
  if (conversation == nullptr) return routed_to_forgotten(message, routed, id, effects);
  if (!conversation->merged_into.empty()) {
    // A redirect does not count as a hop: each leads to a smaller id, however many there are.
    Message onward{message.origin, message.hops,
                   stitch::conversation_actor(conversation->merged_into),
                   Routed{routed.event, routed.incoming, routed.unresolved, routed.evidence}};
    return pass_on(std::move(onward), effects);
  }
  if (incoming.opens && stitch::beyond_reopening(*conversation, incoming.moment.at,
                                                 version_at(routed).policy().stitch)) {
    Conversation* fresh = begin(message, routed, conversation->customer, home_group(*conversation),
                                JoinMethod::kNew, effects);
    if (fresh == nullptr) return;
    fresh->evidence = conversation->evidence;
    fresh->follows = conversation->id;
    fresh->repeat_until = repeat_until(routed, conversation->fold.resolved);
    conversation->continued_by = fresh->id;
    state_.changed(*conversation);
    return add(message, routed, *fresh, JoinMethod::kExplicit, routed.evidence, effects);
  }
  add(message, routed, *conversation, JoinMethod::kExplicit, routed.evidence, effects);
}

// Forgotten by age: as if its keys had never been seen.
void Core::routed_to_forgotten(const Message& message, const Routed& routed, const Id& id,
                               Effects& effects) {
  // The key that led here does not know yet: it is told, and asked again. Once: what still leads
  // here then is the redirect of one that was merged into this.
  if (!routed.unresolved && !routed.evidence.empty()) {
    const stitch::Actor key = stitch::thread_actor(routed.evidence);
    pass_on({message.origin, message.hops, key, Forget{id, {}, {}}}, effects);
    return forward(message, routed, key, true, {}, effects);
  }
  const Incoming& incoming = *routed.incoming;
  if (!stitch::founds(incoming))
    return answer(message, routed, nullptr, EventOutcome::kIgnored, JoinMethod::kNone, {}, effects);
  // It may have lived elsewhere than where it was born.
  const std::uint32_t group = stitch::partition_of(id.key_group(), partitions_) == partition_
                                  ? id.key_group()
                                  : stitch::first_group(partition_, partitions_);
  const Id nobody = new_customer(message, incoming.moment.at, group);
  Conversation* fresh = begin(message, routed, nobody, group, JoinMethod::kNew, effects);
  if (fresh == nullptr) return;
  // Without evidence: the key that led here is claimed like the others.
  add(message, Routed{routed.event, routed.incoming, routed.unresolved, {}}, *fresh,
      JoinMethod::kNew, {}, effects);
}

void Core::claim(const Message& message, const Claim& claim, Effects& effects) {
  const auto known = state_.thread(message.to.key);
  if (known == claim.conversation) return;
  if (!known || claim.conversation < *known) state_.set_thread(message.to.key, claim.conversation);
  if (known) return send_merge(message, *known, claim.conversation, effects);
  resume(message, message.to.key, claim.conversation, effects);
}

void Core::answer(const Message& message, const Routed& routed, const Conversation* conversation,
                  EventOutcome outcome, JoinMethod method, std::string_view evidence,
                  Effects& effects) {
  Enriched& out = effects.enriched.emplace_back();
  out.origin = message.origin;
  out.event = routed.event;
  out.at = routed.incoming->moment.at;
  out.channel = routed.incoming->moment.channel;
  out.kind = routed.incoming->moment.kind;
  out.outcome = outcome;
  out.method = method;
  out.evidence = evidence;
  out.hops = message.hops;
  out.version = &version_at(routed);
  if (conversation == nullptr) return;
  out.customer = conversation->customer;
  out.conversation = conversation->id;
  out.before = out.after = conversation->fold.state;
  out.counted = &clocks::version_of(*conversation, *timeline_);
}

}  // namespace vaste::core
