#include "integration/kafka/broker.h"

namespace vaste::kafka {
namespace {

struct TransactionTest : BrokerTest {
  std::string in, out, id, group_id;
  Listener listener;
  std::unique_ptr<GroupConsumer> consumer;
  std::unique_ptr<Producer> producer;

  void SetUp() override {
    BrokerTest::SetUp();
    if (IsSkipped()) return;
    in = make_topic("in", 2);
    out = make_topic("out", 1);
    id = fresh("txn");
    group_id = fresh("group");
    fill(client, in, 0, 10);
    consumer = join();
    producer = next_producer();
  }

  std::unique_ptr<GroupConsumer> new_member() {
    const GroupConfig group{.group_id = group_id, .instance_id = "", .topics = {in}};
    return taken(GroupConsumer::create(client, group, listener));
  }

  std::unique_ptr<GroupConsumer> join() {
    auto member = new_member();
    EXPECT_TRUE(eventually([&] { return member->poll(1, 50ms) && !member->assignment().empty(); }));
    return member;
  }

  std::unique_ptr<Producer> next_producer() {
    return taken(Producer::create(client, {.transactional_id = id}, kGenerous));
  }

  void produce(int count, std::int64_t* delivered = nullptr) {
    for (int i = 0; i < count; ++i) {
      const Status status = producer->produce({.topic = producer->topic(out),
                                               .partition = 0,
                                               .key = "k",
                                               .value = "v",
                                               .delivered = delivered});
      ASSERT_TRUE(status) << status.error().detail;
    }
  }

  Commit commit(std::int64_t offset, const std::string& note = "") {
    const std::vector<Position> positions{{{in, 0}, offset, note}};
    return producer->commit(positions, *consumer->metadata());
  }

