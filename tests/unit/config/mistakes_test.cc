// Every kind of mistake in a configuration: where it is said to be, and what is said.
#include "unit/config/reading.h"

namespace vaste::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class ConfigMistakes : public testing::TestWithParam<Mistake> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(Yaml, ConfigMistakes, testing::ValuesIn(std::vector<Mistake>{
    {"Empty",         "",                                    "f:1:1: error: ", "the file is empty"},
    {"CommentsOnly",  "# nothing\n",                         "f:1:1: error: ", "the file is empty"},
    {"Syntax",        "policy: p\nkafka: [1\n",              "f:3:1: error: ", "not valid YAML: end of sequence"},
    {"ColonInText",   "policy: a: b\n",                      "f:1:10: error: ", "not valid YAML: illegal map value"},
    {"Tab",           "kafka:\n\t- 1\n",                     "f:2:2: error: ", "not valid YAML"},
    {"UnknownAnchor", "policy: *nope\n",                     "f:1:9: error: ", "not valid YAML"},
    {"NotUtf8",       "policy: p\nlog: \xff\n",              "f:2:6: error: ", "not UTF-8"},
    {"Nul",           std::string("policy: p\0\n", 11),      "f:1:10: error: ", "NUL byte"},
    {"TwoDocuments",  "policy: p\n---\nlog: {}\n",           "f:3:1: error: ", "a second YAML document"},
    {"List",          "- policy\n",                          "f:1:1: error: ", "expected keys and values, e.g. `application: vaste`, found a list"},
    {"KeyIsList",     kLeast + "? [a]\n: b\n",               "f:3:3: error: ", "a key must be plain text, found a list"},
}), testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Keys, ConfigMistakes, testing::ValuesIn(std::vector<Mistake>{
    {"Duplicate",     kLeast + "log: {}\nlog: {}\n",         "f:4:1: error: ", "`log` is given twice; the first is at line 3, column 1"},
    {"DuplicateDeep", kLeast + "log: {level: info, level: error}\n", "f:3:20: error: ", "`log.level` is given twice; the first is at line 3, column 7"},
    {"UnknownNear",   kLeast + "engine:\n  wokers: 2\n",     "f:4:3: error: ", "unknown key `wokers` under `engine`; did you mean `workers`?"},
    {"UnknownTop",    kLeast + "kafak: {}\n",                "f:3:1: error: ", "unknown key `kafak`; did you mean `kafka`?"},
    {"UnknownFar",    kLeast + "http: {zzz: 1}\n",           "f:3:8: error: ", "unknown key `zzz` under `http`; known here: listen, port, monitor_listen, monitor_port"},
    {"Merge",         kLeast + "<<: {}\n",                   "f:3:1: error: ", "unknown key `<<`"},
    {"SectionIsText", kLeast + "engine: fast\n",             "f:3:9: error: ", "engine: expected keys and values"},
    {"NoSources",     "policy: p\n",                         "f: error: ",     "`sources` is missing"},
    {"NoPolicy",      "sources: [{topic: mail}]\n",          "f: error: ",     "`policy` is missing"},
}), testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Values, ConfigMistakes, testing::ValuesIn(std::vector<Mistake>{
    {"BareDuration",  kLeast + "engine: {max_wait: 30}\n",   "f:3:20: error: ", "engine.max_wait: `30` has no unit: expected a duration in ms, s, m, h or d, e.g. `30s`"},
    {"WrongDuration", kLeast + "engine: {max_wait: soon}\n", "f:3:20: error: ", "engine.max_wait: `soon`, expected a duration"},
    {"BareSize",      kLeast + "engine: {cache_size: 64}\n", "f:3:22: error: ", "has no unit: expected a size in B, KiB, MiB or GiB, e.g. `64MiB`"},
    {"DecimalSize",   kLeast + "engine: {cache_size: 64MB}\n", "f:3:22: error: ", "`64MB`, expected a size"},
    {"NotANumber",    kLeast + "engine: {workers: two}\n",   "f:3:19: error: ", "engine.workers: `two`, expected a whole number from 1 to 64"},
    {"Fraction",      kLeast + "engine: {workers: 1.5}\n",   "f:3:19: error: ", "expected a whole number"},
    {"ListForNumber", kLeast + "engine: {workers: [1]}\n",   "f:3:19: error: ", "engine.workers: found a list, expected a whole number"},
    {"NoValue",       kLeast + "engine:\n  workers:\n",      "f:4:3: error: ", "engine.workers: found nothing, expected a whole number"},
    {"OutOfBounds",   kLeast + "http: {port: 70000}\n",      "f:3:14: error: ", "http.port: `70000` is out of bounds: expected 0 to 65535"},
    {"WrongWord",     kLeast + "log: {level: warn}\n",       "f:3:14: error: ", "log.level: `warn`, expected one of debug, info, warning, error"},
    {"NearWord",      kLeast + "kafka: {group_protocol: clasic}\n", "f:3:25: error: ", "did you mean `classic`?"},
    {"MapForText",    kLeast + "application: {}\n",          "f:3:14: error: ", "application: found a mapping, expected a text, e.g. `vaste`"},
    {"BadId",         kLeast + "application: a b\n",         "f:3:14: error: ", "expected 1 to 100 letters, digits"},
    {"BadTopic",      kLeast + "topics: {alerts: a/b}\n",    "f:3:18: error: ", "expected a Kafka topic"},
    {"BadServers",    kLeast + "kafka: {bootstrap_servers: 'a:9092, b'}\n", "f:3:28: error: ", "expected host:port"},
    {"BadPort",       kLeast + "kafka: {bootstrap_servers: 'a:99999'}\n", "f:3:28: error: ", "expected host:port"},
    {"OpenListener",  kLeast + "http: {listen: 0.0.0.0}\n",  "f:3:16: error: ", "a non-loopback listener needs authentication, which this version does not have"},
    {"OpenListener6", kLeast + "http: {listen: '::'}\n",     "f:3:16: error: ", "a non-loopback listener needs authentication"},
    {"MonitorText",   kLeast + "http: {monitor_listen: web}\n",      "f:3:24: error: ", "expected an address of this machine, 0.0.0.0 for all of them"},
    {"ListenText",    kLeast + "http: {listen: web}\n",      "f:3:16: error: ", "expected an address of this machine"},
    {"CommitTooLong", kLeast + "kafka: {commit_patience: 11s}\n", "f:3:26: error: ", "kafka.commit_patience (11s) must not be larger than kafka.transaction_timeout (10s)"},
}), testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Sources, ConfigMistakes, testing::ValuesIn(std::vector<Mistake>{
    {"NoneListed",    "policy: p\nsources: []\n",            "f:2:10: error: ", "sources: an empty list, expected a list of at least one"},
    {"NotAList",      "policy: p\nsources: mail\n",          "f:2:10: error: ", "sources: `mail`, expected a list"},
    {"NoTopic",       "policy: p\nsources: [{format: json}]\n", "f:2:11: error: ", "sources[0]: `topic` is missing"},
    {"BadTopic",      "policy: p\nsources: [{topic: a b}]\n", "f:2:19: error: ", "expected a Kafka topic"},
    {"BadFormat",     "policy: p\nsources: [{topic: a, format: xml}]\n", "f:2:30: error: ", "expected one of auto, protobuf, json"},
    {"BareLateness",  "policy: p\nsources: [{topic: a, lateness: 5}]\n", "f:2:32: error: ", "sources[0].lateness: `5` has no unit"},
    {"Region",        "policy: p\nsources: [{topic: a, default_region: fi}]\n", "f:2:38: error: ", "sources[0].default_region: `fi`: expected the two capital letters of a country"},
    {"RegionOfUk",    "policy: p\nsources: [{topic: a, default_region: UK}]\n", "f:2:38: error: ", "did you mean `GB`?"},
    {"RegionCode",    "policy: p\nsources: [{topic: a, default_region: 358}]\n", "f:2:38: error: ", "expected the two capital letters"},
    {"UnknownKey",    "policy: p\nsources: [{topic: a, topics: b}]\n", "f:2:22: error: ", "unknown key `topics` under `sources[0]`; did you mean `topic`?"},
    {"Twice",         "policy: p\nsources: [{topic: a}, {topic: a}]\n", "f:2:31: error: ", "the topic `a` is a source twice; the first is at line 2, column 19"},
    {"OutputIsInput", "policy: p\nsources: [{topic: vaste.alerts}]\n", "f:2:19: error: ", "the topic `vaste.alerts` is a source and `topics.alerts`"},
    {"TwoUses",       kLeast + "topics: {alerts: x, enriched: x}\n", "f:3:18: error: ", "each needs a topic of its own"},
}), testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Owned, ConfigMistakes, testing::ValuesIn(std::vector<Mistake>{
    {"AutoCommit",    kLeast + "kafka: {properties: {enable.auto.commit: true}}\n", "f:3:22: error: ", "`enable.auto.commit` belongs to vaste: offsets are committed in the transaction"},
    {"Isolation",     kLeast + "kafka: {properties: {isolation.level: x}}\n", "f:3:22: error: ", "`isolation.level` belongs to vaste"},
    {"Transactional", kLeast + "kafka: {properties: {transactional.id: x}}\n", "f:3:22: error: ", "`transactional.id` belongs to vaste"},
    {"GroupId",       kLeast + "kafka: {properties: {group.id: x}}\n", "f:3:22: error: ", "write `application`"},
    {"InstanceId",    kLeast + "kafka: {properties: {group.instance.id: x}}\n", "f:3:22: error: ", "write `instance`"},
    {"Idempotence",   kLeast + "kafka: {properties: {enable.idempotence: x}}\n", "f:3:22: error: ", "`enable.idempotence` belongs to vaste"},
    {"Servers",       kLeast + "kafka: {properties: {bootstrap.servers: x}}\n", "f:3:22: error: ", "write `kafka.bootstrap_servers`"},
    {"OwnedSecret",   kLeast + "kafka: {secrets: {group.id: {env: HOME}}}\n", "f:3:19: error: ", "`group.id` belongs to vaste"},
}), testing::PrintToStringParamName());
// clang-format on

TEST_P(ConfigMistakes, AreSaidOnceAndInTheirPlace) {
  EXPECT_THAT(config_findings(GetParam().yaml),
              ElementsAre(AllOf(StartsWith(GetParam().place), HasSubstr(GetParam().words))));
}

TEST_P(ConfigMistakes, RefuseTheFile) {
  std::vector<Finding> findings;
  const auto config = parse_config(GetParam().yaml, "f", findings);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, Code::kConfig);
  EXPECT_THAT(config.error().detail, HasSubstr(GetParam().words));
}

TEST(ConfigMistakes, AreAllCollectedInTheOrderOfTheFile) {
  EXPECT_THAT(config_findings("policy: p\nlog: {level: loud}\nengine: {workers: 0, oops: 1}\n"
                              "sources:\n  - {topic: a, format: xml}\n"),
              ElementsAre(StartsWith("f:2:14: "), StartsWith("f:3:19: "), StartsWith("f:3:22: "),
                          StartsWith("f:5:24: ")));
}

}  // namespace
}  // namespace vaste::config
