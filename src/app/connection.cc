#include "app/connection.h"

#include <unistd.h>

#include "app/terminal.h"
#include "base/log.h"

namespace vaste::app {
namespace {

// librdkafka speaks syslog's levels.
void write_log(int level, std::string_view facility, std::string_view text) {
  constexpr int kErrorLevel = 3;
  constexpr int kWarningLevel = 4;
  constexpr int kDebugLevel = 7;
  std::string line = "kafka: ";
  line.append(facility).append(": ").append(text);
  if (level <= kErrorLevel) return log::error(line);
  if (level == kWarningLevel) return log::warning(line);
  if (level >= kDebugLevel) return log::debug(line);
  log::info(line);
}

}  // namespace

Result<config::Config> connect(const Connection& connection) {
  log::start(log::Level::kWarning, false);
  if (connection.config_file.empty()) {
    config::Config config;
    config.kafka.bootstrap_servers = connection.bootstrap;
    return config;
  }
  std::vector<config::Finding> findings;
  auto config = config::load_config(connection.config_file, findings);
  for (const config::Finding& finding : findings) say(config::text(finding));
  if (!config) {
    return failure(config.error().code, connection.config_file + " cannot be used as it is");
  }
  return config;
}

kafka::ClientConfig client_config(const config::Config& config, std::string_view role) {
  kafka::ClientConfig client;
  client.bootstrap_servers = config.kafka.bootstrap_servers;
  client.client_id = config.application + "-" + std::string(role);
  client.properties = config.kafka.properties;
  client.log = write_log;
  return client;
}

}  // namespace vaste::app
