// What the topics must be like, as rules without Kafka.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "app/topics.h"

namespace vaste::app {
namespace {

constexpr Millis kPatience{10000};
constexpr std::int16_t kReplication = 3;
constexpr std::int32_t kFewPartitions = 1;  // where little comes
// Outputs hold a whole input record and what we say about it.
constexpr std::int64_t kRoom = 2;
constexpr std::int64_t kLeastMessageBytes = 2 << 20;

constexpr const char* kCompact = "compact";
constexpr const char* kDelete = "delete";
constexpr const char* kBoth = "compact,delete";

struct Rule {
  const std::string& topic;
  const char* cleanup;     // what `create` asks for
  const char* needs = "";  // a policy it cannot do without
  const char* never = "";  // one that would lose what vaste still needs
};

std::vector<Rule> rules_of(const config::Topics& topics) {
  return {{topics.core, kDelete, "", kCompact},
          {topics.changelog, kCompact, kCompact, kDelete},
          {topics.progress, kCompact, kCompact, ""},
          {topics.enriched, kDelete, "", ""},
          {topics.conversations, kCompact, kCompact, ""},
          {topics.alerts, kBoth, kCompact, ""},
          {topics.kpis, kCompact, kCompact, ""},
          {topics.dead_letters, kDelete, "", ""},
          {topics.identity, kDelete, "", ""},
          {topics.commands, kDelete, "", kCompact},
          {topics.policies, kCompact, kCompact, kDelete}};
}

std::string setting(const kafka::TopicFacts& facts, const std::string& name) {
  const auto found = facts.settings.find(name);
  return found == facts.settings.end() ? std::string() : found->second;
}

// "add this to kafka-configs.sh": brackets, since a bare comma would end the value.
std::string alter(const config::Config& config, const std::string& topic,
                  const std::string& addition) {
  return fmt::format(
      "kafka-configs.sh --bootstrap-server {} --alter --entity-type topics --entity-name {} "
      "--add-config '{}'",
      config.kafka.bootstrap_servers, topic, addition);
}

class Verifier {
 public:
  Verifier(const config::Config& config, kafka::Admin& admin) : config_(config), admin_(admin) {}

  Result<std::vector<std::string>> run() {
    for (const Rule& rule : rules_of(config_.topics)) {
      if (auto status = look(rule); !status) return tl::unexpected(status.error());
    }
    compare_partitions();
    for (const config::Source& source : config_.sources) {
      auto facts = admin_.describe(source.topic, kPatience);
      if (!facts) return tl::unexpected(facts.error());
      if (*facts) continue;
      add("source topic {} does not exist: let its connector make it, or run `vaste topics create "
          "--sources PARTITIONS`",
          source.topic);
    }
    return std::move(problems_);
  }

 private:
  template <class... Args>
  void add(fmt::format_string<Args...> text, Args&&... args) {
    problems_.push_back(fmt::format(text, std::forward<Args>(args)...));
  }

  Status look(const Rule& rule) {
    auto facts = admin_.describe(rule.topic, kPatience);
    if (!facts) return tl::unexpected(facts.error());
    if (!*facts) {
      add("topic {} does not exist: run `vaste topics create`", rule.topic);
      return {};
    }
    check_cleanup(rule, **facts);
    check_replicas(rule.topic, **facts);
    partitions_[rule.topic] = (*facts)->partitions;
    return {};
  }

  void check_cleanup(const Rule& rule, const kafka::TopicFacts& facts) {
    const std::string policy = setting(facts, "cleanup.policy");
    if (policy.empty()) return;
    const bool lacks = policy.find(rule.needs) == std::string::npos;
    const bool loses = *rule.never != '\0' && policy.find(rule.never) != std::string::npos;
    if (!lacks && !loses) return;
    const std::string why =
        lacks
            ? fmt::format("it must have {}, else it grows for ever or loses the newest", rule.needs)
            : fmt::format("{} would lose what vaste still needs", rule.never);
    add("topic {} has cleanup.policy={}: {}: {}", rule.topic, policy, why,
        alter(config_, rule.topic, fmt::format("cleanup.policy=[{}]", rule.cleanup)));
  }

