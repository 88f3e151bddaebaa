// What actors say to each other. Travels on `vaste.core` as envelopes (proto/vaste/v1/core.proto);
// to an actor of the same partition it is said at once.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "model/command.h"
#include "model/conversation.h"
#include "model/incoming.h"
#include "model/kpi_window.h"
#include "stitch/linker.h"
#include "stitch/stitch.h"

namespace vaste::core {

// The input record that began it all.
struct Origin {
  std::string_view topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::int64_t record_ms = 0;  // its broker time
  // Its source partition had been read up to here, as others know it, before the record was read:
  // while anything that comes of it is on its way, no deadline after this fires.
  std::int64_t read_after_ms = 0;
  std::string_view trace;  // its W3C traceparent; empty: it has none
};

struct Routed {
  std::string_view event;  // serialized; the core only passes it on
  const Incoming* incoming = nullptr;
  bool unresolved = false;  // its thread key was asked for and is unknown
  std::string evidence;     // the key that led here
};
struct Claim {
  Id conversation;
};
// `of_customer`: both were that one's, and that is why: where one of them is somebody else's by now
// nothing comes of it. What comes together then may lie between it and a third.
struct Merge {
  Id winner;
  Id of_customer = {};
  bool by_operator = false;  // also of what an operator had divided
};
struct Handover {
  Id loser;
  Id of_customer = {};
  std::shared_ptr<const Conversation> contents;
};

// To a thread key: `conversation` is gone, what it had goes on in `instead`; empty: nowhere. To
// `instead`, when that may be gone too: it tells the key, and so before it goes itself. Without a
// key, to where a conversation lived: the signpost may go; to a customer, that was nobody and began
// it: so may the redirect.
struct Forget {
  Id conversation;
  Id instead;
  std::string key;
};

// To the second identifier of a piece of evidence: it adds its customer and asks the linker.
struct Introduce {
  stitch::Request request;
  std::shared_ptr<const Command> command = nullptr;  // nullptr: it is evidence
};

// To the linker.
struct Link {
  stitch::Request request;
  std::shared_ptr<const Command> command = nullptr;  // as Introduce
};

// To a customer: everything goes on in `winner`, which then tells `points` to their identifiers.
struct JoinCustomers {
  Id winner;
  std::vector<stitch::Point> points;
};

// To a customer: what came by `identifiers` goes to `to`, which then tells `points`.
struct PartCustomers {
  Id to;
  std::vector<std::string> identifiers;
  std::vector<stitch::Point> points;
};

// To a customer: a conversation that is theirs from now on, whole. Its fold is not made yet where
// it has moments and no state.
struct Adopt {
  Id conversation;
  std::shared_ptr<const Conversation> contents;
};

// To a customer, after all that it was to adopt: now the identifiers may be told. And before it,
// with `announced`: they come, so what had parted them from this customer is over, or it would send
// back whatever comes by them.
struct Welcome {
  std::vector<stitch::Point> points;
  bool announced = false;
};

// To an identifier.
struct Repoint {
  stitch::Point point;
};

// Somebody was heard in a thread that is nobody's: to that identifier, which adds its customer;
// then to the customer that is nobody, whose conversations go there. `customer` empty: it is the
// first.
struct Named {
  Id nobody;
  std::string identifier;
  Instant at;  // event time
  Id customer = {};
};

// An operator's command. To its own actor, which knows whether it was heard before, then to whom it
// concerns. `target`: of a move, the customer that it goes to; empty: that is yet to be asked.
struct Order {
  std::shared_ptr<const Command> command;
  Id target;
};

// To the command's own actor, for when it is given again.
struct Answered {
  std::shared_ptr<const Answer> answer;
};

// To a group of KPIs: what one transaction contributed to it in a quarter hour. `sizes`: in which
// windows it counts, a bit for each WindowSize. `trend`: for what this trend of the policy watches.
struct AddUp {
  std::shared_ptr<const KpiWindow> contents;
  std::uint8_t sizes = 0;
  std::string trend = {};
};

struct Message {
  Origin origin;
  std::uint32_t hops = 0;
  stitch::Actor to;
  std::variant<Routed, Claim, Merge, Handover, Forget, Introduce, Link, JoinCustomers,
               PartCustomers, Adopt, Welcome, Repoint, Order, Answered, AddUp, Named>
      body;
};

}  // namespace vaste::core
