#include "app/policy.h"

#include <fmt/format.h>

#include <fstream>
#include <optional>
#include <sstream>

#include "app/connection.h"
#include "app/exit_code.h"
#include "app/json_text.h"
#include "app/progress.h"
#include "app/tap_text.h"
#include "app/terminal.h"
#include "app/times.h"
#include "config/config.h"
#include "config/policy_diff.h"
#include "engine/policy_board.h"
#include "engine/progress.h"
#include "policies/topic.h"

namespace vaste::app {

namespace {

constexpr Millis kPatience{15000};
// So that every engine has a version before it takes over, and none names the old one after it.
constexpr Millis kMargin{10000};
constexpr std::size_t kMostBytes = 1 << 20;  // of a policy in the stream

std::string text(Instant at) {
  return time_text(to_ms(at));
}

struct Fleet {
  config::Config config;
  kafka::ClientConfig client;
  policies::Topic topic;
};

Result<Fleet> open(const PolicyOptions& options) {
  catch_signals();
  auto config = connect({.config_file = options.config_file, .bootstrap = {}});
  if (!config) return tl::unexpected(config.error());
  const kafka::ClientConfig client = client_config(*config, "policy");
  const Progress progress("reading " + config->topics.policies);
  auto topic = policies::Topic::open(client, config->topics.policies, kPatience);
  if (!topic) {
    Error error = topic.error();
    if (error.code == Code::kNotFound)
      error.detail += "; run `vaste topics create -c " + options.config_file + "`";
    return tl::unexpected(error);
  }
  for (const Error& refused : topic->take_refused()) say("vaste: passed over: " + refused.detail);
  return Fleet{std::move(*config), client, std::move(*topic)};
}

Result<std::string> read_text(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (!in || !text) return failure(Code::kNotFound, file + ": cannot be read");
  return text.str();
}

// What a name stands for: a version in the stream, or a file.
struct Text {
  std::string name;
  std::string yaml;
};

Result<Text> running(const Fleet& fleet, Instant at) {
  if (const auto* version = policies::governing(fleet.topic.versions(), at))
    return Text{"version " + version->version, version->yaml};
  auto yaml = read_text(fleet.config.policy_file);
  if (!yaml) return tl::unexpected(yaml.error());
  return Text{fleet.config.policy_file, std::move(*yaml)};
}

Result<Text> named(const Fleet& fleet, const std::string& name) {
  if (name.empty()) return running(fleet, engine::wall_clock());
  // The newest of a name: a version may be taken up again.
  const auto& versions = fleet.topic.versions();
  for (auto it = versions.rbegin(); it != versions.rend(); ++it)
    if (it->version == name) return Text{"version " + name, it->yaml};
  auto yaml = read_text(name);
  if (yaml) return Text{name, std::move(*yaml)};
  std::vector<std::string> names;
  names.reserve(versions.size());
  for (const policies::Version& version : versions) names.push_back(version.version);
  return failure(Code::kNotFound, name + ": neither a version in " + fleet.config.topics.policies +
                                      " nor a file." + did_you_mean(name, names));
}

struct Draft {
  Policy policy;
  std::string yaml;
};

// The file, if all is well with it; findings go to stderr.
Result<Draft> read_draft(const std::string& file) {
  auto yaml = read_text(file);
  if (!yaml) return tl::unexpected(yaml.error());
  if (yaml->size() > kMostBytes)
    return failure(Code::kConfig, file +
                                      ": larger than 1 MiB, the most that a policy in the "
                                      "stream may have");
  std::vector<config::Finding> findings;
  auto policy = config::parse_policy(*yaml, file, findings);
  for (const config::Finding& finding : findings) say(config::text(finding));
  if (!policy) return failure(Code::kConfig, file + ": refused; what runs goes on as it is");
  return Draft{std::move(*policy), std::move(*yaml)};
}

using Differences = std::vector<config::Difference>;

std::string difference_text(const Text& before, const std::string& name, const Differences& all) {
  if (all.empty()) return name + " says the same as " + before.name + '\n';
  std::string out = before.name + " -> " + name + '\n';
  for (const config::Difference& one : all) out += "  " + printable(config::text(one)) + '\n';
  return out;
}

nlohmann::ordered_json json_of(const Differences& all) {
  auto out = nlohmann::ordered_json::array();
  for (const config::Difference& one : all) {
    nlohmann::ordered_json row = {{"path", one.path}};
    if (!one.before.empty()) row["before"] = one.before;
    if (!one.after.empty()) row["after"] = one.after;
    out.push_back(std::move(row));
  }
  return out;
}

// What engines would say of it: the policy of the configuration is theirs too.
Status check_as_engines(const Fleet& fleet, const policies::Version& version) {
  std::vector<config::Finding> findings;
  auto file = config::load_policy(fleet.config.policy_file, findings);
  if (!file) {
    for (const config::Finding& finding : findings) say(config::text(finding));
    return tl::unexpected(file.error());
  }
  auto taken = engine::policy_of(version, file->id);
  if (!taken) return tl::unexpected(taken.error());
  return {};
}

int finish(const std::string& out) {
  if (!write_out(out) && output_lost()) return kExitInternal;
  return 0;
}

}  // namespace

int apply_policy(const PolicyOptions& options) {
  const Instant now = engine::wall_clock();
  auto from = options.effective_from.empty()
                  ? Result<Instant>(now + kMargin)
                  : read_time("--effective-from", options.effective_from, now);
  if (!from) return give_up(from.error());
  auto draft = read_draft(options.file);
  if (!draft) return give_up(draft.error());
  auto fleet = open(options);
  if (!fleet) return give_up(fleet.error());
  const policies::Version version{draft->policy.id, draft->policy.version, *from, now, draft->yaml};
  if (auto good = check_as_engines(*fleet, version); !good)
    return give_up({good.error().code, options.file + ": " + good.error().detail});
  auto before = running(*fleet, *from);
  if (!before) return give_up(before.error());
  if (!options.dry_run) {
    const Progress progress("publishing");
    if (auto done =
            policies::publish(fleet->client, fleet->config.topics.policies, version, kPatience);
        !done)
      return give_up(done.error());
  }
  const Differences changes = config::differences(before->yaml, version.yaml);
  if (options.json)
    return finish(json_text({{"policy", version.policy_id},
                             {"version", version.version},
                             {"effectiveFrom", text(*from)},
                             {"applied", !options.dry_run},
                             {"inThePast", *from < now},
                             {"before", before->name},
                             {"differences", json_of(changes)}}));
  std::string out = difference_text(*before, "version " + version.version, changes);
  out += fmt::format("{} {} {} from {}\n", options.dry_run ? "would apply" : "applied",
                     printable(version.policy_id), printable(version.version), text(*from));
  if (*from < now)
    out +=
        "that is in the past: what was since then is judged again, and alerts that no longer "
        "hold are retracted\n";
  return finish(out);
}

int policy_history(const PolicyOptions& options) {
  auto fleet = open(options);
  if (!fleet) return give_up(fleet.error());
  const Instant now = engine::wall_clock();
  const auto* governs = policies::governing(fleet->topic.versions(), now);
  std::string out;
  auto all = nlohmann::ordered_json::array();
  for (const policies::Version& version : fleet->topic.versions()) {
    const bool in_force = &version == governs;
    if (options.json) {
      all.push_back({{"policy", version.policy_id},
                     {"version", version.version},
                     {"effectiveFrom", text(version.effective_from)},
                     {"applied", text(version.applied)},
                     {"inForce", in_force},
                     {"bytes", version.yaml.size()}});
      continue;
    }
    out += fmt::format("{} {} {} {}, applied {}\n", in_force ? '*' : ' ',
                       text(version.effective_from), printable(version.policy_id),
                       printable(version.version), text(version.applied));
  }
  if (options.json) return finish(json_text(all));
  if (fleet->topic.versions().empty())
    out = fleet->config.topics.policies + " is empty: " + printable(fleet->config.policy_file) +
          " of the configuration governs\n";
  else if (governs == nullptr)
    out += "* until then " + printable(fleet->config.policy_file) + " of the configuration\n";
  return finish(out);
}

int show_policy(const PolicyOptions& options) {
  auto fleet = open(options);
  if (!fleet) return give_up(fleet.error());
  auto found = named(*fleet, options.first);
  if (!found) return give_up(found.error());
  if (options.json) return finish(json_text({{"name", found->name}, {"yaml", found->yaml}}));
  say("vaste: " + found->name);
  return finish(found->yaml);
}

int diff_policies(const PolicyOptions& options) {
  auto fleet = open(options);
  if (!fleet) return give_up(fleet.error());
  // One name: what runs now against it.
  const bool two = !options.second.empty();
  auto before = two ? named(*fleet, options.first) : running(*fleet, engine::wall_clock());
  if (!before) return give_up(before.error());
  auto after = named(*fleet, two ? options.second : options.first);
  if (!after) return give_up(after.error());
  for (const Text* one : {&*before, &*after}) {
    std::vector<config::Finding> findings;
    if (config::parse_policy(one->yaml, one->name, findings)) continue;
    for (const config::Finding& finding : findings) say(config::text(finding));
    return kExitConfig;
  }
  const Differences changes = config::differences(before->yaml, after->yaml);
  if (options.json)
    return finish(json_text(
        {{"before", before->name}, {"after", after->name}, {"differences", json_of(changes)}}));
  return finish(difference_text(*before, after->name, changes));
}

}  // namespace vaste::app
