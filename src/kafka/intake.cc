#include "kafka/intake.h"

#include <fmt/format.h>

#include "base/check.h"

namespace vaste::kafka {
namespace {

std::string_view view(const void* data, std::size_t size) {
  return data == nullptr ? std::string_view()
                         : std::string_view(static_cast<const char*>(data), size);
}

}  // namespace

Properties fetching(const ClientConfig& client, std::int64_t queue_bytes) {
  return {
      {"check.crcs", client.mock_brokers ? "false" : "true"},
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"auto.offset.reset", "earliest"},
      {"isolation.level", "read_committed"},
      {"enable.partition.eof", "true"},
      {"queued.min.messages", "10000"},
      {"queued.max.messages.kbytes", std::to_string(std::max<std::int64_t>(1, queue_bytes / 1024))},
      // What one answer brings is unpacked at once, beside what is queued already.
      {"fetch.max.bytes", "4194304"},
      {"fetch.message.max.bytes", "524288"},
      {"fetch.wait.max.ms", "50"},
      {"fetch.queue.backoff.ms", "20"},
      {"fetch.error.backoff.ms", "100"},
  };
}

std::string_view header_of(const Record& record, const char* name) {
  rd_kafka_headers_t* headers = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  const auto* message = static_cast<const rd_kafka_message_t*>(record.handle);
  if (message == nullptr || rd_kafka_message_headers(message, &headers) != 0 ||
      rd_kafka_header_get_last(headers, name, &value, &size) != 0)
    return {};
  return view(value, size);
}

std::vector<Header> headers_of(const Record& record) {
  std::vector<Header> out;
  rd_kafka_headers_t* headers = nullptr;
  const auto* message = static_cast<const rd_kafka_message_t*>(record.handle);
  if (message == nullptr || rd_kafka_message_headers(message, &headers) != 0) return out;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == 0; ++i) {
    out.push_back({name, view(value, size)});
  }
  return out;
}

Intake::Intake(Client& client, std::vector<std::string> topics)
    : client_(client), topics_(std::move(topics)), progress_(topics_.size()) {
  VASTE_CHECK(topics_.size() < 65536);
  for (std::size_t i = 0; i < topics_.size(); ++i) {
    handles_.emplace_back(rd_kafka_topic_new(client_.get(), topics_[i].c_str(), nullptr));
    by_pointer_.emplace_back(handles_.back().get(), static_cast<std::uint16_t>(i));
  }
}

Intake::~Intake() {
  release();
}

void Intake::release() {
  for (rd_kafka_message_t* message : messages_) rd_kafka_message_destroy(message);
  messages_.clear();
  records_.clear();
  ends_.clear();
}

// rd_kafka_consume_batch_queue would be one call, but is not sound for us: it serves a rebalance in
// the middle of a batch and then still returns what it had collected of a partition that the
// callback gave back or moved, and with a time limit it waits for a full batch. Here every message
// comes singly, so after each call it is known what came before a callback and what after it.
Result<Polled> Intake::poll(std::size_t max, Millis patience) {
  release();
  if (pending_) {
    Error error = std::move(*pending_);
    pending_.reset();
    return tl::unexpected(std::move(error));
  }
  const Deadline deadline(patience);
  while (messages_.size() < max && !pending_) {
    const bool empty = messages_.empty() && ends_.empty();
    rd_kafka_message_t* message =
        rd_kafka_consumer_poll(client_.get(), empty ? deadline.left_ms() : 0);
    // A callback inside the call above came before `message` and after all others.
    if (any_restarted_) drop_restarted();
    if (message == nullptr) break;
    take(message);
  }
  if (records_.empty() && ends_.empty()) {
    if (!pending_) {
      if (auto outage = client_.take_outage()) pending_ = Error{Code::kUnavailable, *outage};
    }
    if (pending_) {
      Error error = std::move(*pending_);
      pending_.reset();
      return tl::unexpected(std::move(error));
    }
  }
  return Polled{records_, ends_};
}

