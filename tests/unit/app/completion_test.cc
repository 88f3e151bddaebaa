#include "app/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/cli.h"

namespace vaste::app {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

// What the program prints for these words; its table of commands is the only one there is.
std::string printed(std::vector<std::string> words) {
  std::ostringstream out, err;
  EXPECT_EQ(dispatch(std::move(words), {}, "1.2.3", out, err), 0) << err.str();
  return out.str();
}

// A directory with one file in it, gone at the end.
class Written {
 public:
  Written(const std::string& name, const std::string& text) {
    std::string path = (std::filesystem::temp_directory_path() / "vaste-XXXXXX").string();
    EXPECT_NE(mkdtemp(path.data()), nullptr);
    directory_ = path;
    std::ofstream(directory_ / name) << text;
  }
  Written(const Written&) = delete;
  Written& operator=(const Written&) = delete;
  ~Written() { std::filesystem::remove_all(directory_); }

  const std::filesystem::path& directory() const { return directory_; }

 private:
  std::filesystem::path directory_;
};

// Lines on stdout and stderr; a command that fails adds its exit status as one.
std::vector<std::string> lines_of(const std::string& command) {
  std::vector<std::string> out;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return {"no process"};
  std::string text;
  std::array<char, 4096> buffer{};
  while (const std::size_t size = fread(buffer.data(), 1, buffer.size(), pipe))
    text.append(buffer.data(), size);
  const int status = pclose(pipe);
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  if (status != 0) out.push_back("status " + std::to_string(status));
  return out;
}

// What a real bash offers when Tab is hit after the last of these words. compopt speaks to a
// completion that readline began, which there is none of here.
std::vector<std::string> offers(const std::vector<std::string>& words) {
  static const Written script("vaste.bash", printed({"completion", "bash"}));
  std::string typed;
  for (const std::string& word : words) typed += " '" + word + "'";
  const std::string program = "compopt() { :; }; source ./vaste.bash; COMP_WORDS=(vaste" + typed +
                              "); COMP_CWORD=" + std::to_string(words.size()) +
                              "; _vaste; printf \"%s\\n\" \"${COMPREPLY[@]}\" | grep . || true";
  std::string quoted;
  for (const char c : program) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return lines_of("cd '" + script.directory().string() + "' && bash --norc -uc '" + quoted + "'");
}

struct Row {
  const char* name;
  std::vector<std::string> words;
  std::vector<std::string> offered;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}
struct Bash : testing::TestWithParam<Row> {};

TEST_P(Bash, Offers) {
  EXPECT_EQ(offers(GetParam().words), GetParam().offered);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Tab, Bash, testing::ValuesIn(std::vector<Row>{
    {"Command",      {"prod"},                                  {"produce"}},
    {"SubCommand",   {"topics", ""},                            {"create", "verify"}},
    {"Begun",        {"topics", "v"},                           {"verify"}},
    {"Option",       {"tap", "alerts", "--until-"},              {"--until-end"}},
    {"InAGroup",     {"tap", "alerts", "--boot"},               {"--bootstrap"}},
    {"OfItsCommand", {"topics", "create", "--sou"},             {"--sources"}},
    {"NotOfAnother", {"topics", "verify", "--sou"},             {}},
    {"Word",         {"tap", "--format", ""},                   {"text", "json"}},
    {"AfterEquals",  {"tap", "--format", "=", "js"},            {"json"}},
    {"BareEquals",   {"tap", "--format", "="},                  {"text", "json"}},
    {"OtherWords",   {"produce", "--format", "p"},              {"protobuf"}},
    {"File",         {"run", "--config", "vas"},                {"vaste.bash"}},
    {"FileInPlace",  {"check", "vas"},                          {"vaste.bash"}},
    {"NoGuess",      {"tap", "--max", ""},                      {}},
    {"Place",        {"tap", "al"},                             {"alerts"}},
    {"Shell",        {"completion", "z"},                       {"zsh"}},
    {"Likely",       {"tap", "--level", ""},                    {"at_risk", "breached"}},
}), testing::PrintToStringParamName());
// clang-format on

TEST(Completion, OffersEveryCommandAtOnce) {
  EXPECT_THAT(offers({""}), IsSupersetOf({"run", "demo", "check", "config", "tap", "version"}));
}

bool is_here(const std::string& program) {
  return std::system(("command -v " + program + " >/dev/null").c_str()) == 0;
}

struct Read : testing::TestWithParam<std::string> {};

TEST_P(Read, WithoutAComplaint) {
  if (!is_here(GetParam())) GTEST_SKIP() << "NOT TESTED: tools/deps --test brings " << GetParam();
  const Written script("script", printed({"completion", GetParam()}));
  EXPECT_THAT(lines_of(GetParam() + " -n " + (script.directory() / "script").string()), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Shell, Read, testing::Values("bash", "zsh", "fish"),
                         [](const auto& row) { return row.param; });

// fish says itself what it would offer, with a tab before the help.
TEST(Completion, FishOffersTheSame) {
  if (!is_here("fish")) GTEST_SKIP() << "NOT TESTED: tools/deps --test brings fish";
  const Written script("vaste.fish", printed({"completion", "fish"}));
  const auto ask = [&](const std::string& line) {
    return lines_of("cd '" + script.directory().string() + "' && HOME=$PWD fish --no-config -c '" +
                    "source vaste.fish; complete -C \"" + line + "\"'");
  };
  EXPECT_THAT(ask("vaste topics "), ElementsAre("create\tMake the topics that are missing",
                                                "verify\tSay what is wrong and what mends it"));
  EXPECT_THAT(ask("vaste tap --until-"), ElementsAre("--until-end\tEnd where the topic ends now"));
  EXPECT_THAT(ask("vaste tap --format="), ElementsAre(testing::StartsWith("--format=json"),
                                                      testing::StartsWith("--format=text")));
  EXPECT_THAT(ask("vaste topics verify --sou"), IsEmpty());
}

// zsh has its completion's own words only inside of it, so they stand here as functions.
TEST(Completion, ZshOffersTheSame) {
  if (!is_here("zsh")) GTEST_SKIP() << "NOT TESTED: tools/deps --test brings zsh";
  const Written script("_vaste", printed({"completion", "zsh"}));
  const auto ask = [&](const std::string& words, int current, const std::string& prefix) {
    return lines_of(
        "cd '" + script.directory().string() +
        "' && zsh -f -c 'compadd() { shift; print -l -- \"$@\" }; _files() { print FILES }; "
        "_describe() { print -l -- ${(M)${(P)2}:#$PREFIX*} }; _message() { : }; "
        "compset() { PREFIX=${PREFIX#*=} }; words=(vaste " +
        words + " \"\"); CURRENT=" + std::to_string(current) + "; PREFIX=\"" + prefix +
        "\"; source ./_vaste'");
  };
  EXPECT_THAT(ask("topics", 3, ""),
              testing::IsSupersetOf({"create:Make the topics that are missing",
                                     "verify:Say what is wrong and what mends it"}));
  EXPECT_THAT(ask("tap", 3, "--until-e"), ElementsAre("--until-end:End where the topic ends now"));
  EXPECT_THAT(ask("tap --format", 4, ""), ElementsAre("text", "json"));
  EXPECT_THAT(ask("tap", 3, "--format=j"), ElementsAre("text", "json"));  // zsh chooses by prefix
  EXPECT_THAT(ask("check", 3, "vas"), ElementsAre("FILES"));
  EXPECT_THAT(ask("tap", 3, "aler"), ElementsAre(testing::StartsWith("alerts:")));
}

TEST(Completion, ZshAndFishNameTheSame) {
  const std::string zsh = printed({"completion", "zsh"});
  EXPECT_THAT(zsh, testing::StartsWith("#compdef vaste\n"));
  EXPECT_THAT(zsh, HasSubstr("'verify:Say what is wrong and what mends it'"));
  EXPECT_THAT(zsh, HasSubstr("'tap:--format') compadd -- text json"));
  const std::string fish = printed({"completion", "fish"});
  EXPECT_THAT(fish, HasSubstr("-n \"__vaste_at topics\" -a verify -d "));
  EXPECT_THAT(fish, HasSubstr("-n \"__vaste_at tap\" -l format -x -a 'text json'"));
}

TEST(Manual, NamesEveryCommandAndOption) {
  const std::string page = printed({"man"});
  EXPECT_THAT(page, testing::StartsWith(".TH VASTE 1 "));
  EXPECT_THAT(page, HasSubstr("vaste 1.2.3"));
  for (const char* command : {"run", "topics create", "identity forget\\-edge"})
    EXPECT_THAT(page, HasSubstr(std::string(".SS \"vaste ") + command + "\"\n"));
  EXPECT_THAT(page, HasSubstr("\\fB\\-\\-until\\-end\\fR"));
  EXPECT_THAT(page, HasSubstr("\\fB\\-\\-format\\fR \\fItext|json\\fR"));
  EXPECT_THAT(page, HasSubstr("(required)"));
  EXPECT_THAT(
      page, HasSubstr("\\fB78\\fR\nconfiguration, policy or topics are to be mended (EX_CONFIG)"));
  for (const char* section : {"EXAMPLES", "FILES", "ENVIRONMENT", "\"EXIT STATUS\""})
    EXPECT_THAT(page, HasSubstr(std::string("\n.SH ") + section + "\n"));
}

struct Formatter {
  const char* program;
  const char* call;
};
struct Page : testing::TestWithParam<Formatter> {};

TEST_P(Page, HasNothingToComplainOf) {
  const auto& [program, call] = GetParam();
  if (!is_here(program)) GTEST_SKIP() << "NOT TESTED: tools/deps --test brings " << program;
  const Written page("vaste.1", printed({"man"}));
  const std::string file = (page.directory() / "vaste.1").string();
  // Printed on any day, it has no date of its own.
  EXPECT_THAT(lines_of("(" + (call + (" " + file)) + " 2>&1 || true) | sed '/missing date/d'"),
              ElementsAre());
}

INSTANTIATE_TEST_SUITE_P(Manual, Page,
                         testing::Values(Formatter{"groff", "groff -man -Tascii -ww -z"},
                                         Formatter{"mandoc", "mandoc -T lint -W warning"}),
                         [](const auto& row) { return std::string(row.param.program); });

}  // namespace
}  // namespace vaste::app
