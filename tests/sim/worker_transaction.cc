// What the transaction of a simulated worker is, and what each of its ends means: the counterpart
// of engine/transaction.cc.
#include <algorithm>
#include <utility>

#include "base/check.h"
#include "sim/worker.h"

namespace vaste::sim {

void Worker::begin() {
  if (open_ == 0) open_ = broker_.begin(name_);
}

void Worker::flush() {
  for (auto& [partition, packed] : out_.sent) {
    Entry entry;
    entry.value = std::move(packed);
    broker_.produce(open_, broker_.core(static_cast<std::size_t>(partition)), std::move(entry));
  }
  out_.sent.clear();
}

void Worker::tell() {
  told_.clear();
  for (auto& [place, source] : sources_) {
    const Board& board = setting_.board;
    const auto reached = source.say(
        source.up_to(is_set(board.taken()) ? std::optional(board.source_end(place)) : std::nullopt,
                     board.taken()));
    if (reached) told_.push_back({false, place, *reached, {}});
  }
  for (auto& [partition, core] : cores_)
    if (core.serving)
      if (const auto said = core.say(core.task->engine().position()))
        told_.push_back({true, partition, kNever, *said});
  for (const Told& one : told_) {
    Entry entry;
    entry.told = one;
    broker_.produce(open_, broker_.progress(), std::move(entry));
  }
}

std::vector<std::pair<Place, std::int64_t>> Worker::positions() const {
  std::vector<std::pair<Place, std::int64_t>> out;
  for (const auto& [place, source] : sources_)
    if (source.position >= 0) out.emplace_back(place, source.position);
  for (const auto& [partition, core] : cores_)
    if (core.serving && core.task->engine().position() >= 0)
      out.emplace_back(broker_.sources() + partition, core.task->engine().position());
  return out;
}

bool Worker::commit(Instant now, End end, std::size_t cache_bytes) {
  for (auto& [partition, core] : cores_) {
    if (!core.serving || !std::exchange(core.worked, false)) continue;
    core.task->collect(out_);
    sent(core);
    for (store::Batch::Change& change : std::exchange(out_.changelog, {})) {
      Entry entry;
      entry.key = std::move(change.key);
      entry.null_value = !change.value;
      if (change.value) entry.value = std::move(*change.value);
      const auto at = broker_.produce(open_, broker_.changelog(partition), std::move(entry));
      std::int64_t& delivered = *core.task->engine().delivered();
      delivered = std::max(delivered, at);
    }
  }
  for (Said& said : out_.alerts) said.at = now;
  flush();
  tell();

  if (end == End::kDiesFirst) return false;
  const bool fenced = !broker_.send_offsets(open_, positions());
  if (end == End::kDiesAsked) return false;
  if (fenced || end == End::kFoundNot) {
    recover();
    return true;
  }
  const bool known = broker_.finish(open_, end != End::kAborted, &out_, &dead_);
  if (end == End::kDiesBehind) return false;
  if (!known || end == End::kFoundCommitted) {
    recover();
    return true;
  }
  over();
  if (end == End::kAborted) {
    abandon();
    return true;
  }
  setting_.board.committed(told_, now);
  return apply(cache_bytes, end == End::kDiesWithin);
}

bool Worker::apply(std::size_t cache_bytes, bool dies) {
  for (auto& [place, source] : sources_) source.commit();
  for (auto& [partition, core] : cores_) {
    if (!core.serving) continue;
    core.commit(core.task->engine().position());
    core.task->commit(cache_bytes);
    const auto positions = setting_.disks.at(partition)->positions();
    VASTE_CHECK(positions.has_value());
    if (positions->input > broker_.committed_now(broker_.sources() + partition))
      setting_.wrong += "a database is ahead of what the group committed\n";
    if (dies) return false;
  }
  return !dies;
}

void Worker::over() {
  open_ = 0;
  out_ = {};
  dead_.clear();
}

// Nothing of the transaction counts: back to what is committed.
void Worker::abandon() {
  for (auto& [place, source] : sources_) {
    if (!source.placed) continue;
    source.abort();
    source.at = std::max<std::int64_t>(engine::seek_to(source.committed), 0);
  }
  for (auto& [partition, core] : cores_) {
    if (!core.serving) continue;
    core.task->abort();
    core.abort();
    core.worked = false;
    core.task->engine().rewind(std::max<std::int64_t>(core.committed, 0));
    core.at = std::max<std::int64_t>(engine::seek_to(core.committed), 0);
  }
}

// What came of it is not known, or it was fenced: a new producer ends the old transaction one way
// or the other, and committed offsets and the changelog say which.
void Worker::recover() {
  over();
  broker_.init(name_);
  for (auto& [partition, core] : cores_) {
    core.serving = core.worked = false;
    core.restore.reset();
    core.task.reset();
    const Place place = broker_.sources() + partition;
    if (std::ranges::find(admitted_, place) == admitted_.end()) admitted_.push_back(place);
  }
  for (auto& [place, source] : sources_) {
    source.doubt();
    if (std::ranges::find(admitted_, place) == admitted_.end()) admitted_.push_back(place);
  }
}

}  // namespace vaste::sim
