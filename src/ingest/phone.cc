#include "ingest/phone.h"

#include <phonenumbers/phonenumberutil.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>

#include "base/hash.h"
#include "ingest/text.h"

namespace vaste::ingest {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

constexpr std::string_view kLocal = "local:";
constexpr std::string_view kNoRegion = "ZZ";  // libphonenumber's
constexpr std::size_t kMostDigits = 40;       // beyond, nothing is asked of libphonenumber
constexpr std::size_t kMostExtension = 20;
// Where a number begins with a prefix at home, one without it is hardly shorter than this: tables
// that lost their leading zeros have such numbers.
constexpr std::size_t kLeastWithoutPrefix = 7;

const PhoneNumberUtil& library() {
  static const PhoneNumberUtil& instance = *PhoneNumberUtil::GetInstance();
  return instance;
}

// What of a value is the number: "+358 9 555 0100" of "sip:+358-9-5550100@pbx;user=phone".
struct Parts {
  std::string_view number;
  std::string_view extension;
  std::string_view context;  // RFC 3966: what stands in front of a local number, "+358"
};

void read_parameters(std::string_view parameters, Parts& parts) {
  while (!parameters.empty()) {
    const auto end = std::min(parameters.find(';'), parameters.size());
    std::string_view one = parameters.substr(0, end);
    parameters.remove_prefix(std::min(end + 1, parameters.size()));
    if (drop_prefix(one, "ext=")) {
      parts.extension = one;
    } else if (drop_prefix(one, "phone-context=") && one.starts_with('+')) {
      parts.context = one;
    }
  }
}

// "12" of "555 0100 ext. 12", "555 0100 x12", "555 0100#12"; the number without it.
void split_extension(Parts& parts) {
  constexpr std::array<std::string_view, 6> kMarks = {"extension", "ext.", "ext", "x.", "x", "#"};
  std::size_t digits = parts.number.size();
  while (digits > 0 && is_digit(parts.number[digits - 1])) --digits;
  const std::string_view extension = parts.number.substr(digits);
  if (extension.empty() || extension.size() > kMostExtension) return;
  const std::string_view before = trim(parts.number.substr(0, digits));
  for (const std::string_view mark : kMarks) {
    if (before.size() <= mark.size()) continue;
    const std::size_t at = before.size() - mark.size();
    if (!equal_ignoring_case(before.substr(at), mark)) continue;
    if (is_letter(mark.front()) && is_letter(before[at - 1])) continue;
    parts.number = trim(before.substr(0, at));
    parts.extension = extension;
    return;
  }
}

Parts parts_of(std::string_view value) {
  value = inside_brackets(value);
  constexpr std::array<std::string_view, 7> kSchemes = {
      "tel:", "whatsapp:", "sms:", "callto:", "mms:", "viber:", "signal:"};
  Parts parts;
  const auto drop_scheme = [&] {
    return std::ranges::any_of(kSchemes, [&](auto scheme) { return drop_prefix(value, scheme); });
  };
  while (drop_scheme()) {
  }
  if (drop_prefix(value, "sip:") || drop_prefix(value, "sips:"))
    value = value.substr(0, value.find_first_of(":@"));  // a password, of all things
  if (const auto host = value.find('@'); host != std::string_view::npos) {
    const auto parameters = value.find(';', host);
    read_parameters(parameters == std::string_view::npos ? "" : value.substr(parameters + 1),
                    parts);
    value = value.substr(0, host);
  }
  const auto end = value.find(';');
  parts.number = trim(value.substr(0, end));
  if (end != std::string_view::npos) read_parameters(value.substr(end + 1), parts);
  if (parts.extension.empty()) split_extension(parts);
  return parts;
}

// The digits of any script, behind a plus sign if there is one; empty: something else is in it.
std::string digits_of(std::string_view number) {
  std::string out;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(number.data());
  for (std::size_t i = 0; i < number.size();) {
    UChar32 c = 0;
    U8_NEXT(bytes, i, number.size(), c);
    if (const std::int32_t digit = u_charDigitValue(c); digit >= 0) {
      out.push_back(static_cast<char>('0' + digit));
    } else if (c == '+' || c == 0xff0b) {
      if (!out.empty()) return {};
      out.push_back('+');
    } else {
      const bool separates =
          c > 0 && c < 0x80
              ? std::string_view(" -()[]./").find(static_cast<char>(c)) != std::string_view::npos
              : u_charType(c) == U_SPACE_SEPARATOR || u_charType(c) == U_DASH_PUNCTUATION ||
                    u_charType(c) == U_FORMAT_CHAR;
      if (!separates) return {};
    }
  }
  return out == "+" ? std::string() : out;
}

bool has_digit_beyond_zero(std::string_view number) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(number.data());
  for (std::size_t i = 0; i < number.size();) {
    UChar32 c = 0;
    U8_NEXT(bytes, i, number.size(), c);
    if (c < 0x80 ? c >= '1' && c <= '9' : u_charDigitValue(c) > 0) return true;
  }
  return false;
}

