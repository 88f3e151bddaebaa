#include "kafka/repeats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vaste::kafka {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class RepeatsTest : public testing::Test {
 protected:
  std::string say(std::string_view kind) {
    return repeats_.say(kind, "it is gone", now_).value_or("");
  }

  Repeats repeats_;
  Repeats::Time now_{std::chrono::hours(1)};
};

TEST_F(RepeatsTest, SaysTheFirstAndCountsTheOthers) {
  EXPECT_EQ(say("_TRANSPORT"), "it is gone");
  for (int i = 0; i < 500; ++i) EXPECT_EQ(say("_TRANSPORT"), "");
  EXPECT_EQ(say("_RESOLVE"), "it is gone") << "another kind";
  now_ += Repeats::kEvery;
  EXPECT_EQ(say("_TRANSPORT"), "it is gone (and 500 more like it before)");
  EXPECT_EQ(say("_TRANSPORT"), "");
}

TEST_F(RepeatsTest, TellsWhatWasLeftOutWhenItIsOver) {
  say("_TRANSPORT");
  say("_TRANSPORT");
  say("_RESOLVE");
  now_ += Repeats::kEvery - 1s;
  EXPECT_THAT(repeats_.ended(now_), IsEmpty());
  now_ += 1s;
  EXPECT_THAT(repeats_.ended(now_), ElementsAre("_TRANSPORT: 1 more like it, none lately"));
  EXPECT_THAT(repeats_.ended(now_), IsEmpty());
  EXPECT_EQ(say("_TRANSPORT"), "it is gone");
}

}  // namespace
}  // namespace vaste::kafka
