// Bytes as text.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace vaste {

// Two small hexadecimal digits for each byte.
inline std::string hex(std::span<const unsigned char> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(2 * bytes.size());
  for (const unsigned char byte : bytes) {
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 15U];
  }
  return out;
}

}  // namespace vaste
