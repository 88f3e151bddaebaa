#include "model/conversation.h"

namespace vaste {

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
