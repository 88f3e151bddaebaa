// A conversation: its moments, and what the fold makes of them. Plain values; stored by
// store/codec.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/ids.h"
#include "model/attributes.h"
#include "model/kpi.h"
#include "model/moment.h"
#include "model/policy.h"
#include "model/prints.h"

namespace vaste {

// The numbers are stored and published: never reuse one.
enum class ConversationState : std::uint8_t {
  kNone = 0,
  kNew = 1,  // nobody answered yet
  kWaitingAgent = 2,
  kWaitingCustomer = 3,
  kOnHold = 4,
  kResolved = 5,
  kClosed = 6,
  kMerged = 7,
};

// Resolved or closed: clocks stand still until it is reopened.
inline bool is_over(ConversationState state) {
  return state == ConversationState::kResolved || state == ConversationState::kClosed;
}

const char* name(ConversationState state);  // "new", "waiting_agent", ...; "none" for kNone

enum class JoinMethod : std::uint8_t { kNone = 0, kExplicit, kIdentity, kRule, kOperator, kNew };

enum class ClockState : std::uint8_t { kNone = 0, kRunning, kPaused, kMet, kBreached, kVoid };
inline bool is_open(ClockState state) {
  return state == ClockState::kRunning || state == ClockState::kPaused;
}
const char* name(ClockState state);  // "running", ...; "none" for kNone

// Half-open [from, to); to == kNever while it runs.
struct Stretch {
  Instant from;
  Instant to;
};

// A version of the policy brought another calendar: so many stretches, those of the entries before
// included, are counted by this one still.
struct FormerCalendar {
  std::string calendar;
  std::uint32_t stretches = 0;
};

// One run of one SLA: one wait. Holds its own target, so that an edited policy does not rewrite the
// past.
struct ClockRun {
  std::string sla;  // name in the policy
  ClockKind kind = ClockKind::kNone;
  std::uint32_t cycle = 0;  // 1 is the first of this SLA in this conversation
  ClockState state = ClockState::kNone;
  Instant started;
  Instant stopped;  // kNever while open
  Millis target{0};
  Millis at_risk{0};  // at risk once this much is spent; 0 = never
  std::array<Millis, kMostWarnings - 1> more_at_risk{};  // and again, ascending
  std::string calendar;
  std::string rule;
  std::uint16_t contact = 0;     // index of the contact that began the wait
  std::vector<Stretch> running;  // elapsed = open time inside these
  std::vector<FormerCalendar> former;
  Millis elapsed{0};            // final once stopped
  bool attached_late = false;   // was already late when a changed attribute brought this target
  bool warned = false;          // ... and had been at risk under the one before
  bool due_at_opening = false;  // see Target
  bool promised = false;        // the target is what was promised; counted round the clock
  // Whose: the name of the promise, the author of the post, the agent (hashes); 0 = nobody's.
  std::uint64_t subject = 0;
};

enum class ContactPhase : std::uint8_t {
  kNone = 0,
  kStarted,
  kQueued,
  kTalking,
  kHeld,
  kWrapUp,
  kOver
};

inline constexpr std::uint8_t kContactFlowedOut = 1;
inline constexpr std::uint8_t kContactCallback = 2;
inline constexpr std::uint8_t kContactOutbound = 4;
inline constexpr std::uint8_t kContactWithin = 8;  // the wait ended inside the queue's threshold

// One call, chat session, mail or social thread.
struct Contact {
  Channel channel = Channel::kNone;
  std::uint16_t key = 0;  // index + 1 into the conversation's keys; 0 = none
  std::uint8_t flags = 0;
  ContactPhase phase = ContactPhase::kNone;
  Instant phase_since;
  Instant started, queued, answered, abandoned, ended;
  Millis wait{0}, talk{0}, hold{0}, wrap_up{0};
  std::uint16_t transfers = 0;
  std::uint32_t customer_messages = 0;
  std::uint32_t agent_messages = 0;
  Attributes attributes;  // when it was queued or began
  Millis first_wait{0};   // until it was answered or given up
  Millis longest_hold{0};
  std::string waited_in;  // the queue in which that wait ended
};

// Of one SLA's exchanges that are over: what is said of all of them, also of those that are kept no
// longer.
struct PastExchanges {
  std::string sla;
  std::uint32_t over = 0;  // without those that ended without a verdict, as in all that follows
  std::uint32_t late = 0;
  Millis worst_elapsed{0};
  Millis worst_margin{0};  // target - elapsed
  Instant last_started;
  Millis last_elapsed{0};  // of the one that began last
};

// What the fold knows after some moment. Applying the next moment in order extends it.
struct FoldState {
  ConversationState state = ConversationState::kNone;
  Channel last_channel = Channel::kNone;
  std::uint8_t channels = 0;  // bit per Channel
  bool agent_started = false;
  bool responded = false;    // the first response is behind us
  bool waits_first = false;  // who waits, waits for the first response
  bool pending = false;      // we wait for the customer, somebody said
  bool agent_away = false;   // who has it is offline
  // Not stored. Made anew, or by another version of the policy: alerts of settled runs too have to
  // be compared.
  bool is_new = true;
  std::uint16_t waiting_contact = 0;
  // Not stored. The greatest key of a contact: what has a greater one is a new contact.
  std::uint16_t newest_contact_key = 0;
  std::uint32_t customer_messages = 0;
  std::uint32_t agent_messages = 0;
  std::uint32_t reopened = 0;
  std::uint32_t settled = 0;  // of `clocks`
  std::uint32_t clocks_dropped = 0;
  Instant opened;
  Instant last_activity;
  Instant resolved;          // kNever unless resolved or closed now
  Instant waiting_since;     // the oldest unanswered contact of the customer; kNever = nobody waits
  std::uint64_t opener = 0;  // author of the first member message
  // The newest end of a settled run that was late or at risk: until deadlines were looked at up to
  // there, alerts of settled runs may still be ahead.
  Instant settled_reached;
  Attributes attributes;
  // Finished ones too, at most kClocksKept. In front the settled ones, by their end: they are over,
  // and no moment that comes in order changes them or asks for them, however many there are. Then
  // all others, by start.
  std::vector<ClockRun> clocks;
  std::vector<PastExchanges> past;  // of settled runs, and of those dropped since
  std::vector<Contact> contacts;
  std::vector<std::uint64_t> people;  // distinct authors on the customer's side
  std::vector<std::pair<std::string, std::uint32_t>> cycles;  // SLA name -> cycles begun
  Notes notes;
  // Not stored. So many in front are as they were written down last.
  std::size_t kept_clocks = 0;  // of the settled ones
  std::size_t kept_contacts = 0;

