#include "app/explain.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <map>
#include <optional>

#include "app/connection.h"
#include "app/exit_code.h"
#include "app/explain_state.h"
#include "app/explain_text.h"
#include "app/lines.h"
#include "app/terminal.h"
#include "clocks/timeline.h"
#include "config/config.h"
#include "engine/policy_board.h"
#include "engine/progress.h"
#include "ingest/decode.h"
#include "ingest/identity.h"
#include "ingest/route.h"
#include "kafka/consumer.h"
#include "kafka/watermarks.h"
#include "policies/topic.h"
#include "stitch/stitch.h"
#include "store/conversations.h"
#include "store/keys.h"
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

// The newest record of a key in one partition of the changelog; nullopt: none, or a tombstone.
class Changelog {
 public:
  static Result<Changelog> open(const config::Config& config) {
    Changelog log;
    log.topic_ = config.topics.changelog;
    log.client_ = client_config(config, "explain");
    auto reader = kafka::PartitionReader::create(log.client_, {log.topic_});
    if (!reader) return tl::unexpected(reader.error());
    log.reader_ = std::move(*reader);
    auto partitions = log.reader_->partitions(log.topic_, kPatience);
    if (!partitions) return tl::unexpected(partitions.error());
    log.partitions_ = *partitions;
    return log;
  }

  // It lives where its customer does: a signpost leads from where it was born.
  Result<std::optional<Conversation>> find(const Id& id) {
    auto found = find(id, id.key_group());
    for (int hop = 0; hop < kMostRedirects && found && *found && (*found)->moved; ++hop)
      found = find(id, (*found)->customer.key_group());
    return found;
  }

 private:
  Result<std::optional<Conversation>> find(const Id& id, std::uint32_t key_group) {
    const kafka::TopicPartition at{topic_, stitch::partition_of(key_group, partitions_)};
    auto watermarks = kafka::Watermarks::create(client_);
    if (!watermarks) return tl::unexpected(watermarks.error());
    auto ends = (*watermarks)->ends(std::vector{at}, true, kPatience);
    if (!ends) return tl::unexpected(ends.error());
    if (auto assigned = reader_->assign({{at, -2}}); !assigned)
      return tl::unexpected(assigned.error());
    const std::string key = store::conversation_key(id);
    const std::string blocks = store::blocks_of(id);
    std::map<std::string, std::string, std::less<>> newest;  // its record and its blocks
    Instant heard = engine::wall_clock();
    for (std::int64_t next = 0; next < ends->front() && !interrupted();) {
      auto polled = reader_->poll(5000, Millis(200));
      if (!polled && polled.error().code != Code::kUnavailable)
        return tl::unexpected(polled.error());
      if (polled) {
        for (const kafka::Record& record : polled->records) {
          next = record.offset + 1;
          if (record.key != key && !record.key.starts_with(blocks)) continue;
          if (record.null_value)
            newest.erase(std::string(record.key));
          else
            newest.insert_or_assign(std::string(record.key), std::string(record.value));
        }
        for (const kafka::End& end : polled->ends) next = std::max(next, end.offset);
        if (!polled->records.empty()) heard = engine::wall_clock();
      }
      if (engine::wall_clock() - heard > kPatience)
        return failure(Code::kUnavailable, kafka::text(at) + ": nothing comes any more; try again");
    }
    return store::load_conversation(id, [&](const std::string& asked) {
      const auto found = newest.find(asked);
      return Result<std::optional<std::string>>(
          found == newest.end() ? std::nullopt : std::optional(found->second));
    });
  }

  std::string topic_;
  kafka::ClientConfig client_;
  std::unique_ptr<kafka::PartitionReader> reader_;
  std::int32_t partitions_ = 0;
};

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
  return follow(Changelog::open(*config), config->topics.changelog, *wanted);
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
  if (google::protobuf::Timestamp at; !options.at.empty()) {
    if (!google::protobuf::util::TimeUtil::FromString(options.at, &at))
      return give_up({Code::kUsage,
                      "--at " + options.at + ": write a time such as 2026-12-01T00:00:00+02:00"});
    now = instant(google::protobuf::util::TimeUtil::TimestampToMilliseconds(at));
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
