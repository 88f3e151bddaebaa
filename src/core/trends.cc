// More than usual of something: each value that a trend of the policy watches is an actor, to which
// all partitions tell what it counts, beside the group that the contribution belongs to. It is told
// of in the quarter hour itself, as soon as there is too much, and again when one was usual again.
#include <algorithm>
#include <utility>
#include <vector>

#include "core/step.h"

namespace vaste::core {

namespace {

constexpr Millis kWeek{std::chrono::days(7)};

std::int64_t count_of(const KpiWindow* window) {
  std::int64_t count = 0;
  if (window != nullptr)
    for (const KpiSum& sum : window->sums) count += sum.count;
  return count;
}

}  // namespace

void Core::tell_trends(const KpiWindow& window, Effects& effects) {
  for (const Trend& trend : timeline_->at(window.start).policy().kpis.trends) {
    auto counted = std::make_shared<KpiWindow>();
    for (const KpiSum& sum : window.sums)
      if (counts(trend, sum)) vaste::add_up(*counted, sum);
    if (counted->sums.empty()) continue;
    const std::string& value = window.group.attributes.*trend.by;
    counted->start = window.start;
    counted->group.attributes.*trend.by = value;
    Message message;
    message.to = stitch::kpi_actor(trend_group(trend, value));
    message.origin.read_after_ms = to_ms(kEndOfTime);
    message.body = AddUp{std::move(counted), 1U << static_cast<unsigned>(WindowSize::kQuarterHour),
                         trend.name};
    pass_on(std::move(message), effects);
  }
}

const Trend* Core::trend_at(const std::string& name, Instant at) const {
  const auto& trends = timeline_->at(at).policy().kpis.trends;
  const auto found = std::ranges::find(trends, name, &Trend::name);
  return found == trends.end() ? nullptr : &*found;
}

Burst Core::burst_at(const Trend& trend, const std::string& group, Instant start) {
  std::vector<std::int64_t> before;
  for (int week = 1; week <= trend.weeks; ++week)
    before.push_back(
        count_of(state_.window({WindowSize::kQuarterHour, start - week * kWeek, group})));
  Burst out =
      judge(trend, count_of(state_.window({WindowSize::kQuarterHour, start, group})), before);
  if (!timeline_->at(start).calendar_at(trend.calendar).is_open(start)) out.count = 0;
  return out;
}

// What comes for an older quarter hour than that of the newest alert is told of no more.
void Core::judge_trend(const std::string& group, const AddUp& body, Effects& effects) {
  const Instant start = body.contents->start;
  const Trend* trend = trend_at(body.trend, start);
  if (trend == nullptr) return;
  TrendState state = state_.trend(group);
  const Burst burst = burst_at(*trend, group, start);
  const bool its_own = is_set(state.began) && start == state.began;
  if (burst.is_one() && start > state.last) {
    state.last = start;
    if (state.status == AlertStatus::kRaised) return state_.set_trend(group, std::move(state));
    state.trend = trend->name;
    state.value = body.contents->group.attributes.*trend->by;
    state.began = start;
    state.revision = 0;
    state.status = AlertStatus::kRaised;
  } else if (burst.is_one() && its_own && state.status == AlertStatus::kRetracted) {
    state.status = AlertStatus::kRaised;
  } else if (!burst.is_one() && its_own && state.status != AlertStatus::kRetracted) {
    // A later one that was too much as well is told of when more comes for it.
    state.status = AlertStatus::kRetracted;
    state.last = start;
  } else {
    return;
  }
  tell_trend(group, *trend, std::move(state), burst, start, effects);
}

void Core::look_at_trend(const std::string& group, Effects& effects) {
  TrendState state = state_.trend(group);
  if (state.status != AlertStatus::kRaised) return;
  const Instant over =
      window_of(WindowSize::kQuarterHour, gate_) - length(WindowSize::kQuarterHour);
  if (over <= state.last) return;
  const Trend* trend = trend_at(state.trend, over);
  Trend gone;  // The policy has it no more: nobody would end it otherwise.
  gone.name = state.trend;
  const Burst burst =
      trend == nullptr ? Burst{.count = 0, .usual = 0, .limit = 1} : burst_at(*trend, group, over);
  if (burst.is_one()) {
    state.last = over;
    return state_.set_trend(group, std::move(state));
  }
  state.status = AlertStatus::kRecovered;
  tell_trend(group, trend == nullptr ? gone : *trend, std::move(state), burst, over, effects);
}

// An alert that has ended goes with the last quarter hour that it was about.
void Core::forget_trend(const WindowId& id) {
  const TrendState state = state_.trend(id.group);
  if (is_set(state.began) && state.status != AlertStatus::kRaised && state.last <= id.start)
    state_.erase_trend(id.group);
}

void Core::tell_trend(const std::string& group, const Trend& trend, TrendState state,
                      const Burst& burst, Instant from, Effects& effects) {
  ++state.revision;
  TrendOut& out = effects.trends.emplace_back();
  out.group = group;
  out.rule = trend;
  out.state = state;
  out.burst = burst;
  out.from = from;
  out.version = &timeline_->at(from);
  state_.set_trend(group, std::move(state));
}

}  // namespace vaste::core
