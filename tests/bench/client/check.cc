// After the run: is what came out what must come out? Reads all committed output from the
// beginning.
#include <google/protobuf/arena.h>

#include <algorithm>

#include "command.h"
#include "kafka/consumer.h"
#include "kafka/watermarks.h"
#include "vaste/v1/alert.pb.h"
#include "vaste/v1/dead_letter.pb.h"
#include "vaste/v1/enriched.pb.h"

namespace vaste::bench {
namespace {

constexpr Millis kPatience{30000};
constexpr std::size_t kBatch = 2000;
enum Output : std::uint8_t { kEnriched, kDeadLetters, kAlerts };  // the order of kOutputs
const std::vector<std::string> kOutputs = {"vaste.enriched", "vaste.dead-letters", "vaste.alerts"};

struct Found {
  std::map<kafka::TopicPartition, std::vector<std::uint8_t>> answers;  // of each source record
  std::uint64_t enriched = 0;
  std::uint64_t dead = 0;
  std::uint64_t doubled = 0;
  std::uint64_t strange = 0;  // about a source record that is not there
  std::uint64_t event_bytes = 0;
  std::uint64_t enriched_bytes = 0;
  std::int64_t since_ms = 0;  // what came before was a warm-up
  std::int64_t first_ms = 0;  // of the enriched records' time-stamps since then
  std::int64_t last_ms = 0;
  std::map<std::string, std::uint64_t> outcomes;
  std::map<std::string, std::uint64_t> alerts;  // BREACHED_RAISED: 12
};

void answer(const v1::SourcePosition& source, Found& found) {
  const auto at = found.answers.find({source.topic(), source.partition()});
  const auto offset = static_cast<std::size_t>(source.offset());
  if (at == found.answers.end() || offset >= at->second.size()) {
    ++found.strange;
  } else if (at->second[offset] != 0) {
    ++found.doubled;
  } else {
    at->second[offset] = 1;
  }
}

Status take_enriched(const kafka::Record& record, google::protobuf::Arena& arena, Found& found) {
  auto& one = *google::protobuf::Arena::CreateMessage<v1::EnrichedEvent>(&arena);
  if (!one.ParseFromArray(record.value.data(), static_cast<int>(record.value.size())))
    return failure(Code::kCorrupt, "an enriched record is no EnrichedEvent");
  answer(one.source(), found);
  ++found.enriched;
  ++found.outcomes[v1::EventOutcome_Name(one.outcome())];
  found.event_bytes += one.event().ByteSizeLong();
  found.enriched_bytes += record.value.size();
  if (record.timestamp_ms < found.since_ms) return {};
  if (found.first_ms == 0 || record.timestamp_ms < found.first_ms)
    found.first_ms = record.timestamp_ms;
  found.last_ms = std::max(found.last_ms, record.timestamp_ms);
  return {};
}

Status take(const kafka::Record& record, google::protobuf::Arena& arena, Found& found) {
  if (record.null_value) return {};
  if (record.topic == kEnriched) return take_enriched(record, arena, found);
  const auto size = static_cast<int>(record.value.size());
  if (record.topic == kDeadLetters) {
    auto& one = *google::protobuf::Arena::CreateMessage<v1::DeadLetter>(&arena);
    if (!one.ParseFromArray(record.value.data(), size))
      return failure(Code::kCorrupt, "a dead letter is no DeadLetter");
    answer(one.source(), found);
    ++found.dead;
    return {};
  }
  auto& one = *google::protobuf::Arena::CreateMessage<v1::Alert>(&arena);
  if (!one.ParseFromArray(record.value.data(), size))
    return failure(Code::kCorrupt, "an alert is no Alert");
  const std::string level = v1::AlertLevel_Name(one.level());
  const std::string status = v1::AlertStatus_Name(one.status());
  ++found.alerts[level.substr(sizeof("ALERT_LEVEL_") - 1) + "_" +
                 status.substr(sizeof("ALERT_STATUS_") - 1)];
  return {};
}

// How many records the sources hold: their producers are idempotent and write no markers.
Status count_sources(const kafka::ClientConfig& client, const std::vector<std::string>& sources,
                     Found& found) {
  auto partitions = partitions_of(client, sources);
  if (!partitions) return tl::unexpected(partitions.error());
  auto watermarks = kafka::Watermarks::create(client);
  if (!watermarks) return tl::unexpected(watermarks.error());
  auto ends = (*watermarks)->ends(*partitions, false, kPatience);
  if (!ends) return tl::unexpected(ends.error());
  for (std::size_t i = 0; i < partitions->size(); ++i)
    found.answers[(*partitions)[i]].resize(static_cast<std::size_t>((*ends)[i]));
  return {};
}

Status read_all(const kafka::ClientConfig& client, Found& found) {
  auto partitions = partitions_of(client, kOutputs);
  if (!partitions) return tl::unexpected(partitions.error());
  auto reader = kafka::PartitionReader::create(client, kOutputs);
  if (!reader) return tl::unexpected(reader.error());
  std::vector<kafka::Position> from;
  for (const kafka::TopicPartition& at : *partitions) from.push_back({at, -2});
  if (auto assigned = (*reader)->assign(from); !assigned) return assigned;
  std::map<std::pair<std::uint16_t, std::int32_t>, bool> ended;
  google::protobuf::Arena arena;
  Instant heard = wall_clock();
  while (ended.size() < partitions->size()) {
    auto polled = (*reader)->poll(kBatch, Millis(500));
    if (!polled) return tl::unexpected(polled.error());
    for (const kafka::Record& record : polled->records)
      if (auto taken = take(record, arena, found); !taken) return taken;
    arena.Reset();
    for (const kafka::End& end : polled->ends) ended[{end.topic, end.partition}] = true;
    if (!polled->records.empty() || !polled->ends.empty()) heard = wall_clock();
    if (wall_clock() - heard > kPatience)
      return failure(Code::kUnavailable, "the outputs cannot be read to their ends");
  }
  return {};
}

std::string table(const std::map<std::string, std::uint64_t>& counts) {
  std::string out;
  for (const auto& [name, count] : counts)
    out += fmt::format(R"({}"{}":{})", out.empty() ? "" : ",", name, count);
  return '{' + out + '}';
}

}  // namespace

Status check(int argc, char** argv) {
  auto flags = Flags::parse(argc, argv, 2, {"--bootstrap", "--sources", "--since-ms"});
  if (!flags) return tl::unexpected(flags.error());
  auto bootstrap = flags->text("--bootstrap");
  if (!bootstrap) return tl::unexpected(bootstrap.error());
  auto sources = flags->list("--sources");
  if (!sources) return tl::unexpected(sources.error());
  const kafka::ClientConfig client = client_of(*bootstrap, "check");
  auto since = flags->number("--since-ms", 0);
  if (!since) return tl::unexpected(since.error());
  Found found;
  found.since_ms = static_cast<std::int64_t>(*since);
  if (auto counted = count_sources(client, *sources, found); !counted) return counted;
  if (auto read = read_all(client, found); !read) return read;
  std::uint64_t records = 0;
  std::uint64_t missing = 0;
  for (const auto& [at, answers] : found.answers) {
    records += answers.size();
    missing += static_cast<std::uint64_t>(std::count(answers.begin(), answers.end(), 0));
  }
  const double each = found.enriched == 0 ? 1 : static_cast<double>(found.enriched);
  fmt::print(R"({{"source_records":{},"enriched":{},"dead":{},"missing":{},"doubled":{},)"
             R"("strange":{},"first_ms":{},"last_ms":{},"event_bytes":{:.1f},)"
             R"("enriched_bytes":{:.1f},"outcomes":{},"alerts":{}}})"
             "\n",
             records, found.enriched, found.dead, missing, found.doubled, found.strange,
             found.first_ms, found.last_ms, static_cast<double>(found.event_bytes) / each,
             static_cast<double>(found.enriched_bytes) / each, table(found.outcomes),
             table(found.alerts));
  return {};
}

}  // namespace vaste::bench
