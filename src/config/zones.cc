#include "config/zones.h"

#include <date/tz.h>

// ptz.h of Debian's date 3.0.1 says `hh_mm_ss` with date's and chrono's both in sight: ambiguous
// since C++20.
namespace date {
template <class Duration>
using unambiguous_hh_mm_ss = hh_mm_ss<Duration>;
}  // namespace date
#define hh_mm_ss unambiguous_hh_mm_ss
#include <date/ptz.h>
#undef hh_mm_ss

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>

#include "config/units.h"

namespace vaste::config {
namespace {

using std::chrono::seconds;

constexpr date::sys_seconds kBegin{seconds{0}};
constexpr date::sys_seconds kEnd = date::sys_days{date::year{2102} / 1 / 1};

// Follows a zone from `from` on; gives the begin of the last stretch it knows.
template <class Zone>
date::sys_seconds follow(const Zone& zone, date::sys_seconds from,
                         std::vector<ZoneTransition>& transitions) {
  date::sys_seconds at = from;
  while (true) {
    const date::sys_info info = zone.get_info(at);
    const auto offset = static_cast<std::int32_t>(info.offset.count());
    if (transitions.empty() || transitions.back().offset_seconds != offset) {
      transitions.push_back({Instant(at.time_since_epoch()), offset});
    }
    if (info.end >= kEnd || info.end <= at) return at;
    at = info.end;
  }
}

// The rule that a zone file ends with, for the time after its last transition (2037 in Debian's
// files, which date 3.0.1 stops at). Empty if there is none.
std::string closing_rule(const std::string& zone) {
  std::ifstream in("/usr/share/zoneinfo/" + zone, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (bytes.size() < 2 || bytes.compare(0, 4, "TZif") != 0 || bytes.back() != '\n') return {};
  bytes.pop_back();
  std::string rule = bytes.substr(bytes.rfind('\n') + 1);
  // Negative hours (Greenland) are beyond ptz.h, which would also print about it: there 2037's
  // winter time goes on.
  if (rule.find(',') == std::string::npos || rule.find("/-") != std::string::npos) return {};
  return rule;
}

std::vector<ZoneTransition> read_zone(const date::time_zone& zone) {
  std::vector<ZoneTransition> transitions;
  const date::sys_seconds last = follow(zone, kBegin, transitions);
  if (const std::string rule = closing_rule(zone.name()); !rule.empty()) {
    follow(Posix::time_zone(rule), last, transitions);
  }
  return transitions;
}

bool equal_fold(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

std::string suggestion(const std::string& written, const date::tzdb& database) {
  std::vector<std::string> names;
  for (const date::time_zone& zone : database.zones) {
    const std::string& name = zone.name();
    // "Helsinki" means Europe/Helsinki.
    if (equal_fold(written, std::string_view(name).substr(name.rfind('/') + 1))) {
      return "; did you mean `" + name + "`?";
    }
    names.push_back(name);
  }
  return did_you_mean(written, names);
}

}  // namespace

Result<std::vector<ZoneTransition>> zone_transitions(const std::string& zone) {
  static std::mutex mutex;
  static std::map<std::string, std::vector<ZoneTransition>> known;
  const std::lock_guard lock(mutex);
  if (const auto read = known.find(zone); read != known.end()) return read->second;
  try {
    const date::tzdb& database = date::get_tzdb();
    // Not locate_zone(): Debian's library is built without string_view, which its CMake file
    // promises.
    const auto found = std::find_if(database.zones.begin(), database.zones.end(),
                                    [&](const auto& entry) { return entry.name() == zone; });
    if (found == database.zones.end()) {
      std::string hint = suggestion(zone, database);
      if (hint.empty()) hint = ", expected a name of the tz database, e.g. `Europe/Helsinki`";
      return failure(Code::kNotFound, "unknown time zone" + hint);
    }
    return known.emplace(zone, read_zone(*found)).first->second;
  } catch (const std::exception&) {
    return failure(Code::kConfig,
                   "the system's tz database cannot be read: is the package tzdata installed?");
  }
}

}  // namespace vaste::config
