// `vaste test` as a shell sees it: a story that passes, one that fails, one that cannot be read.
#include <gmock/gmock.h>

#include <cstdlib>

#include "integration/cli/program.h"

namespace vaste {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kPolicy =
    "policy: shop\n"
    "calendars:\n"
    "  shop: {zone: Europe/Helsinki, week: {mon-fri: \"09:00-17:00\"}}\n"
    "rules:\n"
    "  - {name: mail, when: {channel: email}, calendar: shop, targets: {first_response: 1h}}\n";
constexpr const char* kGood =
    "at Mon 16:50 email ann key=m1 \"hello\"\n"
    "expect Tue 09:50 breach first_response\n"
    "at Tue 10:00 email to ann ref=m1 key=m2 \"good morning\"\n"
    "expect Tue 10:00 recovered first_response\n";
constexpr const char* kWrong =
    "at Mon 16:50 email ann key=m1 \"hello\"\n"
    "expect Tue 09:20 breach first_response\n"
    "at Tue 10:00 email to ann ref=m1 key=m2 \"good morning\"\n"
    "expect Tue 10:00 recovered first_response\n";

struct Stories : ProgramTest {
  const std::string stories = directory + "/shop.stories/";
  const std::string good = stories + "a-good.story";
  const std::string wrong = stories + "deeper/b-wrong.story";

  void SetUp() override {
    std::filesystem::create_directories(stories + "deeper");
    write_file(directory + "/shop.yaml", kPolicy);
    write_file(good, kGood);
    write_file(wrong, kWrong);
  }
};

TEST_F(Stories, APassingOneEndsWell) {
  const Ended ended = vaste({"test", good});
  EXPECT_EQ(ended.code, 0) << ended.out;
  EXPECT_EQ(ended.out, good + ": ok\n1 story, 0 failed\n");
  EXPECT_EQ(ended.err, "");
}

TEST_F(Stories, AFailingOneShowsTheDifferenceAndTheOthersAreTold) {
  const Ended ended = vaste({"test", directory});
  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(ended.out, good + ": ok\n" + wrong +
                           ": FAILED (- expected, + got; Europe/Helsinki time)\n"
                           "        1  at Mon 16:50 email ann key=m1 \"hello\"\n"
                           "  -     2  expect Tue 09:20 breach first_response\n"
                           "  +        Tue 09:50 breached first_response\n"
                           "        3  at Tue 10:00 email to ann ref=m1 key=m2 \"good morning\"\n"
                           "        4  expect Tue 10:00 recovered first_response\n"
                           "2 stories, 1 failed\n");
}

TEST_F(Stories, AChangedPolicyIsNoticed) {
  std::string policy = kPolicy;
  policy.replace(policy.find("1h"), 2, "2h");
  write_file(directory + "/shop.yaml", policy);
  const Ended ended = vaste({"test", good});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.out, HasSubstr("  -     2  expect Tue 09:50 breach first_response\n"));
}

TEST_F(Stories, MistakesHaveTheirPlaceAndEndWith65) {
  write_file(stories + "c.story", "at Mon 16:50 emial ann \"x\"\nexpect no alerts\n");
  const Ended ended = vaste({"test", stories});
  EXPECT_EQ(ended.code, 65);
  EXPECT_THAT(ended.out, HasSubstr("c.story:1:14: error: `emial` is no channel; did you mean "
                                   "`email`?\n"));
  EXPECT_THAT(ended.out, EndsWith("3 stories, 1 failed, 1 cannot be read\n"));
}

TEST_F(Stories, NothingToTellEndsWith66) {
  std::filesystem::create_directory(directory + "/empty");
  EXPECT_EQ(vaste({"test", directory + "/empty"}).code, 66);
  EXPECT_EQ(vaste({"test", directory, "--filter", "no such"}).code, 66);
  const Ended some = vaste({"test", "/no/such", good});
  EXPECT_EQ(some.code, 66);
  EXPECT_THAT(some.err, HasSubstr("/no/such"));
  EXPECT_THAT(some.out, HasSubstr(good + ": ok\n"));
}

TEST_F(Stories, TheFilterChooses) {
  const Ended ended = vaste({"test", directory, "--filter", "a-good"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.out, Not(HasSubstr("b-wrong")));
}

TEST_F(Stories, JsonIsALineAStory) {
  const Ended ended = vaste({"test", directory, "--format=json", "--shuffles", "4"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(ended.out,
            "{\"story\":\"" + good +
                "\",\"status\":\"ok\",\"where\":\"\",\"zone\":\"Europe/Helsinki\",\"orders\":4,"
                "\"differences\":[]}\n"
                "{\"story\":\"" +
                wrong +
                "\",\"status\":\"failed\",\"where\":\"\",\"zone\":\"Europe/Helsinki\",\"orders\":0,"
                "\"differences\":[{\"kind\":\"missing\",\"line\":2,\"time\":\"2026-11-24 09:20\","
                "\"time_ms\":1795504800000,\"text\":\"expect Tue 09:20 breach first_response\"},"
                "{\"kind\":\"unexpected\",\"line\":0,\"time\":\"2026-11-24 09:50\","
                "\"time_ms\":1795506600000,\"text\":\"Tue 09:50 breached first_response\"}]}\n"
                "{\"stories\":2,\"failed\":1,\"unreadable\":0}\n");
}

TEST_F(Stories, LostOutputIsNoSuccess) {
  const std::string words = std::string(VASTE_PROGRAM) + " test " + good;
  EXPECT_EQ(WEXITSTATUS(std::system((words + " > /dev/full 2> /dev/null").c_str())), 70);
}

}  // namespace
}  // namespace vaste
