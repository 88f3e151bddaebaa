#include "ingest/mail_address.h"

#include <idn2.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>

#include "ingest/normalise.h"
#include "ingest/text.h"

namespace vaste::ingest {
namespace {

constexpr std::string_view kInvalid = "invalid:";
constexpr std::string_view kWideAt = "\uff20";  // of a keyboard that writes full-width letters
constexpr std::size_t kMostLocalPart = 256;     // after 64 of RFC 5321: senders of bulk mail
constexpr std::size_t kMostDomain = 253;
constexpr std::size_t kMostLabel = 63;

std::string_view address_in(std::string_view value) {
  value = inside_brackets(value);
  while (drop_prefix(value, "mailto:")) {
  }
  return value;
}

struct Split {
  std::string_view local;
  std::string_view domain;
};

// At the last '@': a quoted local part may hold others.
Split split(std::string_view address) {
  const auto at = address.rfind('@');
  if (at != std::string_view::npos) return {address.substr(0, at), address.substr(at + 1)};
  const auto wide = address.rfind(kWideAt);
  if (wide == std::string_view::npos) return {};
  return {address.substr(0, wide), address.substr(wide + kWideAt.size())};
}

std::string_view without_final_dots(std::string_view domain) {
  while (domain.ends_with('.')) domain.remove_suffix(1);
  return domain;
}

bool is_host(std::string_view domain) {
  if (domain.empty() || domain.size() > kMostDomain) return false;
  std::size_t label = 0;
  for (const char c : domain) {
    if (c == '.') {
      if (label == 0) return false;
      label = 0;
    } else if (is_digit(c) || is_letter(c) || c == '-' || c == '_') {
      if (++label > kMostLabel) return false;
    } else {
      return false;
    }
  }
  return label > 0;
}

// "[192.0.2.1]", "[ipv6:2001:db8::1]"
bool is_literal(std::string_view domain) {
  return domain.size() > 2 && domain.size() <= kMostDomain && domain.front() == '[' &&
         domain.back() == ']' &&
         std::ranges::all_of(domain.substr(1, domain.size() - 2), [](char c) {
           return is_digit(c) || is_letter(c) || c == ':' || c == '.';
         });
}

bool is_local_part(std::string_view local) {
  if (local.empty() || local.size() > kMostLocalPart) return false;
  if (local.size() > 2 && local.front() == '"' && local.back() == '"') {
    const std::string_view inside = local.substr(1, local.size() - 2);
    return inside.find_first_of("\"\\") == std::string_view::npos;
  }
  return local.find_first_of(" \"(),:;<>@[\\]") == std::string_view::npos;
}

// Compatible forms as one (full-width letters, ligatures), and none of the characters that nobody
// sees. An exact local part keeps its letters.
std::string mapped(std::string_view local, bool exact) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* forms =
      exact ? icu::Normalizer2::getNFCInstance(error) : icu::Normalizer2::getNFKCInstance(error);
  if (U_FAILURE(error) != 0) return {};
  const auto given = icu::UnicodeString::fromUTF8(
      icu::StringPiece(local.data(), static_cast<std::int32_t>(local.size())));
  icu::UnicodeString visible;
  for (std::int32_t i = 0; i < given.length(); i = given.moveIndex32(i, 1))
    if (const UChar32 c = given.char32At(i); u_charType(c) != U_FORMAT_CHAR) visible.append(c);
  icu::UnicodeString out = forms->normalize(visible, error);
  if (!exact) out = forms->normalize(out.toLower(icu::Locale::getRoot()), error);
  if (U_FAILURE(error) != 0) return {};
  std::string text;
  return out.toUTF8String(text);
}

bool append_local_part(std::string& out, std::string_view local, const MailRules& rules) {
  std::string other;
  if (!is_ascii(local)) {
    other = mapped(local, rules.exact_local_part);
    local = other;
  }
  if (!is_local_part(local)) return false;
  if (const auto tag = local.find('+');
      rules.strip_plus_tag && tag != local.npos && tag > 0 && local.front() != '"')
    local = local.substr(0, tag);
  if (rules.exact_local_part || !other.empty())
    out.append(local);
  else
    append_lower(out, local);
  return true;
}

bool is_under_invalid(std::string_view domain) {  // RFC 2606: nobody ever has an address there
  constexpr std::string_view kName = ".invalid";
  domain = without_final_dots(domain);
  if (domain.size() < kName.size()) return equal_ignoring_case(domain, kName.substr(1));
  return equal_ignoring_case(domain.substr(domain.size() - kName.size()), kName);
}

}  // namespace

bool append_domain(std::string& out, std::string_view domain) {
  domain = without_final_dots(domain);
  if (is_ascii(domain)) {
    if (!is_host(domain) && !is_literal(domain)) return false;
    append_lower(out, domain);
    return true;
  }
  char* found = nullptr;
  const int outcome =
      idn2_to_ascii_8z(std::string(domain).c_str(), &found, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  const std::unique_ptr<char, void (*)(void*)> owned(found, idn2_free);
  if (outcome != IDN2_OK) return false;
  const std::string_view name = without_final_dots(found);
  if (!is_host(name)) return false;
  append_lower(out, name);
  return true;
}

bool is_address_of_somebody(std::string_view value) {
  const std::string_view address = address_in(value);
  return !is_placeholder(address) && !is_under_invalid(split(address).domain);
}

bool append_email(std::string& out, std::string_view value, const MailRules& rules) {
  const std::string_view address = address_in(value);
  if (!is_address_of_somebody(address)) return false;
  const auto before = out.size();
  const auto [local, domain] = split(address);
  if (append_local_part(out, local, rules)) {
    out.push_back('@');
    if (append_domain(out, domain)) return true;
  }
  out.resize(before);
  if (!address.starts_with(kInvalid)) out.append(kInvalid);
  append_lower(out, address);
  return true;
}

}  // namespace vaste::ingest
