// What the gauges of one core partition say: its tally, and the next breach of each queue.
//
// The tally is stored and restored with the state. The breaches are an index of the local database
// alone, 'b' + queue + instant + conversation, made anew from the conversations by a restore, which
// may leave entries of what is over: each is looked at before it is told. An entry is never later
// than its conversation's breach; it may be earlier, and is moved when it comes to the front.
// Who waits, and how many moments there are, is in memory alone: see Census.
// Threads: belongs to one worker.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "clocks/timeline.h"
#include "core/state.h"
#include "core/tally.h"
#include "engine/census.h"
#include "store/store.h"

namespace vaste::engine {

class Figures {
 public:
  // `names`: whose queues and SLAs are told apart.
  Figures(const Policy& names, store::Store& store);

  const core::Tally& tally() const { return tally_; }

  // Reads the tally. Where there is none, or one of other names, the conversations are counted, at
  // most `max` a call. True when it is done; before that nothing else may be asked.
  Result<bool> load(std::size_t max);

  // A conversation as it was read from the database.
  void read(Conversation& conversation) const;
  // ... as it is about to be written (or `erased`); fills in what is written with it.
  // `version`: that it was folded under.
  void write(Conversation& conversation, bool erased, const clocks::CompiledPolicy& version,
             store::Batch& batch);
  // ... as a restore puts it back.
  void restored(const Conversation& conversation, store::Batch& batch) const;

  // The records of what write() changed; nullptr: erased.
  Status collect(const std::function<Status(std::string, const std::string*)>& put);
  void saved();   // committed and applied
  void forget();  // aborted

  // As far as they are counted; queues as in tally().
  const Census& census() const { return census_; }
  // Counts on, at most `max` conversations; between transactions' commits. True when all are.
  Result<bool> count_census(std::size_t max);

  // By queue; kNever: none, or none known yet. Only between transactions' commits. What it finds
  // to be over goes into `batch`.
  Result<std::vector<Instant>> next_breaches(core::State& state, const clocks::Timeline& timeline,
                                             store::Batch& batch);

 private:
  // Where the entries of a queue begin.
  struct Front {
    enum class Known { kNo, kNone, kYes };
    Known known = Known::kNo;
    std::string key;  // no entry is before it; kYes: the first one
    Instant at;
  };
  struct Move {
    std::size_t queue;
    std::string key;
    Instant at;
    bool added;
  };

  Status recount(std::size_t max, bool& done);
  static CensusEntry census_of(const Conversation& conversation, std::size_t queue);
  void follow_census(Conversation& conversation, const CensusEntry& after);
  Status find(std::size_t queue, core::State& state, const clocks::Timeline& timeline,
              store::Batch& batch);
  std::string key_of(const Conversation& conversation) const;

  store::Store& store_;
  core::Tally tally_;
  std::vector<Id> behind_;  // whose entries the next write() moves
  bool counting_ = false;
  bool unwritten_ = false;  // nothing of the tally is stored yet
  bool writing_all_ = false;
  std::string counted_to_;
  std::vector<std::string> obsolete_;  // records of queues that are told apart no more
  Census census_;
  bool census_complete_ = false;
  std::string census_to_;  // key of the last that was counted
  std::vector<std::pair<CensusEntry, CensusEntry>>
      recounted_;  // before and after, in this transaction
  std::vector<Front> fronts_;
  std::vector<Move> moves_;
};

}  // namespace vaste::engine
