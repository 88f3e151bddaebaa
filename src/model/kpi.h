// What KPIs are made of: what the fold of a conversation writes down for them, and the names of
// what a conversation contributes. Plain values; the notes are stored by store/codec.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "model/attributes.h"
#include "model/moment.h"

namespace vaste {

// What a contribution says. The numbers are published: never reuse one.
enum class Fact : std::uint8_t {
  kNone = 0,
  kContact = 1,         // a contact began: inbound or outbound
  kWait = 2,            // how the wait of an inbound live contact ended; value: ms waited
  kTalk = 3,            // the phases of a contact that a person handled; value: ms
  kHold = 4,            //
  kWrapUp = 5,          //
  kLongestHold = 6,     // value: ms
  kTransfer = 7,        // a hand-over into a queue
  kChannelSwitch = 8,   // the conversation goes on in another channel
  kSla = 9,             // the verdict of one clock: a breach at its deadline, the others at its end
  kSlaSpent = 10,       // a clock stopped with a verdict; value: ms of working time
  kResolution = 11,     // value: ms since the conversation began
  kReopen = 12,         //
  kFirstContact = 13,   // whether it was resolved at the first contact
  kRepeatContact = 14,  // a contact inside the repeat window of what had been resolved
  kSurveySent = 15,     //
  kSurveyAnswered = 16,  // value: thousandths of a point
  kMention = 17          // a public post of the customer's side that names us
};
inline constexpr Fact kLastFact = Fact::kMention;
const char* name(Fact fact);  // "contact", "wait", ...; "none" for kNone

// The numbers are published: never reuse one.
enum class Outcome : std::uint8_t {
  kNone = 0,
  kIncoming = 1,  // of contacts
  kOutgoing = 2,
  kAnsweredWithin = 3,  // of waits: inside the queue's threshold
  kAnsweredLate = 4,
  kAbandonedShort = 5,  // inside the queue's grace
  kAbandonedLong = 6,
  kMet = 7,  // of SLAs
  kBreached = 8,
  kVoid = 9,
  kResolved = 10,  // of first contacts
  kRepeated = 11,
  kGood = 12,  // of surveys
  kMiddle = 13,
  kBad = 14,
  kUnanswered = 15,  // of channel switches: somebody waited for an answer
};
inline constexpr Outcome kLastOutcome = Outcome::kUnanswered;
const char* name(Outcome outcome);  // "inbound", "answered_within", ...; "none" for kNone

const char* name(SurveyKind survey);  // "csat", "nps", "ces", "enps"; "none" for kNone

// Scores are kept on one scale for each kind: CSAT up to 5, CES up to 7, NPS and eNPS up to 10.
double most_points(SurveyKind survey);

// Attributes that held until an instant, when others took over.
struct PastAttributes {
  Instant until;
  Attributes attributes;
};

// From a resolution to the reopening after it.
struct Ending {
  Instant resolved;
  Instant reopened;  // kNever: it was not
  Instant
      next_contact;  // the customer's first in this conversation, or the reopening; kNever: none
  Instant repeat_until;  // the repeat window closes
  Channel channel = Channel::kNone;
};

struct Transfer {
  Instant at;
  Instant arrived;            // where it was transferred to is known; kNever: not yet
  std::uint16_t contact = 0;  // index; kNoTransferContact: the conversation itself
  Channel channel = Channel::kNone;
};
inline constexpr std::uint16_t kNoTransferContact = 0xffff;

struct ChannelSwitch {
  Instant at;
  Channel from = Channel::kNone;
  Channel to = Channel::kNone;
  bool unanswered = false;
};

// A survey that was sent, answered, or both.
struct SurveyNote {
  SurveyKind survey = SurveyKind::kNone;
  Outcome band = Outcome::kNone;
  Instant sent, answered;
  std::int64_t score = 0;  // thousandths of a point
  Channel channel = Channel::kNone;
  Attributes rated;  // whom and what
};

// A public post of the customer's side that names us.
struct Mention {
  Instant at;
  Channel channel = Channel::kNone;
  Outcome band = Outcome::kNone;  // good or bad, as the connector says; kNone: neither, or unknown
};

// Of each list the first kNotesKept: KPIs of what changes hands more often are not to be had.
struct Notes {
  std::vector<PastAttributes> past;  // ascending; what holds now is in FoldState::attributes
  std::vector<Ending> endings;
  std::vector<Transfer> transfers;
  std::vector<ChannelSwitch> switches;
  std::vector<SurveyNote> surveys;
  std::vector<Mention> mentions;
  Channel channel = Channel::kNone;  // in which the conversation was last gone on with
};
inline constexpr std::size_t kNotesKept = 64;

}  // namespace vaste
