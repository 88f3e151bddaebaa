// How a command finds its Kafka: from a configuration, or from a bare address for a quick look.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "config/config.h"
#include "kafka/client.h"

namespace vaste::app {

// Exactly one of the two. Secrets come from the configuration only, never from the command line.
struct Connection {
  std::string config_file;
  std::string bootstrap;
};

// Findings go to stderr. With `bootstrap` it is the defaults, without sources.
Result<config::Config> connect(const Connection& connection);

// `role` ends the client's id, which brokers log. librdkafka's own lines go to base/log.h.
kafka::ClientConfig client_config(const config::Config& config, std::string_view role);

}  // namespace vaste::app
