// Instants and durations. All instants are UTC; all durations are whole milliseconds.
#pragma once

#include <chrono>
#include <cstdint>

namespace vaste {

using Millis = std::chrono::milliseconds;
using Instant = std::chrono::time_point<std::chrono::system_clock, Millis>;

inline constexpr Instant instant(std::int64_t milliseconds) {
  return Instant(Millis(milliseconds));
}
inline constexpr std::int64_t to_ms(Instant at) {
  return at.time_since_epoch().count();
}

// "Not at all": an unset instant in plain values. 1970-01-01 itself is not a time anything happens
// at.
inline constexpr Instant kNever{};
inline constexpr bool is_set(Instant at) {
  return at != kNever;
}

// Later than every real instant.
inline constexpr Instant kEndOfTime = instant(253402300799999);  // 9999-12-31T23:59:59.999Z

}  // namespace vaste
