#include "app/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/reach.h"

namespace vaste::app {
namespace {

struct Row {
  const char* name;
  Standing at;
  int columns;
  const char* text;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}
struct ProgressText : testing::TestWithParam<Row> {};

TEST_P(ProgressText, SaysHowFarItIs) {
  EXPECT_EQ(progress_text(GetParam().at, GetParam().columns), GetParam().text);
}

Standing half() {
  return {
      .work = "reading t", .unit = "records", .done = 100, .total = 200, .seconds = 10, .rate = 10};
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Line, ProgressText, testing::ValuesIn(std::vector<Row>{
    {"Bar",      half(), 80, "reading t [###############---------------] 50 % of 200 records, 10/s, 10 s left"},
    {"Narrow",   half(), 60, "reading t [#####-----] 50 % of 200 records, 10/s, 10 s left"},
    {"NoRoom",   half(), 40, "reading t: 50 % of 200 records, 10/s, 1"},
    {"NoScreen", half(), 0, "reading t: 50 % of 200 records, 10/s, 10 s left"},
    {"NoTotal",  {.work = "sending", .unit = "records", .done = 7, .bad = 2, .rate = 3}, 80,
                 "sending: 7 records, 3/s, 2 bad lines"},
    {"Waiting",  {.work = "waiting for the answer", .seconds = 3.2}, 80, "waiting for the answer: 3 s"},
    {"Long",     {.work = "w", .seconds = 150}, 80, "w: 3 min"},
    {"Grown",    {.work = "w", .unit = "u", .done = 12, .total = 10, .rate = 1}, 30, "w [######] 100 % of 10 u, 1/s"},
}), testing::PrintToStringParamName());
// clang-format on

TEST(Progress, CountsAndGoesAtOnce) {
  Progress progress("work", "lines", 3);
  progress.add();
  progress.add_bad();
  EXPECT_EQ(progress.done(), 1u);
  EXPECT_EQ(progress.bad(), 1u);
}

TEST(Reach, IsDoneWhenEveryPartitionWasReadToItsEnd) {
  Reach reach;
  reach.add(0, 10);
  reach.add(3, 5);
  EXPECT_EQ(reach.whole(), 15u);
  EXPECT_TRUE(reach.wants(0, 9));
  EXPECT_FALSE(reach.wants(0, 10));  // came later
  EXPECT_FALSE(reach.wants(1, 0));   // nobody's
  reach.began(0, 6);                 // what is older was deleted
  EXPECT_EQ(reach.whole(), 9u);
  reach.reached(0, 8);
  EXPECT_EQ(reach.passed(), 2u);
  EXPECT_FALSE(reach.done());
  reach.reached(0, 10);
  EXPECT_FALSE(reach.wants(0, 9));
  reach.reached(3, 5);  // an end that is all there is
  EXPECT_TRUE(reach.done());
  EXPECT_EQ(reach.passed(), reach.whole());
}

TEST(Reach, OfNothingIsDone) {
  EXPECT_TRUE(Reach().done());
}

}  // namespace
}  // namespace vaste::app
