#include "engine/frontier.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace vaste::engine {

namespace {
// Far behind, more samples would only make the steps finer in which the gate moves.
constexpr std::size_t kMostSamples = 32;
}  // namespace

Frontier::Frontier(std::size_t sources, std::size_t cores, Millis max_wait, Instant began)
    : max_wait_(max_wait), began_(began), listened_(began), sources_(sources), cores_(cores) {}

void Frontier::heard_source(std::size_t index, Instant read_up_to, Instant now, By by) {
  Source& source = sources_.at(index);
  source.heard = now;
  if (by == By::kLog && source.by == By::kWorker && read_up_to <= source.read_up_to) return;
  source.read_up_to = read_up_to;
  source.by = by;
}

void Frontier::heard_core(std::size_t partition, std::int64_t position, Instant oldest_sent,
                          Instant now, By by) {
  Core& core = cores_.at(partition);
  core.heard = now;
  core.silent = false;
  if (by == By::kLog && core.by == By::kWorker && position <= core.committed) return;
  core.position = by == By::kWorker ? std::max(core.position, position) : position;
  core.committed = position;
  core.by = by;
  oldest_sent_ = std::min(oldest_sent_, oldest_sent);
}

void Frontier::served(std::size_t partition, std::int64_t committed, std::int64_t position,
                      Instant now) {
  Core& core = cores_.at(partition);
  if (core.committed < committed) return;
  core.heard = now;
  core.silent = false;
  core.position = std::max(core.position, position);
}

void Frontier::listened(Instant now) {
  if (now - listened_ > max_wait_ / 2) began_ = now;
  listened_ = now;
}

Instant Frontier::lowest(Instant now, bool& provisional) const {
  Instant least = kEndOfTime;
  for (const Source& source : sources_) {
    if (is_silent_since(source.heard)) {
      provisional = true;  // nobody reads it: deadlines do not wait for ever
      continue;
    }
    if (!is_set(source.heard)) return kNever;
    least = std::min(least, source.read_up_to);
  }
  return std::min(least, now);  // a source clock that runs ahead fires nothing early
}

void Frontier::asked(Instant now) {
  if (asked_) oldest_sent_ = std::min(oldest_sent_, asked_->oldest_sent);  // Never answered.
  asked_.reset();
  if (samples_.size() >= kMostSamples) return;
  Sample sample;
  sample.taken = now;
  sample.read_up_to = lowest(now, sample.provisional);
  if (!is_set(sample.read_up_to)) return;
  sample.oldest_sent = std::exchange(oldest_sent_, kEndOfTime);
  asked_ = std::move(sample);
}

void Frontier::sampled(std::vector<std::int64_t> core_ends) {
  VASTE_CHECK(core_ends.size() == cores_.size());
  if (!asked_) return;
  asked_->ends = std::move(core_ends);
  samples_.push_back(std::move(*asked_));
  asked_.reset();
}

bool Frontier::passed(Sample& sample) {
  for (std::size_t i = 0; i < cores_.size(); ++i) {
    Core& core = cores_[i];
    if (core.position >= sample.ends[i]) continue;
    if (is_silent_since(std::max(core.heard, sample.taken))) core.silent = true;
    if (!core.silent) return false;
    sample.provisional = true;
  }
  return true;
}

Gate Frontier::gate() {
  while (!samples_.empty() && passed(samples_.front())) {
    reached_ = {samples_.front().read_up_to, samples_.front().provisional};
    samples_.pop_front();
  }
  Gate gate = reached_;
  gate.up_to = std::min(gate.up_to, oldest_sent_);
  if (asked_) gate.up_to = std::min(gate.up_to, asked_->oldest_sent);
  for (const Sample& sample : samples_) gate.up_to = std::min(gate.up_to, sample.oldest_sent);
  return gate;
}

}  // namespace vaste::engine
