#include "app/tap.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>

#include "app/exit_code.h"
#include "app/progress.h"
#include "app/reach.h"
#include "app/terminal.h"
#include "engine/progress.h"
#include "kafka/watermarks.h"

namespace vaste::app {
namespace {

constexpr Millis kPatience{10000};
constexpr Millis kTurn{200};
constexpr std::size_t kBatch = 500;
constexpr std::int64_t kEarliest = -2;
constexpr std::int64_t kLatest = -1;

struct Output {
  const char* short_name;
  std::string config::Topics::*topic;
  Kind kind;
};
constexpr std::array kOutputs{
    Output{"enriched", &config::Topics::enriched, Kind::kEnriched},
    Output{"conversations", &config::Topics::conversations, Kind::kConversation},
    Output{"alerts", &config::Topics::alerts, Kind::kAlert},
    Output{"identity", &config::Topics::identity, Kind::kIdentity},
    Output{"kpis", &config::Topics::kpis, Kind::kKpi},
    Output{"dead-letters", &config::Topics::dead_letters, Kind::kDeadLetter},
    Output{"progress", &config::Topics::progress, Kind::kProgress},
};

std::vector<std::string> known_names(const config::Config& config) {
  std::vector<std::string> known;
  for (const config::Source& source : config.sources) known.push_back(source.topic);
  for (const Output& output : kOutputs) {
    known.emplace_back(output.short_name);
    known.push_back(config.topics.*output.topic);
  }
  return known;
}

// Follows the partitions of one topic and writes what comes.
class Tap {
 public:
  Tap(const TapOptions& options, Tapped what, Filter filter, kafka::PartitionReader& reader)
      : options_(options), what_(std::move(what)), filter_(std::move(filter)), reader_(reader) {}

  Status start(const kafka::ClientConfig& client, Instant now);
  Status run();
  std::uint64_t wanted() const { return wanted_; }

 private:
  // From now on only what is there already is read.
  Status end_here();
  // False: enough.
  bool write(const kafka::Polled& polled);
  bool done() const {
    return (options_.max > 0 && wanted_ >= options_.max) || (to_reach_ && to_reach_->done());
  }

