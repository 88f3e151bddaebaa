// Records as connectors write them, good ones and others.
#pragma once

#include <random>
#include <string>

#include "sim/input.h"
#include "vaste/v1/dead_letter.pb.h"

namespace vaste::sim {

// The event with whom it names, as a connector would write them; canonical JSON or Protobuf.
std::string raw_of(const Happening& one, std::uint64_t number, bool json, std::mt19937_64& random);

// What cannot be taken, and what has to be said of it.
struct Poison {
  std::string value;
  bool null_value = false;
  v1::DeadLetterReason reason = v1::DEAD_LETTER_REASON_UNSPECIFIED;
};
inline constexpr std::size_t kPoisons = 11;
// Made of an event that would have been good, in its way number `kind`, of `record_bytes` at most.
Poison poison_of(std::size_t kind, const Happening& one, std::uint64_t number,
                 std::size_t record_bytes, std::mt19937_64& random);

}  // namespace vaste::sim
