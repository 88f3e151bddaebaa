#include "integration/kafka/broker.h"

namespace vaste::kafka {
namespace {

struct AdminTest : BrokerTest {};

TEST_F(AdminTest, CreatesAndDescribes) {
  auto admin = taken(Admin::create(client));
  EXPECT_GE(taken(admin->brokers(kGenerous)), 1);
  const std::string name = fresh("made");
  EXPECT_FALSE(taken(admin->describe(name, kGenerous)).has_value());
  EXPECT_FALSE(taken(admin->describe(name, kGenerous)).has_value());  // Asking did not create it.
  const TopicSpec spec{.name = name,
                       .partitions = 5,
                       .replication = 1,
                       .settings = {{"cleanup.policy", "compact"}, {"segment.ms", "3600000"}}};
  EXPECT_TRUE(taken(admin->create_topics({spec}, kGenerous)).empty());
  EXPECT_TRUE(taken(admin->create_topics({spec}, kGenerous)).empty());  // Exists: counts as made.
  const auto facts = taken(admin->describe(name, kGenerous));
  ASSERT_TRUE(facts.has_value());
  EXPECT_EQ(facts->partitions, 5);
  EXPECT_EQ(facts->replication, 1);
  EXPECT_EQ(facts->settings.at("cleanup.policy"), "compact");
  EXPECT_EQ(facts->settings.at("segment.ms"), "3600000");
}

TEST_F(AdminTest, SaysWhichTopicCouldNotBeMade) {
  auto admin = taken(Admin::create(client));
  const TopicSpec good{.name = fresh("good")};
  const TopicSpec wide{.name = fresh("wide"), .partitions = 1, .replication = 99};
  const TopicSpec odd{.name = fresh("odd"), .settings = {{"no.such.setting", "1"}}};
  const auto problems = taken(admin->create_topics({good, wide, odd}, kGenerous));
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_NE(problems[0].find(wide.name), std::string::npos) << problems[0];
  EXPECT_NE(problems[1].find(odd.name), std::string::npos) << problems[1];
  EXPECT_TRUE(taken(admin->describe(good.name, kGenerous)).has_value());
}

TEST_F(AdminTest, DeletesRecordsBeforeAnOffset) {
  const std::string topic = make_topic("cut", 1);
  fill(client, topic, 0, 10);
  auto admin = taken(Admin::create(client));
  const Status status = admin->delete_records({{{topic, 0}, 6}}, kGenerous);
  ASSERT_TRUE(status) << status.error().detail;
  EXPECT_EQ(visible(topic), 4u);
  EXPECT_FALSE(admin->delete_records({{{topic, 0}, 600}}, kGenerous));
}

}  // namespace
}  // namespace vaste::kafka
