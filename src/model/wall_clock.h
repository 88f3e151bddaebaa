// The clock on the wall of one zone: offsets as data, both ways.
//
// Pure and immutable. Local times are milliseconds since 1970-01-01T00:00 local. Without any
// transition it is UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "model/policy.h"

namespace vaste {

inline constexpr std::int64_t kDayMs = 86'400'000;

// The day a time falls on, also before 1970.
constexpr std::int32_t day_of(std::int64_t ms) {
  return static_cast<std::int32_t>(ms >= 0 ? ms / kDayMs : (ms + 1) / kDayMs - 1);
}

class WallClock {
 public:
  WallClock() = default;
  explicit WallClock(std::vector<ZoneTransition> transitions)
      : transitions_(std::move(transitions)) {}

  // A wall time skipped by a spring change reads as the same offset past the gap; a repeated one as
  // its first occurrence.
  Instant to_instant(std::int64_t local_ms) const;
  std::int64_t to_local(Instant at) const;

  // The offset in milliseconds if it does not change anywhere in [from, to).
  std::optional<std::int64_t> steady_offset(Instant from, Instant to) const;

 private:
  std::size_t segment_of(Instant at) const;
  std::int64_t offset(std::size_t segment) const {
    return std::int64_t{transitions_[segment].offset_seconds} * 1000;
  }

  std::vector<ZoneTransition>
      transitions_;  // ascending; the first holds from the beginning of time
};

}  // namespace vaste
