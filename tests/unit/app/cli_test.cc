#include "app/cli.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "app/exit_code.h"

namespace vaste::app {
namespace {

using testing::HasSubstr;

// Records what would have been called; every command answers 7.
struct Cli : testing::Test {
  std::string called;
  RunOptions ran;
  DemoOptions demoed;
  TopOptions topped;
  CheckOptions checked;
  SchemaOptions schema;
  ShowConfigOptions shown;
  StoriesOptions tested;
  TopicsOptions topics;
  ProduceOptions produced;
  TapOptions tapped;
  MetricsOptions listed;
  SnapshotOptions snapshot;
  std::ostringstream out, err;

  template <class Options>
  std::function<int(const Options&)> remember(const char* name, Options& to) {
    return [this, name, &to](const Options& options) {
      called = name;
      to = options;
      return 7;
    };
  }

  int say(std::vector<std::string> words) {
    const Commands commands{.run = remember("run", ran),
                            .demo = remember("demo", demoed),
                            .top = remember("top", topped),
                            .check = remember("check", checked),
                            .schema = remember("schema", schema),
                            .show_config = remember("show", shown),
                            .test = remember("test", tested),
                            .create_topics = remember("create", topics),
                            .verify_topics = remember("verify", topics),
                            .produce = remember("produce", produced),
                            .tap = remember("tap", tapped),
                            .create_snapshot = remember("take", snapshot),
                            .list_snapshots = remember("snapshots", snapshot),
                            .restore_snapshot = remember("restore", snapshot),
                            .metrics = remember("metrics", listed)};
    return dispatch(std::move(words), commands, "1.2.3", out, err);
  }
};

TEST_F(Cli, LeadsToTheCommands) {
  EXPECT_EQ(say({"run", "-c", "v.yaml"}), 7);
  EXPECT_EQ(called, "run");
  EXPECT_EQ(ran.config_file, "v.yaml");
  EXPECT_EQ(ran.roles, "");
  say({"run", "-c", "v.yaml", "--roles", "engine,notifier"});
  EXPECT_EQ(ran.roles, "engine,notifier");
  say({"demo", "--seconds", "5", "--speed=30", "--seed", "9", "--port", "0", "--plain"});
  EXPECT_EQ(called, "demo");
  EXPECT_EQ(demoed.seconds, 5);
  EXPECT_EQ(demoed.speed, 30);
  EXPECT_EQ(demoed.seed, 9u);
  EXPECT_EQ(demoed.port, 0);
  EXPECT_TRUE(demoed.plain);
  say({"top", "-b", "k:9092", "--seconds", "7", "--plain"});
  EXPECT_EQ(called, "top");
  EXPECT_EQ(topped.connection.bootstrap, "k:9092");
  EXPECT_EQ(topped.seconds, 7);
  EXPECT_TRUE(topped.plain);
  say({"check", "a.yaml", "b.yaml"});
  EXPECT_EQ(checked.files, (std::vector<std::string>{"a.yaml", "b.yaml"}));
  EXPECT_FALSE(checked.warnings_as_errors);
  say({"config", "schema"});
  EXPECT_EQ(called, "schema");
  EXPECT_FALSE(schema.of_config);
  say({"config", "schema", "--of", "config"});
  EXPECT_TRUE(schema.of_config);
  say({"config", "show", "-c", "v.yaml", "--origin", "--format=json"});
  EXPECT_EQ(called, "show");
  EXPECT_EQ(shown.config_file, "v.yaml");
  EXPECT_TRUE(shown.origin);
  EXPECT_TRUE(shown.json);
  say({"test", "a.story", "policies", "--filter", "night", "--shuffles", "3", "--format=json"});
  EXPECT_EQ(called, "test");
  EXPECT_EQ(tested.paths, (std::vector<std::string>{"a.story", "policies"}));
  EXPECT_EQ(tested.filter, "night");
  EXPECT_EQ(tested.shuffles, 3);
  EXPECT_TRUE(tested.json);
  say({"topics", "create", "-c", "v.yaml", "--sources", "4"});
  EXPECT_EQ(called, "create");
  EXPECT_EQ(topics.source_partitions, 4);
  say({"metrics", "--format", "json"});
  EXPECT_EQ(called, "metrics");
  EXPECT_TRUE(listed.json);
  say({"topics", "verify", "-c", "v.yaml"});
  EXPECT_EQ(called, "verify");
  EXPECT_EQ(err.str(), "");
}

TEST_F(Cli, ReadsSnapshots) {
  EXPECT_EQ(say({"snapshot", "create", "-c", "v.yaml", "--wait", "7"}), 7);
  EXPECT_EQ(called, "take");
  EXPECT_EQ(snapshot.config_file, "v.yaml");
  EXPECT_EQ(snapshot.wait_seconds, 7);
  say({"snapshot", "list", "-c", "v.yaml", "--verify", "--format", "json"});
  EXPECT_EQ(called, "snapshots");
  EXPECT_TRUE(snapshot.verify);
  EXPECT_TRUE(snapshot.json);
  say({"snapshot", "restore", "-c", "v.yaml", "--id", "20261128T214500.123Z", "--force"});
  EXPECT_EQ(called, "restore");
  EXPECT_EQ(snapshot.id, "20261128T214500.123Z");
  EXPECT_TRUE(snapshot.force);
  EXPECT_EQ(say({"snapshot", "restore"}), kExitUsage) << "it has to be said whose";
}

TEST_F(Cli, ReadsProduce) {
  EXPECT_EQ(say({"produce", "--bootstrap", "b:1", "--topic", "t", "f.json", "--format", "json",
                 "--key", "thread", "--timestamp", "now", "--rate", "10/s"}),
            7);
  EXPECT_EQ(produced.connection.bootstrap, "b:1");
  EXPECT_EQ(produced.topic, "t");
  EXPECT_EQ(produced.file, "f.json");
  EXPECT_EQ(produced.wire, Wire::kJson);
  EXPECT_EQ(produced.key, KeyBy::kThread);
  EXPECT_EQ(produced.stamp, Stamp::kNow);
  EXPECT_EQ(produced.rate, 10);
  say({"produce", "-c", "v.yaml", "--topic", "t", "-"});
  EXPECT_EQ(produced.connection.config_file, "v.yaml");
  EXPECT_EQ(produced.file, "-");
  EXPECT_EQ(produced.wire, Wire::kProtobuf);
  EXPECT_EQ(produced.stamp, Stamp::kEvent);
}

TEST_F(Cli, TapBeginsAtTheEndUnlessItIsToStopThere) {
  EXPECT_EQ(say({"tap", "alerts", "-b", "b:1"}), 7);
  EXPECT_EQ(tapped.from_beginning, std::nullopt);
  say({"tap", "alerts", "-b", "b:1", "--until-end", "--format", "json", "--max", "3"});
  EXPECT_TRUE(tapped.until_end);
  EXPECT_TRUE(tapped.json);
  EXPECT_EQ(tapped.max, 3u);
  say({"tap", "alerts", "-b", "b:1", "--until-end", "--from", "end"});
  EXPECT_EQ(tapped.from_beginning, false);
}

TEST_F(Cli, ReadsFilters) {
  EXPECT_EQ(say({"tap",
                 "-b",
                 "b:1",
                 "--queue",
                 "mail,chat",
                 "--queue",
                 "phone",
                 "--level",
                 "breached",
                 "--since",
                 "-10m",
                 "--until=now",
                 "--conversation",
                 "deadbeef",
                 "--customer",
                 "badcafe",
                 "--channel",
                 "chat",
                 "--brand",
                 "a b",
                 "--type",
                 "raised",
                 "--sla",
                 "first",
                 "--count",
                 "alerts"}),
            7)
      << err.str();
  EXPECT_EQ(tapped.topic, "alerts");
  EXPECT_EQ(tapped.filter.queues, (std::vector<std::string>{"mail", "chat", "phone"}));
  EXPECT_EQ(tapped.filter.brands, (std::vector<std::string>{"a b"}));
  EXPECT_EQ(tapped.filter.since, "-10m");
  EXPECT_EQ(tapped.filter.until, "now");
  EXPECT_TRUE(tapped.count);
}

// What prints what it knows does so for programs as well, in one spelling.
TEST_F(Cli, EveryReadingCommandHasFormatJson) {
  const std::set<std::string> no_data = {"run", "demo", "top", "produce", "completion", "man"};
  say({"man"});
  std::istringstream page(out.str());
  int seen = 0;
  std::string command;
  bool has_json = true;
  bool is_group = false;
  const auto judge = [&] {
    if (command.empty() || is_group || no_data.contains(command)) return;
    ++seen;
    EXPECT_TRUE(has_json) << command << " has no --format json";
  };
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with(".SS \"vaste ")) {
      judge();
      command = line.substr(11, line.size() - 12);
      has_json = is_group = false;
    }
    if (line.starts_with("Commands: ")) is_group = true;
    if (line.starts_with("\\fB\\-\\-format\\fR") && line.find("json") != line.npos) has_json = true;
    if (line.starts_with(".SH EXAMPLES")) judge();
  }
  EXPECT_GE(seen, 20);
}

