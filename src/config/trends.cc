// What is told of when there is more of it than usual: `trends` of a policy's KPIs.
#include <fmt/format.h>

#include <algorithm>

#include "config/load.h"
#include "config/units.h"

namespace vaste::config {
namespace {

constexpr std::int64_t kMostTimes = 100;
constexpr std::int64_t kMostCount = 1'000'000;
constexpr std::int64_t kMostWeeks = 8;

template <class Enum>
std::vector<std::string> names_of(Enum last) {
  std::vector<std::string> out;
  for (int i = 1; i <= static_cast<int>(last); ++i) out.emplace_back(name(static_cast<Enum>(i)));
  return out;
}

Trend read_trend(const Value& value, Report& report, const Policy& policy) {
  Trend trend;
  Map map(value, report, "{name: negative_mentions, fact: mention, outcome: bad, at_least: 10}");
  if (!map.usable()) return trend;
  const auto needs = [&](std::string_view key, std::string_view example) -> const Value* {
    const Value* found = map.get(key);
    if (found == nullptr)
      report.error(value.place,
                   fmt::format("{}: `{}` is missing, e.g. `{}`", value.path, key, example));
    return found;
  };
  if (const Value* text = needs("name", "name: negative_mentions"))
    trend.name = read_name(*text, report, "negative_mentions").value_or("");
  if (const Value* fact = needs("fact", "fact: mention"))
    if (const auto index = read_word(*fact, report, trend_facts()))
      trend.fact = static_cast<Fact>(*index + 1);
  if (const Value* outcome = map.get("outcome"))
    if (const auto index = read_word(*outcome, report, trend_outcomes()))
      trend.outcome = static_cast<Outcome>(*index + 1);
  if (const Value* of = map.get("of")) trend.of = read_name(*of, report, "csat").value_or("");
  if (const Value* by = map.get("by"))
    if (const auto index = read_word(*by, report, trend_dimensions()))
      trend.by = kTrendDimensions.at(*index).second;
  if (const Value* count = needs("at_least", "at_least: 10"))
    trend.at_least = read_count(*count, report, 1, kMostCount).value_or(1);
  if (const Value* times = map.get("times"))
    trend.times = read_count(*times, report, 1, kMostTimes).value_or(trend.times);
  if (const Value* weeks = map.get("weeks"))
    trend.weeks =
        static_cast<std::uint16_t>(read_count(*weeks, report, 1, kMostWeeks).value_or(trend.weeks));
  if (const Value* calendar = map.get("calendar"))
    trend.calendar = read_calendar_name(*calendar, report, policy).value_or(0);
  map.finish();
  return trend;
}

}  // namespace

std::vector<std::string> trend_facts() {
  return names_of(kLastFact);
}
std::vector<std::string> trend_outcomes() {
  return names_of(kLastOutcome);
}
std::vector<std::string> trend_dimensions() {
  std::vector<std::string> out;
  for (const auto& [key, field] : kTrendDimensions) out.emplace_back(key);
  return out;
}

void read_trends(const Value& value, Report& report, Policy& policy) {
  auto& trends = policy.kpis.trends;
  for (const Value& item : read_list(value, report, "[{name: ...}]", false)) {
    if (trends.size() == kMostTrends) {
      report.error(item.place, fmt::format("{}: more than {}", value.path, kMostTrends));
      break;
    }
    Trend trend = read_trend(item, report, policy);
    const bool twice = std::ranges::any_of(
        trends, [&](const Trend& one) { return !one.name.empty() && one.name == trend.name; });
    if (twice)
      report.error(item.place, fmt::format("{}: the name {} is taken by another trend", item.path,
                                           printable(trend.name)));
    trends.push_back(std::move(trend));
  }
}

}  // namespace vaste::config
