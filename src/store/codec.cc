// Values to bytes; decode.cc is the way back. A field that is added here must be added there: the
// round trip test looks.
#include "store/codec.h"

#include "base/check.h"
#include "store/record.h"
#include "vaste/v1/state.pb.h"

namespace vaste::store {

namespace {

void write_id(const Id& id, std::string* out) {
  out->resize(16);
  for (std::size_t i = 0; i < 8; ++i) {
    (*out)[i] = static_cast<char>(id.high >> (56 - 8 * i));
    (*out)[8 + i] = static_cast<char>(id.low >> (56 - 8 * i));
  }
}

void write(const Attributes& attributes, v1::StoredAttributes* out) {
  out->set_brand(attributes.brand);
  out->set_queue(attributes.queue);
  out->set_team(attributes.team);
  out->set_agent(attributes.agent);
  out->set_priority(attributes.priority);
  out->set_segment(attributes.segment);
  out->set_market(attributes.market);
  out->set_language(attributes.language);
  out->set_topic(attributes.topic);
}

void write(const Moment& moment, v1::StoredMoment* out) {
  out->set_at_ms(to_ms(moment.at));
  out->set_kind(static_cast<std::uint32_t>(moment.kind));
  out->set_channel(static_cast<std::uint32_t>(moment.channel));
  out->set_flags(moment.flags);
  out->set_id(moment.id);
  out->set_author(moment.author);
  out->set_contact_key(moment.contact_key);
  out->set_attributes(moment.attributes);
  out->set_sequence(moment.sequence);
  out->set_target(moment.target);
  out->set_value(moment.value);
}

void write(const ClockRun& run, v1::StoredClock* out) {
  out->set_sla(run.sla);
  out->set_kind(static_cast<std::uint32_t>(run.kind));
  out->set_cycle(run.cycle);
  out->set_state(static_cast<std::uint32_t>(run.state));
  out->set_started_ms(to_ms(run.started));
  out->set_stopped_ms(to_ms(run.stopped));
  out->set_target_ms(run.target.count());
  out->set_at_risk_ms(run.at_risk.count());
  out->set_calendar(run.calendar);
  out->set_rule(run.rule);
  out->set_contact(run.contact);
  for (const Stretch& stretch : run.running) {
    out->add_running_ms(to_ms(stretch.from));
    out->add_running_ms(to_ms(stretch.to));
  }
  out->set_elapsed_ms(run.elapsed.count());
  out->set_attached_late(run.attached_late);
  out->set_due_at_opening(run.due_at_opening);
}

void write(const Contact& contact, v1::StoredContact* out) {
  out->set_channel(static_cast<std::uint32_t>(contact.channel));
  out->set_key(contact.key);
  out->set_flags(contact.flags);
  out->set_phase(static_cast<std::uint32_t>(contact.phase));
  out->set_phase_since_ms(to_ms(contact.phase_since));
  out->set_started_ms(to_ms(contact.started));
  out->set_queued_ms(to_ms(contact.queued));
  out->set_answered_ms(to_ms(contact.answered));
  out->set_abandoned_ms(to_ms(contact.abandoned));
  out->set_ended_ms(to_ms(contact.ended));
  out->set_wait_ms(contact.wait.count());
  out->set_talk_ms(contact.talk.count());
  out->set_hold_ms(contact.hold.count());
  out->set_wrap_up_ms(contact.wrap_up.count());
  out->set_transfers(contact.transfers);
  out->set_customer_messages(contact.customer_messages);
  out->set_agent_messages(contact.agent_messages);
  write(contact.attributes, out->mutable_attributes());
}

void write(const FoldState& fold, v1::StoredFold* out) {
  out->set_status(static_cast<std::uint32_t>(fold.state));
  write(fold.attributes, out->mutable_attributes());
  out->set_opened_ms(to_ms(fold.opened));
  out->set_last_activity_ms(to_ms(fold.last_activity));
  out->set_last_channel(static_cast<std::uint32_t>(fold.last_channel));
  out->set_resolved_ms(to_ms(fold.resolved));
  out->set_opener(fold.opener);
  out->set_agent_started(fold.agent_started);
  out->set_responded(fold.responded);
  out->set_waiting_since_ms(to_ms(fold.waiting_since));
  out->set_waiting_contact(fold.waiting_contact);
  out->set_waits_first(fold.waits_first);
  out->set_customer_messages(fold.customer_messages);
  out->set_agent_messages(fold.agent_messages);
  out->set_reopened(fold.reopened);
  out->set_channels(fold.channels);
  out->set_clocks_dropped(fold.clocks_dropped);
  for (const ClockRun& run : fold.clocks) write(run, out->add_clocks());
  for (const Contact& contact : fold.contacts) write(contact, out->add_contacts());
  for (const auto& [sla, begun] : fold.cycles) {
    auto* cycle = out->add_cycles();
    cycle->set_sla(sla);
    cycle->set_next(begun);
  }
  for (const std::uint64_t person : fold.people) out->add_people(person);
}

void write(const PublishedAlert& alert, v1::StoredAlert* out) {
  out->set_sla(alert.sla);
  out->set_clock(static_cast<std::uint32_t>(alert.clock));
  out->set_cycle(alert.cycle);
  out->set_level(static_cast<std::uint32_t>(alert.level));
  out->set_status(static_cast<std::uint32_t>(alert.status));
  out->set_revision(alert.revision);
  out->set_due_ms(to_ms(alert.due));
  out->set_detected_late(alert.detected_late);
}

void write(const Conversation& conversation, v1::StoredConversation& out) {
  out.set_version(kFormatVersion);
  if (!conversation.customer.empty()) write_id(conversation.customer, out.mutable_customer_id());
  for (const Moment& moment : conversation.moments) {
    // Better to stop than to store what nobody can read again.
    VASTE_CHECK(moment.attributes <= conversation.attribute_sets.size());
    VASTE_CHECK(moment.contact_key <= conversation.keys.size());
    write(moment, out.add_moments());
  }
  for (const Attributes& set : conversation.attribute_sets) write(set, out.add_attribute_sets());
  for (const std::string& key : conversation.keys) out.add_keys(key);
  for (const PublishedAlert& alert : conversation.alerts) write(alert, out.add_alerts());
  out.set_revision(conversation.revision);
  out.set_timer_at_ms(to_ms(conversation.timer_at));
  out.set_fired_until_ms(to_ms(conversation.fired_until));
  if (!conversation.merged_into.empty())
    write_id(conversation.merged_into, out.mutable_merged_into());
  if (!conversation.continued_by.empty())
    write_id(conversation.continued_by, out.mutable_continued_by());
  if (!conversation.follows.empty()) write_id(conversation.follows, out.mutable_follows());
  out.set_opened_by(static_cast<std::uint32_t>(conversation.opened_by));
  out.set_evidence(conversation.evidence);
  out.set_policy_hash(conversation.policy_hash);
  out.set_horizon_ms(to_ms(conversation.horizon));
  write(conversation.fold, out.mutable_fold());
  write(conversation.base, out.mutable_base());
}

}  // namespace

void encode_conversation(const Conversation& conversation, std::string& out) {
  thread_local Reused<v1::StoredConversation> reused;
  auto& message = reused.fresh();
  write(conversation, message);
  out.clear();
  VASTE_CHECK(message.AppendToString(&out));  // Fails only beyond 2 GiB.
  reused.done(out.size());
}

std::string encode_pointer(const Id& id) {
  thread_local v1::StoredThread message;  // An identifier's record has the same form.
  message.set_version(kFormatVersion);
  write_id(id, message.mutable_conversation_id());
  return message.SerializeAsString();
}

std::string encode_customer(const std::vector<Id>& conversations) {
  thread_local Reused<v1::StoredCustomer> reused;
  auto& message = reused.fresh();
  message.set_version(kFormatVersion);
  for (const Id& id : conversations) write_id(id, message.add_conversation_ids());
  std::string out = message.SerializeAsString();
  reused.done(out.size());
  return out;
}

}  // namespace vaste::store
