#include "config/settings.h"

#include <unistd.h>

#include <array>

#include "config/units.h"
#include "unit/config/reading.h"

namespace vaste::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// Written out by hand: whoever changes a default changes it here too, and sees that it is one.
const std::vector<std::pair<std::string, std::string>> kDefaults = {
    {"application", "vaste"},
    {"instance", ""},
    {"state_directory", "vaste-state"},
    {"policy", ""},
    {"kafka.bootstrap_servers", "127.0.0.1:9092"},
    {"kafka.group_protocol", "classic"},
    {"kafka.membership", "static"},
    {"kafka.session_timeout", "10s"},
    {"kafka.transaction_timeout", "10s"},
    {"kafka.commit_patience", "5s"},
    {"kafka.compression", "none"},
    {"topics.core", "vaste.core"},
    {"topics.changelog", "vaste.core.changelog"},
    {"topics.progress", "vaste.progress"},
    {"topics.enriched", "vaste.enriched"},
    {"topics.conversations", "vaste.conversations"},
    {"topics.alerts", "vaste.alerts"},
    {"topics.kpis", "vaste.kpis"},
    {"topics.dead_letters", "vaste.dead-letters"},
    {"topics.identity", "vaste.identity"},
    {"topics.commands", "vaste.commands"},
    {"topics.policies", "vaste.policies"},
    {"topics.core_partitions", "12"},
    {"topics.replication", "0"},
    {"engine.workers", "2"},
    {"engine.commit_interval", "100ms"},
    {"engine.transaction_size", "8MiB"},
    {"engine.poll_records", "2000"},
    {"engine.progress_interval", "100ms"},
    {"engine.max_wait", "30s"},
    {"engine.outage_grace", "10s"},
    {"engine.max_skew", "1m"},
    {"engine.max_record_size", "1MiB"},
    {"engine.packed_size", "512KiB"},
    {"engine.timers_per_round", "1000"},
    {"engine.cache_size", "128MiB"},
    {"engine.block_cache_size", "96MiB"},
    {"engine.write_buffer_size", "48MiB"},
    {"engine.write_behind_size", "48MiB"},
    {"engine.kpi_groups", "1000"},
    {"engine.moments_per_conversation", "512"},
    {"engine.thread_wait", "1m"},
    {"engine.waiting_events", "10000"},
    {"engine.waiting_size", "16MiB"},
    {"engine.shutdown_patience", "5s"},
    {"engine.purge_interval", "1m"},
    {"retention.open", "365d"},
    {"retention.resolved", "90d"},
    {"retention.kpi_quarter_hours", "35d"},
    {"retention.kpi_days", "800d"},
    {"snapshots.directory", ""},
    {"snapshots.every", "0s"},
    {"snapshots.keep", "2"},
    {"notify.link", "http://127.0.0.1:9464/conversations/"},
    {"notify.journal_size", "16MiB"},
    {"notify.give_up_after", "1d"},
    {"http.listen", "127.0.0.1"},
    {"http.port", "9464"},
    {"http.monitor_listen", "none"},
    {"http.monitor_port", "9465"},
    {"log.level", "info"},
    {"log.format", "auto"},
};

TEST(Settings, HaveTheseDefaults) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const Setting& setting : settings()) {
    found.emplace_back(path(setting), value_text(setting, Config{}));
  }
  EXPECT_EQ(found, kDefaults);
}

// Each number in the file alone, at a value.
std::vector<std::string> findings_at(const Setting& setting, std::int64_t value) {
  std::string text = std::to_string(value);
  if (setting.kind == Kind::kDuration) text += "ms";
  if (setting.kind == Kind::kSize) text += "B";
  return config_findings(kLeast + std::string(setting.section) + ": {" + std::string(setting.key) +
                         ": " + text + "}\n");
}

class Bounds : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Numbers, Bounds, testing::Range<std::size_t>(0, kDefaults.size()),
                         [](const auto& row) {
                           std::string name = kDefaults[row.param].first;
                           for (char& c : name) c = c == '.' ? '_' : c;
                           return name;
                         });

TEST_P(Bounds, HoldOnBothSides) {
  const Setting& setting = settings().at(GetParam());
  if (setting.kind == Kind::kText) return;
  const auto only_pairs = [](const std::vector<std::string>& findings) {
    return std::all_of(findings.begin(), findings.end(), [](const std::string& finding) {
      return finding.find("must not be larger than") != std::string::npos;
    });
  };
  EXPECT_GE(setting.number(Config{}), setting.least);
  EXPECT_LE(setting.number(Config{}), setting.most);
  EXPECT_TRUE(only_pairs(findings_at(setting, setting.least)));
  EXPECT_TRUE(only_pairs(findings_at(setting, setting.most)));
  const int column = static_cast<int>(setting.section.size() + setting.key.size()) + 6;
  const std::string place = "f:3:" + std::to_string(column) + ": error: " + path(setting) + ": ";
  if (setting.least > 0) {
    EXPECT_THAT(
        findings_at(setting, setting.least - 1),
        ElementsAre(testing::AllOf(testing::StartsWith(place), HasSubstr("out of bounds"))));
  }
  EXPECT_THAT(findings_at(setting, setting.most + 1),
              ElementsAre(testing::AllOf(testing::StartsWith(place), HasSubstr("out of bounds"))));
}

