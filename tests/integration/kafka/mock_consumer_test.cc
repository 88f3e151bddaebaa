#include <atomic>
#include <set>

#include "integration/kafka/clients.h"

namespace vaste::kafka {
namespace {

struct MockConsumer : testing::Test {
  std::unique_ptr<MockCluster> cluster = taken(MockCluster::create(1));
  ClientConfig client = client_of(cluster->bootstrap_servers());
  Listener listener;
  GroupConfig group{.group_id = "g", .instance_id = "", .topics = {"in"}};

  std::unique_ptr<GroupConsumer> consumer() {
    return taken(GroupConsumer::create(client, group, listener));
  }
};

TEST_F(MockConsumer, ReadsWhatWasProduced) {
  ASSERT_TRUE(cluster->create_topic("in", 3));
  auto producer = taken(PlainProducer::create(client));
  const TopicHandle in = producer->topic("in");
  const std::vector<Header> headers{{"a", "1"}, {"b", ""}, {"a", "2"}};
  ASSERT_TRUE(producer->produce({.topic = in, .partition = 2, .key = "k", .null_value = true}));
  ASSERT_TRUE(producer->produce({.topic = in, .partition = 2, .value = "", .headers = headers}));
  for (int i = 0; i < 300; ++i) {
    const std::string key = std::to_string(i);
    ASSERT_TRUE(producer->produce({.topic = in, .key = key, .value = "v", .timestamp_ms = 1000}));
  }
  ASSERT_TRUE(producer->flush(kGenerous));

  auto reader = consumer();
  std::vector<End> ends;
  auto seen = read(*reader, 302, &ends);
  ASSERT_EQ(seen.size(), 302u);
  ASSERT_TRUE(eventually([&] {
    auto polled = reader->poll(10, 10ms);
    if (polled) ends.insert(ends.end(), polled->ends.begin(), polled->ends.end());
    return ends.size() >= 3;
  }));
  std::int64_t total = 0;
  for (const End& end : ends) total += end.offset;
  EXPECT_EQ(total, 302);
  std::erase_if(seen, [](const Seen& one) { return one.partition != 2; });
  EXPECT_TRUE(seen[0].null_value);
  EXPECT_EQ(seen[0].key, "k");
  EXPECT_FALSE(seen[1].null_value);
  const std::vector<std::pair<std::string, std::string>> expected{
      {"a", "1"}, {"b", ""}, {"a", "2"}};
  EXPECT_EQ(seen[1].headers, expected);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i].offset, static_cast<std::int64_t>(i));
  }
  EXPECT_EQ(reader->assignment().size(), 3u);
  reader->close(5000ms);
  EXPECT_EQ(listener.revoked.size(), 3u);
  EXPECT_TRUE(listener.lost.empty());
}

// Java's DefaultPartitioner, toPositive(murmur2(key)) % partitions; values from Kafka's UtilsTest.
TEST_F(MockConsumer, KeysGoWhereJavaPutsThem) {
  ASSERT_TRUE(cluster->create_topic("in", 16));
  auto producer = taken(PlainProducer::create(client));
  const std::vector<std::pair<std::string, std::int32_t>> murmur2{
      {"21", -973932308}, {"foobar", -790332482}, {"a-little-bit-long-string", -985981536}};
  for (const auto& [key, hash] : murmur2) {
    ASSERT_TRUE(producer->produce({.topic = producer->topic("in"), .key = key, .value = "v"}));
  }
  ASSERT_TRUE(producer->flush(kGenerous));
  auto reader = consumer();
  std::map<std::string, std::int32_t> found;
  for (const Seen& one : read(*reader, murmur2.size())) found[one.key] = one.partition;
  for (const auto& [key, hash] : murmur2) EXPECT_EQ(found[key], (hash & 0x7fffffff) % 16) << key;
}

