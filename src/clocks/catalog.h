// The clocks: what starts, fulfils, pauses and ends each one. A new clock is a row here and a
// scenario.
#pragma once

#include <cstdint>
#include <span>

#include "model/policy.h"

namespace vaste::clocks {

// What a moment means to clocks: bits, since one moment can mean several things (a live answer is a
// reply too).
enum Signal : std::uint32_t {
  kSigOpened = 1 << 0,           // the conversation begins
  kSigCustomerContact = 1 << 1,  // the customer waits for an answer from now on
  kSigReply = 1 << 2,            // a human answer that reached the customer
  kSigBotReply = 1 << 3,         // fulfils where the SLA says bot_counts
  kSigQueueEnter = 1 << 4,       // a live contact enters a queue
  kSigAnswered = 1 << 5,         // ... is connected to an agent
  kSigGaveUp = 1 << 6,           // ... ends unanswered: abandoned, flowed out, callback chosen
  kSigResolved = 1 << 7,         // resolved or closed
  kSigReopened = 1 << 8,
  kSigClosed = 1 << 9,
  kSigSpam = 1 << 10,
  kSigNoReplyNeeded = 1 << 11,
  kSigAssigned = 1 << 12,      // somebody of ours owns it from now on
  kSigAgentChanged = 1 << 13,  // ... and it is another than before
  kSigUnassigned = 1 << 14,
  kSigGroupTaken = 1 << 15,  // another group than before has it
  kSigGroupGone = 1 << 16,
  kSigPromised = 1 << 17,  // a commitment is made
  kSigPromiseKept = 1 << 18,
  kSigPromiseWithdrawn = 1 << 19,
  kSigUpdatePromised = 1 << 20,  // the customer knows when we will be heard of again
  kSigCallbackAsked = 1 << 21,
  kSigCalledBack = 1 << 22,   // the customer answered a call of ours
  kSigHeld = 1 << 23,         // a call is put on hold
  kSigOffHold = 1 << 24,      // ... and taken off
  kSigHoldLost = 1 << 25,     // ... or it ends there
  kSigPublicPost = 1 << 26,   // a public post that names us
  kSigPublicAside = 1 << 27,  // one that does not
  kSigPublicReply = 1 << 28,  // an answer that everybody can read
  kSigDirectReply = 1 << 29,  // one on the same network between us alone
  kSigSurveyAnswered = 1 << 30,
};

inline constexpr std::uint32_t kOver = kSigResolved | kSigClosed | kSigSpam;

enum class Scope : std::uint8_t {
  kConversation,
  kContact,  // one run per live contact, matched by contact
  kThread,   // one run per author and contact: what fulfils one fulfils all of the contact
  kEach,     // a run for each start
};

// Whose a run is.
enum class Subject : std::uint8_t { kNobody, kPromise, kAuthor, kAgent };

// How a clock behaves besides its signals.
enum Habit : std::uint16_t {
  kOnce = 1 << 0,                // never again in this conversation
  kAfterFirstResponse = 1 << 1,  // starts only when the first response is behind us
  kResumesOnReopen = 1 << 2,     // a run stopped by resolving goes on when reopened
  kIsTheAnswer = 1 << 3,         // what fulfils it is what the customer waits for
  kBotMayAnswer = 1 << 4,        // ... or a bot, if the SLA lets it
  kEndsWithContact = 1 << 5,     // who gives up before it was neither let down nor served
  kStopsFirst = 1 << 6,          // what starts a new run ends the old one before
  kWhileWaiting = 1 << 7,        // starts only while the customer waits
  kInTheOpen = 1 << 8,           // nothing starts it while the conversation is over
};

// Which wait that is older than its rule a rule takes up (R5).
enum class Attach : std::uint8_t { kNone, kFirstWait, kWait, kOpening, kUnowned, kQueueEntry };

struct ClockRow {
  ClockKind kind;
  Scope scope;
  std::uint32_t start;
  std::uint32_t fulfil;
  std::uint32_t cancel;
  std::uint16_t habits;
  Attach attach;
  Subject subject = Subject::kNobody;
  std::uint32_t own = 0;  // signals that mean runs of their own subject only

  bool is(Habit habit) const { return (habits & habit) != 0; }
};

std::span<const ClockRow> clock_rows();
const ClockRow& row(ClockKind kind);

}  // namespace vaste::clocks
