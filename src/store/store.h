// State of one core partition: a map of bytes, a queue of timers and the positions they belong to, changed in one step.
//
// Two implementations: RocksDB, and memory for tests and the simulation; one contract suite runs on both.
// Threads: one thread at a time.
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

// Where the state stands in Kafka: the next offset of `vaste.core` to read, the next of the changelog to restore from.
struct Positions {
  std::int64_t input = -1;      // -1: nothing was ever applied
  std::int64_t changelog = 0;
};

// Everything one committed transaction changed. Applied as a whole or not at all.
class Batch {
 public:
  void put(std::string key, std::string value) { puts_.emplace_back(std::move(key), std::move(value)); }
  void erase(std::string key) { erased_.push_back(std::move(key)); }
  void add_timer(Timer timer) { timers_.push_back(timer); }
  void erase_timer(Timer timer) { erased_timers_.push_back(timer); }
  // Timers before this are all gone: where the next scan begins. Lowered by itself when an earlier timer is added.
  void set_timer_cursor(Instant cursor) { cursor_ = cursor; }
  void set_positions(Positions positions) { positions_ = positions; }

  const auto& puts() const { return puts_; }
  const auto& erased() const { return erased_; }
  const auto& timers() const { return timers_; }
  const auto& erased_timers() const { return erased_timers_; }
  const std::optional<Instant>& timer_cursor() const { return cursor_; }
  const std::optional<Positions>& positions() const { return positions_; }
  bool empty() const {
    return puts_.empty() && erased_.empty() && timers_.empty() && erased_timers_.empty() && !cursor_ && !positions_;
  }
  void clear() { *this = Batch(); }

 private:
  std::vector<std::pair<std::string, std::string>> puts_;
  std::vector<std::string> erased_;
  std::vector<Timer> timers_;
  std::vector<Timer> erased_timers_;
  std::optional<Instant> cursor_;
  std::optional<Positions> positions_;
};

struct Stats {
  std::uint64_t live_sst_bytes = 0, memtable_bytes = 0, pending_compaction_bytes = 0, keys = 0, level0_files = 0;
  std::uint64_t background_errors = 0;
  bool write_stopped = false;
};

class Store {
 public:
  virtual ~Store() = default;

  // nullopt: no such key. Errors: kCorrupt (quarantine, wipe, restore), kUnavailable.
  virtual Result<std::optional<std::string>> get(std::string_view key) = 0;
  // In the order asked.
  virtual Result<std::vector<std::optional<std::string>>> get_many(std::span<const std::string> keys) = 0;
  // Errors: kNoSpace (nothing applied; try again later), kCorrupt.
  virtual Status apply(const Batch& batch) = 0;

  // Timers with at <= until, earliest first, at most `max`; never reads what lies before the cursor.
  virtual Result<std::vector<Timer>> due(Instant until, std::size_t max) = 0;
  virtual Result<Positions> positions() = 0;
  // Every key with this prefix, in key order, until `visit` says false.
  virtual Status scan(std::string_view prefix, const std::function<bool(std::string_view, std::string_view)>& visit) = 0;
  virtual Stats stats() = 0;
};

}  // namespace vaste::store
