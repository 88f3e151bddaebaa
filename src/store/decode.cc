// Bytes to values. Bytes that were damaged must end in kCorrupt, a later version's in kNewerFormat:
// whatever comes out of here is used as an index, a switch or an instant without another look.
#include <algorithm>
#include <tuple>

#include "base/wire.h"
#include "store/codec.h"
#include "store/decoding.h"
#include "vaste/v1/state.pb.h"

namespace vaste::store {

std::string newer_format(std::uint64_t version, std::uint64_t known) {
  return "format " + std::to_string(version) + " is newer than this program's " +
         std::to_string(known) + "; it was left as it is: run the vaste that wrote it";
}
namespace decoding {

using wire::Reader;

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
      case Stored::kViaFieldNumber:
        out.via = checks.small<std::uint16_t>(in.number(), "moment.via");
        break;
      case Stored::kSurveyFieldNumber:
        out.survey = checks.choice(in.number(), SurveyKind::kEnps, "moment.survey");
        break;
      case Stored::kKeyFieldNumber:
        out.key = checks.small<std::uint16_t>(in.number(), "moment.key");
        break;
      case Stored::kRefersFieldNumber:
        out.refers = checks.small<std::uint16_t>(in.number(), "moment.refers");
        break;
      default:
        break;
    }
  }
  if (!in.ok()) checks.fail(kMalformed);
}
tl::unexpected<Error> corrupt(const char* record, const std::string& why) {
  return failure(Code::kCorrupt, std::string("stored ") + record + ": " + why);
}

Result<std::uint64_t> version_of(std::string_view bytes, const char* record, std::uint64_t newest) {
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

void read_packed(Reader in, std::vector<std::uint16_t>& out, Checks& checks) {
  for (std::uint64_t number = 0; in.value(number);)
    out.push_back(checks.small<std::uint16_t>(number, "a number of a list"));
  if (!in.ok()) checks.fail(kMalformed);
}

}  // namespace decoding

