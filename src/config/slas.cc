// `slas`: clocks under names of the policy, with their options.
#include <fmt/format.h>

#include <array>

#include "config/load.h"
#include "config/units.h"

namespace vaste::config {
namespace {

constexpr ClockKind kAny = ClockKind::kNone;
// clang-format off
constexpr std::array kOptions = std::to_array<SlaOption>({
    {"pause_pending",         &SlaSpec::pause_pending,         kAny, true,  "stands still while we wait for the customer"},
    {"pause_on_hold",         &SlaSpec::pause_on_hold,         kAny, true,  "stands still while we wait for a third party"},
    {"bot_counts",            &SlaSpec::bot_counts,            kAny, false, "a bot's message fulfils it"},
    {"agent_started",         &SlaSpec::agent_started,         kAny, false, "also in conversations that we began"},
    {"from_opening",          &SlaSpec::from_opening,          ClockKind::kFirstResponse,  false, "starts with the conversation, not with a message"},
    {"before_first_response", &SlaSpec::before_first_response, ClockKind::kNextResponse,   false, "the very first message starts it too"},
    {"continues_on_reopen",   &SlaSpec::continues_on_reopen,   kAny, false, "a response given up by closing goes on when reopened"},
    {"closed_time_counts",    &SlaSpec::closed_time_counts,    kAny, false, "what goes on counts the time it was closed"},
    {"dm_satisfies_public",   &SlaSpec::dm_satisfies_public,   ClockKind::kPublicResponse, false, "a direct message fulfils it, too"},
    {"unaddressed_posts",     &SlaSpec::unaddressed_posts,     ClockKind::kPublicResponse, false, "posts that do not name us start it"},
    {"pause_agent_away",      &SlaSpec::pause_agent_away,      ClockKind::kAssigneeReturn, false, "stands still while the agent who has it is offline"},
});
// clang-format on

// A clock that never stands still was promised by the clock on the wall; and an option that a clock
// would not mind is a misunderstanding.
void read_option(const SlaOption& option, const Value& value, SlaSpec& sla, Report& report) {
  sla.*option.flag = read_bool(value, report).value_or(sla.*option.flag);
  if (fits(option, sla.clock)) return;
  report.error(
      value.place,
      option.is_pause
          ? fmt::format("{}: a {} never stands still: leave it out", value.path, name(sla.clock))
          : fmt::format("{}: only {} has this option, and `{}` is a {}: leave it out", value.path,
                        name(option.only), sla.name, name(sla.clock)));
}

void read_sla(const Map::Entry& entry, Report& report, Policy& policy, std::vector<Place>& places) {
  const auto own = clock_kind(entry.key);
  Map map(entry.value, report, "{clock: first_response}");
  if (!map.usable()) return;
  const Value* clock = map.get("clock");
  std::optional<ClockKind> kind = own;
  if (clock != nullptr) {
    const auto index = read_word(*clock, report, clock_names());
    if (index) kind = clock_facts()[*index].kind;
    if (index && own && *kind != *own) {
      report.error(clock->place,
                   fmt::format("`{}` is the name of a clock and cannot stand for `{}`: "
                               "give the SLA another name",
                               entry.key, name(*kind)));
    }
  } else if (!own) {
    report.error(entry.place, fmt::format("{}: `clock` is missing, expected one of {}",
                                          entry.value.path, join(clock_names(), ", ")));
  }
  SlaSpec sla = default_sla(kind.value_or(ClockKind::kFirstResponse));
  sla.name = entry.key;
  for (const SlaOption& option : sla_options())
    if (const Value* value = map.get(option.key)) read_option(option, *value, sla, report);
  if (const Value* value = map.get("objective"))
    sla.objective = read_percent(*value, report).value_or(0);
  map.finish();
  // Kept even if it was wrong: rules that name it are not at fault.
  policy.slas.push_back(std::move(sla));
  places.push_back(entry.place);
}

}  // namespace

std::span<const SlaOption> sla_options() {
  return kOptions;
}

bool fits(const SlaOption& option, ClockKind clock) {
  if (option.is_pause) return facts(clock).may_pause;
  return option.only == kAny || option.only == clock;
}

SlaSpec default_sla(ClockKind clock) {
  const ClockFacts& of = facts(clock);
  SlaSpec sla;
  sla.name = of.name;
  sla.clock = clock;
  sla.pause_pending = of.pause_pending;
  sla.pause_on_hold = of.pause_on_hold;
  return sla;
}

std::vector<std::string> clock_names() {
  std::vector<std::string> names;
  for (const ClockFacts& of : clock_facts()) names.emplace_back(of.name);
  return names;
}

void read_slas(const Value& value, Report& report, Policy& policy, std::vector<Place>& places) {
  const Map map(value, report, "first_response_4h: {clock: first_response}");
  for (const Map::Entry& entry : map.entries()) {
    // The schema has it as kSlaNamePattern.
    const bool label = !entry.key.empty() && entry.key.size() <= 64 &&
                       entry.key.find_first_not_of(
                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
                           "XYZ0123456789_.-") == std::string::npos;
    if (!label) {
      report.error(entry.place, fmt::format("`{}` cannot be the name of an SLA: expected 1 to 64 "
                                            "letters, digits, `.`, `_` or `-`",
                                            printable(entry.key)));
      continue;
    }
    read_sla(entry, report, policy, places);
  }
}

}  // namespace vaste::config
