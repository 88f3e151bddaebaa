#include "model/conversation.h"

namespace vaste {

const char* name(ConversationState state) {
  switch (state) {
    case ConversationState::kNone:
      return "none";
    case ConversationState::kNew:
      return "new";
    case ConversationState::kWaitingAgent:
      return "waiting_agent";
    case ConversationState::kWaitingCustomer:
      return "waiting_customer";
    case ConversationState::kOnHold:
      return "on_hold";
    case ConversationState::kResolved:
      return "resolved";
    case ConversationState::kClosed:
      return "closed";
    case ConversationState::kMerged:
      return "merged";
  }
  return "none";
}

const char* name(ClockState state) {
  switch (state) {
    case ClockState::kNone:
      return "none";
    case ClockState::kRunning:
      return "running";
    case ClockState::kPaused:
      return "paused";
    case ClockState::kMet:
      return "met";
    case ClockState::kBreached:
      return "breached";
    case ClockState::kVoid:
      return "void";
  }
  return "none";
}

const char* name(AlertLevel level) {
  switch (level) {
    case AlertLevel::kNone:
      break;
    case AlertLevel::kAtRisk:
      return "at_risk";
    case AlertLevel::kBreached:
      return "breached";
    case AlertLevel::kAtRiskAgain:
      return "at_risk_2";
    case AlertLevel::kAtRiskThird:
      return "at_risk_3";
  }
  return "none";
}

}  // namespace vaste
