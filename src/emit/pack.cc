// Packed records: field numbers are those of proto/vaste/v1/core.proto (Packed, Envelope, Routed,
// Claim, Merge, Handover, Forget; the others are in pack_links.cc, pack_orders.cc and
// pack_sums.cc).
#include <algorithm>
#include <utility>

#include "base/wire.h"
#include "emit/encode.h"
#include "emit/pack_links.h"

namespace vaste::emit {

namespace {

using wire::put_id;
using wire::Reader;
using wire::Writer;

constexpr int kTrace = 80;
// Room is made for so many at once; what says that it holds more may be damaged.
constexpr std::size_t kUsualEnvelopes = 1024;
// 2: customers that join and part; 3: orders; 4: sums of KPIs; 5: Named
constexpr std::uint64_t kVersion = 5;

void put_body(Writer& out, const core::Message& message, std::int64_t clamped_ms,
              std::string_view contents) {
  if (put_link_body(out, message, contents) || put_order_body(out, message, contents) ||
      put_sum_body(out, message, contents))
    return;
  if (const auto* routed = std::get_if<core::Routed>(&message.body)) {
    out.message(10, [&] {
      out.bytes(1, routed->event);
      out.number(2, routed->unresolved ? 1 : 0);
      out.signed_number(3, clamped_ms);
      out.bytes(4, routed->evidence);
      if (routed->incoming == nullptr) return;
      out.number(10, 1);
      for (const std::string& identifier : routed->incoming->identifiers) out.bytes(11, identifier);
      out.number(12, routed->incoming->from_us ? 1 : 0);
    });
  } else if (const auto* claim = std::get_if<core::Claim>(&message.body)) {
    out.message(11, [&] { put_id(out, 1, claim->conversation); });
  } else if (const auto* merge = std::get_if<core::Merge>(&message.body)) {
    out.message(12, [&] {
      put_id(out, 1, merge->winner);
      put_id(out, 3, merge->of_customer);
      out.number(60, merge->by_operator);
    });
  } else if (const auto* handover = std::get_if<core::Handover>(&message.body)) {
    out.message(13, [&] {
      put_id(out, 1, handover->loser);
      out.bytes(2, contents);
      put_id(out, 4, handover->of_customer);
    });
  } else if (const auto* forget = std::get_if<core::Forget>(&message.body)) {
    out.message(14, [&] {
      put_id(out, 1, forget->conversation);
      put_id(out, 2, forget->instead);
      out.bytes(3, forget->key);
    });
  }
}

bool read_routed(std::string_view bytes, Envelope& envelope) {
  core::Routed routed;
  Reader fields(bytes);
  while (fields.next()) {
    if (fields.field() == 1) routed.event = fields.bytes();
    if (fields.field() == 2) routed.unresolved = fields.number() != 0;
    if (fields.field() == 3) envelope.clamped_time_ms = static_cast<std::int64_t>(fields.number());
    if (fields.field() == 4) routed.evidence = fields.bytes();
    if (fields.field() == 10) envelope.recognised = fields.number() != 0;
    if (fields.field() == 11 && !fields.bytes().empty())
      envelope.identifiers.emplace_back(fields.bytes());
    if (fields.field() == 12) envelope.from_us = fields.number() != 0;
  }
  envelope.message.body = std::move(routed);
  return fields.ok();
}

bool read_id(std::string_view bytes, Id& id) {
  Reader fields(bytes);
  while (fields.next())
    if (fields.field() == 1) id = Id::from_bytes(fields.bytes());
  return fields.ok() && !id.empty();
}

bool read_merge(std::string_view bytes, core::Merge& merge) {
  Reader fields(bytes);
  while (fields.next()) {
    if (fields.field() == 1) merge.winner = Id::from_bytes(fields.bytes());
    if (fields.field() == 3) merge.of_customer = Id::from_bytes(fields.bytes());
    if (fields.field() == 60) merge.by_operator = fields.number() != 0;
  }
  return fields.ok() && !merge.winner.empty();
}

bool read_handover(std::string_view bytes, Envelope& envelope) {
  core::Handover handover;
  Reader fields(bytes);
  while (fields.next()) {
    if (fields.field() == 1) handover.loser = Id::from_bytes(fields.bytes());
    if (fields.field() == 2) envelope.contents = fields.bytes();
    if (fields.field() == 4) handover.of_customer = Id::from_bytes(fields.bytes());
  }
  const bool complete = fields.ok() && !handover.loser.empty();
  envelope.message.body = std::move(handover);
  return complete;
}

bool read_forget(std::string_view bytes, core::Forget& forget) {
  Reader fields(bytes);
  while (fields.next()) {
    if (fields.field() == 1) forget.conversation = Id::from_bytes(fields.bytes());
    if (fields.field() == 2) forget.instead = Id::from_bytes(fields.bytes());
    if (fields.field() == 3) forget.key = fields.bytes();
  }
  return fields.ok() && !forget.conversation.empty();
}

bool read_envelope(std::string_view bytes, Envelope& envelope) {
  core::Message& message = envelope.message;
  bool addressed = false;
  bool has_body = false;
  Reader fields(bytes);
  while (fields.next()) {
    switch (fields.field()) {
      case 1:
        message.origin.topic = fields.bytes();
        break;
      case 2:
        message.origin.partition = static_cast<std::int32_t>(fields.number());
        break;
      case 3:
        message.origin.offset = static_cast<std::int64_t>(fields.number());
        break;
      case 4:
        message.origin.record_ms = static_cast<std::int64_t>(fields.number());
        break;
      case 5:
        message.hops = static_cast<std::uint32_t>(fields.number());
        break;
      case 6:
        if (auto actor = stitch::parse_address(fields.bytes())) {
          message.to = std::move(*actor);
          addressed = true;
        }
        break;
      case 7:
        message.origin.read_after_ms = static_cast<std::int64_t>(fields.number());
        break;
      case kTrace:
        message.origin.trace = fields.bytes();
        break;
      case 10:
        has_body = read_routed(fields.bytes(), envelope);
        break;
      case 11: {
        core::Claim claim;
        has_body = read_id(fields.bytes(), claim.conversation);
        message.body = claim;
        break;
      }
      case 12: {
        core::Merge merge;
        has_body = read_merge(fields.bytes(), merge);
        message.body = merge;
        break;
      }
      case 13:
        has_body = read_handover(fields.bytes(), envelope);
        break;
      case 14: {
        core::Forget forget;
        has_body = read_forget(fields.bytes(), forget);
        message.body = forget;
        break;
      }
      default:
        if (fields.field() == kOrderBody || fields.field() == kAnsweredBody)
          has_body = read_order_body(fields.field(), fields.bytes(), envelope);
        if (fields.field() == kAddUpBody) has_body = read_sum_body(fields.bytes(), envelope);
        if ((fields.field() >= kFirstLinkBody && fields.field() <= kLastLinkBody) ||
            fields.field() == kNamedBody)
          has_body = read_link_body(fields.field(), fields.bytes(), envelope);
        break;
    }
  }
  return fields.ok() && addressed && has_body;
}

}  // namespace

void pack(const core::Message& message, std::int64_t clamped_ms, std::string_view contents,
          std::string& packed) {
  Writer out(packed);
  if (packed.empty()) out.number(1, kVersion);
  out.message(2, [&] {
    out.bytes(1, message.origin.topic);
    out.signed_number(2, message.origin.partition);
    out.signed_number(3, message.origin.offset);
    out.signed_number(4, message.origin.record_ms);
    out.number(5, message.hops);
    out.signed_number(7, message.origin.read_after_ms);
    out.bytes(6, stitch::address(message.to));
    out.bytes(kTrace, message.origin.trace);
    put_body(out, message, clamped_ms, contents);
  });
}

Result<std::vector<Envelope>> unpack(std::string_view record) {
  std::vector<Envelope> envelopes;
  std::size_t count = 0;
  for (Reader each(record); each.next();) count += each.field() == 2 ? 1 : 0;
  envelopes.reserve(std::min(count, kUsualEnvelopes));
  std::uint64_t version = 0;
  Reader fields(record);
  while (fields.next()) {
    if (fields.field() == 1) version = fields.number();
    if (fields.field() != 2) continue;
    if (!read_envelope(fields.bytes(), envelopes.emplace_back()))
      return failure(Code::kCorrupt, "envelope " + std::to_string(envelopes.size() - 1) +
                                         " of the packed record is damaged");
  }
  if (!fields.ok() || version == 0) return failure(Code::kCorrupt, "not a packed record");
  if (version > kVersion)
    return failure(Code::kNewerFormat, "a packed record of version " + std::to_string(version) +
                                           "; this vaste reads up to " + std::to_string(kVersion) +
                                           ": update it first");
  return envelopes;
}

}  // namespace vaste::emit
