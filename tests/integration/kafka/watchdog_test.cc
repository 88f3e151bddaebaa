#include "integration/kafka/clients.h"

namespace vaste::kafka {
namespace {

void hang() {
  Watchdog dog([](std::string_view words) { std::cerr << words << std::endl; });
  const Watchdog::Guard patient(dog, 1h, "patient");
  const Watchdog::Guard guard(dog, 50ms, "commit");
  std::this_thread::sleep_for(kGenerous);
}

TEST(WatchdogDeathTest, EndsTheProcessWhenACallDoesNotComeBack) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(hang(), testing::ExitedWithCode(70), "commit did not come back within 50 ms");
}

TEST(Watchdog, LetsFinishedCallsGo) {
  Watchdog dog([](std::string_view) {});
  for (int i = 0; i < 1000; ++i) const Watchdog::Guard guard(dog, 20ms, "quick");
  std::this_thread::sleep_for(60ms);
}

}  // namespace
}  // namespace vaste::kafka
