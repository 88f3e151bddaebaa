#include "engine/gauges.h"

#include <algorithm>
#include <string>
#include <utility>

namespace vaste::engine {

using metrics::Metric;

namespace {

constexpr Millis kSlot{10000};

double seconds(Millis duration) {
  return static_cast<double>(duration.count()) / 1000.0;
}
double seconds(Instant at) {
  return static_cast<double>(to_ms(at)) / 1000.0;
}

const char* state_name(TallyClock state) {
  switch (state) {
    case TallyClock::kNone:
    case TallyClock::kRunning:
      return "running";
    case TallyClock::kPaused:
      return "paused";
    case TallyClock::kAtRisk:
      return "at_risk";
    case TallyClock::kBreached:
      return "breached";
  }
  return "running";
}

}  // namespace

std::array<Millis, kChannels> Leads::most(Instant now) {
  if (!is_set(began_)) began_ = now;
  for (std::size_t turned = 0; now - began_ >= kSlot; began_ += kSlot) {
    if (++turned > kSlots) {  // Nobody asked for a while: all are over.
      began_ = now;
      break;
    }
    newest_ = (newest_ + 1) % kSlots;
    slots_[newest_] = {};
  }
  std::array<Millis, kChannels> out{};
  for (const auto& slot : slots_)
    for (std::size_t channel = 0; channel < out.size(); ++channel)
      out[channel] = std::max(out[channel], Millis(slot[channel]));
  return out;
}

struct Gauges::Impl {
  Impl(metrics::Registry& to, const Policy& policy)
      : registry(to),
        owner(std::to_string(reinterpret_cast<std::uintptr_t>(this))),
        names(policy),
        tallied(names.slots(), 0),
        next_breaches(names.queues(), kNever),
        waiting(names.queues() * static_cast<std::size_t>(kChannels), kNever),
        outbox_records(registry.gauge(Metric::kOutboxRecords)),
        moments(registry.gauge(Metric::kDedupeKeys)),
        queue(registry.gauge(Metric::kKafkaProducerQueueRecords)) {}

  metrics::Gauge tally_gauge(std::size_t slot);
  void tallies(const std::vector<const core::Tally*>& now);

  // The worker's part of a gauge that is a sum.
  static void move(const metrics::Gauge& gauge, std::uint64_t& told, std::uint64_t now) {
    const std::uint64_t before = std::exchange(told, now);
    if (now != before) gauge.add(static_cast<double>(now) - static_cast<double>(before));
  }

