#include "ingest/normalise.h"

#include <algorithm>
#include <array>

namespace vaste::ingest {
namespace {

// ASCII only: the meaning of other letters depends on a locale, and a later version of one.
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_ignoring_case(std::string_view a, std::string_view lower_case) {
  return std::ranges::equal(a, lower_case, {}, lower);
}

std::string_view trim(std::string_view text, std::string_view set = " ") {
  const auto first = text.find_first_not_of(set);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(set) - first + 1);
}

bool drop_prefix(std::string_view& text, std::string_view lower_case) {
  if (!equal_ignoring_case(text.substr(0, lower_case.size()), lower_case)) return false;
  text = trim(text.substr(lower_case.size()));
  return true;
}

void append_lower(std::string& out, std::string_view text) {
  for (const char c : text) out.push_back(lower(c));
}

// A ':' ends a name space, so one inside must not look like it: scope "a:b" + "c" is not scope "a"
// + "b:c".
void append_scope(std::string& out, std::string_view scope) {
  for (const char c : trim(scope)) {
    if (c == ':' || c == '%')
      out.append(c == ':' ? "%3a" : "%25");
    else
      out.push_back(c);
  }
  out.push_back(':');
}

void append_email(std::string& out, std::string_view value) {
  while (drop_prefix(value, "mailto:")) {
  }
  if (value.size() > 2 && value.front() == '<' && value.back() == '>')
    value = trim(value.substr(1, value.size() - 2));
  // The local part too: RFC 5321 lets case matter there, but no mailbox that people use does, and
  // they type it as they like.
  append_lower(out, value);
}

// Digits and a leading '+' as they stand: national numbers become international only with a region,
// which is not known here.
void append_phone(std::string& out, std::string_view value) {
  while (drop_prefix(value, "tel:") || drop_prefix(value, "whatsapp:") ||
         drop_prefix(value, "sms:")) {
  }
  if (is_placeholder(value)) return;
  // No digit but zeros is what telephone systems write for a number they do not have.
  if (std::ranges::none_of(value, [](char c) { return c >= '1' && c <= '9'; })) return;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value.substr(i).starts_with("\u00a0")) {  // the space that keeps a number on one line
      ++i;
    } else if (std::string_view(" -()[]./").find(value[i]) == std::string_view::npos) {
      out.push_back(lower(value[i]));
    }
  }
}

// True if something follows the prefix; else leaves `out` empty.
bool finish(std::string& out, std::size_t prefix) {
  if (out.size() > prefix) return true;
  out.clear();
  return false;
}

std::string_view name_space(v1::ThreadKeyKind kind) {
  switch (kind) {
    case v1::THREAD_KEY_KIND_TICKET:
      return "ticket:";
    case v1::THREAD_KEY_KIND_MAIL_MESSAGE:
    case v1::THREAD_KEY_KIND_MAIL_REFERENCE:
      return "mail:";
    case v1::THREAD_KEY_KIND_CALL:
      return "call:";
    case v1::THREAD_KEY_KIND_CHAT_SESSION:
      return "chat:";
    case v1::THREAD_KEY_KIND_SOCIAL_POST:
    case v1::THREAD_KEY_KIND_SOCIAL_PARENT:
      return "post:";
    case v1::THREAD_KEY_KIND_SOCIAL_THREAD:
      return "thread:";
    case v1::THREAD_KEY_KIND_CHAT_MESSAGE:
    case v1::THREAD_KEY_KIND_CHAT_PARENT:
      return "line:";
    default:
      return {};
  }
}

}  // namespace

int strength(v1::IdentifierType type) {
  switch (type) {
    case v1::IDENTIFIER_TYPE_CUSTOMER_ID:
      return 0;
    case v1::IDENTIFIER_TYPE_EMAIL:
      return 1;
    case v1::IDENTIFIER_TYPE_PHONE:
      return 2;
    case v1::IDENTIFIER_TYPE_SOCIAL:
      return 3;
    case v1::IDENTIFIER_TYPE_CHAT_VISITOR:
      return 4;
    case v1::IDENTIFIER_TYPE_DEVICE:
      return 5;
    default:
      return 6;
  }
}

bool is_placeholder(std::string_view value) {
  static constexpr std::array<std::string_view, 11> kPlaceholders = {
      "",        "0",           "anonymous", "withheld", "unknown",  "restricted",
      "private", "unavailable", "null",      "none",     "undefined"};
  value = trim(value);
  return std::ranges::any_of(
      kPlaceholders, [&](std::string_view word) { return equal_ignoring_case(value, word); });
}

bool canonical(const v1::Identifier& identifier, std::string& out) {
  out.clear();
  const std::string_view value = trim(identifier.value());
  if (is_placeholder(value)) return false;
  switch (identifier.type()) {
    case v1::IDENTIFIER_TYPE_CUSTOMER_ID:
      out.append("customer:").append(value);
      return true;
    case v1::IDENTIFIER_TYPE_EMAIL:
      append_email(out.append("email:"), value);
      return finish(out, 6);
    case v1::IDENTIFIER_TYPE_PHONE:
      append_phone(out.append("phone:"), value);
      return finish(out, 6);
    case v1::IDENTIFIER_TYPE_SOCIAL:
      append_scope(out.append("social:"), identifier.network());
      out.append(value);
      return true;
    case v1::IDENTIFIER_TYPE_CHAT_VISITOR:
      append_scope(out.append("chat:"), identifier.network());
      out.append(value);
      return true;
    case v1::IDENTIFIER_TYPE_DEVICE:
      out.append("device:").append(value);
      return true;
    default:
      return false;
  }
}

bool canonical(const v1::ThreadKey& key, std::string& out) {
  out.clear();
  const std::string_view space = name_space(key.kind());
  // References are written with and without brackets, folded with and without spaces; the rest is
  // case-sensitive.
  const std::string_view value = space == "mail:" ? trim(key.value(), " <>") : trim(key.value());
  if (space.empty() || value.empty()) return false;
  append_scope(out.append(space), key.scope());
  out.append(value);
  return true;
}

}  // namespace vaste::ingest
