// The times of a story: weekdays of one fixed week, or real dates, in one time zone.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "clocks/calendar.h"
#include "model/policy.h"
#include "story/line.h"

namespace vaste::story {

// Immutable after construction.
class Times {
 public:
  // `transitions` may be empty: UTC.
  Times(std::string zone, std::vector<ZoneTransition> transitions);

  const std::string& zone() const { return zone_; }

  // "Mon 16:50", "Mon+1 16:50:30", "2026-12-24 16:50": two words of `line`, which hears what is
  // wrong with them.
  std::optional<Instant> read(Line& line) const;

  // The same the other way round; `dates`: as real dates.
  std::string text(Instant at, bool dates) const;

 private:
  std::int64_t to_local(Instant at) const;

  std::string zone_;
  std::vector<ZoneTransition> transitions_;
  clocks::Calendar calendar_;  // for its way from wall time to instant alone
};

// Could this word be meant as a day?
bool looks_like_day(std::string_view word);
// Is it a real date?
bool is_date(std::string_view word);
// Could it be meant as a time of day?
bool looks_like_clock(std::string_view word);

}  // namespace vaste::story
