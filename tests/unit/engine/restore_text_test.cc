// How far a restore is, for the log and for /readyz.
#include <gtest/gtest.h>

#include "engine/core_task.h"

namespace vaste::engine {
namespace {

TEST(RestoreText, SaysTheShareAndTheTimeThatIsLeft) {
  EXPECT_EQ(restore_text(0, 200, Millis(0)), "restoring [----------] 0 % of 200 offsets");
  EXPECT_EQ(restore_text(50, 150, Millis(10000)),
            "restoring [##--------] 25 % of 200 offsets, about 30 s left");
  EXPECT_EQ(restore_text(199, 1, Millis(19900)),
            "restoring [#########-] 99 % of 200 offsets, about 0 s left");
  EXPECT_EQ(restore_text(0, 0, Millis(5)), "restoring");
}

TEST(RestoreText, LongOnesDoNotOverflow) {
  EXPECT_EQ(restore_text(1'000'000'000, 9'000'000'000, Millis(3'600'000)),
            "restoring [#---------] 10 % of 10000000000 offsets, about 32400 s left");
}

}  // namespace
}  // namespace vaste::engine
