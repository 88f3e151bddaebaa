#include "core/tally.h"

#include <algorithm>

#include "base/check.h"
#include "base/hash.h"

namespace vaste::core {

namespace {

constexpr std::size_t kClockStates = 4;         // running, paused, at risk, breached
constexpr std::size_t kConversationStates = 4;  // new to on hold
constexpr std::size_t kTimers = 2;
constexpr std::size_t kChannelStates = static_cast<std::size_t>(kChannels) * kConversationStates;

std::size_t index_of(const std::vector<std::string>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end() - 1, name);
  return static_cast<std::size_t>(found - names.begin());
}

// By what was said of it: an alert that stands is what others know.
TallyClock state_of(const ClockRun& run, const std::vector<PublishedAlert>& alerts) {
  TallyClock state = run.state == ClockState::kPaused ? TallyClock::kPaused : TallyClock::kRunning;
  if (run.attached_late) return TallyClock::kBreached;
  const auto is_raised = [&](AlertLevel level) {
    const PublishedAlert* alert = clocks::find_alert(alerts, run, level);
    return alert != nullptr && alert->status == AlertStatus::kRaised;
  };
  if (is_raised(AlertLevel::kBreached)) return TallyClock::kBreached;
  if (state == TallyClock::kRunning && std::ranges::any_of(kWarnings, is_raised))
    return TallyClock::kAtRisk;
  return state;
}

bool is_waiting(ConversationState state) {
  return state >= ConversationState::kNew && state <= ConversationState::kOnHold;
}

}  // namespace

Tally::Tally(const Policy& policy) {
  for (const Queue& queue : policy.queues)
    if (queues_.size() < kMostQueues) queues_.push_back(queue.name);
  for (const SlaSpec& sla : policy.slas)
    if (slas_.size() < kMostSlas) slas_.push_back(sla.name);
  queues_.emplace_back();
  slas_.emplace_back();
  for (const std::string& name : queues_) names_ = hash64(name, names_ + 1);
  for (const std::string& name : slas_) names_ = hash64(name, names_ + 2);
  per_queue_ = slas_.size() * kClockStates + kChannelStates + kTimers;
  counts_.assign(queues_.size() * per_queue_, 0);
  VASTE_CHECK(counts_.size() <= UINT16_MAX);
  is_changed_.assign(queues_.size(), false);
}

std::size_t Tally::queue_of(const Conversation& conversation) const {
  return index_of(queues_, conversation.fold.attributes.queue);
}

std::size_t Tally::slot(std::size_t queue, const TallyCount& label) const {
  const std::size_t begin = queue * per_queue_;
  if (label.clock != TallyClock::kNone)
    return begin + index_of(slas_, label.sla) * kClockStates +
           static_cast<std::size_t>(label.clock) - 1;
  const std::size_t channels = begin + slas_.size() * kClockStates;
  if (is_waiting(label.state))
    return channels + static_cast<std::size_t>(label.channel) * kConversationStates +
           static_cast<std::size_t>(label.state) - 1;
  if (label.timer != TallyTimer::kNone)
    return channels + kChannelStates + static_cast<std::size_t>(label.timer) - 1;
  return slots();
}

TallyCount Tally::label(std::size_t slot) const {
  TallyCount label;
  std::size_t at = slot % per_queue_;
  if (at < slas_.size() * kClockStates) {
    label.sla = slas_[at / kClockStates];
    label.clock = static_cast<TallyClock>(at % kClockStates + 1);
    return label;
  }
  at -= slas_.size() * kClockStates;
  if (at < kChannelStates) {
    label.channel = static_cast<Channel>(at / kConversationStates);
    label.state = static_cast<ConversationState>(at % kConversationStates + 1);
  } else {
    label.timer = static_cast<TallyTimer>(at - kChannelStates + 1);
  }
  return label;
}

Share Tally::share(const Conversation& conversation) const {
  Share out;
  const auto count = [&](std::size_t queue, const TallyCount& label) {
    out.push_back(static_cast<std::uint16_t>(slot(queue, label)));
  };
  const FoldState& fold = conversation.fold;
  const std::size_t queue = queue_of(conversation);
  out.reserve(fold.unsettled().size() + 2);  // its state and its timer
  bool open = false;
  for (const ClockRun& run : fold.unsettled()) {
    if (!is_open(run.state)) continue;
    open = true;
    TallyCount label;
    label.sla = run.sla;
    label.clock = state_of(run, conversation.alerts);
    count(queue, label);
  }
  if (is_waiting(fold.state)) {
    TallyCount label;
    label.channel = fold.last_channel;
    label.state = fold.state;
    count(queue, label);
  }
  if (is_set(conversation.timer_at)) {
    TallyCount label;
    label.timer = open ? TallyTimer::kDeadline : TallyTimer::kRetention;
    count(queues_.size() - 1, label);
  }
  return out;
}

void Tally::move(const Share& share, int by) {
  for (const std::uint16_t slot : share) {
    counts_[slot] += by;
    moves_.emplace_back(slot, by);
    change(queue_at(slot));
  }
}

void Tally::change(std::size_t queue) {
  if (is_changed_[queue]) return;
  is_changed_[queue] = true;
  changed_.push_back(queue);
}

void Tally::saved() {
  moves_.clear();
  changed_.clear();
  is_changed_.assign(queues_.size(), false);
}

void Tally::forget() {
  for (const auto& [slot, by] : moves_) counts_[slot] -= by;
  saved();
}

void Tally::clear() {
  counts_.assign(counts_.size(), 0);
  saved();
}

QueueTally Tally::stored(std::size_t queue) const {
  QueueTally out;
  out.names = names_;
  for (std::size_t at = queue * per_queue_; at < (queue + 1) * per_queue_; ++at) {
    // Never below 0 while everything is counted by the same names; a gauge says so if it is.
    if (counts_[at] <= 0) continue;
    out.counts.push_back(label(at));
    out.counts.back().count = static_cast<std::uint64_t>(counts_[at]);
  }
  return out;
}

void Tally::restore(std::string_view name, const QueueTally& stored) {
  const std::size_t queue = index_of(queues_, name);
  if (queues_[queue] != name) return;
  for (const TallyCount& one : stored.counts)
    if (const std::size_t at = slot(queue, one); at < slots())
      counts_[at] = static_cast<std::int64_t>(one.count);
}

std::int64_t Tally::running(std::size_t queue) const {
  std::int64_t sum = 0;
  for (std::size_t sla = 0; sla < slas_.size(); ++sla)
    for (const TallyClock state : {TallyClock::kRunning, TallyClock::kAtRisk})
      sum += counts_[queue * per_queue_ + sla * kClockStates + static_cast<std::size_t>(state) - 1];
  return sum;
}

Instant next_breach(const Conversation& conversation, const clocks::CompiledPolicy& policy) {
  Instant next = kNever;
  for (const ClockRun& run : conversation.fold.unsettled()) {
    if (run.state != ClockState::kRunning || run.attached_late) continue;
    const auto at = clocks::breaches_at(run, policy);
    if (at && *at > conversation.fired_until && (!is_set(next) || *at < next)) next = *at;
  }
  return next;
}

}  // namespace vaste::core
