// The versions of the policy that this process knows: its file's, which governs until the first of
// `vaste.policies`, and those.
//
// One follower thread a process. A version that cannot be used is named in the log and in
// vaste_config_last_reload_successful, and replaces nothing. Threads: timeline() from any thread.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/result.h"
#include "clocks/timeline.h"
#include "config/config.h"
#include "kafka/client.h"
#include "metrics/registry.h"
#include "policies/topic.h"
#include "serve/health.h"

namespace vaste::engine {

class PolicyBoard {
 public:
  PolicyBoard(const config::Config& config, kafka::ClientConfig client, Policy file,
              metrics::Registry& registry, serve::Health& health);
  ~PolicyBoard();

  // Reads the topic to its end, then follows it. Errors: kNotFound (no such topic), kUnavailable.
  Status start();
  void stop();

  // Never nullptr; before start() the file alone.
  std::shared_ptr<const clocks::Timeline> timeline() const;

 private:
  Status accept(const policies::Version& version);
  void run();
  void publish();

  const config::Config& config_;
  kafka::ClientConfig client_;
  const Policy file_;
  metrics::Registry& registry_;
  serve::Health& health_;
  std::optional<policies::Topic> topic_;
  std::map<std::string, Policy> parsed_;  // by key_of the version
  mutable std::mutex mutex_;
  std::shared_ptr<const clocks::Timeline> timeline_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

// The policy of a version as engines of the policy `id` take it. Errors: kConfig (what is wrong
// with it, and where).
Result<Policy> policy_of(const policies::Version& version, const std::string& id);

}  // namespace vaste::engine
