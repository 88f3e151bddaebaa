// How far a worker has read its partitions, what its transactions tell of that in `vaste.progress`,
// and what becomes of both when a transaction ends one way or another.
//
// Pure. Threads: one at a time. The worker talks to Kafka, and asks here what to say and where to
// go on; so does the simulation (tests/sim).
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"

namespace vaste::engine {

// What a transaction says in `vaste.progress` of a core partition. The key says of which.
struct CoreProgress {
  std::int64_t position = 0;
  Instant oldest_sent = kEndOfTime;  // kEndOfTime: it sent nothing to another partition
};

struct SourceReading {
  // The consumer stands where the group committed. Until then what comes lies somewhere else, and
  // to commit a position behind it would lose what lies between.
  bool placed = false;
  std::int64_t position = -1;  // next to read, control records included
  std::int64_t committed = -1;
  Instant last_record;  // broker time of the newest record read
  Instant published;    // progress as last written
  Instant known;        // progress as last committed: what others know

  void place(std::int64_t at);  // where the group committed; negative: nowhere yet
  void read(std::int64_t offset, std::int64_t record_ms);
  void ended(std::int64_t offset);  // control records lead up to there
  // Read up to: now where the end was reached, else what lies before the newest record read; there
  // may be more of the same instant. `end`: where the partition ended at `taken`, if it is known.
  Instant up_to(std::optional<std::int64_t> end, Instant taken) const;
  // What is to be said, if that is more than was said.
  std::optional<Instant> say(Instant reached);

  void commit();
  void abort();  // it goes on where it was committed
  void doubt();  // nobody knows what came of the transaction: place() says it
};

struct CoreReading {
  std::int64_t committed = -1;
  bool serving = false;
  std::int64_t published = -1;       // position as last written to vaste.progress; -1: write it
  std::int64_t told = -1;            // position as last told before a commit
  Instant oldest_sent = kEndOfTime;  // of the open transaction, see CoreProgress

  void serve();  // its state is restored
  // An envelope that came of a record before which its source was known to be read up to there.
  void sent(std::int64_t read_after_ms);
  bool has_news(std::int64_t position) const { return position != published; }
  std::optional<CoreProgress> say(std::int64_t position);
  // The position to tell before the commit: what led to nothing elsewhere need not be waited for.
  std::optional<std::int64_t> served(std::int64_t position);

  void commit(std::int64_t position) { committed = position; }
  void abort();
};

// Where the consumer is sent after an abort. A position of -1 was never committed: from the
// beginning, as Kafka's clients write it.
constexpr std::int64_t kFromTheBeginning = -2;
constexpr std::int64_t seek_to(std::int64_t committed) {
  return committed < 0 ? kFromTheBeginning : committed;
}

}  // namespace vaste::engine
