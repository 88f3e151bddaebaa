// Is there more of something than usual? Judged by counts of quarter hours alone.
//
// Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/time.h"
#include "model/conversation.h"
#include "model/kpi_window.h"
#include "model/policy.h"

namespace vaste::core {

// Begins the text of a group that a trend watches; all others begin with their channel.
inline constexpr std::string_view kTrendPrefix = "trend=";
inline bool is_trend(const WindowId& id) {
  return id.group.starts_with(kTrendPrefix);
}
std::string trend_group(const Trend& trend, const std::string& value);

// Is this one of what the trend counts?
bool counts(const Trend& trend, const KpiSum& sum);

struct Burst {
  std::int64_t count = 0;
  double usual = 0;        // of the same quarter hour, weeks before; one without any counts as 0
  std::int64_t limit = 0;  // so many are a burst
  bool is_one() const { return count >= limit; }
};
Burst judge(const Trend& trend, std::int64_t count, std::span<const std::int64_t> weeks_before);

}  // namespace vaste::core
