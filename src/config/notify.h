// The section `notify`: who is told of alerts, and who may be. Private to config/.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/yaml.h"

namespace vaste::config {

inline constexpr Millis kLeastResend{1000};
inline constexpr Millis kMostResend = std::chrono::hours(1);
inline constexpr int kMostPerQueue = 1000;
inline constexpr std::string_view kSinkPattern = "^[a-z0-9][a-z0-9_-]{0,31}$";

// The lists and mappings of the section; its plain settings are rows of settings.cc.
void read_sinks(Map& section, Notify& notify, Report& report);
// ... as show() writes them, secrets hidden.
std::string shown_sinks(const Notify& notify);

// "https://host:port/path" and nothing else that URLs may have: what two parsers could read in two
// ways is refused. nullopt: not that.
std::optional<Url> parse_url(std::string_view text);
// "10.1.0.0/16", "fd00::/8", or an address alone.
std::optional<Network> parse_network(std::string_view text);
std::string link_problem(const std::string& text);

}  // namespace vaste::config
