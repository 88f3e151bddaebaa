// Closed days and hours from an iCalendar file (RFC 5545), as public holidays are handed out.
//
// A strict reader of a subset: VEVENTs, all-day (a holiday) or timed (shut for that time), once or
// by a yearly rule. What it does not understand is an error with file:line, never a guess: a
// holiday that is silently missed alarms people on it. Private to config/.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/yaml.h"
#include "model/policy.h"

namespace vaste::config {

struct ClosedTimes {
  std::vector<std::int32_t> days;  // since 1970-01-01, local
  std::vector<Span> spans;
};

// `zone`: of the calendar, for times that name none. Findings are about `file`.
ClosedTimes read_icalendar(const std::string& text, const std::string& file,
                           const std::vector<ZoneTransition>& zone, Report& report);

// One line with its continuations: NAME;PARAM=VALUE:value.
struct IcsLine {
  int number = 0;  // where it begins
  std::string name;
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string value;
};

// The dates (days since 1970) of a yearly rule that begins on `first`, which is always one of them,
// up to 2100. `problem` says what is not understood (icalendar_rules.cc).
std::vector<std::int32_t> yearly_dates(const std::string& rule, std::int32_t first,
                                       std::string& problem);

// "20261224" as days since 1970.
std::optional<std::int32_t> ics_date(std::string_view text);

}  // namespace vaste::config
