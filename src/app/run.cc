#include "app/run.h"

#include <csignal>
#include <cstdio>
#include <thread>

#include "app/app.h"
#include "app/connection.h"
#include "app/exit_code.h"
#include "app/reload.h"
#include "app/terminal.h"
#include "base/log.h"
#include "config/config.h"
#include "config/supervision.h"
#include "engine/progress.h"
#include "serve/supervisor.h"

namespace vaste::app {

namespace {

volatile std::sig_atomic_t asked_to_stop = 0;
volatile std::sig_atomic_t asked_to_reload = 0;
void on_signal(int signal) {
  (signal == SIGHUP ? asked_to_reload : asked_to_stop) = 1;
}

int logged(const Error& error) {
  log::error(error.detail);
  return exit_code(error.code);
}

}  // namespace

Result<Roles> roles_of(const std::string& wanted, const config::Config& config) {
  if (wanted.empty()) return Roles{true, config.notify.wanted};
  Roles roles{false, false};
  std::string_view left = wanted;
  while (true) {
    const auto comma = left.find(',');
    const std::string_view role = left.substr(0, comma);
    if (role == "engine") {
      roles.engine = true;
    } else if (role == "notifier") {
      roles.notifier = true;
    } else {
      static const std::vector<std::string> kRoles = {"engine", "notifier"};
      return failure(Code::kUsage, "--roles " + wanted + ": write engine, notifier or both." +
                                       did_you_mean(role, kRoles));
    }
    if (comma == std::string_view::npos) break;
    left.remove_prefix(comma + 1);
  }
  if (roles.notifier && !config.notify.wanted)
    return failure(Code::kConfig,
                   "--roles " + wanted + ": the configuration has no section `notify`");
  return roles;
}

int run(const RunOptions& options) {
  std::vector<config::Finding> findings;
  auto config = config::load_config(options.config_file, findings);
  Result<Policy> policy =
      config ? config::load_policy(config->policy_file, findings) : Result<Policy>();
  for (const config::Finding& finding : findings)
    std::fprintf(stderr, "%s\n", config::text(finding).c_str());
  if (!config) return exit_code(config.error().code);
  if (!policy) return exit_code(policy.error().code);

  begin_log(config->log);
  struct sigaction action {};
  action.sa_handler = on_signal;
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaction(signal, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  const auto roles = roles_of(options.roles, *config);
  if (!roles) return logged(roles.error());
  const kafka::ClientConfig client = client_config(*config, "engine");
  Running running{*config, policy->hash};
  App app(std::move(*config), std::move(*policy), client, *roles);
  const config::Supervision supervision = config::supervision();
  serve::Supervisor supervisor(supervision.socket, supervision.watchdog);
  if (auto started = app.start(); !started) return logged(started.error());
  while (asked_to_stop == 0 && !app.failed()) {
    supervisor.turn(app.health(), engine::wall_clock());
    if (asked_to_reload != 0) {
      asked_to_reload = 0;
      supervisor.reloading();
      reload(options, running, app);
      supervisor.reloaded();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  supervisor.stopping();
  log::info("stopping: finishing what was begun");
  if (auto stopped = app.stop(); !stopped) return logged(stopped.error());
  log::info("stopped");
  return 0;
}

}  // namespace vaste::app
