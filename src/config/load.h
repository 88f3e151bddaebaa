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
// What no single key shows: calendars that share no hour, holidays that are over (holidays.cc).
void check_intersection(const Value& value, const CalendarSpec& calendar, Report& report);
void check_holidays(Place place, const CalendarSpec& calendar, Report& report);
// Holidays of iCalendar files; gives a hash of what was read (holidays.cc).
std::uint64_t read_holiday_files(const Value& value, Report& report, CalendarSpec& calendar);
void read_rules(const Value& value, Report& report, Policy& policy,
                const std::vector<Place>& sla_places);                               // rules.cc
std::optional<std::uint16_t> read_calendar_name(const Value& value, Report& report,  // calendars.cc
                                                const Policy& policy);
// A path as a file names it: relative to the file's own folder.
std::string beside(const std::string& file, const std::string& wanted);  // load.cc
std::vector<Channel> read_channels(const Value& value, Report& report);  // policy.cc
SlaSpec default_sla(ClockKind clock);                                    // policy.cc
std::vector<std::string> clock_names();                                  // policy.cc
bool is_live(Channel channel);                                           // policy.cc

}  // namespace vaste::config
