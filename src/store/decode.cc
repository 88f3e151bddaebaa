// Bytes to values. Bytes that were damaged must end in kCorrupt, a later version's in kNewerFormat:
// whatever comes out of here is used as an index, a switch or an instant without another look.
#include <limits>

#include "base/wire.h"
#include "store/codec.h"
#include "vaste/v1/state.pb.h"

namespace vaste::store {

std::string newer_format(std::uint64_t version, std::uint64_t known) {
  return "format " + std::to_string(version) + " is newer than this program's " +
         std::to_string(known) + "; it was left as it is: run the vaste that wrote it";
}

namespace {

using wire::Reader;

// Looks at every number before it becomes a narrower one. Remembers the first that is out of bounds
// and goes on with zeros. Indices are looked at last, when all lists are there.
class Checks {
 public:
  const char* fault() const { return fault_; }
  void fail(const char* fault) {
    if (fault_ == nullptr) fault_ = fault;
  }

  template <class Enum>
  Enum choice(std::uint64_t number, Enum last, const char* field) {
    if (number <= static_cast<std::uint64_t>(last)) return static_cast<Enum>(number);
    fail(field);
    return Enum{};
  }

  template <class Small>
  Small small(std::uint64_t number, const char* field) {
    if (number <= std::numeric_limits<Small>::max()) return static_cast<Small>(number);
    fail(field);
    return 0;
  }

  // No real time is out of these bounds, and inside them sums of times do not overflow.
  Instant at(std::int64_t ms, const char* field) { return instant(bounded(ms, field)); }
  Millis span(std::int64_t ms, const char* field) { return Millis(bounded(ms, field)); }

  Id id(std::string_view bytes, const char* field) {
    if (!bytes.empty() && bytes.size() != 16) fail(field);
    return Id::from_bytes(bytes);
  }

 private:
  std::int64_t bounded(std::int64_t ms, const char* field) {
    if (ms >= -to_ms(kEndOfTime) && ms <= to_ms(kEndOfTime)) return ms;
    fail(field);
    return 0;
  }

  const char* fault_ = nullptr;
};

constexpr char kMalformed[] = "a part with malformed bytes";

void read(Reader in, Attributes& out, Checks& checks) {
  using Stored = v1::StoredAttributes;
  while (in.next()) {
    switch (in.field()) {
      case Stored::kBrandFieldNumber:
        out.brand = in.bytes();
        break;
      case Stored::kQueueFieldNumber:
        out.queue = in.bytes();
        break;
      case Stored::kTeamFieldNumber:
        out.team = in.bytes();
        break;
      case Stored::kAgentFieldNumber:
        out.agent = in.bytes();
        break;
      case Stored::kPriorityFieldNumber:
        out.priority = in.bytes();
        break;
      case Stored::kSegmentFieldNumber:
        out.segment = in.bytes();
        break;
      case Stored::kMarketFieldNumber:
        out.market = in.bytes();
        break;
      case Stored::kLanguageFieldNumber:
        out.language = in.bytes();
        break;
      case Stored::kTopicFieldNumber:
        out.topic = in.bytes();
        break;
      default:
        break;
    }
  }
  if (!in.ok()) checks.fail(kMalformed);
}

Channel channel(std::uint64_t number, Checks& checks) {
  static_assert(kChannels == static_cast<int>(Channel::kSocial) + 1);
  return checks.choice(number, Channel::kSocial, "channel");
}

void read(Reader in, Moment& out, Checks& checks) {
  using Stored = v1::StoredMoment;
  while (in.next()) {
    switch (in.field()) {
      case Stored::kAtMsFieldNumber:
        out.at = checks.at(in.signed_number(), "moment.at_ms");
        break;
      case Stored::kKindFieldNumber:
        out.kind = checks.choice(in.number(), MomentKind::kBounced, "moment.kind");
        break;
      case Stored::kChannelFieldNumber:
        out.channel = channel(in.number(), checks);
        break;
      case Stored::kFlagsFieldNumber:
        out.flags = checks.small<std::uint8_t>(in.number(), "moment.flags");
        break;
      case Stored::kAttributesFieldNumber:
        out.attributes = checks.small<std::uint16_t>(in.number(), "moment.attributes");
        break;
      case Stored::kContactKeyFieldNumber:
        out.contact_key = checks.small<std::uint16_t>(in.number(), "moment.contact_key");
        break;
      case Stored::kIdFieldNumber:
        out.id = in.fixed64();
        break;
      case Stored::kAuthorFieldNumber:
        out.author = in.fixed64();
        break;
      case Stored::kTargetFieldNumber:
        out.target = in.fixed64();
        break;
      case Stored::kSequenceFieldNumber:
        out.sequence = in.signed_number();
        break;
      case Stored::kValueFieldNumber:
        out.value = in.signed_number();
        break;
      case Stored::kNextUpdateMsFieldNumber:
        out.next_update_ms = in.signed_number();
        break;
      default:
        break;
    }
  }
  if (!in.ok()) checks.fail(kMalformed);
}

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
      default:
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

void read_people(Reader in, FoldState& out, Checks& checks) {
  std::uint64_t person = 0;
  while (in.value64(person)) out.people.push_back(person);
  if (!in.ok()) checks.fail(kMalformed);
}

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
        break;
      case Stored::kCyclesFieldNumber:
        read_cycle(Reader(in.bytes()), out, checks);
        break;
      case Stored::kPeopleFieldNumber:
        read_people(Reader(in.bytes()), out, checks);
        break;
      default:
        break;
    }
  }
  if (!in.ok()) checks.fail(kMalformed);
}

