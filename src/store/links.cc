// The linker's records to bytes and back.
#include <algorithm>

#include "base/wire.h"
#include "store/codec.h"
#include "store/decoding.h"
#include "vaste/v1/state.pb.h"

namespace vaste::store {

namespace {

using decoding::Checks;
using decoding::corrupt;
using wire::Reader;
using wire::Writer;

void put_id(Writer& out, int field, const Id& id) {
  if (id.empty()) return;
  const auto bytes = id.array();
  out.bytes(field, {bytes.data(), bytes.size()});
}

// The end of time is what most have: 0.
std::int64_t until_ms(Instant until) {
  return until == kEndOfTime ? 0 : to_ms(until);
}
Instant until_at(std::int64_t ms, Checks& checks) {
  return ms == 0 ? kEndOfTime : checks.at(ms, "until_ms");
}

void read(Reader in, Seen& out, Checks& checks) {
  using Stored = v1::StoredSeen;
  while (in.next()) {
    if (in.field() == Stored::kIdentifierFieldNumber) out.identifier = in.bytes();
    if (in.field() == Stored::kAtMsFieldNumber)
      out.at = checks.at(in.signed_number(), "seen.at_ms");
  }
  if (!in.ok()) checks.fail(decoding::kMalformed);
}

void read(Reader in, Never& out, Checks& checks) {
  using Stored = v1::StoredNever;
  while (in.next()) {
    if (in.field() == Stored::kIdentifierFieldNumber) out.identifier = in.bytes();
    if (in.field() == Stored::kAtMsFieldNumber)
      out.at = checks.at(in.signed_number(), "never.at_ms");
    if (in.field() == Stored::kEvidenceFieldNumber) {
      Reader list(in.bytes());
      for (std::uint64_t kind = 0; list.value64(kind);) out.evidence.push_back(kind);
      if (!list.ok()) checks.fail(decoding::kMalformed);
    }
  }
  if (!in.ok()) checks.fail(decoding::kMalformed);
}

void read(Reader in, Member& out, Checks& checks) {
  using Stored = v1::StoredMember;
  out.until = kEndOfTime;
  while (in.next()) {
    if (in.field() == Stored::kIdentifierFieldNumber) out.identifier = in.bytes();
    if (in.field() == Stored::kKindFieldNumber)
      out.kind = checks.choice(in.number(), IdentifierKind::kDevice, "member.kind");
    if (in.field() == Stored::kFirstMsFieldNumber)
      out.first = checks.at(in.signed_number(), "member.first_ms");
    if (in.field() == Stored::kUntilMsFieldNumber) out.until = until_at(in.signed_number(), checks);
  }
  if (!in.ok()) checks.fail(decoding::kMalformed);
}

void read(Reader in, Edge& out, Checks& checks) {
  using Stored = v1::StoredEdge;
  while (in.next()) {
    switch (in.field()) {
      case Stored::kAFieldNumber:
        out.a = checks.small<std::uint32_t>(in.number(), "edge.a");
        break;
      case Stored::kBFieldNumber:
        out.b = checks.small<std::uint32_t>(in.number(), "edge.b");
        break;
      case Stored::kMethodFieldNumber:
        out.method = in.bytes();
        break;
      case Stored::kSourceFieldNumber:
        out.source = in.bytes();
        break;
      case Stored::kFirstMsFieldNumber:
        out.first = checks.at(in.signed_number(), "edge.first_ms");
        break;
      case Stored::kGivenMsFieldNumber:
        out.given = checks.at(in.signed_number(), "edge.given_ms");
        break;
      case Stored::kByOperatorFieldNumber:
        out.by_operator = in.number() != 0;
        break;
      default:
        break;
    }
  }
  if (!in.ok()) checks.fail(decoding::kMalformed);
}

}  // namespace

std::string encode_linked(const Linked& linked) {
  using Stored = v1::StoredLinked;
  std::string out;
  {
    Writer writer(out);
    writer.number(Stored::kVersionFieldNumber, kFormatVersion);
    put_id(writer, Stored::kCustomerIdFieldNumber, linked.customer);
    put_id(writer, Stored::kOwnFieldNumber, linked.own);
    writer.number(Stored::kEpochFieldNumber, linked.epoch);
    writer.number(Stored::kSharedFieldNumber, linked.shared);
    for (const Seen& one : linked.seen)
      writer.message(Stored::kSeenFieldNumber, [&] {
        writer.bytes(v1::StoredSeen::kIdentifierFieldNumber, one.identifier);
        writer.signed_number(v1::StoredSeen::kAtMsFieldNumber, to_ms(one.at));
      });
    for (const Never& one : linked.never)
      writer.message(Stored::kNeverFieldNumber, [&] {
        writer.bytes(v1::StoredNever::kIdentifierFieldNumber, one.identifier);
        writer.signed_number(v1::StoredNever::kAtMsFieldNumber, to_ms(one.at));
        if (!one.evidence.empty())
          writer.message(v1::StoredNever::kEvidenceFieldNumber, [&] {
            for (const std::uint64_t kind : one.evidence) writer.value64(kind);
          });
      });
  }
  return out;
}

Result<Linked> decode_linked(std::string_view bytes) {
  using Stored = v1::StoredLinked;
  const auto version = decoding::version_of(bytes, "link", kFormatVersion);
  if (!version) return tl::unexpected(version.error());
  Checks checks;
  Linked out;
  Reader in(bytes);
  while (in.next()) {
    switch (in.field()) {
      case Stored::kCustomerIdFieldNumber:
        out.customer = checks.id(in.bytes(), "customer_id");
        break;
      case Stored::kOwnFieldNumber:
        out.own = checks.id(in.bytes(), "own");
        break;
      case Stored::kEpochFieldNumber:
        out.epoch = in.number();
        break;
      case Stored::kSharedFieldNumber:
        out.shared = in.number() != 0;
        break;
      case Stored::kSeenFieldNumber:
        read(Reader(in.bytes()), out.seen.emplace_back(), checks);
        break;
      case Stored::kNeverFieldNumber:
        read(Reader(in.bytes()), out.never.emplace_back(), checks);
        break;
      default:
        break;
    }
  }
  if (!in.ok()) return corrupt("link", "malformed bytes");
  if (checks.fault() != nullptr) return corrupt("link", checks.fault());
  return out;
}

std::string encode_component(const Component& component) {
  using Stored = v1::StoredComponent;
  std::string out;
  {
    Writer writer(out);
    writer.number(Stored::kVersionFieldNumber, kFormatVersion);
    writer.number(Stored::kEpochFieldNumber, component.epoch);
    for (const Member& one : component.members)
      writer.message(Stored::kMembersFieldNumber, [&] {
        writer.bytes(v1::StoredMember::kIdentifierFieldNumber, one.identifier);
        writer.number(v1::StoredMember::kKindFieldNumber, static_cast<std::uint64_t>(one.kind));
        writer.signed_number(v1::StoredMember::kFirstMsFieldNumber, to_ms(one.first));
        writer.signed_number(v1::StoredMember::kUntilMsFieldNumber, until_ms(one.until));
      });
    for (const Edge& one : component.edges)
      writer.message(Stored::kEdgesFieldNumber, [&] {
        writer.number(v1::StoredEdge::kAFieldNumber, one.a);
        writer.number(v1::StoredEdge::kBFieldNumber, one.b);
        writer.bytes(v1::StoredEdge::kMethodFieldNumber, one.method);
        writer.bytes(v1::StoredEdge::kSourceFieldNumber, one.source);
        writer.signed_number(v1::StoredEdge::kFirstMsFieldNumber, to_ms(one.first));
        writer.signed_number(v1::StoredEdge::kGivenMsFieldNumber, to_ms(one.given));
        writer.number(v1::StoredEdge::kByOperatorFieldNumber, one.by_operator);
      });
  }
  return out;
}

Result<Component> decode_component(std::string_view bytes) {
  using Stored = v1::StoredComponent;
  const auto version = decoding::version_of(bytes, "component", kFormatVersion);
  if (!version) return tl::unexpected(version.error());
  Checks checks;
  Component out;
  Reader in(bytes);
  while (in.next()) {
    switch (in.field()) {
      case Stored::kEpochFieldNumber:
        out.epoch = in.number();
        break;
      case Stored::kMembersFieldNumber:
        read(Reader(in.bytes()), out.members.emplace_back(), checks);
        break;
      case Stored::kEdgesFieldNumber:
        read(Reader(in.bytes()), out.edges.emplace_back(), checks);
        break;
      default:
        break;
    }
  }
  if (!in.ok()) return corrupt("component", "malformed bytes");
  for (const Edge& one : out.edges)
    if (std::max(one.a, one.b) >= out.members.size()) checks.fail("an edge to no member");
  if (checks.fault() != nullptr) return corrupt("component", checks.fault());
  return out;
}

}  // namespace vaste::store
