// Moments: the small facts a conversation is made of. State is a set of them; everything else is a
// fold.
#pragma once

#include <compare>
#include <cstdint>
#include <tuple>

#include "base/time.h"

namespace vaste {

// The numbers are stored: never reuse one.
enum class Channel : std::uint8_t { kNone = 0, kChat = 1, kEmail = 2, kPhone = 3, kSocial = 4 };
inline constexpr int kChannels = 5;
const char* name(Channel channel);  // "chat", ...; "other" for kNone

// The numbers are stored: never reuse one. The order is the order of ties (see before()).
enum class MomentKind : std::uint8_t {
  kNone = 0,
  kCustomerMessage = 1,  // written by the customer's side, by hand
  kMemberMessage =
      2,  // by one of equals: the opener's counts as customer's, any other's as an answer
  kAgentMessage = 3,    // by one of us, seen by the customer
  kBotMessage = 4,      // answers only if the policy says so
  kNote = 5,            // among agents
  kMachineMessage = 6,  // auto-reply, bounce report, receipt, bulk: no clock minds it
  kStarted = 10,        // a live contact begins (not yet waiting: IVR, bot)
  kQueued = 11,
  kRinging = 12,
  kRingNoAnswer = 13,
  kConnected = 14,  // a person answered
  kHeld = 15,       // value = announced seconds, 0 = nothing announced
  kResumed = 16,
  kTransferred = 17,
  kCallbackRequested = 18,  // value = when the agreed slot begins, ms; 0 = at once
  kVoicemail = 19,
  kAbandoned = 20,
  kFlowedOut = 21,
  kEnded = 22,
  kWrapUpEnded = 23,
  kOpened = 30,
  kPending = 31,
  kOnHold = 32,
  kActive = 33,
  kResolved = 34,
  kClosed = 35,
  kReopened = 36,
  kSpam = 37,
  kNoReplyNeeded = 38,
  kHandedOff = 39,
  kAttributesChanged = 40,
  kAssigned = 41,
  kUnassigned = 42,
  kAgentAway = 43,  // who has it is offline
  kAgentBack = 44,
  kIdentity = 50,
  kCommitmentMade = 51,  // target = hash of its reference, value = by when, ms; 0 = not said
  kCommitmentDone = 52,
  kCommitmentWithdrawn = 53,
  kSurveySent = 54,
  kSurveyAnswered = 55,
  kEdited = 60,   // target = the moment it is about
  kDeleted = 61,  // target = the moment that never was
  kBounced = 62,  // target = the answer that never arrived
};

// What it is about never was, or never arrived.
inline bool takes_back(MomentKind kind) {
  return kind == MomentKind::kDeleted || kind == MomentKind::kBounced;
}

// The numbers are stored, and those of the wire's Survey.Kind.
enum class SurveyKind : std::uint8_t { kNone = 0, kCsat = 1, kNps = 2, kCes = 3, kEnps = 4 };
inline bool is_survey(MomentKind kind) {
  return kind == MomentKind::kSurveySent || kind == MomentKind::kSurveyAnswered;
}

// Flags of a moment.
inline constexpr std::uint8_t kOutbound = 1;   // we began the contact
inline constexpr std::uint8_t kPublic = 2;     // a post that everybody can read
inline constexpr std::uint8_t kAddressed = 4;  // ... that names us
inline constexpr std::uint8_t kPositive = 8;   // its author is content, the connector says
inline constexpr std::uint8_t kNegative = 16;  // ... or is not

struct Moment {
  Instant at;
  MomentKind kind = MomentKind::kNone;
  Channel channel = Channel::kNone;
  std::uint8_t flags = 0;
  std::uint16_t attributes = 0;  // index + 1 into the conversation's attribute sets; 0 = none
  std::uint16_t contact_key =
      0;                  // index + 1 into the conversation's keys; 0 = the channel's one contact
  std::uint16_t via = 0;  // index + 1 into the conversation's identifiers; 0 = its evidence
  // What it came by, for a parting by key; indices as contact_key. Its own: no session's, no
  // other's.
  std::uint16_t key = 0;
  std::uint16_t refers = 0;   // the last of those before it that it names
  std::uint64_t id = 0;       // hash of (source, event id): equal ids are one moment
  std::uint64_t author = 0;   // hash of the person's identifier; 0 = unknown
  std::uint64_t target = 0;   // id of the moment that this one revises; of a commitment: its name
  std::int64_t sequence = 0;  // the source's own order
  std::int64_t value = 0;
  std::int64_t next_update_ms = 0;  // when we promised to be heard of again; 0 = not said
  SurveyKind survey = SurveyKind::kNone;
};

// -1 opening, 0 customer, 1 agent, 2 and up state change: R1's order of ties.
int tie_rank(MomentKind kind);

// The one order of moments: time, then customer before agent before state, then the source's
// sequence, then id. Total and independent of arrival, so any order of arrival folds to the same.
inline bool before(const Moment& a, const Moment& b) {
  return std::tuple(a.at, tie_rank(a.kind), a.sequence, a.id) <
         std::tuple(b.at, tie_rank(b.kind), b.sequence, b.id);
}

}  // namespace vaste