  std::span<ClockRun> unsettled() { return std::span(clocks).subspan(settled); }
  std::span<const ClockRun> unsettled() const { return std::span(clocks).subspan(settled); }
};

inline constexpr std::size_t kClocksKept = 512;

// The numbers are stored: never reuse one. A target may have several warnings; the first in time is
// kAtRisk.
enum class AlertLevel : std::uint8_t {
  kNone = 0,
  kAtRisk = 1,
  kBreached = 2,
  kAtRiskAgain = 3,
  kAtRiskThird = 4,
};
inline constexpr std::array kWarnings{AlertLevel::kAtRisk, AlertLevel::kAtRiskAgain,
                                      AlertLevel::kAtRiskThird};
static_assert(kWarnings.size() == kMostWarnings);
// "at_risk", "at_risk_2", "at_risk_3", "breached": a part of the alert's id.
const char* name(AlertLevel level);
enum class AlertStatus : std::uint8_t { kNone = 0, kRaised = 1, kRecovered = 2, kRetracted = 3 };

// What was published of one alert. (conversation, sla, cycle, level) is its identity.
struct PublishedAlert {
  std::string sla;
  ClockKind clock = ClockKind::kNone;
  std::uint32_t cycle = 0;
  AlertLevel level = AlertLevel::kNone;
  AlertStatus status = AlertStatus::kNone;
  std::uint32_t revision = 0;
  Instant due;
  bool detected_late = false;
};

// What a long conversation holds is written down in blocks, each only when it is full or changed:
// see store/conversations.h. How many there are of each list.
struct Blocks {
  std::uint32_t moments = 0, keys = 0, alerts = 0, clocks = 0, contacts = 0;
  std::uint32_t base = 0;  // 1: the base has one