  const TapOptions& options_;
  Tapped what_;
  Filter filter_;
  kafka::PartitionReader& reader_;
  std::unique_ptr<kafka::Watermarks> watermarks_;
  std::vector<kafka::TopicPartition> partitions_;
  std::map<std::int32_t, std::int64_t> read_;  // up to where, of each partition
  std::optional<Reach> to_reach_;
  std::optional<Progress> progress_;
  std::uint64_t wanted_ = 0;
};

Status Tap::end_here() {
  auto ends = watermarks_->ends(partitions_, true, kPatience);
  if (!ends) return tl::unexpected(ends.error());
  to_reach_.emplace();
  for (std::size_t i = 0; i < ends->size(); ++i)
    to_reach_->add(partitions_[i].partition, (*ends)[i]);
  // What was read before this end was known is not told again.
  for (const auto& [partition, next] : read_) to_reach_->reached(partition, next);
  return {};
}

Status Tap::start(const kafka::ClientConfig& client, Instant now) {
  const Progress asking("asking the brokers for " + what_.topic);
  auto count = reader_.partitions(what_.topic, kPatience);
  if (!count) return tl::unexpected(count.error());
  auto watermarks = kafka::Watermarks::create(client);
  if (!watermarks) return tl::unexpected(watermarks.error());
  watermarks_ = std::move(*watermarks);
  for (std::int32_t i = 0; i < *count; ++i) partitions_.push_back({what_.topic, i});
  const bool over = filter_.until() && *filter_.until() <= now;
  const bool ends = options_.until_end || options_.count || over;
  if (ends) {
    if (auto known = end_here(); !known) return known;
  }
  const bool from_beginning = options_.from_beginning.value_or(ends || filter_.has_since());
  std::vector<kafka::Position> positions;
  for (const kafka::TopicPartition& one : partitions_)
    positions.push_back({one, from_beginning ? kEarliest : kLatest});
  return reader_.assign(positions);
}

bool Tap::write(const kafka::Polled& polled) {
  std::string out;
  for (const kafka::Record& record : polled.records) {
    read_[record.partition] = record.offset + 1;
    if (to_reach_) {
      // Records that came after the start are not part of "until the end".
      to_reach_->began(record.partition, record.offset);
      const bool was_there = to_reach_->wants(record.partition, record.offset);
      to_reach_->reached(record.partition, was_there ? record.offset + 1 : record.offset);
      if (!was_there) continue;
    }
    if (!filter_.wants(record)) continue;
    ++wanted_;
    if (!options_.count) {
      out += options_.json ? as_json(what_.kind, record) : as_text(what_.kind, record);
      out.push_back('\n');
    }
    if (options_.max > 0 && wanted_ >= options_.max) break;
  }
  for (const kafka::End& end : polled.ends) read_[end.partition] = end.offset;
  if (to_reach_) {
    for (const kafka::End& end : polled.ends) to_reach_->reached(end.partition, end.offset);
    progress_->stands_at(to_reach_->passed(), to_reach_->whole());
  }
  return write_out(out) && !done();
}

Status Tap::run() {
  bool told = false;
  while (!interrupted() && !nobody_reads() && !done()) {
    if (to_reach_ && !progress_)
      progress_.emplace("reading " + what_.topic, "records", to_reach_->whole());
    auto polled = reader_.poll(kBatch, kTurn);
    if (!polled && polled.error().code != Code::kUnavailable) {
      return tl::unexpected(polled.error());
    }
    if (!polled) {
      if (!told) say("vaste: waiting for the brokers: " + polled.error().detail);
      told = true;
      continue;
    }
    told = told && polled->records.empty();
    if (!write(*polled)) break;
    const bool over = !to_reach_ && filter_.until() && engine::wall_clock() >= *filter_.until();
    if (!over) continue;
    if (auto known = end_here(); !known) return known;
  }
  progress_.reset();
  return {};
}

// Names that are free in events are looked up in the policy, to say what was probably meant.
void note_unknown(const config::Config& config, const FilterOptions& filter) {
  if (config.policy_file.empty() || (filter.queues.empty() && filter.slas.empty())) return;
  std::vector<config::Finding> ignored;
  const auto policy = config::load_policy(config.policy_file, ignored);
  if (!policy) return;
  const auto note = [](const char* what, const std::vector<std::string>& asked, const auto& rows) {
    std::vector<std::string> names;
    for (const auto& row : rows) names.push_back(row.name);
    for (const std::string& one : asked) {
      if (names.empty() || std::find(names.begin(), names.end(), one) != names.end()) continue;
      say(fmt::format("vaste: note: the policy has no {} `{}`.{}", what, one,
                      did_you_mean(one, names)));
    }
  };
  note("queue", filter.queues, policy->queues);
  note("SLA", filter.slas, policy->slas);
}

}  // namespace

std::vector<std::string> output_names() {
  std::vector<std::string> out;
  for (const Output& output : kOutputs) out.emplace_back(output.short_name);
  return out;
}

Result<Tapped> find_topic(const config::Config& config, const std::string& name, bool any_source) {
  for (const config::Source& source : config.sources) {
    if (source.topic == name) return Tapped{name, Kind::kEvent};
  }
  for (const Output& output : kOutputs) {
    const std::string& topic = config.topics.*output.topic;
    if (name == topic || name == output.short_name) return Tapped{topic, output.kind};
  }
  if (name == config.topics.core || name == config.topics.changelog) {
    return failure(Code::kUsage,
                   fmt::format("{} is internal to vaste: there is nothing to read for "
                               "people; try `vaste tap enriched`",
                               name));
  }
  if (any_source) return Tapped{name, Kind::kEvent};
  const std::vector<std::string> known = known_names(config);
  const std::string hint = did_you_mean(name, known);
  return failure(
      Code::kNotFound,
      fmt::format("{} is no topic of this configuration.{}", name,
                  hint.empty() ? fmt::format(" It has: {}", fmt::join(known, ", ")) : hint));
}

int tap(const TapOptions& options) {
  catch_signals();
  auto config = connect(options.connection);
  if (!config) return give_up(config.error());
  const bool any_source = options.connection.config_file.empty();
  auto what = find_topic(*config, options.topic, any_source);
  if (!what) return give_up(what.error());
  const kafka::ClientConfig client = client_config(*config, "tap");
  const Instant now = engine::wall_clock();
  auto filter = Filter::make(options.filter, what->kind, now);
  if (!filter) return give_up(filter.error());
  note_unknown(*config, options.filter);
  auto reader = kafka::PartitionReader::create(client, {what->topic});
  if (!reader) return give_up(reader.error());
  Tap tapping(options, *what, std::move(*filter), **reader);
  auto status = tapping.start(client, now);
  if (!status && status.error().code == Code::kNotFound) {
    return give_up(
        {Code::kNotFound, fmt::format("topic {} does not exist.{}", what->topic,
                                      did_you_mean(options.topic, known_names(*config)))});
  }
  if (status) status = tapping.run();
  if (!status) return give_up(status.error());
  if (options.count) {
    write_out(options.json ? fmt::format("{{\"count\":{}}}\n", tapping.wanted())
                           : fmt::format("{}\n", tapping.wanted()));
    if (interrupted()) return kExitInterrupted;  // it is not the whole number
  }
  return output_lost() ? kExitInternal : 0;
}

}  // namespace vaste::app
