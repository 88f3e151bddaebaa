#include "base/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include <array>
#include <ostream>
#include <thread>
#include <vector>

namespace vaste::log {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

// What write() puts on a stderr that is no terminal.
std::string written(Level least, Level level, const std::string& text) {
  testing::internal::CaptureStderr();
  start(least, false);
  write(level, text);
  return testing::internal::GetCapturedStderr();
}

// Between "text":" and the end of the line.
std::string text_of(const std::string& line) {
  const std::string begin = "\"text\":\"";
  const auto from = line.find(begin);
  if (from == std::string::npos || line.size() < 3) return "no text in: " + line;
  return line.substr(from + begin.size(), line.size() - from - begin.size() - 3);
}

TEST(Log, IsJsonLinesWithoutATerminal) {
  EXPECT_THAT(
      written(Level::kInfo, Level::kInfo, "ready"),
      MatchesRegex(R"(\{"time":"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z",)"
                   R"("level":"info","text":"ready"\})"
                   "\n"));
}

TEST(Log, NamesItsLevels) {
  EXPECT_THAT(written(Level::kDebug, Level::kDebug, "x"), HasSubstr(R"("level":"debug")"));
  EXPECT_THAT(written(Level::kDebug, Level::kWarning, "x"), HasSubstr(R"("level":"warning")"));
  EXPECT_THAT(written(Level::kDebug, Level::kError, "x"), HasSubstr(R"("level":"error")"));
}

TEST(Log, LeavesOutWhatIsBelowTheLeast) {
  EXPECT_EQ(written(Level::kWarning, Level::kInfo, "x"), "");
  EXPECT_NE(written(Level::kWarning, Level::kWarning, "x"), "");
}

TEST(Log, CountsWhatIsWrittenByLevel) {
  const auto info = count(Level::kInfo);
  const auto warnings = count(Level::kWarning);
  written(Level::kWarning, Level::kInfo, "below");
  written(Level::kWarning, Level::kWarning, "above");
  EXPECT_EQ(count(Level::kInfo), info);
  EXPECT_EQ(count(Level::kWarning), warnings + 1);
}

struct Row {
  std::string name;
  std::string text;
  std::string json;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}
class Escapes : public testing::TestWithParam<Row> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(Text, Escapes, testing::ValuesIn(std::vector<Row>{
    //name           text                            json
    {"Plain",        "p\xc3\xa4iv\xc3\xa4 \xf0\x9f\x98\x80", "p\xc3\xa4iv\xc3\xa4 \xf0\x9f\x98\x80"},
    {"Percent",      "%v %n {}",                     "%v %n {}"},
    {"Quote",        "say \"a\\b\"",                 R"(say \"a\\b\")"},
    {"Newline",      "a\n{\"level\":\"error\"}",     R"(a\n{\"level\":\"error\"})"},
    {"Return",       "a\rb",                         R"(a\u000db)"},
    {"Escape",       "\x1b[31m",                     R"(\u001b[31m)"},
    {"Nul",          std::string("a\0b", 3),         R"(a\u0000b)"},
    {"Delete",       "\x7f",                         R"(\u007f)"},
    {"NextLine",     "a\xc2\x85" "b",                R"(a\u0085b)"},
    {"LineSep",      "a\xe2\x80\xa8" "b",            R"(a\u2028b)"},
    {"ParagraphSep", "a\xe2\x80\xa9" "b",            R"(a\u2029b)"},
    {"BidiOverride", "a\xe2\x80\xae" "b",            R"(a\u202eb)"},
    {"BidiIsolate",  "a\xe2\x81\xa6" "b",            R"(a\u2066b)"},
    {"BidiMark",     "a\xe2\x80\x8f" "b",            R"(a\u200fb)"},
    {"NotUtf8",      "a\xff" "b",                    R"(a\\xffb)"},
    {"CutUtf8",      "a\xe2\x82",                    R"(a\\xe2\\x82)"},
}), testing::PrintToStringParamName());
// clang-format on

TEST_P(Escapes, CannotForgeALine) {
  const std::string line = written(Level::kInfo, Level::kInfo, GetParam().text);
  EXPECT_EQ(text_of(line), GetParam().json);
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
}

TEST(Log, CutsAtTwoKibibytes) {
  const auto line = [](const std::string& text) {
    return text_of(written(Level::kInfo, Level::kInfo, text));
  };
  EXPECT_EQ(line(std::string(2048, 'x')), std::string(2048, 'x'));
  EXPECT_EQ(line(std::string(2049, 'x')), std::string(2045, 'x') + "...");
  EXPECT_EQ(line(std::string(5000, '\n')).size(), 2047U);  // escapes are not cut in two
  const std::string umlauts = line("x" + std::string(1 << 20, '\xc3').append("\xa4"));
  EXPECT_LE(umlauts.size(), 2048U);
}

TEST(Log, IsTextWithColourOnATerminal) {
  int master = -1;
  int slave = -1;
  ASSERT_EQ(openpty(&master, &slave, nullptr, nullptr, nullptr), 0);
  const int kept = dup(STDERR_FILENO);
  dup2(slave, STDERR_FILENO);
  start(Level::kInfo, false);
  warning("line\nbreak");
  start(Level::kInfo, true);
  info("asked");
  dup2(kept, STDERR_FILENO);
  close(kept);
  close(slave);
  std::string out;
  std::array<char, 1024> buffer{};
  for (ssize_t got = 0; (got = read(master, buffer.data(), buffer.size())) > 0;) {
    out.append(buffer.data(), static_cast<std::size_t>(got));
  }
  close(master);
  start(Level::kInfo, false);
  const std::string text = out.substr(0, out.find('\n'));
  EXPECT_THAT(text, HasSubstr("\x1b["));
  EXPECT_THAT(text, HasSubstr("warning"));
  EXPECT_THAT(text, HasSubstr("line\\nbreak"));
  EXPECT_THAT(text, Not(HasSubstr("{\"time\"")));
  EXPECT_THAT(out, HasSubstr("\"text\":\"asked\"}"));
}

TEST(Log, TakesLinesFromManyThreads) {
  testing::internal::CaptureStderr();
  start(Level::kInfo, false);
  const auto before = count(Level::kInfo);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int line = 0; line < 100; ++line) info("0123456789");
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::string out = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 400);
  EXPECT_EQ(count(Level::kInfo), before + 400);
}

}  // namespace
}  // namespace vaste::log
