// What is known of who is who: the linker's records (DOMAIN 7). Plain values; stitch/linker
// decides.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "model/policy.h"

namespace vaste {

// Another identifier that was named together with one and belongs to another customer.
struct Seen {
  std::string identifier;
  Instant at;  // last
  bool operator==(const Seen&) const = default;
};

// Another identifier that is somebody else: the two never come into one customer again, whoever
// joins them to whom, but by evidence of a kind that was not known at the time, or by an operator.
struct Never {
  std::string identifier;
  Instant at;  // of the word that parted them; what was said before is moot
  std::vector<std::uint64_t> evidence;  // kinds (stitch::evidence_kind) that join them no more
  bool operator==(const Never&) const = default;
};

// One identifier as the linker knows it.
struct Linked {
  std::string identifier;   // its key; not part of what is stored
  Id customer;              // of the component that it is in; empty: in none
  Id own;                   // the last that its own actor made and that the linker has disposed of
  std::uint64_t epoch = 0;  // of the decision by which it was taken out of its last component
  bool shared = false;      // seen with too many customers: joins nothing
  std::vector<Seen> seen;   // other customers' identifiers, at most IdentityRules::shared_beyond
  std::vector<Never> never;
  bool operator==(const Linked&) const = default;
};

struct Member {
  std::string identifier;
  IdentifierKind kind = IdentifierKind::kNone;
  Instant first;  // the earliest evidence that named it
  Instant until;  // when the evidence that holds it here runs out; kEndOfTime: it stays
  bool operator==(const Member&) const = default;
};

// One kind of evidence that two members are one person.
struct Edge {
  std::uint32_t a = 0;  // indices into Component::members, a < b
  std::uint32_t b = 0;
  std::string method;
  std::string source;
  Instant first;  // earliest
  Instant given;  // latest: it holds from here for as long as the policy says
  bool by_operator = false;
  bool operator==(const Edge&) const = default;
};

// The identifiers of one customer. Those whose identifier nobody ever named together with another
// one have no component.
struct Component {
  Id customer;              // its key; not part of what is stored
  std::uint64_t epoch = 0;  // grows with every decision about it or its members
  std::vector<Member> members;
  std::vector<Edge> edges;
  bool operator==(const Component&) const = default;
};

}  // namespace vaste
