#include <fmt/format.h>

#include "kafka/consumer.h"
#include "kafka/intake.h"

namespace vaste::kafka {
namespace {

constexpr std::int64_t kQueueBytes = 16 << 20;

class RdPartitionReader final : public PartitionReader {
 public:
  Status open(const ClientConfig& client, std::vector<std::string> topics);
  Status assign(const std::vector<Position>& positions) override;
  Result<Polled> poll(std::size_t max, Millis patience) override;
  Result<std::int32_t> partitions(const std::string& topic, Millis patience) override;

 private:
  std::unique_ptr<Client> client_;
  std::unique_ptr<Intake> intake_;  // After client_, so it goes first.
};

Status RdPartitionReader::open(const ClientConfig& client, std::vector<std::string> topics) {
  Properties ours = fetching(client, kQueueBytes);
  // assign() wants a name, but nothing is joined or committed under it.
  ours.emplace_back("group.id", client.client_id + "-reader");
  auto made = Client::make(RD_KAFKA_CONSUMER, client, ours, {});
  if (!made) return tl::unexpected(std::move(made.error()));
  client_ = std::move(*made);
  rd_kafka_poll_set_consumer(client_->get());
  intake_ = std::make_unique<Intake>(*client_, std::move(topics));
  intake_->ignore(RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
  return {};
}

Status RdPartitionReader::assign(const std::vector<Position>& positions) {
  const auto list = list_of(positions);
  for (const Position& position : positions) {
    intake_->restart(position.at.topic, position.at.partition);
  }
  const auto err = rd_kafka_assign(client_->get(), list.get());
  if (err != RD_KAFKA_RESP_ERR_NO_ERROR) return failure_of("assign", err);
  return {};
}

Result<Polled> RdPartitionReader::poll(std::size_t max, Millis patience) {
  return intake_->poll(max, patience);
}

Result<std::int32_t> RdPartitionReader::partitions(const std::string& topic, Millis patience) {
  auto metadata = client_->metadata(topic, patience);
  if (!metadata) return tl::unexpected(std::move(metadata.error()));
  if ((*metadata)->topic_cnt < 1) return failure(Code::kNotFound, "topic " + topic);
  const auto& found = (*metadata)->topics[0];
  if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) return failure_of("topic " + topic, found.err);
  return found.partition_cnt;
}

}  // namespace

Result<std::unique_ptr<PartitionReader>> PartitionReader::create(const ClientConfig& client,
                                                                 std::vector<std::string> topics) {
  auto reader = std::make_unique<RdPartitionReader>();
  if (auto status = reader->open(client, std::move(topics)); !status) {
    return tl::unexpected(std::move(status.error()));
  }
  return reader;
}

}  // namespace vaste::kafka
