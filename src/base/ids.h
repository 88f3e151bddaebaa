// Identifiers of our own: 128 bits laid out as UUID version 7, time first, so that they sort by
// age.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace vaste {

inline constexpr std::uint32_t kKeyGroups = 1024;

// 48 bits of milliseconds, the version, 12 bits of which ten are the home key group, 62 bits of
// nonce. Where an id lives can be read off it, so a pointer to it needs nothing else.
struct Id {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  auto operator<=>(const Id&) const = default;
  bool empty() const { return high == 0 && low == 0; }
  Instant born() const { return instant(static_cast<std::int64_t>(high >> 16)); }
  unsigned version() const { return static_cast<unsigned>(high >> 12 & 0xf); }
  std::uint32_t key_group() const { return static_cast<std::uint32_t>(high & 0xfff) % kKeyGroups; }

  // Same arguments, same id: a replay of the same input gives the same ids.
  static Id make(Instant at, std::uint32_t key_group, std::uint64_t nonce) {
    const auto ms = static_cast<std::uint64_t>(to_ms(at)) & 0xffffffffffffULL;
    return {ms << 16 | 0x7000ULL | (key_group % kKeyGroups), 0x8000000000000000ULL | (nonce >> 2)};
  }

  // Of a version that says what it is of: of two hashes, and of no time.
  static Id of_version(unsigned version, std::uint64_t high, std::uint64_t low) {
    return {(high & ~0xf000ULL) | std::uint64_t{version} << 12, low | 1ULL << 63};
  }

  std::array<char, 36> digits() const;           // 8-4-4-4-12 hexadecimal digits
  std::string text() const;                      // the same
  std::array<char, 16> array() const;            // big-endian: sorts like the id
  std::string bytes() const;                     // the same
  static Id from_bytes(std::string_view bytes);  // Empty id unless there are exactly 16.
};

inline std::array<char, 16> Id::array() const {
  std::array<char, 16> out;
  for (std::size_t i = 0; i < 8; ++i) {
    out[i] = static_cast<char>(high >> (56 - 8 * i));
    out[8 + i] = static_cast<char>(low >> (56 - 8 * i));
  }
  return out;
}

inline std::string Id::bytes() const {
  const auto all = array();
  return {all.data(), all.size()};
}

inline Id Id::from_bytes(std::string_view bytes) {
  if (bytes.size() != 16) return {};
  Id id;
  for (std::size_t i = 0; i < 8; ++i) {
    id.high = id.high << 8 | static_cast<unsigned char>(bytes[i]);
    id.low = id.low << 8 | static_cast<unsigned char>(bytes[8 + i]);
  }
  return id;
}

// Each byte's two digits.
inline constexpr auto kHexadecimal = [] {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<std::array<char, 2>, 256> out{};
  for (std::size_t byte = 0; byte < out.size(); ++byte)
    out[byte] = {kDigits[byte >> 4], kDigits[byte & 0xf]};
  return out;
}();

inline std::array<char, 36> Id::digits() const {
  std::array<char, 36> out;
  char* p = out.data();
  const auto put = [&](std::uint64_t half, int from, int to) {
    for (int shift = from; shift >= to; shift -= 8) {
      std::memcpy(p, kHexadecimal[half >> shift & 0xff].data(), 2);
      p += 2;
    }
  };
  put(high, 56, 32);
  *p++ = '-';
  put(high, 24, 16);
  *p++ = '-';
  put(high, 8, 0);
  *p++ = '-';
  put(low, 56, 48);
  *p++ = '-';
  put(low, 40, 0);
  return out;
}

inline std::string Id::text() const {
  const auto all = digits();
  return {all.data(), all.size()};
}

// 32 hexadecimal digits, dashes or not; nullopt: something else.
inline std::optional<Id> parse_id(std::string_view text) {
  std::string bytes;
  int half = -1;
  for (const char c : text) {
    if (c == '-') continue;
    int digit = 0;
    if (c >= '0' && c <= '9')
      digit = c - '0';
    else if (c >= 'a' && c <= 'f')
      digit = c - 'a' + 10;
    else if (c >= 'A' && c <= 'F')
      digit = c - 'A' + 10;
    else
      return std::nullopt;
    if (half < 0) {
      half = digit;
      continue;
    }
    bytes.push_back(static_cast<char>(half << 4 | digit));
    half = -1;
  }
  if (half >= 0 || bytes.size() != 16) return std::nullopt;
  return Id::from_bytes(bytes);
}

}  // namespace vaste

template <>
struct std::hash<vaste::Id> {
  std::size_t operator()(const vaste::Id& id) const noexcept {
    return static_cast<std::size_t>(id.high ^ (id.low * 0x9e3779b97f4a7c15ULL));
  }
};
