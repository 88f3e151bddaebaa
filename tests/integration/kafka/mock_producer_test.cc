#include "integration/kafka/clients.h"

namespace vaste::kafka {
namespace {

constexpr int kProduce = 0, kFindCoordinator = 10, kHeartbeat = 12, kInitProducerId = 22,
              kAddPartitions = 24, kAddOffsets = 25, kEndTxn = 26, kTxnOffsetCommit = 28;
constexpr int kTransport = -195;  // Cuts the connection instead of answering.

// One transaction with one record and one offset, while the next request of one kind fails.
struct Row {
  const char* name;
  int api_key;
  int error;  // Kafka's number
  Outcome outcome;
  bool ambiguous;
};
void operator<<(std::ostream& out, const Row& row) {
  out << row.name;
}

struct MockTransaction : testing::TestWithParam<Row> {
  std::unique_ptr<MockCluster> cluster = taken(MockCluster::create(1));
  ClientConfig client = client_of(cluster->bootstrap_servers());
  Listener listener;
  std::unique_ptr<GroupConsumer> consumer;
  std::unique_ptr<Producer> producer;

  void SetUp() override {
    ASSERT_TRUE(cluster->create_topic("in", 1));
    ASSERT_TRUE(cluster->create_topic("out", 1));
    fill(client, "in", 0, 1);
    const GroupConfig group{.group_id = "g", .instance_id = "", .topics = {"in"}};
    consumer = taken(GroupConsumer::create(client, group, listener));
    ASSERT_EQ(read(*consumer, 1).size(), 1u);
    producer = taken(Producer::create(client, {.transactional_id = "t"}, kGenerous));
  }

