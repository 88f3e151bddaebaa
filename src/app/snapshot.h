// `vaste snapshot`: copies of the state, to begin with when it is lost.
#pragma once

#include <string>

namespace vaste::app {

struct SnapshotOptions {
  std::string config_file;
  std::string id;          // restore; empty: the newest of each partition
  int wait_seconds = 120;  // create: for a vaste that runs
  bool verify = false;     // list: read all of it
  bool force = false;      // restore: what is there is moved aside
  bool json = false;
};

// Each returns the exit code.
int create_snapshot(const SnapshotOptions& options);
int list_snapshots(const SnapshotOptions& options);
int restore_snapshot(const SnapshotOptions& options);

}  // namespace vaste::app
