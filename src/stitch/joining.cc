// Two components become one.
#include <algorithm>
#include <utility>

#include "stitch/decider.h"

namespace vaste::stitch {

// What is to become of it, in the caller's hands: the record is left to be overwritten or erased.
Component Decider::take(Party& party) {
  if (party.component != nullptr) return std::move(*party.component);
  Component single{party.own, 0, {}, {}};
  single.members.push_back({party.identifier(), party.kind, kNever, kNever});
  return single;
}

// All its members hear of their customer, whether it is a new one or not.
void Decider::repoint(Component& component, const Id& customer) {
  for (Member& member : component.members) {
    member.until = kNever;
    Linked& linked = linked_of(member.identifier);
    linked.customer = customer;
    links_.changed(linked);
  }
}

// An operator joined it, whatever was known of it.
void Decider::own_again(Party& party, Component& component) {
  Linked& linked = *party.linked;
  if (!linked.shared) return;
  linked.shared = false;
  linked.seen.clear();
  links_.changed(linked);
  component.members[*find_member(component, linked.identifier)].until = kNever;
}

void Decider::join(Party& a, Party& b, const Request& request) {
  const std::uint64_t epoch = std::max(a.epoch(), b.epoch()) + 1;
  const bool b_wins =
      a.customer().empty() || (!b.customer().empty() && b.customer() < a.customer());
  Party& winner = b_wins ? b : a;
  Party& loser = b_wins ? a : b;
  Component joined = take(winner);
  Component lost = take(loser);
  if (joined.customer.empty()) joined.customer = fresh_id({}, winner.identifier(), epoch);
  const Id customer = joined.customer;
  if (!lost.customer.empty() && lost.customer != customer) {
    Merge merge{lost.customer, customer, epoch, {}};
    for (const Member& member : lost.members) merge.identifiers.push_back(member.identifier);
    out_.push_back(std::move(merge));
  }

  known(a);
  known(b);
  repoint(lost, customer);
  if (winner.component == nullptr) repoint(joined, customer);
  absorb(joined, std::move(lost));
  for (Party* party : {&a, &b}) {
    std::erase_if(party->linked->never, [&](const Never& never) {
      return never.identifier == (party == &a ? b : a).identifier();
    });
    own_again(*party, joined);
    if (!party->own.empty()) party->linked->own = party->own;
    links_.changed(*party->linked);
  }

  if (loser.component != nullptr) links_.erase(*loser.component);
  Component& stored =
      winner.component != nullptr ? *winner.component : links_.create_component(customer);
  stored = std::move(joined);
  a.component = b.component = &stored;
  const Word word{request.method, request.source, at_, request.by_operator};
  add_edge(stored, a.place(), b.place(), word, rules_);
  settle(stored, epoch);
}

}  // namespace vaste::stitch
