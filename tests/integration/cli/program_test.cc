// What the program says and ends with where no Kafka is needed, or none is there.
#include "integration/cli/program.h"

#include <gmock/gmock.h>

#include <cstdlib>

namespace vaste {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kPolicies = VASTE_SOURCE_DIR "/deploy/policies/";
// Nothing listens on it.
constexpr const char* kNobody = "127.0.0.1:1";

TEST_F(ProgramTest, VersionAndHelpGoToStdout) {
  const Ended version = vaste({"version"});
  EXPECT_EQ(version.code, 0);
  EXPECT_THAT(version.out, StartsWith("vaste "));
  const Ended help = vaste({"--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, HasSubstr("produce"));
  EXPECT_EQ(help.err, "");
}

TEST_F(ProgramTest, MistypedWordsEndWith64) {
  const Ended ended = vaste({"chekc"});
  EXPECT_EQ(ended.code, 64);
  EXPECT_EQ(ended.out, "");
  EXPECT_THAT(ended.err, HasSubstr("Did you mean `check`?"));
}

TEST_F(ProgramTest, CheckSaysOkOrWhatIsWrong) {
  const std::string good = std::string(kPolicies) + "web-shop.yaml";
  const Ended ok = vaste({"check", good, VASTE_SOURCE_DIR "/deploy/vaste.example.yaml"});
  EXPECT_EQ(ok.code, 0) << ok.out << ok.err;
  EXPECT_THAT(ok.out, HasSubstr(good + ": ok\n"));
  const std::string bad = directory + "/bad.yaml";
  write_file(bad, "application: vaste\nsuorces: []\n");
  const Ended wrong = vaste({"check", bad, good});
  EXPECT_EQ(wrong.code, 78);
  EXPECT_THAT(wrong.out, HasSubstr(bad + ":2:1: error:"));
  EXPECT_THAT(wrong.out, HasSubstr(good + ": ok\n"));
  EXPECT_EQ(vaste({"check", "/no/such/file.yaml"}).code, 66);
  const std::string doubtful = directory + "/doubtful.yaml";
  write_file(doubtful, "policy: p\nrules: [{name: r, targets: {resolution: 4h}}]\n");
  EXPECT_EQ(vaste({"check", doubtful}).code, 0);
  const Ended strict = vaste({"check", "--warnings-as-errors", doubtful});
  EXPECT_EQ(strict.code, 78);
  EXPECT_THAT(strict.out, HasSubstr(":2:29: error: rules[0].targets.resolution: no calendar"));
}

TEST_F(ProgramTest, AwayBrokersEndWith69) {
  const Ended ended = vaste({"produce", "-b", kNobody, "--topic", "t"});
  EXPECT_EQ(ended.code, 69) << ended.err;
  EXPECT_EQ(ended.out, "");
  EXPECT_THAT(ended.err, HasSubstr("vaste: error: "));
}

TEST_F(ProgramTest, UnknownTopicsEndWith66) {
  const std::string file = directory + "/vaste.yaml";
  write_file(file, std::string("policy: ") + kPolicies + "web-shop.yaml\n" +
                       "kafka: {bootstrap_servers: \"" + kNobody + "\"}\n" +
                       "sources: [{topic: support.chat}]\n");
  const Ended ended = vaste({"tap", "allerts", "-c", file});
  EXPECT_EQ(ended.code, 66) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("Did you mean `alerts`?"));
}

TEST_F(ProgramTest, LostOutputIsNoSuccess) {
  const std::string words = std::string(VASTE_PROGRAM) + " check " + kPolicies + "web-shop.yaml";
  EXPECT_EQ(WEXITSTATUS(std::system((words + " > /dev/full 2> /dev/null").c_str())), 70);
}

TEST_F(ProgramTest, AMissingFileToProduceIsFoundBeforeKafkaIsAsked) {
  EXPECT_EQ(vaste({"produce", "-b", kNobody, "--topic", "t", "/no/such/file"}).code, 66);
}

}  // namespace
}  // namespace vaste
