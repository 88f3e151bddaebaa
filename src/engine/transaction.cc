// The transaction of a worker: everything it reads and writes between two commits, and what each
// outcome means.
//
// A crash after any line here costs a short changelog tail: the database gets only what is known to
// be committed.
#include <algorithm>

#include "base/check.h"
#include "base/crash_point.h"
#include "base/log.h"
#include "engine/waiting.h"
#include "engine/worker.h"

namespace vaste::engine {

namespace {
constexpr Millis kProducerPatience{60000};

// What a test wants commits to look like: done and not told, or not even asked for.
enum class Doubt : std::uint8_t { kNone, kNotTold, kNotSent };
Doubt doubt_of(std::uint64_t commits) {
  if (!spoiled("outcome")) return Doubt::kNone;
  return commits % 10 == 3 ? Doubt::kNotTold : commits % 10 == 7 ? Doubt::kNotSent : Doubt::kNone;
}
}  // namespace

Status Worker::make_producer() {
  producer_.reset();
  kafka::ProducerConfig config;
  config.transactional_id = config_.application + '-' + instance_;
  config.transaction_timeout = config_.kafka.transaction_timeout;
  config.commit_patience = config_.kafka.commit_patience;
  config.compression = config_.kafka.compression;
  auto producer = kafka::Producer::create(shared_.client, config, kProducerPatience);
  if (!producer) return tl::unexpected(producer.error());
  producer_ = std::move(*producer);
  topics_ = {
      producer_->topic(config_.topics.core),          producer_->topic(config_.topics.changelog),
      producer_->topic(config_.topics.progress),      producer_->topic(config_.topics.enriched),
      producer_->topic(config_.topics.conversations), producer_->topic(config_.topics.alerts),
      producer_->topic(config_.topics.dead_letters),  producer_->topic(config_.topics.identity),
      producer_->topic(config_.topics.kpis)};
  return {};
}

Status Worker::begin() {
  if (open_transaction_) return {};
  if (producer_ == nullptr || (producer_->ambiguous() && !spoiled("recycle")))
    if (auto made = make_producer(); !made) return made;
  const Waiting waiting(shared_, name_, "begin of a transaction");
  crash_point("before_begin");
  if (auto begun = producer_->begin(); !begun) return begun;
  crash_point("after_begin");
  open_transaction_ = true;
  urgent_ = false;
  began_ = wall_clock();
  written_bytes_ = 0;
  traces_.clear();
  written_records_ = 0;
  return {};
}

void Worker::over() {
  open_transaction_ = false;
  written_records_ = 0;
  gauges_.outbox(0, kNever);
}

Instant Worker::read_up_to(const kafka::TopicPartition& at, const SourceTask& task) const {
  const auto ends = shared_.progress.ends();
  const auto end = ends->offsets.find(at);
  return task.up_to(end == ends->offsets.end() ? std::nullopt : std::optional(end->second),
                    ends->taken);
}

bool Worker::progress_due(Instant now) const {
  const Millis quiet = now - last_progress_;
  return (quiet >= pace_.progress(backlog_) && !sources_.empty()) ||
         (quiet >= pace_.transaction(backlog_) && has_news());
}

bool Worker::has_news() const {
  return std::any_of(core_.begin(), core_.end(), [](const auto& one) {
    const CoreSlot& slot = one.second;
    return slot.serving && slot.has_news(slot.task->position());
  });
}

Status Worker::write_progress() {
  said_.clear();
  const auto say = [&](Said said, const std::string& value) {
    const std::string_view bytes = value;
    said_.push_back(std::move(said));
    return produce(topics_.progress, 0, progress_key(said_.back().at), &bytes);
  };
  for (auto& [at, task] : sources_) {
    const auto reached = task.say(read_up_to(at, task));
    if (!reached) continue;
    if (auto done = say({at, *reached, {}}, progress_value(*reached)); !done) return done;
    gauges_.watermark(at, *reached);
  }
  for (auto& [partition, slot] : core_) {
    if (!slot.serving) continue;
    const auto core = slot.say(slot.task->position());
    if (!core) continue;
    if (auto done = say({{config_.topics.core, partition}, kNever, *core}, progress_value(*core));
        !done)
      return done;
  }
  return {};
}

// Deadlines of other partitions need not wait for the commit of what led to nothing there.
void Worker::tell_served() {
  for (auto& [partition, slot] : core_) {
    if (!slot.serving) continue;
    if (const auto position = slot.served(slot.task->position()))
      shared_.progress.served(partition, slot.committed, *position);
  }
}

// Every owned partition, also where nothing was read: the offsets carry the fence against a worker
// that was replaced.
std::vector<kafka::Position> Worker::positions() const {
  std::vector<kafka::Position> out;
  for (const auto& [at, task] : sources_)
    if (task.position >= 0) out.push_back({at, task.position});
  for (const auto& [partition, slot] : core_)
    if (slot.serving && slot.task->position() >= 0)
      out.push_back({{config_.topics.core, partition}, slot.task->position()});
  return out;
}

bool Worker::closes(Instant now) const {
  return urgent_ || closes_in(now) == Millis(0) ||
         written_bytes_ >= config_.engine.transaction_bytes || progress_due(now);
}

Millis Worker::closes_in(Instant now) const {
  if (!open_transaction_) return Millis::max();
  return std::max(began_ + pace_.transaction(backlog_) - now, Millis(0));
}

Status Worker::close_tasks() {
  for (auto& [number, slot] : core_) {
    if (!slot.serving) continue;
    effects_.clear();
    if (auto done = slot.task->close(effects_); !done) return done;
    if (auto done = emit(effects_, slot); !done) return done;
  }
  for (std::int32_t partition = 0; partition < shared_.core_partitions; ++partition)
    if (auto done = flush_pack(partition); !done) return done;
  return {};
}

Status Worker::commit() {
  const Instant started = wall_clock();
  if (auto done = close_tasks(); !done) return done;
  for (auto& [partition, slot] : core_)
    if (slot.serving)
      if (auto done = collect(partition, *slot.task, started); !done) return done;
  traces_.clear();
  if (auto done = write_progress(); !done) return done;
  crash_point("before_commit");
  gauges_.outbox(written_records_, began_);

  std::vector<kafka::Position> offsets = positions();
  const std::string note = notes_ + std::to_string(++commits_);
  for (kafka::Position& position : offsets) position.note = note;
  const bool too_early = spoiled("apply_before_commit");
  if (too_early)
    if (auto done = apply_committed(offsets); !done) return done;
  const auto metadata = consumer_->metadata();
  const Doubt doubt = doubt_of(commits_);
  kafka::Commit commit;
  if (doubt != Doubt::kNotSent) {
    const Waiting waiting(shared_, name_, "commit of a transaction");
    commit = producer_->commit(offsets, *metadata);
  }
  if (doubt == Doubt::kNotTold) commit.outcome = Outcome::kUnknown;
  if (commit.thrown_out) {
    // Only a new member, which claims nothing, can go on: others may have gone on with all of it.
    // Not from here, since the consumer may be calling us.
    rejoin_ = true;
    over();
    return failure(Code::kFenced, commit.detail);
  }
  switch (commit.outcome) {
    case Outcome::kCommitted:
      crash_point("after_commit");
      over();
      last_progress_ = started;
      counters_.committed(wall_clock() - started, wall_clock());
      shared_.progress.committed(said_);
      return too_early ? Status() : apply_committed(offsets);
    case Outcome::kAborted:
      over();  // The producer has aborted already.
      return abandon(commit.detail);
    case Outcome::kUnknown:
      in_doubt_ = {std::move(offsets), started};
      counters_.in_doubt();
      return recover(commit.detail);
  }
  return {};
}

Status Worker::apply_committed(const std::vector<kafka::Position>& offsets) {
  for (auto& [at, task] : sources_) task.commit();
  const auto share = static_cast<std::size_t>(config_.engine.cache_bytes) /
                     static_cast<std::size_t>(config_.engine.workers) /
                     std::max<std::size_t>(core_.size(), 1);
  const Instant now = wall_clock();
  for (const kafka::Position& position : offsets) {
    if (position.at.topic != config_.topics.core) continue;
    CoreSlot& slot = core_.at(position.at.partition);
    slot.commit(position.offset);
    shared_.purge.committed(position.at.partition, position.offset);
    if (auto applied = slot.task->committed(share, now); !applied) {
      // Kafka has it, the database does not: it is restored from the changelog before it serves
      // again.
      slot.serving = false;
      slot.task.reset();
      slot.trouble = applied.error().detail;
      slot.retry_at = wall_clock() + Millis(1000);
      admitted_.push_back(position.at);
      log::error(kafka::text(position.at) + ": the local state cannot be written: " + slot.trouble);
    }
    crash_point("after_apply");
  }
  tell_health();
  return {};
}

// What was polled and is not worked off, and what is packed and not written: both are read again.
void Worker::drop_unfinished() {
  left_ = {};
  for (std::string& packed : packs_) packed.clear();
}

// Nothing of the transaction counts: back to what is committed.
Status Worker::abandon(const std::string& why) {
  log::warning(name_ + ": transaction given up, its input is read again: " + why);
  counters_.aborted(false);
  if (open_transaction_) {
    const Waiting waiting(shared_, name_, "abort of a transaction");
    over();
    if (producer_->abort() == Outcome::kUnknown) return recover(why);
  }
  drop_unfinished();
  for (auto& [at, task] : sources_) {
    if (!task.placed) continue;
    task.abort();
    if (auto sought = consumer_->seek(at, seek_to(task.committed)); !sought) return sought;
  }
  for (auto& [partition, slot] : core_) {
    if (!slot.serving) continue;
    slot.task->aborted();
    slot.abort();
    slot.task->rewind(std::max<std::int64_t>(slot.committed, 0));
    if (auto sought = consumer_->seek({config_.topics.core, partition}, seek_to(slot.committed));
        !sought)
      return sought;
  }
  return {};
}

// The outcome is not known, or somebody fenced us: a new producer ends the old transaction one way
// or the other, and then the committed offsets and the changelog say which.
Status Worker::recover(const std::string& why) {
  log::warning(name_ + ": outcome unknown, asking Kafka: " + why);
  if (!in_doubt_) counters_.aborted(true);
  over();
  drop_unfinished();
  if (rejoin_) {
    // Fenced, or fatal in the client: only a new member can go on. What it owned is assigned anew.
    rejoin_ = false;
    sources_.clear();
    core_.clear();
    admitted_.clear();
    index_sources();
    consumer_->close(config_.engine.shutdown_patience);
    consumer_.reset();
    if (auto joined = join_group(); !joined) return joined;
  }
  if (auto made = make_producer(); !made && made.error().code != Code::kUnavailable)
    return made;  // If brokers were away, begin() tries again.
  for (auto& [partition, slot] : core_) {
    slot.serving = false;
    slot.restore.reset();
    slot.task.reset();
    admitted_.push_back({config_.topics.core, partition});
  }
  for (auto& [at, task] : sources_) {
    task.doubt();
    admitted_.push_back(at);
  }
  return {};
}

}  // namespace vaste::engine
