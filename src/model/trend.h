// What was told of a trend (Policy::kpis) for one value of its dimension. A plain value; stored by
// store/codec.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"
#include "model/conversation.h"

namespace vaste {

struct TrendState {
  std::string trend;  // its name in the policy
  std::string value;  // of its dimension
  AlertStatus status = AlertStatus::kNone;
  Instant began;  // the quarter hour in which it became unusual: of the newest alert
  Instant last;   // the newest one in which it was
  std::uint32_t revision = 0;

  bool operator==(const TrendState&) const = default;
};

}  // namespace vaste
