// What came of a partition never comes again, unless somebody asked for it.
#include "kafka/intake.h"

#include "integration/kafka/clients.h"

namespace vaste::kafka {
namespace {

TEST(Intake, GoesBackOnlyWhereItIsTold) {
  auto cluster = taken(MockCluster::create(1));
  ASSERT_TRUE(cluster->create_topic("in", 1));
  ClientConfig config = client_of(cluster->bootstrap_servers());
  config.mock_brokers = true;
  fill(config, "in", 0, 5);
  Properties properties = fetching(config, 1 << 20);
  properties.emplace_back("group.id", "g");
  auto client = taken(Client::make(RD_KAFKA_CONSUMER, config, properties, {}));
  rd_kafka_poll_set_consumer(client->get());
  Intake intake(*client, {"in"});
  const auto assign = [&](std::int64_t offset) {
    const std::vector<Position> from{{{"in", 0}, offset}};
    ASSERT_EQ(rd_kafka_assign(client->get(), list_of(from).get()), RD_KAFKA_RESP_ERR_NO_ERROR);
  };
  assign(0);
  EXPECT_EQ(read(intake, 5).size(), 5u);

  assign(4);  // As by a client that loses its place: the last record a second time.
  std::optional<Error> error;
  ASSERT_TRUE(eventually([&] {
    auto polled = intake.poll(10, 100ms);
    if (polled) return !polled->records.empty();
    if (polled.error().code == Code::kUnavailable) return false;
    error = polled.error();
    return true;
  }));
  ASSERT_TRUE(error) << "the record was given out once more";
  EXPECT_EQ(error->code, Code::kAborted);
  EXPECT_NE(error->detail.find("got offset 4 after 4"), std::string::npos) << error->detail;

  intake.restart("in", 0);
  assign(2);
  const auto again = read(intake, 3);
  ASSERT_EQ(again.size(), 3u);
  EXPECT_EQ(again.front().offset, 2);
}

}  // namespace
}  // namespace vaste::kafka