TEST(Config, ReadsWhatIsWritten) {
  const Config config = good_config(
      "application: desk\ninstance: desk-7\nstate_directory: /var/lib/vaste\npolicy: p.yaml\n"
      "kafka:\n  bootstrap_servers: k1:9092,SASL_SSL://[::1]:9093\n  group_protocol: consumer\n"
      "  session_timeout: 6s\n  transaction_timeout: 1m\n  commit_patience: 7s\n"
      "  compression: lz4\n"
      "  properties: {linger.ms: 7, security.protocol: SASL_SSL}\n"
      "sources:\n  - {topic: mail, format: json, lateness: 5m, channels: [email], default_region: "
      "FI}\n  - topic: "
      "phone\n"
      "    format: protobuf\n  - topic: chat\n"
      "topics: {core: c, changelog: cl, progress: p, enriched: e, conversations: co, alerts: a,\n"
      "  dead_letters: d, core_partitions: 6, replication: 1}\n"
      "engine: {workers: 4, transaction_size: 1MiB, max_wait: 1m30s}\n"
      "http: {listen: \"::1\", port: 0}\nlog: {level: debug, format: json}\n");
  EXPECT_EQ(config.application, "desk");
  EXPECT_EQ(config.instance, "desk-7");
  EXPECT_EQ(config.state_directory, "/var/lib/vaste");
  EXPECT_EQ(config.policy_file, "p.yaml");
  EXPECT_EQ(config.kafka.bootstrap_servers, "k1:9092,SASL_SSL://[::1]:9093");
  EXPECT_EQ(config.kafka.group_protocol, "consumer");
  EXPECT_EQ(config.kafka.session_timeout, 6s);
  EXPECT_EQ(config.kafka.transaction_timeout, 1min);
  EXPECT_EQ(config.kafka.commit_patience, 7s);
  EXPECT_EQ(config.kafka.compression, "lz4");
  EXPECT_THAT(config.kafka.properties, ElementsAre(testing::Pair("linger.ms", "7"),
                                                   testing::Pair("security.protocol", "SASL_SSL")));
  EXPECT_THAT(config.kafka.secret_names, IsEmpty());
  ASSERT_THAT(config.sources, SizeIs(3));
  EXPECT_EQ(config.sources[0].topic, "mail");
  EXPECT_EQ(config.sources[0].format, Format::kJson);
  EXPECT_EQ(config.sources[0].lateness, 5min);
  EXPECT_THAT(config.sources[0].channels, ElementsAre(Channel::kEmail));
  EXPECT_EQ(config.sources[0].default_region, "FI");
  EXPECT_EQ(config.sources[1].default_region, "");
  EXPECT_THAT(config.sources[1].channels, IsEmpty());
  EXPECT_EQ(config.sources[1].format, Format::kProtobuf);
  EXPECT_EQ(config.sources[2].format, Format::kAuto);
  EXPECT_EQ(config.sources[2].lateness, 0s);
  EXPECT_EQ(config.topics.core, "c");
  EXPECT_EQ(config.topics.dead_letters, "d");
  EXPECT_EQ(config.topics.core_partitions, 6);
  EXPECT_EQ(config.topics.replication, 1);
  EXPECT_EQ(config.engine.workers, 4);
  EXPECT_EQ(config.engine.transaction_bytes, 1 << 20);
  EXPECT_EQ(config.engine.max_wait, 90s);
  EXPECT_EQ(config.engine.poll_records, 2000);
  EXPECT_EQ(config.http.listen, "::1");
  EXPECT_EQ(config.http.port, 0);
  EXPECT_EQ(config.log.level, "debug");
  EXPECT_EQ(config.log.format, "json");
}

TEST(Config, TakesTheHostsNameAsInstance) {
  std::array<char, 256> host{};
  ASSERT_EQ(gethostname(host.data(), host.size() - 1), 0);
  EXPECT_EQ(good_config(kLeast).instance, host.data());
}

TEST(Config, EmptySectionsAreDefaults) {
  EXPECT_EQ(good_config(kLeast + "engine:\n  # workers: 4\nlog:\n").engine.workers, 2);
}

TEST(Config, FindsItsPolicyBesideItself) {
  std::vector<Finding> findings;
  const std::string sources = "sources: [{topic: mail}]\n";
  const auto beside =
      parse_config("policy: rules/p.yaml\n" + sources, "/etc/vaste/v.yaml", findings);
  const auto above = parse_config("policy: ../p.yaml\n" + sources, "/etc/vaste/v.yaml", findings);
  const auto absolute = parse_config("policy: /p.yaml\n" + sources, "/etc/vaste/v.yaml", findings);
  ASSERT_TRUE(beside && above && absolute);
  EXPECT_EQ(beside->policy_file, "/etc/vaste/rules/p.yaml");
  EXPECT_EQ(above->policy_file, "/etc/p.yaml");
  EXPECT_EQ(absolute->policy_file, "/p.yaml");
}

TEST(Config, HashIsOfTheBytes) {
  EXPECT_EQ(good_config(kLeast).hash, good_config(kLeast).hash);
  EXPECT_NE(good_config(kLeast).hash, good_config(kLeast + "log: {level: error}\n").hash);
}

TEST(Show, CanBeReadAgain) {
  const Config config = good_config(
      kLeast +
      "kafka: {properties: {client.rack: 'a\"b\\c'}}\nengine: {max_wait: 90s, cache_size: 2MiB}\n");
  const std::string shown = show(config);
  EXPECT_THAT(shown, HasSubstr("max_wait: 1m30s"));
  EXPECT_THAT(shown, HasSubstr("1 to 64"));  // bounds stand beside the value
  EXPECT_EQ(show(good_config(shown)), shown);
}

}  // namespace
}  // namespace vaste::config
