#include "app/changelog.h"

#include "app/connection.h"
#include "app/progress.h"
#include "app/reach.h"
#include "app/terminal.h"
#include "engine/progress.h"
#include "kafka/watermarks.h"
#include "stitch/stitch.h"
#include "store/conversations.h"
#include "store/keys.h"

namespace vaste::app {

namespace {

constexpr Millis kPatience{20000};
constexpr int kMostRedirects = 16;

}  // namespace

Result<Changelog> Changelog::open(const config::Config& config, std::string_view role) {
  Changelog log;
  log.topic_ = config.topics.changelog;
  log.client_ = client_config(config, role);
  auto reader = kafka::PartitionReader::create(log.client_, {log.topic_});
  if (!reader) return tl::unexpected(reader.error());
  log.reader_ = std::move(*reader);
  auto partitions = log.reader_->partitions(log.topic_, kPatience);
  if (!partitions) return tl::unexpected(partitions.error());
  log.partitions_ = *partitions;
  return log;
}

Result<std::optional<Conversation>> Changelog::find(const Id& id) {
  auto found = find(id, id.key_group());
  for (int hop = 0; hop < kMostRedirects && found && *found && (*found)->moved; ++hop)
    found = find(id, (*found)->customer.key_group());
  return found;
}

Result<std::optional<std::string>> Changelog::get(const std::string& key, std::uint32_t key_group) {
  auto records = newest(key_group, [&](std::string_view one) { return one == key; });
  if (!records) return tl::unexpected(records.error());
  if (records->empty()) return std::optional<std::string>();
  return std::optional(records->begin()->second);
}

Result<std::optional<Conversation>> Changelog::find(const Id& id, std::uint32_t key_group) {
  const std::string key = store::conversation_key(id);
  const std::string blocks = store::blocks_of(id);
  auto records = newest(
      key_group, [&](std::string_view one) { return one == key || one.starts_with(blocks); });
  if (!records) return tl::unexpected(records.error());
  return store::load_conversation(id, [&](const std::string& asked) {
    const auto found = records->find(asked);
    return Result<std::optional<std::string>>(
        found == records->end() ? std::nullopt : std::optional(found->second));
  });
}

Result<Changelog::Records> Changelog::newest(
    std::uint32_t key_group, const std::function<bool(std::string_view key)>& wanted) {
  const kafka::TopicPartition at{topic_, stitch::partition_of(key_group, partitions_)};
  auto watermarks = kafka::Watermarks::create(client_);
  if (!watermarks) return tl::unexpected(watermarks.error());
  auto ends = (*watermarks)->ends(std::vector{at}, true, kPatience);
  if (!ends) return tl::unexpected(ends.error());
  if (auto assigned = reader_->assign({{at, -2}}); !assigned)
    return tl::unexpected(assigned.error());
  Records newest;
  Reach reach;
  reach.add(at.partition, ends->front());
  if (ends->front() == 0) return newest;
  Progress progress("reading " + kafka::text(at), "records");
  Instant heard = engine::wall_clock();
  while (!reach.done() && !interrupted()) {
    auto polled = reader_->poll(5000, Millis(200));
    if (!polled && polled.error().code != Code::kUnavailable) return tl::unexpected(polled.error());
    if (polled) {
      for (const kafka::Record& record : polled->records) {
        reach.began(record.partition, record.offset);
        reach.reached(record.partition, record.offset + 1);
        if (!wanted(record.key)) continue;
        if (record.null_value)
          newest.erase(std::string(record.key));
        else
          newest.insert_or_assign(std::string(record.key), std::string(record.value));
      }
      for (const kafka::End& end : polled->ends) reach.reached(end.partition, end.offset);
      progress.stands_at(reach.passed(), reach.whole());
      if (!polled->records.empty()) heard = engine::wall_clock();
    }
    if (engine::wall_clock() - heard > kPatience)
      return failure(Code::kUnavailable, kafka::text(at) + ": nothing comes any more; try again");
  }
  return newest;
}

}  // namespace vaste::app
