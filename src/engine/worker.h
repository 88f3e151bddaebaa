// One worker: one thread with one group consumer, one transactional producer and the tasks of its
// partitions.
//
// The picture of one round:
//
//   poll -> ingest (source partitions) ---> packed envelopes to vaste.core --+
//        -> core   (vaste.core partitions) -> enriched, alerts, envelopes ---+-> one transaction
//        with the offsets
//        -> timers that are due ------------> alerts ------------------------+        |
//                                              changelog, summaries, progress+        v
//                                   RocksDB gets what was committed, after the commit is known:
//                                   never ahead of Kafka
//
// Threads: run() is the thread; stop() from any other.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "config/config.h"
#include "emit/cloud_event.h"
#include "emit/encode.h"
#include "engine/core_task.h"
#include "engine/counters.h"
#include "engine/gauges.h"
#include "engine/group_watch.h"
#include "engine/intake.h"
#include "engine/pace.h"
#include "engine/policy_board.h"
#include "engine/progress.h"
#include "engine/purge.h"
#include "engine/reading.h"
#include "engine/snapshots.h"
#include "engine/step_times.h"
#include "kafka/consumer.h"
#include "kafka/transaction.h"
#include "serve/health.h"

namespace vaste::engine {

// How many partitions the output topics have.
struct OutputPartitions {
  std::int32_t enriched = 0;
  std::int32_t conversations = 0;
  std::int32_t alerts = 0;
  std::int32_t kpis = 0;
};

// What all workers of a process share. Outlives them.
struct Shared {
  const config::Config& config;
  kafka::ClientConfig client;
  PolicyBoard& policies;
  ProgressBoard& progress;
  Purge& purge;
  GroupWatch& group;
  Snapshots& snapshots;
  store::RocksEnvironment& environment;
  metrics::Registry& registry;
  serve::Health& health;
  kafka::Watchdog& watchdog;
  std::int32_t core_partitions = 0;
  OutputPartitions outputs;
};

class Worker : public kafka::RebalanceListener {
 public:
  Worker(Shared& shared, int index);
  ~Worker() override;

  void start();
  void stop();    // asks; the worker finishes its transaction, commits and leaves
  Status join();  // why it ended, if not because it was asked
  bool ended() const { return over_; }

  void on_assigned(std::vector<kafka::Position>& partitions) override;
  void on_revoked(const std::vector<kafka::TopicPartition>& partitions) override;
  void on_lost(const std::vector<kafka::TopicPartition>& partitions) override;

 private:
  struct SourceTask : SourceReading {
    Reached reached;
    ingest::Format format = ingest::Format::kAuto;
    std::string region;  // of national telephone numbers
  };
  // Whether a partition without local state was given that of a snapshot. Once: of one that did not
  // help the whole changelog is read.
  enum class Fetch : std::uint8_t { kNotYet, kWorks, kOver };
  struct CoreSlot : CoreReading {
    std::unique_ptr<CoreTask> task;  // nullptr until the database is open
    std::unique_ptr<Restore> restore;
    Fetch fetch = Fetch::kNotYet;
    Instant restore_began;
    Instant restore_told;
    std::uint64_t restored = 0;  // records, as counted
    Reached reached;
    Instant retry_at;     // opening failed; not before this
    std::string trouble;  // why it does not serve
  };
  // What the disk has of a partition, and what the changelog adds to it; or why it is of no use.
  struct LocalState {
    std::unique_ptr<store::Store> store;
    std::unique_ptr<Restore> restore;
    std::string useless;
  };
  using Outcome = kafka::Outcome;
  // A transaction whose end nobody has told us. All offsets that it sent carry the same note, so
  // who reads them back knows whether it was this one, also where it moved none of them.
  struct InDoubt {
    std::vector<kafka::Position> sent;
    Instant began;
  };

  // life
  Status run();
  Status connect();
  Status join_group();
  Status sit_out();
  Status round();
  Status drain();

  // partitions (partitions.cc)
  Status ask();    // what came of the transaction in doubt
  Status admit();  // what was assigned and is not open yet
  bool waits(std::int32_t partition, CoreSlot& slot, Instant now);
  Result<LocalState> local_state(std::int32_t partition, std::int64_t committed);
  Status open(std::int32_t partition, CoreSlot& slot);
  Result<bool> is_outdated(const store::Positions& positions, const Restore& restore);
  Status date(CoreSlot& slot);
  Status restore(std::int32_t partition, CoreSlot& slot);
  void take_snapshot();
  void release(const std::vector<kafka::TopicPartition>& partitions);
  std::string directory(std::int32_t partition) const;
  void tell_health();
  void tell_figures(Instant now);
  void tell_lag(Instant now);
  void tell_store();
  void tell_holds();
  void count_census(Instant now);
  void rebalance_began(Instant at);
  void index_sources();

