#include "ingest/route.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/hash.h"
#include "ingest/channels.h"
#include "ingest/decode.h"
#include "ingest/event_view.h"
#include "ingest/kinds.h"
#include "model/kpi.h"

namespace vaste::ingest {
namespace {

constexpr std::size_t kUsualIdBytes = 256;  // of a source and an id; longer ones are no fault

Instant when(const auto& event, std::int64_t clamped_time_ms) {
  return instant(clamped_time_ms != 0 ? clamped_time_ms : ms_of(event.time()));
}

std::uint8_t flags_of(const auto& event) {
  std::uint8_t flags = 0;
  if (event.has_message()) {
    const auto& message = event.message();
    if (message.direction() == v1::DIRECTION_OUTBOUND) flags |= kOutbound;
    if (message.surface() == v1::SURFACE_PUBLIC) flags |= kPublic;
    if (message.addressed_to_us()) flags |= kAddressed;
    if (message.sentiment() == v1::SENTIMENT_POSITIVE) flags |= kPositive;
    if (message.sentiment() == v1::SENTIMENT_NEGATIVE) flags |= kNegative;
  } else if (event.has_signal() && event.signal().direction() == v1::DIRECTION_OUTBOUND) {
    flags |= kOutbound;
  }
  return flags;
}

// Ours have no number beyond those of the wire.
SurveyKind survey_of(const auto& survey) {
  const int kind = survey.kind();
  return kind <= static_cast<int>(SurveyKind::kEnps) ? static_cast<SurveyKind>(kind)
                                                     : SurveyKind::kNone;
}

// On the one scale that surveys of its kind are kept on, whatever this source asks on.
std::int64_t thousandths_of(const auto& survey) {
  if (!std::isfinite(survey.score())) return 0;
  double score = survey.score();
  if (std::isfinite(survey.score_max()) && survey.score_max() > 0)
    score *= most_points(survey_of(survey)) / survey.score_max();
  return std::llround(std::clamp(score, -1e6, 1e6) * 1000);
}

std::int64_t value_of(const auto& event) {
  if (event.has_signal() && event.signal().kind() == v1::SIGNAL_KIND_HELD)
    return std::max<std::int64_t>(event.signal().announced_hold_seconds(), 0);
  if (event.has_signal() && event.signal().has_callback_from() &&
      event.signal().kind() == v1::SIGNAL_KIND_CALLBACK_REQUESTED)
    return ms_of(event.signal().callback_from());
  if (event.has_commitment() && event.commitment().has_due())
    return ms_of(event.commitment().due());
  if (event.has_survey()) return thousandths_of(event.survey());
  return 0;
}

std::int64_t next_update_of(const auto& event) {
  if (event.has_commitment() && event.commitment().has_next_update_due())
    return ms_of(event.commitment().next_update_due());
  if (event.has_message() && event.message().has_next_update_due())
    return ms_of(event.message().next_update_due());
  return 0;
}

std::vector<std::string> identifiers_of(const v1::Event& event, const Habits& habits) {
  std::vector<std::pair<int, std::string>> found;
  std::string text;
  for (const v1::Identifier& identifier : event.person()) {
    if (!canonical(identifier, habits, text)) continue;
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

void keys_of(const auto& event, std::vector<Key>& keys) {
  std::string text;
  for (const auto& key : event.thread_keys()) {
    if (!canonical(key.kind(), key.value(), key.scope(), text)) continue;
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
}

// What its source says of its person's identifiers; that there are two is for settle() to see.
void evidence_of(const auto& event, Evidence& out) {
  out.claimed = Claimed::kSamePerson;
  if (!event.has_identity()) {
    out.method = kEventMethod;
    return;
  }
  const auto& identity = event.identity();
  if (identity.action() == v1::IdentityEvidence::ACTION_NOT_SAME_PERSON)
    out.claimed = Claimed::kNotSamePerson;
  out.method = identity.method();
}

// Somebody's contact with us: by whom makes a difference to what it is.
bool comes_to_us(const Moment& moment) {
  switch (moment.kind) {
    case MomentKind::kCustomerMessage:
    case MomentKind::kMemberMessage:
      return true;
    default:
      return moment.kind >= MomentKind::kStarted && moment.kind <= MomentKind::kWrapUpEnded &&
             (moment.flags & kOutbound) == 0;
  }
}

void attributes_of(const auto& given, Attributes& out) {
  out.brand = given.brand();
  out.queue = given.queue();
  out.team = given.team();
  out.agent = given.agent();
  out.priority = given.priority();
  out.segment = given.segment();
  out.market = given.market();
  out.language = given.language();
  out.topic = given.topic();
}

// All but the person, into one that is fresh.
void without_person(const auto& event, std::int64_t clamped_time_ms, Incoming& out) {
  Moment& moment = out.moment;
  const ChannelRow* row = channel_row(event.channel());
  moment.at = when(event, clamped_time_ms);
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

  attributes_of(event.attributes(), out.attributes);
  keys_of(event, out.keys);
  out.source = event.source();
  evidence_of(event, out.evidence);
}

}  // namespace

// Ids are unique inside a source only. No source holds a NUL, so no two pairs make one text.
std::uint64_t moment_id(std::string_view source, std::string_view id) {
  std::array<char, kUsualIdBytes> usual;
  std::string longer;
  const std::size_t size = source.size() + 1 + id.size();
  if (size > usual.size()) longer.resize(size);
  char* const text = longer.empty() ? usual.data() : longer.data();
  *std::copy(source.begin(), source.end(), text) = '\0';
  std::copy(id.begin(), id.end(), text + source.size() + 1);
  return hash64({text, size});
}

Instant time_of(const v1::Event& event, std::int64_t clamped_time_ms) {
  return when(event, clamped_time_ms);
}

void settle(Incoming& incoming, bool from_us) {
  Moment& moment = incoming.moment;
  const bool outbound = (moment.flags & kOutbound) != 0;
  incoming.from_us = from_us && comes_to_us(moment);
  // Our own mail come back, or two responders that answer each other: a machine's. A member of a
  // list who is one of us still answers.
  if (incoming.from_us && moment.kind == MomentKind::kCustomerMessage)
    moment.kind = MomentKind::kMachineMessage;
  incoming.opens = opens(moment.kind) && !incoming.from_us;
  incoming.from_customer = from_customer(moment.kind, outbound) && !incoming.from_us;
  const bool known = !incoming.identifiers.empty() && !ours(moment.kind, outbound);
  moment.author = known ? hash64(incoming.identifiers.front()) : 0;
  if (incoming.identifiers.size() < 2) incoming.evidence = {};
}

Incoming extract(const v1::Event& event, std::int64_t clamped_time_ms, const Habits& habits) {
  Incoming out;
  without_person(event, clamped_time_ms, out);
  out.identifiers = identifiers_of(event, habits);
  settle(out, false);
  return out;
}

Incoming extract(const v1::Event& event, std::int64_t clamped_time_ms,
                 std::vector<std::string> identifiers, bool from_us) {
  Incoming out;
  without_person(event, clamped_time_ms, out);
  out.identifiers = std::move(identifiers);
  settle(out, from_us);
  return out;
}

bool extract(Decoder& decoder, std::string_view bytes, std::int64_t clamped_time_ms,
             std::vector<std::string> identifiers, bool from_us, Incoming& out) {
  if (EventView view; view.read(bytes)) {
    without_person(view, clamped_time_ms, out);
  } else {
    const v1::Event* event = decoder.parse(bytes);
    if (event == nullptr) return false;
    without_person(*event, clamped_time_ms, out);
  }
  out.identifiers = std::move(identifiers);
  settle(out, from_us);
  return true;
}

Status usable(const Incoming& incoming) {
  if (incoming.identifiers.empty() && incoming.keys.empty())
    return failure(Code::kNoIdentity,
                   "neither a person nor a thread key is left after placeholders and what the "
                   "policy's `identity` denies or calls our own were dropped; give a thread key");
  if (incoming.moment.kind == MomentKind::kIdentity &&
      incoming.evidence.claimed == Claimed::kNothing)
    return failure(Code::kNoIdentity,
                   "identity: fewer than two different identifiers of a person are left after "
                   "placeholders and what the policy's `identity` denies or calls our own were "
                   "dropped, so it says nothing");
  return {};
}

}  // namespace vaste::ingest
