#include "app/cli.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  CheckOptions checked;
  SchemaOptions schema;
  ShowConfigOptions shown;
  StoriesOptions tested;
  TopicsOptions topics;
  ProduceOptions produced;
  TapOptions tapped;
  MetricsOptions listed;
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
                            .check = remember("check", checked),
                            .schema = remember("schema", schema),
                            .show_config = remember("show", shown),
                            .test = remember("test", tested),
                            .create_topics = remember("create", topics),
                            .verify_topics = remember("verify", topics),
                            .produce = remember("produce", produced),
                            .tap = remember("tap", tapped),
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
  EXPECT_FALSE(tapped.from_beginning);
  say({"tap", "alerts", "-b", "b:1", "--until-end", "--format", "json", "--max", "3"});
  EXPECT_TRUE(tapped.from_beginning);
  EXPECT_TRUE(tapped.json);
  EXPECT_EQ(tapped.max, 3u);
  say({"tap", "alerts", "-b", "b:1", "--until-end", "--from", "end"});
  EXPECT_FALSE(tapped.from_beginning);
}

TEST_F(Cli, HelpAndVersionAreDataAndNoMistake) {
  EXPECT_EQ(say({"version"}), 0);
  EXPECT_EQ(out.str(), "vaste 1.2.3\n");
  EXPECT_EQ(say({"--help"}), 0);
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
    {"SchemaOf",     {"config", "schema", "--of", "polcy"},          "Did you mean `policy`?"},
    {"NoStories",    {"test"},                                       "PATH"},
    {"Shuffles",     {"test", "a", "--shuffles", "-1"},              "--shuffles"},
    {"NoConfig",     {"run"},                                        "--config"},
}), testing::PrintToStringParamName());
// clang-format on

}  // namespace
}  // namespace vaste::app