  Commit one_transaction() {
    const Status begun = producer->begin();
    EXPECT_TRUE(begun) << begun.error().detail;
    EXPECT_TRUE(producer->produce({.topic = producer->topic("out"), .key = "k", .value = "v"}));
    const std::vector<Position> positions{{{"in", 0}, 1}};
    return producer->commit(positions, *consumer->metadata());
  }
};

TEST_P(MockTransaction, OutcomeOfAFailingRequest) {
  const Commit before = one_transaction();
  EXPECT_EQ(before.outcome, Outcome::kCommitted) << before.detail;
  EXPECT_FALSE(producer->ambiguous()) << before.detail;
  cluster->fail_next(GetParam().api_key, GetParam().error, 1);
  const Commit commit = one_transaction();
  EXPECT_EQ(commit.outcome, GetParam().outcome) << commit.detail;
  EXPECT_EQ(producer->ambiguous(), GetParam().ambiguous) << commit.detail;
  EXPECT_FALSE(producer->in_transaction());
  if (commit.outcome == Outcome::kCommitted) return;
  EXPECT_NE(commit.detail, "");
  if (commit.outcome == Outcome::kUnknown) {
    producer = taken(Producer::create(client, {.transactional_id = "t"}, kGenerous));
  }
  Commit next = one_transaction();
  if (next.outcome == Outcome::kAborted) {
    // A record refused for good leaves a gap in the sequence numbers, which librdkafka notices one
    // transaction later: aborted once more, with a new epoch, and then well.
    EXPECT_STREQ(GetParam().name, "RecordRefused") << next.detail;
    next = one_transaction();
  }
  EXPECT_EQ(next.outcome, Outcome::kCommitted) << next.detail;
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Requests, MockTransaction, testing::ValuesIn(std::vector<Row>{
    //name                          request           error        outcome               ambiguous
    {"NoPermissionForTheTopic",     kAddPartitions,   29,          Outcome::kAborted,    false},
    {"TheLastOneIsStillEnding",     kAddPartitions,   51,          Outcome::kCommitted,  false},
    {"AddPartitionsCut",            kAddPartitions,   kTransport,  Outcome::kCommitted,  true},
    {"NoPermissionForTheGroup",     kAddOffsets,      30,          Outcome::kAborted,    false},
    {"AddOffsetsCut",               kAddOffsets,      kTransport,  Outcome::kCommitted,  true},
    {"OldGeneration",               kTxnOffsetCommit, 22,          Outcome::kAborted,    false},
    {"UnknownMember",               kTxnOffsetCommit, 25,          Outcome::kAborted,    false},
    {"FencedInstance",              kTxnOffsetCommit, 82,          Outcome::kAborted,    false},
    {"GroupIsMoving",               kTxnOffsetCommit, 16,          Outcome::kCommitted,  false},
    {"OffsetCommitCut",             kTxnOffsetCommit, kTransport,  Outcome::kCommitted,  true},
    {"FencedAtTheEnd",              kEndTxn,          47,          Outcome::kUnknown,    false},
    {"CoordinatorIsMoving",         kEndTxn,          16,          Outcome::kCommitted,  true},
    {"EndTxnCut",                   kEndTxn,          kTransport,  Outcome::kCommitted,  true},
    {"ProduceCut",                  kProduce,         kTransport,  Outcome::kCommitted,  true},
    {"LeaderIsMoving",              kProduce,         6,           Outcome::kCommitted,  false},
    {"RecordRefused",               kProduce,         87,          Outcome::kAborted,    false},
}), [](const auto& row) { return std::string(row.param.name); });
// clang-format on

struct MockProducer : MockTransaction {};
INSTANTIATE_TEST_SUITE_P(One, MockProducer, testing::Values(Row{}));

TEST_P(MockProducer, DeliveredOffsetsAreKnownAfterTheCommit) {
  std::int64_t delivered = -1;
  ASSERT_TRUE(producer->begin());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(producer->produce(
        {.topic = producer->topic("out"), .value = "v", .delivered = &delivered}));
  }
  const std::vector<Position> positions{{{"in", 0}, 1}};
  EXPECT_EQ(producer->commit(positions, *consumer->metadata()).outcome, Outcome::kCommitted);
  EXPECT_EQ(delivered, 2);
}

TEST_P(MockProducer, PastTheDeadlineItIsUnknown) {
  producer.reset();
  producer = taken(
      Producer::create(client, {.transactional_id = "t", .commit_patience = 1000ms}, kGenerous));
  EXPECT_EQ(one_transaction().outcome, Outcome::kCommitted);
  ASSERT_TRUE(producer->begin());
  ASSERT_TRUE(producer->produce({.topic = producer->topic("out"), .value = "v"}));
  cluster->fail_next(kEndTxn, 14, 1000);  // The coordinator loads for ever.
  const std::vector<Position> positions{{{"in", 0}, 1}};
  const Commit commit = producer->commit(positions, *consumer->metadata());
  EXPECT_EQ(commit.outcome, Outcome::kUnknown) << commit.detail;
  EXPECT_NE(commit.detail.find("commit_transaction: _TIMED_OUT"), std::string::npos)
      << commit.detail;
}

// librdkafka asked again only when some broker's connection came or went, and had no end to it: of
// brokers that stay up nothing came, and a commit stood for ever.
TEST_P(MockProducer, AGroupWhoseCoordinatorIsNotKnownYetIsAskedForAgain) {
  cluster->fail_next(kFindCoordinator, 16, 1);
  const Commit commit = one_transaction();
  EXPECT_EQ(commit.outcome, Outcome::kCommitted) << commit.detail;
}

TEST_P(MockProducer, AGroupWithoutACoordinatorEndsTheTransactionInTime) {
  producer.reset();
  producer = taken(
      Producer::create(client, {.transactional_id = "t", .commit_patience = 1000ms}, kGenerous));
  cluster->fail_next(kFindCoordinator, 16, 1000);
  const Commit commit = one_transaction();
  EXPECT_NE(commit.outcome, Outcome::kCommitted) << commit.detail;
  EXPECT_NE(commit.detail.find("send_offsets_to_transaction: _TIMED_OUT"), std::string::npos)
      << commit.detail;
}

// Nobody has told it yet that what it holds is lost, and brokers would take its offsets: it is a
// member again.
TEST_P(MockProducer, WhoWasLetGoCommitsNothingOfWhatItHeld) {
  client.properties = {{"heartbeat.interval.ms", "100"}};
  consumer = taken(GroupConsumer::create(
      client, {.group_id = "other", .instance_id = "", .topics = {"in"}}, listener));
  ASSERT_EQ(read(*consumer, 1).size(), 1u);
  EXPECT_EQ(one_transaction().outcome, Outcome::kCommitted);
  cluster->fail_next(kHeartbeat, 25, 1);  // UNKNOWN_MEMBER_ID
  Commit commit;
  EXPECT_TRUE(eventually([&] {
    commit = one_transaction();
    return commit.thrown_out;
  }));
  EXPECT_EQ(commit.outcome, Outcome::kAborted) << commit.detail;
  EXPECT_NE(commit.detail.find("let this member go"), std::string::npos) << commit.detail;
}

TEST_P(MockProducer, AbortIsDoneOrUnknown) {
  EXPECT_EQ(producer->abort(), Outcome::kAborted);  // Nothing to abort.
  ASSERT_TRUE(producer->begin());
  ASSERT_TRUE(producer->produce({.topic = producer->topic("out"), .value = "v"}));
  EXPECT_EQ(producer->abort(), Outcome::kAborted);
  EXPECT_EQ(one_transaction().outcome, Outcome::kCommitted);
  ASSERT_TRUE(producer->begin());
  const auto delivered = std::make_unique<std::int64_t>(-1);
  ASSERT_TRUE(producer->produce(
      {.topic = producer->topic("out"), .value = "v", .delivered = delivered.get()}));
  ASSERT_TRUE(eventually([&] { return consumer->poll(1, 10ms).has_value(); }));
  std::this_thread::sleep_for(100ms);
  cluster->fail_next(kEndTxn, 47, 1);
  EXPECT_EQ(producer->abort(), Outcome::kUnknown);
}

// A late copy of the first try would end the next transaction.
TEST_P(MockProducer, AnAbortThatHadToBeRepeatedIsAmbiguous) {
  EXPECT_FALSE(producer->ambiguous());
  cluster->fail_next(kEndTxn, kTransport, 1);
  EXPECT_TRUE(eventually([&] {
    EXPECT_TRUE(producer->begin());
    EXPECT_TRUE(producer->produce({.topic = producer->topic("out"), .value = "v"}));
    std::this_thread::sleep_for(
        20ms);  // Where nothing has been sent by then, the brokers need no end.
    EXPECT_EQ(producer->abort(), Outcome::kAborted);
    return producer->ambiguous();
  }));
}

TEST_P(MockProducer, TooLargeIsSaidAtOnceAndTheTransactionGoesOn) {
  ASSERT_TRUE(producer->begin());
  const std::string huge(5 << 20, 'x');
  const Status status = producer->produce({.topic = producer->topic("out"), .value = huge});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kTooLarge);
  EXPECT_NE(status.error().detail.find("out"), std::string::npos);
  const std::vector<Position> positions{{{"in", 0}, 1}};
  EXPECT_EQ(producer->commit(positions, *consumer->metadata()).outcome, Outcome::kCommitted);
}

