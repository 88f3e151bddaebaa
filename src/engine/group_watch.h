// Asks once a session whether each partition has an owner (orphans.h), while something is read by
// nobody or not as far as it should be.
//
// One thread a process, since brokers answer when they like. Threads: must_leave() from any thread.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "config/config.h"
#include "engine/orphans.h"
#include "engine/periodic.h"
#include "engine/progress.h"
#include "kafka/admin.h"

namespace vaste::engine {

class GroupWatch {
 public:
  // `partitions`: all that the group shares out.
  GroupWatch(const config::Config& config, kafka::ClientConfig client,
             std::vector<kafka::TopicPartition> partitions, ProgressBoard& progress);

  void start();  // Nobody is asked where members are dynamic: a group forgets those at once.
  void stop() { periodic_.stop(); }
  // Whether this member has to leave for a session; true once each time.
  bool must_leave(const std::string& instance);

 private:
  void turn();
  bool all_is_well();
  Result<kafka::GroupFacts> ask();

  const config::Config& config_;
  kafka::ClientConfig client_;
  std::vector<kafka::TopicPartition> partitions_;
  ProgressBoard& progress_;
  std::unique_ptr<kafka::Admin> admin_;
  Orphans orphans_;
  bool failing_ = false;  // said already
  std::mutex mutex_;      // of all below
  std::string leaving_;
  Periodic periodic_;  // last: ends before the others do
};

}  // namespace vaste::engine
