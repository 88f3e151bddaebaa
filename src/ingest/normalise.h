// Identifiers and thread keys as canonical text: one person or thread, one text, however a
// connector wrote it.
//
// The text is what actors are routed and stored by: changing a rule here parts people from what is
// known about them.
#pragma once

#include <string>
#include <string_view>

#include "ingest/mail_address.h"
#include "vaste/v1/event.pb.h"

namespace vaste::ingest {

// How the identifiers of one source are written, and how the policy of their time reads them.
struct Habits {
  std::string_view region = {};  // of national telephone numbers, "FI"; empty: not known
  MailRules mail = {};
};

// "email:ann@example.org", "phone:+358401234567", "social:network:id", "chat:network:id",
// "customer:id", "device:id"; what looks like an address or a number and is none has a mark of its
// own (mail_address.h, phone.h). Replaces `out`; the text is UTF-8 without control characters, at
// most kMaxCanonical bytes, and normalises to itself. False, and `out` empty: it names nobody.
bool canonical(const v1::Identifier& identifier, const Habits& habits, std::string& out);
inline constexpr std::size_t kMaxCanonical = 1024;

// False exactly where canonical() gives false: a withheld number, "anonymous", an unknown type,
// what is too long or no text. Cheap: nothing is normalised.
bool names_somebody(const v1::Identifier& identifier);

// "mail::1@example.org", "call:pbx1:4711": name space, scope, value. False, and `out` empty: an
// unknown kind or nothing in it.
bool canonical(v1::ThreadKeyKind kind, std::string_view value, std::string_view scope,
               std::string& out);
inline bool canonical(const v1::ThreadKey& key, std::string& out) {
  return canonical(key.kind(), key.value(), key.scope(), out);
}

// 0 is strongest: customer_id, email, phone, social, chat_visitor, device, anything else.
int strength(v1::IdentifierType type);

// "anonymous", "0", "": what systems write where they know nobody. Any case; surrounding spaces do
// not count. What else is nobody in one organisation its policy says: identity.h.
bool is_placeholder(std::string_view value);

}  // namespace vaste::ingest
