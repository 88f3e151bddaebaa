#include "model/wall_clock.h"

#include <algorithm>

namespace vaste {

// Segment j is [transition j, transition j+1) with offset j.
std::size_t WallClock::segment_of(Instant at) const {
  const auto after = std::upper_bound(
      transitions_.begin() + 1, transitions_.end(), at,
      [](Instant t, const ZoneTransition& transition) { return t < transition.at; });
  return static_cast<std::size_t>(after - transitions_.begin()) - 1;
}

// The first segment that has not ended yet on its own wall clock holds the first occurrence; if the
// wall time lies before that segment begins, it fell into the gap before it.
Instant WallClock::to_instant(std::int64_t local_ms) const {
  if (transitions_.empty()) return instant(local_ms);
  // No offset is a whole day, so segments that ended a day earlier are out of the question.
  std::size_t segment = segment_of(instant(local_ms - kDayMs));
  const auto utc = [&](std::size_t index) { return local_ms - offset(index); };
  while (segment + 1 < transitions_.size() && utc(segment) >= to_ms(transitions_[segment + 1].at))
    ++segment;
  if (segment > 0 && utc(segment) < to_ms(transitions_[segment].at)) --segment;
  return instant(utc(segment));
}

std::int64_t WallClock::to_local(Instant at) const {
  if (transitions_.empty()) return to_ms(at);
  return to_ms(at) + offset(segment_of(at));
}

std::optional<std::int64_t> WallClock::steady_offset(Instant from, Instant to) const {
  if (transitions_.empty()) return 0;
  const std::size_t segment = segment_of(from);
  if (segment + 1 < transitions_.size() && transitions_[segment + 1].at < to) return std::nullopt;
  return offset(segment);
}

}  // namespace vaste
