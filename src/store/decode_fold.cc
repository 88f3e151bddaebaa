// A fold's bytes to values: its clocks, contacts and counts.
#include <algorithm>

#include "store/decoding.h"
#include "vaste/v1/state.pb.h"

namespace vaste::store::decoding {

using wire::Reader;

namespace {

void read_stretches(Reader in, std::vector<Stretch>& out, Checks& checks) {
  std::uint64_t from = 0;
  while (in.value(from)) {
    std::uint64_t to = 0;
    if (!in.value(to)) return checks.fail("clock.running_ms");
    out.push_back({checks.at(static_cast<std::int64_t>(from), "clock.running_ms"),
                   checks.at(static_cast<std::int64_t>(to), "clock.running_ms")});
  }
  if (!in.ok()) checks.fail(kMalformed);
}

void read_warnings(Reader in, ClockRun& out, Checks& checks) {
  std::uint64_t spent = 0;
  for (std::size_t i = 0; in.value(spent); ++i) {
    if (i == out.more_at_risk.size()) return checks.fail("clock.more_at_risk_ms");
    out.more_at_risk.at(i) = checks.span(static_cast<std::int64_t>(spent), "clock.more_at_risk_ms");
  }
  if (!in.ok()) checks.fail(kMalformed);
}

void read(Reader in, FormerCalendar& out, Checks& checks) {
  using Stored = v1::StoredFormerCalendar;
  while (in.next()) {
    if (in.field() == Stored::kCalendarFieldNumber) out.calendar = in.bytes();
    if (in.field() == Stored::kStretchesFieldNumber)
      out.stretches = checks.small<std::uint32_t>(in.number(), "clock.former");
  }
  if (!in.ok()) checks.fail(kMalformed);
}

void read(Reader in, ClockRun& out, Checks& checks) {
  using Stored = v1::StoredClock;
  while (in.next()) {
    switch (in.field()) {
      case Stored::kSlaFieldNumber:
        out.sla = in.bytes();
        break;
      case Stored::kKindFieldNumber:
        out.kind = checks.choice(in.number(), kLastClockKind, "clock.kind");
        break;
      case Stored::kCycleFieldNumber:
        out.cycle = checks.small<std::uint32_t>(in.number(), "clock.cycle");
        break;
      case Stored::kStateFieldNumber:
        out.state = checks.choice(in.number(), ClockState::kVoid, "clock.state");
        break;
      case Stored::kStartedMsFieldNumber:
        out.started = checks.at(in.signed_number(), "clock.started_ms");
        break;
      case Stored::kStoppedMsFieldNumber:
        out.stopped = checks.at(in.signed_number(), "clock.stopped_ms");
        break;
      case Stored::kTargetMsFieldNumber:
        out.target = checks.span(in.signed_number(), "clock.target_ms");
        break;
      case Stored::kAtRiskMsFieldNumber:
        out.at_risk = checks.span(in.signed_number(), "clock.at_risk_ms");
        break;
      case Stored::kCalendarFieldNumber:
        out.calendar = in.bytes();
        break;
      case Stored::kRuleFieldNumber:
        out.rule = in.bytes();
        break;
      case Stored::kContactFieldNumber:
        out.contact = checks.small<std::uint16_t>(in.number(), "clock.contact");
        break;
      case Stored::kRunningMsFieldNumber:
        read_stretches(Reader(in.bytes()), out.running, checks);
        break;
      case Stored::kFormerFieldNumber:
        read(Reader(in.bytes()), out.former.emplace_back(), checks);
        break;
      case Stored::kElapsedMsFieldNumber:
        out.elapsed = checks.span(in.signed_number(), "clock.elapsed_ms");
        break;
      case Stored::kAttachedLateFieldNumber:
        out.attached_late = in.number() != 0;
        break;
      case Stored::kWarnedFieldNumber:
        out.warned = in.number() != 0;
        break;
      case Stored::kDueAtOpeningFieldNumber:
        out.due_at_opening = in.number() != 0;
        break;
      case Stored::kPromisedFieldNumber:
        out.promised = in.number() != 0;
        break;
      case Stored::kSubjectFieldNumber:
        out.subject = in.fixed64();
        break;
      case Stored::kMoreAtRiskMsFieldNumber:
        read_warnings(Reader(in.bytes()), out, checks);
        break;
      default:
        break;
    }
  }
  if (!in.ok()) checks.fail(kMalformed);
}

// The field that `in` stands at, if it is one of how long something took.
void read_span(Reader& in, Contact& out, Checks& checks) {
  using Stored = v1::StoredContact;
  switch (in.field()) {
    case Stored::kWaitMsFieldNumber:
      out.wait = checks.span(in.signed_number(), "contact.wait_ms");
      break;
    case Stored::kTalkMsFieldNumber:
      out.talk = checks.span(in.signed_number(), "contact.talk_ms");
      break;
    case Stored::kHoldMsFieldNumber:
      out.hold = checks.span(in.signed_number(), "contact.hold_ms");
      break;
    case Stored::kWrapUpMsFieldNumber:
      out.wrap_up = checks.span(in.signed_number(), "contact.wrap_up_ms");
      break;
    case Stored::kFirstWaitMsFieldNumber:
      out.first_wait = checks.span(in.signed_number(), "contact.first_wait_ms");
      break;
    case Stored::kLongestHoldMsFieldNumber:
      out.longest_hold = checks.span(in.signed_number(), "contact.longest_hold_ms");
      break;
    default:
      break;
  }
}

void read(Reader in, Contact& out, Checks& checks) {
  using Stored = v1::StoredContact;
  while (in.next()) {
    switch (in.field()) {
      case Stored::kChannelFieldNumber:
        out.channel = channel(in.number(), checks);
        break;
      case Stored::kKeyFieldNumber:
        out.key = checks.small<std::uint16_t>(in.number(), "contact.key");
        break;
      case Stored::kFlagsFieldNumber:
        out.flags = checks.small<std::uint8_t>(in.number(), "contact.flags");
        break;
      case Stored::kPhaseFieldNumber:
        out.phase = checks.choice(in.number(), ContactPhase::kOver, "contact.phase");
        break;
      case Stored::kPhaseSinceMsFieldNumber:
        out.phase_since = checks.at(in.signed_number(), "contact.phase_since_ms");
        break;
      case Stored::kStartedMsFieldNumber:
        out.started = checks.at(in.signed_number(), "contact.started_ms");
        break;
      case Stored::kQueuedMsFieldNumber:
        out.queued = checks.at(in.signed_number(), "contact.queued_ms");
        break;
      case Stored::kAnsweredMsFieldNumber:
        out.answered = checks.at(in.signed_number(), "contact.answered_ms");
        break;
      case Stored::kAbandonedMsFieldNumber:
        out.abandoned = checks.at(in.signed_number(), "contact.abandoned_ms");
        break;
      case Stored::kEndedMsFieldNumber:
        out.ended = checks.at(in.signed_number(), "contact.ended_ms");
        break;
      case Stored::kTransfersFieldNumber:
        out.transfers = checks.small<std::uint16_t>(in.number(), "contact.transfers");
        break;
      case Stored::kCustomerMessagesFieldNumber:
        out.customer_messages = checks.small<std::uint32_t>(in.number(), "contact.messages");
        break;
      case Stored::kAgentMessagesFieldNumber:
        out.agent_messages = checks.small<std::uint32_t>(in.number(), "contact.messages");
        break;
      case Stored::kAttributesFieldNumber:
        read(Reader(in.bytes()), out.attributes, checks);
        break;
      case Stored::kWaitedInFieldNumber:
        out.waited_in = in.bytes();
        break;
      default:
        read_span(in, out, checks);
        break;
    }
  }
  if (!in.ok()) checks.fail(kMalformed);
}

void read_cycle(Reader in, FoldState& out, Checks& checks) {
  auto& [sla, next] = out.cycles.emplace_back();
  while (in.next()) {
    if (in.field() == v1::StoredCycle::kSlaFieldNumber) sla = in.bytes();
    if (in.field() == v1::StoredCycle::kNextFieldNumber)
      next = checks.small<std::uint32_t>(in.number(), "fold.cycles");
  }
  if (!in.ok()) checks.fail(kMalformed);
}

void read(Reader in, PastExchanges& out, Checks& checks) {
  using Stored = v1::StoredPastExchanges;
  while (in.next()) {
    switch (in.field()) {
      case Stored::kSlaFieldNumber:
        out.sla = in.bytes();
        break;
      case Stored::kOverFieldNumber:
        out.over = checks.small<std::uint32_t>(in.number(), "past.over");
        break;
      case Stored::kLateFieldNumber:
        out.late = checks.small<std::uint32_t>(in.number(), "past.late");
        break;
      case Stored::kWorstElapsedMsFieldNumber:
        out.worst_elapsed = checks.span(in.signed_number(), "past.worst_elapsed_ms");
        break;
      case Stored::kWorstMarginMsFieldNumber:
        out.worst_margin = checks.span(in.signed_number(), "past.worst_margin_ms");
        break;
      case Stored::kLastStartedMsFieldNumber:
        out.last_started = checks.at(in.signed_number(), "past.last_started_ms");
        break;
      case Stored::kLastElapsedMsFieldNumber:
        out.last_elapsed = checks.span(in.signed_number(), "past.last_elapsed_ms");
        break;
      default:
        break;
    }
  }
  if (!in.ok()) checks.fail(kMalformed);
}

void read_people(Reader in, FoldState& out, Checks& checks) {
  std::uint64_t person = 0;
  while (in.value64(person)) out.people.push_back(person);
  if (!in.ok()) checks.fail(kMalformed);
}

}  // namespace

// NOLINTNEXTLINE(readability-function-size): one case a field
void read(Reader in, FoldState& out, Checks& checks) {
  using Stored = v1::StoredFold;
  while (in.next()) {
    switch (in.field()) {
      case Stored::kStatusFieldNumber:
        out.state = checks.choice(in.number(), ConversationState::kMerged, "fold.status");
        break;
      case Stored::kAttributesFieldNumber:
        read(Reader(in.bytes()), out.attributes, checks);
        break;
      case Stored::kOpenedMsFieldNumber:
        out.opened = checks.at(in.signed_number(), "fold.opened_ms");
        break;
      case Stored::kLastActivityMsFieldNumber:
        out.last_activity = checks.at(in.signed_number(), "fold.last_activity_ms");
        break;
      case Stored::kLastChannelFieldNumber:
        out.last_channel = channel(in.number(), checks);
        break;
      case Stored::kResolvedMsFieldNumber:
        out.resolved = checks.at(in.signed_number(), "fold.resolved_ms");
        break;
      case Stored::kOpenerFieldNumber:
        out.opener = in.fixed64();
        break;
      case Stored::kAgentStartedFieldNumber:
        out.agent_started = in.number() != 0;
        break;
      case Stored::kRespondedFieldNumber:
        out.responded = in.number() != 0;
        break;
      case Stored::kWaitingSinceMsFieldNumber:
        out.waiting_since = checks.at(in.signed_number(), "fold.waiting_since_ms");
        break;
      case Stored::kWaitingContactFieldNumber:
        out.waiting_contact = checks.small<std::uint16_t>(in.number(), "fold.waiting_contact");
        break;
      case Stored::kWaitsFirstFieldNumber:
        out.waits_first = in.number() != 0;
        break;
      case Stored::kPendingFieldNumber:
        out.pending = in.number() != 0;
        break;
      case Stored::kCustomerMessagesFieldNumber:
        out.customer_messages = checks.small<std::uint32_t>(in.number(), "fold.messages");
        break;
      case Stored::kAgentMessagesFieldNumber:
        out.agent_messages = checks.small<std::uint32_t>(in.number(), "fold.messages");
        break;
      case Stored::kReopenedFieldNumber:
        out.reopened = checks.small<std::uint32_t>(in.number(), "fold.reopened");
        break;
      case Stored::kChannelsFieldNumber:
        out.channels = checks.small<std::uint8_t>(in.number(), "fold.channels");
        break;
      case Stored::kClocksDroppedFieldNumber:
        out.clocks_dropped = checks.small<std::uint32_t>(in.number(), "fold.clocks_dropped");
        break;
      case Stored::kClocksFieldNumber:
        read(Reader(in.bytes()), out.clocks.emplace_back(), checks);
        break;
      case Stored::kContactsFieldNumber:
        read(Reader(in.bytes()), out.contacts.emplace_back(), checks);
        out.newest_contact_key = std::max(out.newest_contact_key, out.contacts.back().key);
        break;
      case Stored::kCyclesFieldNumber:
        read_cycle(Reader(in.bytes()), out, checks);
        break;
      case Stored::kAgentAwayFieldNumber:
        out.agent_away = in.number() != 0;
        break;
      case Stored::kSettledFieldNumber:
        out.settled = checks.small<std::uint32_t>(in.number(), "fold.settled");
        break;
      case Stored::kSettledReachedMsFieldNumber:
        out.settled_reached = checks.at(in.signed_number(), "fold.settled_reached_ms");
        break;
      case Stored::kPastFieldNumber:
        read(Reader(in.bytes()), out.past.emplace_back(), checks);
        break;
      case Stored::kPeopleFieldNumber:
        read_people(Reader(in.bytes()), out, checks);
        break;
      default:
        read_note(in, out.notes, checks);
        break;
    }
  }
  if (!in.ok()) checks.fail(kMalformed);
}

void check_indices(const FoldState& fold, std::size_t keys, Checks& checks) {
  const std::size_t contacts = fold.contacts.size();
  // An index into the contacts; 0 also where there are none.
  const auto outside = [&](std::uint16_t index) { return index != 0 && index >= contacts; };
  if (outside(fold.waiting_contact)) checks.fail("fold.waiting_contact");
  if (fold.settled > fold.clocks.size()) return checks.fail("fold.settled");
  for (const ClockRun& run : fold.clocks) {
    if (outside(run.contact)) checks.fail("clock.contact");
    if (run.kind == ClockKind::kNone) checks.fail("clock.kind");
    if (run.state == ClockState::kRunning && run.running.empty()) checks.fail("clock.running_ms");
    if (run.target < Millis(0)) checks.fail("clock.target_ms");
  }
  for (const Contact& contact : fold.contacts)
    if (contact.key > keys) checks.fail("contact.key");
  for (const Transfer& one : fold.notes.transfers)
    if (one.contact != kNoTransferContact && one.contact >= contacts)
      checks.fail("transfer.contact");
}

}  // namespace vaste::store::decoding