void read(Reader in, PublishedAlert& out, Checks& checks) {
  using Stored = v1::StoredAlert;
  while (in.next()) {
    switch (in.field()) {
      case Stored::kSlaFieldNumber:
        out.sla = in.bytes();
        break;
      case Stored::kClockFieldNumber:
        out.clock = checks.choice(in.number(), kLastClockKind, "alert.clock");
        break;
      case Stored::kCycleFieldNumber:
        out.cycle = checks.small<std::uint32_t>(in.number(), "alert.cycle");
        break;
      case Stored::kLevelFieldNumber:
        out.level = checks.choice(in.number(), AlertLevel::kAtRiskThird, "alert.level");
        break;
      case Stored::kStatusFieldNumber:
        out.status = checks.choice(in.number(), AlertStatus::kRetracted, "alert.status");
        break;
      case Stored::kRevisionFieldNumber:
        out.revision = checks.small<std::uint32_t>(in.number(), "alert.revision");
        break;
      case Stored::kDueMsFieldNumber:
        out.due = checks.at(in.signed_number(), "alert.due_ms");
        break;
      case Stored::kDetectedLateFieldNumber:
        out.detected_late = in.number() != 0;
        break;
      default:
        break;
    }
  }
  if (!in.ok()) checks.fail(kMalformed);
}

