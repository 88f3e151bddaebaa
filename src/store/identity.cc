// The linker's records to bytes and back.
#include "base/wire.h"
#include "store/codec.h"
#include "store/decoding.h"
#include "vaste/v1/state.pb.h"

namespace vaste::store {

namespace {

using namespace decoding;
using wire::put_id;
using wire::Reader;
using wire::Writer;

void read(Reader in, Seen& out, Checks& checks) {
  using Stored = v1::StoredSeen;
  while (in.next()) {
    if (in.field() == Stored::kIdentifierFieldNumber) out.identifier = in.bytes();
    if (in.field() == Stored::kAtMsFieldNumber)
      out.at = checks.at(in.signed_number(), "seen.at_ms");
  }
  if (!in.ok()) checks.fail(kMalformed);
}

void read(Reader in, Never& out, Checks& checks) {
  using Stored = v1::StoredNever;
  while (in.next()) {
    if (in.field() == Stored::kIdentifierFieldNumber) out.identifier = in.bytes();
    if (in.field() == Stored::kAtMsFieldNumber)
      out.at = checks.at(in.signed_number(), "never.at_ms");
    if (in.field() != Stored::kEvidenceFieldNumber) continue;
    Reader list(in.bytes());
    std::uint64_t kind = 0;
    while (list.value64(kind)) out.evidence.push_back(kind);
    if (!list.ok()) checks.fail(kMalformed);
  }
  if (!in.ok()) checks.fail(kMalformed);
}

void read(Reader in, Member& out, Checks& checks) {
  using Stored = v1::StoredMember;
  while (in.next()) {
    switch (in.field()) {
      case Stored::kIdentifierFieldNumber:
        out.identifier = in.bytes();
        break;
      case Stored::kKindFieldNumber:
        out.kind = checks.choice(in.number(), IdentifierKind::kDevice, "member.kind");
        break;
      case Stored::kFirstMsFieldNumber:
        out.first = checks.at(in.signed_number(), "member.first_ms");
        break;
      case Stored::kUntilMsFieldNumber:
        out.until = checks.at(in.signed_number(), "member.until_ms");
        break;
      default:
        break;
    }
  }
  if (!in.ok()) checks.fail(kMalformed);
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
  if (!in.ok()) checks.fail(kMalformed);
}

// What the linker takes for granted.
void check_indices(const Component& component, Checks& checks) {
  if (component.members.empty()) checks.fail("members");
  for (const Edge& edge : component.edges)
    if (edge.a >= edge.b || edge.b >= component.members.size()) checks.fail("edge.b");
}

}  // namespace

std::string encode_linked(const Linked& linked) {
  using Stored = v1::StoredLinked;
  std::string out;
  {
    Writer writer(out);
    writer.number(Stored::kVersionFieldNumber, kFormatVersion);
    put_id(writer, Stored::kCustomerIdFieldNumber, linked.customer);
    put_id(writer, Stored::kOwnIdFieldNumber, linked.own);
    writer.number(Stored::kEpochFieldNumber, linked.epoch);
    writer.number(Stored::kSharedFieldNumber, linked.shared);
    for (const Seen& seen : linked.seen)
      writer.message(Stored::kSeenFieldNumber, [&] {
        writer.bytes(v1::StoredSeen::kIdentifierFieldNumber, seen.identifier);
        writer.signed_number(v1::StoredSeen::kAtMsFieldNumber, to_ms(seen.at));
      });
    for (const Never& never : linked.never)
      writer.message(Stored::kNeverFieldNumber, [&] {
        writer.bytes(v1::StoredNever::kIdentifierFieldNumber, never.identifier);
        writer.signed_number(v1::StoredNever::kAtMsFieldNumber, to_ms(never.at));
        if (never.evidence.empty()) return;
        writer.message(v1::StoredNever::kEvidenceFieldNumber, [&] {
          for (const std::uint64_t kind : never.evidence) writer.value64(kind);
        });
      });
  }
  return out;
}

Result<Linked> decode_linked(std::string_view identifier, std::string_view bytes) {
  using Stored = v1::StoredLinked;
  const auto version = version_of(bytes, "linked");
  if (!version) return tl::unexpected(version.error());
  Checks checks;
  Linked out;
  out.identifier = identifier;
  Reader in(bytes);
  while (in.next()) {
    switch (in.field()) {
      case Stored::kVersionFieldNumber:
        if (in.number() != *version) checks.fail("version");
        break;
      case Stored::kCustomerIdFieldNumber:
        out.customer = checks.id(in.bytes(), "customer_id");
        break;
      case Stored::kOwnIdFieldNumber:
        out.own = checks.id(in.bytes(), "own_id");
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
  if (!in.ok()) checks.fail(kMalformed);
  if (checks.fault() == nullptr) return out;
  return corrupt("linked", std::string(checks.fault()) + " is out of bounds");
}

std::string encode_component(const Component& component) {
  using Stored = v1::StoredComponent;
  std::string out;
  {
    Writer writer(out);
    writer.number(Stored::kVersionFieldNumber, kFormatVersion);
    writer.number(Stored::kEpochFieldNumber, component.epoch);
    for (const Member& member : component.members)
      writer.message(Stored::kMembersFieldNumber, [&] {
        using Field = v1::StoredMember;
        writer.bytes(Field::kIdentifierFieldNumber, member.identifier);
        writer.number(Field::kKindFieldNumber, static_cast<std::uint64_t>(member.kind));
        writer.signed_number(Field::kFirstMsFieldNumber, to_ms(member.first));
        writer.signed_number(Field::kUntilMsFieldNumber, to_ms(member.until));
      });
    for (const Edge& edge : component.edges)
      writer.message(Stored::kEdgesFieldNumber, [&] {
        using Field = v1::StoredEdge;
        writer.number(Field::kAFieldNumber, edge.a);
        writer.number(Field::kBFieldNumber, edge.b);
        writer.bytes(Field::kMethodFieldNumber, edge.method);
        writer.bytes(Field::kSourceFieldNumber, edge.source);
        writer.signed_number(Field::kFirstMsFieldNumber, to_ms(edge.first));
        writer.signed_number(Field::kGivenMsFieldNumber, to_ms(edge.given));
        writer.number(Field::kByOperatorFieldNumber, edge.by_operator);
      });
  }
  return out;
}

Result<Component> decode_component(const Id& customer, std::string_view bytes) {
  using Stored = v1::StoredComponent;
  const auto version = version_of(bytes, "component");
  if (!version) return tl::unexpected(version.error());
  Checks checks;
  Component out;
  out.customer = customer;
  Reader in(bytes);
  while (in.next()) {
    switch (in.field()) {
      case Stored::kVersionFieldNumber:
        if (in.number() != *version) checks.fail("version");
        break;
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
  if (!in.ok()) checks.fail(kMalformed);
  if (checks.fault() == nullptr) check_indices(out, checks);
  if (checks.fault() == nullptr) return out;
  return corrupt("component", std::string(checks.fault()) + " is out of bounds");
}

}  // namespace vaste::store
