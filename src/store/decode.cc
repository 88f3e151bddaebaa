// Bytes to values. Bytes that were damaged must end in kCorrupt, a later version's in kNewerFormat:
// whatever comes out of here is used as an index, a switch or an instant without another look.
#include <google/protobuf/io/coded_stream.h>

#include <limits>

#include "store/codec.h"
#include "store/record.h"
#include "vaste/v1/state.pb.h"

namespace vaste::store {

std::string newer_format(std::uint64_t version) {
  return "format " + std::to_string(version) + " is newer than this program's " +
         std::to_string(kFormatVersion) + "; it was left as it is: run the vaste that wrote it";
}

namespace {

// Looks at every number before it becomes a narrower one. Remembers the first that is out of bounds
// and goes on with zeros.
class Reader {
 public:
  const char* fault() const { return fault_; }
  void fail(const char* fault) {
    if (fault_ == nullptr) fault_ = fault;
  }

  template <class Enum>
  Enum choice(std::uint32_t number, Enum last, const char* field) {
    if (number <= static_cast<std::uint32_t>(last)) return static_cast<Enum>(number);
    fail(field);
    return Enum{};
  }

  template <class Small>
  Small small(std::uint32_t number, const char* field) {
    if (number <= std::numeric_limits<Small>::max()) return static_cast<Small>(number);
    fail(field);
    return 0;
  }

  // An index + 1 into a list, 0 = none.
  std::uint16_t entry(std::uint32_t number, std::size_t size, const char* field) {
    if (number > size) fail(field);
    return small<std::uint16_t>(number, field);
  }

  // An index into the contacts; 0 also where there are none.
  std::uint16_t index(std::uint32_t number, std::size_t size, const char* field) {
    if (number != 0 && number >= size) fail(field);
    return small<std::uint16_t>(number, field);
  }

  // No real time is out of these bounds, and inside them sums of times do not overflow.
  Instant at(std::int64_t ms, const char* field) { return instant(bounded(ms, field)); }
  Millis span(std::int64_t ms, const char* field) { return Millis(bounded(ms, field)); }

