// Any order of arrival and any duplication end in the same state and the same alerts, once what was
// wrong is retracted. Generated conversations (real ones: real_order_test); VASTE_ORDER_SHUFFLES
// says how many arrivals (default 18,000, with the real ones 20,000; tools/campaign a million). A
// failing seed is replayed by VASTE_ORDER_SEED.
#include <gtest/gtest.h>

#include <cstdlib>

#include "properties/arrivals.h"
#include "properties/conversations.h"

namespace vaste::test {
namespace {

TEST(Order, OfArrivalDoesNotMatter) {
  constexpr std::uint64_t kArrivals = 10;  // of one conversation
  const std::uint64_t first = number_of("VASTE_ORDER_SEED", 1);
  const bool replay = std::getenv("VASTE_ORDER_SEED") != nullptr;
  const std::uint64_t conversations =
      replay ? 1 : number_of("VASTE_ORDER_SHUFFLES", 18000) / kArrivals;
  std::uint64_t with_alerts = 0;
  for (std::uint64_t seed = first; seed < first + conversations; ++seed) {
    const std::vector<Incoming> events = Maker(seed).conversation();
    const Instant end = events.back().moment.at + std::chrono::hours(24 * 60);
    const std::string expected = in_order(compiled(), events, end);
    ASSERT_FALSE(HasFailure());
    ASSERT_EQ(expected.find("  but "), std::string::npos) << expected << text_of(events);
    with_alerts += expected.find("alert") != std::string::npos ? 1 : 0;
    for (std::uint64_t arrival = 1; arrival <= kArrivals; ++arrival)
      ASSERT_EQ(shuffled(compiled(), events, end, seed * kArrivals + arrival), expected)
          << "replay: VASTE_ORDER_SEED=" << seed << " order_test\n"
          << text_of(events);
  }
  if (replay) return;
  EXPECT_GT(with_alerts, conversations / 4) << "too little is looked at";
}

}  // namespace
}  // namespace vaste::test
