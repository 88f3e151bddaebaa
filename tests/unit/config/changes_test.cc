// What a configuration that was read again would change, and when.
#include "config/changes.h"

#include "unit/config/reading.h"

namespace vaste::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// With the least that a configuration needs in front.
Config read(const std::string& yaml) {
  return good_config(kLeast + yaml);
}

const std::string kHook = "notify: {alertmanager: {url: \"http://127.0.0.1:9093\"}}\n";

TEST(Changes, NoneOfTheSame) {
  const Changes found = changes(read(kHook), read(kHook));
  EXPECT_FALSE(found.log);
  EXPECT_FALSE(found.notify);
  EXPECT_THAT(found.waiting, IsEmpty());
}

TEST(Changes, OfTheLogAndOfWhoIsToldAreTaken) {
  EXPECT_TRUE(changes(read(""), read("log: {level: debug}\n")).log);
  const std::string moved = "notify: {alertmanager: {url: \"http://127.0.0.1:9094\"}}\n";
  const Changes found = changes(read(kHook), read(moved));
  EXPECT_TRUE(found.notify);
  EXPECT_THAT(found.waiting, IsEmpty());
}

TEST(Changes, OfASecretAreTakenThoughNobodySeesThem) {
  Config from = read(kHook);
  Config to = from;
  from.notify.webhooks = {{.name = "desk", .url = {}, .secret = "one"}};
  to.notify.webhooks = {{.name = "desk", .url = {}, .secret = "another"}};
  EXPECT_TRUE(changes(from, to).notify);
}

TEST(Changes, ThatOnlyAStartTakesAreNamed) {
  const auto waiting = [](const std::string& from, const std::string& to) {
    return changes(read(from), read(to)).waiting;
  };
  EXPECT_THAT(waiting("", "engine: {workers: 7}\nkafka: {session_timeout: 7s}\n"),
              ElementsAre("kafka.session_timeout", "engine.workers"));
  EXPECT_THAT(waiting("", "kafka: {properties: {linger.ms: 7}}\n"),
              ElementsAre("kafka.properties or kafka.secrets"));
  EXPECT_THAT(waiting("", kHook), ElementsAre("notify: which sinks there are"));
  Config from = read("");
  Config to = from;
  to.sources[0].lateness = std::chrono::seconds(1);
  EXPECT_THAT(changes(from, to).waiting, ElementsAre("sources"));
}

}  // namespace
}  // namespace vaste::config
