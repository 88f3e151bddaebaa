// What the passing of time does in a worker's partitions, a share of it in each round.
#include "engine/worker.h"

namespace vaste::engine {

Status Worker::fire_timers() {
  const Gate gate = shared_.progress.gate();
  const Instant began = wall_clock();
  timers_left_ = false;
  // Where there is more than fits into a transaction, the next round goes on behind these.
  auto next = core_.upper_bound(last_fired_);
  for (std::size_t left = core_.size(); left > 0; --left, ++next) {
    if (next == core_.end()) next = core_.begin();
    last_fired_ = next->first;
    if (auto done = fire_timers(gate, next->first, next->second); !done) return done;
    if (left == 1 || !pace_.is_long(wall_clock() - began)) continue;
    timers_left_ = true;
    return {};
  }
  return {};
}

Status Worker::fire_timers(const Gate& gate, std::int32_t partition, CoreSlot& slot) {
  if (!slot.serving || !shared_.progress.caught_up(partition, slot.task->position())) return {};
  const auto most = static_cast<std::size_t>(config_.engine.timers_per_round);
  effects_.clear();
  auto more = slot.task->on_time(gate, most, effects_);
  if (!more) return tl::unexpected(more.error());
  timers_left_ = timers_left_ || *more;
  for (const auto& [at, id] : effects_.old_timers) counters_.timer_lag(wall_clock() - at);
  if (auto done = emit_if(!effects_.old_timers.empty(), slot); !done) return done;
  effects_.clear();
  if (auto done = emit_if(slot.task->sweep(most, effects_), slot); !done) return done;
  effects_.clear();
  return emit_if(slot.task->forget_windows(most, effects_), slot);
}

// False: there was nothing to do.
Status Worker::emit_if(const Result<bool>& done, CoreSlot& slot) {
  if (!done) return tl::unexpected(done.error());
  if (!*done) return {};
  if (auto begun = begin(); !begun) return begun;
  return emit(effects_, slot);
}

}  // namespace vaste::engine
