#include "engine/kpi_counters.h"

#include <algorithm>

namespace vaste::engine {

using metrics::Metric;

namespace {

double seconds(std::int64_t ms) {
  return static_cast<double>(ms) / 1000;
}

}  // namespace

void KpiCounters::hold(std::span<const core::Contributed> contributed) {
  for (const core::Contributed& one : contributed) {
    if (!one.fresh) continue;
    // Of our own people: asked about no queue.
    const bool ours = one.name == name(SurveyKind::kEnps);
    held_.push_back({one.fact, one.outcome, one.channel, one.from, one.name,
                     ours ? std::string() : one.attributes.queue, one.value, one.wall, one.target});
  }
}

void KpiCounters::count() {
  for (const Held& one : held_) count(one);
  held_.clear();
}

void KpiCounters::count_wait(const Held& one) {
  const char* channel = name(one.channel);
  const bool within = one.outcome == Outcome::kAnsweredWithin;
  if (within || one.outcome == Outcome::kAnsweredLate) {
    registry_
        .counter(Metric::kContactsAnsweredTotal, {channel, one.queue, within ? "true" : "false"})
        .add();
    registry_.histogram(Metric::kAnswerWaitSeconds, {channel, one.queue})
        .observe(seconds(one.value));
    return;
  }
  const char* kind = one.outcome == Outcome::kAbandonedShort ? "short" : "long";
  registry_.counter(Metric::kContactsAbandonedTotal, {channel, one.queue, kind}).add();
  registry_.histogram(Metric::kAbandonWaitSeconds, {channel, one.queue})
      .observe(seconds(one.value));
}

void KpiCounters::count_spent(const Held& one) {
  registry_.histogram(Metric::kSlaSpentSeconds, {one.queue, one.name}).observe(seconds(one.value));
  registry_.histogram(Metric::kSlaWallSeconds, {one.queue, one.name}).observe(seconds(one.wall));
  if (one.target > 0)
    registry_.histogram(Metric::kSlaUsedRatio, {one.queue, one.name})
        .observe(static_cast<double>(one.value) / static_cast<double>(one.target));
}

void KpiCounters::count_answer(const Held& one) {
  registry_.counter(Metric::kSurveyResponsesTotal, {one.name, one.queue, name(one.outcome)}).add();
  registry_.counter(Metric::kSurveyPointsTotal, {one.name, one.queue})
      .add(seconds(std::max<std::int64_t>(one.value, 0)));
}

void KpiCounters::handled(const Held& one, const char* phase) {
  registry_.histogram(Metric::kHandleSeconds, {one.queue, phase}).observe(seconds(one.value));
}

void KpiCounters::count(const Held& one) {
  const char* channel = name(one.channel);
  const auto add = [&](Metric metric, std::initializer_list<std::string_view> labels) {
    registry_.counter(metric, labels).add();
  };
  switch (one.fact) {
    case Fact::kNone:
    case Fact::kLongestHold:  // A worst case is no sum: the windowed records have it.
    case Fact::kMention:      // By brand and segment there, which are no labels.
      return;
    case Fact::kContact:
      return add(Metric::kContactsTotal, {channel, one.queue, name(one.outcome)});
    case Fact::kWait:
      return count_wait(one);
    case Fact::kTalk:
      return handled(one, "talk");
    case Fact::kHold:
      return handled(one, "hold");
    case Fact::kWrapUp:
      return handled(one, "wrap");
    case Fact::kTransfer:
      return add(Metric::kTransfersTotal, {one.queue});
    case Fact::kChannelSwitch:
      return add(Metric::kChannelSwitchesTotal, {name(one.from), channel});
    case Fact::kSla:
      return add(Metric::kSlaDecidedTotal, {one.queue, channel, one.name, name(one.outcome)});
    case Fact::kSlaSpent:
      return count_spent(one);
    case Fact::kResolution:
      return add(Metric::kResolutionsTotal, {one.queue, channel});
    case Fact::kReopen:
      return add(Metric::kReopensTotal, {one.queue, channel});
    case Fact::kFirstContact:
      return add(Metric::kFirstContactTotal, {one.queue, name(one.outcome)});
    case Fact::kRepeatContact:
      return add(Metric::kRepeatContactsTotal, {one.queue, channel});
    case Fact::kSurveySent:
      return add(Metric::kSurveyInvitationsTotal, {one.name, one.queue});
    case Fact::kSurveyAnswered:
      return count_answer(one);
  }
}

}  // namespace vaste::engine
