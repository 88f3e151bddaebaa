// Stories in plain text: a policy, what happened, and what vaste must say. See
// tests/scenarios/README.md.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "model/incoming.h"

namespace vaste::test {

struct Expected {
  int line = 0;
  std::string what;  // "Mon 16:55 breached first_response"
};

struct Story {
  std::string policy;  // YAML
  std::vector<Incoming> events;
  std::vector<Expected> alerts;
  int conversations = -1;  // -1: not asked
  std::string error;       // what could not be read, with its line
};

Story read_story(const std::string& text);

// "Mon 16:55" or, with seconds, "Mon 16:55:03"; the week begins on Monday, 2026-11-23, UTC.
std::string story_time(Instant at);

}  // namespace vaste::test
