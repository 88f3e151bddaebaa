#include "app/explain.h"

#include <optional>

#include "app/changelog.h"
#include "app/connection.h"
#include "app/exit_code.h"
#include "app/explain_state.h"
#include "app/explain_text.h"
#include "app/lines.h"
#include "app/progress.h"
#include "app/terminal.h"
#include "app/times.h"
#include "clocks/timeline.h"
#include "config/config.h"
#include "engine/policy_board.h"
#include "engine/progress.h"
#include "ingest/decode.h"
#include "ingest/identity.h"
#include "ingest/route.h"
#include "policies/topic.h"
#include "story/fleet.h"

namespace vaste::app {

namespace {

constexpr Millis kPatience{20000};
constexpr int kMostRedirects = 16;

using Policies = std::shared_ptr<const clocks::Timeline>;

Result<Policy> load(const std::string& file) {
  std::vector<config::Finding> findings;
  auto policy = config::load_policy(file, findings);
  for (const config::Finding& finding : findings) say(config::text(finding));
  return policy;
}

// With the versions that the engines follow.
Result<Policies> with_versions(const config::Config& config, const Policy& file) {
  auto topic =
      policies::Topic::open(client_config(config, "explain"), config.topics.policies, kPatience);
  if (!topic) return tl::unexpected(topic.error());
  std::vector<clocks::DatedPolicy> later;
  for (const policies::Version& version : topic->versions()) {
    auto policy = engine::policy_of(version, file.id);
    if (policy)
      later.push_back({version.effective_from, std::move(*policy)});
    else
      say("vaste: passed over: " + policy.error().detail);
  }
  return std::make_shared<const clocks::Timeline>(file, std::move(later));
}

// `source` is a Changelog or a StateDirectory that stands in `place`; redirects are followed.
template <class Source>
Result<std::vector<Conversation>> follow(Source source, const std::string& place, const Id& id) {
  if (!source) return tl::unexpected(source.error());
  Id wanted = id;
  for (int hop = 0; hop < kMostRedirects; ++hop) {
    auto found = source->find(wanted);
    if (!found) return tl::unexpected(found.error());
    if (!*found)
      return failure(Code::kNotFound, "no conversation " + wanted.text() + " in " + place +
                                          ": it never was, or it is forgotten");
    if ((*found)->merged_into.empty()) {
      std::vector<Conversation> out;
      out.push_back(std::move(**found));
      return out;
    }
    say("vaste: " + wanted.text() + " was merged into " + (*found)->merged_into.text());
    wanted = (*found)->merged_into;
  }
  return failure(Code::kCorrupt, id.text() + " was merged more often than can be");
}

// The file's events told to the core in their order, bad lines named and left out.
Result<std::vector<Conversation>> from_events(const std::string& file, const Policy& policy,
                                              const std::optional<Id>& wanted) {
  auto lines = Lines::open(file);
  if (!lines) return tl::unexpected(lines.error());
  story::Fleet fleet(std::make_shared<const clocks::CompiledPolicy>(policy), 1, 1);
  const ingest::Identity identity(policy.identity);
  ingest::Decoder decoder({});
  Progress progress("reading " + lines->name(), "events");
  for (;;) {
    auto line = lines->next();
    if (!line) return tl::unexpected(line.error());
    if (!*line) break;
    if ((*line)->empty()) continue;
    auto decoded =
        decoder.decode(**line, false, ingest::Format::kJson, 0, to_ms(engine::wall_clock()));
    Status taken = decoded ? Status() : Status(tl::unexpected(decoded.error()));
    if (taken) {
      Incoming incoming =
          ingest::extract(*decoded->event, decoded->clamped_time_ms, identity.habits({}));
      identity.judge(incoming);
      taken = ingest::usable(incoming);
      if (taken) fleet.send(incoming);
      fleet.run();
      progress.add();
    }
    if (!taken)
      say(lines->name() + ':' + std::to_string(lines->number()) + ": " + taken.error().detail);
    decoder.reset();
  }
  std::vector<Conversation> out;
  for (const auto& [id, conversation] : fleet.conversations())
    if (!wanted || *wanted == id) out.push_back(*conversation);
  if (out.empty()) return failure(Code::kNotFound, file + ": no such conversation in it");
  return out;
}

// From the one source that the options name.
Result<std::vector<Conversation>> look_up(const ExplainOptions& options,
                                          const std::optional<config::Config>& config,
                                          const Policy& policy, const std::optional<Id>& wanted) {
  if (!options.events_file.empty()) return from_events(options.events_file, policy, wanted);
  if (!options.state_directory.empty())
    return follow(StateDirectory::open(options.state_directory), options.state_directory, *wanted);
  return follow(Changelog::open(*config, "explain"), config->topics.changelog, *wanted);
}

}  // namespace

int explain(const ExplainOptions& options) {
  catch_signals();
  std::optional<Id> wanted;
  if (!options.conversation.empty()) {
    wanted = parse_id(options.conversation);
    if (!wanted)
      return give_up(
          {Code::kUsage, options.conversation +
                             ": not a conversation's id: write its 32 hexadecimal "
                             "digits, as `vaste tap enriched --format json` shows them"});
  }
  Instant now = engine::wall_clock();
  if (!options.at.empty()) {
    auto at = read_time("--at", options.at, now);
    if (!at) return give_up(at.error());
    now = *at;
  }
  std::string policy_file = options.policy_file;
  std::optional<config::Config> config;
  if (!options.config_file.empty()) {
    auto read = connect({.config_file = options.config_file, .bootstrap = {}});
    if (!read) return give_up(read.error());
    config = std::move(*read);
    if (policy_file.empty()) policy_file = config->policy_file;
  }
  auto policy = load(policy_file);
  if (!policy) return exit_code(policy.error().code);
  // With a policy of one's own that alone is asked: what would it have said?
  const bool followed =
      options.events_file.empty() && options.state_directory.empty() && options.policy_file.empty();
  auto timeline = followed ? with_versions(*config, *policy)
                           : Result<Policies>(std::make_shared<const clocks::Timeline>(
                                 *policy, std::vector<clocks::DatedPolicy>()));
  if (!timeline) return give_up(timeline.error());
  auto found = look_up(options, config, *policy, wanted);
  if (!found) return give_up(found.error());
  if (!options.state_directory.empty() && !(*timeline)->index_of(found->front().policy_hash))
    say("vaste: note: its clocks ran under other versions of the policy; this is what " +
        policy_file + " alone says");
  std::string out;
  for (Conversation& conversation : *found) {
    clocks::refold(conversation, **timeline, now);
    const clocks::CompiledPolicy& version = clocks::version_of(conversation, **timeline);
    const auto clocks = clocks::explain(conversation, version, now);
    out += options.json ? explanation_json(conversation, version, clocks)
                        : explanation_text(conversation, version, clocks);
    if (!options.json && &conversation != &found->back()) out += '\n';
  }
  if (!write_out(out) && output_lost()) return kExitInternal;
  return 0;
}

}  // namespace vaste::app
