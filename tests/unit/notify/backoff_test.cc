#include "notify/backoff.h"

#include <gtest/gtest.h>

namespace vaste::notify {
namespace {

TEST(Backoff, DoublesUpToItsBound) {
  EXPECT_EQ(pause_after(1, 0), kFirstPause / 2);
  EXPECT_EQ(pause_after(4, 0), kFirstPause * 4);
  for (int failures = 1; failures < 200; ++failures) {
    const Millis least = pause_after(failures, 0);
    const Millis most = pause_after(failures, 0.999999);
    EXPECT_GE(least, kFirstPause / 2) << failures;
    EXPECT_LE(most, kLongestPause) << failures;
    EXPECT_GE(most, least * 3 / 2) << failures << ": what failed together comes back together";
    EXPECT_GE(pause_after(failures + 1, 0), least) << failures;
  }
}

}  // namespace
}  // namespace vaste::notify
