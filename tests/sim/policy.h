// The policy of simulated worlds: an answer within an hour, one window for all channels, and one
// source that is trusted.
#pragma once

#include <memory>

#include "base/check.h"
#include "clocks/timeline.h"
#include "config/config.h"

namespace vaste::sim {

inline std::shared_ptr<const clocks::Timeline> timeline_of_one_window(
    Millis window, Millis reopen = std::chrono::hours(48)) {
  std::vector<config::Finding> findings;
  auto parsed = config::parse_policy(
      "policy: p\nversion: 1\nrules:\n"
      "  - {name: all, targets: {first_response: 1h, next_response: 2h}}\n",
      "p", findings);
  VASTE_CHECK(parsed.has_value());
  Policy policy = std::move(*parsed);
  policy.identity.trust = {{"crm", {}}};
  policy.stitch.reopen = reopen;
  for (auto& row : policy.stitch.window) row.fill(window);
  return std::make_shared<const clocks::Timeline>(std::move(policy),
                                                  std::vector<clocks::DatedPolicy>{});
}

}  // namespace vaste::sim
