// Kafka in memory, as much of it as exactly-once hangs on: logs whose end everybody sees while
// readers come only as far as transactions are decided, markers that reach each partition in their
// own time, offsets that are part of a transaction, and an older producer of a name that is fenced.
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/reading.h"
#include "sim/task.h"

namespace vaste::sim {

using Number = std::size_t;  // of a transaction; 0: none

// In `vaste.progress`, of one partition.
struct Told {
  bool is_core = false;
  std::size_t index = 0;
  Instant read_up_to;
  engine::CoreProgress core;
};

struct Entry {
  std::string key;
  std::string value;
  bool null_value = false;
  std::int64_t time_ms = -1;
  Told told;
  Number transaction = 0;
  bool is_marker = false;
};

class Log {
 public:
  std::int64_t append(Entry entry);
  void mark(Number transaction, bool committed);

  std::int64_t end() const { return static_cast<std::int64_t>(entries_.size()); }
  // Up to here everything is decided, and can be read.
  std::int64_t stable() const { return open_.empty() ? end() : open_.begin()->first; }
  // nullptr: a marker, or of a transaction that was aborted.
  const Entry* visible(std::int64_t offset) const;

 private:
  std::deque<Entry> entries_;            // which stay where they are while more come
  std::map<std::int64_t, Number> open_;  // where transactions without a marker begin
  std::map<Number, bool> decided_;
};

// A partition of the sources or of `vaste.core`, as the group counts them: sources first.
using Place = std::size_t;

struct DeadLetter {
  std::string bytes;
};

class Broker {
 public:
  Broker(std::size_t sources, std::size_t cores);

  std::size_t sources() const { return sources_; }
  std::size_t cores() const { return cores_; }
  Log& log(Place place) { return logs_[place]; }
  Log& core(std::size_t partition) { return logs_[sources_ + partition]; }
  Log& changelog(std::size_t partition) { return changelogs_[partition]; }
  const Log& changelog(std::size_t partition) const { return changelogs_[partition]; }
  Log& progress() { return progress_; }

  // A new producer of that name: what the one before left open is aborted, and it is fenced.
  void init(std::size_t name);
  // The group knows who may commit for a place.
  void own(Place place, std::size_t name);

  // As of the producer `name`, whose transaction before is marked everywhere first.
  Number begin(std::size_t name);
  std::int64_t produce(Number transaction, Log& to, Entry entry);
  // Of a commit's two requests the first. False: fenced, by a newer producer of the name or because
  // a place is no longer its own.
  bool send_offsets(Number transaction, std::vector<std::pair<Place, std::int64_t>> offsets);
  // The second. `out` counts if it is committed. False: fenced, or timed out meanwhile.
  bool finish(Number transaction, bool commit, Output* out, std::vector<DeadLetter>* dead);
  void time_out(std::size_t name);  // the coordinator aborts what that producer left open

  // nullopt while a transaction in which it may have moved is open.
  std::optional<std::int64_t> committed(Place place) const;
  std::int64_t committed_now(Place place) const { return committed_[place]; }
  // Markers that have not been written yet, and some of them at last.
  bool has_unmarked() const { return !unmarked_.empty(); }
  std::size_t unmarked() const { return unmarked_.size(); }
  void mark_one(std::size_t which);
  void mark_all();

  std::size_t transactions() const { return transactions_.size() - 1; }
  const Output& published() const { return published_; }
  const std::vector<DeadLetter>& dead_letters() const { return dead_; }

 private:
  struct Transaction {
    std::size_t name = 0;
    bool open = true;
    bool committed = false;
    std::vector<Log*> touched;
    std::vector<std::pair<Place, std::int64_t>> offsets;
  };
  struct Marker {
    Log* log;
    Number transaction;
  };
  void decide(Number transaction, bool commit);

  std::size_t sources_, cores_;
  std::vector<Log> logs_, changelogs_;
  Log progress_;
  std::vector<Transaction> transactions_{1};
  std::map<std::size_t, Number> newest_;  // of each name; 0: none since its producer was made
  std::map<Place, std::size_t> owners_;
  std::vector<std::int64_t> committed_;
  std::vector<Marker> unmarked_;
  Output published_;
  std::vector<DeadLetter> dead_;
};

}  // namespace vaste::sim
