// A policy: the rules of one organisation, as plain values. Read from YAML by config/, compiled by
// clocks/.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/attributes.h"
#include "model/kpi.h"
#include "model/moment.h"

namespace vaste {

// Seconds after local midnight; [from, to), to at most 86400.
struct Period {
  std::int32_t from = 0;
  std::int32_t to = 0;
  bool operator==(const Period&) const = default;
};

// From `at` on, local time = UTC + offset.
struct ZoneTransition {
  Instant at;
  std::int32_t offset_seconds = 0;
  bool operator==(const ZoneTransition&) const = default;
};

// [from, to) on the instant timeline.
struct Span {
  Instant from;
  Instant to;
  bool operator==(const Span&) const = default;
};

// Days are counted from 1970-01-01 in the calendar's zone.
struct CalendarSpec {
  std::string name;
  bool always_open = false;                 // 24x7: everything below is empty
  std::string zone;                         // IANA name, for people
  std::vector<ZoneTransition> transitions;  // ascending; the first holds from the beginning of time
  std::array<std::vector<Period>, 7> week;  // Monday first; ascending, not overlapping
  std::map<std::int32_t, std::vector<Period>> dates;     // replaces the weekday's hours on that day
  std::map<std::int32_t, std::vector<Period>> closures;  // taken away from what is open on that day
  std::vector<std::int32_t> holidays;                    // closed all day, whatever else is said
  std::vector<Span> shut;                                // the same by the instant
  // Not empty: open where all of these are, and nothing above is said. Days are the first one's.
  std::vector<CalendarSpec> intersect;
  // Ascending by `since`: what governs from then on, so that an edit leaves the past as it was
  // (R7).
  std::vector<CalendarSpec> editions;
  Instant since;
  bool operator==(const CalendarSpec&) const = default;
};

// The numbers are stored: never reuse one.
enum class ClockKind : std::uint8_t {
  kNone = 0,
  kFirstResponse = 1,
  kNextResponse = 2,
  kResolution = 3,
  kSpeedOfAnswer = 4,
  kTakeOwnership = 5,
  kCommitment = 6,
  kCallback = 7,
  kHold = 8,
  kPublicResponse = 9,
  kNextUpdate = 10,
  kFollowUp = 11,
  kAcknowledgement = 12,
  kPeriodicUpdate = 13,
  kPausableUpdate = 14,
  kGroupOwnership = 15,
  kAssigneeReturn = 16,
  kRequesterWait = 17,
  kAgentWork = 18,
};
inline constexpr ClockKind kLastClockKind = ClockKind::kAgentWork;

// Where a clock's end comes from: the policy alone, or what somebody promised.
enum class Promise : std::uint8_t {
  kNone,    // the policy's target
  kMay,     // what was promised; the policy's target where nothing was
  kAlways,  // without a promise there is no clock
};

// What a policy may say of a clock. When it starts and ends: clocks/catalog.
struct ClockFacts {
  ClockKind kind = ClockKind::kNone;
  const char* name = "";
  // Stands still while we wait for the customer, for a third party: unless the policy says
  // otherwise, which it may of those that pause at all.
  bool may_pause = true;
  bool pause_pending = false;
  bool pause_on_hold = false;
  Promise promise = Promise::kNone;
  bool live = false;  // runs in calls and chats only
};

// Of every clock, in the order of their numbers.
std::span<const ClockFacts> clock_facts();
const ClockFacts& facts(ClockKind kind);

// One SLA: a clock under a name of the policy, with its options.
struct SlaSpec {
  std::string name;
  ClockKind clock = ClockKind::kNone;
  bool pause_pending = false;  // defaults by clock: ClockFacts
  bool pause_on_hold = false;
  bool bot_counts = false;     // a bot's message fulfils
  bool agent_started = false;  // also in conversations that we began
  bool from_opening = false;   // first_response: starts with the conversation, not with a message
  bool before_first_response = false;  // next_response: the very first message arms it too
  bool continues_on_reopen = false;    // a response given up by closing goes on when reopened
  bool closed_time_counts = false;     // ... and what goes on counts the time it was closed
  bool dm_satisfies_public = false;    // public_response: a direct message fulfils, too
  bool unaddressed_posts = false;      // ... and posts that do not name us arm it
  bool pause_agent_away = false;       // assignee_return: stands still while the agent is offline
  double objective = 0;                // share of its clocks to be met; 0: the queue's
};

// When a clock is at risk: a share of the target is spent, or so much is left; whichever is set.
struct AtRisk {
  std::optional<double> share;  // of the target, 0 < share < 1
  std::optional<Millis> remaining;
};
inline constexpr std::size_t kMostWarnings = 3;  // of one target

struct Target {
  std::uint16_t sla = 0;             // index into Policy::slas
  Millis target{0};                  // working time; 0: only what was promised starts the clock
  std::uint16_t calendar = 0;        // index into Policy::calendars
  std::vector<AtRisk> at_risk = {};  // at most kMostWarnings, each a warning of its own
  // Not 0: the target is the open time up to the same wall time so many dates with open time later,
  // or up to the end of that day.
  int business_days = 0;
  bool end_of_day = false;
  bool from_attachment = false;  // starts when a rule brings it, not with what it waits for
  // A budget that ends exactly at closing is due at the next opening; see R3 for the other way.
  bool due_at_opening = false;
};

// Every list that is not empty must hold the value; an empty one says nothing.
struct Condition {
  std::vector<Channel> channels;
  std::vector<std::string> queues;
  std::vector<std::string> priorities;
  std::vector<std::string> brands;
  std::vector<std::string> segments;
};

struct Rule {
  std::string name;
  Condition when;
  std::vector<Target> targets;
};

// KPIs that a policy may set a goal of. In all of them higher is better.
enum class Kpi : std::uint8_t {
  kSlaMet,
  kServiceLevel,
  kNotAbandoned,
  kCsat,
  kCes,
  kNps,
  kFcr,
  kNotReopened,
};
inline constexpr std::size_t kKpis = 8;

struct KpiFacts {
  Kpi kpi{};
  const char* name = "";
  const char* help = "";
  bool is_score = false;  // people write -100 to 100, of which the goal is the share of the way
};

std::span<const KpiFacts> kpi_facts();  // of every KPI, in the order of the enum

// Shares from 0 to 1 by Kpi; 0: no goal.
using Goals = std::array<double, kKpis>;

struct Queue {
  std::string name;
  std::vector<Channel> channels;  // what metrics are exported for; empty = all four
  Millis answer_within{20000};    // service level threshold of live contacts
  Millis short_abandon{5000};     // given up at or before this: `short`
  std::uint16_t calendar = 0;
  double sla_objective = 0;  // share of clocks to be met, 0 = none: vaste_sla_budget_ratio
  Millis wait_goal{0};       // vaste_queue_wait_goal_seconds; 0 = none
  Goals goals{};             // before those of the whole policy
};

// How long after its last activity a conversation takes in what comes by customer alone.
struct StitchWindows {
  // [channel of the conversation's last activity][channel of the contact]
  std::array<std::array<Millis, kChannels>, kChannels> window{};
  Millis reopen{std::chrono::hours(48)};
  // What we send ourselves goes to the open conversation whatever its age, or as a contact would.
  bool own_messages_by_window = false;
};

// More of one kind of contribution in a quarter hour, of one brand or one segment, ..., than at the
// same time of the same weekday before: somebody is told while it lasts.
struct Trend {
  std::string name;
  Fact fact = Fact::kNone;
  Outcome outcome = Outcome::kNone;                  // kNone: any
  std::string of;                                    // the SLA or the survey; empty: any
  std::string Attributes::*by = &Attributes::brand;  // each value is watched by itself
  std::int64_t at_least = 0;                         // fewer are never told of
  std::int64_t times = 3;                            // so many times what was usual
  std::uint16_t weeks = 4;                           // that what is usual is taken from
  std::uint16_t calendar = 0;  // a quarter hour that begins outside it is not judged
};
inline constexpr std::size_t kMostTrends = 32;

// What counts how in KPIs.
struct KpiRules {
  // Resolved at the first contact: no contact of the customer came so long after it.
  Millis repeat_window{std::chrono::hours(7 * 24)};
  // From how many points of seven an answer says that it was easy, or neither.
  std::int64_t ces_good = 5;
  std::int64_t ces_middle = 4;
  std::vector<Trend> trends;
};

// Whose word joins identifiers. A source that is not named is heard and not believed.
struct Trust {
  std::string source;                // Event.source; "*": any
  std::vector<std::string> methods;  // how it knows (model/incoming.h, Evidence); empty: any way
};

// The numbers are those of the wire's IdentifierType.
enum class IdentifierKind : std::uint8_t {
  kNone = 0,
  kCustomerId = 1,
  kEmail = 2,
  kPhone = 3,
  kChatVisitor = 4,
  kSocial = 5,
  kDevice = 6,
};
inline constexpr std::size_t kIdentifierKinds = 7;

// DOMAIN 7: which identifiers are one customer.
struct IdentityRules {
  std::vector<Trust> trust;
  // A customer has at most so many of a kind, and in all.
  std::array<std::uint32_t, kIdentifierKinds> most_of_kind{0, 1, 5, 5, 5, 5, 5};
  std::uint32_t most = 50;
  // Seen with more customers than this within `shared_within`: nobody's own, joins nothing.
  std::uint32_t shared_beyond = 10;
  Millis shared_within{std::chrono::hours(30 * 24)};
  // How long evidence holds after it was last given; of pairs with a phone number, the latter.
  Millis evidence_lasts{std::chrono::hours(365 * 24)};
  Millis phone_evidence_lasts{std::chrono::hours(180 * 24)};
  // Who is nobody, and who we are ourselves: texts of identifiers as outputs show them
  // ("email:ann@example.org"), or with a '*' at one end of what stands behind the kind.
  std::vector<std::string> deny;
  std::vector<std::string> own;
  bool exact_local_part = false;  // of an e-mail address; else Ann@ is ann@
  bool strip_plus_tag = false;    // ann+shop@ is ann@
};

// What becomes of clocks that run when this version takes over from another (R5, R7).
enum class OnPolicyChange : std::uint8_t {
  kCarry,    // same start and pauses, new target; hours before count by the calendar of their time
  kRestart,  // a new start at that instant
  kKeep,     // they end under the targets they have
  kReplace,  // as kCarry, but by the new calendar from their start on
};

struct Policy {
  std::string id;
  std::string version;                  // the file's own, or its content hash
  std::uint64_t hash = 0;               // of the file's bytes
  std::vector<CalendarSpec> calendars;  // [0] is always "24x7"
  std::vector<SlaSpec> slas;
  std::vector<Queue> queues;
  std::vector<Rule> rules;  // ordered: the first that matches holds
  StitchWindows stitch;
  IdentityRules identity;
  KpiRules kpis;
  Goals goals{};  // of all queues that say nothing else
  // False where a helpdesk decides what is open: a message to what is closed waits for its event.
  bool message_reopens = true;
  // False where an answer counts as given once it was sent, whatever came back.
  bool bounce_undoes_answer = true;
  OnPolicyChange on_change = OnPolicyChange::kCarry;
};

// Share of the SLA's clocks in this queue that have to be met: what the SLA says of itself, else
// what the queue says of all; 0: neither says anything.
double objective(const Queue& queue, const SlaSpec& sla);
// The queue's goal, else the policy's; of sla_met the queue's objective stands between. 0: none.
double goal(const Policy& policy, const Queue& queue, Kpi kpi);

// Does this source's word, known in this way, join identifiers?
bool trusts(const IdentityRules& rules, std::string_view source, std::string_view method);

const char* name(ClockKind kind);  // "first_response", ...
std::optional<ClockKind> clock_kind(std::string_view name);

}  // namespace vaste
