// Up to when everything has been produced, after brokers were away.
#include "engine/outages.h"

#include <gtest/gtest.h>

namespace vaste::engine {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart = instant(1'767'258'000'000);

class OutagesTest : public testing::Test {
 protected:
  void away(Millis from, Millis to) { outages_.passed(kStart + from, kStart + to); }
  Millis complete(Millis now) { return outages_.complete_up_to(kStart + now) - kStart; }

  Outages outages_{10s};
};

TEST_F(OutagesTest, NoneHoldsNothing) {
  EXPECT_EQ(complete(1s), 1s);
  EXPECT_EQ(complete(2s), 2s);
}

TEST_F(OutagesTest, AShortOneHoldsForItsOwnLength) {
  EXPECT_EQ(complete(100s), 100s);
  away(100s, 104s);
  EXPECT_EQ(complete(104s), 100s);
  EXPECT_EQ(complete(107s + 999ms), 100s);
  EXPECT_EQ(complete(108s), 108s);
}

TEST_F(OutagesTest, ALongOneHoldsForTheGraceAlone) {
  away(100s, 200s);
  EXPECT_EQ(complete(209s + 999ms), 100s);
  EXPECT_EQ(complete(210s), 210s);
}

// Away for 22 s and back for 8 s, again and again: two turns pay for one outage.
TEST_F(OutagesTest, BrokersThatComeAndGoDelayButNeverForEver) {
  for (Millis turn = 0s; turn < 3000s; turn += 30s) {
    away(turn, turn + 22s);
    EXPECT_EQ(complete(turn + 23s), turn == 0s ? 0s : turn - 30s);
    EXPECT_EQ(complete(turn + 24s), turn) << "ten seconds of answers since the one before";
  }
  EXPECT_EQ(complete(3002s), 3002s);
}

// The second does not count for the first: nothing is sent in it.
TEST_F(OutagesTest, OnlyTimeInWhichBrokersAnswerPays) {
  away(100s, 120s);
  EXPECT_EQ(complete(122s), 100s);
  away(122s, 126s);
  EXPECT_EQ(complete(133s + 999ms), 100s)
      << "the longer one decides, though the short one is paid for";
  EXPECT_EQ(complete(134s), 134s);
}

TEST_F(OutagesTest, AnswersForMomentsOnlyAreOneLongOutage) {
  for (Millis second = 0s; second < 4000s; second += 4s) away(second, second + 4s - 1ms);
  EXPECT_EQ(complete(4000s), 0s);
  EXPECT_EQ(complete(4004s), 4004s);
}

TEST_F(OutagesTest, AClockThatIsSetBackPaysNothing) {
  away(100s, 120s);
  EXPECT_EQ(complete(95s), 95s) << "never more than what is now";
  EXPECT_EQ(complete(104s), 100s);
  EXPECT_EQ(complete(105s), 105s);
}

}  // namespace
}  // namespace vaste::engine
