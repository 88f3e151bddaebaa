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
  kSigAssigned = 1 << 12,  // somebody of ours owns it from now on
};

enum class Scope : std::uint8_t { kConversation, kContact };

struct ClockRow {
  ClockKind kind;
  Scope scope;  // kContact: one run per live contact, matched by contact
  std::uint32_t start;
  std::uint32_t fulfil;
  std::uint32_t cancel;
  bool once;                  // never again in this conversation
  bool after_first_response;  // starts only when the first response is behind us
  bool resumes_on_reopen;     // a run stopped by resolving goes on when reopened
};

std::span<const ClockRow> clock_rows();
const ClockRow& row(ClockKind kind);

}  // namespace vaste::clocks
