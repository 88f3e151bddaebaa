// Field numbers are those of proto/vaste/v1/core.proto: Order, Answered. What they hold comes
// encoded, as the contents of an envelope.
#include "emit/pack_links.h"

namespace vaste::emit {

bool put_order_body(wire::Writer& out, const core::Message& message, std::string_view contents) {
  if (const auto* order = std::get_if<core::Order>(&message.body)) {
    out.message(kOrderBody, [&] {
      out.bytes(kContents, contents);
      wire::put_id(out, 61, order->target);
    });
    return true;
  }
  if (!std::holds_alternative<core::Answered>(message.body)) return false;
  out.message(kAnsweredBody, [&] { out.bytes(kContents, contents); });
  return true;
}

bool read_order_body(int field, std::string_view bytes, Envelope& envelope) {
  core::Order order;
  wire::Reader fields(bytes);
  while (fields.next()) {
    if (fields.field() == kContents) envelope.contents = fields.bytes();
    if (fields.field() == 61) order.target = Id::from_bytes(fields.bytes());
  }
  if (field == kOrderBody)
    envelope.message.body = std::move(order);
  else
    envelope.message.body = core::Answered{};
  return fields.ok() && !envelope.contents.empty();
}

}  // namespace vaste::emit
