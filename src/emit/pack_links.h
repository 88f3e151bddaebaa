// Envelopes about who is who, what operators order, and sums of KPIs. Private to emit/.
#pragma once

#include <string_view>

#include "base/wire.h"
#include "emit/encode.h"

namespace vaste::emit {

inline constexpr int kFirstLinkBody = 15;  // of Envelope
inline constexpr int kLastLinkBody = 21;
inline constexpr int kNamedBody = 220;
inline constexpr int kOrderBody = 60;
inline constexpr int kAnsweredBody = 61;
inline constexpr int kAddUpBody = 200;
inline constexpr int kContents = 60;  // of a body: a command, or an answer

// False: the message has another body, nothing is written.
bool put_link_body(wire::Writer& out, const core::Message& message, std::string_view contents);
// False: damaged.
bool read_link_body(int field, std::string_view bytes, Envelope& envelope);

// The same of sums of KPIs.
bool put_sum_body(wire::Writer& out, const core::Message& message, std::string_view contents);
bool read_sum_body(std::string_view bytes, Envelope& envelope);

// The same of orders.
bool put_order_body(wire::Writer& out, const core::Message& message, std::string_view contents);
bool read_order_body(int field, std::string_view bytes, Envelope& envelope);

}  // namespace vaste::emit
