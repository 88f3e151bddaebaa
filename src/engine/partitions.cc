// Partitions come and go: what a worker does when the group gives it some, and before it gives them
// back.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/crash_point.h"
#include "base/log.h"
#include "engine/worker.h"

namespace vaste::engine {

namespace {
constexpr Millis kCommittedPatience{30000};  // waits for a dead worker's open transaction
constexpr Millis kRestoreSlice{20};
constexpr Millis kTellRestore{5000};
constexpr std::size_t kCountSlice = 2000;
constexpr Millis kRetry{1000};
constexpr Millis kFreshState{
    10000};  // Younger, and nobody is asked for how long tombstones are kept.
constexpr Millis kTombstonesKept =
    std::chrono::hours(24);  // Kafka's default, without a right to ask

core::Limits limits_of(const config::Config& config) {
  core::Limits limits;
  limits.moments = static_cast<std::size_t>(config.engine.moments_per_conversation);
  limits.thread_wait = config.engine.thread_wait;
  limits.waiting_events = static_cast<std::uint64_t>(config.engine.waiting_events);
  limits.waiting_bytes = static_cast<std::uint64_t>(config.engine.waiting_bytes);
  limits.retain_open = config.retention.open;
  limits.retain_resolved = config.retention.resolved;
  limits.retain_windows = {config.retention.kpi_quarter_hours, config.retention.kpi_days};
  limits.groups = static_cast<std::uint64_t>(config.engine.kpi_groups);
  for (const config::Source& source : config.sources) {
    for (std::size_t i = 0; i < limits.lateness.size(); ++i) {
      const auto& channels = source.channels;
      if (channels.empty() ||
          std::ranges::find(channels, static_cast<Channel>(i)) != channels.end())
        limits.lateness[i] = std::max(limits.lateness[i], source.lateness);
    }
  }
  return limits;
}
}  // namespace

void Worker::on_assigned(std::vector<kafka::Position>& partitions) {
  counters_.rebalanced("assigned");
  rebalance_began(wall_clock());
  for (kafka::Position& position : partitions) {
    position.offset = kafka::kWaitsForSeek;  // admit() asks where the group stands
    log::info(name_ + ": assigned " + kafka::text(position.at));
    admitted_.push_back(position.at);
    gauges_.assigned(position.at.topic, 1);
    if (position.at.topic == config_.topics.core) {
      core_[position.at.partition].trouble = "opening";
    } else {
      sources_[position.at];
    }
  }
  index_sources();
  if (partitions.empty() && sources_.empty() && core_.empty()) empty_handed_ = wall_clock();
}

void Worker::on_revoked(const std::vector<kafka::TopicPartition>& partitions) {
  crash_point("in_handover");
  counters_.rebalanced("revoked");
  const Instant began = wall_clock();
  // Still ours until this returns: what was begun is finished first.
  if (open_transaction_) {
    if (auto done = commit(); !done) {
      broken_ = done.error();
      has_broken_ = true;
    }
  }
  release(partitions);
  rebalance_began(began);
}

void Worker::on_lost(const std::vector<kafka::TopicPartition>& partitions) {
  counters_.rebalanced("lost");
  rebalance_began(wall_clock());
  release(partitions);
  broken_ = {Code::kFenced, "partitions were lost to another member"};
  has_broken_ = true;
  rejoin_ = true;
}

void Worker::release(const std::vector<kafka::TopicPartition>& partitions) {
  for (const kafka::TopicPartition& at : partitions) {
    log::info(name_ + ": gives back " + kafka::text(at));
    std::erase(admitted_, at);
    gauges_.assigned(at.topic, -1);
    shared_.health.ready(kafka::text(at));
    gauges_.given_back(at);
    if (at.topic == config_.topics.core) {
      core_.erase(at.partition);
      gauges_.restoring(at.partition, 0);
    } else {
      sources_.erase(at);
    }
  }
  index_sources();
  tell_holds();
  tell_store();
}

void Worker::rebalance_began(Instant at) {
  if (!is_set(rebalancing_)) rebalancing_ = at;
}

std::string Worker::directory(std::int32_t partition) const {
  return (std::filesystem::path(config_.state_directory) / ("core-" + std::to_string(partition)))
      .string();
}

// State and positions say by themselves what was committed; this is for what is counted.
Status Worker::ask() {
  if (!in_doubt_) return {};
  bool was_committed = false;  // Who owns no position has done nothing that counts.
  if (!in_doubt_->sent.empty()) {
    std::vector<kafka::TopicPartition> places;
    for (const kafka::Position& position : in_doubt_->sent) places.push_back(position.at);
    auto committed = consumer_->committed(places, kCommittedPatience);
    if (!committed) return tl::unexpected(committed.error());
    // One is enough: others may have a new owner, who has gone on.
    const std::string& note = in_doubt_->sent.front().note;
    was_committed =
        std::ranges::any_of(*committed, [&](const auto& one) { return one.note == note; });
  }
  log::info(name_ + ": the transaction in doubt was " + (was_committed ? "" : "not ") +
            "committed");
  const Instant now = wall_clock();
  counters_.settled(was_committed, now - in_doubt_->began, now);
  in_doubt_.reset();
  return {};
}

// New partitions begin where the group committed; core partitions serve once their state is
// restored.
Status Worker::admit() {
  if (auto asked = ask(); !asked) return asked;
  if (!admitted_.empty()) {
    const auto now = wall_clock();
    std::vector<kafka::TopicPartition> ready;
    for (const kafka::TopicPartition& at : admitted_) {
      const auto slot = core_.find(at.partition);
      const bool is_core = at.topic == config_.topics.core && slot != core_.end();
      if (!is_core || !waits(at.partition, slot->second, now)) ready.push_back(at);
    }
    if (!ready.empty()) {
      if (open_transaction_)  // Its offsets would not name the new ones.
        if (auto done = commit(); !done) return done;
      auto committed = consumer_->committed(ready, kCommittedPatience);
      if (!committed) return tl::unexpected(committed.error());
      for (const kafka::Position& position : *committed) {
        if (position.at.topic != config_.topics.core) {
          SourceTask& task = sources_[position.at];
          if (auto sought = consumer_->seek(position.at, seek_to(position.offset)); !sought)
            return sought;
          task.place(position.offset);
          task.reached = {now, kNever, kNever};
          std::erase(admitted_, position.at);
          continue;
        }
        std::erase(admitted_, position.at);
        CoreSlot& slot = core_[position.at.partition];
        slot.committed = position.offset;
        if (auto opened = open(position.at.partition, slot); !opened) {
          if (opened.error().code == Code::kNewerFormat) return opened;
          slot.trouble = opened.error().detail;
          slot.retry_at = now + kRetry;
          admitted_.push_back(position.at);
          log::error(kafka::text(position.at) + ": " + slot.trouble + "; trying again");
        }
      }
      index_sources();
    }
  }
  for (auto& [partition, slot] : core_) {
    if (slot.serving || slot.restore == nullptr) continue;
    if (auto done = restore(partition, slot); !done) {
      if (done.error().code == Code::kNewerFormat) return done;
      slot.restore.reset();
      slot.task.reset();
      slot.trouble = done.error().detail;
      slot.retry_at = wall_clock() + kRetry;
      admitted_.push_back({config_.topics.core, partition});
      log::error(config_.topics.core + '[' + std::to_string(partition) + "]: " + slot.trouble);
    }
  }
  tell_health();
  return {};
}

// Before its database can be opened.
bool Worker::waits(std::int32_t partition, CoreSlot& slot, Instant now) {
  if (slot.retry_at > now) return true;
  if (slot.fetch == Fetch::kNotYet && shared_.snapshots.wanted() &&
      !store::is_rocks_directory(directory(partition))) {
    shared_.snapshots.fetch(partition, directory(partition));
    slot.fetch = Fetch::kWorks;
    slot.trouble = "taking its state from a snapshot";
  }
  if (slot.fetch != Fetch::kWorks) return false;
  if (!shared_.snapshots.fetched(partition)) return true;
  slot.fetch = Fetch::kOver;
  return false;
}

Result<bool> Worker::is_outdated(const store::Positions& positions, const Restore& restore) {
  const Instant now = wall_clock();
  if (!may_lack_erasures(positions, restore.remaining(), now, kFreshState)) return false;
  auto admin = kafka::Admin::create(shared_.client);
  if (!admin) return tl::unexpected(std::move(admin.error()));
  auto kept = tombstones_kept(**admin, config_.topics.changelog);
  if (!kept) return tl::unexpected(std::move(kept.error()));
  return may_lack_erasures(positions, restore.remaining(), now, kept->value_or(kTombstonesKept));
}

Result<Worker::LocalState> Worker::local_state(std::int32_t partition, std::int64_t committed) {
  const auto unusable = [](Error error) -> Result<LocalState> {
    if (error.code != Code::kCorrupt) return tl::unexpected(std::move(error));
    return LocalState{.useless = std::move(error.detail)};
  };
  auto opened = store::open_rocks(shared_.environment, directory(partition));
  if (!opened) return unusable(std::move(opened.error()));
  auto positions = (*opened)->positions();
  if (!positions) return unusable(std::move(positions.error()));
  if (positions->input > std::max<std::int64_t>(committed, 0))
    return LocalState{.useless = "the local state is ahead of what the group committed"};
  auto restore =
      Restore::begin(shared_.client, config_.topics.changelog, partition, positions->changelog);
  if (!restore) return unusable(std::move(restore.error()));
  auto outdated = is_outdated(*positions, **restore);
  if (!outdated) return tl::unexpected(std::move(outdated.error()));
  if (*outdated)
    return LocalState{
        .useless = fmt::format("the local state is {} s old, and the changelog may tell no more "
                               "what was erased since (delete.retention.ms)",
                               (wall_clock() - positions->as_of) / Millis(1000))};
  return LocalState{std::move(*opened), std::move(*restore), {}};
}

Status Worker::open(std::int32_t partition, CoreSlot& slot) {
  slot.task.reset();  // Its database has to be closed before it can be opened again.
  slot.restore.reset();
  slot.serving = false;
  auto local = local_state(partition, slot.committed);
  if (!local) return tl::unexpected(std::move(local.error()));
  if (!local->useless.empty()) {
    const std::string where = directory(partition);
    log::warning(where + ": " + local->useless + "; set aside and restored");
    if (auto moved = store::quarantine(where); !moved) return moved;
    if (slot.fetch == Fetch::kNotYet && shared_.snapshots.wanted()) {
      slot.trouble = "set aside";
      admitted_.push_back({config_.topics.core, partition});  // waits() takes it from here.
      return {};
    }
    auto opened = store::open_rocks(shared_.environment, where);
    if (!opened) return tl::unexpected(std::move(opened.error()));
    auto restore = Restore::begin(shared_.client, config_.topics.changelog, partition, 0);
    if (!restore) return tl::unexpected(std::move(restore.error()));
    *local = {std::move(*opened), std::move(*restore), {}};
  }
  slot.task = std::make_unique<CoreTask>(partition, shared_.core_partitions,
                                         store::timed(std::move(local->store), times_), timeline_,
                                         limits_of(config_));
  slot.task->tell_times(times_);
  slot.restore = std::move(local->restore);
  slot.restore_began = slot.restore_told = wall_clock();
  slot.restored = 0;
  slot.trouble = "restoring";
  return {};
}

// All that was erased before the restore began has been heard of.
Status Worker::date(CoreSlot& slot) {
  auto positions = slot.task->store().positions();
  if (!positions) return tl::unexpected(std::move(positions.error()));
  if (slot.restore->restored() == 0 && is_set(positions->as_of)) return {};
  store::Batch batch;
  batch.set_positions({positions->input, positions->changelog, slot.restore_began});
  return slot.task->store().apply(batch);
}

Status Worker::restore(std::int32_t partition, CoreSlot& slot) {
  auto complete = slot.restore->step(slot.task->store(), slot.task->figures(), kRestoreSlice);
  if (!complete) {
    if (complete.error().code == Code::kUnavailable) return {};  // The reader goes on by itself.
    return tl::unexpected(complete.error());
  }
  gauges_.restoring(partition, slot.restore->remaining());
  const std::uint64_t restored = slot.restore->restored();
  counters_.restored(restored - std::exchange(slot.restored, restored));
  if (!*complete) {
    const Instant now = wall_clock();
    slot.trouble =
        restore_text(slot.restore->done(), slot.restore->remaining(), now - slot.restore_began);
    if (now - slot.restore_told >= kTellRestore) {
      slot.restore_told = now;
      log::info(config_.topics.core + '[' + std::to_string(partition) + "]: " + slot.trouble);
    }
    return {};
  }
  auto counted = slot.task->figures().load(kCountSlice);
  if (!counted) return tl::unexpected(counted.error());
  if (!*counted) {
    slot.trouble = "counting what it holds, for the gauges";
    return {};
  }
  if (slot.restore->restored() > 0)
    log::info(config_.topics.core + '[' + std::to_string(partition) + "]: restored " +
              std::to_string(slot.restore->restored()) + " records");
  if (auto dated = date(slot); !dated) return dated;
  const Instant now = wall_clock();
  counters_.restore_took(now - slot.restore_began);
  slot.restore.reset();
  slot.task->rewind(std::max<std::int64_t>(slot.committed, 0));
  const kafka::TopicPartition at{config_.topics.core, partition};
  if (auto sought = consumer_->seek(at, seek_to(slot.committed)); !sought) return sought;
  slot.trouble.clear();
  slot.fetch = Fetch::kNotYet;
  slot.reached = {now, kNever, kNever};
  slot.serve();
  return {};
}

// Of one partition at a time, so that no deadline waits for all of them.
void Worker::take_snapshot() {
  const std::uint64_t round = shared_.snapshots.round();
  if (round == 0 || open_transaction_) return;
  if (round != snapshot_round_) {
    snapshot_round_ = round;
    snapshot_done_.clear();
  }
  bool all = true;
  for (auto& [partition, slot] : core_) {
    all = all && slot.serving;
    if (!slot.serving || !snapshot_done_.insert(partition).second) continue;
    return shared_.snapshots.take(round, partition, slot.task->store());
  }
  if (all) shared_.snapshots.through(round, index_);
}

void Worker::tell_health() {
  bool all = true;
  for (const auto& [partition, slot] : core_) {
    const std::string at = config_.topics.core + '[' + std::to_string(partition) + ']';
    if (slot.serving) {
      shared_.health.ready(at);
    } else {
      shared_.health.not_ready(at, slot.trouble);
      all = false;
    }
  }
  const Instant now = wall_clock();
  const bool has_none = sources_.empty() && core_.empty();
  // The first assignment of a hand-over is empty too; who still has none after a session is a
  // spare.
  const bool spare = is_set(empty_handed_) && now - empty_handed_ >= config_.kafka.session_timeout;
  if (!all || (has_none && !spare)) return;
  shared_.health.ready(name_);
  if (!is_set(rebalancing_) || !admitted_.empty()) return;
  if (!has_none) counters_.rebalance_took(now - rebalancing_);
  rebalancing_ = kNever;
}

}  // namespace vaste::engine
