// How long to wait after the n-th failure in a row.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.h"

namespace vaste::notify {

inline constexpr Millis kFirstPause{1000};
inline constexpr Millis kLongestPause{300000};

// Doubles up to a bound; `chance` in [0, 1) spreads it over its upper half, so that what failed
// together does not come back together.
inline Millis pause_after(int failures, double chance) {
  const int doublings = std::clamp(failures - 1, 0, 20);
  const Millis whole = std::min(kLongestPause, kFirstPause * (std::int64_t{1} << doublings));
  return whole / 2 +
         Millis(static_cast<std::int64_t>(static_cast<double>(whole.count()) / 2 * chance));
}

}  // namespace vaste::notify