namespace {

using namespace decoding;
using wire::Reader;

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

void read(Reader in, Blocks& out, Checks& checks) {
  using Stored = v1::StoredBlocks;
  // No list is so long.
  const auto blocks = [&] {
    return std::uint32_t{checks.small<std::uint16_t>(in.number(), "blocks")};
  };
  while (in.next()) {
    switch (in.field()) {
      case Stored::kMomentsFieldNumber:
        out.moments = checks.small<std::uint32_t>(in.number(), "blocks.moments");
        break;
      case Stored::kKeysFieldNumber:
        out.keys = blocks();
        break;
      case Stored::kAlertsFieldNumber:
        out.alerts = checks.small<std::uint32_t>(in.number(), "blocks.alerts");
        break;
      case Stored::kClocksFieldNumber:
        out.clocks = blocks();
        break;
      case Stored::kContactsFieldNumber:
        out.contacts = blocks();
        break;
      case Stored::kBaseFieldNumber:
        out.base = blocks();
        if (out.base > 1) checks.fail("blocks.base");
        break;
      default:
        break;
    }
  }
  if (!in.ok()) checks.fail(kMalformed);
}

void read(Reader in, Division& out, Checks& checks) {
  using Stored = v1::StoredDivision;
  while (in.next()) {
    if (in.field() == Stored::kToFieldNumber) out.to = checks.id(in.bytes(), "division.to");
    if (in.field() == Stored::kKeysFieldNumber) out.keys.emplace_back(in.bytes());
    if (in.field() == Stored::kSinceMsFieldNumber)
      out.since = checks.at(in.signed_number(), "division.since_ms");
    if (in.field() != Stored::kMomentsFieldNumber) continue;
    Reader list(in.bytes());
    for (std::uint64_t moment = 0; list.value64(moment);) out.moments.push_back(moment);
    if (!list.ok()) checks.fail(kMalformed);
  }
  if (!in.ok()) checks.fail(kMalformed);
  if (out.to.empty()) checks.fail("division.to");
}

// NOLINTNEXTLINE(readability-function-size): one case a field
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
      case Stored::kIdentifiersFieldNumber:
        out.identifiers.emplace_back(in.bytes());
        break;
      case Stored::kKeyViaFieldNumber:
        read_packed(Reader(in.bytes()), out.key_via, checks);
        break;
      case Stored::kSignpostsFieldNumber:
        read_packed(Reader(in.bytes()), out.signposts, checks);
        break;
      case Stored::kMovedFieldNumber:
        out.moved = in.number() != 0;
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
      case Stored::kBlocksFieldNumber:
        read(Reader(in.bytes()), out.blocks, checks);
        break;
      case Stored::kRepeatedElsewhereMsFieldNumber:
        out.repeated_elsewhere = checks.at(in.signed_number(), "repeated_elsewhere_ms");
        break;
      case Stored::kRepeatUntilMsFieldNumber:
        out.repeat_until = checks.at(in.signed_number(), "repeat_until_ms");
        break;
      case Stored::kStandsFieldNumber:
        out.stands = in.number() != 0;
        break;
      case Stored::kPlacedFieldNumber:
        out.placed = in.number() != 0;
        break;
      case Stored::kApartFieldNumber:
        out.apart.push_back(checks.id(in.bytes(), "apart"));
        break;
      case Stored::kDivisionsFieldNumber:
        read(Reader(in.bytes()), out.divisions.emplace_back(), checks);
        break;
      case Stored::kFoldFieldNumber:
        read(Reader(in.bytes()), out.fold, checks);
        out.fold.is_new = false;
        break;
      case Stored::kNobodyFieldNumber:
        out.nobody = checks.id(in.bytes(), "nobody");
        break;
      case Stored::kBaseFieldNumber: {
        if (out.base != nullptr) checks.fail("second base");
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
void check_indices(const Conversation& conversation, Checks& checks) {
  const std::size_t keys = conversation.keys.size();
  for (const Moment& moment : conversation.moments) {
    if (moment.attributes > conversation.attribute_sets.size()) checks.fail("moment.attributes");
    if (moment.contact_key > keys) checks.fail("moment.contact_key");
    if (moment.key > keys || moment.refers > keys) checks.fail("moment.key");
    if (moment.via > conversation.identifiers.size()) checks.fail("moment.via");
  }
  if (conversation.key_via.size() > keys) checks.fail("key_via");
  for (const std::uint16_t via : conversation.key_via)
    if (via > conversation.identifiers.size()) checks.fail("key_via");
  check_indices(conversation.fold, keys, checks);
  if (conversation.base) check_indices(*conversation.base, keys, checks);
}

}  // namespace

namespace {

// `parts` come before the head's own: reading the one after the other puts the lists together.
Result<Conversation> read_parts(const Id& id, std::string_view head,
                                const std::vector<std::string>& parts, Checks& checks) {
  Result<Conversation> out;
  out->id = id;
  out->opened_by = JoinMethod::kNone;  // As all that is zero, it is not written.
  const auto take = [&](std::string_view bytes) -> Status {
    const auto version = version_of(bytes, "conversation", kConversationVersion);
    if (!version) return tl::unexpected(version.error());
    read(Reader(bytes), *version, *out, checks);
    return {};
  };
  for (const std::string& part : parts)
    if (auto taken = take(part); !taken) return tl::unexpected(taken.error());
  if (auto taken = take(head); !taken) return tl::unexpected(taken.error());
  if (checks.fault() != nullptr)
    return corrupt("conversation", std::string(checks.fault()) + " is out of bounds");
  return out;
}

}  // namespace

Result<Conversation> decode_conversation(const Id& id, std::string_view bytes) {
  return decode_parts(id, bytes, {});
}

Result<Conversation> decode_parts(const Id& id, std::string_view head,
                                  const std::vector<std::string>& parts) {
  Checks checks;
  auto out = read_parts(id, head, parts, checks);
  if (!out) return out;
  const Blocks& blocks = out->blocks;
  FoldState& fold = out->fold;
  const auto keep = [&](std::size_t& kept, std::uint32_t count, std::size_t size) {
    kept = count * kBlockOf;
    if (kept > size) checks.fail("blocks");
  };
  keep(out->kept_moments, blocks.moments, out->moments.size());
  keep(out->kept_keys, blocks.keys, out->keys.size());
  keep(out->kept_alerts, blocks.alerts, out->alerts.size());
  keep(fold.kept_clocks, blocks.clocks, fold.settled);
  keep(fold.kept_contacts, blocks.contacts, fold.contacts.size());
  if (blocks.base != 0) out->kept_base = out->base;
  if (blocks.base != 0 && out->base == nullptr) checks.fail("blocks.base");
  check_indices(*out, checks);
  if (checks.fault() != nullptr)
    return corrupt("conversation", std::string(checks.fault()) + " is out of bounds");
  const auto in_order = [](const PublishedAlert& a, const PublishedAlert& b) {
    return std::tie(a.cycle, a.sla, a.level) < std::tie(b.cycle, b.sla, b.level);
  };
  if (!std::ranges::is_sorted(out->alerts, in_order)) {
    std::ranges::sort(out->alerts, in_order);
    out->kept_alerts = 0;
  }
  return out;
}

Result<Blocks> blocks_in(std::string_view head) {
  const auto version = version_of(head, "conversation", kConversationVersion);
  if (!version) return tl::unexpected(version.error());
  Result<Blocks> out;
  Reader in(head);
  Checks checks;
  if (in.next() && in.next() && in.field() == v1::StoredConversation::kBlocksFieldNumber)
    read(Reader(in.bytes()), *out, checks);
  if (checks.fault() != nullptr) return corrupt("conversation", checks.fault());
  return out;
}

Result<Conversation> decode_head(const Id& id, std::string_view bytes) {
  Checks checks;
  auto out = read_parts(id, bytes, {}, checks);
  if (!out) return out;
  const std::size_t elsewhere = out->blocks.clocks * kBlockOf;
  if (out->fold.settled < elsewhere || out->fold.settled - elsewhere > out->fold.clocks.size())
    return corrupt("conversation", "fold.settled is out of bounds");
  out->fold.settled -= static_cast<std::uint32_t>(elsewhere);
  return out;
}

Result<Id> decode_thread(std::string_view bytes) {
  const auto version = version_of(bytes, "thread key", kFormatVersion);
  if (!version) return tl::unexpected(version.error());
  Id id;
  Reader in(bytes);
  while (in.next()) {
    if (in.field() == v1::StoredThread::kConversationIdFieldNumber) id = Id::from_bytes(in.bytes());
    if (in.field() == v1::StoredThread::kVersionFieldNumber && in.number() != *version)
      return corrupt("thread key", "two format versions");
  }
  if (!in.ok() || id.empty()) return corrupt("thread key", "no id");
  return id;
}

Result<Sweep> decode_sweep(std::string_view bytes) {
  using Stored = v1::StoredSweep;
  const auto version = version_of(bytes, "sweep", kFormatVersion);
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

}  // namespace vaste::store
