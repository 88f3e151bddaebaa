#include "ingest/text.h"

#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace vaste::ingest {
namespace {

// Left there by tables and web forms: no-break space, zero width space, byte order mark.
constexpr std::array<std::string_view, 4> kSpaces = {" ", "\u00a0", "\u200b", "\ufeff"};

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view lower_case) {
  return std::ranges::equal(a, lower_case, {}, lower);
}

void append_lower(std::string& out, std::string_view text) {
  for (const char c : text) out.push_back(lower(c));
}

bool is_ascii(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return (static_cast<unsigned>(c) & 0x80U) != 0; });
}

std::string_view trim(std::string_view text) {
  const auto is_plain = [](char c) { return c > ' ' && is_ascii({&c, 1}); };
  if (!text.empty() && is_plain(text.front()) && is_plain(text.back())) return text;
  for (std::size_t i = 0; i < kSpaces.size();) {
    const std::size_t before = text.size();
    if (text.starts_with(kSpaces[i])) text.remove_prefix(kSpaces[i].size());
    if (text.ends_with(kSpaces[i])) text.remove_suffix(kSpaces[i].size());
    i = text.size() == before ? i + 1 : 0;
  }
  return text;
}

bool drop_prefix(std::string_view& text, std::string_view lower_case) {
  if (!equal_ignoring_case(text.substr(0, lower_case.size()), lower_case)) return false;
  text = trim(text.substr(lower_case.size()));
  return true;
}

std::string_view inside_brackets(std::string_view text) {
  const auto open = text.rfind('<');
  if (open == std::string_view::npos || text.back() != '>' || open + 2 >= text.size()) return text;
  return trim(text.substr(open + 1, text.size() - open - 2));
}

bool is_clean(std::string_view text) {
  if (std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; })) return true;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  for (std::size_t i = 0; i < text.size();) {
    UChar32 c = 0;
    U8_NEXT(bytes, i, text.size(), c);
    if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return false;  // negative: not UTF-8
  }
  return true;
}

}  // namespace vaste::ingest
