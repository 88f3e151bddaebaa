#include "stitch/linker.h"

#include <algorithm>
#include <utility>

#include "stitch/decider.h"

namespace vaste::stitch {

Component* Decider::component_of(const Linked& linked) {
  if (linked.customer.empty()) return nullptr;
  Component* component = links_.component(linked.customer);
  const bool is_in = component != nullptr && find_member(*component, linked.identifier);
  return is_in ? component : nullptr;
}

Linked& Decider::linked_of(const std::string& identifier) {
  Linked* linked = links_.linked(identifier);
  return linked != nullptr ? *linked : links_.create_linked(identifier);
}

Linked& Decider::known(Party& party) {
  if (party.linked == nullptr) {
    party.linked = &links_.create_linked(party.identifier());
    party.linked->epoch = party.forgotten;
  }
  return *party.linked;
}

// Its component as of the request, or as of the customer that its actor had to make because the
// pointer ran out, whichever is later.
void Decider::touch(const Side& side) {
  const Linked* linked = links_.linked(side.identifier);
  Component* component = linked != nullptr ? component_of(*linked) : nullptr;
  if (component == nullptr) return;
  const bool has_begun_anew = side.own && side.customer > linked->own;
  expire(*component, has_begun_anew ? std::max(at_, side.customer.born()) : at_);
}

// He had not heard yet that he is forgotten. Then he had been left alone with his customer.
void Decider::know_again(Party& party) {
  const Side& side = *party.side;
  Linked& linked = known(party);
  linked.customer = linked.own = side.customer;
  links_.changed(linked);
  party.component = &links_.create_component(side.customer);
  party.component->members.push_back({side.identifier, party.kind, kNever, kNever});
  settle(*party.component, linked.epoch + 1);
}

Party Decider::party(const Side& side) {
  Party party{&side, kind_of(side.identifier), links_.linked(side.identifier), nullptr, {}, 0};
  if (party.linked != nullptr) party.component = component_of(*party.linked);
  if (party.linked == nullptr)
    if (const Linked* all = links_.linked(kForgotten)) party.forgotten = all->epoch;
  const bool was_in_none =
      party.linked == nullptr || (party.linked->customer.empty() && party.linked->own.empty());
  if (was_in_none && !side.own && links_.component(side.customer) == nullptr) know_again(party);
  if (party.component != nullptr || !side.own) return party;
  // What was disposed of before is told by a request that was on its way for long.
  const bool is_new = party.linked == nullptr || side.customer > party.linked->own;
  if (is_new && links_.component(side.customer) == nullptr) party.own = side.customer;
  return party;
}

// Its actor began anew because it had not heard yet that its evidence was renewed.
void Decider::follow(Party& party) {
  const Side& side = *party.side;
  if (party.component == nullptr || !side.own || side.customer <= party.linked->own) return;
  Component& component = *party.component;
  party.linked->own = side.customer;
  links_.changed(*party.linked);
  if (side.customer == component.customer) return;
  ++component.epoch;
  links_.changed(component);
  out_.push_back(Merge{side.customer, component.customer, component.epoch, {side.identifier}});
}

void Decider::decide(const Request& request) {
  const auto& [first, second, claim, method, source, at, by_operator] = request;
  if (first.identifier.empty() || second.identifier.empty()) return;
  if (first.identifier == second.identifier) return;
  touch(first);
  touch(second);
  Party a = party(first);
  Party b = party(second);
  follow(a);
  follow(b);
  switch (claim) {
    case Claim::kSame:
      return same(a, b, request);
    case Claim::kNotSame:
      return not_same(a, b);
    case Claim::kForget:
      return forget(a, b, request);
  }
}

void Decider::same(Party& a, Party& b, const Request& request) {
  if (a.is_together_with(b)) {
    Component& component = *a.component;
    const Word word{request.method, request.source, at_, request.by_operator};
    if (add_edge(component, a.place(), b.place(), word, rules_))
      settle(component, component.epoch + 1);
    return;
  }
  if (!request.by_operator && (a.is_shared() || b.is_shared()))
    return conflict(a, b, Refusal::kShared);
  const Refusal reason = refusal(a, b, request);
  if (reason == Refusal::kRanOut || (request.by_operator && reason != Refusal::kNone))
    return conflict(a, b, reason);
  if (reason != Refusal::kNone) return refuse(a, b, reason);
  // Who has nobody yet, and was refused by as many as may be, is shared with this one.
  const bool last_of_a = !request.by_operator && a.is_full(rules_) && note(a, b);
  const bool last_of_b = !request.by_operator && b.is_full(rules_) && note(b, a);
  if (last_of_a || last_of_b) conflict(a, b, Refusal::kShared);
  if (last_of_a) share(a);
  if (last_of_b) share(b);
  if (!last_of_a && !last_of_b) join(a, b, request);
}

void Decider::not_same(Party& a, Party& b) {
  const bool together = a.is_together_with(b);
  std::vector<std::uint64_t> kinds;
  if (together) {
    const Between between(a, b);
    for (const Edge& edge : a.component->edges) {
      if (!between(edge)) continue;
      if (edge.first > at_) return conflict(a, b, Refusal::kOverridden);
      insert_kind(kinds, evidence_kind(edge.method, edge.source));
    }
  }
  const bool too_many_of_a = part_for_good(a, b, kinds);
  const bool too_many_of_b = part_for_good(b, a, kinds);
  if (together) {
    Component& component = *a.component;
    remove_edges(component, Between(a, b));
    cut(component, a.place(), b.place());
    come_apart(component, true);
    a.component = component_of(*a.linked);
    b.component = component_of(*b.linked);
  }
  if (too_many_of_a) share(a);
  if (too_many_of_b) share(b);
}

void Decider::forget(Party& a, Party& b, const Request& request) {
  if (!a.is_together_with(b)) return;
  const bool all = request.method.empty();
  const Between between(a, b);
  const bool gone = remove_edges(*a.component, [&](const Edge& edge) {
    return between(edge) &&
           (all || (edge.method == request.method && edge.source == request.source));
  });
  if (gone) come_apart(*a.component, true);
}

void decide(const Request& request, const IdentityRules& rules, Links& links,
            std::vector<Decision>& out) {
  Decider(rules, request.at, links, out).decide(request);
}

void expire(const Id& customer, Instant at, const IdentityRules& rules, Links& links,
            std::vector<Decision>& out) {
  Component* component = links.component(customer);
  if (component != nullptr) Decider(rules, at, links, out).expire(*component, at);
}

Instant forget(const std::string& identifier, Instant at, const IdentityRules& rules, Links& links,
               std::vector<Decision>& out) {
  Linked* linked = links.linked(identifier);
  return linked == nullptr ? kNever : Decider(rules, at, links, out).forget(*linked);
}

IdentifierKind kind_of(std::string_view identifier) {
  static constexpr std::pair<std::string_view, IdentifierKind> kSpaces[] = {
      {"customer", IdentifierKind::kCustomerId}, {"email", IdentifierKind::kEmail},
      {"phone", IdentifierKind::kPhone},         {"chat", IdentifierKind::kChatVisitor},
      {"social", IdentifierKind::kSocial},       {"device", IdentifierKind::kDevice},
  };
  const std::size_t end = identifier.find(':');
  if (end == identifier.npos) return IdentifierKind::kNone;
  for (const auto& [space, kind] : kSpaces)
    if (identifier.substr(0, end) == space) return kind;
  return IdentifierKind::kNone;
}

const char* name(Refusal refusal) {
  switch (refusal) {
    case Refusal::kNone:
      break;
    case Refusal::kContradictingCustomerId:
      return "contradicting_customer_id";
    case Refusal::kOverLimitOfKind:
      return "over_limit_of_kind";
    case Refusal::kOverLimit:
      return "over_limit";
    case Refusal::kShared:
      return "shared";
    case Refusal::kNeverAgain:
      return "never_again";
    case Refusal::kOverridden:
      return "overridden";
    case Refusal::kRanOut:
      return "ran_out";
  }
  return "none";
}

}  // namespace vaste::stitch
