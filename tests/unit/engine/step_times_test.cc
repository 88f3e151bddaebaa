// Which events and calls are timed; how long they took is nobody's business here.
#include "engine/step_times.h"

#include <gtest/gtest.h>

#include "store/memory_store.h"
#include "unit/engine/metrics_text.h"

namespace vaste::engine {
namespace {

using core::Step;

class StepTimesTest : public testing::Test {
 protected:
  std::string steps(const char* step) {
    return value(registry_.scrape(),
                 std::string(R"(vaste_step_seconds_count{step=")") + step + "\"}");
  }
  std::string calls(const char* op) {
    return value(registry_.scrape(), std::string(R"(vaste_store_seconds_count{op=")") + op + "\"}");
  }

  metrics::Registry registry_{metrics::Options{}};
  StepTimes times_{registry_};
};

TEST_F(StepTimesTest, OneEventInSoManyIsTimedTheFirstToo) {
  for (std::uint32_t i = 0; i < StepTimes::kEvents; ++i) {
    EXPECT_EQ(times_.decode(), i == 0);
    times_.finish();
  }
  EXPECT_EQ(steps("decode"), "1");
  EXPECT_EQ(steps("stitch"), "0");
  EXPECT_TRUE(times_.decode());
  times_.finish();
  EXPECT_EQ(steps("decode"), "2");
}

// Its sum over its count is then the mean of all events, also of those that needed no store.
TEST_F(StepTimesTest, AnEventIsObservedInEveryStep) {
  ASSERT_TRUE(times_.serve());
  { const core::Lap lap(&times_, Step::kClocks, Step::kStitch); }
  times_.enter(Step::kEmit);
  times_.finish();
  for (const char* step : {"stitch", "clocks", "store", "emit"})
    EXPECT_EQ(steps(step), "1") << step;
  EXPECT_EQ(steps("decode"), "0");
  times_.enter(Step::kClocks);  // nothing is timed
  times_.finish();
  EXPECT_EQ(steps("clocks"), "1");
}

TEST_F(StepTimesTest, CallsOfAStoreAreASampleAndWritesAll) {
  const auto store = store::timed(store::make_memory_store(), times_);
  store::Batch batch;
  batch.put("a", "1");
  batch.put("b", "2");
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(store->apply(batch).has_value());
  EXPECT_EQ(calls("write"), "3");
  for (std::uint32_t i = 0; i < StepTimes::kReads + 1; ++i)
    EXPECT_EQ(*store->get("a"), std::optional<std::string>("1"));
  EXPECT_EQ(calls("get"), "2");
}

// What is looked up for what a scan visits belongs to the scan.
TEST_F(StepTimesTest, OfCallsInsideEachOtherTheOutermostCounts) {
  const auto store = store::timed(store::make_memory_store(), times_);
  store::Batch batch;
  batch.put("a", "1");
  ASSERT_TRUE(store->apply(batch).has_value());
  int visited = 0;
  ASSERT_TRUE(store
                  ->scan("a",
                         [&](std::string_view key, std::string_view) {
                           ++visited;
                           return store->get(key).has_value();
                         })
                  .has_value());
  EXPECT_EQ(visited, 1);
  EXPECT_EQ(calls("scan"), "1");
  EXPECT_EQ(calls("get"), "0");
  ASSERT_TRUE(times_.serve());
  EXPECT_TRUE(store->get("a").has_value());
  times_.finish();
  EXPECT_EQ(steps("store"), "1");
}

TEST(StepTimes, WithoutARegistryNobodyIsTold) {
  StepTimes times;
  EXPECT_TRUE(times.serve());
  times.enter(Step::kEmit);
  times.finish();
}

}  // namespace
}  // namespace vaste::engine
