// Private to this folder: librdkafka behind RAII, its errors as ours, and one client with its
// callbacks.
#pragma once

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "kafka/client.h"
#include "kafka/consumer.h"

namespace vaste::kafka {

struct Destroy {
  void operator()(rd_kafka_conf_t* it) const { rd_kafka_conf_destroy(it); }
  void operator()(rd_kafka_topic_t* it) const { rd_kafka_topic_destroy(it); }
  void operator()(rd_kafka_topic_partition_list_t* it) const {
    rd_kafka_topic_partition_list_destroy(it);
  }
  void operator()(rd_kafka_error_t* it) const { rd_kafka_error_destroy(it); }
  void operator()(rd_kafka_queue_t* it) const { rd_kafka_queue_destroy(it); }
  void operator()(rd_kafka_event_t* it) const { rd_kafka_event_destroy(it); }
  void operator()(rd_kafka_AdminOptions_t* it) const { rd_kafka_AdminOptions_destroy(it); }
  void operator()(rd_kafka_NewTopic_t* it) const { rd_kafka_NewTopic_destroy(it); }
  void operator()(rd_kafka_DeleteRecords_t* it) const { rd_kafka_DeleteRecords_destroy(it); }
  void operator()(rd_kafka_ConfigResource_t* it) const { rd_kafka_ConfigResource_destroy(it); }
  void operator()(const rd_kafka_metadata_t* it) const { rd_kafka_metadata_destroy(it); }
  void operator()(rd_kafka_headers_t* it) const { rd_kafka_headers_destroy(it); }
  void operator()(rd_kafka_consumer_group_metadata_t* it) const {
    rd_kafka_consumer_group_metadata_destroy(it);
  }
};
template <class T>
using Owned = std::unique_ptr<T, Destroy>;

// When a bounded call has to be over; what is left of it in the milliseconds that librdkafka wants.
class Deadline {
 public:
  explicit Deadline(Millis patience) : at_(std::chrono::steady_clock::now() + patience) {}
  bool passed() const { return std::chrono::steady_clock::now() >= at_; }
  int left_ms(Millis at_most = Millis(3600'000)) const {
    const auto left = std::chrono::ceil<Millis>(at_ - std::chrono::steady_clock::now());
    // Never -1, which would mean for ever.
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, at_most.count()));
  }

 private:
  std::chrono::steady_clock::time_point at_;
};

Code code_of(rd_kafka_resp_err_t err);
// "commit_transaction: _TIMED_OUT: the reason"
std::string describe(std::string_view what, rd_kafka_resp_err_t err, std::string_view reason = {});
std::string describe(std::string_view what, const rd_kafka_error_t* error);
tl::unexpected<Error> failure_of(std::string_view what, rd_kafka_resp_err_t err,
                                 std::string_view reason = {});
tl::unexpected<Error> failure_of(std::string_view what, const rd_kafka_error_t* error);

Owned<rd_kafka_topic_partition_list_t> list_of(std::span<const TopicPartition> partitions);
Owned<rd_kafka_topic_partition_list_t> list_of(std::span<const Position> positions);

// The first partition of an answer that went wrong.
Status first_failure(std::string_view what, const rd_kafka_topic_partition_list_t& list);

using Properties = std::vector<std::pair<std::string, std::string>>;

// What librdkafka's threads reach of a client. They may outlive it when destroying does not end.
class Context {
 public:
  Context(const ClientConfig& config, void* owner, std::shared_ptr<void> keep);

  // Of the callbacks inside poll(); librdkafka's own threads must not use it.
  void* owner() const { return owner_; }
  void log(int level, std::string_view facility, std::string_view text);
  void on_error(rd_kafka_resp_err_t err, const char* reason);
  std::optional<std::string> take_outage();
  std::string without_secrets(std::string_view text) const;
  void silence();

 private:
  void* owner_;
  std::shared_ptr<void> keep_;
  std::vector<std::string> secrets_;
  std::mutex mutex_;
  std::function<void(int, std::string_view, std::string_view)> log_;
  std::function<void(std::string_view)> count_error_;
  std::shared_ptr<Repeats> repeats_;
  std::string outage_;
  std::chrono::steady_clock::time_point outage_told_{};
};

// One rd_kafka_t; the opaque of all its callbacks is its Context.
// Threads: log() comes from librdkafka's threads too; everything else from the owner's.
class Client {
 public:
  // What only some kinds of clients have.
  struct Hooks {
    void* owner = nullptr;
    std::function<void(rd_kafka_conf_t*)> prepare;  // callbacks, set before the client exists
    std::shared_ptr<void> keep;                     // what librdkafka's own threads use
  };

  // The user's properties come after `ours` and win, except where they would break the guarantees.
  // Errors: kConfig names the property, never the value; it may be a secret.
  static Result<std::unique_ptr<Client>> make(rd_kafka_type_t type, const ClientConfig& config,
                                              const Properties& ours, const Hooks& hooks);
  ~Client();  // Bounded; messages and topic handles are gone by then.
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  rd_kafka_t* get() const { return rk_; }
  void log(int level, std::string_view facility, std::string_view text) const {
    context_->log(level, facility, text);
  }
  // The text of an outage (all brokers down, authentication refused) seen since the last call; at
  // most one a second, since the caller polls far more often than anything changes.
  std::optional<std::string> take_outage() { return context_->take_outage(); }

  // Partitions of a topic, asked of a broker. Never creates it.
  Result<Owned<const rd_kafka_metadata_t>> metadata(const std::string& topic,
                                                    Millis patience) const;

 private:
  Client() = default;

  std::shared_ptr<Context> context_;
  rd_kafka_t* rk_ = nullptr;
};

// The owner of the client whose callback this is.
template <class T>
T* owner_of(void* opaque) {
  return static_cast<T*>(static_cast<Context*>(opaque)->owner());
}

// Waits for the answer to an Admin request; null when it did not come in time.
Owned<rd_kafka_event_t> await(rd_kafka_queue_t* queue, const Deadline& deadline);
Owned<rd_kafka_AdminOptions_t> options_of(rd_kafka_t* rk, rd_kafka_admin_op_t op,
                                          const Deadline& deadline);

class RdGroupMetadata : public GroupMetadata {
 public:
  RdGroupMetadata(rd_kafka_consumer_group_metadata_t* raw, bool renewed)
      : raw_(raw), renewed_(renewed) {}
  const rd_kafka_consumer_group_metadata_t* get() const { return raw_.get(); }
  // Another member than the one that the partitions were given to.
  bool renewed() const { return renewed_; }

 private:
  Owned<rd_kafka_consumer_group_metadata_t> raw_;
  bool renewed_ = false;
};

}  // namespace vaste::kafka
