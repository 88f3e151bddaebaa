#include "model/kpi.h"

namespace vaste {

const char* name(Fact fact) {
  switch (fact) {
    case Fact::kNone:
      return "none";
    case Fact::kContact:
      return "contact";
    case Fact::kWait:
      return "wait";
    case Fact::kTalk:
      return "talk";
    case Fact::kHold:
      return "hold";
    case Fact::kWrapUp:
      return "wrap_up";
    case Fact::kLongestHold:
      return "longest_hold";
    case Fact::kTransfer:
      return "transfer";
    case Fact::kChannelSwitch:
      return "channel_switch";
    case Fact::kSla:
      return "sla";
    case Fact::kSlaSpent:
      return "sla_spent";
    case Fact::kResolution:
      return "resolution";
    case Fact::kReopen:
      return "reopen";
    case Fact::kFirstContact:
      return "first_contact";
    case Fact::kRepeatContact:
      return "repeat_contact";
    case Fact::kSurveySent:
      return "survey_sent";
    case Fact::kSurveyAnswered:
      return "survey_answered";
    case Fact::kMention:
      return "mention";
  }
  return "none";
}

const char* name(Outcome outcome) {
  switch (outcome) {
    case Outcome::kNone:
      return "none";
    case Outcome::kIncoming:
      return "inbound";
    case Outcome::kOutgoing:
      return "outbound";
    case Outcome::kAnsweredWithin:
      return "answered_within";
    case Outcome::kAnsweredLate:
      return "answered_late";
    case Outcome::kAbandonedShort:
      return "abandoned_short";
    case Outcome::kAbandonedLong:
      return "abandoned_long";
    case Outcome::kMet:
      return "met";
    case Outcome::kBreached:
      return "breached";
    case Outcome::kVoid:
      return "void";
    case Outcome::kResolved:
      return "resolved";
    case Outcome::kRepeated:
      return "repeated";
    case Outcome::kGood:
      return "good";
    case Outcome::kMiddle:
      return "middle";
    case Outcome::kBad:
      return "bad";
    case Outcome::kUnanswered:
      return "unanswered";
  }
  return "none";
}

const char* name(SurveyKind survey) {
  switch (survey) {
    case SurveyKind::kNone:
      return "none";
    case SurveyKind::kCsat:
      return "csat";
    case SurveyKind::kNps:
      return "nps";
    case SurveyKind::kCes:
      return "ces";
    case SurveyKind::kEnps:
      return "enps";
  }
  return "none";
}

double most_points(SurveyKind survey) {
  switch (survey) {
    case SurveyKind::kNone:
    case SurveyKind::kCsat:
      return 5;
    case SurveyKind::kCes:
      return 7;
    case SurveyKind::kNps:
    case SurveyKind::kEnps:
      return 10;
  }
  return 5;
}

}  // namespace vaste