TEST_F(MockConsumer, SeekDropsWhatWasFetched) {
  ASSERT_TRUE(cluster->create_topic("in", 1));
  fill(client, "in", 0, 2000);
  auto reader = consumer();
  ASSERT_GE(read(*reader, 50).size(), 50u);
  std::this_thread::sleep_for(200ms);  // The local queue now holds the rest.
  for (const std::int64_t target : {5, 1500, 7}) {
    ASSERT_TRUE(reader->seek({"in", 0}, target));
    auto seen = read(*reader, 1);
    ASSERT_FALSE(seen.empty());
    EXPECT_EQ(seen[0].offset, target);
  }
}

TEST_F(MockConsumer, BeginsWhereTheListenerSays) {
  ASSERT_TRUE(cluster->create_topic("in", 2));
  fill(client, "in", 0, 20);
  fill(client, "in", 1, 20);
  listener.start = {{0, 15}, {1, -2}};
  auto reader = consumer();
  EXPECT_EQ(read(*reader, 25).size(), 25u);
}

// A look-up of where to begin that a seek overtakes is made again, and puts the position back.
TEST_F(MockConsumer, NothingIsLookedUpWhileAPartitionWaitsForItsSeek) {
  ASSERT_TRUE(cluster->create_topic("in", 1));
  fill(client, "in", 0, 20);
  std::atomic<bool> looked_up{false};
  client.properties = {{"debug", "topic"}};
  client.log = [&](int, std::string_view facility, std::string_view) {
    if (facility == "OFFREQ") looked_up = true;
  };
  listener.start = {{0, kWaitsForSeek}};
  cluster->set_round_trip(1, 150ms);
  for (const std::int64_t from : {-2, 7}) {
    looked_up = false;
    listener.assigned.clear();
    auto reader = consumer();
    ASSERT_TRUE(eventually([&] {
      EXPECT_TRUE(reader->poll(100, 10ms));
      return !listener.assigned.empty();
    }));
    eventually([&] { return !reader->poll(100, 50ms)->records.empty() || looked_up; }, 1500ms);
    EXPECT_FALSE(looked_up);
    ASSERT_TRUE(reader->seek({"in", 0}, from));
    const auto wanted = static_cast<std::size_t>(from < 0 ? 20 : 20 - from);
    auto seen = read(*reader, wanted);
    eventually(
        [&] {
          const auto polled = reader->poll(100, 50ms);
          EXPECT_TRUE(polled) << polled.error().detail;
          return !polled || !polled->records.empty();
        },
        1500ms);
    EXPECT_EQ(seen.size(), wanted);
    EXPECT_EQ(seen.front().offset, std::max<std::int64_t>(from, 0));
    reader->close(kGenerous);
  }
}

TEST_F(MockConsumer, PausedPartitionsStandStillAndOnlyTheyAreResumed) {
  ASSERT_TRUE(cluster->create_topic("in", 2));
  fill(client, "in", 0, 20);
  fill(client, "in", 1, 20);
  auto reader = consumer();
  ASSERT_EQ(read(*reader, 40).size(), 40u);
  const std::vector<TopicPartition> first{{"in", 0}};
  const std::vector<TopicPartition> both{{"in", 0}, {"in", 1}};
  ASSERT_TRUE(reader->pause(first));
  ASSERT_TRUE(reader->pause(first));
  fill(client, "in", 0, 5);
  fill(client, "in", 1, 5);
  auto seen = read(*reader, 5);
  for (const Seen& one : seen) EXPECT_EQ(one.partition, 1);
  ASSERT_TRUE(reader->resume(both));
  seen = read(*reader, 5);
  EXPECT_EQ(seen.size(), 5u);
  for (const Seen& one : seen) EXPECT_EQ(one.partition, 0);
  EXPECT_EQ(seen.front().offset, 20);
}

TEST_F(MockConsumer, NamesATopicThatIsNotThere) {
  group.topics = {"absent"};
  auto reader = consumer();
  Error error;
  ASSERT_TRUE(eventually([&] {
    auto polled = reader->poll(10, 100ms);
    if (!polled) error = polled.error();
    return !polled;
  }));
  EXPECT_EQ(error.code, Code::kNotFound) << error.detail;
  EXPECT_NE(error.detail.find("absent"), std::string::npos) << error.detail;
}

