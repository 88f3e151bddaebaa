#include "app/exit_code.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sysexits.h>

#include <fstream>
#include <set>
#include <sstream>

namespace vaste::app {
namespace {

using testing::HasSubstr;

TEST(ExitCodes, AreThoseOfSysexits) {
  const struct {
    int ours;
    int theirs;
  } rows[] = {{kExitUsage, EX_USAGE},       {kExitBadData, EX_DATAERR},
              {kExitNoInput, EX_NOINPUT},   {kExitUnavailable, EX_UNAVAILABLE},
              {kExitInternal, EX_SOFTWARE}, {kExitNoPermission, EX_NOPERM},
              {kExitConfig, EX_CONFIG}};
  for (const auto& row : rows) EXPECT_EQ(row.ours, row.theirs);
}

TEST(ExitCodes, EveryErrorEndsWithOneOfTheTable) {
  std::set<int> numbers;
  for (const ExitCode& one : kExitCodes)
    EXPECT_TRUE(numbers.insert(one.number).second) << one.number << " stands there twice";
  for (int code = 0; code <= static_cast<int>(Code::kInternal); ++code)
    EXPECT_TRUE(numbers.contains(exit_code(static_cast<Code>(code)))) << code;
}

// Help and manual print the table; the README has it by hand.
TEST(ExitCodes, AreInTheReadme) {
  std::ifstream file(VASTE_SOURCE_DIR "/README.md");
  std::stringstream readme;
  readme << file.rdbuf();
  for (const ExitCode& one : kExitCodes) {
    const std::string name = one.name.empty() ? "" : "`" + std::string(one.name) + "`";
    EXPECT_THAT(readme.str(), HasSubstr("| " + std::to_string(one.number) + " | " + name + " | " +
                                        std::string(one.meaning) + " |"));
    EXPECT_THAT(exit_codes_text(), HasSubstr(std::string(one.meaning) + "\n"));
  }
}

}  // namespace
}  // namespace vaste::app
