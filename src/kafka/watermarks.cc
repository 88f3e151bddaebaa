#include "kafka/watermarks.h"

#include <fmt/format.h>

#include "kafka/rd.h"

namespace vaste::kafka {
namespace {

class RdWatermarks final : public Watermarks {
 public:
  explicit RdWatermarks(ClientConfig config) : config_(std::move(config)) {}

  Status open() {
    auto made = Client::make(RD_KAFKA_PRODUCER, config_, {}, {});
    if (!made) return tl::unexpected(std::move(made.error()));
    client_ = std::move(*made);
    return {};
  }

  Result<std::vector<std::int64_t>> ends(std::span<const TopicPartition> partitions, bool committed,
                                         Millis patience) override;

 private:
  Result<std::vector<std::int64_t>> ask(std::span<const TopicPartition> partitions, bool committed,
                                        Millis patience);

  ClientConfig config_;
  std::unique_ptr<Client> client_;  // nullptr after a failure
};

// Every partition has to be there and well: half an answer proves nothing.
Result<std::vector<std::int64_t>> in_order(std::span<const TopicPartition> partitions,
                                           const rd_kafka_ListOffsets_result_t* result) {
  std::size_t count = 0;
  const auto* const* infos = rd_kafka_ListOffsets_result_infos(result, &count);
  Owned<rd_kafka_topic_partition_list_t> found(
      rd_kafka_topic_partition_list_new(static_cast<int>(count)));
  for (std::size_t i = 0; i < count; ++i) {
    const auto* at = rd_kafka_ListOffsetsResultInfo_topic_partition(infos[i]);
    if (at->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return failure_of("end of " + text({at->topic, at->partition}), at->err);
    }
    rd_kafka_topic_partition_list_add(found.get(), at->topic, at->partition)->offset = at->offset;
  }
  std::vector<std::int64_t> out;
  out.reserve(partitions.size());
  for (const TopicPartition& at : partitions) {
    const auto* one =
        rd_kafka_topic_partition_list_find(found.get(), at.topic.c_str(), at.partition);
    if (one == nullptr || one->offset < 0) {
      return failure(Code::kUnavailable, "end of " + text(at) + ": not in the answer");
    }
    out.push_back(one->offset);
  }
  return out;
}

// ListOffsets sends the leader epoch of cached metadata, and its refusal (FENCED_LEADER_EPOCH once
// a broker has restarted) does not refresh the cache: only a new client asks again.
Result<std::vector<std::int64_t>> RdWatermarks::ends(std::span<const TopicPartition> partitions,
                                                     bool committed, Millis patience) {
  if (partitions.empty()) return std::vector<std::int64_t>{};
  if (!client_)
    if (auto opened = open(); !opened) return tl::unexpected(std::move(opened.error()));
  auto found = ask(partitions, committed, patience);
  if (!found) client_.reset();
  return found;
}

Result<std::vector<std::int64_t>> RdWatermarks::ask(std::span<const TopicPartition> partitions,
                                                    bool committed, Millis patience) {
  const Deadline deadline(patience);
  Owned<rd_kafka_topic_partition_list_t> list(
      rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const TopicPartition& at : partitions) {
    // The same partition twice would be refused.
    if (rd_kafka_topic_partition_list_find(list.get(), at.topic.c_str(), at.partition) != nullptr) {
      continue;
    }
    rd_kafka_topic_partition_list_add(list.get(), at.topic.c_str(), at.partition)->offset =
        RD_KAFKA_OFFSET_SPEC_LATEST;
  }
  const auto options = options_of(client_->get(), RD_KAFKA_ADMIN_OP_LISTOFFSETS, deadline);
  const Owned<rd_kafka_error_t> refused(rd_kafka_AdminOptions_set_isolation_level(
      options.get(), committed ? RD_KAFKA_ISOLATION_LEVEL_READ_COMMITTED
                               : RD_KAFKA_ISOLATION_LEVEL_READ_UNCOMMITTED));
  if (refused) return failure_of("ListOffsets", refused.get());
  const Owned<rd_kafka_queue_t> queue(rd_kafka_queue_new(client_->get()));
  rd_kafka_ListOffsets(client_->get(), list.get(), options.get(), queue.get());
  const auto event = await(queue.get(), deadline);
  rd_kafka_poll(client_->get(), 0);  // Errors of the client end in its log.
  if (!event) {
    return failure(Code::kUnavailable,
                   fmt::format("ListOffsets: no answer in {} ms", patience.count()));
  }
  if (const auto err = rd_kafka_event_error(event.get()); err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return failure_of("ListOffsets", err, rd_kafka_event_error_string(event.get()));
  }
  return in_order(partitions, rd_kafka_event_ListOffsets_result(event.get()));
}

}  // namespace

Result<std::unique_ptr<Watermarks>> Watermarks::create(const ClientConfig& client) {
  auto watermarks = std::make_unique<RdWatermarks>(client);
  if (auto status = watermarks->open(); !status) {
    return tl::unexpected(std::move(status.error()));
  }
  return watermarks;
}

}  // namespace vaste::kafka
