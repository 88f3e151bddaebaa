// Snapshots of the partitions that this process serves, and the way back from one.
//
// A round takes one of each partition: begun every `snapshots.every`, or when `vaste snapshot
// create` asks for it. Workers make the checkpoints, between two transactions, when the database is
// as of a commit; hashes, manifests and what is fetched back are the work of one thread here, since
// no worker may wait for a disk for so long. Nothing that fails here ends anything: it is logged,
// counted, and tried again in the next round.
// Threads: round(), take(), through(), fetch() and fetched() from any.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "base/result.h"
#include "config/config.h"
#include "kafka/admin.h"
#include "metrics/registry.h"
#include "snapshot/folder.h"
#include "snapshot/requests.h"
#include "store/store.h"

namespace vaste::engine {

// How long tombstones of the changelog are kept; nullopt: there is no right to ask. Errors:
// kUnavailable, kConfig (no such topic).
Result<std::optional<Millis>> tombstones_kept(kafka::Admin& admin, const std::string& changelog);

class Snapshots {
 public:
  Snapshots(const config::Config& config, kafka::ClientConfig client, metrics::Registry& registry,
            std::int32_t partitions);
  ~Snapshots();
  Snapshots(const Snapshots&) = delete;
  Snapshots& operator=(const Snapshots&) = delete;

  void start();
  void stop();  // What is not complete by then is none.
  bool turn();  // What the thread does next; false: there was nothing. For tests, without it.

  // The number of the round that is open; 0: there is none.
  std::uint64_t round() const { return round_; }
  // A worker, of a partition that it serves, with no transaction open.
  void take(std::uint64_t round, std::int32_t partition, store::Store& store);
  // It has done so with all of them. A round does not wait for a worker for ever.
  void through(std::uint64_t round, int worker);

  // Brings the newest snapshot that fits into `directory`, where there is no database.
  void fetch(std::int32_t partition, const std::string& directory);
  // Whether that is over; the log says what came of it. True where nobody asked.
  bool fetched(std::int32_t partition) const;
  bool wanted() const { return !config_.snapshots.directory.empty(); }

 private:
  struct Round {
    std::uint64_t number = 0;
    std::string id;
    Instant began;
    bool asked_for = false;
    bool closed = false;  // Nobody may join any more.
    std::set<int> missing;
    snapshot::Answer answer;
  };
  struct Checkpoint {
    std::string path;
    snapshot::Manifest about;
  };
  struct Fetch {
    std::int32_t partition = 0;
    std::string directory;
    int tries = 0;
  };

  void run();
  void look(Instant now);
  void begin_round(Instant now);
  void end_round();
  void seal(Checkpoint checkpoint);
  bool bring(const Fetch& fetch);  // False: to be tried again.
  bool try_one(const Fetch& fetch, const snapshot::Found& found, const snapshot::Needs& needs);
  Result<std::optional<Millis>> tombstones();
  void count(bool complete);
  std::string staging() const;
  bool goes_on() const { return !stopping_; }

  const config::Config& config_;
  kafka::ClientConfig client_;
  metrics::Registry& registry_;
  const std::int32_t partitions_;
  std::atomic<std::uint64_t> round_{0};
  std::atomic<bool> stopping_{false};
  Instant due_ = kEndOfTime;  // of the next round; the thread's own
  Instant retry_at_;
  std::unique_ptr<kafka::Admin> admin_;
  bool request_failing_ = false;  // said already

  mutable std::mutex mutex_;  // of all below
  std::condition_variable woken_;
  std::uint64_t rounds_ = 0;
  std::optional<Round> open_;
  std::deque<Checkpoint> checkpoints_;
  std::deque<Fetch> fetches_;        // the first may be at work
  std::set<std::int32_t> fetching_;  // asked for, and not over
  std::thread thread_;
};

}  // namespace vaste::engine
