#include "emit/encode.h"

#include "emit/wire.h"
#include "vaste/v1/alert.pb.h"
#include "vaste/v1/conversation.pb.h"
#include "vaste/v1/dead_letter.pb.h"
#include "vaste/v1/enriched.pb.h"

namespace vaste::emit {

namespace {

// With key and headers inside the 2 MiB that `vaste topics create` gives the topic.
constexpr std::size_t kDeadLetterBytes = 1 << 20;
constexpr std::size_t kKeysShown = 64;

void set(google::protobuf::Timestamp* out, Instant at) {
  const std::int64_t ms = to_ms(at);
  const std::int64_t seconds = ms >= 0 ? ms / 1000 : (ms - 999) / 1000;
  out->set_seconds(seconds);
  out->set_nanos(static_cast<std::int32_t>((ms - seconds * 1000) * 1000000));
}

void set(v1::SourcePosition* out, const core::Origin& origin) {
  out->set_topic(std::string(origin.topic));
  out->set_partition(origin.partition);
  out->set_offset(origin.offset);
}

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

v1::ClockState wire_state(ClockState state) {
  return same_number<v1::ClockState>(state);
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

}  // namespace

struct Encoder::Impl {
  std::shared_ptr<const clocks::CompiledPolicy> policy;
  std::string buffer;
  v1::EnrichedEvent enriched;
  v1::Conversation conversation;
  v1::Alert alert;
  v1::DeadLetter dead;