// Words for a caller who withholds the number, spelled on a telephone's keys: how they arrive
// through networks that know digits alone. None is as long as a number of its country.
bool is_spelled_placeholder(std::string_view digits) {
  constexpr std::array<std::string_view, 6> kSpelled = {"+266696687",    // anonymous
                                                        "+7378742833",   // restricted
                                                        "+2562533",      // blocked
                                                        "+8656696",      // unknown
                                                        "+86282452253",  // unavailable
                                                        "+7748283"};     // private
  return std::ranges::find(kSpelled, digits) != kSpelled.end();
}

bool is_somebody(const Parts& parts) {
  // No digit but zeros is what telephone systems write for a number they do not have.
  return has_digit_beyond_zero(parts.number) && !is_spelled_placeholder(parts.number);
}

// What E.164 numbers can be told by without asking the library.
class Plan {
 public:
  static const Plan& get() {
    static const Plan made;
    return made;
  }

  // "+358401234567": a calling code, as many digits as its numbers have, and none in front that its
  // callers at home would dial, which people write by mistake.
  bool is_e164(std::string_view digits) const {
    if (!digits.starts_with('+') || digits.size() < 5) return false;
    if (!std::ranges::all_of(digits.substr(1), is_digit)) return false;
    std::size_t code = 0;
    for (std::size_t i = 1; i < 4; ++i) {
      code = code * 10 + static_cast<std::size_t>(digits[i] - '0');
      const std::uint32_t lengths = lengths_[code];
      if (lengths == 0) continue;
      const std::size_t left = digits.size() - 1 - i;
      return left > 0 && left < 32 && digits[i + 1] != '0' && (lengths >> left & 1U) != 0;
    }
    return false;
  }

 private:
  Plan() {
    // Here numbers at home may begin otherwise than with a 0 (phone_test compares all codes).
    const std::set<int> peculiar = {52, 54, 55, 61, 86, 352, 375};
    std::set<int> codes;
    library().GetSupportedCallingCodes(&codes);
    for (const int code : codes) {
      if (peculiar.contains(code)) continue;
      std::uint64_t national = 2;
      for (unsigned length = 1; length <= 15; ++length, national *= 10) {
        PhoneNumber number;
        number.set_country_code(code);
        number.set_national_number(national);
        if (library().IsPossibleNumberWithReason(number) == PhoneNumberUtil::IS_POSSIBLE)
          lengths_.at(static_cast<std::size_t>(code)) |= 1U << length;
      }
    }
  }

  std::array<std::uint32_t, 1000> lengths_{};  // by calling code: a bit for each length; 0: ask
};

