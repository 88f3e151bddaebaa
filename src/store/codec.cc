// Values to bytes; decode.cc is the way back. A field that is added here must be added there: the
// round trip test looks.
#include "store/codec.h"

#include <algorithm>
#include <span>

#include "base/check.h"
#include "base/wire.h"
#include "store/encoding.h"
#include "vaste/v1/state.pb.h"

namespace vaste::store {

namespace {

using wire::put_id;
using wire::Writer;

template <class Number>
std::uint64_t wide(Number value) {
  return static_cast<std::uint64_t>(value);
}

void at(Writer& out, int field, Instant value) {
  out.signed_number(field, to_ms(value));
}

}  // namespace

namespace encoding {

void write(Writer& out, const Attributes& attributes) {
  using Stored = v1::StoredAttributes;
  out.bytes(Stored::kBrandFieldNumber, attributes.brand);
  out.bytes(Stored::kQueueFieldNumber, attributes.queue);
  out.bytes(Stored::kTeamFieldNumber, attributes.team);
  out.bytes(Stored::kAgentFieldNumber, attributes.agent);
  out.bytes(Stored::kPriorityFieldNumber, attributes.priority);
  out.bytes(Stored::kSegmentFieldNumber, attributes.segment);
  out.bytes(Stored::kMarketFieldNumber, attributes.market);
  out.bytes(Stored::kLanguageFieldNumber, attributes.language);
  out.bytes(Stored::kTopicFieldNumber, attributes.topic);
}

void write(Writer& out, const Moment& moment) {
  using Stored = v1::StoredMoment;
  at(out, Stored::kAtMsFieldNumber, moment.at);
  out.number(Stored::kKindFieldNumber, wide(moment.kind));
  out.number(Stored::kChannelFieldNumber, wide(moment.channel));
  out.number(Stored::kFlagsFieldNumber, moment.flags);
  out.fixed64(Stored::kIdFieldNumber, moment.id);
  out.fixed64(Stored::kAuthorFieldNumber, moment.author);
  out.number(Stored::kContactKeyFieldNumber, moment.contact_key);
  out.number(Stored::kAttributesFieldNumber, moment.attributes);
  out.signed_number(Stored::kSequenceFieldNumber, moment.sequence);
  out.fixed64(Stored::kTargetFieldNumber, moment.target);
  out.signed_number(Stored::kValueFieldNumber, moment.value);
  out.signed_number(Stored::kNextUpdateMsFieldNumber, moment.next_update_ms);
  out.number(Stored::kViaFieldNumber, moment.via);
  out.number(Stored::kSurveyFieldNumber, wide(moment.survey));
  out.number(Stored::kKeyFieldNumber, moment.key);
  out.number(Stored::kRefersFieldNumber, moment.refers);
}

}  // namespace encoding

namespace {

void packed(Writer& out, int field, const std::vector<std::uint16_t>& numbers) {
  if (numbers.empty()) return;
  out.message(field, [&] {
    for (const std::uint16_t number : numbers) out.value(number);
  });
}

using encoding::write;

void write(Writer& out, const ClockRun& run) {
  using Stored = v1::StoredClock;
  out.bytes(Stored::kSlaFieldNumber, run.sla);
  out.number(Stored::kKindFieldNumber, wide(run.kind));
  out.number(Stored::kCycleFieldNumber, run.cycle);
  out.number(Stored::kStateFieldNumber, wide(run.state));
  at(out, Stored::kStartedMsFieldNumber, run.started);
  at(out, Stored::kStoppedMsFieldNumber, run.stopped);
  out.signed_number(Stored::kTargetMsFieldNumber, run.target.count());
  out.signed_number(Stored::kAtRiskMsFieldNumber, run.at_risk.count());
  out.bytes(Stored::kCalendarFieldNumber, run.calendar);
  out.bytes(Stored::kRuleFieldNumber, run.rule);
  out.number(Stored::kContactFieldNumber, run.contact);
  if (!run.running.empty())
    out.message(Stored::kRunningMsFieldNumber, [&] {
      for (const Stretch& stretch : run.running) {
        out.value(wide(to_ms(stretch.from)));
        out.value(wide(to_ms(stretch.to)));
      }
    });
  for (const FormerCalendar& former : run.former)
    out.message(Stored::kFormerFieldNumber, [&] {
      out.bytes(v1::StoredFormerCalendar::kCalendarFieldNumber, former.calendar);
      out.number(v1::StoredFormerCalendar::kStretchesFieldNumber, former.stretches);
    });
  out.signed_number(Stored::kElapsedMsFieldNumber, run.elapsed.count());
  out.number(Stored::kAttachedLateFieldNumber, run.attached_late);
  out.number(Stored::kWarnedFieldNumber, run.warned);
  out.number(Stored::kDueAtOpeningFieldNumber, run.due_at_opening);
  out.number(Stored::kPromisedFieldNumber, run.promised);
  out.fixed64(Stored::kSubjectFieldNumber, run.subject);
  if (run.more_at_risk.front().count() != 0)
    out.message(Stored::kMoreAtRiskMsFieldNumber, [&] {
      for (const Millis spent : run.more_at_risk) out.value(wide(spent.count()));
    });
}

void write(Writer& out, const Contact& contact) {
  using Stored = v1::StoredContact;
  out.number(Stored::kChannelFieldNumber, wide(contact.channel));
  out.number(Stored::kKeyFieldNumber, contact.key);
  out.number(Stored::kFlagsFieldNumber, contact.flags);
  out.number(Stored::kPhaseFieldNumber, wide(contact.phase));
  at(out, Stored::kPhaseSinceMsFieldNumber, contact.phase_since);
  at(out, Stored::kStartedMsFieldNumber, contact.started);
  at(out, Stored::kQueuedMsFieldNumber, contact.queued);
  at(out, Stored::kAnsweredMsFieldNumber, contact.answered);
  at(out, Stored::kAbandonedMsFieldNumber, contact.abandoned);
  at(out, Stored::kEndedMsFieldNumber, contact.ended);
  out.signed_number(Stored::kWaitMsFieldNumber, contact.wait.count());
  out.signed_number(Stored::kTalkMsFieldNumber, contact.talk.count());
  out.signed_number(Stored::kHoldMsFieldNumber, contact.hold.count());
  out.signed_number(Stored::kWrapUpMsFieldNumber, contact.wrap_up.count());
  out.number(Stored::kTransfersFieldNumber, contact.transfers);
  out.number(Stored::kCustomerMessagesFieldNumber, contact.customer_messages);
  out.number(Stored::kAgentMessagesFieldNumber, contact.agent_messages);
  out.message(Stored::kAttributesFieldNumber, [&] { write(out, contact.attributes); });
  out.signed_number(Stored::kFirstWaitMsFieldNumber, contact.first_wait.count());
  out.signed_number(Stored::kLongestHoldMsFieldNumber, contact.longest_hold.count());
  out.bytes(Stored::kWaitedInFieldNumber, contact.waited_in);
}

void write(Writer& out, const PastAttributes& past) {
  using Stored = v1::StoredPastAttributes;
  at(out, Stored::kUntilMsFieldNumber, past.until);
  out.message(Stored::kAttributesFieldNumber, [&] { write(out, past.attributes); });
}

void write(Writer& out, const Ending& ending) {
  using Stored = v1::StoredEnding;
  at(out, Stored::kResolvedMsFieldNumber, ending.resolved);
  at(out, Stored::kReopenedMsFieldNumber, ending.reopened);
  at(out, Stored::kNextContactMsFieldNumber, ending.next_contact);
  at(out, Stored::kRepeatUntilMsFieldNumber, ending.repeat_until);
  out.number(Stored::kChannelFieldNumber, wide(ending.channel));
}

void write(Writer& out, const Transfer& transfer) {
  using Stored = v1::StoredTransfer;
  at(out, Stored::kAtMsFieldNumber, transfer.at);
  at(out, Stored::kArrivedMsFieldNumber, transfer.arrived);
  if (transfer.contact != kNoTransferContact)
    out.number(Stored::kContactFieldNumber, transfer.contact + 1U);
  out.number(Stored::kChannelFieldNumber, wide(transfer.channel));
}

void write(Writer& out, const ChannelSwitch& one) {
  using Stored = v1::StoredSwitch;
  at(out, Stored::kAtMsFieldNumber, one.at);
  out.number(Stored::kFromFieldNumber, wide(one.from));
  out.number(Stored::kToFieldNumber, wide(one.to));
  out.number(Stored::kUnansweredFieldNumber, one.unanswered);
}

void write(Writer& out, const SurveyNote& note) {
  using Stored = v1::StoredSurvey;
  out.number(Stored::kKindFieldNumber, wide(note.survey));
  out.number(Stored::kBandFieldNumber, wide(note.band));
  at(out, Stored::kSentMsFieldNumber, note.sent);
  at(out, Stored::kAnsweredMsFieldNumber, note.answered);
  out.signed_number(Stored::kScoreThousandthsFieldNumber, note.score);
  out.number(Stored::kChannelFieldNumber, wide(note.channel));
  out.message(Stored::kRatedFieldNumber, [&] { write(out, note.rated); });
}

void write(Writer& out, const Mention& mention) {
  using Stored = v1::StoredMention;
  at(out, Stored::kAtMsFieldNumber, mention.at);
  out.number(Stored::kChannelFieldNumber, wide(mention.channel));
  out.number(Stored::kBandFieldNumber, wide(mention.band));
}

void write(Writer& out, const Notes& notes) {
  using Stored = v1::StoredFold;
  const auto all = [&](int field, const auto& list) {
    for (const auto& one : list) out.message(field, [&] { write(out, one); });
  };
  all(Stored::kPastAttributesFieldNumber, notes.past);
  all(Stored::kEndingsFieldNumber, notes.endings);
  all(Stored::kTransfersFieldNumber, notes.transfers);
  all(Stored::kSwitchesFieldNumber, notes.switches);
  all(Stored::kSurveysFieldNumber, notes.surveys);
  all(Stored::kMentionsFieldNumber, notes.mentions);
  out.number(Stored::kChannelFieldNumber, wide(notes.channel));
}

void write(Writer& out, const PastExchanges& past) {
  using Stored = v1::StoredPastExchanges;
  out.bytes(Stored::kSlaFieldNumber, past.sla);
  out.number(Stored::kOverFieldNumber, past.over);
  out.number(Stored::kLateFieldNumber, past.late);
  out.signed_number(Stored::kWorstElapsedMsFieldNumber, past.worst_elapsed.count());
  out.signed_number(Stored::kWorstMarginMsFieldNumber, past.worst_margin.count());
  at(out, Stored::kLastStartedMsFieldNumber, past.last_started);
  out.signed_number(Stored::kLastElapsedMsFieldNumber, past.last_elapsed.count());
}

void write_clocks(Writer& out, std::span<const ClockRun> clocks) {
  for (const ClockRun& run : clocks)
    out.message(v1::StoredFold::kClocksFieldNumber, [&] { write(out, run); });
}

void write_contacts(Writer& out, std::span<const Contact> contacts) {
  for (const Contact& contact : contacts)
    out.message(v1::StoredFold::kContactsFieldNumber, [&] { write(out, contact); });
}

// Clocks and contacts from these on.
void write(Writer& out, const FoldState& fold, std::size_t clocks = 0, std::size_t contacts = 0) {
  using Stored = v1::StoredFold;
  out.number(Stored::kStatusFieldNumber, wide(fold.state));
  out.message(Stored::kAttributesFieldNumber, [&] { write(out, fold.attributes); });
  at(out, Stored::kOpenedMsFieldNumber, fold.opened);
  at(out, Stored::kLastActivityMsFieldNumber, fold.last_activity);
  out.number(Stored::kLastChannelFieldNumber, wide(fold.last_channel));
  at(out, Stored::kResolvedMsFieldNumber, fold.resolved);
  out.fixed64(Stored::kOpenerFieldNumber, fold.opener);
  out.number(Stored::kAgentStartedFieldNumber, fold.agent_started);
  out.number(Stored::kRespondedFieldNumber, fold.responded);
  at(out, Stored::kWaitingSinceMsFieldNumber, fold.waiting_since);
  out.number(Stored::kWaitingContactFieldNumber, fold.waiting_contact);
  out.number(Stored::kWaitsFirstFieldNumber, fold.waits_first);
  out.number(Stored::kPendingFieldNumber, fold.pending);
  out.number(Stored::kAgentAwayFieldNumber, fold.agent_away);
  out.number(Stored::kCustomerMessagesFieldNumber, fold.customer_messages);
  out.number(Stored::kAgentMessagesFieldNumber, fold.agent_messages);
  out.number(Stored::kReopenedFieldNumber, fold.reopened);
  out.number(Stored::kChannelsFieldNumber, fold.channels);
  out.number(Stored::kClocksDroppedFieldNumber, fold.clocks_dropped);
  write_clocks(out, std::span(fold.clocks).subspan(clocks));
  write_contacts(out, std::span(fold.contacts).subspan(contacts));
  for (const auto& [sla, begun] : fold.cycles)
    out.message(Stored::kCyclesFieldNumber, [&, &sla = sla, begun = begun] {
      out.bytes(v1::StoredCycle::kSlaFieldNumber, sla);
      out.number(v1::StoredCycle::kNextFieldNumber, begun);
    });
  out.number(Stored::kSettledFieldNumber, fold.settled);
  at(out, Stored::kSettledReachedMsFieldNumber, fold.settled_reached);
  for (const PastExchanges& past : fold.past)
    out.message(Stored::kPastFieldNumber, [&] { write(out, past); });
  if (!fold.people.empty())
    out.message(Stored::kPeopleFieldNumber, [&] {
      for (const std::uint64_t person : fold.people) out.value64(person);
    });
  write(out, fold.notes);
}

void write(Writer& out, const PublishedAlert& alert) {
  using Stored = v1::StoredAlert;
  out.bytes(Stored::kSlaFieldNumber, alert.sla);
  out.number(Stored::kClockFieldNumber, wide(alert.clock));
  out.number(Stored::kCycleFieldNumber, alert.cycle);
  out.number(Stored::kLevelFieldNumber, wide(alert.level));
  out.number(Stored::kStatusFieldNumber, wide(alert.status));
  out.number(Stored::kRevisionFieldNumber, alert.revision);
  at(out, Stored::kDueMsFieldNumber, alert.due);
  out.number(Stored::kDetectedLateFieldNumber, alert.detected_late);
}

// The newest format but for what operators alone bring about, what was nobody's, and mentions.
constexpr std::uint32_t kThird = 3;
constexpr std::uint32_t kFourth = 4;

// What a program of an older format takes for damage, or would lose, is said to be of a newer one,
// which it refuses; all others it may go on reading.
std::uint32_t version_of(const Conversation& conversation, const Blocks& blocks) {
  const auto mentions = [](const FoldState& fold) { return !fold.notes.mentions.empty(); };
  if (!conversation.nobody.empty() || mentions(conversation.fold) ||
      (conversation.base && mentions(*conversation.base)))
    return kConversationVersion;
  if (conversation.stands || conversation.placed || !conversation.apart.empty() ||
      !conversation.divisions.empty())
    return kFourth;
  if (blocks != Blocks{} || conversation.moved || !conversation.signposts.empty() ||
      !conversation.identifiers.empty())
    return kThird;
  const auto settled = [](const FoldState& fold) {
    return fold.settled > 0 || !fold.past.empty() || fold.agent_away ||
           std::ranges::any_of(fold.clocks, [](const auto& run) { return !run.former.empty(); });
  };
  if (settled(conversation.fold) || (conversation.base && settled(*conversation.base)))
    return kThird;
  const auto newer = [](const FoldState& fold) {
    return std::any_of(fold.clocks.begin(), fold.clocks.end(), [](const ClockRun& run) {
      return run.kind > ClockKind::kTakeOwnership || run.more_at_risk.front().count() != 0;
    });
  };
  const bool alerts = std::any_of(
      conversation.alerts.begin(), conversation.alerts.end(), [](const PublishedAlert& alert) {
        return alert.clock > ClockKind::kTakeOwnership || alert.level > AlertLevel::kBreached;
      });
  const bool two =
      alerts || newer(conversation.fold) || (conversation.base && newer(*conversation.base));
  return two ? 2 : kFormatVersion;
}

void write_moments(Writer& out, const Conversation& home, std::span<const Moment> moments) {
  for (const Moment& moment : moments) {
    // Better to stop than to store what nobody can read again.
    VASTE_CHECK(moment.attributes <= home.attribute_sets.size());
    VASTE_CHECK(moment.contact_key <= home.keys.size());
    VASTE_CHECK(moment.key <= home.keys.size() && moment.refers <= home.keys.size());
    VASTE_CHECK(moment.via <= home.identifiers.size());
    out.message(v1::StoredConversation::kMomentsFieldNumber, [&] { write(out, moment); });
  }
}

void write_keys(Writer& out, std::span<const std::string> keys) {
  for (const std::string& key : keys) out.element(v1::StoredConversation::kKeysFieldNumber, key);
}

void write_alerts(Writer& out, std::span<const PublishedAlert> alerts) {
  for (const PublishedAlert& alert : alerts)
    out.message(v1::StoredConversation::kAlertsFieldNumber, [&] { write(out, alert); });
}

void write(Writer& out, const Blocks& blocks) {
  using Stored = v1::StoredBlocks;
  out.number(Stored::kMomentsFieldNumber, blocks.moments);
  out.number(Stored::kKeysFieldNumber, blocks.keys);
  out.number(Stored::kAlertsFieldNumber, blocks.alerts);
  out.number(Stored::kClocksFieldNumber, blocks.clocks);
  out.number(Stored::kContactsFieldNumber, blocks.contacts);
  out.number(Stored::kBaseFieldNumber, blocks.base);
}

// What stands behind so many blocks of it.
template <class T>
std::span<const T> behind(const std::vector<T>& list, std::uint32_t blocks) {
  VASTE_CHECK(blocks * kBlockOf <= list.size());
  return std::span(list).subspan(blocks * kBlockOf);
}

template <class T>
std::span<const T> block(const std::vector<T>& list, std::uint32_t number) {
  return behind(list, number).first(kBlockOf);
}

void write(Writer& out, const Division& division) {
  using Stored = v1::StoredDivision;
  put_id(out, Stored::kToFieldNumber, division.to);
  for (const std::string& key : division.keys) out.element(Stored::kKeysFieldNumber, key);
  if (!division.moments.empty())
    out.message(Stored::kMomentsFieldNumber, [&] {
      for (const std::uint64_t moment : division.moments) out.value64(moment);
    });
  at(out, Stored::kSinceMsFieldNumber, division.since);
}

// `blocks`: what stands elsewhere.
void write(Writer& out, const Conversation& conversation, const Blocks& blocks) {
  using Stored = v1::StoredConversation;
  // These two come first: see decode.cc.
  out.number(Stored::kVersionFieldNumber, version_of(conversation, blocks));
  if (blocks != Blocks{}) out.message(Stored::kBlocksFieldNumber, [&] { write(out, blocks); });
  put_id(out, Stored::kCustomerIdFieldNumber, conversation.customer);
  write_moments(out, conversation, behind(conversation.moments, blocks.moments));
  for (const Attributes& set : conversation.attribute_sets)
    out.message(Stored::kAttributeSetsFieldNumber, [&] { write(out, set); });
  write_keys(out, behind(conversation.keys, blocks.keys));
  for (const std::string& one : conversation.promises)
    out.element(Stored::kPromisesFieldNumber, one);
  for (const std::string& one : conversation.identifiers)
    out.element(Stored::kIdentifiersFieldNumber, one);
  packed(out, Stored::kKeyViaFieldNumber, conversation.key_via);
  packed(out, Stored::kSignpostsFieldNumber, conversation.signposts);
  out.number(Stored::kMovedFieldNumber, conversation.moved);
  write_alerts(out, behind(conversation.alerts, blocks.alerts));
  out.number(Stored::kRevisionFieldNumber, conversation.revision);
  at(out, Stored::kTimerAtMsFieldNumber, conversation.timer_at);
  at(out, Stored::kFiredUntilMsFieldNumber, conversation.fired_until);
  put_id(out, Stored::kMergedIntoFieldNumber, conversation.merged_into);
  put_id(out, Stored::kContinuedByFieldNumber, conversation.continued_by);
  put_id(out, Stored::kFollowsFieldNumber, conversation.follows);
  out.number(Stored::kOpenedByFieldNumber, wide(conversation.opened_by));
  out.bytes(Stored::kEvidenceFieldNumber, conversation.evidence);
  out.number(Stored::kPolicyHashFieldNumber, conversation.policy_hash);
  at(out, Stored::kHorizonMsFieldNumber, conversation.horizon);
  at(out, Stored::kChangedGateMsFieldNumber, conversation.changed_gate);
  at(out, Stored::kNextBreachMsFieldNumber, conversation.next_breach);
  at(out, Stored::kRepeatedElsewhereMsFieldNumber, conversation.repeated_elsewhere);
  at(out, Stored::kRepeatUntilMsFieldNumber, conversation.repeat_until);
  out.number(Stored::kStandsFieldNumber, conversation.stands);
  out.number(Stored::kPlacedFieldNumber, conversation.placed);
  put_id(out, Stored::kNobodyFieldNumber, conversation.nobody);
  for (const Id& one : conversation.apart) put_id(out, Stored::kApartFieldNumber, one);
  for (const Division& one : conversation.divisions)
    out.message(Stored::kDivisionsFieldNumber, [&] { write(out, one); });
  out.message(Stored::kFoldFieldNumber, [&] {
    write(out, conversation.fold, blocks.clocks * kBlockOf, blocks.contacts * kBlockOf);
  });
  if (conversation.base && blocks.base == 0)
    out.message(Stored::kBaseFieldNumber, [&] { write(out, *conversation.base); });
}

}  // namespace

void encode_conversation(const Conversation& conversation, std::string& out) {
  out.clear();
  Writer writer(out);
  write(writer, conversation, {});
}

void encode_head(const Conversation& conversation, std::string& out) {
  out.clear();
  Writer writer(out);
  write(writer, conversation, conversation.blocks);
}

void encode_block(const Conversation& conversation, BlockList list, std::uint32_t number,
                  std::string& out) {
  using Stored = v1::StoredConversation;
  out.clear();
  Writer writer(out);
  writer.number(Stored::kVersionFieldNumber, kThird);
  switch (list) {
    case BlockList::kMoments:
      return write_moments(writer, conversation, block(conversation.moments, number));
    case BlockList::kKeys:
      return write_keys(writer, block(conversation.keys, number));
    case BlockList::kAlerts:
      return write_alerts(writer, block(conversation.alerts, number));
    case BlockList::kClocks:
      return writer.message(Stored::kFoldFieldNumber,
                            [&] { write_clocks(writer, block(conversation.fold.clocks, number)); });
    case BlockList::kContacts:
      return writer.message(Stored::kFoldFieldNumber, [&] {
        write_contacts(writer, block(conversation.fold.contacts, number));
      });
    case BlockList::kBase:
      return writer.message(Stored::kBaseFieldNumber, [&] { write(writer, *conversation.base); });
  }
}

std::string encode_thread(const Id& value) {
  std::string out;
  {
    Writer writer(out);
    writer.number(v1::StoredThread::kVersionFieldNumber, kFormatVersion);
    put_id(writer, v1::StoredThread::kConversationIdFieldNumber, value);
  }
  return out;
}

std::string encode_sweep(const Sweep& sweep) {
  using Stored = v1::StoredSweep;
  std::string out;
  {
    Writer writer(out);
    writer.number(Stored::kVersionFieldNumber, kFormatVersion);
    writer.fixed64(Stored::kFingerprintFieldNumber, sweep.fingerprint);
    writer.bytes(Stored::kCursorFieldNumber, sweep.cursor);
    writer.number(Stored::kDoneFieldNumber, sweep.done);
  }
  return out;
}

}  // namespace vaste::store
