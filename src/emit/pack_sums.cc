// Field numbers are those of proto/vaste/v1/core.proto: AddUp. The sums come encoded, as the
// contents of an envelope.
#include "emit/pack_links.h"

namespace vaste::emit {

bool put_sum_body(wire::Writer& out, const core::Message& message, std::string_view contents) {
  const auto* add_up = std::get_if<core::AddUp>(&message.body);
  if (add_up == nullptr) return false;
  out.message(kAddUpBody, [&] {
    out.signed_number(1, to_ms(add_up->contents->start));
    out.number(2, add_up->sizes);
    out.bytes(3, contents);
    out.bytes(4, add_up->trend);
  });
  return true;
}

bool read_sum_body(std::string_view bytes, Envelope& envelope) {
  core::AddUp add_up;
  std::uint64_t sizes = 0;
  wire::Reader fields(bytes);
  while (fields.next()) {
    if (fields.field() == 1) envelope.window_start = instant(fields.signed_number());
    if (fields.field() == 2) sizes = fields.number();
    if (fields.field() == 3) envelope.contents = fields.bytes();
    if (fields.field() == 4) add_up.trend = fields.bytes();
  }
  const Instant start = envelope.window_start;
  if (sizes > UINT8_MAX || start > kEndOfTime || start < instant(-to_ms(kEndOfTime))) return false;
  add_up.sizes = static_cast<std::uint8_t>(sizes);
  envelope.message.body = std::move(add_up);
  return fields.ok() && !envelope.contents.empty();
}

}  // namespace vaste::emit
