// The program and a real broker: tools/kafka start, then VASTE_TEST_BOOTSTRAP=127.0.0.1:PORT.
#pragma once

#include <cstdlib>

#include "integration/cli/program.h"

namespace vaste {

struct CliKafka : ProgramTest {
  std::string bootstrap;
  std::string config = directory + "/vaste.yaml";
  std::string unique;  // so that a broker may serve many runs

  void SetUp() override {
    const char* given = std::getenv("VASTE_TEST_BOOTSTRAP");
    if (given == nullptr) {
      GTEST_SKIP() << "\n*** NOT TESTED: no Kafka. Run `tools/kafka start` and set "
                      "VASTE_TEST_BOOTSTRAP to the address it prints. ***\n";
    }
    bootstrap = given;
    static int count = 0;
    unique = "cli-" + std::to_string(getpid()) + "-" + std::to_string(++count);
    write_config(unique + ".alerts");
  }

  void write_config(const std::string& alerts, const std::string& policy = VASTE_SOURCE_DIR
                                               "/deploy/policies/web-shop.yaml") const {
    std::string text = "policy: " + policy + "\nstate_directory: " + directory + "/state\n";
    text += "application: " + unique + "\nhttp: {port: 0}\n";
    text += "snapshots: {directory: " + directory + "/snapshots}\n";
    text += "kafka: {bootstrap_servers: \"" + bootstrap + "\"}\n";
    text += "sources: [{topic: " + unique + ".chat}]\ntopics:\n";
    for (const char* name : {"core", "changelog", "progress", "enriched", "conversations",
                             "identity", "commands", "policies"}) {
      text += std::string("  ") + name + ": " + unique + "." + name + "\n";
    }
    text += "  alerts: " + alerts + "\n  dead_letters: " + unique + ".dead\n  core_partitions: 3\n";
    write_file(config, text);
  }

  static std::string line(int number) {
    const std::string id = std::to_string(number);
    return R"({"id":")" + id + R"(","source":"s","time":"2026-03-02T09:15:00Z",)" +
           R"("channel":"CHANNEL_CHAT","person":[{"type":"IDENTIFIER_TYPE_EMAIL","value":"p)" + id +
           R"(@example.org"}],"message":{"author":"AUTHOR_KIND_CUSTOMER","text":"x"}})" + "\n";
  }
};

}  // namespace vaste