void read(Reader in, std::uint64_t version, Conversation& out, Checks& checks) {
  using Stored = v1::StoredConversation;
  while (in.next()) {
    switch (in.field()) {
      case Stored::kVersionFieldNumber:
        if (in.number() != version) checks.fail("second format version");
        break;
      case Stored::kCustomerIdFieldNumber:
        out.customer = checks.id(in.bytes(), "customer_id");
        break;
      case Stored::kMomentsFieldNumber:
        read(Reader(in.bytes()), out.moments.emplace_back(), checks);
        break;
      case Stored::kAttributeSetsFieldNumber:
        read(Reader(in.bytes()), out.attribute_sets.emplace_back(), checks);
        break;
      case Stored::kKeysFieldNumber:
        out.keys.emplace_back(in.bytes());
        break;
      case Stored::kPromisesFieldNumber:
        out.promises.emplace_back(in.bytes());
        break;
      case Stored::kAlertsFieldNumber:
        read(Reader(in.bytes()), out.alerts.emplace_back(), checks);
        break;
      case Stored::kRevisionFieldNumber:
        out.revision = in.number();
        break;
      case Stored::kTimerAtMsFieldNumber:
        out.timer_at = checks.at(in.signed_number(), "timer_at_ms");
        break;
      case Stored::kFiredUntilMsFieldNumber:
        out.fired_until = checks.at(in.signed_number(), "fired_until_ms");
        break;
      case Stored::kMergedIntoFieldNumber:
        out.merged_into = checks.id(in.bytes(), "merged_into");
        break;
      case Stored::kContinuedByFieldNumber:
        out.continued_by = checks.id(in.bytes(), "continued_by");
        break;
      case Stored::kFollowsFieldNumber:
        out.follows = checks.id(in.bytes(), "follows");
        break;
      case Stored::kOpenedByFieldNumber:
        out.opened_by = checks.choice(in.number(), JoinMethod::kNew, "opened_by");
        break;
      case Stored::kEvidenceFieldNumber:
        out.evidence = in.bytes();
        break;
      case Stored::kPolicyHashFieldNumber:
        out.policy_hash = in.number();
        break;
      case Stored::kHorizonMsFieldNumber:
        out.horizon = checks.at(in.signed_number(), "horizon_ms");
        break;
      case Stored::kChangedGateMsFieldNumber:
        out.changed_gate = checks.at(in.signed_number(), "changed_gate_ms");
        break;
      case Stored::kNextBreachMsFieldNumber:
        out.next_breach = checks.at(in.signed_number(), "next_breach_ms");
        break;
      case Stored::kFoldFieldNumber:
        read(Reader(in.bytes()), out.fold, checks);
        break;
      case Stored::kBaseFieldNumber: {
        auto base = std::make_shared<FoldState>();
        read(Reader(in.bytes()), *base, checks);
        out.base = std::move(base);
        break;
      }
      default:
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
  for (const ClockRun& run : fold.clocks) {
    if (outside(run.contact)) checks.fail("clock.contact");
    if (run.kind == ClockKind::kNone) checks.fail("clock.kind");
    if (run.state == ClockState::kRunning && run.running.empty()) checks.fail("clock.running_ms");
    if (run.target < Millis(0)) checks.fail("clock.target_ms");
  }
  for (const Contact& contact : fold.contacts)
    if (contact.key > keys) checks.fail("contact.key");
}

void check_indices(const Conversation& conversation, Checks& checks) {
  const std::size_t keys = conversation.keys.size();
  for (const Moment& moment : conversation.moments) {
    if (moment.attributes > conversation.attribute_sets.size()) checks.fail("moment.attributes");
    if (moment.contact_key > keys) checks.fail("moment.contact_key");
  }
  check_indices(conversation.fold, keys, checks);
  if (conversation.base) check_indices(*conversation.base, keys, checks);
}

tl::unexpected<Error> corrupt(const char* record, const std::string& why) {
  return failure(Code::kCorrupt, std::string("stored ") + record + ": " + why);
}

// The version is the first field of every record and is looked at before the rest: a later
// version's bytes may mean anything.
Result<std::uint64_t> version_of(std::string_view bytes, const char* record,
                                 std::uint64_t newest = kFormatVersion) {
  Reader head(bytes);
  if (!head.next() || head.field() != v1::StoredConversation::kVersionFieldNumber)
    return corrupt(record, "no format version");
  const std::uint64_t version = head.number();
  if (!head.ok() || version == 0) return corrupt(record, "no format version");
  if (version > newest)
    return failure(Code::kNewerFormat,
                   std::string("stored ") + record + ": " + newer_format(version, newest));
  return version;
}

}  // namespace

Result<Conversation> decode_conversation(const Id& id, std::string_view bytes) {
  const auto version = version_of(bytes, "conversation", kConversationVersion);
  if (!version) return tl::unexpected(version.error());
  Checks checks;
  Result<Conversation> out;
  out->id = id;
  out->opened_by = JoinMethod::kNone;  // As all that is zero, it is not written.
  read(Reader(bytes), *version, *out, checks);
  if (checks.fault() == nullptr) check_indices(*out, checks);
  if (checks.fault() != nullptr)
    return corrupt("conversation", std::string(checks.fault()) + " is out of bounds");
  return out;
}

Result<Id> decode_pointer(std::string_view bytes) {
  const auto version = version_of(bytes, "pointer");
  if (!version) return tl::unexpected(version.error());
  Id id;
  Reader in(bytes);
  while (in.next()) {
    if (in.field() == v1::StoredThread::kConversationIdFieldNumber) id = Id::from_bytes(in.bytes());
    if (in.field() == v1::StoredThread::kVersionFieldNumber && in.number() != *version)
      return corrupt("pointer", "two format versions");
  }
  if (!in.ok() || id.empty()) return corrupt("pointer", "no id");
  return id;
}

Result<Sweep> decode_sweep(std::string_view bytes) {
  using Stored = v1::StoredSweep;
  const auto version = version_of(bytes, "sweep");
  if (!version) return tl::unexpected(version.error());
  Sweep out;
  Reader in(bytes);
  while (in.next()) {
    if (in.field() == Stored::kFingerprintFieldNumber) out.fingerprint = in.fixed64();
    if (in.field() == Stored::kCursorFieldNumber) out.cursor = in.bytes();
    if (in.field() == Stored::kDoneFieldNumber) out.done = in.number() != 0;
  }
  if (!in.ok()) return corrupt("sweep", "malformed bytes");
  return out;
}

Result<std::vector<Id>> decode_customer(std::string_view bytes) {
  const auto version = version_of(bytes, "customer");
  if (!version) return tl::unexpected(version.error());
  std::vector<Id> out;
  Reader in(bytes);
  while (in.next()) {
    if (in.field() == v1::StoredCustomer::kVersionFieldNumber && in.number() != *version)
      return corrupt("customer", "two format versions");
    if (in.field() != v1::StoredCustomer::kConversationIdsFieldNumber) continue;
    out.push_back(Id::from_bytes(in.bytes()));
    if (out.back().empty()) return corrupt("customer", "an id that is none");
  }
  if (!in.ok()) return corrupt("customer", "malformed bytes");
  return out;
}

}  // namespace vaste::store
