#include "ingest/route.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/hash.h"
#include "ingest/channels.h"
#include "ingest/decode.h"
#include "ingest/normalise.h"
#include "model/kpi.h"

namespace vaste::ingest {
namespace {

MomentKind kind_of(const v1::Message& message) {
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

MomentKind kind_of(const v1::Signal& signal) {
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

MomentKind kind_of(const v1::Lifecycle& lifecycle) {
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
    case v1::LIFECYCLE_KIND_ATTRIBUTES_CHANGED:
      return MomentKind::kAttributesChanged;
    case v1::LIFECYCLE_KIND_AGENT_AWAY:
      return MomentKind::kAgentAway;
    case v1::LIFECYCLE_KIND_AGENT_BACK:
      return MomentKind::kAgentBack;
    default:
      return MomentKind::kNone;
  }
}

MomentKind kind_of(const v1::IdentityEvidence& identity) {
  switch (identity.action()) {
    case v1::IdentityEvidence::ACTION_SAME_PERSON:
    case v1::IdentityEvidence::ACTION_NOT_SAME_PERSON:
      return MomentKind::kIdentity;
    default:
      return MomentKind::kNone;
  }
}

MomentKind kind_of(const v1::Commitment& commitment) {
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

MomentKind kind_of(const v1::Revision& revision) {
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

// Nobody on the customer's side wrote it.
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

std::uint8_t flags_of(const v1::Event& event) {
  std::uint8_t flags = 0;
  if (event.has_message()) {
    const v1::Message& message = event.message();
    if (message.direction() == v1::DIRECTION_OUTBOUND) flags |= kOutbound;
    if (message.surface() == v1::SURFACE_PUBLIC) flags |= kPublic;
    if (message.addressed_to_us()) flags |= kAddressed;
  } else if (event.has_signal() && event.signal().direction() == v1::DIRECTION_OUTBOUND) {
    flags |= kOutbound;
  }
  return flags;
}

// decode() refuses other times; one out of a damaged record must not overflow.
std::int64_t milliseconds(const google::protobuf::Timestamp& time) {
  const std::int64_t seconds =
      std::clamp<std::int64_t>(time.seconds(), kEarliestSecond, kLatestSecond);
  return seconds * 1000 + time.nanos() / 1'000'000;
}

// Ours have no number beyond those of the wire.
SurveyKind survey_of(const v1::Survey& survey) {
  const int kind = survey.kind();
  return kind <= static_cast<int>(SurveyKind::kEnps) ? static_cast<SurveyKind>(kind)
                                                     : SurveyKind::kNone;
}

// On the one scale that surveys of its kind are kept on, whatever this source asks on.
std::int64_t thousandths_of(const v1::Survey& survey) {
  if (!std::isfinite(survey.score())) return 0;
  double score = survey.score();
  if (std::isfinite(survey.score_max()) && survey.score_max() > 0)
    score *= most_points(survey_of(survey)) / survey.score_max();
  return std::llround(std::clamp(score, -1e6, 1e6) * 1000);
}

std::int64_t value_of(const v1::Event& event) {
  if (event.has_signal() && event.signal().kind() == v1::SIGNAL_KIND_HELD)
    return std::max<std::int64_t>(event.signal().announced_hold_seconds(), 0);
  if (event.has_signal() && event.signal().has_callback_from() &&
      event.signal().kind() == v1::SIGNAL_KIND_CALLBACK_REQUESTED)
    return milliseconds(event.signal().callback_from());
  if (event.has_commitment() && event.commitment().has_due())
    return milliseconds(event.commitment().due());
  if (event.has_survey()) return thousandths_of(event.survey());
  return 0;
}

std::int64_t next_update_of(const v1::Event& event) {
  if (event.has_commitment() && event.commitment().has_next_update_due())
    return milliseconds(event.commitment().next_update_due());
  if (event.has_message() && event.message().has_next_update_due())
    return milliseconds(event.message().next_update_due());
  return 0;
}

// Unique inside a source only. No source holds a NUL, so no two pairs make one text.
std::uint64_t moment_id(const std::string& source, const std::string& id) {
  std::string text;
  text.reserve(source.size() + 1 + id.size());
  text.append(source).push_back('\0');
  return hash64(text.append(id));
}

std::vector<std::string> identifiers_of(const v1::Event& event) {
  std::vector<std::pair<int, std::string>> found;
  std::string text;
  for (const v1::Identifier& identifier : event.person()) {
    if (!canonical(identifier, text)) continue;
    const auto same = [&](const auto& known) { return known.second == text; };
    if (std::ranges::none_of(found, same)) found.emplace_back(strength(identifier.type()), text);
  }
  // By text among equals: a connector may list a person's two mails in any order, and the first is
  // routed by.
  std::ranges::sort(found);
  std::vector<std::string> out;
  out.reserve(found.size());
  for (auto& [rank, known] : found) out.push_back(std::move(known));
  return out;
}

std::vector<Key> keys_of(const v1::Event& event) {
  std::vector<Key> keys;
  std::string text;
  for (const v1::ThreadKey& key : event.thread_keys()) {
    if (!canonical(key, text)) continue;
    const v1::ThreadKeyKind kind = key.kind();
    const bool refers =
        kind == v1::THREAD_KEY_KIND_TICKET || kind == v1::THREAD_KEY_KIND_MAIL_REFERENCE ||
        kind == v1::THREAD_KEY_KIND_SOCIAL_PARENT || kind == v1::THREAD_KEY_KIND_CHAT_PARENT;
    const bool session = kind == v1::THREAD_KEY_KIND_CALL ||
                         kind == v1::THREAD_KEY_KIND_CHAT_SESSION ||
                         kind == v1::THREAD_KEY_KIND_SOCIAL_THREAD;
    const auto known = std::ranges::find(keys, text, &Key::text);
    if (known == keys.end())
      keys.push_back({text, refers, session});
    else
      known->refers =
          known->refers && refers;  // Mails that list their own id among their references exist.
  }
  return keys;
}

Attributes attributes_of(const v1::Attributes& given) {
  return {.brand = given.brand(),
          .queue = given.queue(),
          .team = given.team(),
          .agent = given.agent(),
          .priority = given.priority(),
          .segment = given.segment(),
          .market = given.market(),
          .language = given.language(),
          .topic = given.topic()};
}

}  // namespace

MomentKind moment_kind(const v1::Event& event) {
  switch (event.body_case()) {
    case v1::Event::kMessage:
      return kind_of(event.message());
    case v1::Event::kSignal:
      return kind_of(event.signal());
    case v1::Event::kLifecycle:
      return kind_of(event.lifecycle());
    case v1::Event::kAssignment:
      return event.assignment().unassigned() ? MomentKind::kUnassigned : MomentKind::kAssigned;
    case v1::Event::kIdentity:
      return kind_of(event.identity());
    case v1::Event::kCommitment:
      return kind_of(event.commitment());
    case v1::Event::kSurvey:
      return event.survey().answered() ? MomentKind::kSurveyAnswered : MomentKind::kSurveySent;
    case v1::Event::kRevision:
      return kind_of(event.revision());
    case v1::Event::BODY_NOT_SET:
      return MomentKind::kNone;
  }
  return MomentKind::kNone;
}

Incoming extract(const v1::Event& event, std::int64_t clamped_time_ms) {
  Incoming out;
  Moment& moment = out.moment;
  const ChannelRow* row = channel_row(event.channel());
  moment.at = instant(clamped_time_ms != 0 ? clamped_time_ms : milliseconds(event.time()));
  moment.kind = moment_kind(event);
  moment.channel = row ? row->channel : Channel::kNone;
  moment.flags = flags_of(event);
  moment.id = moment_id(event.source(), event.id());
  moment.sequence = event.sequence();
  moment.value = value_of(event);
  if (event.has_survey()) moment.survey = survey_of(event.survey());
  moment.next_update_ms = next_update_of(event);
  if (event.has_revision()) moment.target = moment_id(event.source(), event.revision().target_id());

  if (event.has_commitment()) {
    out.promise = event.commitment().reference();
    if (!out.promise.empty()) moment.target = hash64(out.promise);
  }

  out.attributes = attributes_of(event.attributes());
  out.identifiers = identifiers_of(event);
  out.keys = keys_of(event);
  const bool outbound = (moment.flags & kOutbound) != 0;
  if (!out.identifiers.empty() && !ours(moment.kind, outbound))
    moment.author = hash64(out.identifiers.front());
  out.opens = opens(moment.kind);
  out.from_customer = from_customer(moment.kind, outbound);
  return out;
}

}  // namespace vaste::ingest
