#include "emit/encode.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/wire.h"
#include "clocks/history.h"
#include "emit/contributions.h"
#include "emit/messages.h"
#include "vaste/v1/alert.pb.h"
#include "vaste/v1/conversation.pb.h"
#include "vaste/v1/dead_letter.pb.h"
#include "vaste/v1/enriched.pb.h"

namespace vaste::emit {

namespace {

// With key and headers inside the 2 MiB that `vaste topics create` gives the topic.
constexpr std::size_t kDeadLetterBytes = 1 << 20;
constexpr std::size_t kKeysShown = 64;
constexpr std::size_t kContactsShown = 64;
constexpr std::size_t kPausesShown = 16;

void set(v1::Attributes* out, const Attributes& in) {
  if (!in.brand.empty()) out->set_brand(in.brand);
  if (!in.queue.empty()) out->set_queue(in.queue);
  if (!in.team.empty()) out->set_team(in.team);
  if (!in.agent.empty()) out->set_agent(in.agent);
  if (!in.priority.empty()) out->set_priority(in.priority);
  if (!in.segment.empty()) out->set_segment(in.segment);
  if (!in.market.empty()) out->set_market(in.market);
  if (!in.language.empty()) out->set_language(in.language);
  if (!in.topic.empty()) out->set_topic(in.topic);
}

// The enums of model/ carry the wire's numbers: see the tests.
template <class To, class From>
To same_number(From value) {
  return static_cast<To>(static_cast<int>(value));
}

v1::DeadLetterReason reason(Code code) {
  switch (code) {
    case Code::kMalformed:
      return v1::DEAD_LETTER_REASON_MALFORMED;
    case Code::kUnknownChannel:
      return v1::DEAD_LETTER_REASON_UNKNOWN_CHANNEL;
    case Code::kTooLarge:
      return v1::DEAD_LETTER_REASON_TOO_LARGE;
    case Code::kEmpty:
      return v1::DEAD_LETTER_REASON_EMPTY;
    case Code::kInvalidTime:
      return v1::DEAD_LETTER_REASON_INVALID_TIME;
    case Code::kInvalidText:
      return v1::DEAD_LETTER_REASON_INVALID_TEXT;
    case Code::kMissingField:
      return v1::DEAD_LETTER_REASON_MISSING_FIELD;
    case Code::kNoIdentity:
      return v1::DEAD_LETTER_REASON_NO_IDENTITY;
    case Code::kTooManyHops:
      return v1::DEAD_LETTER_REASON_TOO_MANY_HOPS;
    default:
      return v1::DEAD_LETTER_REASON_INTERNAL;
  }
}

// Seconds and nanoseconds of a Timestamp, which count forwards before 1970, too.
std::pair<std::int64_t, std::int32_t> split(Instant at) {
  const std::int64_t ms = to_ms(at);
  const std::int64_t seconds = ms >= 0 ? ms / 1000 : (ms - 999) / 1000;
  return {seconds, static_cast<std::int32_t>((ms - seconds * 1000) * 1000000)};
}

}  // namespace

void set(google::protobuf::Timestamp* out, Instant at) {
  const auto [seconds, nanos] = split(at);
  out->set_seconds(seconds);
  out->set_nanos(nanos);
}

void set(v1::SourcePosition* out, const core::Origin& origin) {
  out->set_topic(std::string(origin.topic));
  out->set_partition(origin.partition);
  out->set_offset(origin.offset);
}

void put(wire::Writer& out, int field, Instant at) {
  using Wire = google::protobuf::Timestamp;
  const auto [seconds, nanos] = split(at);
  out.message(field, Wire::kSecondsFieldNumber, static_cast<std::uint64_t>(seconds),
              Wire::kNanosFieldNumber, static_cast<std::uint64_t>(nanos));
}

void put(wire::Writer& out, int field, const Attributes& in, std::string_view queue) {
  using Wire = v1::Attributes;
  out.message(field, [&] {
    out.bytes(Wire::kBrandFieldNumber, in.brand);
    out.bytes(Wire::kQueueFieldNumber, queue);
    out.bytes(Wire::kTeamFieldNumber, in.team);
    out.bytes(Wire::kAgentFieldNumber, in.agent);
    out.bytes(Wire::kPriorityFieldNumber, in.priority);
    out.bytes(Wire::kSegmentFieldNumber, in.segment);
    out.bytes(Wire::kMarketFieldNumber, in.market);
    out.bytes(Wire::kLanguageFieldNumber, in.language);
    out.bytes(Wire::kTopicFieldNumber, in.topic);
  });
}

namespace {

using emit::put;
using wire::Writer;

template <class Number>
std::uint64_t wide(Number value) {
  return static_cast<std::uint64_t>(value);
}

void put(Writer& out, int field, const Id& id) {
  if (id.empty()) return;
  const auto digits = id.digits();
  out.bytes(field, {digits.data(), digits.size()});
}

void put_if_set(Writer& out, int field, Instant at) {
  if (is_set(at)) put(out, field, at);
}

void put(Writer& out, int field, const core::Origin& origin) {
  using Wire = v1::SourcePosition;
  out.message(field, [&] {
    out.bytes(Wire::kTopicFieldNumber, origin.topic);
    out.signed_number(Wire::kPartitionFieldNumber, origin.partition);
    out.signed_number(Wire::kOffsetFieldNumber, origin.offset);
  });
}

void put(Writer& out, int field, const Attributes& in) {
  put(out, field, in, in.queue);
}

// What a clock is, whatever its state.
void put_identity(Writer& out, const ClockRun& run) {
  using Wire = v1::Clock;
  out.bytes(Wire::kSlaFieldNumber, run.sla);
  out.bytes(Wire::kClockFieldNumber, name(run.kind));
  out.number(Wire::kCycleFieldNumber, run.cycle);
  put(out, Wire::kStartedFieldNumber, run.started);
}

// When it stood still; most never do.
void put_pauses(Writer& out, const ClockRun& run, const clocks::CompiledPolicy& policy) {
  using Wire = v1::Clock;
  if (run.running.size() < 2 && run.state != ClockState::kPaused &&
      (run.running.empty() || run.running.back().to == run.stopped))
    return;
  const auto pauses = clocks::pauses(run);
  const std::size_t first = pauses.size() > kPausesShown ? pauses.size() - kPausesShown : 0;
  for (std::size_t i = first; i < pauses.size(); ++i)
    out.message(Wire::kPausesFieldNumber, [&] {
      put(out, v1::ClockPause::kFromFieldNumber, pauses[i].from);
      put(out, v1::ClockPause::kToFieldNumber, pauses[i].to);
    });
  out.signed_number(Wire::kPausedMsFieldNumber, clocks::open_time(pauses, run, policy).count());
}

void put(Writer& out, int field, const ClockRun& run, std::string_view promise, Instant now,
         const clocks::CompiledPolicy& policy) {
  using Wire = v1::Clock;
  out.message(field, [&] {
    put_identity(out, run);
    out.number(Wire::kStateFieldNumber, wide(run.state));
    const bool stopped = is_set(run.stopped);
    put_if_set(out, Wire::kStoppedFieldNumber, run.stopped);
    if (!stopped)
      if (const auto due = clocks::due(run, policy)) put(out, Wire::kDueFieldNumber, *due);
    const Millis elapsed = stopped ? run.elapsed : clocks::elapsed(run, now, policy);
    const Instant until = stopped ? run.stopped : std::max(now, run.started);
    out.signed_number(Wire::kElapsedMsFieldNumber, elapsed.count());
    out.signed_number(Wire::kWallMsFieldNumber, (until - run.started).count());
    out.signed_number(Wire::kTargetMsFieldNumber, run.target.count());
    out.bytes(Wire::kCalendarFieldNumber, run.calendar);
    out.bytes(Wire::kRuleFieldNumber, run.rule);
    out.number(Wire::kContactFieldNumber, run.contact);
    const bool late = elapsed > run.target;
    out.number(Wire::kLateFieldNumber, late);
    if (late)
      if (const auto at = clocks::breaches_at(run, policy))
        put(out, Wire::kBreachedFieldNumber, *at);
    put_pauses(out, run, policy);
    out.bytes(Wire::kReferenceFieldNumber, promise);
  });
}

// Of each SLA that ran more than once.
void put_exchanges(Writer& out, const FoldState& fold, Instant now,
                   const clocks::CompiledPolicy& policy) {
  using Wire = v1::ClockExchanges;
  for (const auto& [sla, begun] : fold.cycles) {
    if (begun < 2) continue;
    const clocks::Exchanges all = clocks::exchanges(fold, sla, now, policy);
    out.message(v1::Conversation::kExchangesFieldNumber, [&, &name = sla] {
      out.bytes(Wire::kSlaFieldNumber, name);
      out.number(Wire::kBegunFieldNumber, all.begun);
      out.number(Wire::kLateFieldNumber, all.late);
      const auto put_ms = [&](int field, std::optional<Millis> span) {
        out.signed_number(field, span.value_or(Millis(0)).count());
      };
      put_ms(Wire::kWorstElapsedMsFieldNumber, all.worst_elapsed);
      put_ms(Wire::kLastElapsedMsFieldNumber, all.last_elapsed);
      put_ms(Wire::kWorstMarginMsFieldNumber, all.worst_margin);
    });
  }
}

void put(Writer& out, int field, const ClockRun& run, const core::ClockBefore& was) {
  using Wire = v1::Clock;
  out.message(field, [&] {
    put_identity(out, run);
    out.number(Wire::kStateFieldNumber, wide(was.state));
    out.signed_number(Wire::kTargetMsFieldNumber, was.target.count());
  });
}

void put(Writer& out, int field, const Contact& in, const Conversation& home) {
  using Wire = v1::Contact;
  const bool outbound = (in.flags & kContactOutbound) != 0;
  out.message(field, [&] {
    out.number(Wire::kChannelFieldNumber, wide(in.channel));
    out.number(Wire::kDirectionFieldNumber,
               wide(outbound ? v1::DIRECTION_OUTBOUND : v1::DIRECTION_INBOUND));
    if (in.key != 0 && in.key <= home.keys.size())
      out.bytes(Wire::kKeyFieldNumber, home.keys[in.key - 1U]);
    put_if_set(out, Wire::kStartedFieldNumber, in.started);
    put_if_set(out, Wire::kQueuedFieldNumber, in.queued);
    put_if_set(out, Wire::kAnsweredFieldNumber, in.answered);
    put_if_set(out, Wire::kAbandonedFieldNumber, in.abandoned);
    put_if_set(out, Wire::kEndedFieldNumber, in.ended);
    out.signed_number(Wire::kWaitMsFieldNumber, in.wait.count());
    out.signed_number(Wire::kTalkMsFieldNumber, in.talk.count());
    out.signed_number(Wire::kHoldMsFieldNumber, in.hold.count());
    out.signed_number(Wire::kWrapUpMsFieldNumber, in.wrap_up.count());
    out.number(Wire::kTransfersFieldNumber, in.transfers);
    out.number(Wire::kCustomerMessagesFieldNumber, in.customer_messages);
    out.number(Wire::kAgentMessagesFieldNumber, in.agent_messages);
    put(out, Wire::kAttributesFieldNumber, in.attributes);
    out.number(Wire::kFlowedOutFieldNumber, (in.flags & kContactFlowedOut) != 0);
    out.number(Wire::kCallbackFieldNumber, (in.flags & kContactCallback) != 0);
    out.signed_number(Wire::kLongestHoldMsFieldNumber, in.longest_hold.count());
  });
}

}  // namespace

struct Encoder::Impl {
  std::string buffer;
  ContributionWriter contributions;
  v1::Alert alert;
  v1::DeadLetter dead;
};

Encoder::Encoder() : impl_(std::make_unique<Impl>()) {}
Encoder::~Encoder() = default;

std::string_view Encoder::enriched(const core::Enriched& in) {
  using Wire = v1::EnrichedEvent;
  VASTE_CHECK(in.version != nullptr && (in.counted != nullptr || in.clocks_after.empty()));
  impl_->buffer.clear();
  {
    Writer out(impl_->buffer);
    out.bytes(Wire::kEventFieldNumber, in.event);  // as it came: no parsing, no copying of parts
    put(out, Wire::kSourceFieldNumber, in.origin);
    out.number(Wire::kOutcomeFieldNumber, wide(in.outcome));
    put(out, Wire::kCustomerIdFieldNumber, in.customer);
    put(out, Wire::kConversationIdFieldNumber, in.conversation);
    out.number(Wire::kMethodFieldNumber, wide(in.method));
    out.bytes(Wire::kEvidenceFieldNumber, in.evidence);
    out.number(Wire::kStateBeforeFieldNumber, wide(in.before));
    out.number(Wire::kStateAfterFieldNumber, wide(in.after));
    for (const core::ClockBefore& was : in.clocks_before)
      put(out, Wire::kClocksBeforeFieldNumber, in.clocks_after[was.run], was);
    for (const ClockRun& run : in.clocks_after)
      put(out, Wire::kClocksAfterFieldNumber, run, {},
          is_set(run.stopped) ? run.stopped : run.started, *in.counted);
    out.number(Wire::kHopsFieldNumber, in.hops);
    out.bytes(Wire::kPolicyVersionFieldNumber, in.version->policy().version);
  }
  return impl_->buffer;
}

std::string_view Encoder::conversation(const Conversation& in,
                                       const clocks::CompiledPolicy& policy) {
  using Wire = v1::Conversation;
  const FoldState& fold = in.fold;
  impl_->buffer.clear();
  {
    Writer out(impl_->buffer);
    put(out, Wire::kIdFieldNumber, in.id);
    put(out, Wire::kCustomerIdFieldNumber, in.customer);
    out.number(Wire::kStateFieldNumber,
               wide(in.merged_into.empty() ? fold.state : ConversationState::kMerged));
    put_if_set(out, Wire::kOpenedFieldNumber, fold.opened);
    put_if_set(out, Wire::kLastActivityFieldNumber, fold.last_activity);
    put_if_set(out, Wire::kResolvedFieldNumber, fold.resolved);
    put(out, Wire::kAttributesFieldNumber, fold.attributes);
    if (fold.channels != 0)
      out.message(Wire::kChannelsFieldNumber, [&] {
        for (unsigned channel = 1; channel < kChannels; ++channel)
          if ((fold.channels >> channel & 1U) != 0) out.value(channel);
      });
    // A running clock is told as of the newest thing that is known: an event, or that time passed.
    const Instant now = std::max(fold.last_activity, in.fired_until);
    const std::size_t contacts = fold.contacts.size();
    const std::size_t dropped = contacts > kContactsShown ? contacts - kContactsShown : 0;
    for (std::size_t i = dropped; i < contacts; ++i)
      put(out, Wire::kContactsFieldNumber, fold.contacts[i], in);
    out.number(Wire::kContactsDroppedFieldNumber, dropped);
    for (const ClockRun& run : fold.unsettled())
      put(out, Wire::kClocksFieldNumber, run, core::promise_of(in, run), now, policy);
    out.number(Wire::kClocksDroppedFieldNumber, fold.clocks_dropped + fold.settled);
    out.number(Wire::kCustomerMessagesFieldNumber, fold.customer_messages);
    out.number(Wire::kAgentMessagesFieldNumber, fold.agent_messages);
    out.number(Wire::kParticipantsFieldNumber, fold.people.size());
    out.number(Wire::kReopenedFieldNumber, fold.reopened);
    out.number(Wire::kAgentStartedFieldNumber, fold.agent_started);
    put(out, Wire::kFollowsFieldNumber, in.follows);
    put(out, Wire::kMergedIntoFieldNumber, in.merged_into);
    out.number(Wire::kOpenedByFieldNumber, wide(in.opened_by));
    out.bytes(Wire::kPolicyVersionFieldNumber, policy.policy().version);
    out.number(Wire::kRevisionFieldNumber, in.revision);
    const std::size_t first = in.keys.size() > kKeysShown ? in.keys.size() - kKeysShown : 0;
    for (std::size_t i = first; i < in.keys.size(); ++i)
      out.element(Wire::kKeysFieldNumber, in.keys[i]);
    put_exchanges(out, fold, now, policy);
    impl_->contributions.put(out, in, dropped);
  }
  return impl_->buffer;
}

std::string_view Encoder::alert(const core::AlertOut& in, Instant now) {
  v1::Alert& out = impl_->alert;
  out.Clear();
  out.set_id(core::alert_id(in.conversation, in.alert));
  out.set_conversation_id(in.conversation.text());
  if (!in.customer.empty()) out.set_customer_id(in.customer.text());
  out.set_sla(in.alert.sla);
  out.set_clock(name(in.alert.clock));
  out.set_cycle(in.alert.cycle);
  const auto warning = std::find(kWarnings.begin(), kWarnings.end(), in.alert.level);
  const bool warns = warning != kWarnings.end();
  out.set_level(warns ? v1::ALERT_LEVEL_AT_RISK : same_number<v1::AlertLevel>(in.alert.level));
  if (warns) out.set_warning(static_cast<std::uint32_t>(warning - kWarnings.begin()) + 1);
  if (!in.promise.empty()) out.set_reference(in.promise);
  out.set_status(same_number<v1::AlertStatus>(in.alert.status));
  if (is_set(in.alert.due)) set(out.mutable_due(), in.alert.due);
  if (is_set(in.changed)) set(out.mutable_changed(), in.changed);
  if (is_set(in.run.started)) set(out.mutable_started(), in.run.started);
  out.set_elapsed_ms(in.elapsed.count());
  out.set_target_ms(in.run.target.count());
  out.set_channel(same_number<v1::Channel>(in.channel));
  set(out.mutable_attributes(), in.attributes);
  out.set_detected_late(in.alert.detected_late);
  out.set_provisional(in.provisional);
  if (in.version != nullptr) out.set_policy_version(in.version->policy().version);
  out.set_revision(in.alert.revision);
  if (!in.origin.topic.empty()) set(out.mutable_source(), in.origin);
  set(out.mutable_decided(), now);
  impl_->buffer.clear();
  out.AppendToString(&impl_->buffer);
  return impl_->buffer;
}

std::string_view Encoder::dead_letter(
    const core::Origin& origin, Code code, std::string_view detail, std::string_view key,
    std::string_view value, const std::vector<std::pair<std::string, std::string>>& headers) {
  v1::DeadLetter& out = impl_->dead;
  out.Clear();
  set(out.mutable_source(), origin);
  out.set_reason(reason(code));
  out.set_detail(std::string(detail));
  out.set_key(std::string(key));
  out.set_value(std::string(value.substr(0, kDeadLetterBytes)));
  out.set_value_bytes(static_cast<std::int64_t>(value.size()));
  out.set_record_time_ms(origin.record_ms);
  for (const auto& [header_name, header_value] : headers) {
    auto* header = out.add_headers();
    header->set_name(header_name);
    header->set_value(header_value);
  }
  impl_->buffer.clear();
  out.AppendToString(&impl_->buffer);
  return impl_->buffer;
}

}  // namespace vaste::emit
