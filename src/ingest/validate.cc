#include "ingest/validate.h"

#include <algorithm>
#include <string_view>

#include "ingest/channels.h"
#include "ingest/decode.h"
#include "ingest/normalise.h"
#include "ingest/route.h"

namespace vaste::ingest {
namespace {

// C0, DEL and C1 in UTF-8. Such bytes in an id are always an accident, and they break logs and keys
// later.
bool has_controls(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7f) return true;
    if (byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0)
      return true;
  }
  return false;
}

// A short text that names something. The place of the field is put together only when something is
// wrong with it.
struct Name {
  const char* field;
  int index = -1;  // of a repeated field
  const char* part = "";

  std::string text() const {
    return index < 0 ? field : field + ("[" + std::to_string(index) + "]") + part;
  }
};

Status check_name(std::string_view value, std::size_t most, const Name& name) {
  if (value.size() > most)
    return failure(Code::kTooLarge, name.text() + ": " + std::to_string(value.size()) +
                                        " bytes, at most " + std::to_string(most) + " are taken");
  if (has_controls(value))
    return failure(Code::kInvalidText, name.text() + ": holds a control character; remove it");
  return {};
}

Status check_required(std::string_view value, std::size_t most, const Name& name) {
  if (value.empty())
    return failure(Code::kMissingField, name.text() + ": not given; every event needs it");
  return check_name(value, most, name);
}

Status check_timestamp(const google::protobuf::Timestamp& time, const std::string& field) {
  const auto seconds = time.seconds();
  const auto nanos = time.nanos();
  if (seconds < kEarliestSecond || seconds >= kLatestSecond)
    return failure(Code::kInvalidTime,
                   field + ": " + std::to_string(seconds) +
                       " seconds since 1970 is not between 1990 and 2100; the unit is seconds");
  if (nanos < 0 || nanos > 999'999'999)
    return failure(Code::kInvalidTime,
                   field + ".nanos: " + std::to_string(nanos) + " is not between 0 and 999999999");
  return {};
}

Status check_time(const v1::Event& event) {
  if (!event.has_time())
    return failure(Code::kMissingField, "time: not given; every event needs it");
  return check_timestamp(event.time(), "time");
}

Status check_commitment(const v1::Commitment& commitment) {
  Status status = check_name(commitment.reference(), kMaxValue, {"commitment.reference"});
  if (status && commitment.has_due()) status = check_timestamp(commitment.due(), "commitment.due");
  if (status && commitment.has_next_update_due())
    status = check_timestamp(commitment.next_update_due(), "commitment.next_update_due");
  return status;
}

Status check_channel(v1::Channel channel) {
  if (channel_row(channel)) return {};
  std::string known;
  for (const ChannelRow& row : channels())
    known += (known.empty() ? "" : ", ") + v1::Channel_Name(row.wire);
  return failure(Code::kUnknownChannel,
                 channel == v1::CHANNEL_UNSPECIFIED
                     ? "channel: not given, or a name this version does not know; one of " + known
                     : "channel: this version does not know number " +
                           std::to_string(static_cast<int>(channel)) + ", only " + known);
}

Status check_identifier(const v1::Identifier& identifier, const char* list, int index) {
  Status status = check_name(identifier.value(), kMaxValue, {list, index, ".value"});
  if (status) status = check_name(identifier.network(), kMaxNetwork, {list, index, ".network"});
  return status;
}

Status check_people(const v1::Event& event) {
  if (event.person_size() > kMaxIdentifiers)
    return failure(Code::kTooLarge, "person: " + std::to_string(event.person_size()) +
                                        " identifiers, at most " + std::to_string(kMaxIdentifiers) +
                                        " are taken");
  Status status;
  for (int i = 0; status && i < event.person_size(); ++i)
    status = check_identifier(event.person(i), "person", i);
  for (int i = 0; status && i < event.participants_size(); ++i)
    status = check_identifier(event.participants(i).identifier(), "participants", i);
  return status;
}

