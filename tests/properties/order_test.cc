// Any order of arrival and any duplication end in the same state and the same alerts, once what was
// wrong is retracted. Generated conversations; VASTE_ORDER_SHUFFLES says how many arrivals (default
// 2,000; tools/test 20,000, tools/campaign a million). A failing seed is replayed by
// VASTE_ORDER_SEED.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>

#include "properties/conversations.h"
#include "properties/outcome.h"
#include "support/fleet.h"

namespace vaste::test {
namespace {

std::string in_order(const std::vector<Incoming>& events, Instant end) {
  Fleet fleet(compiled(), 1, 0);
  for (const Incoming& event : events) {
    fleet.advance(event.moment.at - Millis(1));
    fleet.send(event);
    fleet.run();
  }
  fleet.advance(end);
  return outcome_of(fleet);
}

// Shuffled, some twice, and time passes at any moment: even to the end, so that false alerts are
// raised which have to be taken back.
std::string shuffled(std::vector<Incoming> events, Instant end, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Fleet fleet(compiled(), 1 + static_cast<std::int32_t>(random() % 5), seed);
  std::shuffle(events.begin(), events.end(), random);
  for (const Incoming& event : events) {
    fleet.send(event);
    if (random() % 3 == 0) fleet.send(event);
    if (random() % 2 != 0) continue;
    fleet.run();
    if (random() % 3 == 0)
      fleet.advance(random() % 2 == 0 ? end : events[random() % events.size()].moment.at);
  }
  fleet.run();
  fleet.advance(end);
  return outcome_of(fleet);
}

TEST(Order, OfArrivalDoesNotMatter) {
  constexpr std::uint64_t kArrivals = 10;  // of one conversation
  const std::uint64_t first = number_of("VASTE_ORDER_SEED", 1);
  const bool replay = std::getenv("VASTE_ORDER_SEED") != nullptr;
  const std::uint64_t conversations =
      replay ? 1 : number_of("VASTE_ORDER_SHUFFLES", 20000) / kArrivals;
  std::uint64_t with_alerts = 0;
  for (std::uint64_t seed = first; seed < first + conversations; ++seed) {
    const std::vector<Incoming> events = Maker(seed).conversation();
    const Instant end = events.back().moment.at + std::chrono::hours(24 * 60);
    const std::string expected = in_order(events, end);
    ASSERT_FALSE(HasFailure());
    with_alerts += expected.find("alert") != std::string::npos ? 1 : 0;
    for (std::uint64_t arrival = 1; arrival <= kArrivals; ++arrival)
      ASSERT_EQ(shuffled(events, end, seed * kArrivals + arrival), expected)
          << "replay: VASTE_ORDER_SEED=" << seed << " order_test\n"
          << text_of(events);
  }
  if (replay) return;
  EXPECT_GT(with_alerts, conversations / 4) << "too little is looked at";
}

}  // namespace
}  // namespace vaste::test
