// What a worker says of its partitions in /metrics: what is looked up rather than followed, now and
// then.
#include <algorithm>

#include "base/log.h"
#include "engine/worker.h"

namespace vaste::engine {

namespace {
constexpr Millis kTellEvery{2000};
// After a restart who waits is counted beside the work: a twentieth of the time at most.
constexpr Millis kCountEvery{100};
constexpr std::size_t kCountSlice = 500;
}  // namespace

void Worker::tell_figures(Instant now) {
  if (now - told_ < kTellEvery) return;
  told_ = now;
  tell_store();
  tell_holds();
  tell_lag(now);
  gauges_.queued(producer_ ? producer_->queued() : 0);
  gauges_.leads(leads_.most(now));
}

void Worker::tell_store() {
  store::Stats sum;
  for (const auto& [partition, slot] : core_) {
    if (slot.task == nullptr) continue;
    const store::Stats stats = slot.task->store().stats();
    sum.live_sst_bytes += stats.live_sst_bytes;
    sum.memtable_bytes += stats.memtable_bytes;
    sum.pending_compaction_bytes += stats.pending_compaction_bytes;
    sum.keys += stats.keys;
    sum.level0_files += stats.level0_files;
    sum.background_errors += stats.background_errors;
    sum.behind_bytes += stats.behind_bytes;
    sum.write_stopped = sum.write_stopped || stats.write_stopped;
  }
  gauges_.store(sum);
}

void Worker::tell_lag(Instant now) {
  const auto tell = [&](const kafka::TopicPartition& at, const SourceEnds& ends,
                        std::int64_t position, Reached& reached) {
    const auto end = ends.offsets.find(at);
    if (end == ends.offsets.end()) return;
    const std::int64_t left =
        std::max<std::int64_t>(end->second - std::max<std::int64_t>(position, 0), 0);
    if (left == 0) reached.at_end = std::max(reached.at_end, ends.taken);
    gauges_.lag(at, left, reached.age(now));
  };
  const auto sources = shared_.progress.ends();
  for (auto& [at, task] : sources_)
    if (task.placed) tell(at, *sources, task.position, task.reached);
  const auto core = shared_.progress.core_ends();
  for (auto& [partition, slot] : core_)
    if (slot.serving)
      tell({config_.topics.core, partition}, *core, slot.task->position(), slot.reached);
}

// Of all partitions that are served here, as last committed.
void Worker::tell_holds() {
  Gauges::Holds holds;
  const auto earliest = [](std::vector<Instant>& all, const std::vector<Instant>& one) {
    all.resize(one.size(), kNever);
    for (std::size_t i = 0; i < one.size(); ++i)
      if (is_set(one[i]) && (!is_set(all[i]) || one[i] < all[i])) all[i] = one[i];
  };
  for (auto& [partition, slot] : core_) {
    if (!slot.serving) continue;
    const Figures& figures = slot.task->figures();
    holds.tallies.push_back(&figures.tally());
    holds.moments += figures.census().moments();
    earliest(holds.waiting, figures.census().oldest());
    const auto next = slot.task->next_breaches();
    if (!next) {
      // The state that it could not read is read again, or said, by the round that comes to it.
      log::warning(config_.topics.core + '[' + std::to_string(partition) +
                   "]: the next breaches are not known: " + next.error().detail);
      continue;
    }
    earliest(holds.next_breaches, *next);
  }
  gauges_.holds(holds);
}

void Worker::count_census(Instant now) {
  if (now - counted_ < kCountEvery) return;
  counted_ = now;
  for (auto& [partition, slot] : core_) {
    if (!slot.serving) continue;
    const auto done = slot.task->figures().count_census(kCountSlice);
    if (!done)
      log::warning(config_.topics.core + '[' + std::to_string(partition) +
                   "]: who waits is not counted: " + done.error().detail);
    if (!done || !*done) return;
  }
}

}  // namespace vaste::engine
