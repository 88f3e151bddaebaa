// Components come apart: who is shared, who is somebody else, whose evidence has run out.
#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "stitch/decider.h"
#include "stitch/stitch.h"

namespace vaste::stitch {

namespace {

// Of one identifier. Somebody who is said not to be so many others is nobody's own.
constexpr std::size_t kMostNever = 64;

}  // namespace

// True: with this one it is seen with too many.
bool Decider::note(Party& party, const Party& other) {
  Linked& linked = known(party);
  for (Seen& seen : linked.seen) {
    if (seen.identifier != other.identifier()) continue;
    if (at_ <= seen.at) return false;
    seen.at = at_;
    links_.changed(linked);
    return false;
  }
  linked.seen.push_back({other.identifier(), at_});
  links_.changed(linked);
  const std::size_t itself = party.size() > 1 ? 1 : 0;
  if (linked.seen.size() + itself <= rules_.shared_beyond) return false;
  prune(linked);
  return linked.seen.size() + itself > rules_.shared_beyond;
}

// Leaves one for each customer that it was seen with in the time that counts, which ends with the
// newest. So it is exact when it matters, and costs nothing until then.
void Decider::prune(Linked& linked) {
  Instant newest = kNever;
  for (const Seen& seen : linked.seen) newest = std::max(newest, seen.at);
  std::vector<std::pair<Id, std::size_t>> customers;  // of those kept
  std::vector<Seen> kept;
  for (Seen& seen : linked.seen) {
    if (seen.at + rules_.shared_within < newest) continue;
    const Linked* other = links_.linked(seen.identifier);
    const Id customer = other != nullptr ? other->customer : Id{};
    if (other != nullptr && other->shared) continue;
    if (!customer.empty()) {
      if (customer == linked.customer) continue;
      const auto same = std::find_if(customers.begin(), customers.end(),
                                     [&](const auto& one) { return one.first == customer; });
      if (same != customers.end()) {
        Instant& at = kept[same->second].at;
        at = std::max(at, seen.at);
        continue;
      }
      customers.emplace_back(customer, kept.size());
    }
    kept.push_back(std::move(seen));
  }
  linked.seen = std::move(kept);
}

void Decider::share(Party& party) {
  Linked& linked = known(party);
  if (linked.shared) return;
  linked.shared = true;
  linked.seen.clear();
  if (party.size() > 1) {
    Component& component = *party.component;
    const std::uint32_t itself = party.place();
    remove_edges(component, [&](const Edge& edge) { return edge.a == itself || edge.b == itself; });
    links_.changed(linked);
    come_apart(component, true, party.identifier());
    party.component = component_of(linked);
    return;
  }
  const std::uint64_t epoch = party.epoch() + 1;
  if (party.component == nullptr) {
    Component single = take(party);
    if (single.customer.empty()) single.customer = fresh_id({}, party.identifier(), epoch);
    linked.customer = single.customer;
    linked.own = std::max(linked.own, party.own);
    party.component = &links_.create_component(single.customer);
    *party.component = std::move(single);
  }
  links_.changed(linked);
  party.component->members.front().until = kNever;
  settle(*party.component, epoch);
}

// True: it is not so many others that it is nobody's own.
bool Decider::part_for_good(Party& party, const Party& other,
                            const std::vector<std::uint64_t>& kinds) {
  Linked& linked = known(party);
  Never* never = find_never(&linked, other.identifier());
  bool news = never == nullptr || never->at < at_;
  if (never == nullptr) {
    if (linked.never.size() >= kMostNever) return true;
    never = &linked.never.emplace_back(Never{other.identifier(), at_, {}});
  }
  never->at = std::max(never->at, at_);
  for (const std::uint64_t kind : kinds) news |= insert_kind(never->evidence, kind);
  if (news) links_.changed(linked);
  return false;
}

void Decider::expire(Component& component, Instant at) {
  const bool gone = remove_edges(
      component, [&](const Edge& edge) { return runs_out(component, edge, rules_) < at; });
  if (gone) come_apart(component, false);
}

// When the last of what holds it runs out; kNever: nothing does.
Instant Decider::last_hold(const Linked& linked, const Component* component) const {
  Instant last = kNever;
  for (const Seen& seen : linked.seen) last = std::max(last, seen.at + rules_.shared_within);
  if (component == nullptr) return last;
  const std::uint32_t itself = *find_member(*component, linked.identifier);
  for (const Edge& edge : component->edges)
    if (edge.a == itself || edge.b == itself)
      last = std::max(last, runs_out(*component, edge, rules_));
  return last;
}

void Decider::remember_epoch(std::uint64_t epoch) {
  const Linked* known = links_.linked(kForgotten);
  if (epoch <= (known != nullptr ? known->epoch : 0)) return;
  Linked& all = linked_of(kForgotten);
  all.epoch = epoch;
  links_.changed(all);
}

Instant Decider::forget(Linked& linked) {
  const std::size_t said = out_.size();
  if (Component* component = component_of(linked)) expire(*component, at_);
  if (out_.size() != said) return at_;
  Component* component = component_of(linked);
  if (const Instant last = last_hold(linked, component); last >= at_) return last;
  if (linked.shared || !linked.never.empty()) return kEndOfTime;
  const std::uint64_t epoch = std::max(linked.epoch, component != nullptr ? component->epoch : 0);
  out_.push_back(Point{linked.identifier, {}, epoch, kEndOfTime, false, true});
  remember_epoch(epoch);
  if (component != nullptr) links_.erase(*component);
  links_.erase(linked);
  return kNever;
}

// Who no longer hangs together gets customers of their own, with what came by their identifiers or
// without. A single one without history needs none: its actor makes it.
void Decider::come_apart(Component& component, bool with_history, std::string_view nobody) {
  std::vector<Component> parts = stitch::come_apart(component, nobody);
  const std::uint64_t epoch = component.epoch + 1;
  std::vector<Component*> begun;
  for (Component& part : parts) {
    const bool is_alone = !with_history && part.members.size() == 1;
    if (!is_alone)
      part.customer = fresh_id(component.customer, part.members[keeper(part)].identifier, epoch);
    repoint(part, part.customer);
    if (is_alone) {
      const std::string& identifier = part.members.front().identifier;
      Linked& linked = linked_of(identifier);
      linked.epoch = epoch;
      if (linked.own.empty()) linked.own = component.customer;  // It was in one: see party().
      links_.changed(linked);
      out_.push_back(Point{identifier, {}, epoch, kNever, false});
      continue;
    }
    if (with_history) {
      Split split{component.customer, part.customer, epoch, {}};
      for (const Member& member : part.members) split.identifiers.push_back(member.identifier);
      out_.push_back(std::move(split));
    }
    begun.push_back(&links_.create_component(part.customer));
    *begun.back() = std::move(part);
  }
  for (Component* part : begun) settle(*part, epoch);
  settle(component, epoch);
}

// After any change: how long each member is held, and whom that is news for.
void Decider::settle(Component& component, std::uint64_t epoch) {
  const std::vector<std::uint32_t> news = hold(component, rules_);
  component.epoch = std::max(component.epoch, epoch);
  for (const std::uint32_t i : news) {
    const Member& member = component.members[i];
    // Nobody's own is alone.
    const Linked* linked =
        component.members.size() == 1 ? links_.linked(member.identifier) : nullptr;
    out_.push_back(Point{member.identifier, component.customer, component.epoch, member.until,
                         linked != nullptr && linked->shared});
  }
  links_.changed(component);
}

// Of what becomes its first strong member; the same request makes the same.
Id Decider::fresh_id(const Id& from, std::string_view identifier, std::uint64_t epoch) {
  const std::uint32_t home = key_group(identifier_actor(identifier));
  std::string cause = from.bytes();
  cause += identifier;
  for (std::uint64_t seed = epoch;; seed = ~seed) {
    const Id id = Id::make(at_, home, hash64(cause, seed));
    if (links_.component(id) == nullptr) return id;
    cause.push_back('\0');
  }
}

}  // namespace vaste::stitch
