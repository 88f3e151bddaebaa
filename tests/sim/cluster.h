// Workers on partitions of `vaste.core`, with everything that Kafka and disks keep in memory: the
// partitions' logs, their changelogs, committed positions, and each worker's databases.
//
// A transaction serves some records and commits, or it does not: it is aborted (caches go on
// without what it changed), or its worker dies before the commit, or behind it and before the
// database heard of that. Threads: one at a time. The same seed, the same everything.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "sim/input.h"
#include "sim/task.h"
#include "sim/truth.h"

namespace vaste::sim {

struct Shape {
  std::int32_t partitions = 1;
  std::size_t workers = 1;
  std::size_t sources = 1;
  unsigned trouble = 0;  // of a hundred transactions, how many do not go well
  core::Limits limits = {};
};

class Cluster {
 public:
  Cluster(const Shape& shape, std::shared_ptr<const clocks::Timeline> timeline, std::uint64_t seed);

  void add(std::size_t source, const Input& input);

  // Some transactions, until everything that was added is served, here and on the way.
  void run();
  // Deadlines up to here count; not before everything is served. Each partition looks at them when
  // its turn comes, which may be after it has served what was added later.
  void pass(Instant gate) { gate_ = gate; }
  // ... and now all of them have. What comes of that is not served yet.
  void look();

  // What the changelogs hold, which is what every database has, too.
  std::vector<const Records*> records() const;
  std::vector<std::string> differences();  // ... and where it is not so

  const std::vector<Answer>& answers() const { return answers_; }
  const std::vector<Said>& alerts() const { return alerts_; }
  const std::vector<core::Contributed>& contributed() const { return contributed_; }
  const std::vector<std::string>& dead() const { return dead_; }
  std::size_t transactions() const { return transactions_; }

 private:
  // A partition of a log, or of the sources.
  struct Queue {
    std::vector<std::pair<std::int32_t, std::string>> records;  // to which partition; a source's
    std::size_t position = 0;                                   // committed
    bool is_empty() const { return position == records.size(); }
  };
  struct Disk {
    std::unique_ptr<store::Store> store;
    std::size_t restored = 0;  // so much of the changelog is in it
  };
  struct Partition {
    Queue log;
    std::vector<store::Batch::Change> changelog;
    Records records;  // what the changelog comes to
    std::size_t worker = 0;
    std::unique_ptr<Task> task;  // nullptr: it has to be opened
    Instant looked;
  };
  enum class End { kCommitted, kAborted, kDied, kDiedBehind };

  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool is_idle() const;
  void transaction(std::size_t worker);
  void open(std::size_t partition);
  void die(std::size_t worker);
  void move(std::size_t partition);
  void publish(Output& out);

  Shape shape_;
  std::shared_ptr<const clocks::Timeline> timeline_;
  std::mt19937_64 random_;
  std::vector<Queue> sources_;
  std::vector<Partition> partitions_;
  std::map<std::pair<std::size_t, std::size_t>, Disk> disks_;  // by worker and partition
  Instant gate_;
  std::vector<Answer> answers_;
  std::vector<Said> alerts_;
  std::vector<core::Contributed> contributed_;
  std::vector<std::string> dead_;
  std::size_t transactions_ = 0;
};

}  // namespace vaste::sim