TEST_P(MockProducer, AFullQueueIsWaitedFor) {
  client.properties = {{"queue.buffering.max.messages", "10"}};
  producer.reset();
  producer = taken(Producer::create(client, {.transactional_id = "t"}, kGenerous));
  ASSERT_TRUE(producer->begin());
  for (int i = 0; i < 200; ++i) {
    const Status status = producer->produce({.topic = producer->topic("out"), .value = "v"});
    ASSERT_TRUE(status) << status.error().detail;
  }
  const std::vector<Position> positions{{{"in", 0}, 1}};
  EXPECT_EQ(producer->commit(positions, *consumer->metadata()).outcome, Outcome::kCommitted);
}

TEST_P(MockProducer, AFullQueueThatStaysFullAborts) {
  client.properties = {{"queue.buffering.max.messages", "10"}};
  producer.reset();
  producer = taken(
      Producer::create(client, {.transactional_id = "t", .commit_patience = 300ms}, kGenerous));
  ASSERT_TRUE(producer->begin());
  cluster->set_broker_down(1, true);
  Status status;
  for (int i = 0; i < 20 && status; ++i) {
    status = producer->produce({.topic = producer->topic("out"), .value = "v"});
  }
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kAborted) << status.error().detail;
}

TEST_P(MockProducer, InitLoopsWhileTheCoordinatorLoads) {
  cluster->fail_next(kInitProducerId, 14, 3);
  EXPECT_TRUE(Producer::create(client, {.transactional_id = "u"}, kGenerous));
}

TEST_P(MockProducer, InitNamesTheIdThatIsNotPermitted) {
  cluster->fail_next(kInitProducerId, 53, 1);
  const auto refused = Producer::create(client, {.transactional_id = "u-17"}, kGenerous);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kPermission) << refused.error().detail;
  EXPECT_NE(refused.error().detail.find("u-17"), std::string::npos);
}

TEST_P(MockProducer, InitEndsWhenNobodyAnswers) {
  cluster->set_broker_down(1, true);
  const auto none = Producer::create(client, {.transactional_id = "u"}, 1000ms);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Code::kUnavailable) << none.error().detail;
}

TEST_P(MockProducer, FlushCountsWhatIsLeft) {
  auto plain = taken(PlainProducer::create(client));
  cluster->set_broker_down(1, true);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(plain->produce({.topic = plain->topic("out"), .value = "v"}));
  }
  const Status status = plain->flush(200ms);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kUnavailable);
  EXPECT_NE(status.error().detail.find("3 records"), std::string::npos) << status.error().detail;
}

TEST(Properties, AreNamedWithoutTheirValueWhenRefused) {
  ClientConfig client = client_of("127.0.0.1:1");
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"sasl.passwort", "hunter2"},        // unknown
           {"security.protocol", "hunter2"},    // not one of its values
           {"enable.idempotence", "false"}}) {  // ours
    client.properties = {{"security.protocol", "SASL_PLAINTEXT"}, {name, value}};
    const auto refused = PlainProducer::create(client);
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().code, Code::kConfig) << refused.error().detail;
    EXPECT_EQ(refused.error().detail.find("hunter2"), std::string::npos) << refused.error().detail;
  }
}

}  // namespace
}  // namespace vaste::kafka