void Intake::take(rd_kafka_message_t* message) {
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      ends_.push_back({index_of(message->rkt), message->partition, message->offset});
    } else {
      take_error(*message);
    }
    rd_kafka_message_destroy(message);
    return;
  }
  Record record;
  record.topic = index_of(message->rkt);
  record.partition = message->partition;
  record.offset = message->offset;
  Progress& seen = progress(record.topic, record.partition);
  if (record.offset < seen.next) {
    pending_ = Error{Code::kAborted, fmt::format("{}: got offset {} after {}",
                                                 text({topics_[record.topic], record.partition}),
                                                 record.offset, seen.next - 1)};
    rd_kafka_message_destroy(message);
    return;
  }
  seen.next = record.offset + 1;
  rd_kafka_timestamp_type_t kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  record.timestamp_ms = rd_kafka_message_timestamp(message, &kind);
  record.key = view(message->key, message->key_len);
  record.value = view(message->payload, message->len);
  record.null_value = message->payload == nullptr;
  record.handle = message;
  messages_.push_back(message);
  records_.push_back(record);
}

void Intake::take_error(const rd_kafka_message_t& message) {
  if (message.err == ignored_) return;
  std::string what = "consumer";
  if (message.rkt != nullptr) {
    what = rd_kafka_topic_name(message.rkt);
    if (message.partition >= 0) what = text({what, message.partition});
  }
  std::array<char, 512> reason{};
  switch (message.err) {
    case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED:
      // Not for the caller: the next poll joins again, and the listener hears that all was lost.
      client_.log(4, "POLL", describe(what, message.err, rd_kafka_message_errstr(&message)));
      return;
    case RD_KAFKA_RESP_ERR__FATAL: {
      const auto err = rd_kafka_fatal_error(client_.get(), reason.data(), reason.size());
      pending_ = Error{Code::kFenced, describe(what, err, reason.data())};
      return;
    }
    default:
      pending_ = Error{code_of(message.err),
                       describe(what, message.err, rd_kafka_message_errstr(&message))};
  }
}

void Intake::fail(Error error) {
  if (!pending_) pending_ = std::move(error);
}

void Intake::restart(std::string_view topic, std::int32_t partition) {
  for (std::size_t i = 0; i < topics_.size(); ++i) {
    if (topics_[i] != topic) continue;
    progress(static_cast<std::uint16_t>(i), partition) = {.next = -1, .restarted = true};
    any_restarted_ = true;
    return;
  }
}

void Intake::drop_restarted() {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < records_.size(); ++i) {
    if (progress(records_[i].topic, records_[i].partition).restarted) {
      rd_kafka_message_destroy(messages_[i]);
      continue;
    }
    messages_[kept] = messages_[i];
    records_[kept++] = records_[i];
  }
  messages_.resize(kept);
  records_.resize(kept);
  std::erase_if(ends_,
                [this](const End& end) { return progress(end.topic, end.partition).restarted; });
  for (auto& partitions : progress_) {
    for (Progress& one : partitions) one.restarted = false;
  }
  any_restarted_ = false;
}

std::uint16_t Intake::index_of(const rd_kafka_topic_t* topic) {
  for (const auto& [pointer, index] : by_pointer_) {
    if (pointer == topic) return index;
  }
  // Errors may carry another object of the same name. Not remembered: its address may be reused.
  const std::string_view name = rd_kafka_topic_name(topic);
  for (std::size_t i = 0; i < topics_.size(); ++i) {
    if (topics_[i] == name) return static_cast<std::uint16_t>(i);
  }
  VASTE_CHECK(false && "a record of a topic that was not asked for");
  return 0;
}

Intake::Progress& Intake::progress(std::uint16_t topic, std::int32_t partition) {
  auto& partitions = progress_[topic];
  const auto at = static_cast<std::size_t>(partition);
  if (at >= partitions.size()) partitions.resize(at + 1);
  return partitions[at];
}

}  // namespace vaste::kafka
