// Field numbers are those of proto/vaste/v1/core.proto: Introduce to Repoint, Named,
// LinkRequest, LinkSide, LinkPoint.
#include "emit/pack_links.h"

#include <utility>

namespace vaste::emit {

namespace {

using wire::put_id;
using wire::Reader;
using wire::Writer;

void put(Writer& out, int field, const stitch::Side& side) {
  out.message(field, [&] {
    out.bytes(1, side.identifier);
    put_id(out, 2, side.customer);
    out.number(3, side.own);
  });
}

// `contents`: the command, where there is one.
void put(Writer& out, int field, const stitch::Request& request, std::string_view contents) {
  out.message(field, [&] {
    out.bytes(kContents, contents);
    out.message(1, [&] {
      put(out, 1, request.first);
      put(out, 2, request.second);
      out.number(3, static_cast<std::uint64_t>(request.claim));
      out.bytes(4, request.method);
      out.bytes(5, request.source);
      out.signed_number(6, to_ms(request.at));
      out.number(7, request.by_operator);
    });
  });
}

void put(Writer& out, int field, const stitch::Point& point) {
  out.message(field, [&] {
    out.bytes(1, point.identifier);
    put_id(out, 2, point.customer);
    out.number(3, point.epoch);
    out.signed_number(4, to_ms(point.until));
    out.number(5, point.shared);
    out.number(6, point.forgotten);
  });
}

bool read(std::string_view bytes, stitch::Side& out) {
  Reader fields(bytes);
  out.own = false;
  while (fields.next()) {
    if (fields.field() == 1) out.identifier = fields.bytes();
    if (fields.field() == 2) out.customer = Id::from_bytes(fields.bytes());
    if (fields.field() == 3) out.own = fields.number() != 0;
  }
  return fields.ok() && !out.identifier.empty();
}

bool read_request(std::string_view bytes, stitch::Request& out) {
  Reader fields(bytes);
  bool complete = true;
  while (fields.next()) {
    if (fields.field() == 1) complete = read(fields.bytes(), out.first) && complete;
    if (fields.field() == 2) complete = read(fields.bytes(), out.second) && complete;
    if (fields.field() == 3) {
      const std::uint64_t claim = fields.number();
      complete = claim <= static_cast<std::uint64_t>(stitch::Claim::kForget) && complete;
      out.claim = static_cast<stitch::Claim>(claim);
    }
    if (fields.field() == 4) out.method = fields.bytes();
    if (fields.field() == 5) out.source = fields.bytes();
    if (fields.field() == 6) out.at = instant(fields.signed_number());
    if (fields.field() == 7) out.by_operator = fields.number() != 0;
  }
  return fields.ok() && complete && !out.first.identifier.empty();
}

bool read(std::string_view bytes, stitch::Point& out) {
  Reader fields(bytes);
  while (fields.next()) {
    if (fields.field() == 1) out.identifier = fields.bytes();
    if (fields.field() == 2) out.customer = Id::from_bytes(fields.bytes());
    if (fields.field() == 3) out.epoch = fields.number();
    if (fields.field() == 4) out.until = instant(fields.signed_number());
    if (fields.field() == 5) out.shared = fields.number() != 0;
    if (fields.field() == 6) out.forgotten = fields.number() != 0;
  }
  return fields.ok() && !out.identifier.empty();
}

bool read_introduce(std::string_view bytes, stitch::Request& request, Envelope& envelope) {
  Reader fields(bytes);
  bool complete = false;
  while (fields.next()) {
    if (fields.field() == 1) complete = read_request(fields.bytes(), request);
    if (fields.field() == kContents) envelope.contents = fields.bytes();
  }
  return fields.ok() && complete;
}

// An id, then identifiers where the message has them, then points.
bool read_points(std::string_view bytes, int first, Id* id, std::vector<std::string>* identifiers,
                 std::vector<stitch::Point>& points) {
  Reader fields(bytes);
  bool complete = true;
  while (fields.next()) {
    if (id != nullptr && fields.field() == 1)
      *id = Id::from_bytes(fields.bytes());
    else if (identifiers != nullptr && fields.field() == 2)
      identifiers->emplace_back(fields.bytes());
    else if (fields.field() == first)
      complete = read(fields.bytes(), points.emplace_back()) && complete;
  }
  return fields.ok() && complete && (id == nullptr || !id->empty());
}

bool read_adopt(std::string_view bytes, Envelope& envelope) {
  core::Adopt adopt;
  Reader fields(bytes);
  while (fields.next()) {
    if (fields.field() == 1) adopt.conversation = Id::from_bytes(fields.bytes());
    if (fields.field() == 2) envelope.contents = fields.bytes();
  }
  const bool complete = fields.ok() && !adopt.conversation.empty();
  envelope.message.body = std::move(adopt);
  return complete;
}

bool read_named(std::string_view bytes, core::Message& message) {
  core::Named named;
  Reader fields(bytes);
  while (fields.next()) {
    if (fields.field() == 1) named.nobody = Id::from_bytes(fields.bytes());
    if (fields.field() == 2) named.identifier = fields.bytes();
    if (fields.field() == 3) named.at = instant(fields.signed_number());
    if (fields.field() == 4) named.customer = Id::from_bytes(fields.bytes());
  }
  // To the identifier it comes without a customer, to a customer never.
  const bool complete =
      message.to.kind == stitch::ActorKind::kIdentifier || !named.customer.empty();
  const bool sound = fields.ok() && complete && !named.nobody.empty() && !named.identifier.empty();
  message.body = std::move(named);
  return sound;
}

}  // namespace

bool put_link_body(Writer& out, const core::Message& message, std::string_view contents) {
  const auto put_all = [&](int field, const std::vector<stitch::Point>& points) {
    for (const stitch::Point& point : points) put(out, field, point);
  };
  if (const auto* introduce = std::get_if<core::Introduce>(&message.body)) {
    put(out, 15, introduce->request, contents);
  } else if (const auto* link = std::get_if<core::Link>(&message.body)) {
    put(out, 16, link->request, contents);
  } else if (const auto* join = std::get_if<core::JoinCustomers>(&message.body)) {
    out.message(17, [&] {
      put_id(out, 1, join->winner);
      put_all(2, join->points);
    });
  } else if (const auto* part = std::get_if<core::PartCustomers>(&message.body)) {
    out.message(18, [&] {
      put_id(out, 1, part->to);
      for (const std::string& identifier : part->identifiers) out.element(2, identifier);
      put_all(3, part->points);
    });
  } else if (const auto* adopt = std::get_if<core::Adopt>(&message.body)) {
    out.message(19, [&] {
      put_id(out, 1, adopt->conversation);
      out.bytes(2, contents);
    });
  } else if (const auto* welcome = std::get_if<core::Welcome>(&message.body)) {
    out.message(20, [&] {
      put_all(1, welcome->points);
      out.number(2, welcome->announced);
    });
  } else if (const auto* repoint = std::get_if<core::Repoint>(&message.body)) {
    out.message(21, [&] { put(out, 1, repoint->point); });
  } else if (const auto* named = std::get_if<core::Named>(&message.body)) {
    out.message(kNamedBody, [&] {
      put_id(out, 1, named->nobody);
      out.bytes(2, named->identifier);
      out.signed_number(3, to_ms(named->at));
      put_id(out, 4, named->customer);
    });
  } else {
    return false;
  }
  return true;
}

bool read_link_body(int field, std::string_view bytes, Envelope& envelope) {
  core::Message& message = envelope.message;
  switch (field) {
    case 15: {
      core::Introduce introduce;
      const bool complete = read_introduce(bytes, introduce.request, envelope);
      message.body = std::move(introduce);
      return complete;
    }
    case 16: {
      core::Link link;
      const bool complete =
          read_introduce(bytes, link.request, envelope) && !link.request.second.identifier.empty();
      message.body = std::move(link);
      return complete;
    }
    case 17: {
      core::JoinCustomers join;
      const bool complete = read_points(bytes, 2, &join.winner, nullptr, join.points);
      message.body = std::move(join);
      return complete;
    }
    case 18: {
      core::PartCustomers part;
      const bool complete = read_points(bytes, 3, &part.to, &part.identifiers, part.points);
      message.body = std::move(part);
      return complete;
    }
    case 19:
      return read_adopt(bytes, envelope);
    case 20: {
      core::Welcome welcome;
      bool complete = read_points(bytes, 1, nullptr, nullptr, welcome.points);
      Reader fields(bytes);
      while (fields.next())
        if (fields.field() == 2) welcome.announced = fields.number() != 0;
      complete = complete && fields.ok();
      message.body = std::move(welcome);
      return complete;
    }
    case 21: {
      Reader fields(bytes);
      core::Repoint repoint;
      bool complete = false;
      while (fields.next())
        if (fields.field() == 1) complete = read(fields.bytes(), repoint.point);
      message.body = std::move(repoint);
      return fields.ok() && complete;
    }
    case kNamedBody:
      return read_named(bytes, message);
    default:
      return false;
  }
}

}  // namespace vaste::emit
