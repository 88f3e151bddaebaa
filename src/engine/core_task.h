// One partition of `vaste.core`: its database, its state, its core. Restored from the changelog
// before it serves.
//
// Threads: belongs to one worker.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "core/state.h"
#include "core/step.h"
#include "emit/encode.h"
#include "engine/figures.h"
#include "engine/frontier.h"
#include "engine/step_times.h"
#include "ingest/decode.h"
#include "kafka/consumer.h"
#include "persist/records.h"
#include "store/codec.h"
#include "store/rocks_store.h"
#include "store/store.h"

namespace vaste::engine {

// Reads a task's state back from Kafka, a slice at a time, so that the worker's other partitions go
// on meanwhile.
class Restore {
 public:
  // Of what stands from `from` on, up to `end`, to be given to take().
  Restore(kafka::TopicPartition at, std::int64_t from, std::int64_t end)
      : at_(std::move(at)), first_(std::max<std::int64_t>(from, 0)), next_(first_), end_(end) {}
  // ... to be read by step().
  static Result<std::unique_ptr<Restore>> begin(const kafka::ClientConfig& client,
                                                const std::string& changelog,
                                                std::int32_t partition, std::int64_t from);
  // Of at most `slice` records. True when everything up to the high watermark of the beginning is
  // in `store`.
  Result<bool> step(store::Store& store, const Figures& figures, Millis patience,
                    std::size_t slice = kSlice);
  // A slice, as step() has read it.
  Status take(const kafka::Polled& slice, store::Store& store, const Figures& figures);
  bool is_complete() const { return next_ >= end_; }
  std::int64_t done() const { return next_ - first_; }  // offsets
  std::int64_t remaining() const { return std::max<std::int64_t>(end_ - next_, 0); }
  std::uint64_t restored() const { return restored_; }

 private:
  static constexpr std::size_t kSlice = 5000;

  kafka::TopicPartition at_;
  std::int64_t first_;
  std::int64_t next_;
  std::int64_t end_;
  std::uint64_t restored_ = 0;
  std::unique_ptr<kafka::PartitionReader> reader_;
};

// Local state that lay unused while others went on: what they erased is not told any more where the
// changelog keeps tombstones for no longer than `kept`. `remaining`: offsets to be restored.
bool may_lack_erasures(const store::Positions& positions, std::int64_t remaining, Instant now,
                       Millis kept);

// "restoring [######----] 60 % of 1200 offsets, about 12 s left", `took` after it began; no guess
// as long as nothing was read. Offsets: compaction left gaps, so there are fewer records.
std::string restore_text(std::int64_t done, std::int64_t remaining, Millis took);

// One record of the changelog back into the database; nullptr: it is no more.
Status restore_record(std::string_view key, const std::string_view* value, const Figures& figures,
                      store::Batch& batch);

class CoreTask {
 public:
  CoreTask(std::int32_t partition, std::int32_t partitions, std::unique_ptr<store::Store> store,
           std::shared_ptr<const clocks::Timeline> timeline, core::Limits limits);

  // Other versions of the policy are known. Between transactions only.
  void follow(std::shared_ptr<const clocks::Timeline> timeline) {
    core_.follow(std::move(timeline));
  }

  // Hears which step an event is in; outlives this.
  void tell_times(StepTimes& times) { times_ = &times; }

  std::int32_t partition() const { return partition_; }
  store::Store& store() { return *store_; }
  core::State& state() { return state_; }
  Figures& figures() { return figures_; }

  // Of this partition's queues, in the order of figures().tally(); see Figures.
  Result<std::vector<Instant>> next_breaches() {
    return figures_.next_breaches(state_, core_.timeline(), batch_);
  }

  // One packed record. Every envelope's effects are handed to `effects_of` at once, while the bytes
  // live.
  Status on_record(std::string_view record, ingest::Decoder& decoder,
                   const std::function<Status(core::Effects&)>& effects_of);

  // Where this partition has been read to, control records included.
  void set_position(std::int64_t next) { position_ = std::max(position_, next); }
  void rewind(std::int64_t next) { position_ = next; }
  std::int64_t position() const { return position_; }

  // Fires what is due, at most `max`. True when something may be left.
  Result<bool> on_time(const Gate& gate, std::size_t max, core::Effects& effects);

  // Where another version of the policy has taken over, or became known late: brings the next of
  // the quiet conversations under it, having looked at no more than `max`. Once a transaction; true
  // when there has to be one. Errors: of the store.
  Result<bool> sweep(std::size_t max, core::Effects& effects);

  // Tells whom it concerns what the transaction contributed to KPIs. Once, when nothing else comes.
  Status close(core::Effects& effects);

  // Forgets windows of KPIs that are kept no longer, at most `max` groups of them, and looks
  // whether trends that were told of go on: once a quarter hour, and once a transaction. True when
  // there has to be one. Errors: of the store.
  Result<bool> forget_windows(std::size_t max, core::Effects& effects);

  using Summary =
      std::function<Status(const Id&, const Conversation*, const clocks::CompiledPolicy&)>;
  using Window = std::function<Status(const WindowId&, const KpiWindow*)>;
  // Everything the transaction changed, once per key: for the changelog, and gathered for the
  // database. `summary` gets each changed conversation, nullptr for one that is no more,
  // and the version of the policy that it was folded under; `window` each changed window of KPIs.
  Status collect(
      const std::function<Status(std::string_view key, const std::string* value)>& changelog,
      const Summary& summary, const Window& window);
  std::int64_t* delivered() {
    return &delivered_;
  }  // greatest offset of our changelog records in this transaction

  // The transaction is committed: applies what collect() gathered, with the positions, in one
  // batch.
  Status committed(std::size_t cache_bytes, Instant wall);
  void aborted();  // none of it was

 private:
  void remember_timers(const core::Effects& effects);

  std::int32_t partition_;
  // The figures count what a conversation was when it was read.
  class Counted final : public persist::Records {
   public:
    Counted(store::Store& store, const Figures& figures) : Records(store), figures_(figures) {}
    Result<std::optional<Conversation>> conversation(const Id& id) override;

   private:
    const Figures& figures_;
  };

  std::unique_ptr<store::Store> store_;
  Figures figures_;
  Counted records_;
  core::State state_;
  core::Core core_;
  StepTimes* times_ = nullptr;
  core::Effects effects_;
  core::Sums sums_;  // of the transaction
  store::Batch batch_;
  std::int64_t position_ = -1;
  std::int64_t delivered_ = -1;
  Instant fired_to_;                   // timers up to here were scanned
  Instant earliest_new_ = kEndOfTime;  // of the timers armed in this transaction
  Instant quiet_until_;                // no timer before this; each round would look otherwise
  bool fired_ = false;
  bool scanned_ = false;  // once a transaction: the database still holds what it fired
  bool provisional_ = false;
  Instant forgotten_to_;  // windows of KPIs were looked through at this quarter hour
  bool forgot_ = false;   // in this transaction: the database still holds what it forgot
  std::optional<store::Sweep> sweep_;       // as committed; nullopt: not read yet
  std::optional<store::Sweep> next_sweep_;  // of this transaction
};

}  // namespace vaste::engine