  metrics::Registry& registry;
  std::string owner;  // among those that share a gauge
  core::Tally names;  // counts nothing: for its labels
  // All as told.
  std::vector<std::int64_t> tallied;
  std::vector<Instant> next_breaches;
  std::vector<Instant> waiting;
  std::array<Millis, kChannels> leads{};
  store::Stats stats;
  std::uint64_t told_records = 0, told_moments = 0, told_queue = 0;
  Instant outbox_began;
  metrics::Gauge outbox_records, moments, queue;
};

Gauges::Gauges(metrics::Registry& registry, const Policy& policy)
    : impl_(std::make_unique<Impl>(registry, policy)) {}

Gauges::~Gauges() {
  holds({});
  store({});
  outbox(0, kNever);
  queued(0);
  leads({});
}

void Gauges::assigned(std::string_view topic, int change) {
  impl_->registry.gauge(Metric::kKafkaPartitionsAssigned, {topic}).add(change);
}

void Gauges::restoring(std::int32_t partition, std::int64_t remaining) {
  impl_->registry.gauge(Metric::kRestoreRemainingRecords, {std::to_string(partition)})
      .set(static_cast<double>(remaining));
}

void Gauges::lag(const kafka::TopicPartition& at, std::int64_t records, Millis age) {
  impl_->registry.gauge(Metric::kKafkaConsumerLagRecords, {at.topic, std::to_string(at.partition)})
      .set(static_cast<double>(records));
  impl_->registry.highest(Metric::kKafkaConsumerLagSeconds, {at.topic}, kafka::text(at),
                          records > 0 ? seconds(std::max(age, Millis(0))) : 0);
}

void Gauges::watermark(const kafka::TopicPartition& at, Instant read_up_to) {
  impl_->registry.lowest(Metric::kWatermarkTimestampSeconds, {at.topic}, kafka::text(at),
                         seconds(read_up_to));
}

void Gauges::given_back(const kafka::TopicPartition& at) {
  lag(at, 0, Millis(0));
  watermark(at, kNever);
}

metrics::Gauge Gauges::Impl::tally_gauge(std::size_t slot) {
  const TallyCount label = names.label(slot);
  const std::string& in = names.queue(names.queue_at(slot));
  if (label.timer != TallyTimer::kNone)
    return registry.gauge(Metric::kTimersPending,
                          {label.timer == TallyTimer::kDeadline ? "deadline" : "retention"});
  if (label.state != ConversationState::kNone)
    return registry.gauge(Metric::kConversationsOpen, {in, name(label.channel), name(label.state)});
  return registry.gauge(Metric::kSlaOpen, {in, label.sla, state_name(label.clock)});
}

void Gauges::Impl::tallies(const std::vector<const core::Tally*>& all) {
  for (std::size_t slot = 0; slot < tallied.size(); ++slot) {
    std::int64_t now = 0;
    for (const core::Tally* tally : all) now += tally->count(slot);
    const std::int64_t before = std::exchange(tallied[slot], now);
    if (now != before) tally_gauge(slot).add(static_cast<double>(now - before));
  }
}

void Gauges::holds(const Holds& now) {
  Impl& own = *impl_;
  own.tallies(now.tallies);
  const auto follow = [](std::vector<Instant>& told, const std::vector<Instant>& given,
                         const auto& tell) {
    for (std::size_t i = 0; i < told.size(); ++i) {
      const Instant next = i < given.size() ? given[i] : kNever;
      if (std::exchange(told[i], next) != next) tell(i, next);
    }
  };
  follow(own.next_breaches, now.next_breaches, [&](std::size_t queue, Instant at) {
    own.registry.lowest(Metric::kNextBreachTimestampSeconds, {own.names.queue(queue)}, own.owner,
                        seconds(at));
  });
  follow(own.waiting, now.waiting, [&](std::size_t place, Instant since) {
    const auto channels = static_cast<std::size_t>(kChannels);
    own.registry.lowest(
        Metric::kOldestWaitingTimestampSeconds,
        {own.names.queue(place / channels), name(static_cast<Channel>(place % channels))},
        own.owner, seconds(since));
  });
  Impl::move(own.moments, own.told_moments, now.moments);
}

void Gauges::store(const store::Stats& now) {
  const store::Stats before = std::exchange(impl_->stats, now);
  const auto move = [&](Metric metric, std::initializer_list<std::string_view> labels,
                        std::uint64_t was, std::uint64_t is) {
    Impl::move(impl_->registry.gauge(metric, labels), was, is);
  };
  move(Metric::kRocksdbLiveSstBytes, {"default"}, before.live_sst_bytes, now.live_sst_bytes);
  move(Metric::kRocksdbMemtableBytes, {"default"}, before.memtable_bytes, now.memtable_bytes);
  move(Metric::kRocksdbPendingCompactionBytes, {"default"}, before.pending_compaction_bytes,
       now.pending_compaction_bytes);
  move(Metric::kRocksdbKeys, {"default"}, before.keys, now.keys);
  move(Metric::kRocksdbLevel0Files, {"default"}, before.level0_files, now.level0_files);
  move(Metric::kRocksdbBackgroundErrors, {}, before.background_errors, now.background_errors);
  move(Metric::kStateBehindBytes, {}, before.behind_bytes, now.behind_bytes);
  move(Metric::kRocksdbWriteStopped, {}, before.write_stopped ? 1 : 0, now.write_stopped ? 1 : 0);
}

void Gauges::outbox(std::uint64_t records, Instant began) {
  Impl::move(impl_->outbox_records, impl_->told_records, records);
  if (std::exchange(impl_->outbox_began, began) != began)
    impl_->registry.lowest(Metric::kOutboxOldestTimestampSeconds, {}, impl_->owner, seconds(began));
}

void Gauges::queued(std::uint64_t records) {
  Impl::move(impl_->queue, impl_->told_queue, records);
}

void Gauges::leads(const std::array<Millis, kChannels>& most) {
  for (std::size_t channel = 0; channel < most.size(); ++channel)
    if (std::exchange(impl_->leads[channel], most[channel]) != most[channel])
      impl_->registry.highest(Metric::kEventClockSkewSeconds, {name(static_cast<Channel>(channel))},
                              impl_->owner, seconds(most[channel]));
}

}  // namespace vaste::engine
