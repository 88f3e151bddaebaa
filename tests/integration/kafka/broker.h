// Tests that need a real Apache Kafka: tools/kafka start, then VASTE_TEST_BOOTSTRAP=127.0.0.1:PORT.
#pragma once

#include "integration/kafka/clients.h"

namespace vaste::kafka {

struct BrokerTest : testing::Test {
  ClientConfig client;

  void SetUp() override {
    const char* bootstrap = std::getenv("VASTE_TEST_BOOTSTRAP");
    if (bootstrap == nullptr) {
      GTEST_SKIP() << "\n*** NOT TESTED: no Kafka. Run `tools/kafka start` and set "
                      "VASTE_TEST_BOOTSTRAP to the address it prints. ***\n";
    }
    client = client_of(bootstrap);
  }

  std::string make_topic(const std::string& name, std::int32_t partitions) {
    const std::string topic = fresh(name);
    auto admin = taken(Admin::create(client));
    const auto problems =
        admin->create_topics({{.name = topic, .partitions = partitions}}, kGenerous);
    EXPECT_TRUE(problems) << problems.error().detail;
    if (problems) {
      for (const std::string& problem : *problems) ADD_FAILURE() << problem;
    }
    return topic;
  }

  std::size_t visible(const std::string& topic) {  // in partition 0, to a read_committed consumer
    auto reader = taken(PartitionReader::create(client, {topic}));
    EXPECT_TRUE(reader->assign({{{topic, 0}, -2}}));
    std::size_t count = 0;
    EXPECT_TRUE(eventually([&] {
      auto polled = reader->poll(1000, 100ms);
      if (!polled) return false;
      count += polled->records.size();
      return !polled->ends.empty();
    }));
    return count;
  }
};

}  // namespace vaste::kafka
