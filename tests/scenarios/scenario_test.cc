// Every story under tests/scenarios, through the whole core, on one partition and on many, in order
// and shuffled: what `vaste test` does, with more orders of arrival.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "config/config.h"
#include "story/play.h"
#include "story/read.h"

namespace vaste::story {
namespace {

constexpr int kShuffles = 50;

std::vector<std::string> story_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(VASTE_SOURCE_DIR "/tests/scenarios"))
    if (entry.path().extension() == ".story") files.push_back(entry.path().stem().string());
  std::sort(files.begin(), files.end());
  return files;
}

class Scenario : public testing::TestWithParam<std::string> {};

TEST_P(Scenario, ComesAsItIsTold) {
  std::vector<config::Finding> findings;
  const auto story =
      Reader().read_file(VASTE_SOURCE_DIR "/tests/scenarios/" + GetParam() + ".story", findings);
  for (const config::Finding& finding : findings) ADD_FAILURE() << config::text(finding);
  ASSERT_TRUE(story.has_value());
  const Verdict verdict = play(*story, {.shuffles = kShuffles});
  EXPECT_TRUE(verdict.passed()) << verdict.where << '\n' << timeline(*story, verdict);
  EXPECT_EQ(verdict.orders, story->any_order ? kShuffles : 0);
}

INSTANTIATE_TEST_SUITE_P(Stories, Scenario, testing::ValuesIn(story_files()),
                         [](const auto& story) {
                           std::string name = story.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace vaste::story
