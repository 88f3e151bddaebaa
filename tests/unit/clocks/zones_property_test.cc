// elapsed(s, add(s, d)) == d around the clock changes of every zone of the installed tz database,
// 1970-2037, against an oracle of its own: what the C library's localtime says, half minute by half
// minute.
//
// By default one clock change a zone; VASTE_ZONE_CHANGES=N takes N of each, `all` all of them
// (tools/campaign zones).
#include <date/tz.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "clocks/calendar.h"
#include "config/zones.h"

namespace vaste::clocks {
namespace {

constexpr std::int64_t kStep = 30;  // seconds; no clock has changed between two of these since 1970
constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kEndOf2037 = 2'145'916'800;
constexpr std::uint64_t kSeed = 20261123;

// Eight days around a clock change as the C library sees them.
class Oracle {
 public:
  Oracle(const CalendarSpec& spec, std::int64_t change) : begin_(change - 4 * kDay) {
    begin_ -= begin_ % kStep;
    for (std::int64_t t = begin_; t < begin_ + 8 * kDay; t += kStep) {
      const std::time_t at = t;
      std::tm local{};
      localtime_r(&at, &local);
      offsets_.push_back(local.tm_gmtoff);
    }
    const std::int64_t today = (change + offset(change)) / kDay;
    std::vector<Span> spans;
    for (std::int64_t date = today - 2; date <= today + 2; ++date) {
      for (const Period& period : spec.week.at(static_cast<std::size_t>((date + 3) % 7))) {
        const Span span{resolve(date * kDay + period.from), resolve(date * kDay + period.to)};
        if (span.from < span.to) spans.push_back(span);
      }
    }
    std::sort(spans.begin(), spans.end(), [](auto& a, auto& b) { return a.from < b.from; });
    for (const Span& span : spans) {
      if (!open_.empty() && span.from <= open_.back().to)
        open_.back().to = std::max(open_.back().to, span.to);
      else
        open_.push_back(span);
    }
  }

  Millis elapsed(Instant from, Instant to) const {
    Millis sum{0};
    for (const Span& span : open_)
      sum += std::max(Millis(0), std::min(to, span.to) - std::max(from, span.from));
    return sum;
  }

  // Where `amount` is used up; nullopt beyond the days known here.
  std::optional<Instant> add(Instant from, Millis amount) const {
    for (const Span& span : open_) {
      const Instant begin = std::max(from, span.from);
      if (begin >= span.to) continue;
      if (amount <= span.to - begin) return begin + amount;
      amount -= span.to - begin;
    }
    return std::nullopt;
  }

 private:
  std::int64_t offset(std::int64_t t) const {
    return offsets_.at(static_cast<std::size_t>((t - begin_) / kStep));
  }

  // The first instant that shows this wall time; in a gap the offset before it goes on.
  Instant resolve(std::int64_t wall) const {
    // No offset is more than 26 hours: what lies before that cannot show it.
    const std::int64_t first = std::max<std::int64_t>(0, (wall - 26L * 3600 - begin_) / kStep);
    for (auto i = static_cast<std::size_t>(first); i < offsets_.size(); ++i) {
      const std::int64_t t = begin_ + static_cast<std::int64_t>(i) * kStep;
      const std::int64_t local = t + offsets_[i];
      if (local <= wall && wall < local + kStep) return instant((t + wall - local) * 1000);
      if (i + 1 == offsets_.size() || local + kStep > wall) continue;
      if (wall < t + kStep + offsets_[i + 1]) return instant((wall - offsets_[i]) * 1000);
    }
    ADD_FAILURE() << "the oracle knows no such wall time: " << wall;
    return instant(0);
  }

