// As order_test, on real conversations: any order of arrival and any duplication of what people
// wrote ends in the same state and the same alerts. Under the set's own policy, and under one with
// every clock. VASTE_ORDER_REAL_SHUFFLES: arrivals (default 2,000); VASTE_ORDER_SEED chooses the
// conversations.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "properties/arrivals.h"
#include "properties/conversations.h"
#include "support/real_conversations.h"

namespace vaste::test {
namespace {

constexpr std::uint64_t kArrivals = 10;  // of one conversation, where there are enough of them

// What belongs together by explicit keys does so in any order; by customer alone it is a matter of
// who is told first, and of windows.
bool is_keyed(const std::vector<Incoming>& events) {
  return std::all_of(events.begin(), events.end(),
                     [](const Incoming& event) { return !event.keys.empty(); });
}

struct Sum {
  std::uint64_t arrivals = 0, conversations = 0, several = 0, with_alerts = 0;
};

void check(const RealPass& pass, const std::vector<Incoming>& told, std::uint64_t arrivals,
           std::uint64_t seed, Sum& sum) {
  const CompiledPolicy policy = seed % 2 == 0 ? pass.policy : compiled();
  std::vector<Incoming> events = told;
  std::stable_sort(events.begin(), events.end(),
                   [](const Incoming& a, const Incoming& b) { return before(a.moment, b.moment); });
  const Instant end = events.back().moment.at + std::chrono::hours(24 * 60);
  const std::string expected = in_order(policy, events, end);
  sum.with_alerts += expected.find("alert") != std::string::npos ? 1 : 0;
  sum.several += events.size() > 2 ? 1 : 0;
  ++sum.conversations;
  for (std::uint64_t arrival = 1; arrival <= arrivals; ++arrival, ++sum.arrivals)
    ASSERT_EQ(shuffled(policy, told, end, seed * 1000 + arrival), expected)
        << pass.name << ", arrival " << seed * 1000 + arrival << '\n'
        << text_of(events);
}

TEST(RealOrder, OfArrivalDoesNotMatter) {
  const std::uint64_t seed = number_of("VASTE_ORDER_SEED", 1);
  const auto sets = real_sets();
  const std::uint64_t each =
      std::max<std::uint64_t>(number_of("VASTE_ORDER_REAL_SHUFFLES", 2000) / sets.size(), 1);
  Sum sum;
  for (const std::string& set : sets) {
    for (const RealPass& pass : real_passes(set, (each + kArrivals - 1) / kArrivals, seed)) {
      std::vector<std::vector<Incoming>> keyed;
      std::copy_if(pass.conversations.begin(), pass.conversations.end(), std::back_inserter(keyed),
                   is_keyed);
      // A small set is told in more orders.
      for (std::size_t i = 0; i < keyed.size(); ++i)
        check(pass, keyed[i], each * (i + 1) / keyed.size() - each * i / keyed.size(),
              seed * 100'000 + i, sum);
      if (HasFailure()) return;
    }
    ASSERT_FALSE(HasFailure());
  }
  if (sum.conversations == 0) GTEST_SKIP() << no_real_data();
  std::cout << sum.arrivals << " arrivals of " << sum.conversations << " conversations, "
            << sum.several << " of more than two events, " << sum.with_alerts << " with alerts\n";
  EXPECT_GT(sum.several, sum.conversations / 3) << "too little is looked at";
  EXPECT_GT(sum.with_alerts, sum.conversations / 4) << "too little is looked at";
}

}  // namespace
}  // namespace vaste::test
