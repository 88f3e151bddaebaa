#include "engine/counters.h"

#include <algorithm>
#include <string>
#include <utility>

#include "engine/kpi_counters.h"
#include "model/moment.h"

namespace vaste::engine {

using metrics::Metric;

namespace {

double seconds(Millis duration) {
  return static_cast<double>(duration.count()) / 1000.0;
}
double seconds(Instant at) {
  return static_cast<double>(to_ms(at)) / 1000.0;
}

const char* outcome_name(core::EventOutcome outcome) {
  switch (outcome) {
    case core::EventOutcome::kApplied:
      return "applied";
    case core::EventOutcome::kLateApplied:
      return "late_applied";
    case core::EventOutcome::kLateDropped:
      return "late_dropped";
    case core::EventOutcome::kDuplicate:
      return "duplicate";
    case core::EventOutcome::kNone:
    case core::EventOutcome::kIgnored:
      return "ignored";
  }
  return "ignored";
}

const char* method_name(JoinMethod method) {
  switch (method) {
    case JoinMethod::kExplicit:
      return "explicit";
    case JoinMethod::kIdentity:
      return "identity";
    case JoinMethod::kRule:
      return "rule";
    case JoinMethod::kOperator:
      return "operator";
    case JoinMethod::kNone:
    case JoinMethod::kNew:
      return "new";
  }
  return "new";
}

const char* reason_name(Code code) {
  switch (code) {
    case Code::kMalformed:
      return "malformed";
    case Code::kUnknownChannel:
      return "unknown_channel";
    case Code::kTooLarge:
      return "too_large";
    case Code::kEmpty:
      return "empty";
    case Code::kInvalidTime:
      return "invalid_time";
    case Code::kInvalidText:
      return "invalid_text";
    case Code::kMissingField:
      return "missing_field";
    case Code::kNoIdentity:
      return "no_identity";
    case Code::kTooManyHops:
      return "too_many_hops";
    default:
      return "internal";
  }
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

const char* alert_kind(const PublishedAlert& alert) {
  switch (alert.status) {
    case AlertStatus::kRecovered:
      return "recovered";
    case AlertStatus::kRetracted:
      return "retracted";
    case AlertStatus::kNone:
    case AlertStatus::kRaised:
      break;
  }
  return alert.level == AlertLevel::kBreached ? "breached" : "at_risk";
}

bool is_message(MomentKind kind) {
  return kind >= MomentKind::kCustomerMessage && kind <= MomentKind::kBotMessage;
}
bool is_outbound(MomentKind kind) {
  return kind == MomentKind::kAgentMessage || kind == MomentKind::kBotMessage;
}

// Numbers of small enums, for counting in arrays on the hot path.
constexpr std::size_t kOutcomes = 6;
constexpr std::size_t kMethods = 6;

}  // namespace

struct Counters::Impl {
  Impl(metrics::Registry& to, const Policy& policy)
      : registry(to),
        owner(std::to_string(reinterpret_cast<std::uintptr_t>(this))),
        names(policy),
        tallied(names.slots(), 0),
        next_breaches(names.queues(), kNever),
        contributions(to) {
    for (int channel = 0; channel < kChannels; ++channel) {
      const char* label = name(static_cast<Channel>(channel));
      for (std::size_t outcome = 0; outcome < kOutcomes; ++outcome)
        events[static_cast<std::size_t>(channel)][outcome] = registry.counter(
            Metric::kEventsTotal, {label, outcome_name(static_cast<core::EventOutcome>(outcome))});
      end_to_end[static_cast<std::size_t>(channel)] =
          registry.histogram(Metric::kEndToEndSeconds, {label});
    }
    for (std::size_t method = 0; method < kMethods; ++method)
      stitched[method] =
          registry.counter(Metric::kStitchesTotal, {method_name(static_cast<JoinMethod>(method))});
    commits_ok = registry.counter(Metric::kCommitsTotal, {"ok"});
    commit_seconds = registry.histogram(Metric::kCommitSeconds);
    timer_lag = registry.histogram(Metric::kTimerLagSeconds, {"deadline"});
  }

  void clear() {
    held_events = {};
    held_methods = {};
    oldest = {};
    dead.clear();
    contributions.clear();
    alerts.clear();
    messages = {};
  }

