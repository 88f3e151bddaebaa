// How far the whole fleet has read its sources, and up to when deadlines may therefore fire.
//
// One follower thread a process. It asks the brokers where the source partitions end (the proof
// that a worker that has read so far has read everything up to that instant), reads
// `vaste.progress`, and only then asks where the core partitions end: a core task that has read up
// to there has seen everything that the progress covers (markers of one transaction become visible
// at different times on different partitions). Threads: ends() and gate() from any thread.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "config/config.h"
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

// "A core task that has read `core_ends[its partition]` may fire every deadline up to `up_to`."
struct Gate {
  Instant up_to;
  bool provisional = false;  // a silent source partition was left out
  std::vector<std::int64_t> core_ends;
};

std::string progress_key(const kafka::TopicPartition& source);
std::string progress_value(Instant read_up_to);

class ProgressBoard {
 public:
  ProgressBoard(const config::Config& config, kafka::ClientConfig client,
                std::vector<kafka::TopicPartition> sources, std::int32_t core_partitions,
                serve::Health& health);
  ~ProgressBoard();

  Status start();
  void stop();

  std::shared_ptr<const SourceEnds> ends()
      const;                                 // never nullptr; `taken` unset before the first answer
  std::shared_ptr<const Gate> gate() const;  // likewise, `up_to`
  // Brokers do not answer: nothing is begun that would wait for them.
  bool away() const { return away_; }

 private:
  struct Seen {
    Instant read_up_to;
    Instant heard;  // wall clock
  };
  void run();
  void sample_sources();
  bool read_progress();
  void sample_core();
  // The lowest progress; unset while a partition that counts has not been heard of.
  Instant lowest(Instant now, bool& provisional) const;

  const config::Config& config_;
  kafka::ClientConfig client_;
  std::vector<kafka::TopicPartition> sources_;
  std::vector<kafka::TopicPartition> core_;
  serve::Health& health_;
  std::unique_ptr<kafka::Watermarks> watermarks_;
  std::unique_ptr<kafka::PartitionReader> reader_;
  std::map<std::string, Seen, std::less<>> seen_;
  Instant began_;
  Instant outage_ended_;  // brokers answer again since then
  Millis outage_length_{0};
  std::atomic<bool> away_{false};
  Instant last_answer_;  // of the brokers
  mutable std::mutex mutex_;
  std::shared_ptr<const SourceEnds> ends_ = std::make_shared<SourceEnds>();
  std::shared_ptr<const Gate> gate_ = std::make_shared<Gate>();
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace vaste::engine
