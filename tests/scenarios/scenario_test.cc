// Every story under tests/scenarios, through the whole core, on one partition and on many, in order
// and shuffled: what `vaste test` does, with more orders of arrival. What waiting.txt lists is told
// as well, and its outcome said aloud, but does not count yet.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "config/config.h"
#include "story/play.h"
#include "story/read.h"

namespace vaste::story {
namespace {

constexpr int kShuffles = 50;
const std::filesystem::path kFolder = VASTE_SOURCE_DIR "/tests/scenarios";

// As seen from the folder, without their ending.
std::vector<std::string> story_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kFolder)) {
    std::filesystem::path file = std::filesystem::relative(entry.path(), kFolder);
    if (file.extension() == ".story") files.push_back(file.replace_extension().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> waiting() {
  std::ifstream list(kFolder / "waiting.txt");
  std::vector<std::string> out;
  for (std::string line; std::getline(list, line);)
    if (!line.empty() && !line.starts_with('#')) out.push_back(line);
  return out;
}

bool waits(const std::string& story) {
  const auto list = waiting();
  return std::find(list.begin(), list.end(), story) != list.end();
}

struct Told {
  bool as_it_stands = false;
  std::string what;  // came instead
};

Told tell(const std::string& file) {
  std::vector<config::Finding> findings;
  const auto story = Reader().read_file((kFolder / (file + ".story")).string(), findings);
  Told out;
  for (const config::Finding& finding : findings) out.what += config::text(finding) + '\n';
  if (!story) return out;
  const Verdict verdict = play(*story, {.shuffles = kShuffles});
  out.as_it_stands =
      findings.empty() && verdict.passed() && verdict.orders == (story->any_order ? kShuffles : 0);
  if (!verdict.passed()) out.what += verdict.where + '\n' + timeline(*story, verdict);
  return out;
}

class Scenario : public testing::TestWithParam<std::string> {};

TEST_P(Scenario, ComesAsItIsTold) {
  const Told told = tell(GetParam());
  if (waits(GetParam()))
    GTEST_SKIP() << "in tests/scenarios/waiting.txt; today it "
                 << (told.as_it_stands ? "comes as it is told\n" : "does not come:\n") << told.what;
  EXPECT_TRUE(told.as_it_stands) << told.what;
}

INSTANTIATE_TEST_SUITE_P(Stories, Scenario, testing::ValuesIn(story_files()),
                         [](const auto& story) {
                           std::string name = story.param;
                           std::replace_if(
                               name.begin(), name.end(),
                               [](char c) { return c == '-' || c == '/'; }, '_');
                           return name;
                         });

TEST(Waiting, ListsStoriesThatAreThere) {
  const auto files = story_files();
  for (const std::string& one : waiting())
    EXPECT_TRUE(std::find(files.begin(), files.end(), one) != files.end()) << one;
}

}  // namespace
}  // namespace vaste::story
