#include "ingest/kinds.h"

namespace vaste::ingest {
namespace {

MomentKind kind_of_message(const auto& message) {
  // Our own machine answering a customer: no person's answer, but one that reached them.
  if (message.automation() == v1::AUTOMATION_AUTO_REPLY &&
      message.direction() == v1::DIRECTION_OUTBOUND)
    return MomentKind::kBotMessage;
  switch (message.automation()) {
    case v1::AUTOMATION_AUTO_REPLY:
    case v1::AUTOMATION_BOUNCE:
    case v1::AUTOMATION_RECEIPT:
    case v1::AUTOMATION_BULK:
      return MomentKind::kMachineMessage;
    default:
      break;
  }
  if (message.visibility() == v1::VISIBILITY_INTERNAL) return MomentKind::kNote;
  switch (message.author()) {
    case v1::AUTHOR_KIND_CUSTOMER:
      return MomentKind::kCustomerMessage;
    case v1::AUTHOR_KIND_AGENT:
      return MomentKind::kAgentMessage;
    case v1::AUTHOR_KIND_BOT:
    case v1::AUTHOR_KIND_SYSTEM:
      return MomentKind::kBotMessage;
    case v1::AUTHOR_KIND_MEMBER:
      return MomentKind::kMemberMessage;
    default:
      break;
  }
  return message.direction() == v1::DIRECTION_OUTBOUND ? MomentKind::kAgentMessage
                                                       : MomentKind::kCustomerMessage;
}

MomentKind kind_of_signal(const auto& signal) {
  switch (signal.kind()) {
    case v1::SIGNAL_KIND_STARTED:
      return MomentKind::kStarted;
    case v1::SIGNAL_KIND_QUEUED:
      return MomentKind::kQueued;
    case v1::SIGNAL_KIND_RINGING:
      return MomentKind::kRinging;
    case v1::SIGNAL_KIND_RING_NO_ANSWER:
      return MomentKind::kRingNoAnswer;
    case v1::SIGNAL_KIND_CONNECTED:
      return MomentKind::kConnected;
    case v1::SIGNAL_KIND_HELD:
      return MomentKind::kHeld;
    case v1::SIGNAL_KIND_RESUMED:
      return MomentKind::kResumed;
    case v1::SIGNAL_KIND_TRANSFERRED:
      return MomentKind::kTransferred;
    case v1::SIGNAL_KIND_CALLBACK_REQUESTED:
      return MomentKind::kCallbackRequested;
    case v1::SIGNAL_KIND_VOICEMAIL:
      return MomentKind::kVoicemail;
    case v1::SIGNAL_KIND_ABANDONED:
      return MomentKind::kAbandoned;
    case v1::SIGNAL_KIND_FLOWED_OUT:
      return MomentKind::kFlowedOut;
    case v1::SIGNAL_KIND_ENDED:
      return MomentKind::kEnded;
    case v1::SIGNAL_KIND_WRAP_UP_ENDED:
      return MomentKind::kWrapUpEnded;
    default:
      return MomentKind::kNone;
  }
}

MomentKind kind_of_lifecycle(const auto& lifecycle) {
  switch (lifecycle.kind()) {
    case v1::LIFECYCLE_KIND_OPENED:
      return MomentKind::kOpened;
    case v1::LIFECYCLE_KIND_PENDING:
      return MomentKind::kPending;
    case v1::LIFECYCLE_KIND_ON_HOLD:
      return MomentKind::kOnHold;
    case v1::LIFECYCLE_KIND_ACTIVE:
      return MomentKind::kActive;
    case v1::LIFECYCLE_KIND_RESOLVED:
      return MomentKind::kResolved;
    case v1::LIFECYCLE_KIND_CLOSED:
      return MomentKind::kClosed;
    case v1::LIFECYCLE_KIND_REOPENED:
      return MomentKind::kReopened;
    case v1::LIFECYCLE_KIND_SPAM:
      return MomentKind::kSpam;
    case v1::LIFECYCLE_KIND_NO_REPLY_NEEDED:
      return MomentKind::kNoReplyNeeded;
    case v1::LIFECYCLE_KIND_HANDED_OFF:
      return MomentKind::kHandedOff;
    case v1::LIFECYCLE_KIND_AGENT_AWAY:
      return MomentKind::kAgentAway;
    case v1::LIFECYCLE_KIND_AGENT_BACK:
      return MomentKind::kAgentBack;
    case v1::LIFECYCLE_KIND_ATTRIBUTES_CHANGED:
      return MomentKind::kAttributesChanged;
    default:
      return MomentKind::kNone;
  }
}

MomentKind kind_of_identity(const auto& identity) {
  switch (identity.action()) {
    case v1::IdentityEvidence::ACTION_SAME_PERSON:
    case v1::IdentityEvidence::ACTION_NOT_SAME_PERSON:
      return MomentKind::kIdentity;
    default:
      return MomentKind::kNone;
  }
}

MomentKind kind_of_commitment(const auto& commitment) {
  switch (commitment.action()) {
    case v1::Commitment::ACTION_MADE:
      return MomentKind::kCommitmentMade;
    case v1::Commitment::ACTION_DONE:
      return MomentKind::kCommitmentDone;
    case v1::Commitment::ACTION_WITHDRAWN:
      return MomentKind::kCommitmentWithdrawn;
    default:
      return MomentKind::kNone;
  }
}

MomentKind kind_of_revision(const auto& revision) {
  switch (revision.kind()) {
    case v1::Revision::KIND_EDITED:
      return MomentKind::kEdited;
    case v1::Revision::KIND_DELETED:
      return MomentKind::kDeleted;
    case v1::Revision::KIND_BOUNCED:
      return MomentKind::kBounced;
    default:
      return MomentKind::kNone;
  }
}

MomentKind kind_of(const auto& event) {
  switch (event.body_case()) {
    case v1::Event::kMessage:
      return kind_of_message(event.message());
    case v1::Event::kSignal:
      return kind_of_signal(event.signal());
    case v1::Event::kLifecycle:
      return kind_of_lifecycle(event.lifecycle());
    case v1::Event::kAssignment:
      return event.assignment().unassigned() ? MomentKind::kUnassigned : MomentKind::kAssigned;
    case v1::Event::kIdentity:
      return kind_of_identity(event.identity());
    case v1::Event::kCommitment:
      return kind_of_commitment(event.commitment());
    case v1::Event::kSurvey:
      return event.survey().answered() ? MomentKind::kSurveyAnswered : MomentKind::kSurveySent;
    case v1::Event::kRevision:
      return kind_of_revision(event.revision());
    case v1::Event::BODY_NOT_SET:
      return MomentKind::kNone;
  }
  return MomentKind::kNone;
}

}  // namespace

MomentKind moment_kind(const v1::Event& event) {
  return kind_of(event);
}

MomentKind moment_kind(const EventView& event) {
  return kind_of(event);
}

bool opens(MomentKind kind) {
  switch (kind) {
    case MomentKind::kCustomerMessage:
    case MomentKind::kMemberMessage:
    case MomentKind::kAgentMessage:
    case MomentKind::kStarted:
    case MomentKind::kQueued:
    case MomentKind::kConnected:
    case MomentKind::kCallbackRequested:
    case MomentKind::kVoicemail:
    case MomentKind::kOpened:
    case MomentKind::kHandedOff:
      return true;
    default:
      return false;
  }
}

bool from_customer(MomentKind kind, bool outbound) {
  switch (kind) {
    case MomentKind::kCustomerMessage:
    case MomentKind::kMemberMessage:
    case MomentKind::kCallbackRequested:
    case MomentKind::kAbandoned:
    case MomentKind::kSurveyAnswered:
      return true;
    // What a live contact begins with, and the message it leaves: the caller's, unless we called.
    case MomentKind::kStarted:
    case MomentKind::kQueued:
    case MomentKind::kVoicemail:
      return !outbound;
    // Of a call of ours, that somebody took it is the customer's doing.
    case MomentKind::kConnected:
      return outbound;
    default:
      return false;
  }
}

bool ours(MomentKind kind, bool outbound) {
  switch (kind) {
    case MomentKind::kAgentMessage:
    case MomentKind::kBotMessage:
    case MomentKind::kNote:
      return true;
    case MomentKind::kMachineMessage:
      return outbound;
    default:
      return false;
  }
}

}  // namespace vaste::ingest
