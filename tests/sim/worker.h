// A worker as the engine has it, on a broker in memory: the engine's own intake, readings, tasks,
// restore and frontier, and the order in which engine/worker.cc and engine/transaction.cc ask them.
//
// Threads: one at a time.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "emit/encode.h"
#include "engine/core_task.h"
#include "engine/frontier.h"
#include "engine/intake.h"
#include "engine/reading.h"
#include "sim/broker.h"
#include "sim/database.h"
#include "sim/task.h"
#include "store/store.h"

namespace vaste::sim {

// What one process knows of all: engine::ProgressBoard without threads.
class Board {
 public:
  Board(Broker& broker, Millis max_wait, Instant began);

  void sample_sources(Instant now);
  void read_progress(Instant now);
  void ask(Instant now);
  void answer();  // what the broker says now to what was asked

  void committed(const std::vector<Told>& told, Instant now);
  bool has_heard_all() const { return next_ == broker_.progress().end(); }
  engine::Frontier& frontier() { return frontier_; }
  Instant taken() const { return taken_; }
  std::int64_t source_end(Place place) const { return ends_[place]; }

 private:
  Broker& broker_;
  engine::Frontier frontier_;
  Instant taken_;
  std::vector<std::int64_t> ends_;
  std::int64_t next_ = 0;  // of `vaste.progress`
  bool asked_ = false;
};

// How the transaction of a turn ends.
enum class End : std::uint8_t {
  kCommitted,
  kAborted,
  kFoundCommitted,  // the answer is lost; it was committed
  kFoundNot,        // the request is lost
  kDiesFirst,       // before anything was asked for
  kDiesAsked,       // between the two requests
  kDiesBehind,      // committed, and nobody has heard of it
  kDiesWithin,      // some databases have it
};

// One turn of the loop.
struct Turn {
  std::size_t records = 0;  // of each partition, at most
  std::size_t timers = 0;   // likewise
  bool tells = false;       // it is time to tell others how far it has come
  bool closes = false;      // its transaction, if one is open
  End end = End::kCommitted;
  std::size_t cache_bytes = 0;
};

// A process's databases, by partition: what is on the disk outlives it.
using Disks = std::map<std::size_t, Database>;

class Worker {
 public:
  struct Setting {
    Broker& broker;
    Board& board;
    Disks& disks;
    std::shared_ptr<const clocks::Timeline> timeline;
    core::Limits limits;
    std::mt19937_64& random;
    std::string& wrong;  // what never may be
    std::size_t record_bytes = 1 << 12;
  };
  Worker(std::size_t name, const Setting& setting);

  bool turn(Instant now, const Turn& turn);  // False: it died.
  void assign(Place place);
  void release(Place place, Instant now);  // finishes first what was begun
  void lose(Place place);                  // it is another's already

  // Nothing is read and not committed, and nothing left to read or to restore.
  bool is_idle() const;
  // It has begun with that partition; before, it can say nothing of it.
  bool serves(Place place) const;
  // A partition of it stands elsewhere than others know.
  bool has_news() const;

 private:
  struct Source : engine::SourceReading {
    std::int64_t at = 0;  // the consumer's own position
  };
  struct Core : engine::CoreReading {
    std::int64_t at = 0;
    std::unique_ptr<Task> task;
    std::unique_ptr<engine::Restore> restore;
    std::int64_t restored = 0;  // the reader's own position
    bool worked = false;        // in the open transaction: there may be changes to collect
  };

  void poll(Instant now, const Turn& turn);
  void read(Place place, Source& source, std::size_t most, Instant now);
  void serve(Place place, Core& core, std::size_t most);
  void take(const Entry& entry, Place place, const Source& source, std::int64_t offset,
            Instant now);
  void admit(Instant now);
  void open(std::size_t partition, Core& core);
  void restore(std::size_t partition, Core& core);
  void fire(std::size_t most);
  void begin();
  void flush();
  void sent(Core& core);
  void tell();
  bool commit(Instant now, End end, std::size_t cache_bytes);
  bool apply(std::size_t cache_bytes, bool dies);
  std::vector<std::pair<Place, std::int64_t>> positions() const;
  void over();
  void abandon();
  void recover();
  std::size_t below(std::size_t bound) { return setting_.random() % bound; }

  std::size_t name_;
  Setting setting_;
  Broker& broker_;
  engine::Intake intake_;
  ingest::Decoder& decoder_;
  emit::Encoder& encoder_;
  std::map<Place, Source> sources_;
  std::map<std::size_t, Core> cores_;
  std::vector<Place> admitted_;
  std::vector<Place> places_;  // to read from, in the order of the turn; kept for its memory
  Number open_ = 0;
  Output out_;
  std::vector<DeadLetter> dead_;
  std::vector<Told> told_;
  bool timers_left_ = false;
};

}  // namespace vaste::sim
