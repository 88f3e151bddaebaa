#include "app/lines.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace vaste::app {
namespace {

struct LinesTest : testing::Test {
  std::string file =
      testing::TempDir() + testing::UnitTest::GetInstance()->current_test_info()->name();
  ~LinesTest() override { std::filesystem::remove(file); }

  std::vector<std::string> read(const std::string& text) {
    std::ofstream(file, std::ios::binary) << text;
    auto lines = Lines::open(file);
    std::vector<std::string> out;
    while (true) {
      auto line = lines->next();
      if (!line) {
        out.push_back("error " + line.error().detail);
      } else if (!*line) {
        EXPECT_EQ(lines->number(), out.size());
        return out;
      } else {
        out.emplace_back(**line);
      }
    }
  }
};

using Strings = std::vector<std::string>;

TEST_F(LinesTest, EndsAreNotPartOfThem) {
  EXPECT_EQ(read(""), Strings{});
  EXPECT_EQ(read("a\nb\r\n\nc"), (Strings{"a", "b", "", "c"}));
  EXPECT_EQ(read("a\n"), Strings{"a"});
}

TEST_F(LinesTest, LongerThanOneReadIsOneLine) {
  const std::string wide(300000, 'x');
  EXPECT_EQ(read(wide + "\n" + wide + "y"), (Strings{wide, wide + "y"}));
}

TEST_F(LinesTest, TooLongIsSkippedAndTheNextOneRead) {
  const auto got = read("a\n" + std::string(Lines::kLongest + 200000, 'x') + "\nb\n");
  EXPECT_EQ(got, (Strings{"a", "error longer than 16 MiB", "b"}));
}

TEST_F(LinesTest, AMissingFileIsNotFound) {
  const auto lines = Lines::open("/no/such/file");
  ASSERT_FALSE(lines);
  EXPECT_EQ(lines.error().code, Code::kNotFound);
}

}  // namespace
}  // namespace vaste::app