TEST_F(Cli, HelpAndVersionAreDataAndNoMistake) {
  EXPECT_EQ(say({"version"}), 0);
  EXPECT_EQ(out.str(), "vaste 1.2.3\n");
  say({"version", "--format=json"});
  EXPECT_THAT(out.str(), HasSubstr("{\"name\":\"vaste\",\"version\":\"1.2.3\"}\n"));
  EXPECT_EQ(say({"--help"}), 0);
  for (const ExitCode& one : kExitCodes)
    EXPECT_THAT(out.str(), HasSubstr(std::string(one.meaning)));
  EXPECT_THAT(out.str(), HasSubstr("produce"));
  EXPECT_EQ(say({"help", "topics", "create"}), 0);
  EXPECT_THAT(out.str(), HasSubstr("--sources"));
  EXPECT_EQ(say({"tap", "--help"}), 0);
  EXPECT_THAT(out.str(), HasSubstr("--until-end"));
  EXPECT_EQ(called, "");
  EXPECT_EQ(err.str(), "");
}

struct Row {
  const char* name;
  std::vector<std::string> words;
  const char* says;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

struct Mistake : Cli, testing::WithParamInterface<Row> {};

TEST_P(Mistake, IsExplained) {
  EXPECT_EQ(say(GetParam().words), kExitUsage);
  EXPECT_THAT(err.str(), HasSubstr(GetParam().says));
  EXPECT_THAT(err.str(), HasSubstr("--help"));
  EXPECT_EQ(out.str(), "");
  EXPECT_EQ(called, "");
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Words, Mistake, testing::ValuesIn(std::vector<Row>{
    {"Nothing",      {},                                             "a command is missing: run"},
    {"Command",      {"prduce"},                                     "Did you mean `produce`?"},
    {"FarOff",       {"frobnicate"},                                 "there is no command `frobnicate`."},
    {"SubCommand",   {"topics", "verfy"},                            "Did you mean `verify`?"},
    {"NoSubCommand", {"topics"},                                     "create, verify"},
    {"Option",       {"tap", "alerts", "--boostrap", "b:1"},         "Did you mean `--bootstrap`?"},
    {"NoKafka",      {"tap", "alerts"},                              ""},
    {"TwoKafkas",    {"tap", "alerts", "-b", "b:1", "-c", "v.yaml"}, ""},
    {"NoTopic",      {"produce", "-b", "b:1"},                       "--topic"},
    {"Word",         {"tap", "a", "-b", "b", "--format", "jsn"},     "Did you mean `json`?"},
    {"Rate",         {"produce", "-b", "b", "--topic", "t", "--rate", "fast"}, "100/s"},
    {"Port",         {"demo", "--port", "70000"},                    "--port"},
    {"HelpOfNone",   {"help", "tpoics"},                             "Did you mean `topics`?"},
    {"OptionAbove",  {"topics", "--sources", "4"},                   "there is no option `--sources` here"},
    {"Shell",        {"completion", "bsah"},                         "Did you mean `bash`?"},
    {"SchemaOf",     {"config", "schema", "--of", "polcy"},          "Did you mean `policy`?"},
    {"NoStories",    {"test"},                                       "PATH"},
    {"Shuffles",     {"test", "a", "--shuffles", "-1"},              "--shuffles"},
    {"NoConfig",     {"run"},                                        "--config"},
}), testing::PrintToStringParamName());
// clang-format on

}  // namespace
}  // namespace vaste::app