  void check_replicas(const std::string& topic, const kafka::TopicFacts& facts) {
    const std::string text = setting(facts, "min.insync.replicas");
    int least = 0;
    std::from_chars(text.data(), text.data() + text.size(), least);
    if (facts.replication <= 0 || least <= facts.replication) return;
    add("topic {} has min.insync.replicas={} but only {} replicas, so nobody can write to it: {}",
        topic, least, facts.replication,
        alter(config_, topic,
              fmt::format("min.insync.replicas={}", facts.replication >= kReplication ? 2 : 1)));
  }

  void compare_partitions() {
    const config::Topics& topics = config_.topics;
    const auto core = partitions_.find(topics.core);
    const auto changelog = partitions_.find(topics.changelog);
    for (const std::string& one : {topics.progress, topics.policies}) {
      const auto found = partitions_.find(one);
      if (found == partitions_.end() || found->second == 1) continue;
      add("topic {} has {} partitions, it must have 1: stop vaste, run `kafka-topics.sh "
          "--bootstrap-server {} --delete --topic {}` and `vaste topics create`",
          one, found->second, config_.kafka.bootstrap_servers, one);
    }
    if (core == partitions_.end() || changelog == partitions_.end()) return;
    const std::int32_t wanted = core->second;
    const std::int32_t found = changelog->second;
    if (wanted == found) return;
    const std::string& server = config_.kafka.bootstrap_servers;
    if (found < wanted) {
      add("topic {} has {} partitions but {} has {}, they must be equal: kafka-topics.sh "
          "--bootstrap-server {} --alter --topic {} --partitions {}. Only if {} was made like "
          "that: one that grew after use has its state in the wrong partitions, make both anew",
          topics.changelog, found, topics.core, wanted, server, topics.changelog, wanted,
          topics.core);
    } else {
      add("topic {} has {} partitions but {} has {}, they must be equal and Kafka cannot take "
          "partitions away: stop vaste, run `kafka-topics.sh --bootstrap-server {} --delete "
          "--topic {}` (its state is lost) and `vaste topics create`",
          topics.changelog, found, topics.core, wanted, server, topics.changelog);
    }
  }

  const config::Config& config_;
  kafka::Admin& admin_;
  std::map<std::string, std::int32_t> partitions_;
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<kafka::TopicSpec> wanted_topics(const config::Config& config, std::int32_t brokers,
                                            int source_partitions) {
  const config::Topics& topics = config.topics;
  const auto most = static_cast<std::int16_t>(std::clamp(brokers, 1, int{kReplication}));
  const std::int16_t replication = topics.replication > 0 ? topics.replication : most;
  const auto largest =
      std::to_string(std::max(kLeastMessageBytes, kRoom * config.engine.max_record_bytes));
  const auto spec = [&](const std::string& name, std::int32_t partitions) {
    kafka::TopicSpec made{.name = name, .partitions = partitions, .replication = replication};
    if (replication >= kReplication) made.settings.emplace_back("min.insync.replicas", "2");
    return made;
  };
  std::vector<kafka::TopicSpec> out;
  for (const Rule& rule : rules_of(topics)) {
    std::int32_t partitions = topics.core_partitions;
    if (rule.topic == topics.progress || rule.topic == topics.policies) partitions = 1;
    if (rule.topic == topics.dead_letters || rule.topic == topics.identity ||
        rule.topic == topics.commands || rule.topic == topics.kpis)
      partitions = kFewPartitions;
    kafka::TopicSpec made = spec(rule.topic, partitions);
    made.settings.emplace_back("cleanup.policy", rule.cleanup);
    if (rule.topic != topics.progress) {
      made.settings.emplace_back("max.message.bytes", largest);
    } else {
      // Each process reads all of it when it starts, and only closed segments are compacted.
      made.settings.emplace_back("segment.bytes", "8388608");
      made.settings.emplace_back("segment.ms", "600000");
    }
    out.push_back(std::move(made));
  }
  if (source_partitions > 0) {
    for (const config::Source& source : config.sources) {
      out.push_back(spec(source.topic, source_partitions));
    }
  }
  return out;
}

Result<std::vector<std::string>> verify_topics(const config::Config& config, kafka::Admin& admin) {
  return Verifier(config, admin).run();
}

}  // namespace vaste::app
