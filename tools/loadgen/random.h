// Chance that is the same on every machine: the standard distributions are not.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace vaste::loadgen {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {  // splitmix64
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
    return mixed ^ (mixed >> 31);
  }

  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }  // [0, 1)
  bool chance(double share) { return unit() < share; }
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(next() % end); }

  template <class T, std::size_t N>
  const T& pick(const std::array<T, N>& from) {
    return from[below(N)];
  }

  Millis exponential(double mean_ms) {
    return Millis(static_cast<std::int64_t>(-std::log(1.0 - unit()) * mean_ms) + 1);
  }

  // Half of them below `median`, a long tail above it, as people are; 2 in 3 within a factor of
  // two.
  Millis around(Millis median) {
    const double normal = (unit() + unit() + unit() + unit() - 2.0) * 1.732;
    const double scaled = static_cast<double>(median.count()) * std::exp(0.7 * normal);
    return Millis(static_cast<std::int64_t>(scaled) + 1);
  }

 private:
  std::uint64_t state_;
};

}  // namespace vaste::loadgen
