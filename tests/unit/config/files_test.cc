// Whole files: the examples under deploy/, and what `vaste check` makes of a file.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "unit/config/reading.h"

namespace vaste::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kDeploy = std::string(VASTE_SOURCE_DIR) + "/deploy/";

TEST(Examples, HaveNoFindings) {
  int seen = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kDeploy + "policies")) {
    if (entry.path().extension() != ".yaml") continue;
    EXPECT_THAT(texts(check_file(entry.path())), IsEmpty());
    ++seen;
  }
  EXPECT_GE(seen, 3);
  EXPECT_THAT(texts(check_file(kDeploy + "vaste.example.yaml")), IsEmpty());
}

// The example says that it shows the defaults.
TEST(Examples, ConfigurationShowsTheDefaults) {
  std::vector<Finding> findings;
  auto config = load_config(kDeploy + "vaste.example.yaml", findings);
  ASSERT_TRUE(config) << config.error().detail;
  EXPECT_EQ(config->policy_file, kDeploy + "policies/service-desk.yaml");
  Config plain;
  plain.instance = config->instance;
  plain.policy_file = config->policy_file;
  plain.sources = config->sources;
  EXPECT_EQ(show(*config), show(plain));
}

TEST(Examples, ServiceDeskHasTheQueuesOfTheDemo) {
  std::vector<Finding> findings;
  const auto policy = load_policy(kDeploy + "policies/service-desk.yaml", findings);
  ASSERT_TRUE(policy) << policy.error().detail;
  std::vector<std::string> queues;
  for (const Queue& queue : policy->queues) queues.push_back(queue.name);
  EXPECT_THAT(queues, ElementsAre("chat-sales", "chat-support", "email-orders", "email-support",
                                  "phone-main", "phone-tech", "social-care"));
}

// Whatever an editor leaves behind: findings or none, but no crash and no exception. Seeded, so the
// same each time.
TEST(Examples, SpoiledOnesNeverCrash) {
  std::mt19937 random(20261123);
  const std::string spice = "{}[]:,-#&*!|>'\"%@`?\n\t 0~<\xff\xc3";
  for (const char* name : {"vaste.example.yaml", "policies/service-desk.yaml"}) {
    std::ifstream in(kDeploy + name, std::ios::binary);
    const std::string good((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    ASSERT_FALSE(good.empty());
    int refused = 0;
    for (int round = 0; round < 300; ++round) {
      std::string bad = good;
      for (int change = 0; change < 4; ++change) {
        const std::size_t at = random() % bad.size();
        if (random() % 2 == 0) {
          bad[at] = spice[random() % spice.size()];
        } else {
          bad.erase(at, random() % 40);
        }
      }
      std::vector<Finding> findings;
      const bool policy = parse_policy(bad, "f", findings).has_value();
      const bool config = parse_config(bad, "f", findings).has_value();
      refused += policy || config ? 0 : 1;
    }
    EXPECT_GT(refused, 30);
  }
}

class CheckFile : public testing::Test {
 protected:
  CheckFile()
      : folder_(std::filesystem::temp_directory_path() /
                ("vaste-check-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~CheckFile() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& bytes) {
    const std::string path = folder_ / name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  std::filesystem::path folder_;
};

TEST_F(CheckFile, TellsPolicyFromConfiguration) {
  EXPECT_THAT(texts(check_file(file("a", "policy: p\nslas: {}\n"))),
              ElementsAre(HasSubstr("`rules` is missing")));
  EXPECT_THAT(texts(check_file(file("b", "rules: [{name: a, targets: {}}]\n"))),
              ElementsAre(HasSubstr("`policy` is missing")));
  EXPECT_THAT(texts(check_file(file("c", "engine: {workers: 2}\n"))),
              ElementsAre(HasSubstr("`sources` is missing"), HasSubstr("`policy` is missing")));
}

TEST_F(CheckFile, AlsoReadsTheConfigurationsPolicy) {
  const std::string policy =
      file("p.yaml", "policy: p\nrulez: []\nrules: [{name: a, targets: {}}]\n");
  EXPECT_THAT(
      texts(check_file(file("c.yaml", "policy: p.yaml\nsources: [{topic: a}]\nlog: {level: x}\n"))),
      ElementsAre(HasSubstr("c.yaml:3:14: error: log.level"),
                  policy + ":2:1: error: unknown key `rulez`; did you mean `rules`?"));
}

TEST_F(CheckFile, SaysWhatCannotBeRead) {
  const std::string missing = folder_ / "none.yaml";
  EXPECT_THAT(texts(check_file(missing)),
              ElementsAre(missing + ": error: cannot read this file: No such file or directory"));
  EXPECT_THAT(texts(check_file(folder_)), ElementsAre(HasSubstr("it is no regular file")));
  EXPECT_THAT(texts(check_file(file("big", std::string((4 << 20) + 1, '#')))),
              ElementsAre(HasSubstr("larger than 4MiB")));
  EXPECT_THAT(texts(check_file(file("c", "policy: none.yaml\nsources: [{topic: a}]\n"))),
              ElementsAre(missing + ": error: cannot read this file: No such file or directory"));
  std::vector<Finding> findings;
  EXPECT_EQ(load_config(missing, findings).error().code, Code::kConfig);
  EXPECT_EQ(load_policy(missing, findings).error().code, Code::kConfig);
}

}  // namespace
}  // namespace vaste::config
