#include "engine/outages.h"

#include <algorithm>

namespace vaste::engine {

namespace {

// Of brokers that answer for moments only. The newest of more are taken for one.
constexpr std::size_t kMost = 64;

}  // namespace

void Outages::passed(Instant began, Instant ended) {
  complete_up_to(began);
  Outage outage{began, std::min(ended - began, most_)};
  if (outages_.size() == kMost) {
    outage = {outages_.back().began, std::max(outage.owed, outages_.back().owed)};
    outages_.pop_back();
  }
  outages_.push_back(outage);
  paid_up_to_ = ended;
}

Instant Outages::complete_up_to(Instant now) {
  const Millis paid = std::max(now - paid_up_to_, Millis{0});
  for (Outage& outage : outages_) outage.owed -= paid;
  paid_up_to_ = now;
  while (!outages_.empty() && outages_.front().owed <= Millis{0}) outages_.pop_front();
  return outages_.empty() ? now : std::min(now, outages_.front().began);
}

}  // namespace vaste::engine
