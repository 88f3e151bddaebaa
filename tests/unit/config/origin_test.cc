#include "config/origin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace vaste::config {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

MATCHER_P3(Is, path, value, from, "") {
  return arg.path == path && arg.value == value && arg.from == from;
}

struct Origins : testing::Test {
  std::filesystem::path folder;
  std::string file;

  void SetUp() override {
    std::string made = (std::filesystem::temp_directory_path() / "vaste-XXXXXX").string();
    ASSERT_NE(mkdtemp(made.data()), nullptr);
    folder = made;
    file = folder / "v.yaml";
    setenv("VASTE_TEST_ORIGIN", "canary", 1);
  }
  void TearDown() override {
    unsetenv("VASTE_TEST_ORIGIN");
    std::filesystem::remove_all(folder);
  }

  std::vector<Origin> of(const std::string& text) {
    std::ofstream(file) << text;
    std::vector<Finding> findings;
    const auto config = load_config(file, findings);
    EXPECT_TRUE(config) << config.error().detail;
    auto found = origins(file, *config);
    EXPECT_TRUE(found);
    return *found;
  }
};

TEST_F(Origins, SayWhereEachSettingComesFrom) {
  const auto found =
      of("policy: p.yaml\n"
         "sources:\n"
         "  - {topic: support.email}\n"
         "engine:\n"
         "  max_wait: 90s\n"
         "kafka:\n"
         "  properties: {client.rack: a}\n"
         "  secrets: {sasl.password: {env: VASTE_TEST_ORIGIN}}\n");
  EXPECT_THAT(found, Contains(Is("engine.max_wait", "1m30s", file + ":5:13")));
  EXPECT_THAT(found, Contains(Is("engine.workers", "2", "default")));
  EXPECT_THAT(found, Contains(Is("log.level", "info", "default")));  // a section that is not there
  EXPECT_THAT(found, Contains(testing::AllOf(testing::Field(&Origin::path, "instance"),
                                             testing::Field(&Origin::from, "host name"))));
  EXPECT_THAT(found, Contains(Is("sources[0]", "{topic: support.email}", file + ":3:5")));
  EXPECT_THAT(found, Contains(Is("kafka.properties.client.rack", "a", file + ":7:16")));
  EXPECT_THAT(found, Contains(Is("kafka.secrets.sasl.password", "[hidden]",
                                 file + ":8:13, environment VASTE_TEST_ORIGIN")));
  for (const Origin& one : found)
    EXPECT_THAT(one.path + one.value + one.from, Not(HasSubstr("canary")));
}

}  // namespace
}  // namespace vaste::config
