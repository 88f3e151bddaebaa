// Small readers of identifiers' text. Private to ingest/.
#pragma once

#include <string>
#include <string_view>

namespace vaste::ingest {

// ASCII only: the meaning of other letters depends on a locale, and a later version of one.
constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) {
  return lower(c) >= 'a' && lower(c) <= 'z';
}

bool equal_ignoring_case(std::string_view a, std::string_view lower_case);
void append_lower(std::string& out, std::string_view text);
bool is_ascii(std::string_view text);

// Without spaces at either end: ASCII's, those that keep a line together, those without a width.
std::string_view trim(std::string_view text);

// The prefix, in any case, and the spaces behind it.
bool drop_prefix(std::string_view& text, std::string_view lower_case);

// `"Ann" <ann@example.org>` and `<ann@example.org>` as `ann@example.org`: what mail programs and
// telephone systems write where an address is expected.
std::string_view inside_brackets(std::string_view text);

// UTF-8 without C0, DEL and C1.
bool is_clean(std::string_view text);

}  // namespace vaste::ingest
