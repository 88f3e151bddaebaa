// A group consumer, read_committed, that never commits by itself, and a plain one for restoring and
// following.
//
// Threads: one thread polls; rebalance callbacks run inside poll() and close() on that thread.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/header.h"
#include "base/result.h"
#include "kafka/client.h"

namespace vaste::kafka {

using vaste::Header;

struct Record {
  std::uint16_t topic = 0;  // index into the topics the consumer was made with
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::int64_t timestamp_ms = -1;  // as the topic is configured: producer's or broker's; -1 = none
  std::string_view key;
  std::string_view value;
  bool null_value = false;       // a tombstone: not the same as empty
  const void* handle = nullptr;  // for headers_of()
};

// The consumer has read everything visible of this partition up to `offset` (control records
// included).
struct End {
  std::uint16_t topic = 0;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
};

struct Polled {
  std::span<const Record> records;  // the bytes stay the consumer's and die with the next poll()
  std::span<const End> ends;
};

std::vector<Header> headers_of(const Record& record);
// The newest of this name; empty if there is none. Costs next to nothing where a record has no
// headers at all.
std::string_view header_of(const Record& record, const char* name);

// A partition that begins here stands still until seek() says where.
constexpr std::int64_t kWaitsForSeek = -3000;

// Called inside poll(). `partitions` carries topic indexes as in Record. With cooperative
// assignment they are increments.
class RebalanceListener {
 public:
  virtual ~RebalanceListener() = default;
  // Gives the offset to begin at for each partition (the committed one, or -2 = earliest, -1001 =
  // as committed/reset, or kWaitsForSeek).
  virtual void on_assigned(std::vector<Position>& partitions) = 0;
  // Still ours: finish and commit. After this returns they are given back.
  virtual void on_revoked(const std::vector<TopicPartition>& partitions) = 0;
  // Already somebody else's: abort, never commit.
  virtual void on_lost(const std::vector<TopicPartition>& partitions) = 0;
};

struct GroupConfig {
  std::string group_id;
  std::string instance_id;  // static membership; empty = dynamic
  std::vector<std::string> topics;
  std::string protocol = "classic";  // or "consumer" (KIP-848)
  std::string assignment = "cooperative-sticky";
  Millis session_timeout{10000};
  std::int64_t fetch_queue_bytes = 16 << 20;
};

// Who the group says we are: the member and generation that fence send_offsets. Opaque.
class GroupMetadata {
 public:
  virtual ~GroupMetadata() = default;
};

class GroupConsumer {
 public:
  // Errors: kUnavailable (cannot be made now), kConfig (a property librdkafka refuses: named in the
  // text).
  static Result<std::unique_ptr<GroupConsumer>> create(const ClientConfig& client,
                                                       const GroupConfig& group,
                                                       RebalanceListener& listener);
  virtual ~GroupConsumer() = default;

  // At most `max` records; waits up to `patience` for the first. None in time is empty. Checks that
  // the offsets of each partition only grow (kAborted if not). Errors: kUnavailable (all brokers
  // down: poll again), kPermission/kNotFound (names topic or group), kFenced (another member has
  // our instance id).
  virtual Result<Polled> poll(std::size_t max, Millis patience) = 0;

  // Drops what was fetched of it. -2 = earliest.
  virtual Status seek(const TopicPartition& at, std::int64_t offset) = 0;
  virtual Status pause(std::span<const TopicPartition>
                           partitions) = 0;  // our own paused set: resume only what is paused
  virtual Status resume(std::span<const TopicPartition> partitions) = 0;
  virtual std::vector<TopicPartition> assignment() const = 0;

  // What the group committed, require_stable: waits for open transactions. -1 = nothing yet.
  virtual Result<std::vector<Position>> committed(std::span<const TopicPartition> partitions,
                                                  Millis patience) = 0;
  // For who needs no transaction, since the outside world has none: what was done is committed
  // after it was done. Errors: kUnavailable (not known to be committed: again), kFenced.
  virtual Status commit(std::span<const Position> positions, Millis patience) = 0;
  virtual std::unique_ptr<GroupMetadata> metadata() = 0;

  // Leaves or, with an instance id, stays a member for session_timeout. Runs on_revoked. Bounded by
  // `patience`.
  virtual void close(Millis patience) = 0;
};

// Reads given partitions from given offsets; no group. read_committed.
class PartitionReader {
 public:
  static Result<std::unique_ptr<PartitionReader>> create(const ClientConfig& client,
                                                         std::vector<std::string> topics);
  virtual ~PartitionReader() = default;
  // Replaces the assignment. offset -2 = earliest, -1 = end.
  virtual Status assign(const std::vector<Position>& positions) = 0;
  virtual Result<Polled> poll(std::size_t max, Millis patience) = 0;
  virtual Result<std::int32_t> partitions(const std::string& topic, Millis patience) = 0;
};

}  // namespace vaste::kafka
