// A secret is read from where it is kept, and is nowhere else: not in show(), not in a finding.
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "unit/config/reading.h"

namespace vaste::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using testing::StartsWith;

constexpr const char* kCanary = "canary-7f3a";

class Secrets : public testing::Test {
 protected:
  Secrets()
      : folder_(std::filesystem::temp_directory_path() /
                ("vaste-secrets-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
    setenv("VASTE_TEST_SECRET", kCanary, 1);
    unsetenv("VASTE_TEST_UNSET");
  }
  ~Secrets() override {
    unsetenv("VASTE_TEST_SECRET");
    std::filesystem::remove_all(folder_);
  }

  std::string file(const std::string& name, const std::string& bytes, mode_t mode) {
    const std::string path = folder_ / name;
    std::ofstream(path, std::ios::binary) << bytes;
    chmod(path.c_str(), mode);
    return path;
  }

  std::vector<std::string> findings(const std::string& kafka) {
    return config_findings(kLeast + "kafka:\n" + kafka);
  }

  std::filesystem::path folder_;
};

TEST_F(Secrets, ComeFromFilesAndTheEnvironment) {
  const std::string path = file("a", std::string(kCanary) + "\n", 0600);
  const Config config =
      good_config(kLeast + "kafka:\n  secrets:\n    sasl.password: {file: " + path +
                  "}\n    ssl.key.password: {env: VASTE_TEST_SECRET}\n");
  EXPECT_THAT(config.kafka.properties,
              ElementsAre(Pair("sasl.password", kCanary), Pair("ssl.key.password", kCanary)));
  EXPECT_THAT(config.kafka.secret_names, ElementsAre("sasl.password", "ssl.key.password"));
}

TEST_F(Secrets, FilesAreRelativeToTheConfiguration) {
  file("a", kCanary, 0400);
  std::vector<Finding> findings;
  const auto config = parse_config(kLeast + "kafka: {secrets: {sasl.password: {file: a}}}\n",
                                   folder_ / "v.yaml", findings);
  ASSERT_TRUE(config) << config.error().detail;
  EXPECT_THAT(config->kafka.properties, ElementsAre(Pair("sasl.password", kCanary)));
}

TEST_F(Secrets, AreNotShown) {
  const std::string signature = file("desk", std::string(kCanary) + "-long-enough", 0400);
  const Config config = good_config(
      kLeast +
      "kafka: {properties: {client.rack: a}, secrets: {sasl.password: {env: VASTE_TEST_SECRET}}}\n"
      "notify: {allowed_hosts: [hooks.example.org], webhooks: [{name: desk, "
      "url: \"https://hooks.example.org/" +
      kCanary + "\", secret: {file: " + signature + "}}]}\n");
  const std::string shown = show(config);
  EXPECT_THAT(shown, HasSubstr("\"sasl.password\": \"[hidden]\""));
  EXPECT_THAT(shown, HasSubstr("\"client.rack\": \"a\""));
  EXPECT_THAT(shown, HasSubstr("url: \"https://hooks.example.org:443/[hidden]\""));
  EXPECT_THAT(shown, Not(HasSubstr(kCanary)));
}

TEST_F(Secrets, OthersMayNotReadTheirFile) {
  for (const mode_t mode : {0644U, 0640U, 0604U, 0620U}) {
    const std::string path = file("a", kCanary, mode);
    EXPECT_THAT(findings("  secrets:\n    sasl.password: {file: " + path + "}\n"),
                ElementsAre(AllOf(StartsWith("f:5:27: error: kafka.secrets.sasl.password.file: "),
                                  HasSubstr("chmod 600"), Not(HasSubstr(kCanary)))))
        << mode;
  }
}

struct Leak {
  std::string name;
  std::string kafka;
  std::string place;
  std::string words;
};
std::ostream& operator<<(std::ostream& out, const Leak& row) {
  return out << row.name;
}
class SecretMistakes : public Secrets, public testing::WithParamInterface<Leak> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(Kafka, SecretMistakes, testing::ValuesIn(std::vector<Leak>{
    {"UnderProperties", "  properties: {sasl.password: canary-7f3a}\n",        "f:4:16: ", "is a secret and has no place in this file: write it under `kafka.secrets`"},
    {"KeyPem",          "  properties: {ssl.key.pem: canary-7f3a}\n",          "f:4:16: ", "is a secret"},
    {"ClientSecret",    "  properties: {sasl.oauthbearer.client.secret: canary-7f3a}\n", "f:4:16: ", "is a secret"},
    {"Token",           "  properties: {my.Token: canary-7f3a}\n",             "f:4:16: ", "is a secret"},
    {"WrittenPlainly",  "  secrets: {sasl.password: canary-7f3a}\n",           "f:4:28: ", "expected where the secret is, never the secret itself"},
    {"InBraces",        "  secrets: {sasl.password: {canary-7f3a}}\n",         "f:4:28: ", "expected where the secret is"},
    {"AsList",          "  secrets: {sasl.password: [canary-7f3a]}\n",         "f:4:28: ", "expected where the secret is"},
    {"AsFileName",      "  secrets: {sasl.password: {file: canary-7f3a}}\n",   "f:4:35: ", "cannot read this file: No such file"},
    {"AsVariable",      "  secrets: {sasl.password: {env: canary-7f3a}}\n",    "f:4:34: ", "the environment variable named here is not set"},
    {"AllOfThem",       "  secrets: canary-7f3a\n",                            "f:4:12: ", "kafka.secrets: expected keys and values"},
    {"Unset",           "  secrets: {sasl.password: {env: VASTE_TEST_UNSET}}\n", "f:4:34: ", "is not set"},
    {"Both",            "  secrets: {sasl.password: {env: A, file: b}}\n",     "f:4:28: ", "expected where the secret is"},
    {"Directory",       "  secrets: {sasl.password: {file: /}}\n",             "f:4:35: ", ""},
    {"InBothPlaces",    "  properties: {client.rack: a}\n  secrets: {client.rack: {env: VASTE_TEST_SECRET}}\n", "f:5:13: ", "is also under `kafka.properties`"},
    {"Twice",           "  secrets: {sasl.password: {env: VASTE_TEST_SECRET}, sasl.password: canary-7f3a}\n", "f:4:54: ", "`kafka.secrets.sasl.password` is given twice"},
}), testing::PrintToStringParamName());
// clang-format on

TEST_P(SecretMistakes, NeverRepeatTheSecret) {
  EXPECT_THAT(findings(GetParam().kafka),
              ElementsAre(AllOf(StartsWith(GetParam().place), HasSubstr(GetParam().words),
                                Not(HasSubstr(kCanary)))));
}

TEST_F(Secrets, PlacesAreNoSecrets) {
  EXPECT_THAT(findings("  properties: {ssl.key.location: /k, sasl.oauthbearer.token.endpoint.url: "
                       "'https://x'}\n"),
              testing::IsEmpty());
}

TEST_F(Secrets, EmptyOnesAreRefused) {
  const std::string path = file("a", "\n", 0600);
  EXPECT_THAT(findings("  secrets: {sasl.password: {file: " + path + "}}\n"),
              ElementsAre(HasSubstr("the secret found there is empty")));
}

}  // namespace
}  // namespace vaste::config
