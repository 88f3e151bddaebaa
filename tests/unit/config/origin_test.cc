#include "config/origin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "config/settings.h"

namespace vaste::config {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

MATCHER_P3(Is, path, value, from, "") {
  return arg.path == path && arg.value == value && text(arg) == from;
}

struct Origins : testing::Test {
  std::filesystem::path folder;
  std::string file;

  void SetUp() override {
    std::string made = (std::filesystem::temp_directory_path() / "vaste-XXXXXX").string();
    ASSERT_NE(mkdtemp(made.data()), nullptr);
    folder = made;
    file = folder / "v.yaml";
    setenv("VASTE_TEST_ORIGIN", "canary-in-the-coal-mine", 1);
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
         "  secrets: {sasl.password: {env: VASTE_TEST_ORIGIN}}\n"
         "notify:\n"
         "  alertmanager: {url: \"http://127.0.0.1:9093\"}\n"
         "  webhooks:\n"
         "    - name: desk\n"
         "      url: http://127.0.0.1:8080/canary/hook\n"
         "      secret: {env: VASTE_TEST_ORIGIN}\n");
  const struct {
    const char* path;
    const char* value;
    std::string from;
  } rows[] = {
      {"engine.max_wait", "1m30s", file + ":5:13"},
      {"engine.workers", "2", "default"},
      {"log.level", "info", "default"},  // a section that is not there
      {"sources[0].topic", "support.email", file + ":3:13"},
      {"sources[0].format", "auto", "default"},
      {"kafka.properties.client.rack", "a", file + ":7:29"},
      {"kafka.secrets.sasl.password", "[hidden]", file + ":8:28, environment VASTE_TEST_ORIGIN"},
      {"notify.alertmanager.url", "http://127.0.0.1:9093", file + ":10:23"},
      {"notify.alertmanager.resend_interval", "1m", "default"},
      {"notify.webhooks[0].url", "http://127.0.0.1:8080/[hidden]", file + ":13:12"},
      {"notify.webhooks[0].secret", "[hidden]", file + ":14:15, environment VASTE_TEST_ORIGIN"},
  };
  for (const auto& row : rows) EXPECT_THAT(found, Contains(Is(row.path, row.value, row.from)));
  EXPECT_THAT(found, Contains(testing::AllOf(testing::Field(&Origin::path, "instance"),
                                             testing::Field(&Origin::from, "host name"))));
  for (const Origin& one : found)
    EXPECT_THAT(one.path + one.value + text(one), Not(HasSubstr("canary")));
}

// Whatever show() prints has a row, and nothing has two.
TEST_F(Origins, LeaveNothingOut) {
  const auto found = of("policy: p.yaml\nsources: [{topic: a}]\n");
  for (const Setting& setting : settings())
    EXPECT_EQ(std::count_if(found.begin(), found.end(),
                            [&](const Origin& one) { return one.path == path(setting); }),
              1)
        << path(setting);
}

}  // namespace
}  // namespace vaste::config
