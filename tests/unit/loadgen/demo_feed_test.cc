#include "app/demo_feed.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/load.h"

namespace vaste::app {
namespace {

using namespace std::chrono_literals;

const Instant kMonday = instant(1793570400000);
const Instant kNow = instant(1795000000000);

class FakeProducer : public kafka::PlainProducer {
 public:
  kafka::TopicHandle topic(const std::string& name) override {
    topics_.push_back(std::make_unique<std::string>(name));
    return {topics_.back().get()};
  }
  Status produce(const kafka::Producer::Out& out) override {
    if (refuse) return failure(Code::kUnavailable, "full");
    ++by_topic[*static_cast<std::string*>(out.topic.raw)];
    EXPECT_FALSE(out.key.empty());
    v1::Event event;
    EXPECT_TRUE(event.ParseFromString(std::string(out.value)));
    const auto at_ms = event.time().seconds() * 1000 + event.time().nanos() / 1'000'000;
    EXPECT_EQ(at_ms, out.timestamp_ms);
    EXPECT_GE(instant(at_ms), latest);
    latest = instant(at_ms);
    ids.push_back(event.id());
    return {};
  }
  Status flush(Millis) override { return {}; }
  std::uint64_t failed() const override { return 0; }

  bool refuse = false;
  Instant latest = kNever;
  std::map<std::string, int> by_topic;
  std::vector<std::string> ids;

 private:
  std::vector<std::unique_ptr<std::string>> topics_;
};

TEST(DemoFeed, ProducesWhatIsDueAtItsWallTime) {
  FakeProducer producer;
  DemoFeed feed(producer, loadgen::Generator(1, kMonday, 1.0, 9h), 60, kNow);
  EXPECT_EQ(feed.step(kNow), 0U);
  std::size_t sum = 0;
  for (Instant now = kNow; now <= kNow + 2min; now += 100ms) {
    sum += feed.step(now);
    ASSERT_LE(producer.latest, now);
  }
  EXPECT_GT(producer.latest, kNow + 2min - 2s);
  EXPECT_EQ(feed.produced(), sum);
  EXPECT_EQ(producer.ids.size(), sum);
  EXPECT_GT(sum, 1000U);  // two hours of the desk
  for (const char* topic : {"support.chat", "support.email", "support.phone", "support.social"})
    EXPECT_GT(producer.by_topic[topic], 10) << topic;
  EXPECT_EQ(producer.by_topic.size(), 4U);
}

TEST(DemoFeed, KeepsWhatIsRefusedAndItsOrder) {
  FakeProducer producer;
  FakeProducer untroubled;
  DemoFeed feed(producer, loadgen::Generator(1, kMonday, 1.0, 9h), 60, kNow);
  DemoFeed other(untroubled, loadgen::Generator(1, kMonday, 1.0, 9h), 60, kNow);
  producer.refuse = true;
  EXPECT_EQ(feed.step(kNow + 20s), 0U);
  ASSERT_TRUE(feed.last_error());
  EXPECT_EQ(feed.last_error()->code, Code::kUnavailable);
  producer.refuse = false;
  EXPECT_EQ(feed.step(kNow + 20s), other.step(kNow + 20s));
  EXPECT_FALSE(feed.last_error());
  EXPECT_EQ(producer.ids, untroubled.ids);
}

TEST(DemoFeed, AStepIsBounded) {
  FakeProducer producer;
  DemoFeed feed(producer, loadgen::Generator(1, kMonday, 1.0, 9h), 60, kNow);
  EXPECT_EQ(feed.step(kNow + 10min), DemoFeed::kMostPerStep);
}

TEST(DemoPolicy, IsTheDeskWithShorterTargets) {
  for (const double speed : {1.0, 60.0, 600.0}) {
    std::vector<config::Finding> findings;
    config::Report report("demo", findings);
    const Policy policy = config::read_policy(demo_policy(speed), report);
    EXPECT_EQ(report.finish(), "") << demo_policy(speed);
    EXPECT_TRUE(findings.empty()) << findings.front().text;
    EXPECT_EQ(policy.queues.size(), 7U);
    EXPECT_EQ(policy.rules.size(), 10U);
    for (const Rule& rule : policy.rules)
      for (const Target& target : rule.targets) EXPECT_EQ(target.calendar, 0) << rule.name;
  }
  std::vector<config::Finding> findings;
  config::Report report("demo", findings);
  const Policy policy = config::read_policy(demo_policy(60), report);
  EXPECT_EQ(policy.rules.at(4).name, "phone tech");
  EXPECT_EQ(policy.rules.at(4).targets.at(0).target, Millis(1000));
  EXPECT_EQ(policy.rules.at(4).targets.at(0).at_risk.at(0).share, 0.75);
  EXPECT_EQ(policy.stitch.reopen, Millis(48min));
}

}  // namespace
}  // namespace vaste::app
