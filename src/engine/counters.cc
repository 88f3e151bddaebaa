#include "engine/counters.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "engine/kpi_counters.h"
#include "model/moment.h"

namespace vaste::engine {

using metrics::Metric;

namespace {

double seconds(Millis duration) {
  return static_cast<double>(duration.count()) / 1000.0;
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

constexpr std::array<const char*, 5> kMethods{"id", "reply_header", "identity", "rule", "new"};

std::size_t method_index(const core::Enriched& out) {
  switch (out.method) {
    case JoinMethod::kExplicit:  // The header of a mail says what it answers.
      return out.evidence.starts_with("mail:") ? 1 : 0;
    case JoinMethod::kOperator:  // Somebody named it.
      return 0;
    case JoinMethod::kIdentity:
      return 2;
    case JoinMethod::kRule:
      return 3;
    case JoinMethod::kNone:
    case JoinMethod::kNew:
      return 4;
  }
  return 4;
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
}  // namespace

struct Counters::Impl {
  explicit Impl(metrics::Registry& to) : registry(to), contributions(to) {
    for (int channel = 0; channel < kChannels; ++channel) {
      const char* label = name(static_cast<Channel>(channel));
      for (std::size_t outcome = 0; outcome < kOutcomes; ++outcome)
        events[static_cast<std::size_t>(channel)][outcome] = registry.counter(
            Metric::kEventsTotal, {label, outcome_name(static_cast<core::EventOutcome>(outcome))});
      end_to_end[static_cast<std::size_t>(channel)] =
          registry.histogram(Metric::kEndToEndSeconds, {label});
      late[static_cast<std::size_t>(channel)] =
          registry.histogram(Metric::kEventLateSeconds, {label});
    }
    for (std::size_t method = 0; method < kMethods.size(); ++method)
      stitched[method] = registry.counter(Metric::kStitchesTotal, {kMethods[method]});
    forgotten = registry.counter(Metric::kDedupeEvictionsTotal);
    refused_waits = registry.counter(Metric::kThreadWaitsRefusedTotal);
    merges = registry.counter(Metric::kIdentityMergesTotal);
    splits = registry.counter(Metric::kIdentitySplitsTotal);
    conflicts = registry.counter(Metric::kIdentityConflictsTotal);
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
    held_late.clear();
    too_late = {};
    held_forgotten = held_refused_waits = held_merges = held_splits = held_conflicts = 0;
  }

  void identity(const core::IdentityOut& out) {
    switch (out.what) {
      case core::IdentityOut::What::kMerged:
        // A thread that gets to know whose it is joins nobody to anybody; no decision, no epoch.
        return void(held_merges += out.epoch != 0 ? 1 : 0);
      case core::IdentityOut::What::kSplit:
        return void(held_splits += 1);
      case core::IdentityOut::What::kConflict:
        return void(held_conflicts += 1);
      case core::IdentityOut::What::kNone:
      case core::IdentityOut::What::kSuggestion:
        return;
    }
  }

  void count_too_late() {
    for (std::size_t size = 0; size < kWindowSizes.size(); ++size) {
      if (too_late[size] == 0) continue;
      const char* window = name(kWindowSizes[size]);
      registry.counter(Metric::kKpiTooLateTotal, {window}).add(static_cast<double>(too_late[size]));
      log::warning(std::to_string(too_late[size]) + " contributions to KPIs came for " + window +
                   " windows that are kept no longer (retention.kpi_*): no record has them");
    }
  }

  struct Alert {
    const char* kind;
    std::string queue, sla;
  };

  metrics::Registry& registry;
  std::array<std::array<metrics::Counter, kOutcomes>, kChannels> events;
  std::array<metrics::Histogram, kChannels> end_to_end, late;
  std::array<metrics::Counter, kMethods.size()> stitched;
  metrics::Counter commits_ok, forgotten, refused_waits, merges, splits, conflicts;
  metrics::Histogram commit_seconds, timer_lag;

  // Of the open transaction, or of the one in doubt.
  bool doubt = false;
  std::array<std::array<double, kOutcomes>, kChannels> held_events{};
  std::array<double, kMethods.size()> held_methods{};
  std::vector<std::pair<std::size_t, Millis>> held_late;  // channel
  double held_forgotten = 0, held_refused_waits = 0, held_merges = 0, held_splits = 0,
         held_conflicts = 0;
  std::array<std::vector<std::int64_t>, kChannels> oldest;  // broker times, a sample
  std::vector<Code> dead;
  KpiCounters contributions;
  std::array<std::uint64_t, kWindowSizes.size()> too_late{};
  std::vector<Alert> alerts;
  std::array<std::array<double, 2>, kChannels> messages{};  // inbound, outbound
};

Counters::Counters(metrics::Registry& registry) : impl_(std::make_unique<Impl>(registry)) {}
Counters::~Counters() = default;

void Counters::effects(const core::Effects& effects, Instant) {
  Impl& held = *impl_;
  VASTE_CHECK(!held.doubt);
  for (const core::Enriched& out : effects.enriched) {
    const auto channel = static_cast<std::size_t>(out.channel);
    held.held_events[channel][static_cast<std::size_t>(out.outcome)] += 1;
    held.held_methods[method_index(out)] += 1;
    if (out.outcome == core::EventOutcome::kLateApplied ||
        out.outcome == core::EventOutcome::kLateDropped)
      held.held_late.emplace_back(channel, out.behind);
    const bool applied = out.outcome == core::EventOutcome::kApplied ||
                         out.outcome == core::EventOutcome::kLateApplied;
    if (applied && is_message(out.kind)) held.messages[channel][is_outbound(out.kind) ? 1 : 0] += 1;
    // One in sixteen is enough for a histogram.
    if (out.origin.record_ms > 0 && (out.origin.offset & 15) == 0)
      held.oldest[channel].push_back(out.origin.record_ms);
  }
  held.contributions.hold(effects.contributed);
  for (std::size_t size = 0; size < kWindowSizes.size(); ++size)
    held.too_late[size] += effects.too_late[size];
  held.held_forgotten += static_cast<double>(effects.forgotten);
  held.held_refused_waits += static_cast<double>(effects.too_many);
  for (const core::IdentityOut& out : effects.identity) held.identity(out);
  for (const core::AlertOut& out : effects.alerts)
    held.alerts.push_back({alert_kind(out.alert), out.attributes.queue, out.alert.sla});
}

void Counters::dead_letter(Code code) {
  VASTE_CHECK(!impl_->doubt);
  impl_->dead.push_back(code);
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
  for (std::size_t method = 0; method < kMethods.size(); ++method)
    if (held.held_methods[method] > 0) held.stitched[method].add(held.held_methods[method]);
  for (const auto& [channel, behind] : held.held_late) held.late[channel].observe(seconds(behind));
  held.forgotten.add(held.held_forgotten);
  held.refused_waits.add(held.held_refused_waits);
  held.merges.add(held.held_merges);
  held.splits.add(held.held_splits);
  held.conflicts.add(held.held_conflicts);
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
  held.count_too_late();
  held.commits_ok.add();
  held.commit_seconds.observe(seconds(took));
  held.clear();
}

void Counters::aborted(bool fenced) {
  if (!impl_->doubt) impl_->clear();
  impl_->registry.counter(Metric::kCommitsTotal, {fenced ? "fenced" : "failed"}).add();
}

void Counters::in_doubt() {
  impl_->doubt = true;
}

void Counters::settled(bool was_committed, Millis took, Instant now) {
  impl_->doubt = false;
  if (was_committed) return committed(took, now);
  aborted(true);
}

void Counters::rebalanced(std::string_view kind) {
  impl_->registry.counter(Metric::kKafkaRebalancesTotal, {kind}).add();
}

void Counters::rebalance_took(Millis took) {
  impl_->registry.histogram(Metric::kKafkaRebalanceSeconds).observe(seconds(took));
}

void Counters::restored(std::uint64_t records) {
  impl_->registry.counter(Metric::kRestoreRecordsTotal).add(static_cast<double>(records));
}

void Counters::restore_took(Millis took) {
  impl_->registry.histogram(Metric::kRestoreSeconds).observe(seconds(took));
}

void Counters::timer_lag(Millis lag) {
  impl_->timer_lag.observe(seconds(lag));
}

}  // namespace vaste::engine
