// What the readers of whole files share. Private to config/.
#pragma once

#include "config/yaml.h"

namespace vaste::config {

// As much of a configuration as could be read; whether it is usable, `report` says.
Config read_config(const std::string& text, Report& report);
// The same of a policy (policy.cc).
Policy read_policy(const std::string& text, Report& report);

// policy.cc's parts.
void read_calendars(const Value& value, Report& report, Policy& policy);  // calendars.cc
void read_rules(const Value& value, Report& report, Policy& policy,
                const std::vector<Place>& sla_places);                               // rules.cc
std::optional<std::uint16_t> read_calendar_name(const Value& value, Report& report,  // calendars.cc
                                                const Policy& policy);
std::vector<Channel> read_channels(const Value& value, Report& report);  // policy.cc
SlaSpec default_sla(ClockKind clock);                                    // policy.cc
std::vector<std::string> clock_names();                                  // policy.cc
bool is_live(Channel channel);                                           // policy.cc

}  // namespace vaste::config
