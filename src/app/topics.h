// The topics vaste needs: what they are like, making them, and saying what is wrong with those that
// are there.
#pragma once

#include <string>
#include <vector>

#include "app/connection.h"
#include "base/result.h"
#include "config/config.h"
#include "kafka/admin.h"

namespace vaste::app {

struct TopicsOptions {
  std::string config_file;
  int source_partitions = 0;  // create: 0 = source topics are made by whoever fills them
  bool json = false;
};

// Both return the exit code.
int create_topics(const TopicsOptions& options);
int verify_topics(const TopicsOptions& options);

// What `create` would make on so many brokers, sources last.
std::vector<kafka::TopicSpec> wanted_topics(const config::Config& config, std::int32_t brokers,
                                            int source_partitions);

// What is wrong, each with the command that mends it; empty = all is well. Settings that we have no
// right to see are taken to be good. Errors: kUnavailable, kPermission (names the topic).
Result<std::vector<std::string>> verify_topics(const config::Config& config, kafka::Admin& admin);

// Makes what is missing. Errors: kUnavailable, kPermission, kConfig: the first topic that could not
// be made.
Status create_all(const config::Config& config, kafka::Admin& admin, int source_partitions);

}  // namespace vaste::app
