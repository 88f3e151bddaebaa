#include "app/reload.h"

#include <unistd.h>

#include <vector>

#include "base/log.h"
#include "config/changes.h"

namespace vaste::app {

namespace {

log::Level level_of(const std::string& name) {
  if (name == "debug") return log::Level::kDebug;
  if (name == "warning") return log::Level::kWarning;
  if (name == "error") return log::Level::kError;
  return log::Level::kInfo;
}

void say(const std::vector<config::Finding>& findings) {
  for (const config::Finding& finding : findings)
    log::write(finding.error ? log::Level::kError : log::Level::kWarning, config::text(finding));
}

}  // namespace

void begin_log(const config::Log& log) {
  log::start(level_of(log.level), log.format == "json" || isatty(STDERR_FILENO) == 0);
}

void reload(const RunOptions& options, Running& running, App& app) {
  log::info("SIGHUP: reading " + options.config_file + " again");
  std::vector<config::Finding> findings;
  auto next = config::load_config(options.config_file, findings);
  const auto policy =
      next ? config::load_policy(next->policy_file, findings) : Result<Policy>(Policy{});
  say(findings);
  if (!next || !policy) {
    log::error("what runs goes on as it is: correct the file and send SIGHUP again");
    return app.told_of_reload(false);
  }
  const config::Changes found = config::changes(running.config, *next);
  if (found.notify) {
    if (auto taken = app.take(next->notify); !taken) {
      log::error("notify: " + taken.error().detail);
      return app.told_of_reload(false);
    }
    log::info("notify: taken");
    running.config.notify = next->notify;
  }
  if (found.log) {
    begin_log(next->log);
    log::info("log: taken");
    running.config.log = next->log;
  }
  for (const std::string& path : found.waiting)
    log::warning(path + ": changed in the file; a restart takes it");
  if (policy->hash != running.policy)
    log::warning(next->policy_file + ": changed; `vaste policy apply` gives it to all engines at " +
                 "one instant, without a restart");
  if (!found.notify && !found.log && found.waiting.empty() && policy->hash == running.policy)
    log::info("nothing has changed");
  app.told_of_reload(true);
}

}  // namespace vaste::app
