// A transactional producer whose every outcome is one of three.
//
// Threads: one thread. Every call is bounded; a Watchdog (below) ends the process when librdkafka
// does not come back.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kafka/client.h"
#include "kafka/consumer.h"

namespace vaste::kafka {

enum class Outcome : std::uint8_t {
  kCommitted,
  kAborted,  // nothing of it is visible, the producer can go on: read the input again from the
             // committed offsets
  kUnknown,  // fatal, fenced or past the deadline: a new producer, then ask what was committed
};
struct Commit {
  Outcome outcome = Outcome::kUnknown;
  std::string detail;  // why not kCommitted
  // The group let the member go: what it had may be somebody else's since. Nothing was committed.
  bool thrown_out = false;
};

struct ProducerConfig {
  std::string transactional_id;
  Millis transaction_timeout{10000};
  Millis commit_patience{5000};      // per step; resumed while retriable until it is over
  std::string compression = "none";  // lz4, zstd, snappy, gzip
  // The end of a transaction waits for nothing; until then full requests are cheaper than early
  // ones.
  std::int32_t linger_ms = 100;
};

// A topic looked up once; belongs to its producer.
struct TopicHandle {
  void* raw = nullptr;
};

class Producer {
 public:
  // Runs init_transactions (fences older producers of this id); loops while retriable until
  // `patience` is over and says so in the log. Errors: kUnavailable, kPermission (names the
  // transactional id), kConfig.
  static Result<std::unique_ptr<Producer>> create(const ClientConfig& client,
                                                  const ProducerConfig& producer, Millis patience);
  virtual ~Producer() = default;

  virtual TopicHandle topic(const std::string& name) = 0;
  virtual Status begin() = 0;
  virtual bool in_transaction() const = 0;
  virtual std::uint64_t queued() const = 0;  // records that wait to be sent or acknowledged

  struct Out {
    TopicHandle topic;
    std::int32_t partition = -1;  // -1: by key, as Java's default partitioner (murmur2)
    std::string_view key;
    std::string_view value;
    bool null_value = false;        // tombstone
    std::int64_t timestamp_ms = 0;  // 0 = now
    std::span<const Header> headers;
    std::int64_t* delivered = nullptr;  // set to the greatest offset delivered with this pointer,
                                        // at the latest in commit()
  };
  // Copies. Waits (bounded) while the local queue is full. Errors: kTooLarge, kAborted, kFenced.
  virtual Status produce(const Out& out) = 0;

  // Sends `positions` (valid ones of every owned partition, also when nothing was read: they carry
  // the fence), flushes, commits. `metadata` of the group the positions belong to.
  virtual Commit commit(std::span<const Position> positions, const GroupMetadata& metadata) = 0;
  // kCommitted never; kAborted = done; kUnknown = give this producer up.
  virtual Outcome abort() = 0;
  // A request was repeated or failed inside, in a transaction that was committed or given up: a
  // late copy could get into the next one. Make a new producer before the next begin().
  virtual bool ambiguous() const = 0;
};

// A non-transactional producer for tools (vaste produce, tests): at least once, idempotent.
class PlainProducer {
 public:
  static Result<std::unique_ptr<PlainProducer>> create(const ClientConfig& client);
  virtual ~PlainProducer() = default;
  virtual TopicHandle topic(const std::string& name) = 0;
  virtual Status produce(const Producer::Out& out) = 0;  // waits (bounded) while the queue is full
  virtual Status flush(
      Millis patience) = 0;  // kUnavailable with the count of what is still undelivered
  virtual std::uint64_t failed() const = 0;  // records that were not delivered
};

// Ends the process with _exit(70) when armed and not disarmed in time, or when the wall clock was
// set back, which librdkafka's threads would sleep through: safe, since nothing uncommitted counts.
class Watchdog {
 public:
  explicit Watchdog(std::function<void(std::string_view)> last_words);
  ~Watchdog();
  class Guard {
   public:
    Guard(Watchdog& dog, Millis limit, const char* what);
    ~Guard();
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

   private:
    Watchdog& dog_;
    std::uint64_t ticket_;
  };

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vaste::kafka