  // one round (worker.cc)
  Result<bool> poll(Instant now);
  Status work_off();
  std::uint16_t core_topic() const { return static_cast<std::uint16_t>(subscribed_.size() - 1); }
  SourceTask* placed_source(std::uint16_t topic, std::int32_t partition) const;
  Status on_source(const kafka::Record& record);
  Instant latest();
  Status ingest_event(const kafka::Record& record, const SourceTask& task,
                      const core::Origin& origin);
  Status ingest_command(const kafka::Record& record, const core::Origin& origin);
  Status on_core(const kafka::Record& record);
  void on_end(const kafka::End& end);
  void follow_policies();

  // what time does (deadlines.cc)
  Status fire_timers();
  Status fire_timers(const Gate& gate, std::int32_t partition, CoreSlot& slot);
  Status emit_if(const Result<bool>& done, CoreSlot& slot);

  // what goes out (outgoing.cc)
  Status emit(core::Effects& effects, CoreSlot& slot);
  Status reject(const core::Origin& origin, const Error& error, const kafka::Record* record,
                std::string_view value);
  Status pack(const core::Message& message, std::int64_t clamped_ms, std::string_view contents);
  Status flush_pack(std::int32_t partition);
  Status collect(std::int32_t partition, CoreTask& task, Instant started);
  Status produce(kafka::TopicHandle topic, std::int32_t partition, std::string_view key,
                 const std::string_view* value, std::span<const Header> headers = {},
                 std::int64_t* delivered = nullptr);
  Status produce_home(kafka::TopicHandle topic, std::int32_t partitions, std::uint32_t key_group,
                      std::string_view key, const std::string_view* value,
                      std::span<const Header> headers);

  // the transaction (transaction.cc)
  Status begin();
  Status close_tasks();
  Status write_progress();
  void tell_served();
  bool progress_due(Instant now) const;
  bool has_news() const;  // a core partition stands elsewhere than others know
  Instant read_up_to(const kafka::TopicPartition& at, const SourceTask& task) const;
  Status commit();
  Status apply_committed(const std::vector<kafka::Position>& positions);
  Status abandon(const std::string& why);  // abort, back to what is committed
  Status recover(const std::string& why);  // outcome unknown: new producer, then ask
  Status make_producer();
  void drop_unfinished();
  void over();  // the transaction is not open any more
  std::vector<kafka::Position> positions() const;
  bool closes(Instant now) const;
  Millis closes_in(Instant now) const;  // by age alone

  Shared& shared_;
  const config::Config& config_;
  int index_;
  std::string name_;
  std::string instance_;                              // among all workers of the application
  std::shared_ptr<const clocks::Timeline> timeline_;  // what all tasks decide by
  Intake intake_;                                     // by the same
  std::thread thread_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> over_{false};
  Status ended_;

  std::unique_ptr<kafka::GroupConsumer> consumer_;
  std::unique_ptr<kafka::Producer> producer_;
  struct Handles {
    kafka::TopicHandle core, changelog, progress, enriched, conversations, alerts, dead_letters,
        identity, kpis;
  } topics_;
  // Index = Record::topic: the sources, then vaste.commands, vaste.core last.
  std::vector<std::string> subscribed_;
  std::map<kafka::TopicPartition, SourceTask> sources_;
  std::map<std::int32_t, CoreSlot> core_;
  std::vector<kafka::TopicPartition> admitted_;  // assigned since the last look
  kafka::Polled left_;                           // of the last poll
  std::vector<std::vector<SourceTask*>>
      by_number_;  // [topic][partition]: no map look-up per record
  ingest::Decoder decoder_;
  emit::Encoder encoder_;
  emit::CloudEvents events_;
  const Pace pace_;
  // Of conversations in the open transaction whose newest event has one.
  std::unordered_map<Id, std::string> traces_;
  Counters counters_;
  Gauges gauges_;
  Leads leads_;
  StepTimes times_;
  std::vector<std::string> packs_;  // one a core partition, being filled
  std::string contents_;
  core::Effects effects_;
  std::vector<Said> said_;  // in vaste.progress, by the open transaction

  const std::string notes_;  // how the notes of our commits begin; no other process has the same
  std::uint64_t commits_ = 0;
  std::optional<InDoubt> in_doubt_;
  bool open_transaction_ = false;
  bool urgent_ = false;  // an alert is in it
  Backlog backlog_ = Backlog::kNone;
  bool rejoin_ = false;  // the consumer is of no more use: make a new one
  Instant began_;
  Instant last_progress_;
  Instant latest_;  // that the wall clock has shown
  Instant told_, counted_, rebalancing_;
  Instant empty_handed_;  // in the group and without any partition since then
  std::int64_t written_bytes_ = 0;
  std::uint64_t written_records_ = 0;
  bool timers_left_ = false;
  std::int32_t last_fired_ = -1;          // partition of core whose timers were looked at last
  std::uint64_t snapshot_round_ = 0;      // that this worker is through with, or at
  std::set<std::int32_t> snapshot_done_;  // partitions of it
  Error broken_;                          // set inside a callback, looked at after poll
  bool has_broken_ = false;
};

}  // namespace vaste::engine
