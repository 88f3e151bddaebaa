// How far the whole fleet has read its sources, and up to when deadlines may therefore fire.
//
// One follower thread a process. It asks the brokers where the source partitions end (the proof
// that a worker that has read so far has read everything up to that instant), reads
// `vaste.progress`, and only then asks where the core partitions end; frontier.h says what follows
// from that. Workers of this process tell it directly what they commit, so their deadlines do not
// wait for the way through the log. Threads: all from any thread.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "config/config.h"
#include "engine/frontier.h"
#include "engine/outages.h"
#include "engine/reading.h"
#include "kafka/client.h"
#include "kafka/consumer.h"
#include "kafka/watermarks.h"
#include "serve/health.h"

namespace vaste::engine {

Instant wall_clock();

// "At `taken`, this partition ended at `offset`."
struct SourceEnds {
  Instant taken;
  std::map<kafka::TopicPartition, std::int64_t> offsets;
};

// What one transaction said of one partition.
struct Said {
  kafka::TopicPartition at;
  Instant read_up_to;  // of a source partition
  CoreProgress core;   // of a core partition
};
std::string progress_key(const kafka::TopicPartition& partition);
std::string progress_value(Instant read_up_to);
std::string progress_value(const CoreProgress& core);

class ProgressBoard {
 public:
  ProgressBoard(const config::Config& config, kafka::ClientConfig client,
                std::vector<kafka::TopicPartition> sources, std::int32_t core_partitions,
                serve::Health& health);
  ~ProgressBoard();

  Status start();
  void stop();

  // Never nullptr; `taken` unset before the first answer.
  std::shared_ptr<const SourceEnds> ends() const;
  // Likewise of the core partitions; `taken` is when the brokers were asked.
  std::shared_ptr<const SourceEnds> core_ends() const;
  Gate gate();
  // See Frontier::caught_up().
  bool caught_up(std::int32_t core_partition, std::int64_t position) const;
  // A worker of this process, after each commit: what it wrote to `vaste.progress` in it.
  void committed(const std::vector<Said>& said);
  // ... and before the commit, see Frontier::served().
  void served(std::int32_t core_partition, std::int64_t committed, std::int64_t position);
  // Brokers do not answer: nothing is begun that would wait for them.
  bool away() const { return away_; }

 private:
  // What a key of `vaste.progress` is about.
  struct Subject {
    bool is_core = false;
    std::size_t index = 0;
  };
  void run();
  void sample_sources();
  bool read_progress(Millis patience);
  void hear(const kafka::Record& record, Instant now);
  void sample_core();

  const config::Config& config_;
  kafka::ClientConfig client_;
  std::vector<kafka::TopicPartition> sources_;
  std::vector<kafka::TopicPartition> core_;
  serve::Health& health_;
  std::unique_ptr<kafka::Watermarks> watermarks_;
  std::unique_ptr<kafka::PartitionReader> reader_;
  std::map<std::string, Subject, std::less<>> subjects_;
  Instant sources_asked_, core_asked_;
  Outages outages_;
  std::atomic<bool> away_{false};
  Instant last_answer_;            // of the brokers
  std::atomic<bool> told_{false};  // something that no sample covers yet
  mutable std::mutex mutex_;       // of all below
  Frontier frontier_;
  std::shared_ptr<const SourceEnds> ends_ = std::make_shared<SourceEnds>();
  std::shared_ptr<const SourceEnds> core_ends_ = std::make_shared<SourceEnds>();
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace vaste::engine
