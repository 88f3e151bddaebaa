// Every story under tests/scenarios, through the whole core, on one partition and on many, in order
// and shuffled.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "config/config.h"
#include "scenarios/story.h"
#include "support/fleet.h"

namespace vaste::test {
namespace {

std::vector<std::string> story_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(VASTE_SOURCE_DIR "/tests/scenarios"))
    if (entry.path().extension() == ".txt" && entry.path().stem() != "CMakeLists")
      files.push_back(entry.path().stem().string());
  std::sort(files.begin(), files.end());
  return files;
}

Story load(const std::string& name) {
  std::ifstream file(VASTE_SOURCE_DIR "/tests/scenarios/" + name + ".txt");
  std::stringstream text;
  text << file.rdbuf();
  return read_story(text.str());
}

Policy policy_of(const Story& story) {
  std::vector<config::Finding> findings;
  auto policy = config::parse_policy(story.policy, "story", findings);
  for (const auto& finding : findings) EXPECT_FALSE(finding.error) << config::text(finding);
  EXPECT_TRUE(policy.has_value());
  return policy ? std::move(*policy) : Policy();
}

std::string say(const core::AlertOut& out) {
  static const char* const kStatus[] = {"", "", "recovered", "retracted"};
  const char* word = kStatus[static_cast<std::size_t>(out.alert.status)];
  if (out.alert.status == AlertStatus::kRaised)
    word = out.alert.level == AlertLevel::kAtRisk ? "at_risk" : "breached";
  return story_time(out.changed) + ' ' + word + ' ' + out.alert.sla;
}

class Scenario : public testing::TestWithParam<std::string> {};

TEST_P(Scenario, SaysWhatIsExpected) {
  const Story story = load(GetParam());
  ASSERT_EQ(story.error, "");
  for (const std::int32_t partitions : {1, 12}) {
    Fleet fleet(policy_of(story), partitions, 7);
    for (const Incoming& event : story.events) {
      // What was due before this happened has fired by then.
      fleet.advance(event.moment.at - Millis(1));
      fleet.send(event);
      fleet.run();
    }
    fleet.advance(story.events.back().moment.at + std::chrono::hours(24 * 60));
    std::vector<std::string> said;
    for (const core::AlertOut& alert : fleet.alerts()) said.push_back(say(alert));
    std::vector<std::string> expected;
    for (const Expected& alert : story.alerts) expected.push_back(alert.what);
    EXPECT_THAT(said, testing::UnorderedElementsAreArray(expected)) << partitions << " partitions";
    EXPECT_THAT(fleet.dead(), testing::IsEmpty());
    if (story.conversations >= 0) {
      EXPECT_EQ(fleet.conversations().size(), static_cast<std::size_t>(story.conversations))
          << partitions << " partitions";
    }
  }
}

// Any order of arrival ends in the same alerts, once what was wrong is retracted. Stories that join
// by customer alone depend on the order by nature and say so in their name.
TEST_P(Scenario, AnyOrderEndsInTheSame) {
  const Story story = load(GetParam());
  if (GetParam().find("by-customer") != std::string::npos)
    GTEST_SKIP() << "joins by customer alone";
  const Instant end = story.events.back().moment.at + std::chrono::hours(24 * 60);
  const auto outcome = [&](std::uint64_t seed) {
    Fleet fleet(policy_of(story), 5, seed);
    std::vector<Incoming> events = story.events;
    std::mt19937_64 random(seed);
    if (seed != 0) std::shuffle(events.begin(), events.end(), random);
    for (const Incoming& event : events) {
      fleet.send(event);
      if (seed != 0 && random() % 2 == 0) fleet.send(event);
      if (random() % 3 == 0) fleet.run();
      if (seed != 0 && random() % 4 == 0) {
        fleet.run();
        fleet.advance(end);
      }
    }
    fleet.run();
    fleet.advance(end);
    std::vector<std::string> standing;
    for (const auto& [id, alert] : fleet.standing())
      if (alert.alert.status != AlertStatus::kRetracted)
        standing.push_back(alert.alert.sla + ' ' + std::to_string(alert.alert.cycle) + ' ' +
                           story_time(alert.alert.due) + ' ' +
                           std::to_string(static_cast<int>(alert.alert.level)) +
                           std::to_string(static_cast<int>(alert.alert.status)));
    std::sort(standing.begin(), standing.end());
    return std::pair(standing, fleet.conversations().size());
  };
  const auto in_order = outcome(0);
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const auto shuffled = outcome(seed);
    ASSERT_EQ(shuffled.first, in_order.first) << "seed " << seed;
    ASSERT_EQ(shuffled.second, in_order.second) << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Stories, Scenario, testing::ValuesIn(story_files()),
                         [](const auto& story) {
                           std::string name = story.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace vaste::test
