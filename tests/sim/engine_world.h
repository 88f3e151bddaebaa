// A world as it comes to the engine's sources: each seed chooses which kinds of trouble it has.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "sim/fleet.h"
#include "sim/raw.h"
#include "sim/world.h"

namespace vaste::sim {

// What can be wrong with what comes in. Each is switched on or off by a seed, has a rate, and is
// counted where it was.
enum class Oddity : std::uint8_t {
  kTwice,      // records come twice
  kReordered,  // seconds late
  kLate,       // minutes, hours, days late
  kAhead,      // of a clock that is ahead by less than is let pass
  kClamped,    // ... by more
  kBehind,     // of a clock that is behind
  kPoison,
  kJson,
  kClose,     // an answer within seconds of its deadline
  kLateness,  // deadlines wait for a source that is known to be late
};
inline constexpr std::size_t kOddities = 10;

struct Arrival {
  Instant at;
  Place source = 0;
  Entry entry;
  std::size_t number = 0;  // of what is said
  bool is_poison = false;
  bool is_close = false;  // a close call
  v1::DeadLetterReason reason = v1::DEAD_LETTER_REASON_UNSPECIFIED;
};

struct EngineWorld {
  World world;
  Muster muster;
  Millis lateness{0};
  std::size_t first_close = 0;           // what is said from there on are close calls
  std::vector<Arrival> arrivals;         // in their order, no two at one instant
  std::vector<std::set<Instant>> times;  // of each that is said: what may be its time
  std::vector<Instant> first;            // ... and when it first came
  std::array<std::uint64_t, kOddities> met{};
};

inline constexpr Instant kBegin = kStart - std::chrono::hours(3);
// Every deadline has passed by then, and the week after the last that is resolved, too.
inline constexpr Instant kEnd = kStart + std::chrono::hours(20 * 24);
inline constexpr std::size_t kRecordBytes = 1 << 12;

EngineWorld make_engine_world(std::mt19937_64& random);

}  // namespace vaste::sim
