// Addresses of e-mail as canonical text. The only file that knows libidn2.
#pragma once

#include <string>
#include <string_view>

namespace vaste::ingest {

struct MailRules {
  bool exact_local_part = false;  // Ann@ and ann@ are two mailboxes
  bool strip_plus_tag = false;    // ann+shop@ is ann@
};

// Appends "ann@xn--mnchen-3ya.de": the domain in lower case and as it stands in the DNS (UTS 46),
// the local part by the rules. What is no address stays, in lower case, behind "invalid:", so that
// mending it never makes it somebody else's.
// False, and nothing appended: nothing in it, or a domain under .invalid.
// `value` is clean text without spaces at its ends.
bool append_email(std::string& out, std::string_view value, const MailRules& rules);

// False exactly where append_email() gives false. Cheap.
bool is_address_of_somebody(std::string_view value);

// Appends the domain as it stands in the DNS; false, and nothing appended: it is none.
bool append_domain(std::string& out, std::string_view domain);

}  // namespace vaste::ingest
