// A policy's version as it stands on `vaste.policies`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace vaste::policies {

struct Version {
  std::string policy_id;
  std::string version;
  Instant effective_from;
  Instant applied;
  std::string yaml;  // the file, byte for byte
};

// Versions of one policy that begin together replace each other: the topic is compacted.
std::string key_of(const Version& version);
std::string encode(const Version& version);
// Errors: kCorrupt: not such a record, or one of a newer format.
Result<Version> decode(std::string_view bytes);

// The version that governs `at`; nullptr: none does yet. `versions` in the order of effective_from.
const Version* governing(const std::vector<Version>& versions, Instant at);

}  // namespace vaste::policies
