// `vaste policy`: versions of the policy in the stream, so that every engine changes at one
// instant.
#pragma once

#include <string>

namespace vaste::app {

struct PolicyOptions {
  std::string config_file;
  std::string file;            // apply
  std::string effective_from;  // apply: RFC 3339, `now` (also empty) or `+10m`
  bool dry_run = false;        // apply: say what would change, publish nothing
  std::string first, second;   // show, diff: a version's name, or a file; empty: what runs now
  bool json = false;
};

int apply_policy(const PolicyOptions& options);
int policy_history(const PolicyOptions& options);
int show_policy(const PolicyOptions& options);
int diff_policies(const PolicyOptions& options);

}  // namespace vaste::app
