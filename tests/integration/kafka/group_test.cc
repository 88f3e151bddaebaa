#include <atomic>
#include <set>

#include "integration/kafka/broker.h"

namespace vaste::kafka {
namespace {

struct Member {
  Listener listener;
  std::unique_ptr<GroupConsumer> consumer;
  std::vector<Seen> seen;

  Member(const ClientConfig& client, const GroupConfig& group)
      : consumer(taken(GroupConsumer::create(client, group, listener))) {}

  Code poll() {
    auto polled = consumer->poll(100, 20ms);
    if (!polled) return polled.error().code;
    for (const Record& record : polled->records) seen.push_back(copy(record));
    return Code::kUnavailable;  // Which is no news here.
  }
};

struct GroupTest : BrokerTest, testing::WithParamInterface<std::string> {
  std::string topic;
  GroupConfig group;

  void SetUp() override {
    BrokerTest::SetUp();
    if (IsSkipped()) return;
    topic = make_topic("in", 4);
    group = {.group_id = fresh("group"),
             .instance_id = "one",
             .topics = {topic},
             .protocol = GetParam()};
  }

  bool share(Member& a, std::size_t of_a, Member& b, std::size_t of_b) {
    return eventually([&] {
      a.poll();
      b.poll();
      return a.consumer->assignment().size() == of_a && b.consumer->assignment().size() == of_b;
    });
  }
};

INSTANTIATE_TEST_SUITE_P(Protocol, GroupTest, testing::Values("classic", "consumer"),
                         [](const auto& protocol) { return protocol.param; });

TEST_P(GroupTest, TellsWhoHasWhat) {
  auto admin = taken(Admin::create(client));
  Member one(client, group);
  group.instance_id = "two";
  Member two(client, group);
  ASSERT_TRUE(share(one, 2, two, 2));
  GroupFacts facts;
  // Who takes part in a rebalance learns of its end a little before everybody else does.
  ASSERT_TRUE(eventually([&] {
    one.poll();
    two.poll();
    facts = taken(admin->describe_group(group.group_id, kGenerous));
    return facts.stable;
  }));
  ASSERT_EQ(facts.members.size(), 2U);
  std::set<TopicPartition> all;
  for (const GroupMember& member : facts.members) {
    EXPECT_TRUE(member.instance == "one" || member.instance == "two") << member.instance;
    EXPECT_EQ(member.partitions.size(), 2U);
    all.insert(member.partitions.begin(), member.partitions.end());
  }
  EXPECT_EQ(all, (std::set<TopicPartition>{{topic, 0}, {topic, 1}, {topic, 2}, {topic, 3}}));
}

TEST_P(GroupTest, PartitionsThatStayPutNeverStop) {
  Member one(client, group);
  ASSERT_TRUE(eventually([&] {
    one.poll();
    return one.consumer->assignment().size() == 4;
  }));
  group.instance_id = "two";
  auto two = std::make_unique<Member>(client, group);
  ASSERT_TRUE(share(one, 2, *two, 2));
  EXPECT_EQ(one.listener.revoked.size(), 2u);
  EXPECT_TRUE(one.listener.lost.empty());
  std::set<TopicPartition> all;
  for (const auto& at : one.consumer->assignment()) all.insert(at);
  for (const auto& at : two->consumer->assignment()) all.insert(at);
  EXPECT_EQ(all.size(), 4u);

  for (int i = 0; i < 4; ++i) fill(client, topic, i, 50);
  ASSERT_TRUE(eventually([&] {
    one.poll();
    two->poll();
    return one.seen.size() + two->seen.size() >= 200;
  }));
  EXPECT_EQ(one.seen.size(), 100u);
  EXPECT_EQ(two->seen.size(), 100u);

  // A static member that comes back gets the same ones, and the other notices nothing.
  const auto before = two->consumer->assignment();
  const auto revoked = one.listener.revoked.size();
  two->consumer->close(kGenerous);
  EXPECT_EQ(two->listener.revoked.size(), 2u);
  two = std::make_unique<Member>(client, group);
  ASSERT_TRUE(share(one, 2, *two, 2));
  EXPECT_EQ(two->consumer->assignment(), before);
  EXPECT_EQ(one.listener.revoked.size(), revoked);
  one.consumer->close(kGenerous);
  two->consumer->close(kGenerous);
}

// What one poll had collected of a partition before it was given back must not come out of it.
TEST_P(GroupTest, NothingOfAPartitionComesAfterItWasGivenBack) {
  for (int i = 0; i < 4; ++i) fill(client, topic, i, 5000);
  group.fetch_queue_bytes = 1 << 20;
  std::vector<std::unique_ptr<Member>> members;
  for (int i = 0; i < 4; ++i) {
    group.instance_id = "m" + std::to_string(i);
    members.push_back(std::make_unique<Member>(client, group));
    const auto expected = static_cast<std::size_t>(i) + 1;
    ASSERT_TRUE(eventually([&] {
      std::size_t together = 0;
      std::size_t busy = 0;
      for (auto& member : members) {
        auto polled = member->consumer->poll(7, 5ms);
        const auto owned = member->consumer->assignment();
        if (polled) {
          for (const Record& record : polled->records) {
            EXPECT_TRUE(std::find(owned.begin(), owned.end(),
                                  TopicPartition{topic, record.partition}) != owned.end());
          }
        } else {
          EXPECT_NE(polled.error().code, Code::kAborted) << polled.error().detail;
        }
        together += owned.size();
        busy += owned.empty() ? 0 : 1;
      }
      return together == 4 && busy == expected;
    }));
  }
  for (auto& member : members) member->consumer->close(kGenerous);
}

// rd_kafka_destroy alone waits for ever for the answer to a rebalance that nobody serves any more.
TEST_P(GroupTest, DestroyingInTheMiddleOfARebalanceEnds) {
  std::atomic<bool> left_behind{false};
  client.log = [&](int, std::string_view facility, std::string_view) {
    if (facility == "DESTROY") left_behind = true;
  };
  auto one = std::make_unique<Member>(client, group);
  ASSERT_TRUE(eventually([&] {
    one->poll();
    return one->consumer->assignment().size() == 4;
  }));
  group.instance_id = "two";
  Member two(client, group);
  ASSERT_TRUE(eventually([&] {
    one->poll();
    two.poll();
    return one->consumer->assignment().size() == 2;
  }));
  // Now the first one has joined again, and is told so while it does not poll.
  const auto until = std::chrono::steady_clock::now() + 3s;
  while (std::chrono::steady_clock::now() < until) two.poll();
  one->listener.revoked.clear();
  one->consumer.reset();
  EXPECT_TRUE(one->listener.revoked.empty() && one->listener.lost.empty());
  EXPECT_FALSE(left_behind);
}

TEST_P(GroupTest, ASecondHolderOfAnInstanceIdIsKnown) {
  Member one(client, group);
  ASSERT_TRUE(eventually([&] {
    one.poll();
    return one.consumer->assignment().size() == 4;
  }));
  Member two(client, group);
  // Classic: the newer one wins. KIP-848: the older one stays.
  ASSERT_TRUE(eventually([&] {
    const Code first = one.poll();
    const Code second = two.poll();
    return first == Code::kFenced || second == Code::kFenced;
  }));
}

}  // namespace
}  // namespace vaste::kafka
