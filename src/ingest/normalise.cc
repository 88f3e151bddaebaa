#include "ingest/normalise.h"

#include <algorithm>
#include <array>

#include "ingest/decode.h"
#include "ingest/phone.h"
#include "ingest/text.h"

namespace vaste::ingest {
namespace {

std::string_view without_brackets(std::string_view text) {
  constexpr std::string_view kAround = " <>";
  const auto first = text.find_first_not_of(kAround);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kAround) - first + 1);
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

// Connectors write a network's name as they like; ids inside it are told apart by case.
void append_network(std::string& out, std::string_view network) {
  const auto before = out.size();
  append_scope(out, network);
  std::transform(out.begin() + static_cast<std::ptrdiff_t>(before), out.end(),
                 out.begin() + static_cast<std::ptrdiff_t>(before), lower);
}

// What can name somebody, whatever its type.
bool is_fit(std::string_view value, std::string_view network) {
  return value.size() <= kMaxValue && network.size() <= kMaxNetwork && is_clean(value) &&
         is_clean(network) && !is_placeholder(value);
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
  static constexpr std::array<std::string_view, 16> kPlaceholders = {
      "anonymous", "withheld",     "unknown",   "restricted", "private", "unavailable",     "null",
      "none",      "nil",          "undefined", "(null)",     "<null>",  "[object object]", "n/a",
      "nan",       "not available"};
  value = trim(value);
  if (value.size() > 36) return false;  // an UUID
  // "0", "0000", an UUID of zeros: the number that stands for none.
  if (std::ranges::all_of(value, [](char c) { return c == '0' || c == '-'; })) return true;
  return std::ranges::any_of(
      kPlaceholders, [&](std::string_view word) { return equal_ignoring_case(value, word); });
}

bool names_somebody(const v1::Identifier& identifier) {
  const std::string_view value = trim(identifier.value());
  if (!is_fit(value, identifier.network())) return false;
  switch (identifier.type()) {
    case v1::IDENTIFIER_TYPE_EMAIL:
      return is_address_of_somebody(value);
    case v1::IDENTIFIER_TYPE_PHONE:
      return is_number_of_somebody(value);
    case v1::IDENTIFIER_TYPE_CUSTOMER_ID:
    case v1::IDENTIFIER_TYPE_SOCIAL:
    case v1::IDENTIFIER_TYPE_CHAT_VISITOR:
    case v1::IDENTIFIER_TYPE_DEVICE:
      return true;
    default:
      return false;
  }
}

bool canonical(const v1::Identifier& identifier, const Habits& habits, std::string& out) {
  out.clear();
  const std::string_view value = trim(identifier.value());
  if (!is_fit(value, identifier.network())) return false;
  switch (identifier.type()) {
    case v1::IDENTIFIER_TYPE_CUSTOMER_ID:
      out.append("customer:").append(value);
      return true;
    case v1::IDENTIFIER_TYPE_EMAIL:
      if (append_email(out.append("email:"), value, habits.mail)) return true;
      out.clear();
      return false;
    case v1::IDENTIFIER_TYPE_PHONE:
      if (append_phone(out.append("phone:"), value, habits.region)) return true;
      out.clear();
      return false;
    case v1::IDENTIFIER_TYPE_SOCIAL:
      append_network(out.append("social:"), identifier.network());
      out.append(value);
      return true;
    case v1::IDENTIFIER_TYPE_CHAT_VISITOR:
      append_network(out.append("chat:"), identifier.network());
      out.append(value);
      return true;
    case v1::IDENTIFIER_TYPE_DEVICE:
      out.append("device:").append(value);
      return true;
    default:
      return false;
  }
}

bool canonical(v1::ThreadKeyKind kind, std::string_view given, std::string_view scope,
               std::string& out) {
  out.clear();
  const std::string_view space = name_space(kind);
  // References are written with and without brackets, folded with and without spaces; the rest is
  // case-sensitive.
  const std::string_view value = space == "mail:" ? without_brackets(given) : trim(given);
  if (space.empty() || value.empty()) return false;
  append_scope(out.append(space), scope);
  out.append(value);
  return true;
}

}  // namespace vaste::ingest
