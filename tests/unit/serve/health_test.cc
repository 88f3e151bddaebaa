#include "serve/health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace vaste::serve {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
constexpr Instant kNow = instant(1'767'258'000'000);

TEST(Health, NobodyNamedIsReady) {
  const Health health;
  EXPECT_TRUE(health.is_ready());
  EXPECT_EQ(health.readyz().status, 200);
  EXPECT_EQ(health.readyz().body, "{\"ready\":true,\"reasons\":[]}\n");
}

TEST(Health, SaysWhatIsMissing) {
  Health health;
  health.not_ready("kafka", "not connected");
  health.not_ready("core[3]", "restoring, 500 records left");
  health.not_ready("core[3]", "restoring, 120 records left");
  EXPECT_FALSE(health.is_ready());
  EXPECT_THAT(health.reasons(),
              ElementsAre("core[3]: restoring, 120 records left", "kafka: not connected"));
  const Response page = health.readyz();
  EXPECT_EQ(page.status, 503);
  EXPECT_EQ(page.content_type, "application/json");
  EXPECT_EQ(page.body,
            "{\"ready\":false,\"reasons\":[\"core[3]: restoring, 120 records left\","
            "\"kafka: not connected\"]}\n");
  health.ready("kafka");
  EXPECT_FALSE(health.is_ready());
  health.ready("core[3]");
  EXPECT_TRUE(health.is_ready());
}

TEST(Health, ReasonsAreJsonWhateverTheyHold) {
  Health health;
  health.not_ready("kafka", "\"quoted\"\n");
  EXPECT_EQ(health.readyz().body, "{\"ready\":false,\"reasons\":[\"kafka: \\\"quoted\\\"\\n\"]}\n");
}

TEST(Health, WhatHasStartedStaysStarted) {
  Health health;
  health.not_ready("core[3]", "restoring, 120 records left");
  health.not_ready("kafka", "not connected");
  health.ready("kafka");
  EXPECT_EQ(health.startupz().status, 503);
  EXPECT_EQ(health.startupz().body,
            "{\"started\":false,\"reasons\":[\"core[3]: restoring, 120 records left\"]}\n");
  health.ready("core[3]");
  EXPECT_EQ(health.startupz().body, "{\"started\":true,\"reasons\":[]}\n");
  health.not_ready("kafka", "not connected");
  EXPECT_EQ(health.startupz().status, 200);
  EXPECT_EQ(health.readyz().status, 503) << "the two probes do not mix";
}

TEST(Health, WhoeverSawItReadySawItStarted) {
  Health health;
  EXPECT_TRUE(health.is_ready());  // systemd's READY=1 and the gauge ask so
  health.not_ready("kafka", "not connected");
  EXPECT_EQ(health.startupz().status, 200);
}

TEST(Health, ALoopThatDoesNotTurnIsNotAlive) {
  Health health;
  EXPECT_EQ(health.livez(kNow).status, 200) << "before the first beat";
  health.beat("worker[0]", kNow);
  health.beat("worker[1]", kNow);
  EXPECT_EQ(health.livez(kNow + kLoopPatience).status, 200);
  health.beat("worker[1]", kNow + Millis(5000));
  const Instant later = kNow + kLoopPatience + Millis(1500);
  EXPECT_THAT(health.stuck(later), ElementsAre("worker[0]: has not turned for 31 s"));
  EXPECT_EQ(health.livez(later).status, 503);
  EXPECT_EQ(health.livez(later).body,
            "{\"live\":false,\"reasons\":[\"worker[0]: has not turned for 31 s\"]}\n");
  EXPECT_TRUE(health.is_ready()) << "the two probes do not mix";
  health.stopped("worker[0]");
  EXPECT_THAT(health.stuck(later), IsEmpty());
}

TEST(Health, AClockSetBackIsNoStandstill) {
  Health health;
  health.beat("worker[0]", kNow);
  EXPECT_EQ(health.livez(kNow - Millis(3'600'000)).status, 200);
}

TEST(Health, ThreadsMayShareIt) {
  Health health;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&health, part = "core[" + std::to_string(i) + "]"] {
      for (int round = 0; round < 1000; ++round) {
        health.not_ready(part, "restoring");
        health.beat(part, kNow);
        (void)health.readyz();
        health.ready(part);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(health.is_ready());
  EXPECT_EQ(health.stuck(kNow + kLoopPatience + Millis(1)).size(), 4U);
}

}  // namespace
}  // namespace vaste::serve
