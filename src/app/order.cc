#include "app/order.h"

#include <google/protobuf/util/json_util.h>

#include <optional>

#include "app/exit_code.h"
#include "app/progress.h"
#include "app/terminal.h"
#include "engine/progress.h"
#include "kafka/transaction.h"
#include "kafka/watermarks.h"

namespace vaste::app {

namespace {

constexpr Millis kPatience{15000};
constexpr Millis kTurn{200};

// Reads `vaste.identity` from where it ends before the command is sent.
Result<std::unique_ptr<kafka::PartitionReader>> listen(const kafka::ClientConfig& client,
                                                       const std::string& topic) {
  auto reader = kafka::PartitionReader::create(client, {topic});
  if (!reader) return reader;
  auto count = (*reader)->partitions(topic, kPatience);
  if (!count) return tl::unexpected(count.error());
  std::vector<kafka::TopicPartition> partitions;
  for (std::int32_t i = 0; i < *count; ++i) partitions.push_back({topic, i});
  auto watermarks = kafka::Watermarks::create(client);
  if (!watermarks) return tl::unexpected(watermarks.error());
  auto ends = (*watermarks)->ends(partitions, true, kPatience);
  if (!ends) return tl::unexpected(ends.error());
  std::vector<kafka::Position> positions;
  for (std::size_t i = 0; i < partitions.size(); ++i)
    positions.push_back({partitions[i], (*ends)[i]});
  if (auto assigned = (*reader)->assign(positions); !assigned)
    return tl::unexpected(assigned.error());
  return reader;
}

Status send(const kafka::ClientConfig& client, const std::string& topic,
            const v1::Command& command) {
  auto producer = kafka::PlainProducer::create(client);
  if (!producer) return tl::unexpected(producer.error());
  const std::string value = command.SerializeAsString();
  kafka::Producer::Out out;
  out.topic = (*producer)->topic(topic);
  out.key = command.id();
  out.value = value;
  if (auto produced = (*producer)->produce(out); !produced) return produced;
  if (auto flushed = (*producer)->flush(kPatience); !flushed) return flushed;
  if ((*producer)->failed() == 0) return {};
  return failure(Code::kUnavailable, topic + ": the command was not delivered; try again");
}

Result<v1::IdentityRecord> wait_for(kafka::PartitionReader& reader, const v1::Command& command,
                                    const OrderOptions& options) {
  const Progress progress("waiting for the answer");
  const Instant until = engine::wall_clock() + std::chrono::seconds(options.timeout_seconds);
  while (engine::wall_clock() < until && !interrupted()) {
    auto polled = reader.poll(500, kTurn);
    if (!polled && polled.error().code != Code::kUnavailable) return tl::unexpected(polled.error());
    if (!polled) continue;
    for (const kafka::Record& record : polled->records) {
      v1::IdentityRecord answer;
      if (record.key != command.id() ||
          !answer.ParseFromArray(record.value.data(), static_cast<int>(record.value.size())))
        continue;
      if (answer.command_result().command().id() == command.id()) return answer;
    }
  }
  return failure(Code::kUnavailable,
                 "command " + command.id() + " was sent and is not answered yet: is an engine " +
                     "running? Its answer will be in vaste.identity; giving it again with --id " +
                     command.id() + " changes nothing twice");
}

}  // namespace

int give_order(const OrderOptions& options) {
  catch_signals();
  auto command = command_of(options, to_ms(engine::wall_clock()));
  if (!command) return give_up(command.error());
  auto config = connect(options.connection);
  if (!config) return give_up(config.error());
  const kafka::ClientConfig client = client_config(*config, "order");
  auto reader = listen(client, config->topics.identity);
  if (!reader) return give_up(reader.error());
  if (auto sent = send(client, config->topics.commands, *command); !sent)
    return give_up(sent.error());
  auto answer = wait_for(**reader, *command, options);
  if (!answer) return give_up(answer.error());
  std::string out;
  if (options.json) {
    google::protobuf::util::JsonPrintOptions print;
    print.preserve_proto_field_names = true;
    if (!google::protobuf::util::MessageToJsonString(*answer, &out, print).ok())
      return give_up({Code::kInternal, "the answer cannot be written as JSON"});
    out.push_back('\n');
  } else {
    out = answer_text(answer->command_result());
  }
  if (!write_out(out) && output_lost()) return kExitInternal;
  return exit_of(answer->command_result());
}

}  // namespace vaste::app
