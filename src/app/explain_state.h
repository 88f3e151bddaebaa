// Conversations in the state directory of a vaste that is not running, without Kafka.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "model/conversation.h"
#include "store/rocks_store.h"

namespace vaste::app {

// The databases of all partitions that lie in a directory: which of them holds a conversation
// depends on how many partitions there are, and that is written in Kafka only.
// Threads: one. Nothing in the directory changes.
class StateDirectory {
 public:
  // `directory`: with core-0, core-1 ... in it (`state_directory` of a configuration), or one of
  // these. Errors: kNotFound (no such directory, or not of this kind), kPermission.
  static Result<StateDirectory> open(const std::string& directory);

  // nullopt: in none of them. A redirect is a conversation, too. Errors: kUnavailable (a vaste has
  // it open), kNewerFormat, kCorrupt.
  Result<std::optional<Conversation>> find(const Id& id);

  // The state record of this key (store/keys.h) in whichever has it.
  Result<std::optional<std::string>> get(const std::string& key);

 private:
  Result<std::unique_ptr<store::Store>> open_database(const std::string& database);

  std::vector<std::string> databases_;
  std::unique_ptr<store::RocksEnvironment> environment_;
};

}  // namespace vaste::app
