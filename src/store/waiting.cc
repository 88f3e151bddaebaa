// Events that wait by a thread key, to bytes and back.
#include <utility>

#include "base/wire.h"
#include "store/codec.h"
#include "store/decoding.h"
#include "store/encoding.h"
#include "vaste/v1/state.pb.h"

namespace vaste::store {

namespace {

using namespace decoding;
using wire::Reader;
using wire::Writer;

void write(Writer& out, const Parked& event) {
  using Stored = v1::StoredParked;
  const Incoming& incoming = event.incoming;
  out.bytes(Stored::kTopicFieldNumber, event.topic);
  out.signed_number(Stored::kPartitionFieldNumber, event.partition);
  out.signed_number(Stored::kOffsetFieldNumber, event.offset);
  out.signed_number(Stored::kRecordTimeMsFieldNumber, event.record_ms);
  out.signed_number(Stored::kReadAfterMsFieldNumber, event.read_after_ms);
  out.bytes(Stored::kTraceFieldNumber, event.trace);
  out.number(Stored::kHopsFieldNumber, event.hops);
  out.bytes(Stored::kEventFieldNumber, event.event);
  out.message(Stored::kMomentFieldNumber, [&] { encoding::write(out, incoming.moment); });
  out.message(Stored::kAttributesFieldNumber, [&] { encoding::write(out, incoming.attributes); });
  for (const Key& key : incoming.keys)
    out.message(Stored::kKeysFieldNumber, [&] {
      out.bytes(v1::StoredEventKey::kTextFieldNumber, key.text);
      out.number(v1::StoredEventKey::kRefersFieldNumber, key.refers);
      out.number(v1::StoredEventKey::kSessionFieldNumber, key.session);
    });
  out.bytes(Stored::kSourceFieldNumber, incoming.source);
  out.bytes(Stored::kPromiseFieldNumber, incoming.promise);
  out.number(Stored::kOpensFieldNumber, incoming.opens);
  out.number(Stored::kFromCustomerFieldNumber, incoming.from_customer);
  out.number(Stored::kFromUsFieldNumber, incoming.from_us);
}

void read(Reader in, Key& out, Checks& checks) {
  using Stored = v1::StoredEventKey;
  while (in.next()) {
    if (in.field() == Stored::kTextFieldNumber) out.text = in.bytes();
    if (in.field() == Stored::kRefersFieldNumber) out.refers = in.number() != 0;
    if (in.field() == Stored::kSessionFieldNumber) out.session = in.number() != 0;
  }
  if (!in.ok()) checks.fail(kMalformed);
}

void read_incoming(Reader& in, Incoming& out, Checks& checks) {
  using Stored = v1::StoredParked;
  switch (in.field()) {
    case Stored::kMomentFieldNumber:
      read(Reader(in.bytes()), out.moment, checks);
      break;
    case Stored::kAttributesFieldNumber:
      read(Reader(in.bytes()), out.attributes, checks);
      break;
    case Stored::kKeysFieldNumber:
      read(Reader(in.bytes()), out.keys.emplace_back(), checks);
      break;
    case Stored::kSourceFieldNumber:
      out.source = in.bytes();
      break;
    case Stored::kPromiseFieldNumber:
      out.promise = in.bytes();
      break;
    case Stored::kOpensFieldNumber:
      out.opens = in.number() != 0;
      break;
    case Stored::kFromCustomerFieldNumber:
      out.from_customer = in.number() != 0;
      break;
    case Stored::kFromUsFieldNumber:
      out.from_us = in.number() != 0;
      break;
    default:
      break;
  }
}

void read(Reader in, Parked& out, Checks& checks) {
  using Stored = v1::StoredParked;
  while (in.next()) {
    switch (in.field()) {
      case Stored::kTopicFieldNumber:
        out.topic = in.bytes();
        break;
      case Stored::kPartitionFieldNumber:
        out.partition = static_cast<std::int32_t>(in.signed_number());
        break;
      case Stored::kOffsetFieldNumber:
        out.offset = in.signed_number();
        break;
      case Stored::kRecordTimeMsFieldNumber:
        out.record_ms = to_ms(checks.at(in.signed_number(), "parked.record_time_ms"));
        break;
      case Stored::kReadAfterMsFieldNumber:
        out.read_after_ms = to_ms(checks.at(in.signed_number(), "parked.read_after_ms"));
        break;
      case Stored::kTraceFieldNumber:
        out.trace = in.bytes();
        break;
      case Stored::kHopsFieldNumber:
        out.hops = checks.small<std::uint32_t>(in.number(), "parked.hops");
        break;
      case Stored::kEventFieldNumber:
        out.event = in.bytes();
        break;
      default:
        read_incoming(in, out.incoming, checks);
        break;
    }
  }
  if (!in.ok()) checks.fail(kMalformed);
  // What conversations number is numbered there.
  const Moment& moment = out.incoming.moment;
  if (moment.attributes != 0 || moment.contact_key != 0 || moment.key != 0 || moment.refers != 0 ||
      moment.via != 0)
    checks.fail("parked.moment");
  if (out.incoming.keys.empty()) checks.fail("parked.keys");
}

}  // namespace

std::string encode_waiting(const Waiting& waiting) {
  using Stored = v1::StoredWaiting;
  std::string out;
  {
    Writer writer(out);
    writer.number(Stored::kVersionFieldNumber, kFormatVersion);
    writer.bytes(Stored::kKeyFieldNumber, waiting.key);
    writer.signed_number(Stored::kUntilMsFieldNumber, to_ms(waiting.until));
    for (const auto& event : waiting.events)
      writer.message(Stored::kEventsFieldNumber, [&] { write(writer, *event); });
    writer.number(Stored::kAllEventsFieldNumber, waiting.all_events);
    writer.number(Stored::kAllBytesFieldNumber, waiting.all_bytes);
  }
  return out;
}

Result<Waiting> decode_waiting(std::string_view bytes) {
  using Stored = v1::StoredWaiting;
  const auto version = version_of(bytes, "waiting events");
  if (!version) return tl::unexpected(version.error());
  Checks checks;
  Waiting out;
  Reader in(bytes);
  while (in.next()) {
    switch (in.field()) {
      case Stored::kVersionFieldNumber:
        if (in.number() != *version) checks.fail("version");
        break;
      case Stored::kKeyFieldNumber:
        out.key = in.bytes();
        break;
      case Stored::kUntilMsFieldNumber:
        out.until = checks.at(in.signed_number(), "until_ms");
        break;
      case Stored::kEventsFieldNumber: {
        auto event = std::make_shared<Parked>();
        read(Reader(in.bytes()), *event, checks);
        out.events.push_back(std::move(event));
        break;
      }
      case Stored::kAllEventsFieldNumber:
        out.all_events = in.number();
        break;
      case Stored::kAllBytesFieldNumber:
        out.all_bytes = in.number();
        break;
      default:
        break;
    }
  }
  if (!in.ok()) checks.fail(kMalformed);
  if (checks.fault() == nullptr) return out;
  return corrupt("waiting events", std::string(checks.fault()) + " is out of bounds");
}

}  // namespace vaste::store
