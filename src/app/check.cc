#include "app/check.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "app/exit_code.h"
#include "app/json_text.h"
#include "app/terminal.h"
#include "config/config.h"
#include "config/origin.h"
#include "config/schema.h"

namespace vaste::app {

namespace {

using nlohmann::ordered_json;

ordered_json as_json(const config::Finding& finding) {
  ordered_json out = {{"file", finding.file}};
  if (finding.line > 0) {
    out["line"] = finding.line;
    out["column"] = finding.column;
  }
  out["severity"] = finding.error ? "error" : "warning";
  out["text"] = finding.text;
  return out;
}

ordered_json as_json(const std::vector<config::Origin>& origins) {
  ordered_json out = ordered_json::array();
  for (const config::Origin& one : origins) {
    ordered_json row = {{"setting", one.path}, {"value", one.value}, {"from", one.from}};
    if (one.line > 0) {
      row["file"] = one.file;
      row["line"] = one.line;
      row["column"] = one.column;
    }
    if (!one.name.empty()) row["name"] = one.name;
    out.push_back(std::move(row));
  }
  return out;
}

std::string as_table(const std::vector<config::Origin>& origins) {
  std::size_t widest = 0;
  for (const config::Origin& one : origins) widest = std::max(widest, one.path.size());
  std::string out;
  for (const config::Origin& one : origins)
    out += printable(
               fmt::format("{:<{}}  {:<24}  {}", one.path, widest, one.value, config::text(one))) +
           '\n';
  return out;
}

struct Checked {
  std::vector<config::Finding> findings;
  int code = 0;
};

Checked check_one(const std::string& file, const CheckOptions& options) {
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  Checked out{
      config::check_file(file, static_cast<std::int32_t>(today.time_since_epoch().count()))};
  bool wrong = false;
  for (config::Finding& finding : out.findings) {
    finding.error = finding.error || options.warnings_as_errors;
    wrong = wrong || finding.error;
  }
  const bool missing = access(file.c_str(), R_OK) != 0;
  if (wrong) out.code = missing ? kExitNoInput : kExitConfig;
  return out;
}

}  // namespace

int check(const CheckOptions& options) {
  catch_signals();
  int code = 0;
  ordered_json files = ordered_json::array();
  for (const std::string& file : options.files) {
    const Checked checked = check_one(file, options);
    code = std::max(code, checked.code);
    if (options.json) {
      ordered_json findings = ordered_json::array();
      for (const config::Finding& finding : checked.findings) findings.push_back(as_json(finding));
      files.push_back({{"file", file}, {"ok", checked.code == 0}, {"findings", findings}});
      continue;
    }
    std::string out;
    for (const config::Finding& finding : checked.findings)
      out += printable(config::text(finding)) + "\n";
    if (checked.code == 0) out += printable(file) + ": ok\n";
    if (!write_out(out)) return output_lost() ? kExitInternal : code;
  }
  if (options.json && !write_out(json_text(files)) && output_lost()) return kExitInternal;
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
    out = options.json ? json_text(as_json(*origins)) : as_table(*origins);
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
