// Identifiers and thread keys as canonical text: one person or thread, one text, however a
// connector wrote it.
//
// The text is what actors are routed and stored by: changing a rule here parts people from what is
// known about them.
#pragma once

#include <string>
#include <string_view>

#include "vaste/v1/event.pb.h"

namespace vaste::ingest {

// "email:ann@example.org", "phone:+358401234567", "social:network:id", "chat:network:id",
// "customer:id", "device:id". Replaces `out`. False, and `out` empty: it names nobody (a withheld
// number, "anonymous", an unknown type).
bool canonical(const v1::Identifier& identifier, std::string& out);

// "mail::1@example.org", "call:pbx1:4711": name space, scope, value. False, and `out` empty: an
// unknown kind or nothing in it.
bool canonical(const v1::ThreadKey& key, std::string& out);

// 0 is strongest: customer_id, email, phone, social, chat_visitor, device, anything else.
int strength(v1::IdentifierType type);

// "anonymous", "0", "": what systems write where they know nobody. Any case; surrounding spaces do
// not count.
bool is_placeholder(std::string_view value);

}  // namespace vaste::ingest
