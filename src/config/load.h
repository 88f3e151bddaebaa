// What the readers of whole files share. Private to config/.
#pragma once

#include <array>
#include <span>
#include <utility>

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
// What a target says for one priority, ready to stand in a rule of its own.
struct PriorityTarget {
  std::string priority;
  Target target;
};
// One entry of `targets`; what is for all goes into `rule` (targets.cc).
void read_target(const Map::Entry& entry, std::uint16_t calendar, Report& report, Policy& policy,
                 Rule& rule, std::vector<PriorityTarget>& by_priority);
// One of `slas`; `places` as policy.slas, of those that are declared (slas.cc).
void read_slas(const Value& value, Report& report, Policy& policy, std::vector<Place>& places);
void read_identity(const Value& value, Report& report, IdentityRules& rules);  // identity.cc
void read_trends(const Value& value, Report& report, Policy& policy);          // trends.cc
// A region of telephone numbers (regions.cc).
std::optional<std::string> read_region(const Value& value, Report& report);
// A path as a file names it: relative to the file's own folder.
std::string beside(const std::string& file, const std::string& wanted);  // load.cc
std::vector<Channel> read_channels(const Value& value, Report& report);  // policy.cc
SlaSpec default_sla(ClockKind clock);                                    // slas.cc
bool is_live(Channel channel);                                           // policy.cc

// What both the reader and the schema go by.
struct SlaOption {
  std::string_view key;
  bool SlaSpec::*flag = nullptr;
  ClockKind only = ClockKind::kNone;  // which clock has it; kNone: all
  bool is_pause = false;              // ... that may stand still
  std::string_view help;
};
std::span<const SlaOption> sla_options();             // slas.cc
bool fits(const SlaOption& option, ClockKind clock);  // slas.cc
std::vector<std::string> clock_names();               // slas.cc
inline constexpr std::array kTrendDimensions{
    std::pair("brand", &Attributes::brand),       std::pair("segment", &Attributes::segment),
    std::pair("queue", &Attributes::queue),       std::pair("market", &Attributes::market),
    std::pair("language", &Attributes::language), std::pair("priority", &Attributes::priority),
    std::pair("team", &Attributes::team)};
std::vector<std::string> trend_facts();                   // trends.cc, in the order of the enum
std::vector<std::string> trend_outcomes();                // trends.cc, in the order of the enum
std::vector<std::string> trend_dimensions();              // trends.cc
std::vector<std::string> stitch_window_names();           // policy.cc
const std::vector<std::string>& own_message_names();      // policy.cc
const std::vector<std::string>& identifier_kind_names();  // identity.cc, in the order of the enum
const std::vector<std::string>& local_part_names();       // identity.cc
const std::vector<std::string>& plus_tag_names();         // identity.cc
std::string identifier_pattern();                         // identity.cc, a regular expression
const std::vector<std::string>& region_names();           // regions.cc, in order
const std::vector<std::string>& on_change_names();        // policy.cc, in the order of the enum
const std::vector<std::string>& channel_names();          // policy.cc
const std::vector<std::string>& start_names();            // targets.cc
const std::vector<std::string>& due_names();              // targets.cc
std::span<const std::string_view> day_names();            // calendars.cc
const std::vector<std::string>& source_format_names();    // load.cc, in the order of the enum
std::span<const std::string_view> config_sections();      // load.cc

// Bounds of values.
inline constexpr Millis kMostLateness = std::chrono::hours(24);     // of a source
inline constexpr Millis kMostAnswer = std::chrono::hours(24);       // a queue's times
inline constexpr Millis kMostWindow = std::chrono::hours(24 * 90);  // of stitching and reopening
inline constexpr Millis kLeastRepeat = std::chrono::hours(1);
inline constexpr std::int64_t kMostEffort = 7;  // points of a CES
inline constexpr Millis kMostTarget = std::chrono::hours(24 * 365);
inline constexpr std::int64_t kMostDays = 365;  // `business_days`
inline constexpr std::int64_t kMostScore = 99;  // of an NPS; 100 is a goal that nothing can beat
inline constexpr std::int64_t kMostIdentifiers = 1000;  // of a customer; customers of an identifier
inline constexpr Millis kLeastEvidence = std::chrono::hours(1);
inline constexpr Millis kMostEvidence = std::chrono::hours(24 * 3660);
inline constexpr std::size_t kMostSourceName = 256;    // as ingest/ takes them
inline constexpr std::size_t kMostMethodName = 64;     // likewise
inline constexpr std::size_t kMostPatternValue = 512;  // likewise
// Of SLAs that the policy names itself.
inline constexpr std::string_view kSlaNamePattern = "^[A-Za-z0-9_.-]{1,64}$";

}  // namespace vaste::config
