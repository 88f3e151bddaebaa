// Topics: make them, look at them. Groups: who has what. For `vaste topics`, start-up checks, the
// engine and tests.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "kafka/client.h"

namespace vaste::kafka {

struct TopicSpec {
  std::string name;
  std::int32_t partitions = 1;
  std::int16_t replication = 1;
  std::vector<std::pair<std::string, std::string>>
      settings;  // cleanup.policy, min.insync.replicas, ...
};

struct TopicFacts {
  std::int32_t partitions = 0;
  std::int16_t replication = 0;
  std::map<std::string, std::string>
      settings;  // empty when the rights to describe them are missing
};

struct GroupMember {
  std::string instance;  // of a static one; empty: dynamic
  std::vector<TopicPartition> partitions;
};

struct GroupFacts {
  bool stable = false;  // no rebalance is going on
  std::vector<GroupMember> members;
};

class Admin {
 public:
  static Result<std::unique_ptr<Admin>> create(const ClientConfig& client);
  virtual ~Admin() = default;

  // nullopt = it does not exist. Errors: kUnavailable, kPermission (names the topic).
  virtual Result<std::optional<TopicFacts>> describe(const std::string& topic, Millis patience) = 0;
  // One text a topic that could not be made; existing ones count as made. Waits until every leader
  // is known.
  virtual Result<std::vector<std::string>> create_topics(const std::vector<TopicSpec>& topics,
                                                         Millis patience) = 0;
  virtual Result<std::int32_t> brokers(Millis patience) = 0;
  // Errors: kUnavailable (also of a group that no broker coordinates yet), kPermission (names it).
  virtual Result<GroupFacts> describe_group(const std::string& group, Millis patience) = 0;
  // Deletes records before `offset` of each partition (vaste.core after commit).
  virtual Status delete_records(const std::vector<Position>& before, Millis patience) = 0;
};

}  // namespace vaste::kafka
