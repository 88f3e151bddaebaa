// State of one core partition: a map of bytes, a queue of timers and the positions they belong to,
// changed in one step.
//
// Two implementations: RocksDB, and memory for tests and the simulation; one contract suite runs on
// both. Threads: one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"

namespace vaste::store {

struct Timer {
  Instant at;
  Id conversation;
  auto operator<=>(const Timer&) const = default;
};

// Where the state stands in Kafka: the next offset of `vaste.core` to read, the next of the
// changelog to restore from.
struct Positions {
  std::int64_t input = -1;  // -1: nothing was ever applied
  std::int64_t changelog = 0;
  // When the newest of it was committed, by the wall clock of who did. kNever in a batch: as
  // before, since a restore brings what others committed.
  Instant as_of = kNever;
};

// Everything one committed transaction changed. Applied as a whole or not at all.
//
// Order: of two calls about one key, or one timer, the later holds. A restore needs that: a stretch
// of the changelog may put a key, erase it and put it again.
class Batch {
 public:
  struct Change {
    std::string key;
    std::optional<std::string> value;  // nullopt: erased
  };
  struct TimerChange {
    Timer timer;
    bool added = false;  // else erased
  };

  void put(std::string key, std::string value) {
    changes_.push_back({std::move(key), std::move(value)});
  }
  void erase(std::string key) { changes_.push_back({std::move(key), std::nullopt}); }
  void add_timer(Timer timer) { timer_changes_.push_back({timer, true}); }
  void erase_timer(Timer timer) { timer_changes_.push_back({timer, false}); }
  // Timers before this are all gone: where the next scan begins. Lowered by itself when an earlier
  // timer is added.
  void set_timer_cursor(Instant cursor) { cursor_ = cursor; }
  void set_positions(Positions positions) { positions_ = positions; }

  const std::vector<Change>& changes() const { return changes_; }
  const std::vector<TimerChange>& timer_changes() const { return timer_changes_; }
  const std::optional<Instant>& timer_cursor() const { return cursor_; }
  const std::optional<Positions>& positions() const { return positions_; }
  bool empty() const {
    return changes_.empty() && timer_changes_.empty() && !cursor_ && !positions_;
  }
  void clear() { *this = Batch(); }

  // Where the next scan of timers begins once this is applied to a store whose scan began at
  // `before`.
  Instant cursor_after(Instant before) const {
    Instant cursor = cursor_.value_or(before);
    for (const TimerChange& change : timer_changes_)
      if (change.added && change.timer.at < cursor) cursor = change.timer.at;
    return cursor;
  }
  // Where a store stands that stood at `before`, once this is applied to it.
  Positions positions_after(const Positions& before) const {
    Positions positions = positions_.value_or(before);
    if (!is_set(positions.as_of)) positions.as_of = before.as_of;
    return positions;
  }

 private:
  std::vector<Change> changes_;
  std::vector<TimerChange> timer_changes_;
  std::optional<Instant> cursor_;
  std::optional<Positions> positions_;
};

struct Stats {
  std::uint64_t live_sst_bytes = 0, memtable_bytes = 0, pending_compaction_bytes = 0, keys = 0,
                level0_files = 0;
  std::uint64_t behind_bytes = 0;  // applied, and kept in memory for now
  std::uint64_t background_errors = 0;
  bool write_stopped = false;
};

class Store {
 public:
  virtual ~Store() = default;

  // nullopt: no such key. Errors: kCorrupt (quarantine, wipe, restore), kUnavailable.
  virtual Result<std::optional<std::string>> get(std::string_view key) = 0;
  // In the order asked.
  virtual Result<std::vector<std::optional<std::string>>> get_many(
      std::span<const std::string> keys) = 0;
  // Errors: kNoSpace (nothing applied; try again later), kCorrupt.
  virtual Status apply(const Batch& batch) = 0;

  // Timers with at <= until, earliest first, at most `max`; never reads what lies before the
  // cursor.
  virtual Result<std::vector<Timer>> due(Instant until, std::size_t max) = 0;
  // Where scans of timers begin.
  virtual Result<Instant> timer_cursor() = 0;
  virtual Result<Positions> positions() = 0;
  using Visit = std::function<bool(std::string_view key, std::string_view value)>;
  // Every key with this prefix, in key order, until `visit` says false.
  Status scan(std::string_view prefix, const Visit& visit) { return scan(prefix, {}, visit); }
  // The same without those before `from`, which has the prefix too, or is empty.
  virtual Status scan(std::string_view prefix, std::string_view from, const Visit& visit) = 0;
  // Without those up to `after`.
  Status scan_after(std::string_view prefix, std::string_view after, const Visit& visit) {
    return scan(prefix, std::string(after) + '\0', visit);  // the first key behind it
  }
  // A copy of all this, as of the last batch, in the new folder `path`: files of the database's
  // own, which share what never changes where the file system can do that, and otherwise are
  // copied. Nothing is flushed for it. What a log file holds is not on the disk when this returns.
  // Errors: kNoSpace, kPermission, kUnavailable; kInternal (one in memory has no files).
  virtual Status checkpoint(const std::string& path) = 0;
  virtual Stats stats() = 0;
};

}  // namespace vaste::store
