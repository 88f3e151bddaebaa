#include "clocks/catalog.h"

#include <array>

#include "base/check.h"

namespace vaste::clocks {
namespace {

constexpr std::uint32_t kOver = kSigResolved | kSigClosed | kSigSpam;

// Giving up a contact ends a response too, unless somebody waits for the same answer elsewhere: see
// Runs::stop_all. The order is that of starting: whether a message begins a next_response depends
// on the first_response it may have begun.
// clang-format off
constexpr std::array<ClockRow, 5> kRows{{
    // kind, scope, start, fulfil, cancel, once, after_first_response, resumes_on_reopen
    {ClockKind::kFirstResponse, Scope::kConversation, kSigCustomerContact | kSigOpened, kSigReply,
     kOver, true, false, false},
    {ClockKind::kNextResponse, Scope::kConversation, kSigCustomerContact, kSigReply,
     kOver | kSigNoReplyNeeded, false, true, false},
    {ClockKind::kResolution, Scope::kConversation, kSigOpened, kSigResolved,
     kSigSpam, false, false, true},
    {ClockKind::kSpeedOfAnswer, Scope::kContact, kSigQueueEnter, kSigAnswered,
     kSigGaveUp, false, false, false},
    {ClockKind::kTakeOwnership, Scope::kConversation, kSigOpened, kSigAssigned | kSigResolved,
     kSigSpam, false, false, false},
}};
// clang-format on

}  // namespace

std::span<const ClockRow> clock_rows() {
  return kRows;
}

const ClockRow& row(ClockKind kind) {
  const auto index = static_cast<std::size_t>(kind);
  VASTE_CHECK(index >= 1 && index <= kRows.size() && kRows[index - 1].kind == kind);
  return kRows[index - 1];
}

}  // namespace vaste::clocks