  Id id(const std::string& bytes, const char* field) {
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

void read(const v1::StoredAttributes& in, Attributes& out) {
  out.brand = in.brand();
  out.queue = in.queue();
  out.team = in.team();
  out.agent = in.agent();
  out.priority = in.priority();
  out.segment = in.segment();
  out.market = in.market();
  out.language = in.language();
  out.topic = in.topic();
}

Channel channel(std::uint32_t number, Reader& reader) {
  static_assert(kChannels == static_cast<int>(Channel::kSocial) + 1);
  return reader.choice(number, Channel::kSocial, "channel");
}

void read(const v1::StoredMoment& in, std::size_t attribute_sets, std::size_t keys, Moment& out,
          Reader& reader) {
  out.at = reader.at(in.at_ms(), "moment.at_ms");
  out.kind = reader.choice(in.kind(), MomentKind::kBounced, "moment.kind");
  out.channel = channel(in.channel(), reader);
  out.flags = reader.small<std::uint8_t>(in.flags(), "moment.flags");
  out.attributes = reader.entry(in.attributes(), attribute_sets, "moment.attributes");
  out.contact_key = reader.entry(in.contact_key(), keys, "moment.contact_key");
  out.id = in.id();
  out.author = in.author();
  out.target = in.target();
  out.sequence = in.sequence();
  out.value = in.value();
}

void read(const v1::StoredClock& in, std::size_t contacts, ClockRun& out, Reader& reader) {
  out.sla = in.sla();
  out.kind = reader.choice(in.kind(), ClockKind::kSpeedOfAnswer, "clock.kind");
  out.cycle = in.cycle();
  out.state = reader.choice(in.state(), ClockState::kVoid, "clock.state");
  out.started = reader.at(in.started_ms(), "clock.started_ms");
  out.stopped = reader.at(in.stopped_ms(), "clock.stopped_ms");
  out.target = reader.span(in.target_ms(), "clock.target_ms");
  out.at_risk = reader.span(in.at_risk_ms(), "clock.at_risk_ms");
  out.calendar = in.calendar();
  out.rule = in.rule();
  out.contact = reader.index(in.contact(), contacts, "clock.contact");
  if (in.running_ms_size() % 2 != 0) return reader.fail("clock.running_ms");
  out.running.reserve(static_cast<std::size_t>(in.running_ms_size() / 2));
  for (int i = 0; i < in.running_ms_size(); i += 2)
    out.running.push_back({reader.at(in.running_ms(i), "clock.running_ms"),
                           reader.at(in.running_ms(i + 1), "clock.running_ms")});
  out.elapsed = reader.span(in.elapsed_ms(), "clock.elapsed_ms");
  out.attached_late = in.attached_late();
}

void read(const v1::StoredContact& in, std::size_t keys, Contact& out, Reader& reader) {
  out.channel = channel(in.channel(), reader);
  out.key = reader.entry(in.key(), keys, "contact.key");
  out.flags = reader.small<std::uint8_t>(in.flags(), "contact.flags");
  out.phase = reader.choice(in.phase(), ContactPhase::kOver, "contact.phase");
  out.phase_since = reader.at(in.phase_since_ms(), "contact.phase_since_ms");
  out.started = reader.at(in.started_ms(), "contact.started_ms");
  out.queued = reader.at(in.queued_ms(), "contact.queued_ms");
  out.answered = reader.at(in.answered_ms(), "contact.answered_ms");
  out.abandoned = reader.at(in.abandoned_ms(), "contact.abandoned_ms");
  out.ended = reader.at(in.ended_ms(), "contact.ended_ms");
  out.wait = reader.span(in.wait_ms(), "contact.wait_ms");
  out.talk = reader.span(in.talk_ms(), "contact.talk_ms");
  out.hold = reader.span(in.hold_ms(), "contact.hold_ms");
  out.wrap_up = reader.span(in.wrap_up_ms(), "contact.wrap_up_ms");
  out.transfers = reader.small<std::uint16_t>(in.transfers(), "contact.transfers");
  out.customer_messages = in.customer_messages();
  out.agent_messages = in.agent_messages();
  read(in.attributes(), out.attributes);
}

void read(const v1::StoredFold& in, std::size_t keys, FoldState& out, Reader& reader) {
  out.state = reader.choice(in.status(), ConversationState::kMerged, "fold.status");
  read(in.attributes(), out.attributes);
  out.opened = reader.at(in.opened_ms(), "fold.opened_ms");
  out.last_activity = reader.at(in.last_activity_ms(), "fold.last_activity_ms");
  out.last_channel = channel(in.last_channel(), reader);
  out.resolved = reader.at(in.resolved_ms(), "fold.resolved_ms");
  out.opener = in.opener();
  out.agent_started = in.agent_started();
  out.responded = in.responded();
  out.waiting_since = reader.at(in.waiting_since_ms(), "fold.waiting_since_ms");
  const auto contacts = static_cast<std::size_t>(in.contacts_size());
  out.waiting_contact = reader.index(in.waiting_contact(), contacts, "fold.waiting_contact");
  out.waits_first = in.waits_first();
  out.customer_messages = in.customer_messages();
  out.agent_messages = in.agent_messages();
  out.reopened = in.reopened();
  out.channels = reader.small<std::uint8_t>(in.channels(), "fold.channels");
  out.clocks_dropped = in.clocks_dropped();
  out.clocks.resize(static_cast<std::size_t>(in.clocks_size()));
  for (int i = 0; i < in.clocks_size(); ++i)
    read(in.clocks(i), contacts, out.clocks[static_cast<std::size_t>(i)], reader);
  out.contacts.resize(contacts);
  for (int i = 0; i < in.contacts_size(); ++i)
    read(in.contacts(i), keys, out.contacts[static_cast<std::size_t>(i)], reader);
  out.people.assign(in.people().begin(), in.people().end());
  out.cycles.reserve(static_cast<std::size_t>(in.cycles_size()));
  for (const auto& cycle : in.cycles()) out.cycles.emplace_back(cycle.sla(), cycle.next());
}

void read(const v1::StoredAlert& in, PublishedAlert& out, Reader& reader) {
  out.sla = in.sla();
  out.clock = reader.choice(in.clock(), ClockKind::kSpeedOfAnswer, "alert.clock");
  out.cycle = in.cycle();
  out.level = reader.choice(in.level(), AlertLevel::kBreached, "alert.level");
  out.status = reader.choice(in.status(), AlertStatus::kRetracted, "alert.status");
  out.revision = in.revision();
  out.due = reader.at(in.due_ms(), "alert.due_ms");
  out.detected_late = in.detected_late();
}

void read(const v1::StoredConversation& in, Conversation& out, Reader& reader) {
  out.customer = reader.id(in.customer_id(), "customer_id");
  const auto attribute_sets = static_cast<std::size_t>(in.attribute_sets_size());
  const auto keys = static_cast<std::size_t>(in.keys_size());
  out.moments.resize(static_cast<std::size_t>(in.moments_size()));
  for (int i = 0; i < in.moments_size(); ++i)
    read(in.moments(i), attribute_sets, keys, out.moments[static_cast<std::size_t>(i)], reader);
  out.attribute_sets.resize(attribute_sets);
  for (int i = 0; i < in.attribute_sets_size(); ++i)
    read(in.attribute_sets(i), out.attribute_sets[static_cast<std::size_t>(i)]);
  out.keys.assign(in.keys().begin(), in.keys().end());
  out.alerts.resize(static_cast<std::size_t>(in.alerts_size()));
  for (int i = 0; i < in.alerts_size(); ++i)
    read(in.alerts(i), out.alerts[static_cast<std::size_t>(i)], reader);
  out.revision = in.revision();
  out.timer_at = reader.at(in.timer_at_ms(), "timer_at_ms");
  out.fired_until = reader.at(in.fired_until_ms(), "fired_until_ms");
  out.merged_into = reader.id(in.merged_into(), "merged_into");
  out.continued_by = reader.id(in.continued_by(), "continued_by");
  out.follows = reader.id(in.follows(), "follows");
  out.opened_by = reader.choice(in.opened_by(), JoinMethod::kNew, "opened_by");
  out.evidence = in.evidence();
  out.policy_hash = in.policy_hash();
  out.horizon = reader.at(in.horizon_ms(), "horizon_ms");
  read(in.fold(), keys, out.fold, reader);
  read(in.base(), keys, out.base, reader);
}

tl::unexpected<Error> corrupt(const char* record, const std::string& why) {
  return failure(Code::kCorrupt, std::string("stored ") + record + ": " + why);
}

// The version is the first field of every record and is looked at before the rest: a later
// version's bytes may mean anything.
template <class Message>
Status parse(std::string_view bytes, const char* record, Message& message) {
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    return corrupt(record, "too large");
  const auto size = static_cast<int>(bytes.size());
  google::protobuf::io::CodedInputStream head(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                              size);
  constexpr std::uint32_t kVersionTag = 1 << 3;
  std::uint32_t version = 0;
  if (head.ReadTag() != kVersionTag || !head.ReadVarint32(&version) || version == 0)
    return corrupt(record, "no format version");
  if (version > kFormatVersion)
    return failure(Code::kNewerFormat,
                   std::string("stored ") + record + ": " + newer_format(version));
  if (!message.ParseFromArray(bytes.data(), size)) return corrupt(record, "malformed bytes");
  if (message.version() != version) return corrupt(record, "two format versions");
  return {};
}

}  // namespace

Result<Conversation> decode_conversation(const Id& id, std::string_view bytes) {
  thread_local Reused<v1::StoredConversation> reused;
  auto& message = reused.fresh();
  auto parsed = parse(bytes, "conversation", message);
  Result<Conversation> out;
  if (parsed) {
    Reader reader;
    out->id = id;
    read(message, *out, reader);
    if (reader.fault() != nullptr)
      parsed = corrupt("conversation", std::string(reader.fault()) + " is out of bounds");
  }
  reused.done(bytes.size());
  if (!parsed) return tl::unexpected(std::move(parsed.error()));
  return out;
}

Result<Id> decode_pointer(std::string_view bytes) {
  thread_local v1::StoredThread message;  // An identifier's record has the same form.
  if (auto parsed = parse(bytes, "pointer", message); !parsed)
    return tl::unexpected(std::move(parsed.error()));
  if (message.conversation_id().size() != 16) return corrupt("pointer", "no id");
  return Id::from_bytes(message.conversation_id());
}

Result<std::vector<Id>> decode_customer(std::string_view bytes) {
  thread_local Reused<v1::StoredCustomer> reused;
  auto& message = reused.fresh();
  if (auto parsed = parse(bytes, "customer", message); !parsed)
    return tl::unexpected(std::move(parsed.error()));
  std::vector<Id> out;
  out.reserve(static_cast<std::size_t>(message.conversation_ids_size()));
  for (const std::string& id : message.conversation_ids()) {
    if (id.size() != 16) return corrupt("customer", "an id that is none");
    out.push_back(Id::from_bytes(id));
  }
  reused.done(bytes.size());
  return out;
}

}  // namespace vaste::store
