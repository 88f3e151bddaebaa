#include "app/terminal.h"

#include <gtest/gtest.h>

#include <vector>

#include "app/exit_code.h"

namespace vaste::app {
namespace {

const std::vector<std::string> kWords{"alerts", "conversations", "dead-letters", "enriched"};

TEST(Nearest, FindsSlipsAndBeginnings) {
  EXPECT_EQ(nearest("alrets", kWords), "alerts");
  EXPECT_EQ(nearest("alert", kWords), "alerts");
  EXPECT_EQ(nearest("conv", kWords), "conversations");
  EXPECT_EQ(nearest("dead_letters", kWords), "dead-letters");
  EXPECT_EQ(nearest("zebra", kWords), "");
  EXPECT_EQ(nearest("", kWords), "");
  EXPECT_EQ(nearest(std::string(100000, 'a'), kWords), "");
}

TEST(Printable, HasNothingThatMovesATerminal) {
  EXPECT_EQ(printable("plain å 日本 🙂"), "plain å 日本 🙂");
  EXPECT_EQ(printable("a\x1b[31m\nb\x7f"), "a\\x1b[31m\\x0ab\\x7f");
  EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b");
  EXPECT_EQ(printable("\xff\xc3"), "\\xff\\xc3");
}

TEST(ExitCode, IsOfSysexits) {
  EXPECT_EQ(exit_code(Code::kUsage), 64);
  EXPECT_EQ(exit_code(Code::kMalformed), 65);
  EXPECT_EQ(exit_code(Code::kNotFound), 66);
  EXPECT_EQ(exit_code(Code::kUnavailable), 69);
  EXPECT_EQ(exit_code(Code::kInternal), 70);
  EXPECT_EQ(exit_code(Code::kPermission), 77);
  EXPECT_EQ(exit_code(Code::kConfig), 78);
}

}  // namespace
}  // namespace vaste::app
