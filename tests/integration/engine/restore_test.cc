// A partition's state back from its changelog: all of it, nothing that was deleted, and not where
// the topic is another one than the state knows.
#include "engine/core_task.h"
#include "integration/kafka/clients.h"
#include "store/keys.h"
#include "store/memory_store.h"

namespace vaste::engine {
namespace {

using namespace std::chrono_literals;
using kafka::taken;

class RestoreTest : public testing::Test {
 protected:
  RestoreTest() { EXPECT_TRUE(cluster_->create_topic("changelog", 2)); }

  static std::string key(int number) {
    return store::identifier_key("email:" + std::to_string(number));
  }

  // A record of the changelog; nullptr: a tombstone.
  void write(int number, const char* value) {
    kafka::Producer::Out out{.topic = topic_, .partition = 1};
    const std::string name = key(number);
    out.key = name;
    out.null_value = value == nullptr;
    if (value != nullptr) out.value = value;
    ASSERT_TRUE(producer_->produce(out));
    ASSERT_TRUE(producer_->flush(kafka::kGenerous));
  }

  std::unique_ptr<Restore> begin(std::int64_t from) {
    return taken(Restore::begin(client_, "changelog", 1, from));
  }

  void finish(Restore& restore) {
    ASSERT_TRUE(kafka::eventually([&] { return taken(restore.step(*store_, figures_, 100ms)); }));
  }

  std::string value(int number) { return taken(store_->get(key(number))).value_or("none"); }

  std::unique_ptr<kafka::MockCluster> cluster_ = taken(kafka::MockCluster::create(1));
  kafka::ClientConfig client_ = kafka::client_of(cluster_->bootstrap_servers());
  std::unique_ptr<kafka::PlainProducer> producer_ = taken(kafka::PlainProducer::create(client_));
  kafka::TopicHandle topic_ = producer_->topic("changelog");
  std::unique_ptr<store::Store> store_ = store::make_memory_store();
  Policy policy_;
  Figures figures_{policy_, *store_};
};

TEST_F(RestoreTest, EndsBehindTheLastRecordAndGoesOnFromThere) {
  write(1, "first");
  write(2, "gone");
  write(2, nullptr);
  write(1, "last");
  auto restore = begin(0);
  EXPECT_EQ(restore->remaining(), 4);
  finish(*restore);
  EXPECT_EQ(value(1), "last");
  EXPECT_EQ(value(2), "none");
  EXPECT_EQ(taken(store_->positions()).changelog, 4);
  EXPECT_EQ(restore->restored(), 4u);

  write(3, "later");
  auto tail = begin(taken(store_->positions()).changelog);
  EXPECT_EQ(tail->remaining(), 1);
  finish(*tail);
  EXPECT_EQ(value(3), "later");
  EXPECT_EQ(tail->restored(), 1u);
}

TEST_F(RestoreTest, OneAtATimeItIsNotDoneBeforeTheLast) {
  for (int number = 0; number < 20; ++number) write(number, "there");
  auto restore = begin(19);
  finish(*restore);
  EXPECT_EQ(value(19), "there");
  EXPECT_EQ(value(18), "none") << "what lies before is in the database already";
  EXPECT_EQ(taken(store_->positions()).changelog, 20);
}

TEST_F(RestoreTest, ASliceThatEndsBeforeTheLastIsNotTheEnd) {
  for (int number = 0; number < 5; ++number) write(number, "there");
  auto restore = begin(0);
  ASSERT_TRUE(kafka::eventually([&] { return taken(restore->step(*store_, figures_, 100ms, 1)); }));
  for (int number = 0; number < 5; ++number) EXPECT_EQ(value(number), "there") << number;
  EXPECT_EQ(taken(store_->positions()).changelog, 5);
}

TEST_F(RestoreTest, NothingToReadIsDoneAtOnce) {
  write(1, "there");
  auto restore = begin(1);
  EXPECT_EQ(restore->remaining(), 0);
  EXPECT_TRUE(taken(restore->step(*store_, figures_, 0ms)));
  EXPECT_EQ(value(1), "none");
}

TEST_F(RestoreTest, StateBehindTheEndOfItsChangelogIsRefused) {
  write(1, "there");
  const auto restore = Restore::begin(client_, "changelog", 1, 2);
  ASSERT_FALSE(restore);
  EXPECT_EQ(restore.error().code, Code::kCorrupt);
}

TEST_F(RestoreTest, StateThatLayUnusedForTooLongMayKeepWhatWasErased) {
  const store::Positions positions{7, 9, instant(100'000)};
  const auto lacks = [&](std::int64_t remaining, std::int64_t ms) {
    return may_lack_erasures(positions, remaining, instant(ms), 1h);
  };
  EXPECT_FALSE(lacks(2, 3'699'999));
  EXPECT_TRUE(lacks(2, 3'700'000));
  EXPECT_FALSE(lacks(1, 3'700'000)) << "nobody wrote anything: the end of our own transaction";
  EXPECT_FALSE(lacks(0, 3'700'000));
  EXPECT_FALSE(may_lack_erasures({7, 9}, 2, instant(3'700'000), 1h)) << "of an older program";
}

}  // namespace
}  // namespace vaste::engine
