#include "app/topics.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/exit_code.h"
#include "app/terminal.h"

namespace vaste::app {
namespace {

constexpr Millis kPatience{10000};
constexpr Millis kMakingPatience{30000};

std::string size_text(std::int32_t partitions, std::int16_t replication) {
  return fmt::format("{} partition{}, replication {}", partitions, partitions == 1 ? "" : "s",
                     replication);
}

struct Made {
  std::vector<std::string> lines;  // one a topic, for stdout
  std::vector<kafka::TopicSpec> missing;
};

Result<Made> plan(const config::Config& config, kafka::Admin& admin, int source_partitions) {
  auto brokers = admin.brokers(kPatience);
  if (!brokers) return tl::unexpected(brokers.error());
  Made made;
  for (kafka::TopicSpec& spec : wanted_topics(config, *brokers, source_partitions)) {
    auto facts = admin.describe(spec.name, kPatience);
    if (!facts) return tl::unexpected(facts.error());
    if (*facts) {
      made.lines.push_back(fmt::format("{}: was there, {}", spec.name,
                                       size_text((*facts)->partitions, (*facts)->replication)));
      continue;
    }
    // The changelog goes with the core topic that is there, whatever the configuration says now.
    if (spec.name == config.topics.changelog || spec.name == config.topics.core) {
      const bool is_core = spec.name == config.topics.core;
      auto other =
          admin.describe(is_core ? config.topics.changelog : config.topics.core, kPatience);
      if (!other) return tl::unexpected(other.error());
      if (*other) spec.partitions = (*other)->partitions;
    }
    made.lines.push_back(
        fmt::format("{}: made, {}", spec.name, size_text(spec.partitions, spec.replication)));
    made.missing.push_back(std::move(spec));
  }
  return made;
}

Result<Made> make(const config::Config& config, kafka::Admin& admin, int source_partitions) {
  auto made = plan(config, admin, source_partitions);
  if (!made || made->missing.empty()) return made;
  auto problems = admin.create_topics(made->missing, kMakingPatience);
  if (!problems) return tl::unexpected(problems.error());
  if (problems->empty()) return made;
  std::string all;
  for (const std::string& problem : *problems) all += (all.empty() ? "" : "; ") + problem;
  // The one place where Kafka's reason only exists as the name of its error.
  const bool rights = all.find("AUTHORIZATION_FAILED") != std::string::npos;
  return failure(rights ? Code::kPermission : Code::kConfig, all);
}

struct Opened {
  config::Config config;
  std::unique_ptr<kafka::Admin> admin;
};

Result<Opened> open(const TopicsOptions& options) {
  catch_signals();
  auto config = connect({.config_file = options.config_file, .bootstrap = {}});
  if (!config) return tl::unexpected(config.error());
  auto admin = kafka::Admin::create(client_config(*config, "topics"));
  if (!admin) return tl::unexpected(admin.error());
  return Opened{std::move(*config), std::move(*admin)};
}

// Lines that a person can act on: the file is named where the command needs it.
std::string with_file(std::string problem, const std::string& file) {
  const std::string command = "`vaste topics create";
  if (const auto at = problem.find(command); at != std::string::npos) {
    problem.insert(at + command.size(), " -c " + file);
  }
  return problem;
}

}  // namespace

Status create_all(const config::Config& config, kafka::Admin& admin, int source_partitions) {
  auto made = make(config, admin, source_partitions);
  if (!made) return tl::unexpected(made.error());
  return {};
}

int create_topics(const TopicsOptions& options) {
  auto opened = open(options);
  if (!opened) return give_up(opened.error());
  auto made = make(opened->config, *opened->admin, options.source_partitions);
  if (!made) return give_up(made.error());
  std::string out;
  for (const std::string& line : made->lines) out += line + "\n";
  if (!write_out(out)) return output_lost() ? kExitInternal : 0;
  auto problems = verify_topics(opened->config, *opened->admin);
  if (!problems) return give_up(problems.error());
  bool wrong = false;
  for (const std::string& problem : *problems) {
    // Not asked for is not wrong here; `verify` and `run` insist on them.
    const bool source = problem.starts_with("source topic ") && options.source_partitions == 0;
    say((source ? "vaste: note: " : "vaste: error: ") + with_file(problem, options.config_file));
    wrong = wrong || !source;
  }
  return wrong ? kExitConfig : 0;
}

int verify_topics(const TopicsOptions& options) {
  auto opened = open(options);
  if (!opened) return give_up(opened.error());
  auto problems = verify_topics(opened->config, *opened->admin);
  if (!problems) return give_up(problems.error());
  std::string out;
  for (const std::string& problem : *problems) {
    out += printable(with_file(problem, options.config_file)) + "\n";
  }
  if (problems->empty()) out = "all topics are as vaste needs them\n";
  if (!write_out(out) && output_lost()) return kExitInternal;
  return problems->empty() ? 0 : kExitConfig;
}

}  // namespace vaste::app
