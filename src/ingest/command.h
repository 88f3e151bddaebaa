// A record of `vaste.commands` -> what the core works with.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "ingest/identity.h"
#include "model/command.h"
#include "vaste/v1/command.pb.h"

namespace vaste::ingest {

struct CommandLimits {
  std::size_t record_bytes = 1 << 20;
  Millis max_skew{60000};
};

inline constexpr std::size_t kMaxReason = 4 << 10;
inline constexpr int kMaxConversations = 32;
inline constexpr int kMaxNamedEvents = 512;

// As Protobuf, or as the canonical JSON of the same message. Errors: only codes whose remedy is
// kDeadLetter: what is no Command, and one without an id, which nobody could be answered by.
Result<v1::Command> parse_command(std::string_view value, bool null_value,
                                  const CommandLimits& limits);

// When it was given; one that is ahead of its record by more than max_skew, or says nothing, was
// given when that was written.
Instant time_of(const v1::Command& command, const CommandLimits& limits, std::int64_t record_ms,
                std::int64_t now_ms);

// What is wrong with it is said in it: the core answers it. `identity`: of the policy at `at`.
Command read_command(const v1::Command& command, Instant at, const Identity& identity);

}  // namespace vaste::ingest
