// Private to this folder: records into a producer's queue, and what its delivery reports say.
#pragma once

#include <map>

#include "kafka/rd.h"
#include "kafka/transaction.h"

namespace vaste::kafka {

// Settings that all our producers share.
Properties producing(const std::string& compression, std::int32_t linger_ms,
                     Millis message_timeout);

// Threads: one; reports come inside rd_kafka_poll, flush, commit and abort on that thread.
class Sender {
 public:
  // For Client::Hooks; the owner of the client must be the Sender.
  static void prepare(rd_kafka_conf_t* conf);

  void attach(Client& client) { client_ = &client; }
  // Before the client goes: it must not find its topics still held.
  void close() { topics_.clear(); }
  TopicHandle topic(const std::string& name);
  // Copies; waits while the queue is full. Past `patience` that is _QUEUE_FULL.
  rd_kafka_resp_err_t produce(const Producer::Out& out, Millis patience);
  std::uint64_t failed() const { return failed_; }
  const std::string& first_failure() const { return first_failure_; }
  void forget_failures();

 private:
  static void on_delivery(rd_kafka_t* rk, const rd_kafka_message_t* message, void* opaque);
  rd_kafka_resp_err_t enqueue(const Producer::Out& out);

  Client* client_ = nullptr;
  std::map<std::string, Owned<rd_kafka_topic_t>> topics_;
  std::vector<rd_kafka_vu_t> arguments_;  // Reused; each is 72 bytes.
  std::uint64_t failed_ = 0;
  std::string first_failure_;
  std::uint32_t since_poll_ = 0;
};

}  // namespace vaste::kafka