  void set(v1::Clock* out, const ClockRun& run, Instant now) const;
  void set(v1::Contact* out, const Contact& contact, const Conversation& home) const;
};

void Encoder::Impl::set(v1::Clock* out, const ClockRun& run, Instant now) const {
  out->set_sla(run.sla);
  out->set_clock(name(run.kind));
  out->set_cycle(run.cycle);
  out->set_state(wire_state(run.state));
  emit::set(out->mutable_started(), run.started);
  const bool stopped = is_set(run.stopped);
  if (stopped) emit::set(out->mutable_stopped(), run.stopped);
  if (!stopped)
    if (const auto due = clocks::due(run, *policy)) emit::set(out->mutable_due(), *due);
  const Millis elapsed = stopped ? run.elapsed : clocks::elapsed(run, now, *policy);
  out->set_elapsed_ms(elapsed.count());
  out->set_wall_ms(((stopped ? run.stopped : std::max(now, run.started)) - run.started).count());
  out->set_target_ms(run.target.count());
  out->set_calendar(run.calendar);
  out->set_rule(run.rule);
  out->set_contact(run.contact);
  out->set_late(elapsed > run.target);
}

void Encoder::Impl::set(v1::Contact* out, const Contact& in, const Conversation& home) const {
  out->set_channel(same_number<v1::Channel>(in.channel));
  out->set_direction((in.flags & kContactOutbound) != 0 ? v1::DIRECTION_OUTBOUND
                                                        : v1::DIRECTION_INBOUND);
  if (in.key != 0 && in.key <= home.keys.size()) out->set_key(home.keys[in.key - 1U]);
  if (is_set(in.started)) emit::set(out->mutable_started(), in.started);
  if (is_set(in.queued)) emit::set(out->mutable_queued(), in.queued);
  if (is_set(in.answered)) emit::set(out->mutable_answered(), in.answered);
  if (is_set(in.abandoned)) emit::set(out->mutable_abandoned(), in.abandoned);
  if (is_set(in.ended)) emit::set(out->mutable_ended(), in.ended);
  out->set_wait_ms(in.wait.count());
  out->set_talk_ms(in.talk.count());
  out->set_hold_ms(in.hold.count());
  out->set_wrap_up_ms(in.wrap_up.count());
  out->set_transfers(in.transfers);
  out->set_customer_messages(in.customer_messages);
  out->set_agent_messages(in.agent_messages);
  emit::set(out->mutable_attributes(), in.attributes);
  out->set_flowed_out((in.flags & kContactFlowedOut) != 0);
  out->set_callback((in.flags & kContactCallback) != 0);
}

Encoder::Encoder(std::shared_ptr<const clocks::CompiledPolicy> policy)
    : impl_(std::make_unique<Impl>()) {
  impl_->policy = std::move(policy);
}
Encoder::~Encoder() = default;

std::string_view Encoder::enriched(const core::Enriched& out) {
  v1::EnrichedEvent& message = impl_->enriched;
  message.Clear();
  set(message.mutable_source(), out.origin);
  message.set_outcome(same_number<v1::EventOutcome>(out.outcome));
  if (!out.customer.empty()) message.set_customer_id(out.customer.text());
  if (!out.conversation.empty()) message.set_conversation_id(out.conversation.text());
  message.set_method(same_number<v1::JoinMethod>(out.method));
  message.set_evidence(out.evidence);
  message.set_state_before(same_number<v1::ConversationState>(out.before));
  message.set_state_after(same_number<v1::ConversationState>(out.after));
  for (const core::ClockBefore& was : out.clocks_before) {
    const ClockRun& run = out.clocks_after[was.run];
    v1::Clock* clock = message.add_clocks_before();
    clock->set_sla(run.sla);
    clock->set_clock(name(run.kind));
    clock->set_cycle(run.cycle);
    clock->set_state(wire_state(was.state));
    set(clock->mutable_started(), run.started);
    clock->set_target_ms(was.target.count());
  }
  for (const ClockRun& run : out.clocks_after)
    impl_->set(message.add_clocks_after(), run, is_set(run.stopped) ? run.stopped : run.started);
  message.set_hops(out.hops);
  message.set_policy_version(impl_->policy->policy().version);

  // Field 1, the event, is put in as it came: no parsing, no copying of its parts.
  std::string& buffer = impl_->buffer;
  buffer.clear();
  put_bytes(buffer, 1, out.event);
  message.AppendToString(&buffer);
  return buffer;
}

std::string_view Encoder::conversation(const Conversation& in) {
  v1::Conversation& out = impl_->conversation;
  out.Clear();
  const FoldState& fold = in.fold;
  out.set_id(in.id.text());
  if (!in.customer.empty()) out.set_customer_id(in.customer.text());
  out.set_state(same_number<v1::ConversationState>(
      in.merged_into.empty() ? fold.state : ConversationState::kMerged));
  if (is_set(fold.opened)) set(out.mutable_opened(), fold.opened);
  if (is_set(fold.last_activity)) set(out.mutable_last_activity(), fold.last_activity);
  if (is_set(fold.resolved)) set(out.mutable_resolved(), fold.resolved);
  set(out.mutable_attributes(), fold.attributes);
  for (int channel = 1; channel < kChannels; ++channel)
    if ((fold.channels >> channel & 1) != 0) out.add_channels(static_cast<v1::Channel>(channel));
  // A running clock is told as of the newest thing that is known: an event, or that time passed.
  const Instant now = std::max(fold.last_activity, in.fired_until);
  for (const Contact& contact : fold.contacts) impl_->set(out.add_contacts(), contact, in);
  for (const ClockRun& run : fold.clocks) impl_->set(out.add_clocks(), run, now);
  out.set_clocks_dropped(fold.clocks_dropped);
  out.set_customer_messages(fold.customer_messages);
  out.set_agent_messages(fold.agent_messages);
  out.set_participants(static_cast<std::uint32_t>(fold.people.size()));
  out.set_reopened(fold.reopened);
  out.set_agent_started(fold.agent_started);
  if (!in.follows.empty()) out.set_follows(in.follows.text());
  if (!in.merged_into.empty()) out.set_merged_into(in.merged_into.text());
  out.set_opened_by(same_number<v1::JoinMethod>(in.opened_by));
  out.set_policy_version(impl_->policy->policy().version);
  out.set_revision(in.revision);
  const std::size_t first = in.keys.size() > kKeysShown ? in.keys.size() - kKeysShown : 0;
  for (std::size_t i = first; i < in.keys.size(); ++i) out.add_keys(in.keys[i]);
  impl_->buffer.clear();
  out.AppendToString(&impl_->buffer);
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
  out.set_level(same_number<v1::AlertLevel>(in.alert.level));
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
  out.set_policy_version(impl_->policy->policy().version);
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
