// What a cache keeps within its budget.
#include "core/cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace vaste::core {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t kEach = 10;

class CacheTest : public testing::Test {
 protected:
  CacheTest() {
    for (int key = 1; key <= 4; ++key) cache_.insert(key, kEach);
  }

  // Does not count as a use.
  std::vector<int> kept() {
    std::vector<int> out;
    cache_.each([&](const auto& node) { out.push_back(node.first); });
    std::ranges::sort(out);
    return out;
  }

  Cache<int, std::string> cache_;
};

TEST_F(CacheTest, WhatWasNeverUsedGoesInTheOrderItCame) {
  cache_.trim(2 * kEach);
  EXPECT_THAT(kept(), ElementsAre(3, 4));
}

TEST_F(CacheTest, WhatWasUsedStaysOnceMore) {
  cache_.find(1);
  cache_.find(2);
  cache_.trim(2 * kEach);
  EXPECT_THAT(kept(), ElementsAre(1, 2));
  cache_.insert(5, kEach);
  cache_.trim(2 * kEach);
  EXPECT_THAT(kept(), ElementsAre(2, 5)) << "the first use was spent";
}

TEST_F(CacheTest, TheBudgetHoldsWhereAllWereUsed) {
  for (int key = 1; key <= 4; ++key) cache_.find(key);
  cache_.trim(0);
  EXPECT_THAT(kept(), IsEmpty());
  EXPECT_EQ(cache_.weight(), 0U);
}

TEST_F(CacheTest, ForgottenChangesAreReadAgain) {
  cache_.mark_changed(*cache_.find(2));
  cache_.forget_changes();
  EXPECT_THAT(kept(), ElementsAre(1, 3, 4));
  EXPECT_EQ(cache_.find(2), nullptr);
}

TEST(Weight, CountsWhatChangesItsWeightAndWhatIsForgotten) {
  Cache<int, int> cache;
  auto* one = cache.insert(1, 100);
  auto* other = cache.insert(2, 100);
  cache.weigh(*one, 300);
  EXPECT_EQ(cache.weight(), 400U);
  cache.mark_changed(*other);
  cache.forget_changes();
  EXPECT_EQ(cache.weight(), 300U);
  cache.forget(1);
  cache.forget(1);
  EXPECT_EQ(cache.weight(), 0U);
  EXPECT_EQ(cache.size(), 0U);
  cache.trim(0);
  cache.insert(3, 50);
  cache.trim(0);
  EXPECT_EQ(cache.size(), 0U);
}

}  // namespace
}  // namespace vaste::core
