// Identifiers and customers to bytes and back. What only joined customers have is of a later
// format, which a program of before refuses; all others it may go on reading.
#include "base/wire.h"
#include "store/codec.h"
#include "store/decoding.h"
#include "vaste/v1/state.pb.h"

namespace vaste::store {

namespace {

using decoding::Checks;
using decoding::corrupt;
using wire::put_id;
using wire::Reader;
using wire::Writer;

void read(Reader in, Told& out, Checks& checks) {
  using Stored = v1::StoredTold;
  while (in.next()) {
    if (in.field() == Stored::kWhatFieldNumber) out.what = in.fixed64();
    if (in.field() == Stored::kAtMsFieldNumber) out.at = checks.at(in.signed_number(), "told.at");
  }
  if (!in.ok()) checks.fail(decoding::kMalformed);
}

void read(Reader in, Parted& out, Checks& checks) {
  using Stored = v1::StoredParted;
  while (in.next()) {
    if (in.field() == Stored::kIdentifierFieldNumber) out.identifier = in.bytes();
    if (in.field() == Stored::kCustomerIdFieldNumber)
      out.customer = checks.id(in.bytes(), "parted.customer_id");
    if (in.field() == Stored::kEpochFieldNumber) out.epoch = in.number();
  }
  if (!in.ok()) checks.fail(decoding::kMalformed);
  if (out.customer.empty()) checks.fail("parted.customer_id");
}

void read(Reader in, Welcomed& out, Checks& checks) {
  using Stored = v1::StoredWelcomed;
  while (in.next()) {
    if (in.field() == Stored::kIdentifierFieldNumber) out.identifier = in.bytes();
    if (in.field() == Stored::kEpochFieldNumber) out.epoch = in.number();
  }
  if (!in.ok()) checks.fail(decoding::kMalformed);
}

// The newest format but for who was nobody's.
constexpr std::uint32_t kSecond = 2;

}  // namespace

std::string encode_identifier(const Pointer& pointer) {
  using Stored = v1::StoredIdentifier;
  const bool plain = !pointer.customer.empty() && pointer.own && pointer.epoch == 0 &&
                     !pointer.shared && pointer.until == kEndOfTime && pointer.told.empty();
  std::string out;
  {
    Writer writer(out);
    writer.number(Stored::kVersionFieldNumber, plain ? kFormatVersion : kSecond);
    put_id(writer, Stored::kCustomerIdFieldNumber, pointer.customer);
    writer.number(Stored::kEpochFieldNumber, pointer.epoch);
    writer.number(Stored::kLinkedFieldNumber, !pointer.own);
    writer.signed_number(Stored::kUntilMsFieldNumber,
                         pointer.until == kEndOfTime ? 0 : to_ms(pointer.until));
    writer.number(Stored::kSharedFieldNumber, pointer.shared);
    for (const Told& told : pointer.told)
      writer.message(Stored::kToldFieldNumber, [&] {
        writer.fixed64(v1::StoredTold::kWhatFieldNumber, told.what);
        writer.signed_number(v1::StoredTold::kAtMsFieldNumber, to_ms(told.at));
      });
  }
  return out;
}

Result<Pointer> decode_identifier(std::string_view bytes) {
  using Stored = v1::StoredIdentifier;
  const auto version = decoding::version_of(bytes, "identifier", kCustomerVersion);
  if (!version) return tl::unexpected(version.error());
  Checks checks;
  Pointer out;
  Reader in(bytes);
  while (in.next()) {
    switch (in.field()) {
      case Stored::kVersionFieldNumber:
        if (in.number() != *version) checks.fail("two format versions");
        break;
      case Stored::kCustomerIdFieldNumber:
        out.customer = checks.id(in.bytes(), "customer_id");
        break;
      case Stored::kEpochFieldNumber:
        out.epoch = in.number();
        break;
      case Stored::kLinkedFieldNumber:
        out.own = in.number() == 0;
        break;
      case Stored::kUntilMsFieldNumber:
        out.until = checks.at(in.signed_number(), "until_ms");
        if (to_ms(out.until) == 0) out.until = kEndOfTime;
        break;
      case Stored::kSharedFieldNumber:
        out.shared = in.number() != 0;
        break;
      case Stored::kToldFieldNumber:
        read(Reader(in.bytes()), out.told.emplace_back(), checks);
        break;
      default:
        break;
    }
  }
  if (!in.ok()) return corrupt("identifier", "malformed bytes");
  if (checks.fault() == nullptr && out.customer.empty() && (*version == 1 || !out.own))
    checks.fail("no customer");
  if (checks.fault() != nullptr) return corrupt("identifier", checks.fault());
  return out;
}

std::string encode_customer(const Customer& customer) {
  using Stored = v1::StoredCustomer;
  const bool plain = customer.merged_into.empty() && customer.parted.empty();
  std::string out;
  {
    Writer writer(out);
    writer.number(Stored::kVersionFieldNumber, customer.was_nobody ? kCustomerVersion
                                               : plain             ? kFormatVersion
                                                                   : kSecond);
    for (const Id& conversation : customer.conversations)
      put_id(writer, Stored::kConversationIdsFieldNumber, conversation);
    put_id(writer, Stored::kMergedIntoFieldNumber, customer.merged_into);
    for (const Parted& one : customer.parted)
      writer.message(Stored::kPartedFieldNumber, [&] {
        writer.bytes(v1::StoredParted::kIdentifierFieldNumber, one.identifier);
        put_id(writer, v1::StoredParted::kCustomerIdFieldNumber, one.customer);
        writer.number(v1::StoredParted::kEpochFieldNumber, one.epoch);
      });
    // A program that does not know them goes on as before them.
    for (const Welcomed& one : customer.welcomed)
      writer.message(Stored::kWelcomedFieldNumber, [&] {
        writer.bytes(v1::StoredWelcomed::kIdentifierFieldNumber, one.identifier);
        writer.number(v1::StoredWelcomed::kEpochFieldNumber, one.epoch);
      });
    writer.number(Stored::kWasNobodyFieldNumber, customer.was_nobody);
  }
  return out;
}

Result<Customer> decode_customer(std::string_view bytes) {
  using Stored = v1::StoredCustomer;
  const auto version = decoding::version_of(bytes, "customer", kCustomerVersion);
  if (!version) return tl::unexpected(version.error());
  Checks checks;
  Customer out;
  Reader in(bytes);
  while (in.next()) {
    switch (in.field()) {
      case Stored::kVersionFieldNumber:
        if (in.number() != *version) checks.fail("two format versions");
        break;
      case Stored::kConversationIdsFieldNumber:
        out.conversations.push_back(Id::from_bytes(in.bytes()));
        if (out.conversations.back().empty()) checks.fail("an id that is none");
        break;
      case Stored::kMergedIntoFieldNumber:
        out.merged_into = checks.id(in.bytes(), "merged_into");
        break;
      case Stored::kPartedFieldNumber:
        read(Reader(in.bytes()), out.parted.emplace_back(), checks);
        break;
      case Stored::kWelcomedFieldNumber:
        read(Reader(in.bytes()), out.welcomed.emplace_back(), checks);
        break;
      case Stored::kWasNobodyFieldNumber:
        out.was_nobody = in.number() != 0;
        break;
      default:
        break;
    }
  }
  if (!in.ok()) return corrupt("customer", "malformed bytes");
  if (checks.fault() != nullptr) return corrupt("customer", checks.fault());
  return out;
}

}  // namespace vaste::store
