// `vaste explain`: why each clock of a conversation says what it says.
#pragma once

#include <string>

namespace vaste::app {

struct ExplainOptions {
  std::string conversation;     // its id; empty with `events`: all of them
  std::string config_file;      // from the changelog of a running vaste ...
  std::string events_file;      // ... or from canonical JSON lines, told to the core in their order
  std::string state_directory;  // ... or from that of a vaste that was stopped
  std::string policy_file;      // instead of the configuration's
  std::string at;               // RFC 3339: what still runs is counted up to here; empty: now
  bool json = false;
};

int explain(const ExplainOptions& options);

}  // namespace vaste::app
