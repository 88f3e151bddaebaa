#include "clocks/catalog.h"

#include <array>

#include "base/check.h"

namespace vaste::clocks {
namespace {

// The order is that of starting: whether a message begins a next_response depends on the
// first_response it may have begun.
// clang-format off
constexpr std::array kRows{
    ClockRow{ClockKind::kFirstResponse, Scope::kConversation, kSigCustomerContact | kSigOpened, kSigReply, kOver,
             kOnce | kIsTheAnswer | kBotMayAnswer | kEndsWithContact, Attach::kFirstWait},
    ClockRow{ClockKind::kNextResponse, Scope::kConversation, kSigCustomerContact, kSigReply, kOver | kSigNoReplyNeeded,
             kAfterFirstResponse | kIsTheAnswer | kBotMayAnswer | kEndsWithContact, Attach::kWait},
    ClockRow{ClockKind::kResolution, Scope::kConversation, kSigOpened, kSigResolved, kSigSpam,
             kResumesOnReopen, Attach::kOpening},
    ClockRow{ClockKind::kSpeedOfAnswer, Scope::kContact, kSigQueueEnter, kSigAnswered, kSigGaveUp,
             0, Attach::kQueueEntry},
    ClockRow{ClockKind::kTakeOwnership, Scope::kConversation, kSigOpened, kSigAssigned | kSigResolved, kSigSpam,
             0, Attach::kUnowned},
    // A promise outlives the conversation's end only if it is made after it.
    ClockRow{ClockKind::kCommitment, Scope::kEach, kSigPromised, kSigPromiseKept | kSigResolved,
             kSigPromiseWithdrawn | kSigSpam, 0, Attach::kNone,
             Subject::kPromise, kSigPromiseKept | kSigPromiseWithdrawn},
    // The request is a contact of the customer itself, so it ends the one before and then begins its own.
    ClockRow{ClockKind::kCallback, Scope::kConversation, kSigCallbackAsked, kSigCalledBack, kSigCustomerContact | kOver,
             kStopsFirst, Attach::kNone},
    ClockRow{ClockKind::kHold, Scope::kContact, kSigHeld, kSigOffHold, kSigHoldLost | kSigClosed | kSigSpam,
             0, Attach::kNone},
    ClockRow{ClockKind::kPublicResponse, Scope::kThread, kSigPublicPost | kSigPublicAside, kSigPublicReply | kSigDirectReply,
             kOver, kInTheOpen, Attach::kNone, Subject::kAuthor},
    ClockRow{ClockKind::kNextUpdate, Scope::kConversation, kSigUpdatePromised, kSigReply | kSigUpdatePromised, kOver,
             kStopsFirst | kInTheOpen, Attach::kNone},
    ClockRow{ClockKind::kFollowUp, Scope::kConversation, kSigResolved, kSigReply, kSigReopened | kSigSurveyAnswered | kSigSpam,
             kStopsFirst, Attach::kNone},
    ClockRow{ClockKind::kAcknowledgement, Scope::kConversation, kSigCustomerContact, kSigReply, kOver,
             kOnce | kBotMayAnswer | kEndsWithContact, Attach::kFirstWait},
    ClockRow{ClockKind::kPeriodicUpdate, Scope::kConversation, kSigReply, kSigReply, kOver,
             kStopsFirst | kInTheOpen, Attach::kNone},
    ClockRow{ClockKind::kPausableUpdate, Scope::kConversation, kSigReply, kSigReply, kOver,
             kStopsFirst | kInTheOpen, Attach::kNone},
    ClockRow{ClockKind::kGroupOwnership, Scope::kConversation, kSigGroupTaken, kSigGroupTaken | kSigResolved,
             kSigGroupGone | kSigSpam, kStopsFirst | kInTheOpen, Attach::kNone},
    ClockRow{ClockKind::kAssigneeReturn, Scope::kConversation, kSigAssigned, kSigReply,
             kSigAgentChanged | kSigUnassigned | kOver, kStopsFirst | kWhileWaiting | kInTheOpen, Attach::kNone,
             Subject::kAgent, kSigReply},
    ClockRow{ClockKind::kRequesterWait, Scope::kConversation, kSigOpened, kSigResolved, kSigSpam,
             kResumesOnReopen, Attach::kOpening},
    ClockRow{ClockKind::kAgentWork, Scope::kConversation, kSigOpened, kSigResolved, kSigSpam,
             kResumesOnReopen, Attach::kOpening},
};
// clang-format on

constexpr bool in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i)
    if (static_cast<std::size_t>(kRows[i].kind) != i + 1) return false;
  return kRows.back().kind == kLastClockKind;
}
static_assert(in_order(), "row() finds a clock by its number");

}  // namespace

std::span<const ClockRow> clock_rows() {
  return kRows;
}

const ClockRow& row(ClockKind kind) {
  const auto index = static_cast<std::size_t>(kind);
  VASTE_CHECK(index >= 1 && index <= kRows.size());
  return kRows[index - 1];
}

}  // namespace vaste::clocks
