#include "engine/census.h"

#include <algorithm>

#include "base/check.h"

namespace vaste::engine {

namespace {

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kHour = 3600;

struct When {
  std::int64_t hour = 0;
  std::uint16_t second = 0;
};
When when(Instant since) {
  const std::int64_t ms = to_ms(since);
  const std::int64_t seconds = (ms - ((ms % kSecond) + kSecond) % kSecond) / kSecond;
  const std::int64_t second = ((seconds % kHour) + kHour) % kHour;
  return {(seconds - second) / kHour, static_cast<std::uint16_t>(second)};
}

}  // namespace

Census::Census(std::size_t queues)
    : waits_(queues * static_cast<std::size_t>(kChannels)), oldest_(waits_.size(), kNever) {}

std::size_t Census::place(const CensusEntry& one) {
  return one.queue * static_cast<std::size_t>(kChannels) + static_cast<std::size_t>(one.channel);
}

void Census::add(const CensusEntry& one) {
  moments_ += one.moments;
  if (!is_set(one.waits_since)) return;
  const When at = when(one.waits_since);
  auto& hour = waits_[place(one)][at.hour];
  // Events come in order, nearly always: it is the last one, or behind it.
  auto second = std::ranges::lower_bound(hour, at.second, {}, &Second::second);
  if (second == hour.end() || second->second != at.second)
    second = hour.insert(second, {at.second});
  ++second->count;
  look(place(one));
}

void Census::take_away(const CensusEntry& one) {
  VASTE_CHECK(moments_ >= one.moments);
  moments_ -= one.moments;
  if (!is_set(one.waits_since)) return;
  const When at = when(one.waits_since);
  Hours& hours = waits_[place(one)];
  const auto hour = hours.find(at.hour);
  VASTE_CHECK(hour != hours.end());
  auto& seconds = hour->second;
  const auto second = std::ranges::lower_bound(seconds, at.second, {}, &Second::second);
  VASTE_CHECK(second != seconds.end() && second->second == at.second);
  if (--second->count > 0) return;
  seconds.erase(second);
  if (seconds.empty()) hours.erase(hour);
  look(place(one));
}

void Census::look(std::size_t place) {
  const Hours& hours = waits_[place];
  oldest_[place] =
      hours.empty()
          ? kNever
          : instant((hours.begin()->first * kHour + hours.begin()->second.front().second) *
                    kSecond);
}

}  // namespace vaste::engine
