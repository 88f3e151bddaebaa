// How long a transaction stays open, by what the last poll left behind.
#include "engine/pace.h"

#include <gtest/gtest.h>

namespace vaste::engine {
namespace {

using namespace std::chrono_literals;

constexpr Pace kDefault{100ms, 100ms, 10s};

TEST(Pace, WhoHasReadAllClosesEarly) {
  EXPECT_EQ(kDefault.transaction(Backlog::kNone), 25ms);
  EXPECT_EQ(kDefault.progress(Backlog::kNone), 100ms);
}

TEST(Pace, WhoIsBehindStaysOpenLonger) {
  EXPECT_EQ(kDefault.transaction(Backlog::kMore), 400ms);
  EXPECT_EQ(kDefault.progress(Backlog::kMore), 400ms);
}

TEST(Pace, TheCoordinatorsPatienceIsNotUsedUp) {
  const Pace impatient{100ms, 200ms, 1s};
  EXPECT_EQ(impatient.transaction(Backlog::kMore), 250ms);
  EXPECT_EQ(impatient.progress(Backlog::kMore), 250ms);
}

TEST(Pace, ALongTransactionEndsAmidAPoll) {
  EXPECT_FALSE(kDefault.is_long(2499ms));
  EXPECT_TRUE(kDefault.is_long(2500ms));
  const Pace asked{5s, 1s, 6s};
  EXPECT_FALSE(asked.is_long(4999ms));
  EXPECT_TRUE(asked.is_long(5s));
}

TEST(Pace, NeverShorterThanAsked) {
  const Pace asked{5s, 1s, 6s};
  EXPECT_EQ(asked.transaction(Backlog::kMore), 5s);
  EXPECT_EQ(asked.progress(Backlog::kMore), 1500ms);
  EXPECT_EQ(asked.transaction(Backlog::kNone), 1250ms);
}

}  // namespace
}  // namespace vaste::engine
