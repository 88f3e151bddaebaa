// Private to this folder: messages of librdkafka as Records, and the proof that offsets only grow.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "kafka/rd.h"

namespace vaste::kafka {

// How every consumer of ours fetches.
Properties fetching(const ClientConfig& client, std::int64_t queue_bytes);

// Threads: the one that polls; restart() also from the callbacks inside poll().
class Intake {
 public:
  Intake(Client& client, std::vector<std::string> topics);
  ~Intake();  // The consumer behind it must still be there.
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

  // As GroupConsumer::poll. An error met after records is kept for the next call.
  Result<Polled> poll(std::size_t max, Millis patience);
  // The position of this partition was set or taken away: what came of it before is void.
  void restart(std::string_view topic, std::int32_t partition);
  // Something went wrong in a callback: the next poll says so.
  void fail(Error error);
  // An error that means nothing to this kind of consumer.
  void ignore(rd_kafka_resp_err_t err) { ignored_ = err; }

 private:
  struct Progress {
    std::int64_t next = -1;
    bool restarted = false;
  };

  void release();
  void take(rd_kafka_message_t* message);
  void take_error(const rd_kafka_message_t& message);
  void drop_restarted();
  std::uint16_t index_of(const rd_kafka_topic_t* topic);
  Progress& progress(std::uint16_t topic, std::int32_t partition);

  Client& client_;
  std::vector<std::string> topics_;
  std::vector<Owned<rd_kafka_topic_t>>
      handles_;  // Held so that a pointer names one topic for ever.
  std::vector<std::pair<const rd_kafka_topic_t*, std::uint16_t>> by_pointer_;
  std::vector<std::vector<Progress>> progress_;  // by topic index and partition
  std::vector<rd_kafka_message_t*> messages_;    // records_[i] points into messages_[i]
  std::vector<Record> records_;
  std::vector<End> ends_;
  std::optional<Error> pending_;
  rd_kafka_resp_err_t ignored_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  bool any_restarted_ = false;
};

}  // namespace vaste::kafka
