// `vaste identity show`: who an identifier is, and why.
#pragma once

#include <string>

namespace vaste::app {

struct ShowIdentityOptions {
  std::string identifier;       // as in stories, e.g. email:ann@example.org
  std::string config_file;      // from the changelog of a running vaste ...
  std::string state_directory;  // ... or from the state of one that was stopped
  bool json = false;
};

int show_identity(const ShowIdentityOptions& options);

}  // namespace vaste::app