  std::int64_t committed() {
    const std::vector<TopicPartition> asked{{in, 0}};
    return taken(consumer->committed(asked, kGenerous)).front().offset;
  }
};

TEST_F(TransactionTest, CommittedIsVisibleWithItsOffsets) {
  EXPECT_EQ(committed(), -1);
  std::int64_t delivered = -1;
  ASSERT_TRUE(producer->begin());
  produce(3, &delivered);
  Commit result = commit(3);
  EXPECT_EQ(result.outcome, Outcome::kCommitted) << result.detail;
  EXPECT_FALSE(producer->ambiguous()) << result.detail;
  EXPECT_EQ(delivered, 2);
  EXPECT_EQ(committed(), 3);
  EXPECT_EQ(visible(out), 3u);
}

// The first AddPartitions after a commit often meets CONCURRENT_TRANSACTIONS: that is no ambiguity.
TEST_F(TransactionTest, ManyInARowAreNotAmbiguous) {
  for (int i = 1; i <= 50; ++i) {
    ASSERT_TRUE(producer->begin());
    produce(2);
    const Commit result = commit(i);
    ASSERT_EQ(result.outcome, Outcome::kCommitted) << result.detail;
    ASSERT_FALSE(producer->ambiguous()) << i << ": " << result.detail;
  }
  EXPECT_EQ(visible(out), 100u);
}

TEST_F(TransactionTest, AbortedIsInvisible) {
  ASSERT_TRUE(producer->begin());
  produce(3);
  EXPECT_EQ(producer->abort(), Outcome::kAborted);
  EXPECT_EQ(visible(out), 0u);
  ASSERT_TRUE(producer->begin());
  produce(2);
  EXPECT_EQ(commit(2).outcome, Outcome::kCommitted);
  EXPECT_EQ(visible(out), 2u);
}

// What fences a zombie that only fires timers.
TEST_F(TransactionTest, OffsetsAloneAreATransaction) {
  ASSERT_TRUE(producer->begin());
  const Commit result = commit(7);
  EXPECT_EQ(result.outcome, Outcome::kCommitted) << result.detail;
  EXPECT_EQ(committed(), 7);
}

// How a transaction is known again that nobody told the end of.
TEST_F(TransactionTest, ANoteIsToldIfItsTransactionWasCommitted) {
  const auto note = [&] {
    const std::vector<TopicPartition> asked{{in, 0}};
    return taken(consumer->committed(asked, kGenerous)).front().note;
  };
  EXPECT_EQ(note(), "");
  ASSERT_TRUE(producer->begin());
  ASSERT_EQ(commit(3, "first").outcome, Outcome::kCommitted);
  EXPECT_EQ(note(), "first");
  ASSERT_TRUE(producer->begin());
  ASSERT_EQ(commit(3, "second").outcome, Outcome::kCommitted);
  EXPECT_EQ(note(), "second") << "the offset stands where it stood";
  auto next = next_producer();
  (void)producer->begin();
  EXPECT_EQ(commit(3, "third").outcome, Outcome::kUnknown);
  EXPECT_EQ(note(), "second");
}

TEST_F(TransactionTest, ASecondProducerOfTheIdFencesTheFirst) {
  ASSERT_TRUE(producer->begin());
  produce(1);
  auto second = next_producer();
  const Commit result = commit(1);
  EXPECT_EQ(result.outcome, Outcome::kUnknown);
  EXPECT_NE(result.detail.find("FENCED"), std::string::npos) << result.detail;
  EXPECT_EQ(committed(), -1);
  const Status again = producer->begin();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Code::kFenced) << again.error().detail;
  producer = std::move(second);
  ASSERT_TRUE(producer->begin());
  produce(1);
  EXPECT_EQ(commit(1).outcome, Outcome::kCommitted);
  EXPECT_EQ(visible(out), 1u);
}

TEST_F(TransactionTest, AnOldGenerationIsFencedAlsoWithOffsetsAlone) {
  const auto old = consumer->metadata();
  auto second = new_member();  // A new generation, as soon as the first member has joined again.
  ASSERT_TRUE(eventually([&] {
    (void)consumer->poll(1, 20ms);
    (void)second->poll(1, 20ms);
    return consumer->assignment().size() == 1 && second->assignment().size() == 1;
  }));
  const std::vector<Position> positions{{{in, 0}, 5}};
  for (const int records : {1, 0}) {
    ASSERT_TRUE(producer->begin());
    produce(records);
    const Commit result = producer->commit(positions, *old);
    EXPECT_EQ(result.outcome, Outcome::kAborted) << result.detail;
    EXPECT_NE(result.detail.find("send_offsets_to_transaction"), std::string::npos)
        << result.detail;
  }
  EXPECT_EQ(visible(out), 0u);
  EXPECT_EQ(committed(), -1);
  ASSERT_TRUE(producer->begin());
  EXPECT_EQ(commit(5).outcome, Outcome::kCommitted);
  EXPECT_EQ(committed(), 5);
}

// A commit inside the revocation is still of the old generation, and valid.
TEST_F(TransactionTest, CommitsInsideTheRevocation) {
  listener.while_ours = [&](const std::vector<TopicPartition>&) {
    ASSERT_TRUE(producer->begin());
    produce(1);
    const Commit result = commit(4);
    EXPECT_EQ(result.outcome, Outcome::kCommitted) << result.detail;
  };
  consumer->close(kGenerous);
  listener.while_ours = nullptr;
  consumer = join();
  EXPECT_EQ(committed(), 4);
}

TEST_F(TransactionTest, AnOpenTransactionHoldsBackOnlyTheCommittedEnd) {
  auto watermarks = taken(Watermarks::create(client));
  const std::vector<TopicPartition> asked{{out, 0}};
  ASSERT_TRUE(producer->begin());
  produce(5);
  ASSERT_TRUE(
      eventually([&] { return taken(watermarks->ends(asked, false, kGenerous)).front() == 5; }));
  EXPECT_EQ(taken(watermarks->ends(asked, true, kGenerous)).front(), 0);
  EXPECT_EQ(commit(5).outcome, Outcome::kCommitted);
  // The commit marker is an offset too.
  EXPECT_TRUE(
      eventually([&] { return taken(watermarks->ends(asked, true, kGenerous)).front() == 6; }));
  EXPECT_EQ(taken(watermarks->ends(asked, false, kGenerous)).front(), 6);
}

TEST_F(TransactionTest, RefusesATransactionTimeoutThatTheBrokerDoesNotAllow) {
  const auto refused = Producer::create(
      client, {.transactional_id = fresh("long"), .transaction_timeout = 24h}, 10000ms);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kConfig) << refused.error().detail;
}

}  // namespace
}  // namespace vaste::kafka