  bool operator==(const Blocks&) const = default;
};

// What a conversation counts for among those of its partition that are counted in memory alone.
struct CensusEntry {
  Instant waits_since;               // its customer, for us; kNever: he does not
  Channel channel = Channel::kNone;  // ... there
  std::uint16_t queue = 0;
  std::uint32_t moments = 0;

  bool operator==(const CensusEntry&) const = default;
};

// A part of a conversation that an operator made another one: what comes late finds its side.
struct Division {
  Id to;
  std::vector<std::string> keys;
  std::vector<std::uint64_t> moments;  // that left, or will by their names
  Instant since;                       // everything from then on; kNever: not said
  bool operator==(const Division&) const = default;
};

struct Conversation {
  Id id;
  Id customer;
  std::vector<Moment> moments;             // in order (before()); each id once
  std::vector<Attributes> attribute_sets;  // distinct; what moments changed
  std::vector<std::string> keys;           // explicit keys held, oldest first
  std::vector<std::string> promises;       // names of commitments: what ClockRun::subject hashes
  FoldState fold;
  std::vector<PublishedAlert> alerts;
  std::uint64_t revision = 0;  // of the published summary
  Instant timer_at;            // the one timer that is armed; kNever = none
  Instant fired_until;         // deadlines up to here have been looked at
  Id merged_into;              // set: a redirect, everything else but keys is empty
  // It lives where its customer does. Here it lived before, or was born: a signpost, with nothing
  // but the customer it went to.
  bool moved = false;
  std::vector<std::uint16_t> signposts;  // key groups where it left one
  Id continued_by;                       // set: its keys go on there (after the reopen window)
  Id follows;
  JoinMethod opened_by = JoinMethod::kNew;
  // The person's identifier that it was opened by, or by which it became known whose it is; empty:
  // nobody's.
  std::string evidence;
  Id nobody;  // the customer that it had while it was nobody's; empty: it never was, or still is
  std::vector<std::string> identifiers;   // the others that events came by: what Moment::via counts
  std::vector<std::uint16_t> key_via;     // by key, as Moment::via; a missing one is 0
  std::uint64_t policy_hash = 0;          // the fold was made under this version and those before
  Instant horizon;                        // moments before this are only in `base`
  std::shared_ptr<const FoldState> base;  // the fold of the forgotten moments; nullptr: none are
  Instant changed_gate;                   // deadlines looked at when it last changed
  Instant next_breach;                    // of its running clocks, when it was last written down
  // Another conversation of the customer had a contact inside the repeat window of its first
  // resolution: when; looked at when the window closes.
  Instant repeated_elsewhere;
  Instant repeat_until;  // of what it follows: contacts until then are repeated ones; kNever: none
  // What an operator said of it stands above evidence, rules and what comes late.
  bool stands = false;              // no rule joins it to another
  bool placed = false;              // moved to its customer: everything in it came by `evidence`
  std::vector<Id> apart;            // of one that was divided: no key joins it to these
  std::vector<Division> divisions;  // in the order in which they were made
  Blocks blocks;
  // Not stored. So many in front are as they were written down last, and the base as well if it is
  // this one.
  std::size_t kept_moments = 0, kept_keys = 0, kept_alerts = 0;
  std::shared_ptr<const FoldState> kept_base;
  // Not stored: what moments and keys it has, for finding out that it has not.
  Prints moment_prints, key_prints;
  // Not stored: what it counts for in its partition, see core::Tally.
  std::vector<std::uint16_t> tallied;
  std::uint16_t tallied_queue = 0;
  CensusEntry census;  // not stored: see engine::Census
};

}  // namespace vaste
