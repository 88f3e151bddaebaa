#include "core/trend.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vaste::core {

std::string trend_group(const Trend& trend, const std::string& value) {
  KpiGroup group;
  group.attributes.*trend.by = value;
  // The name like any other value; the channel is that of all.
  KpiGroup named;
  named.attributes.queue = trend.name;
  const auto after = [](const std::string& text, char sign) {
    const auto at = text.find(sign);
    return at == std::string::npos ? std::string() : text.substr(at + 1);
  };
  const std::string name = after(after(text(named), '&'), '=');
  return std::string(kTrendPrefix) + name + '&' + after(text(group), '&');
}

bool counts(const Trend& trend, const KpiSum& sum) {
  return sum.fact == trend.fact &&
         (trend.outcome == Outcome::kNone || sum.outcome == trend.outcome) &&
         (trend.of.empty() || sum.name == trend.of);
}

Burst judge(const Trend& trend, std::int64_t count, std::span<const std::int64_t> weeks_before) {
  Burst out;
  out.count = count;
  const std::int64_t sum =
      std::accumulate(weeks_before.begin(), weeks_before.end(), std::int64_t{0});
  if (!weeks_before.empty())
    out.usual = std::max(static_cast<double>(sum), 0.0) / static_cast<double>(weeks_before.size());
  const double over = static_cast<double>(trend.times) * out.usual;
  // More than so many times: at the same number it is as often as was expected to happen.
  out.limit = std::max(trend.at_least, static_cast<std::int64_t>(std::floor(over)) + 1);
  return out;
}

}  // namespace vaste::core
