// What an operator orders, and how it is answered (DOMAIN 6.4, 7.5). Plain values; on the wire they
// are proto/vaste/v1/command.proto and CommandResult of identity.proto.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"

namespace vaste {

// All numbers here are those of the wire, and stored: never reuse one.
enum class CommandKind : std::uint8_t {
  kNone = 0,
  kLink = 10,
  kSplit = 11,
  kForgetEvidence = 12,
  kMerge = 20,
  kMove = 21,
  kDivide = 22,  // conversation_split
};

enum class CommandStatus : std::uint8_t {
  kNone = 0,  // not answered yet
  kDone = 1,
  kWouldChange = 2,
  kNothingToDo = 3,
  kRefused = 4,
};

enum class CommandRefusal : std::uint8_t {
  kNone = 0,
  kIncomplete = 1,
  kNotAnIdentifier = 2,
  kUnknownCustomer = 3,
  kUnknownConversation = 4,
  kConflict = 5,
  kNotTogether = 6,
};

struct Command {
  std::string id;
  Instant at;  // when it was given
  bool dry_run = false;
  CommandKind kind = CommandKind::kNone;
  // Of people: two identifiers, as ingest writes them.
  std::string first = {}, second = {};
  std::string method = {}, source = {};  // of kForgetEvidence; both empty: all of it
  // kMerge: at least two, oldest first; else the one it is about.
  std::vector<Id> conversations = {};
  // kMove: to whom, one of the two.
  Id customer;
  std::string identifier;
  // kDivide: what goes. Moments by their ids.
  std::vector<std::string> keys;
  std::vector<std::uint64_t> moments;
  Instant since;  // kNever: not said
  // Ingest found it to be wrong: it is answered and does nothing.
  CommandRefusal refusal = CommandRefusal::kNone;
  std::string detail;
  std::string given;  // the whole command as it came, serialized; only passed on
  bool operator==(const Command&) const = default;
};

// A piece of evidence by the names of the two that it joins.
struct NamedEdge {
  std::string first, second;
  std::string method, source;
  Instant at;  // when it was said last
  bool by_operator = false;
  bool operator==(const NamedEdge&) const = default;
};

// One thing that changed, or would.
struct CommandChange {
  enum class What : std::uint8_t {
    kNone = 0,
    kCustomerMerged = 1,  // customer `from` goes on in `to`
    kCustomerSplit = 2,   // `identifiers` left `from` and are `to` now; `rest` stayed
    kEdgeAdded = 3,
    kEdgeForgotten = 4,
    kConversationMoved = 5,    // `conversation`, from customer `from` to customer `to`
    kConversationMerged = 6,   // `from` went into `conversation`
    kConversationDivided = 7,  // `events` of `conversation` went to `to`
  };
  What what = What::kNone;
  Id conversation;
  Id from, to;
  std::vector<std::string> identifiers, rest;
  NamedEdge edge;
  std::uint64_t epoch = 0;
  std::uint32_t events = 0;
  bool operator==(const CommandChange&) const = default;
};

struct Answer {
  Command command;
  CommandStatus status = CommandStatus::kNone;
  CommandRefusal refusal = CommandRefusal::kNone;
  std::string detail;  // for a person: what is wrong, and what to do
  // Of kConflict: a number of stitch::Refusal, and who has the two now.
  std::uint8_t conflict = 0;
  Id first_customer, second_customer;
  std::vector<CommandChange> changes;
  bool operator==(const Answer&) const = default;
};

}  // namespace vaste
