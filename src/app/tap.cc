#include "app/tap.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <map>

#include "app/exit_code.h"
#include "app/terminal.h"
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
  Tap(const TapOptions& options, Tapped what, kafka::PartitionReader& reader)
      : options_(options), what_(std::move(what)), reader_(reader) {}

  Status start(const kafka::ClientConfig& client);
  Status run();

 private:
  // False: enough.
  bool write(const kafka::Polled& polled);
  void reached(std::int32_t partition, std::int64_t offset) {
    const auto left = to_reach_.find(partition);
    if (left != to_reach_.end() && offset >= left->second) to_reach_.erase(left);
  }
  bool done() const {
    return (options_.max > 0 && written_ >= options_.max) ||
           (options_.until_end && to_reach_.empty());
  }

  const TapOptions& options_;
  Tapped what_;
  kafka::PartitionReader& reader_;
  std::map<std::int32_t, std::int64_t> to_reach_;  // partition -> where it ended at the start
  std::uint64_t written_ = 0;
};

Status Tap::start(const kafka::ClientConfig& client) {
  auto count = reader_.partitions(what_.topic, kPatience);
  if (!count) return tl::unexpected(count.error());
  std::vector<kafka::TopicPartition> partitions;
  std::vector<kafka::Position> positions;
  for (std::int32_t i = 0; i < *count; ++i) {
    partitions.push_back({what_.topic, i});
    positions.push_back({partitions.back(), options_.from_beginning ? kEarliest : kLatest});
  }
  if (options_.until_end) {
    auto watermarks = kafka::Watermarks::create(client);
    if (!watermarks) return tl::unexpected(watermarks.error());
    auto ends = (*watermarks)->ends(partitions, true, kPatience);
    if (!ends) return tl::unexpected(ends.error());
    for (std::size_t i = 0; i < ends->size(); ++i) {
      to_reach_[static_cast<std::int32_t>(i)] = (*ends)[i];
    }
  }
  return reader_.assign(positions);
}

bool Tap::write(const kafka::Polled& polled) {
  std::string out;
  for (const kafka::Record& record : polled.records) {
    // Records that came after the start are not part of "until the end".
    if (options_.until_end) {
      const auto left = to_reach_.find(record.partition);
      if (left == to_reach_.end() || record.offset >= left->second) {
        reached(record.partition, record.offset);
        continue;
      }
    }
    out += options_.json ? as_json(what_.kind, record) : as_text(what_.kind, record);
    out.push_back('\n');
    ++written_;
    reached(record.partition, record.offset + 1);
    if (options_.max > 0 && written_ >= options_.max) break;
  }
  for (const kafka::End& end : polled.ends) reached(end.partition, end.offset);
  return write_out(out) && !done();
}

Status Tap::run() {
  bool told = false;
  while (!interrupted() && !nobody_reads()) {
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
    if (!write(*polled)) return {};
  }
  return {};
}

}  // namespace

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
  auto reader = kafka::PartitionReader::create(client, {what->topic});
  if (!reader) return give_up(reader.error());
  Tap tapping(options, *what, **reader);
  auto status = tapping.start(client);
  if (!status && status.error().code == Code::kNotFound) {
    return give_up(
        {Code::kNotFound, fmt::format("topic {} does not exist.{}", what->topic,
                                      did_you_mean(options.topic, known_names(*config)))});
  }
  if (status) status = tapping.run();
  if (!status) return give_up(status.error());
  return output_lost() ? kExitInternal : 0;
}

}  // namespace vaste::app