  std::int64_t begin_;
  std::vector<std::int64_t> offsets_;
  std::vector<Span> open_;
};

// Hours that reach over midnight, end in the small hours and leave other gaps each day.
CalendarSpec hours_in(const std::string& zone, std::mt19937_64& random) {
  CalendarSpec spec;
  spec.name = zone;
  spec.zone = zone;
  auto transitions = config::zone_transitions(zone);
  if (!transitions) {
    ADD_FAILURE() << zone << ": " << transitions.error().detail;
    return spec;
  }
  spec.transitions = std::move(*transitions);
  for (auto& day : spec.week) {
    const auto minute = [&](int from, int to) {
      return (from + static_cast<int>(random() % static_cast<std::uint64_t>(to - from))) * 60;
    };
    day = {{0, minute(30, 150)}, {minute(151, 240), minute(241, 700)}, {minute(701, 1380), 86'400}};
  }
  return spec;
}

void check_around(const Calendar& calendar, const Oracle& oracle, Instant change,
                  std::mt19937_64& random) {
  for (int i = 0; i < 20; ++i) {
    const auto upto = [&](std::uint64_t most) {
      return Millis(static_cast<std::int64_t>(random() % most));
    };
    // The change itself and its neighbours first, then anywhere in the day before.
    const Instant start = i < 3 ? change + Millis(i - 1) : change - upto(20UL * 3'600'000);
    const Instant end = start + upto(36UL * 3'600'000);
    ASSERT_EQ(calendar.elapsed(start, end), oracle.elapsed(start, end)) << to_ms(start);
    const Millis amount = Millis(1) + upto(8UL * 3'600'000);
    const auto reached = calendar.add(start, amount);
    ASSERT_EQ(reached, oracle.add(start, amount)) << to_ms(start) << " + " << amount.count();
    const Millis much = upto(90LL * 86'400'000);
    const auto far = calendar.add(start, much);
    ASSERT_TRUE(far);
    ASSERT_EQ(calendar.elapsed(start, *far), much) << to_ms(start) << " + " << much.count();
  }
}

std::vector<Instant> changes_of(const CalendarSpec& spec, std::mt19937_64& random) {
  std::vector<Instant> changes;
  for (const ZoneTransition& transition : spec.transitions)
    if (to_ms(transition.at) > 5 * kDay * 1000 && to_ms(transition.at) < kEndOf2037 * 1000)
      changes.push_back(transition.at);
  const char* wanted = std::getenv("VASTE_ZONE_CHANGES");
  const std::string text = wanted == nullptr ? "1" : wanted;
  if (text == "all") return changes;
  std::shuffle(changes.begin(), changes.end(), random);
  changes.resize(std::min(changes.size(), static_cast<std::size_t>(std::stoul(text))));
  return changes;
}

TEST(EveryZone, ElapsedUndoesAddAroundItsClockChanges) {
  std::mt19937_64 random(kSeed);
  std::map<std::vector<std::pair<std::int64_t, std::int32_t>>, int> seen;
  int zones = 0;
  int changes = 0;
  for (const date::time_zone& zone : date::get_tzdb().zones) {
    const std::string name = zone.name();
    SCOPED_TRACE(name);
    ++zones;
    const CalendarSpec spec = hours_in(name, random);
    // Many names are another one's: those have nothing new to show.
    std::vector<std::pair<std::int64_t, std::int32_t>> key;
    for (const ZoneTransition& one : spec.transitions)
      key.emplace_back(to_ms(one.at), one.offset_seconds);
    if (++seen[key] > 1 || HasFailure()) continue;
    ASSERT_EQ(setenv("TZ", (":" + name).c_str(), 1), 0);
    tzset();
    const Calendar calendar(spec);
    for (const Instant change : changes_of(spec, random)) {
      ++changes;
      check_around(calendar, Oracle(spec, to_ms(change) / 1000), change, random);
    }
  }
  RecordProperty("zones", zones);
  RecordProperty("clock_changes", changes);
  std::printf("%d zones, %zu of them different, %d clock changes\n", zones, seen.size(), changes);
  EXPECT_GT(zones, 400) << "the tz database is not all there";
  EXPECT_GT(changes, 200);
}

}  // namespace
}  // namespace vaste::clocks
