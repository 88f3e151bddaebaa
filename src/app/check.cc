#include "app/check.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "app/exit_code.h"
#include "app/terminal.h"
#include "config/config.h"
#include "config/origin.h"
#include "config/schema.h"

namespace vaste::app {

int check(const CheckOptions& options) {
  catch_signals();
  int code = 0;
  for (const std::string& file : options.files) {
    std::string out;
    const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    std::vector<config::Finding> findings =
        config::check_file(file, static_cast<std::int32_t>(today.time_since_epoch().count()));
    if (options.warnings_as_errors)
      for (config::Finding& finding : findings) finding.error = true;
    for (const config::Finding& finding : findings) {
      out += printable(config::text(finding)) + "\n";
    }
    const bool wrong =
        std::any_of(findings.begin(), findings.end(), [](const auto& one) { return one.error; });
    if (wrong) {
      const bool missing = access(file.c_str(), R_OK) != 0;
      code = std::max(code, missing ? kExitNoInput : kExitConfig);
    } else {
      out += printable(file) + ": ok\n";
    }
    if (!write_out(out)) return output_lost() ? kExitInternal : code;
  }
  return code;
}

int show_config(const ShowConfigOptions& options) {
  catch_signals();
  std::vector<config::Finding> findings;
  const auto config = config::load_config(options.config_file, findings);
  for (const config::Finding& finding : findings) say(config::text(finding));
  if (!config) {
    const bool missing = access(options.config_file.c_str(), R_OK) != 0;
    return missing ? kExitNoInput : exit_code(config.error().code);
  }
  std::string out;
  if (options.origin || options.json) {
    const auto origins = config::origins(options.config_file, *config);
    if (!origins) return give_up(origins.error());
    for (const config::Origin& one : *origins) {
      if (options.json) {
        const nlohmann::ordered_json line = {
            {"setting", one.path}, {"value", one.value}, {"from", one.from}};
        out += line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
      } else {
        out += printable(fmt::format("{:<32} {:<24} {}", one.path, one.value, one.from)) + "\n";
      }
    }
  } else {
    out = config::show(*config);
  }
  return !write_out(out) && output_lost() ? kExitInternal : 0;
}

int print_schema(const SchemaOptions& options) {
  catch_signals();
  const bool written =
      write_out(options.of_config ? config::config_schema() : config::policy_schema());
  return !written && output_lost() ? kExitInternal : 0;
}

}  // namespace vaste::app