// An international number is believed by its length alone: the library's tables are older than the
// newest numbers. A national one has to be written as one or be in the tables, else extensions of a
// telephone system would become numbers of the world.
bool is_usable(const PhoneNumber& number, std::string_view digits, const std::string& region) {
  if (library().IsPossibleNumberWithReason(number) != PhoneNumberUtil::IS_POSSIBLE) return false;
  if (digits.starts_with('+')) return true;
  std::string prefix;
  library().GetNddPrefixForRegion(region, true, &prefix);
  if (!prefix.empty() && digits.starts_with(prefix)) return true;
  return (prefix.empty() || digits.size() >= kLeastWithoutPrefix) &&
         library().IsValidNumber(number);
}

// Empty: no number of the world.
std::string ask_library(const std::string& digits, const std::string& region) {
  PhoneNumber number;
  std::string out;
  if (library().Parse(digits, region, &number) == PhoneNumberUtil::NO_PARSING_ERROR &&
      is_usable(number, digits, region))
    library().Format(number, PhoneNumberUtil::E164, &out);
  return out;
}

// Of several zeros that callers at home would dial the library takes away one at a time: asked
// until nothing changes, so that what was normalised normalises to itself.
std::string settled(const std::string& digits, const std::string& region) {
  std::string out = ask_library(digits, region);
  while (!out.empty() && !Plan::get().is_e164(out)) {
    std::string next = ask_library(out, region);
    if (next == out) break;
    if (next.size() >= out.size()) return {};  // or never ends
    out = std::move(next);
  }
  return out;
}

// What the library said lately: one place for each hash, so nothing is searched or moved.
class Memory {
 public:
  const std::string& ask(const std::string& digits, std::string_view region) {
    if (places_.empty()) places_.resize(kPlaces);
    std::string question(region);
    question.append(1, ' ').append(digits);
    Place& place = places_[hash64(question) % kPlaces];
    if (place.question != question) {
      place.answer = settled(digits, std::string(region.empty() ? kNoRegion : region));
      place.question = std::move(question);
    }
    return place.answer;
  }

 private:
  static constexpr std::size_t kPlaces = 4096;
  struct Place {
    std::string question;
    std::string answer;
  };
  std::vector<Place> places_;
};

void append_local(std::string& out, std::string_view value, std::string_view digits,
                  std::string_view region) {
  out.append(kLocal);
  if (!digits.empty() && !digits.starts_with('+')) out.append(region);
  out.push_back(':');
  if (digits.empty())
    append_lower(out, value);
  else
    out.append(digits);
}

}  // namespace

bool is_number_of_somebody(std::string_view value) {
  return value.starts_with(kLocal) || is_somebody(parts_of(value));
}

bool append_phone(std::string& out, std::string_view value, std::string_view region) {
  if (value.starts_with(kLocal)) {  // it was here before
    out.append(value);
    return true;
  }
  if (Plan::get().is_e164(value)) {
    if (is_spelled_placeholder(value)) return false;
    out.append(value);
    return true;
  }
  const Parts parts = parts_of(value);
  if (!is_somebody(parts)) return false;
  std::string digits = digits_of(parts.number);
  if (!digits.empty() && !digits.starts_with('+')) digits.insert(0, digits_of(parts.context));
  static thread_local Memory memory;
  const std::string* known = nullptr;
  if (!digits.empty() && digits.size() <= kMostDigits) {
    known = Plan::get().is_e164(digits) ? &digits : &memory.ask(digits, region);
  }
  if (known == nullptr || known->empty())
    append_local(out, inside_brackets(value), digits, region);
  else
    out.append(*known);
  if (!parts.extension.empty() && !digits.empty() && std::ranges::all_of(parts.extension, is_digit))
    out.append(";ext=").append(parts.extension);
  return true;
}

std::vector<std::string> phone_regions() {
  std::set<std::string> regions;
  library().GetSupportedRegions(&regions);
  return {regions.begin(), regions.end()};
}

}  // namespace vaste::ingest
