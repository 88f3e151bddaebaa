// An identifier of any bytes: normalised to a text that is fit to be a key, or to nobody.
#include <bit>

#include "fuzz/target.h"
#include "ingest/identity.h"
#include "ingest/normalise.h"
#include "ingest/text.h"

namespace vaste::fuzz {
namespace {

// The first byte: which type, which rules.
constexpr unsigned kTypes = 7;  // one more than there are

std::string checked(const v1::Identifier& identifier, const ingest::Habits& habits) {
  std::string text = "left over";
  const bool somebody = ingest::canonical(identifier, habits, text);
  VASTE_CHECK(somebody == !text.empty());
  VASTE_CHECK(somebody == ingest::names_somebody(identifier));
  VASTE_CHECK(text.size() <= ingest::kMaxCanonical);
  VASTE_CHECK(ingest::is_clean(text));
  return text;
}

// Of types whose text is the kind and the value: what was normalised is normal.
void check_again(v1::Identifier identifier, const ingest::Habits& habits, const std::string& text) {
  const std::string value = text.substr(text.find(':') + 1);
  if (value.size() > 512) return;  // a mark made it longer than identifiers may be
  identifier.set_value(value);
  VASTE_CHECK(checked(identifier, habits) == text);
}

void check_patterns(std::string_view value) {
  const ingest::Patterns patterns({"email:" + std::string(value), "phone:" + std::string(value),
                                   "social:" + std::string(value)},
                                  {});
  static_cast<void>(patterns.hold(value));
}

void run(std::string_view input) {
  if (input.empty()) return;
  const auto head = std::bit_cast<unsigned char>(input.front());
  input.remove_prefix(1);
  v1::Identifier identifier;
  identifier.set_type(static_cast<v1::IdentifierType>(1 + head % kTypes));
  identifier.set_value(std::string(input));
  const bool has_network = identifier.type() == v1::IDENTIFIER_TYPE_SOCIAL ||
                           identifier.type() == v1::IDENTIFIER_TYPE_CHAT_VISITOR;
  if (has_network) identifier.set_network(std::string(input.substr(0, input.size() / 2)));
  const ingest::Habits habits{(head & 0x20) != 0 ? "FI" : "",
                              {(head & 0x40) != 0, (head & 0x80) != 0}};
  const std::string text = checked(identifier, habits);
  if (!text.empty() && !has_network) check_again(identifier, habits, text);
  check_patterns(input);
}

std::vector<std::string> seeds() {
  std::vector<std::string> out;
  for (const char* value :
       {"C-4711", "Ann@Example.org", "\"B, Ann\" <ann+shop@m\u00fcnchen.de.>", "ann@[192.0.2.1]",
        "\uff41\uff20example.org", "invalid:x", "+358 (0)9 555-0100 ext. 12", "040 1234567",
        "sip:+358401234567;npdi@10.0.0.1;user=phone", "tel:40-1234567;phone-context=+358",
        "local:FI:112", "+266696687", "instagram", "0000", "\u202a+1 202\u2013555\u20130143"})
    for (const char head : {'\x00', '\x01', '\x02', '\x04', '\x22', '\x41', '\x81'})
      out.push_back(head + std::string(value));
  return out;
}

std::vector<std::string> words() {
  return {"tel:",   "sip:",     "whatsapp:", "mailto:", ";ext=",    ";phone-context=+358",
          "local:", "invalid:", "@",         "<",       ">",        "+358",
          "(0)",    ".invalid", "anonymous", "xn--",    "\u00ad",   "\u200b",
          "\uff20", "\u3002",   "\u0130",    "\u00df",  "\xc2\x85", "\xed\xa0\x80"};
}

}  // namespace

const FuzzTarget& target() {
  static const FuzzTarget made{run, seeds, words};
  return made;
}

}  // namespace vaste::fuzz