  metrics::Gauge tally_gauge(std::size_t slot);

  struct Alert {
    const char* kind;
    std::string queue, sla;
  };

  metrics::Registry& registry;
  std::string owner;                   // among those that share a gauge
  core::Tally names;                   // counts nothing: for its labels
  std::vector<std::int64_t> tallied;   // as told
  std::vector<Instant> next_breaches;  // likewise
  store::Stats stats;
  std::array<std::array<metrics::Counter, kOutcomes>, kChannels> events;
  std::array<metrics::Histogram, kChannels> end_to_end;
  std::array<metrics::Counter, kMethods> stitched;
  metrics::Counter commits_ok;
  metrics::Histogram commit_seconds, timer_lag;

  // Of the open transaction.
  std::array<std::array<double, kOutcomes>, kChannels> held_events{};
  std::array<double, kMethods> held_methods{};
  std::array<std::vector<std::int64_t>, kChannels> oldest;  // broker times, a sample
  std::vector<Code> dead;
  KpiCounters contributions;
  std::vector<Alert> alerts;
  std::array<std::array<double, 2>, kChannels> messages{};  // inbound, outbound
};

Counters::Counters(metrics::Registry& registry, const Policy& policy)
    : impl_(std::make_unique<Impl>(registry, policy)) {}
Counters::~Counters() = default;

void Counters::effects(const core::Effects& effects, Instant) {
  Impl& held = *impl_;
  for (const core::Enriched& out : effects.enriched) {
    const auto channel = static_cast<std::size_t>(out.channel);
    held.held_events[channel][static_cast<std::size_t>(out.outcome)] += 1;
    held.held_methods[static_cast<std::size_t>(out.method)] += 1;
    const bool applied = out.outcome == core::EventOutcome::kApplied ||
                         out.outcome == core::EventOutcome::kLateApplied;
    if (applied && is_message(out.kind)) held.messages[channel][is_outbound(out.kind) ? 1 : 0] += 1;
    // One in sixteen is enough for a histogram.
    if (out.origin.record_ms > 0 && (out.origin.offset & 15) == 0)
      held.oldest[channel].push_back(out.origin.record_ms);
  }
  held.contributions.hold(effects.contributed);
  for (const core::AlertOut& out : effects.alerts)
    held.alerts.push_back({alert_kind(out.alert), out.attributes.queue, out.alert.sla});
}

void Counters::dead_letter(Code code) {
  impl_->dead.push_back(code);
}

metrics::Gauge Counters::Impl::tally_gauge(std::size_t slot) {
  const TallyCount label = names.label(slot);
  const std::string& queue = names.queue(names.queue_at(slot));
  if (label.timer != TallyTimer::kNone)
    return registry.gauge(Metric::kTimersPending,
                          {label.timer == TallyTimer::kDeadline ? "deadline" : "retention"});
  if (label.state != ConversationState::kNone)
    return registry.gauge(Metric::kConversationsOpen,
                          {queue, name(label.channel), name(label.state)});
  return registry.gauge(Metric::kSlaOpen, {queue, label.sla, state_name(label.clock)});
}

void Counters::committed(Millis took, Instant now) {
  Impl& held = *impl_;
  for (std::size_t channel = 0; channel < kChannels; ++channel) {
    for (std::size_t outcome = 0; outcome < kOutcomes; ++outcome)
      if (held.held_events[channel][outcome] > 0)
        held.events[channel][outcome].add(held.held_events[channel][outcome]);
    for (const std::int64_t record_ms : held.oldest[channel])
      held.end_to_end[channel].observe(seconds(now - instant(record_ms)));
  }
  for (std::size_t method = 0; method < kMethods; ++method)
    if (held.held_methods[method] > 0) held.stitched[method].add(held.held_methods[method]);
  for (const Code code : held.dead) {
    held.registry.counter(Metric::kDeadLettersTotal, {reason_name(code)}).add();
    held.registry.counter(Metric::kEventsTotal, {"other", "dead_lettered"}).add();
  }
  for (std::size_t channel = 0; channel < kChannels; ++channel)
    for (std::size_t outbound = 0; outbound < 2; ++outbound)
      if (held.messages[channel][outbound] > 0)
        held.registry
            .counter(Metric::kMessagesTotal,
                     {name(static_cast<Channel>(channel)), outbound == 1 ? "outbound" : "inbound"})
            .add(held.messages[channel][outbound]);
  for (const Impl::Alert& alert : held.alerts)
    held.registry.counter(Metric::kAlertsTotal, {alert.kind, alert.queue, alert.sla}).add();
  held.contributions.count();
  held.commits_ok.add();
  held.commit_seconds.observe(seconds(took));
  held.clear();
}

void Counters::aborted(bool fenced) {
  impl_->clear();
  impl_->registry.counter(Metric::kCommitsTotal, {fenced ? "fenced" : "failed"}).add();
}

void Counters::rebalanced(std::string_view kind) {
  impl_->registry.counter(Metric::kKafkaRebalancesTotal, {kind}).add();
}

void Counters::assigned(std::string_view topic, int change) {
  impl_->registry.gauge(Metric::kKafkaPartitionsAssigned, {topic}).add(change);
}

void Counters::restored(std::int32_t partition, std::int64_t remaining, std::uint64_t records) {
  impl_->registry.gauge(Metric::kRestoreRemainingRecords, {std::to_string(partition)})
      .set(static_cast<double>(remaining));
  if (records > 0)
    impl_->registry.counter(Metric::kRestoreRecordsTotal).add(static_cast<double>(records));
}

void Counters::restore_took(Millis took) {
  impl_->registry.histogram(Metric::kRestoreSeconds).observe(seconds(took));
}

void Counters::lag(std::string_view topic, std::int32_t partition, std::int64_t records) {
  impl_->registry.gauge(Metric::kKafkaConsumerLagRecords, {topic, std::to_string(partition)})
      .set(static_cast<double>(records));
}

void Counters::watermark(const kafka::TopicPartition& at, Instant read_up_to) {
  impl_->registry.lowest(Metric::kWatermarkTimestampSeconds, {at.topic}, kafka::text(at),
                         seconds(read_up_to));
}

void Counters::given_back(const kafka::TopicPartition& at) {
  lag(at.topic, at.partition, 0);
  watermark(at, kNever);
  restored(at.partition, 0, 0);
}

void Counters::tallies(const std::vector<const core::Tally*>& tallies,
                       const std::vector<Instant>& next_breaches) {
  Impl& own = *impl_;
  for (std::size_t slot = 0; slot < own.tallied.size(); ++slot) {
    std::int64_t now = 0;
    for (const core::Tally* tally : tallies) now += tally->count(slot);
    const std::int64_t before = std::exchange(own.tallied[slot], now);
    if (now != before) own.tally_gauge(slot).add(static_cast<double>(now - before));
  }
  for (std::size_t queue = 0; queue < own.names.queues(); ++queue) {
    const Instant next = queue < next_breaches.size() ? next_breaches[queue] : kNever;
    const Instant before = std::exchange(own.next_breaches[queue], next);
    if (next != before)
      own.registry.lowest(Metric::kNextBreachTimestampSeconds, {own.names.queue(queue)}, own.owner,
                          seconds(next));
  }
}

void Counters::store(const store::Stats& now) {
  const store::Stats before = std::exchange(impl_->stats, now);
  const auto move = [&](Metric metric, std::uint64_t was, std::uint64_t is) {
    if (is != was)
      impl_->registry.gauge(metric, {"default"})
          .add(static_cast<double>(is) - static_cast<double>(was));
  };
  move(Metric::kRocksdbLiveSstBytes, before.live_sst_bytes, now.live_sst_bytes);
  move(Metric::kRocksdbMemtableBytes, before.memtable_bytes, now.memtable_bytes);
  move(Metric::kRocksdbPendingCompactionBytes, before.pending_compaction_bytes,
       now.pending_compaction_bytes);
  move(Metric::kRocksdbKeys, before.keys, now.keys);
  move(Metric::kRocksdbLevel0Files, before.level0_files, now.level0_files);
  move(Metric::kRocksdbBackgroundErrors, before.background_errors, now.background_errors);
  move(Metric::kRocksdbWriteStopped, before.write_stopped ? 1 : 0, now.write_stopped ? 1 : 0);
}

void Counters::timer_lag(Millis lag) {
  impl_->timer_lag.observe(seconds(lag));
}

}  // namespace vaste::engine
