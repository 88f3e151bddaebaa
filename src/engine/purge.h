// Deletes from `vaste.core` what has been read: behind a commit nobody ever reads it again, and it
// holds the events' own bytes.
//
// One thread a process, since brokers answer when they like and no worker may wait for it. What
// does not succeed is tried again the next time; the topic's own retention is behind all of it.
// Threads: committed() from any thread.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/config.h"
#include "engine/periodic.h"
#include "kafka/admin.h"

namespace vaste::engine {

// What there is to delete; apart from the thread, so that it can be tested.
class Purgeable {
 public:
  void committed(std::int32_t partition, std::int64_t offset);
  // Where a partition was committed further than at the last done().
  std::vector<kafka::Position> due(const std::string& topic) const;
  void done(const std::vector<kafka::Position>& deleted);

 private:
  std::map<std::int32_t, std::int64_t> committed_, deleted_;
};

class Purge {
 public:
  Purge(const config::Config& config, kafka::ClientConfig client);

  void start();  // Nothing is deleted where purge_interval is 0.
  void stop() { periodic_.stop(); }
  // A worker, of each of its core partitions after a commit: everything before `offset` was read.
  void committed(std::int32_t partition, std::int64_t offset);

 private:
  void turn();

  const config::Config& config_;
  kafka::ClientConfig client_;
  std::unique_ptr<kafka::Admin> admin_;
  bool failing_ = false;  // said already
  std::mutex mutex_;      // of all below
  Purgeable purgeable_;
  Periodic periodic_;  // last: ends before the others do
};

}  // namespace vaste::engine
