#include "ingest/trace.h"

#include <algorithm>

namespace vaste::ingest {

namespace {

// version-trace-parent-flags: 2, 32, 16 and 2 digits.
constexpr std::size_t kSize = 55;

bool is_hexadecimal(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_zero(std::string_view text) {
  return text.find_first_not_of('0') == text.npos;
}

}  // namespace

std::string_view usable_trace(std::string_view header) {
  // A later version may have more behind it, but what this one has is there; ff will never be one.
  if (header.size() < kSize) return {};
  const std::string_view version = header.substr(0, 2);
  const std::string_view trace = header.substr(3, 32);
  const std::string_view parent = header.substr(36, 16);
  const std::string_view flags = header.substr(53, 2);
  if (header[2] != '-' || header[35] != '-' || header[52] != '-') return {};
  if (!is_hexadecimal(version) || version == "ff") return {};
  if (!is_hexadecimal(trace) || is_zero(trace)) return {};
  if (!is_hexadecimal(parent) || is_zero(parent)) return {};
  if (!is_hexadecimal(flags)) return {};
  if (header.size() == kSize) return header;
  return version != "00" && header[kSize] == '-' ? header.substr(0, kSize) : std::string_view();
}

}  // namespace vaste::ingest
