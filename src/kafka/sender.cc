#include "kafka/sender.h"

#include <fmt/format.h>

#include "base/check.h"

namespace vaste::kafka {
namespace {

// Reports hold the memory of what was sent until somebody polls.
constexpr std::uint32_t kPollEvery = 256;
constexpr Millis kFullTurn{20};

const void* bytes_of(std::string_view text) {
  return text.data() == nullptr ? "" : text.data();  // A null pointer would make it a tombstone.
}

}  // namespace

Properties producing(const std::string& compression, std::int32_t linger_ms,
                     Millis message_timeout) {
  return {
      {"enable.idempotence", "true"},
      {"acks", "all"},
      {"compression.type", compression},
      {"linger.ms", std::to_string(linger_ms)},
      {"message.max.bytes", "4000000"},  // brokers have their own limit; theirs is the one to meet
      {"message.timeout.ms", std::to_string(message_timeout.count())},
      // AddOffsetsToTxn right after a commit meets CONCURRENT_TRANSACTIONS and is tried again after
      // this. With the default of 100 ms that is what a transaction in a row of short ones costs.
      {"retry.backoff.ms", "10"},
      {"retry.backoff.max.ms", "500"},
      {"topic.metadata.refresh.fast.interval.ms", "100"},  // Would follow retry.backoff.ms.
      // As Java's, so that both find a key where the other put it.
      {"partitioner", "murmur2_random"},
  };
}

void Sender::prepare(rd_kafka_conf_t* conf) {
  rd_kafka_conf_set_dr_msg_cb(conf, &Sender::on_delivery);
}

TopicHandle Sender::topic(const std::string& name) {
  auto& handle = topics_[name];
  if (!handle) handle.reset(rd_kafka_topic_new(client_->get(), name.c_str(), nullptr));
  VASTE_CHECK(handle != nullptr);  // Only an illegal name; config checks those.
  return {handle.get()};
}

void Sender::on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  auto* self = owner_of<Sender>(opaque);
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (auto* delivered = static_cast<std::int64_t*>(message->_private)) {
      *delivered = std::max(*delivered, message->offset);
    }
    return;
  }
  if (self->failed_++ == 0) {
    self->first_failure_ =
        describe(text({rd_kafka_topic_name(message->rkt), message->partition}), message->err);
  }
}

void Sender::forget_failures() {
  failed_ = 0;
  first_failure_.clear();
}

rd_kafka_resp_err_t Sender::enqueue(const Producer::Out& out) {
  auto add = [this](rd_kafka_vtype_t type) -> rd_kafka_vu_t& {
    rd_kafka_vu_t& one = arguments_.emplace_back();
    one.vtype = type;
    return one;
  };
  auto memory = [&add](rd_kafka_vtype_t type, std::string_view bytes) {
    auto& one = add(type);
    one.u.mem.ptr = const_cast<void*>(bytes_of(bytes));
    one.u.mem.size = bytes.size();
  };
  arguments_.clear();
  add(RD_KAFKA_VTYPE_RKT).u.rkt = static_cast<rd_kafka_topic_t*>(out.topic.raw);
  add(RD_KAFKA_VTYPE_PARTITION).u.i32 = out.partition;
  add(RD_KAFKA_VTYPE_MSGFLAGS).u.i = RD_KAFKA_MSG_F_COPY;
  if (!out.key.empty()) memory(RD_KAFKA_VTYPE_KEY, out.key);
  if (!out.null_value) memory(RD_KAFKA_VTYPE_VALUE, out.value);
  if (out.timestamp_ms != 0) add(RD_KAFKA_VTYPE_TIMESTAMP).u.i64 = out.timestamp_ms;
  if (out.delivered != nullptr) add(RD_KAFKA_VTYPE_OPAQUE).u.ptr = out.delivered;
  Owned<rd_kafka_headers_t> headers;
  if (!out.headers.empty()) {
    headers.reset(rd_kafka_headers_new(out.headers.size()));
    for (const Header& header : out.headers) {
      rd_kafka_header_add(headers.get(), header.name.data(),
                          static_cast<ssize_t>(header.name.size()), bytes_of(header.value),
                          static_cast<ssize_t>(header.value.size()));
    }
    add(RD_KAFKA_VTYPE_HEADERS).u.headers = headers.get();
  }
  const Owned<rd_kafka_error_t> error(
      rd_kafka_produceva(client_->get(), arguments_.data(), arguments_.size()));
  if (error) return rd_kafka_error_code(error.get());
  (void)headers.release();  // The message has them now.
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t Sender::produce(const Producer::Out& out, Millis patience) {
  if (++since_poll_ >= kPollEvery) {
    since_poll_ = 0;
    rd_kafka_poll(client_->get(), 0);
  }
  rd_kafka_resp_err_t err = enqueue(out);
  if (err != RD_KAFKA_RESP_ERR__QUEUE_FULL) return err;
  const Deadline deadline(patience);
  while (err == RD_KAFKA_RESP_ERR__QUEUE_FULL && !deadline.passed()) {
    rd_kafka_poll(client_->get(), deadline.left_ms(kFullTurn));
    err = enqueue(out);
  }
  return err;
}

}  // namespace vaste::kafka
