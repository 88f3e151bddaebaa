// How the linker comes to its decisions: linker.cc has the claims, refusals.cc what stands against
// a join, joining.cc and parting.cc what they do to the records. Only these files use it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stitch/component.h"
#include "stitch/linker.h"

namespace vaste::stitch {

// The record of no identifier has the newest epoch of all who were forgotten.
inline const std::string kForgotten;

// One of the two identifiers of a request, with its records.
struct Party {
  const Side* side = nullptr;
  IdentifierKind kind = IdentifierKind::kNone;
  Linked* linked = nullptr;        // nullptr: never heard of
  Component* component = nullptr;  // nullptr: in none
  Id own;                          // in none: the customer of its own, if there is one to be taken
  std::uint64_t forgotten = 0;     // never heard of: its epochs come behind this one

  const std::string& identifier() const { return side->identifier; }
  Id customer() const { return component != nullptr ? component->customer : own; }
  std::size_t size() const { return component != nullptr ? component->members.size() : 1; }
  std::uint32_t place() const { return *find_member(*component, identifier()); }
  std::uint64_t epoch() const {
    return std::max(component != nullptr ? component->epoch : 0,
                    linked != nullptr ? linked->epoch : forgotten);
  }
  bool is_shared() const { return linked != nullptr && linked->shared; }
  bool is_together_with(const Party& other) const {
    return component != nullptr && component == other.component;
  }
  // One more that it is seen with, and it is seen with too many; its own customer counts as one.
  bool is_full(const IdentityRules& rules) const {
    return size() == 1 && linked != nullptr && linked->seen.size() >= rules.shared_beyond;
  }
};

// The edges between two members.
class Between {
 public:
  Between(const Party& a, const Party& b)
      : low_(std::min(a.place(), b.place())), high_(std::max(a.place(), b.place())) {}
  bool operator()(const Edge& edge) const { return edge.a == low_ && edge.b == high_; }

 private:
  std::uint32_t low_;
  std::uint32_t high_;
};

// One request, or one sweep of a component.
class Decider {
 public:
  Decider(const IdentityRules& rules, Instant at, Links& links, std::vector<Decision>& out)
      : rules_(rules), at_(at), links_(links), out_(out) {}

  void decide(const Request& request);
  void expire(Component& component, Instant at);
  Instant forget(Linked& linked);

 private:
  Component* component_of(const Linked& linked);
  Linked& linked_of(const std::string& identifier);
  Linked& known(Party& party);
  Instant last_hold(const Linked& linked, const Component* component) const;
  void remember_epoch(std::uint64_t epoch);
  void touch(const Side& side);
  Party party(const Side& side);
  void know_again(Party& party);
  void follow(Party& party);

  void same(Party& a, Party& b, const Request& request);
  void not_same(Party& a, Party& b);
  void forget(Party& a, Party& b, const Request& request);

  Refusal refusal(Party& a, Party& b, const Request& request);
  bool once_parted(Party& a, Party& b, const Request& request);
  Refusal limit(const Party& a, const Party& b) const;
  bool brings_together_who_was_parted(const Party& a, const Party& b);
  bool ran_out(const Party& a, const Party& b) const;
  void refuse(Party& a, Party& b, Refusal reason);
  void conflict(const Party& a, const Party& b, Refusal reason);

  void join(Party& a, Party& b, const Request& request);
  Component take(Party& party);
  void own_again(Party& party, Component& component);
  void repoint(Component& component, const Id& customer);

  bool note(Party& party, const Party& other);
  void prune(Linked& linked);
  void share(Party& party);
  bool part_for_good(Party& party, const Party& other, const std::vector<std::uint64_t>& kinds);
  void come_apart(Component& component, bool with_history, std::string_view nobody = {});
  void settle(Component& component, std::uint64_t epoch);
  Id fresh_id(const Id& from, std::string_view identifier, std::uint64_t epoch);

  const IdentityRules& rules_;
  Instant at_;
  Links& links_;
  std::vector<Decision>& out_;
};

Never* find_never(Linked* linked, const std::string& identifier);

// Into Never::evidence; false: it is in there.
bool insert_kind(std::vector<std::uint64_t>& kinds, std::uint64_t kind);
bool bars(const Never& never, std::uint64_t kind);

}  // namespace vaste::stitch