Status check_keys(const v1::Event& event) {
  if (event.thread_keys_size() > kMaxThreadKeys)
    return failure(Code::kTooLarge, "thread_keys: " + std::to_string(event.thread_keys_size()) +
                                        ", at most " + std::to_string(kMaxThreadKeys) +
                                        " are taken; send the newest");
  Status status;
  for (int i = 0; status && i < event.thread_keys_size(); ++i) {
    const v1::ThreadKey& key = event.thread_keys(i);
    status = check_required(key.value(), kMaxValue, {"thread_keys", i, ".value"});
    if (status) status = check_name(key.scope(), kMaxValue, {"thread_keys", i, ".scope"});
  }
  return status;
}

Status check_attributes(const v1::Attributes& given) {
  Status status;
  const auto check = [&](const std::string& value, const char* field) {
    if (status) status = check_name(value, kMaxAttribute, {field});
  };
  check(given.brand(), "attributes.brand");
  check(given.queue(), "attributes.queue");
  check(given.team(), "attributes.team");
  check(given.agent(), "attributes.agent");
  check(given.priority(), "attributes.priority");
  check(given.segment(), "attributes.segment");
  check(given.market(), "attributes.market");
  check(given.language(), "attributes.language");
  check(given.topic(), "attributes.topic");
  return status;
}

Status check_identity(const v1::Event& event, std::string& scratch) {
  const auto usable = [&](const v1::ThreadKey& key) { return canonical(key, scratch); };
  if (std::ranges::any_of(event.thread_keys(), usable) ||
      std::ranges::any_of(event.person(), names_somebody))
    return {};
  const bool any = event.person_size() + event.thread_keys_size() > 0;
  return failure(
      Code::kNoIdentity,
      any ? "person, thread_keys: only placeholders or unknown kinds (a withheld number, "
            "\"anonymous\"); give one thread key at least"
          : "person, thread_keys: neither is given; give one at least");
}

Status check_message(const v1::Message& message) {
  const std::size_t longest = std::max(message.text().size(), message.subject().size());
  if (longest <= kMaxText) {
    if (!message.has_next_update_due()) return {};
    return check_timestamp(message.next_update_due(), "message.next_update_due");
  }
  return failure(
      Code::kTooLarge,
      std::string(message.text().size() == longest ? "message.text" : "message.subject") + ": " +
          std::to_string(longest) + " bytes, at most " + std::to_string(kMaxText) +
          " are taken; cut it at the connector");
}

// What belongs to one body only; that its kind is one we know is common to all.
Status check_body(const v1::Event& event) {
  if (event.body_case() == v1::Event::BODY_NOT_SET)
    return failure(Code::kMissingField,
                   "body: none that this version knows; set one of message, signal, lifecycle, "
                   "assignment, identity, commitment, survey, revision");
  if (moment_kind(event) == MomentKind::kNone) {
    const auto* body =
        v1::Event::descriptor()->FindFieldByNumber(static_cast<int>(event.body_case()));
    return failure(
        Code::kMissingField,
        body->name() + ": its kind (or action) is not given, or this version does not know it");
  }
  switch (event.body_case()) {
    case v1::Event::kMessage:
      return check_message(event.message());
    case v1::Event::kIdentity:
      if (std::ranges::count_if(event.person(), names_somebody) < 2)
        return failure(Code::kNoIdentity,
                       "person: identity is about two identifiers of it, and fewer than two are "
                       "given that are no placeholders");
      return check_name(event.identity().method(), kMaxMethod, {"identity.method"});
    case v1::Event::kCommitment:
      return check_commitment(event.commitment());
    case v1::Event::kSignal:
      if (!event.signal().has_callback_from()) return {};
      return check_timestamp(event.signal().callback_from(), "signal.callback_from");
    case v1::Event::kRevision:
      return check_required(event.revision().target_id(), kMaxId, {"revision.target_id"});
    default:
      return {};
  }
}

}  // namespace

Status validate(const v1::Event& event, std::string& scratch) {
  Status status = check_required(event.id(), kMaxId, {"id"});
  if (status) status = check_required(event.source(), kMaxSource, {"source"});
  if (status) status = check_time(event);
  if (status) status = check_channel(event.channel());
  if (status) status = check_body(event);
  if (status) status = check_people(event);
  if (status) status = check_keys(event);
  if (status) status = check_attributes(event.attributes());
  if (status) status = check_identity(event, scratch);
  return status;
}

}  // namespace vaste::ingest
