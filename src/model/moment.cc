#include "model/moment.h"

namespace vaste {

const char* name(Channel channel) {
  switch (channel) {
    case Channel::kNone:
      return "other";
    case Channel::kChat:
      return "chat";
    case Channel::kEmail:
      return "email";
    case Channel::kPhone:
      return "phone";
    case Channel::kSocial:
      return "social";
  }
  return "other";
}

int tie_rank(MomentKind kind) {
  switch (kind) {
    case MomentKind::kOpened:  // Nothing happens in a conversation before it is there.
      return -1;
    case MomentKind::kCustomerMessage:
    case MomentKind::kMemberMessage:
    case MomentKind::kVoicemail:
      return 0;
    case MomentKind::kAgentMessage:
    case MomentKind::kBotMessage:
    case MomentKind::kNote:
    case MomentKind::kMachineMessage:
      return 1;
    // Inside one second a live contact goes through its phases in this order.
    case MomentKind::kStarted:
      return 2;
    case MomentKind::kQueued:
      return 3;
    case MomentKind::kRinging:
      return 4;
    case MomentKind::kRingNoAnswer:
      return 5;
    case MomentKind::kConnected:
      return 6;
    case MomentKind::kHeld:
      return 7;
    case MomentKind::kResumed:
      return 8;
    case MomentKind::kTransferred:
      return 9;
    case MomentKind::kCallbackRequested:
      return 10;
    case MomentKind::kAbandoned:
      return 11;
    case MomentKind::kFlowedOut:
      return 12;
    case MomentKind::kEnded:
      return 13;
    case MomentKind::kWrapUpEnded:
      return 14;
    // A promise is made before it is kept.
    case MomentKind::kCommitmentDone:
    case MomentKind::kCommitmentWithdrawn:
      return 21;
    default:
      return 20;
  }
}

}  // namespace vaste
