#include "app/topics.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/exit_code.h"
#include "app/json_text.h"
#include "app/progress.h"
#include "app/terminal.h"

namespace vaste::app {
namespace {

constexpr Millis kPatience{10000};
constexpr Millis kMakingPatience{30000};

std::string size_text(std::int32_t partitions, std::int16_t replication) {
  return fmt::format("{} partition{}, replication {}", partitions, partitions == 1 ? "" : "s",
                     replication);
}

struct Topic {
  std::string name;
  bool was_there = false;
  std::int32_t partitions = 0;
  std::int16_t replication = 0;
};

struct Made {
  std::vector<Topic> all;
  std::vector<kafka::TopicSpec> missing;
};

std::string text_of(const std::vector<Topic>& topics) {
  std::string out;
  for (const Topic& one : topics)
    out += fmt::format("{}: {}, {}\n", one.name, one.was_there ? "was there" : "made",
                       size_text(one.partitions, one.replication));
  return out;
}

nlohmann::ordered_json json_of(const std::vector<Topic>& topics) {
  auto out = nlohmann::ordered_json::array();
  for (const Topic& one : topics)
    out.push_back({{"topic", one.name},
                   {"made", !one.was_there},
                   {"partitions", one.partitions},
                   {"replication", one.replication}});
  return out;
}

Result<Made> plan(const config::Config& config, kafka::Admin& admin, int source_partitions) {
  auto brokers = admin.brokers(kPatience);
  if (!brokers) return tl::unexpected(brokers.error());
  Made made;
  for (kafka::TopicSpec& spec : wanted_topics(config, *brokers, source_partitions)) {
    auto facts = admin.describe(spec.name, kPatience);
    if (!facts) return tl::unexpected(facts.error());
    if (*facts) {
      made.all.push_back({spec.name, true, (*facts)->partitions, (*facts)->replication});
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
    made.all.push_back({spec.name, false, spec.partitions, spec.replication});
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
  const Progress progress("making topics");
  auto made = make(opened->config, *opened->admin, options.source_partitions);
  if (!made) return give_up(made.error());
  if (!options.json && !write_out(text_of(made->all))) return output_lost() ? kExitInternal : 0;
  auto problems = verify_topics(opened->config, *opened->admin);
  if (!problems) return give_up(problems.error());
  bool wrong = false;
  auto errors = nlohmann::ordered_json::array();
  for (const std::string& problem : *problems) {
    // Not asked for is not wrong here; `verify` and `run` insist on them.
    const bool source = problem.starts_with("source topic ") && options.source_partitions == 0;
    const std::string text = with_file(problem, options.config_file);
    if (!source) errors.push_back(text);
    say((source ? "vaste: note: " : "vaste: error: ") + text);
    wrong = wrong || !source;
  }
  if (options.json && !write_out(json_text({{"topics", json_of(made->all)}, {"problems", errors}})))
    return output_lost() ? kExitInternal : 0;
  return wrong ? kExitConfig : 0;
}

int verify_topics(const TopicsOptions& options) {
  auto opened = open(options);
  if (!opened) return give_up(opened.error());
  const Progress progress("looking at topics");
  auto problems = verify_topics(opened->config, *opened->admin);
  if (!problems) return give_up(problems.error());
  std::string out;
  for (std::string& problem : *problems) {
    problem = with_file(problem, options.config_file);
    out += printable(problem) + "\n";
  }
  if (problems->empty()) out = "all topics are as vaste needs them\n";
  if (options.json) out = json_text({{"ok", problems->empty()}, {"problems", *problems}});
  if (!write_out(out) && output_lost()) return kExitInternal;
  return problems->empty() ? 0 : kExitConfig;
}

}  // namespace vaste::app