TEST_F(MockConsumer, SaysOnceThatTheBrokersAreAwayAndComesBackByItself) {
  ASSERT_TRUE(cluster->create_topic("in", 1));
  fill(client, "in", 0, 5);
  auto reader = consumer();
  ASSERT_EQ(read(*reader, 5).size(), 5u);
  cluster->set_broker_down(1, true);
  int told = 0;
  ASSERT_TRUE(eventually([&] {
    auto polled = reader->poll(10, 10ms);
    if (!polled) {
      EXPECT_EQ(polled.error().code, Code::kUnavailable) << polled.error().detail;
      ++told;
    }
    return told > 0;
  }));
  for (int i = 0; i < 20; ++i) {
    if (!reader->poll(10, 10ms)) ++told;
  }
  EXPECT_LE(told, 2);
  cluster->set_broker_down(1, false);
  fill(client, "in", 0, 5);
  EXPECT_EQ(read(*reader, 5).size(), 5u);
}

TEST_F(MockConsumer, CloseAndDestroyAreBoundedWithoutBrokers) {
  ASSERT_TRUE(cluster->create_topic("in", 1));
  fill(client, "in", 0, 5);
  auto reader = consumer();
  ASSERT_EQ(read(*reader, 5).size(), 5u);
  cluster->set_broker_down(1, true);
  const auto began = std::chrono::steady_clock::now();
  reader->close(1000ms);
  reader.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - began, kGenerous);
}

TEST_F(MockConsumer, PartitionReaderReadsFromWhereItIsTold) {
  ASSERT_TRUE(cluster->create_topic("in", 2));
  fill(client, "in", 0, 10);
  fill(client, "in", 1, 10);
  auto reader = taken(PartitionReader::create(client, {"other", "in"}));
  EXPECT_EQ(taken(reader->partitions("in", kGenerous)), 2);
  EXPECT_EQ(reader->partitions("absent", 5000ms).error().code, Code::kNotFound);
  ASSERT_TRUE(reader->assign({{{"in", 0}, 4}, {{"in", 1}, -2}}));
  std::vector<End> ends;
  const auto seen = read(*reader, 16, &ends);
  EXPECT_EQ(seen.size(), 16u);
  for (const Seen& one : seen) EXPECT_EQ(one.topic, 1);
  ASSERT_TRUE(reader->assign({{{"in", 0}, 9}}));
  EXPECT_EQ(read(*reader, 1).front().offset, 9);
  ASSERT_TRUE(reader->assign({{{"in", 0}, -1}}));
  ASSERT_TRUE(eventually([&] {
    auto polled = reader->poll(10, 100ms);
    EXPECT_TRUE(!polled || polled->records.empty());
    return polled && !polled->ends.empty() && polled->ends[0].offset == 10;
  }));
}

TEST_F(MockConsumer, WatermarksInOneCallAndInTheOrderAsked) {
  auto wide = taken(MockCluster::create(3));
  ASSERT_TRUE(wide->create_topic("in", 4));
  client = client_of(wide->bootstrap_servers());
  for (int i = 0; i < 4; ++i) fill(client, "in", i, i * 3);
  auto watermarks = taken(Watermarks::create(client));
  const std::vector<TopicPartition> asked{{"in", 3}, {"in", 0}, {"in", 2}, {"in", 1}, {"in", 3}};
  const std::vector<std::int64_t> expected{9, 0, 6, 3, 9};
  EXPECT_EQ(taken(watermarks->ends(asked, false, kGenerous)), expected);
  EXPECT_EQ(taken(watermarks->ends(asked, true, kGenerous)), expected);
  const std::vector<TopicPartition> absent{{"in", 0}, {"absent", 0}};
  EXPECT_FALSE(watermarks->ends(absent, true, 3000ms));
  for (const int broker : {1, 2, 3}) wide->set_broker_down(broker, true);
  EXPECT_EQ(watermarks->ends(asked, true, 500ms).error().code, Code::kUnavailable);
}

}  // namespace
}  // namespace vaste::kafka
