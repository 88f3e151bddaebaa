// A story: what happened, and what vaste must say about it. Plain values, made by read.cc, told by
// play.cc. The language: deploy/policies/README.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "clocks/fold.h"
#include "clocks/timeline.h"
#include "model/command.h"
#include "model/conversation.h"
#include "model/incoming.h"
#include "story/times.h"

namespace vaste::story {

// Where a statement stands, in its author's own words.
struct Words {
  int line = 0;
  std::string text;  // without indentation and comment
};

// One identifier of somebody: as it is written, and as the core knows it.
struct Person {
  std::string name;
  std::string identifier;  // empty: a placeholder, nobody's
};

// `at ...`
struct Happening {
  Words words;
  std::string id;  // given by `id=`, else empty
  Incoming incoming;
  bool late = false;  // it came after what stands above it, though it happened earlier
};

// `at TIME operator ...`: conversations and events are those of lines, by their `id=`.
struct Ordered {
  Words words;
  Command command;                         // without what only the telling knows
  std::vector<std::string> conversations;  // that it is about
  std::vector<std::string> by;             // what came by the keys of these goes
  std::vector<std::string> events;         // these go
};

// `expect TIME breached SLA`: may stand anywhere, the time says when.
struct ExpectedAlert {
  Words words;
  Instant at;
  AlertLevel level = AlertLevel::kNone;
  AlertStatus status = AlertStatus::kNone;
  std::string sla;
  std::string person;  // whose conversation; empty = anybody's
};

// What `vaste.identity` hears.
enum class IdentityNews : std::uint8_t { kNone, kMerged, kSplit, kConflict, kSuggestion };

struct IdentityTold {
  IdentityNews news = IdentityNews::kNone;
  std::string reason;  // of a conflict: v1::ConflictReason in small letters; empty: any
};

// Any other `expect`: looked at after the lines above it.
struct Check {
  enum class What : std::uint8_t {
    kNoAlerts,       // none so far
    kConversations,  // so many so far
    kState,          // of the conversation
    kClock,          // the state of its newest clock of the SLA
    kDue,            // ... and when it is due; kNever = it is not (paused, or none runs)
    kIgnored,        // the line above belonged to no conversation
    kCustomers,      // so many have a conversation
    kSameCustomer,   // all of `names`; kDifferentCustomers: no two of them
    kDifferentCustomers,
    kSameConversation,  // all lines of `names`; kDifferentConversations: no two of them
    kDifferentConversations,
    kTold,          // the line above brought this about
    kFirstContact,  // whether it was resolved at the first contact; kNone: not decided
    kAnswered,      // the order above, like that
    kKpi,           // so many contributions of `fact`, and with `sum` what they add up to
  };
  Words words;
  What what = What::kNoAlerts;
  Instant at;  // kNever: right after the line above
  std::int64_t count = 0;
  ConversationState state = ConversationState::kNone;
  ClockState clock = ClockState::kNone;
  Fact fact = Fact::kNone;
  Outcome outcome = Outcome::kNone;  // kNone of kKpi: any
  std::optional<std::int64_t> sum;
  Instant due;
  std::string sla;
  std::string person;  // whose newest conversation; empty = the one of the line above
  std::vector<std::string> names;
  IdentityTold told;
  CommandStatus status = CommandStatus::kNone;
  CommandRefusal refusal = CommandRefusal::kNone;  // kNone: any
};

using Step = std::variant<Happening, Check, Ordered>;

// `policy FILE from TIME`
struct NewVersion {
  Words words;
  Instant since;
  std::shared_ptr<const clocks::CompiledPolicy> policy;
};

struct Story {
  std::string file;
  std::string policy_file;                               // empty: it stands in front of the story
  std::shared_ptr<const clocks::CompiledPolicy> policy;  // until the first of `versions`
  std::vector<NewVersion> versions;                      // in the order of time
  std::shared_ptr<const clocks::Timeline> timeline;      // of all of them
  std::shared_ptr<const Times> times;
  bool dates = false;  // written with real dates
  // Events may arrive in any order and the end is the same: every event has a key, or the story
  // says so.
  bool any_order = true;
  std::vector<Step> steps;
  std::vector<ExpectedAlert> alerts;
  std::vector<Person> people;
  Instant until;  // nothing is looked at after it
};

// How findings and reports call them, and how they are written in a story.
const char* name(AlertLevel level, AlertStatus status);  // "at_risk", "breached", "recovered", ...
const char* verdict(ClockState state);                   // its name, but "missed" for what breached
const char* name(IdentityNews news);                     // "merged", "split", "conflict", ...

}  // namespace vaste::story
