#include "app/topics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace vaste::app {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Topics in memory.
struct FakeAdmin : kafka::Admin {
  std::map<std::string, kafka::TopicFacts> topics;
  std::int32_t broker_count = 3;
  std::optional<Error> trouble;
  std::vector<std::string> refusals;

  Result<std::optional<kafka::TopicFacts>> describe(const std::string& topic, Millis) override {
    if (trouble) return tl::unexpected(*trouble);
    const auto found = topics.find(topic);
    if (found == topics.end()) return std::optional<kafka::TopicFacts>();
    return std::optional(found->second);
  }
  Result<std::vector<std::string>> create_topics(const std::vector<kafka::TopicSpec>& wanted,
                                                 Millis) override {
    if (!refusals.empty()) return refusals;
    for (const kafka::TopicSpec& spec : wanted) {
      topics[spec.name] = {
          spec.partitions, spec.replication, {spec.settings.begin(), spec.settings.end()}};
    }
    return std::vector<std::string>();
  }
  Result<std::int32_t> brokers(Millis) override {
    if (trouble) return tl::unexpected(*trouble);
    return broker_count;
  }
  Result<kafka::GroupFacts> describe_group(const std::string&, Millis) override {
    return kafka::GroupFacts();
  }
  Status delete_records(const std::vector<kafka::Position>&, Millis) override { return {}; }
};

struct Topics : testing::Test {
  FakeAdmin admin;
  config::Config config;

  Topics() {
    config.kafka.bootstrap_servers = "k:1";
    config.sources = {{.topic = "support.chat"}};
  }

  std::vector<std::string> problems() {
    auto found = verify_topics(config, admin);
    EXPECT_TRUE(found) << found.error().detail;
    return found ? *found : std::vector<std::string>();
  }
};

TEST_F(Topics, MadeOnesAreGood) {
  EXPECT_EQ(problems().size(), 12u);  // eleven of ours and a source
  ASSERT_TRUE(create_all(config, admin, 4));
  EXPECT_THAT(problems(), IsEmpty());
  const auto& core = admin.topics.at("vaste.core");
  EXPECT_EQ(core.partitions, 12);
  EXPECT_EQ(core.replication, 3);
  EXPECT_EQ(core.settings.at("cleanup.policy"), "delete");
  EXPECT_EQ(core.settings.at("min.insync.replicas"), "2");
  EXPECT_EQ(admin.topics.at("vaste.core.changelog").settings.at("cleanup.policy"), "compact");
  EXPECT_EQ(admin.topics.at("vaste.core.changelog").partitions, 12);
  EXPECT_EQ(admin.topics.at("vaste.progress").partitions, 1);
  EXPECT_EQ(admin.topics.at("vaste.alerts").settings.at("cleanup.policy"), "compact,delete");
  EXPECT_EQ(admin.topics.at("support.chat").partitions, 4);
}

TEST_F(Topics, OneBrokerHoldsOneReplica) {
  admin.broker_count = 1;
  ASSERT_TRUE(create_all(config, admin, 0));
  EXPECT_EQ(admin.topics.at("vaste.core").replication, 1);
  EXPECT_EQ(admin.topics.at("vaste.core").settings.count("min.insync.replicas"), 0u);
  EXPECT_THAT(problems(), ElementsAre(AllOf(HasSubstr("source topic support.chat does not exist"),
                                            HasSubstr("--sources"))));
}

TEST_F(Topics, ChangelogGoesWithTheCoreThatIsThere) {
  admin.topics["vaste.core"] = {.partitions = 5, .replication = 1, .settings = {}};
  ASSERT_TRUE(create_all(config, admin, 1));
  EXPECT_EQ(admin.topics.at("vaste.core.changelog").partitions, 5);
  EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(Topics, UnequalPartitionsAreNamedWithWhatMendsThem) {
  ASSERT_TRUE(create_all(config, admin, 1));
  admin.topics["vaste.core.changelog"].partitions = 6;
  EXPECT_THAT(
      problems(),
      ElementsAre(AllOf(HasSubstr("vaste.core.changelog has 6 partitions but vaste.core has 12"),
                        HasSubstr("--alter --topic vaste.core.changelog --partitions 12"))));
  admin.topics["vaste.core.changelog"].partitions = 20;
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("--delete --topic vaste.core.changelog")));
}

TEST_F(Topics, CleanupThatWouldLoseSomethingIsWrong) {
  ASSERT_TRUE(create_all(config, admin, 1));
  admin.topics["vaste.core.changelog"].settings["cleanup.policy"] = "compact,delete";
  admin.topics["vaste.core"].settings["cleanup.policy"] = "compact";
  admin.topics["vaste.alerts"].settings["cleanup.policy"] = "delete";
  EXPECT_THAT(
      problems(),
      ElementsAre(HasSubstr("--entity-name vaste.core --add-config 'cleanup.policy=[delete]'"),
                  HasSubstr("vaste.core.changelog has cleanup.policy=compact,delete"),
                  HasSubstr("--add-config 'cleanup.policy=[compact,delete]'")));
}

TEST_F(Topics, SettingsThatMayNotBeSeenAreTakenToBeGood) {
  ASSERT_TRUE(create_all(config, admin, 1));
  for (auto& [name, facts] : admin.topics) facts.settings.clear();
  EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(Topics, MoreReplicasInSyncThanThereAreIsWrong) {
  ASSERT_TRUE(create_all(config, admin, 1));
  admin.topics["vaste.enriched"].replication = 1;
  EXPECT_THAT(problems(), ElementsAre(AllOf(HasSubstr("nobody can write"),
                                            HasSubstr("min.insync.replicas=1"))));
}

TEST_F(Topics, ProgressHasOnePartition) {
  ASSERT_TRUE(create_all(config, admin, 1));
  admin.topics["vaste.progress"].partitions = 3;
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("it must have 1")));
}

TEST_F(Topics, TroubleKeepsItsCode) {
  admin.trouble = Error{Code::kPermission, "topic vaste.core: no right"};
  EXPECT_EQ(verify_topics(config, admin).error().code, Code::kPermission);
  EXPECT_EQ(create_all(config, admin, 0).error().code, Code::kPermission);
  admin.trouble.reset();
  admin.refusals = {"topic a: INVALID_REPLICATION_FACTOR: x"};
  EXPECT_EQ(create_all(config, admin, 0).error().code, Code::kConfig);
  admin.refusals = {"topic a: TOPIC_AUTHORIZATION_FAILED: x"};
  EXPECT_EQ(create_all(config, admin, 0).error().code, Code::kPermission);
}

}  // namespace
}  // namespace vaste::app
