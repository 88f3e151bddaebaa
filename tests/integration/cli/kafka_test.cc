// The tools against a real Kafka: tools/kafka start, then VASTE_TEST_BOOTSTRAP=127.0.0.1:PORT.
#include "integration/cli/kafka.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace vaste {
namespace {

using testing::HasSubstr;

TEST_F(CliKafka, TopicsAreMadeAndVerified) {
  const Ended before = vaste({"topics", "verify", "-c", config});
  EXPECT_EQ(before.code, 78) << before.err;
  EXPECT_THAT(before.out, HasSubstr(unique + ".core does not exist: run `vaste topics create -c"));
  const Ended made = vaste({"topics", "create", "-c", config});
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr(unique + ".core: made, 3 partitions, replication"));
  EXPECT_THAT(made.err, HasSubstr("note: source topic"));
  EXPECT_EQ(vaste({"topics", "verify", "-c", config}).code, 78);
  const Ended sources = vaste({"topics", "create", "-c", config, "--sources", "2"});
  EXPECT_EQ(sources.code, 0) << sources.err;
  EXPECT_THAT(sources.out, HasSubstr(unique + ".core: was there"));
  EXPECT_THAT(sources.out, HasSubstr(unique + ".chat: made, 2 partitions"));
  const Ended after = vaste({"topics", "verify", "-c", config});
  EXPECT_EQ(after.code, 0) << after.out << after.err;
}

TEST_F(CliKafka, ATopicWithoutCompactionIsWrong) {
  // Made as the dead letters, which are not compacted, then taken for the alerts.
  std::string text = contents(config);
  text.replace(text.find(unique + ".dead"), unique.size() + 5, unique + ".wrong");
  write_file(config, text);
  ASSERT_EQ(vaste({"topics", "create", "-c", config, "--sources", "1"}).code, 0);
  write_config(unique + ".wrong");
  const Ended ended = vaste({"topics", "verify", "-c", config});
  EXPECT_EQ(ended.code, 78);
  EXPECT_THAT(ended.out, HasSubstr(unique + ".wrong has cleanup.policy=delete"));
  EXPECT_THAT(ended.out, HasSubstr("kafka-configs.sh"));
  EXPECT_THAT(ended.out, HasSubstr("cleanup.policy=[compact,delete]"));
}

TEST_F(CliKafka, WhatIsProducedCanBeTapped) {
  ASSERT_EQ(vaste({"topics", "create", "-c", config, "--sources", "2"}).code, 0);
  const std::string topic = unique + ".chat";
  const std::string file = directory + "/events.json";
  write_file(file, line(1) + "not an event\n" + line(2) + "\n" + line(3));
  const Ended produced = vaste({"produce", "-c", config, "--topic", topic, file});
  EXPECT_EQ(produced.code, 65) << produced.err;
  EXPECT_EQ(produced.out, "");
  EXPECT_THAT(produced.err, HasSubstr(file + ":2: error: "));
  EXPECT_THAT(produced.err, HasSubstr("produced 3 records in "));
  EXPECT_THAT(produced.err, HasSubstr(", 1 bad lines"));
  const Ended more =
      vaste({"produce", "-b", bootstrap, "--topic", topic, "--format", "json", "-"}, line(4));
  EXPECT_EQ(more.code, 0) << more.err;

  const Ended json = vaste({"tap", topic, "-c", config, "--until-end", "--format", "json"});
  EXPECT_EQ(json.code, 0) << json.err;
  EXPECT_EQ(std::count(json.out.begin(), json.out.end(), '\n'), 4) << json.out;
  for (const char* id : {"1", "2", "3", "4"}) {
    EXPECT_THAT(json.out, HasSubstr(std::string("\"key\":\"email:p") + id + "@example.org\""));
    EXPECT_THAT(json.out, HasSubstr(std::string("{\"id\":\"") + id + "\""));
  }
  const Ended text = vaste({"tap", topic, "-b", bootstrap, "--from", "beginning", "--max", "2"});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_EQ(std::count(text.out.begin(), text.out.end(), '\n'), 2) << text.out;
  EXPECT_THAT(text.out, HasSubstr("2026-03-02T09:15:00Z chat message by customer email:p"));
  EXPECT_EQ(vaste({"tap", "alerts", "-c", config, "--until-end"}).out, "");  // Empty, and it ends.
}

TEST_F(CliKafka, CtrlCEndsATapWell) {
  ASSERT_EQ(vaste({"topics", "create", "-c", config, "--sources", "1"}).code, 0);
  const std::string topic = unique + ".chat";
  const std::string file = directory + "/more";
  std::filesystem::create_directory(file);
  ASSERT_EQ(vaste({"produce", "-c", config, "--topic", topic}, line(1)).code, 0);
  Program tap({"tap", topic, "-c", config, "--from", "beginning"}, file);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (tap.out_so_far().empty() && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  tap.interrupt();
  const Ended ended = tap.wait();
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("email:p1@example.org"));
}

TEST_F(CliKafka, ATopicThatIsNotThereIsNotMade) {
  for (int i = 0; i < 2; ++i) {
    const Ended ended = vaste({"produce", "-b", bootstrap, "--topic", unique + ".no"}, line(1));
    EXPECT_EQ(ended.code, 66) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("does not exist"));
  }
  EXPECT_EQ(vaste({"tap", unique + ".no", "-b", bootstrap}).code, 66);
}

TEST_F(CliKafka, RawLinesAreSentAsTheyAre) {
  ASSERT_EQ(vaste({"topics", "create", "-c", config, "--sources", "1"}).code, 0);
  const std::string topic = unique + ".chat";
  ASSERT_EQ(vaste({"produce", "-c", config, "--topic", topic, "--raw"}, "rubbish\n").code, 0);
  const Ended ended = vaste({"tap", topic, "-c", config, "--until-end"});
  EXPECT_THAT(ended.out, HasSubstr("7 bytes that cannot be read"));
}

}  // namespace
}  // namespace vaste
