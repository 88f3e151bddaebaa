#include "ingest/identity.h"

#include <algorithm>
#include <array>
#include <utility>

#include "ingest/route.h"
#include "ingest/text.h"

namespace vaste::ingest {
namespace {

constexpr std::array<std::pair<std::string_view, v1::IdentifierType>, 6> kKinds = {
    {{"customer:", v1::IDENTIFIER_TYPE_CUSTOMER_ID},
     {"email:", v1::IDENTIFIER_TYPE_EMAIL},
     {"phone:", v1::IDENTIFIER_TYPE_PHONE},
     {"chat:", v1::IDENTIFIER_TYPE_CHAT_VISITOR},
     {"social:", v1::IDENTIFIER_TYPE_SOCIAL},
     {"device:", v1::IDENTIFIER_TYPE_DEVICE}}};

// The identifier that is written as outputs write it.
v1::Identifier identifier_of(v1::IdentifierType type, std::string_view value) {
  v1::Identifier out;
  out.set_type(type);
  const auto colon = value.find(':');
  const bool has_network =
      type == v1::IDENTIFIER_TYPE_CHAT_VISITOR || type == v1::IDENTIFIER_TYPE_SOCIAL;
  if (has_network && colon != value.npos) {
    out.set_network(std::string(value.substr(0, colon)));
    value.remove_prefix(colon + 1);
  }
  out.set_value(std::string(value));
  return out;
}

// "@Example.org" as "@example.org", ".münchen.de" as it stands in the DNS: the end of addresses,
// of which the domain at least can be read.
std::string mail_end(std::string_view end, bool exact_local_part) {
  const auto at = end.rfind('@');
  const auto domain = at == end.npos ? end.find('.') : at;
  std::string out;
  const std::string_view local = end.substr(0, domain == end.npos ? end.size() : domain + 1);
  if (exact_local_part)
    out.append(local);
  else
    append_lower(out, local);
  if (domain != end.npos && !append_domain(out, end.substr(domain + 1)))
    append_lower(out, end.substr(domain + 1));
  return out;
}

std::string without_blanks(std::string_view number) {
  std::string out;
  for (const char c : number)
    if (c != ' ' && c != '-') out.push_back(c);
  return out;
}

}  // namespace

Patterns::Patterns(const std::vector<std::string>& written, const MailRules& mail) {
  for (const std::string& one : written) add(one, mail);
}

void Patterns::add(std::string_view written, const MailRules& mail) {
  const auto kind =
      std::ranges::find_if(kKinds, [&](const auto& row) { return written.starts_with(row.first); });
  if (kind == kKinds.end()) return;  // config/ sees to it
  const auto [prefix, type] = *kind;
  std::string_view value = written.substr(prefix.size());
  const bool is_mail = type == v1::IDENTIFIER_TYPE_EMAIL;
  if (value.starts_with('*')) {
    value.remove_prefix(1);
    endings_.push_back({std::string(prefix),
                        is_mail ? mail_end(value, mail.exact_local_part) : std::string(value)});
    return;
  }
  std::string text(prefix);
  if (value.ends_with('*')) {
    value.remove_suffix(1);
    if (is_mail && !mail.exact_local_part)
      append_lower(text, value);
    else
      text.append(type == v1::IDENTIFIER_TYPE_PHONE ? without_blanks(value) : std::string(value));
    beginnings_.push_back(std::move(text));
    return;
  }
  if (canonical(identifier_of(type, value), {.region = {}, .mail = mail}, text))
    whole_.insert(std::move(text));
}

bool Patterns::hold(std::string_view identifier) const {
  if (whole_.find(identifier) != whole_.end()) return true;
  return std::ranges::any_of(beginnings_,
                             [&](const auto& one) { return identifier.starts_with(one); }) ||
         std::ranges::any_of(endings_, [&](const Ending& one) {
           return identifier.starts_with(one.kind) &&
                  identifier.substr(one.kind.size()).ends_with(one.end);
         });
}

Identity::Identity(const IdentityRules& rules)
    : mail_{rules.exact_local_part, rules.strip_plus_tag},
      denied_(rules.deny, mail_),
      own_(rules.own, mail_) {}

void Identity::judge(Incoming& incoming) const {
  bool ours = false;
  const auto gone = std::erase_if(incoming.identifiers, [&](const std::string& identifier) {
    const bool own = own_.hold(identifier);
    ours = ours || own;
    return own || denied_.hold(identifier);
  });
  if (gone != 0) settle(incoming, ours && incoming.identifiers.empty());
}

}  // namespace vaste::ingest
