// The roles, wired: workers and the progress they share, the notifier, the listener of both. Used
// by `vaste run` and `vaste demo`.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "config/config.h"
#include "kafka/client.h"
#include "model/policy.h"
#include "serve/health.h"

namespace vaste::app {

struct Roles {
  bool engine = true;
  bool notifier = false;
};

class App {
 public:
  App(config::Config config, Policy policy, kafka::ClientConfig client, Roles roles = {});
  ~App();  // stops what runs

  // The mock cluster cannot describe topics: start() then only counts their partitions.
  void trust_topics();

  // Checks topics and rights, binds the listener, starts the workers. Errors: kConfig (topics: each
  // problem named), kUnavailable, kPermission.
  Status start();
  // True once a worker, or the notifier, has ended without being asked.
  bool failed() const;
  // Tells alerts as this says from now on: the notifier begins anew, and what was told keeps its
  // ids. The sinks have the names they had. Errors: kConfig.
  Status take(const config::Notify& notify);
  // For metrics: a configuration was read again, and `taken`, or refused.
  void told_of_reload(bool taken);
  // Finishes transactions, commits, leaves. The error that ended a worker, if one did.
  Status stop();

  const serve::Health& health() const;
  std::uint16_t port() const;  // of the listener, after start()

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vaste::app
