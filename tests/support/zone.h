// Zone offsets as data for calendars in tests. The program reads them in config/; a test that did
// the same would not be one of clocks/ alone.
#pragma once

#include <date/tz.h>

#include <string>
#include <vector>

#include "base/time.h"
#include "model/policy.h"

namespace vaste::test {

// Every change of offset from 1970 to 2101, the offset of 1970-01-01 first.
inline std::vector<ZoneTransition> zone_transitions(const std::string& zone_name) {
  const date::time_zone* zone = date::locate_zone(zone_name);
  const auto end = date::sys_days{date::year{2101} / 1 / 1};
  std::vector<ZoneTransition> transitions;
  for (date::sys_seconds at = date::sys_days{date::year{1970} / 1 / 1}; at < end;) {
    const date::sys_info info = zone->get_info(at);
    const auto offset = static_cast<std::int32_t>(info.offset.count());
    if (transitions.empty() || transitions.back().offset_seconds != offset)
      transitions.push_back({Instant(at.time_since_epoch()), offset});
    at = info.end;
  }
  return transitions;
}

}  // namespace vaste::test
