// Which identifiers are one customer? The one place that decides Merge, Split and the refusal of
// both (DOMAIN 7, DESIGN 4.3).
//
// Pure: no I/O, no clock, no thread. Event time comes with each request; the order of requests is
// the order of decisions. decide() changes the records behind Links and says what has to be told to
// whom; the caller does both in one transaction, or drops both.
//
// Positive evidence joins the components of the two identifiers, unless that breaks a rule; then a
// Conflict says which. For evidence that breaks none the components are the connected ones, in
// whatever order it came. The older customer (the smaller id) survives a join.
//
// Who keeps the customer when a component comes apart: the part with the strongest member
// (customer_id, e-mail, social, chat visitor, device, phone number last, because numbers get new
// owners; of equals the one that was named first). Each other part gets a fresh customer.
//
// Of evidence that runs out whoever loses hold leaves without taking anything along (a Point, no
// Split): it may be another person by now. kNotSame and kForget undo what was joined (Split). Where
// other evidence still holds the two together, what is cut is the least: the fewest pieces of
// evidence (an operator's counts as a thousand), and of such cuts the one that leaves the fewest
// identifiers with the weaker of the two (by the order above).
//
// An operator's kSame lifts what parted the two, and makes a shared identifier a person's own
// again; limits hold for operators too. Seen with: what a refused join would have joined;
// customers, so what became one since counts once, and its own component counts as one.
//
// Cost: a decision looks at the two components, which IdentityRules::most bounds, and at no more
// than `shared_beyond` of an identifier's acquaintances. An identifier that is named with a million
// others is shared after a few, and then each costs a look-up.
//
// Who is not named for long is forgotten: forget(). His epochs go on behind those of all who were
// forgotten, so an actor that still has the pointer of then hears what is decided now.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "model/identity.h"
#include "model/policy.h"

namespace vaste::stitch {

// The records of one linker shard; a cache before the store, or a map.
// Lifetime: a record stays at its address until decide() returns, or it is erased.
// Errors: a load that fails answers "not there" and is remembered by the implementation, which
// voids the transaction (as core::Loader).
class Links {
 public:
  virtual ~Links() = default;
  virtual Linked* linked(const std::string& identifier) = 0;  // nullptr: not there
  virtual Linked& create_linked(const std::string& identifier) = 0;
  virtual void changed(const Linked& linked) = 0;  // said after every change, at least once
  virtual void erase(const Linked& linked) = 0;

  virtual Component* component(const Id& customer) = 0;
  virtual Component& create_component(const Id& customer) = 0;
  virtual void changed(const Component& component) = 0;
  virtual void erase(const Component& component) = 0;
};

// An identifier as its actor knows it when it asks.
struct Side {
  std::string identifier;  // as ingest writes it: "email:ann@example.org"
  Id customer;             // that its pointer names
  // Its own actor made that customer and no Point has taken it over: true before the first Point,
  // and again after a pointer ran out (`until`) and the actor made a new one. It belongs to this
  // identifier alone, so it may follow it anywhere.
  bool own = true;
};

enum class Claim : std::uint8_t {
  kSame,     // one person
  kNotSame,  // two persons: now, and by the same evidence never again one
  kForget,   // an operator: this evidence (empty method: all between the two) counts no more
};

struct Request {
  Side first;
  Side second;
  Claim claim = Claim::kSame;
  std::string method;  // how it is known
  std::string source;  // who says so; trusted, the caller saw to that (IdentityRules::trust)
  Instant at;          // event time
  bool by_operator = false;
};

// To the actor of the customer `loser`: everything goes on in `winner`.
struct Merge {
  Id loser;
  Id winner;
  std::uint64_t epoch = 0;
  std::vector<std::string> identifiers;  // of the loser
  bool operator==(const Merge&) const = default;
};

// To the actor of an identifier: this is your customer. The newer epoch wins.
struct Point {
  std::string identifier;
  // Empty: the one that a Point gave it is its customer no more; it makes one of its own when it
  // next hears something, or has already.
  Id customer;
  std::uint64_t epoch = 0;
  // Event time after which the pointer counts as empty: the evidence that holds it has run out.
  // kEndOfTime: never; of the member that keeps the customer.
  Instant until;
  bool shared = false;  // nobody's own: events are kept apart by thread
  // The linker knows nothing of it any more: what it points to is its own, as if it had never been
  // linked. Unless it has heard a newer epoch.
  bool forgotten = false;
  bool operator==(const Point&) const = default;
};

// To the actor of the customer `from`: what came by these identifiers goes to `to`, a customer that
// did not exist before.
struct Split {
  Id from;
  Id to;
  std::uint64_t epoch = 0;
  std::vector<std::string> identifiers;  // that leave
  bool operator==(const Split&) const = default;
};

// The numbers are on the wire and in metrics: never reuse one.
enum class Refusal : std::uint8_t {
  kNone = 0,
  kContradictingCustomerId = 1,  // two customer_ids
  kOverLimitOfKind = 2,
  kOverLimit = 3,
  kShared = 4,      // one of the two is nobody's own
  kNeverAgain = 5,  // the join would bring together who was once parted
  // kNotSame, and evidence of another kind that came later in event time says that they are.
  kOverridden = 6,
  kRanOut = 7,  // so old that it held no more when one of the two customers began
};
const char* name(Refusal refusal);  // "contradicting_customer_id", ...

// For the output `identity_conflict`: a claim that was not followed.
struct Conflict {
  std::string first;
  std::string second;
  Id first_customer;  // as the linker knows them; empty: none
  Id second_customer;
  Refusal reason = Refusal::kNone;
  bool operator==(const Conflict&) const = default;
};

using Decision = std::variant<Merge, Point, Split, Conflict>;

// Appends to `out` what follows from the request, in the order in which it is to be sent. Nothing:
// it says nothing new. Splits caused by an identifier that became shared, or by evidence that ran
// out, come along with the request that showed it.
void decide(const Request& request, const IdentityRules& rules, Links& links,
            std::vector<Decision>& out);

// Takes out of a component what no evidence holds at `at`; decide() does that for the two
// components of its request. For a sweep, and for an actor whose pointer ran out.
void expire(const Id& customer, Instant at, const IdentityRules& rules, Links& links,
            std::vector<Decision>& out);

// Of an identifier that no request named in the time behind `at` that anything said before it could
// still be on its way: its evidence that had run out by `at`, and when it is alone, its records.
// Who was parted from others stays, and who is nobody's own: that holds for ever. Who is taken out
// of his customer here is not forgotten at once: he has to hear of it first.
// Gives when to ask again: as long behind this instant. kNever: it is forgotten; kEndOfTime: what
// is left of it stays until it is named again.
Instant forget(const std::string& identifier, Instant at, const IdentityRules& rules, Links& links,
               std::vector<Decision>& out);

// Of an identifier as ingest writes it, by its name space; kNone: unknown, joins nothing.
IdentifierKind kind_of(std::string_view identifier);

// What makes evidence "the same" as other evidence.
std::uint64_t evidence_kind(std::string_view method, std::string_view source);

}  // namespace vaste::stitch
