// Windowed KPIs as others read them.
#include "emit/encode.h"
#include "emit/messages.h"
#include "vaste/v1/alert.pb.h"
#include "vaste/v1/kpi.pb.h"

namespace vaste::emit {

namespace {

// The numbers are the same.
template <class Wire, class Ours>
Wire same_number(Ours value) {
  return static_cast<Wire>(static_cast<int>(value));
}

void set(v1::KpiSum* out, const KpiSum& in) {
  out->set_fact(same_number<v1::KpiFact>(in.fact));
  out->set_outcome(same_number<v1::KpiOutcome>(in.outcome));
  out->set_name(in.name);
  out->set_from_channel(same_number<v1::Channel>(in.from));
  out->set_count(in.count);
  out->set_value(in.value);
  out->set_wall_ms(in.wall);
  out->set_target_ms(in.target);
  out->mutable_spread()->Assign(in.spread.begin(), in.spread.end());
}

// The dimensions; there is nothing else in a group.
void set(v1::Attributes* out, const Attributes& in) {
  out->set_brand(in.brand);
  out->set_queue(in.queue);
  out->set_team(in.team);
  out->set_priority(in.priority);
  out->set_segment(in.segment);
  out->set_market(in.market);
  out->set_language(in.language);
}

}  // namespace

std::string_view Encoder::window(const WindowId& id, const KpiWindow& in) {
  v1::KpiRecord out;
  out.set_window(same_number<v1::KpiWindow>(id.size));
  set(out.mutable_from(), id.start);
  set(out.mutable_to(), id.start + length(id.size));
  out.set_channel(same_number<v1::Channel>(in.group.channel));
  set(out.mutable_attributes(), in.group.attributes);
  for (const KpiSum& sum : in.sums) set(out.add_sums(), sum);
  out.set_revision(in.revision);
  window_.clear();
  out.AppendToString(&window_);
  return window_;
}

std::string_view Encoder::trend(const core::TrendOut& in, Instant now) {
  v1::Alert out;
  out.set_id(trend_id(in));
  out.set_sla(in.rule.name);
  out.set_clock("trend");
  out.set_level(v1::ALERT_LEVEL_TREND);
  out.set_status(same_number<v1::AlertStatus>(in.state.status));
  set(out.mutable_due(), in.state.began);
  set(out.mutable_started(), in.state.began);
  set(out.mutable_changed(), in.from);
  set(out.mutable_decided(), now);
  out.set_revision(in.state.revision);
  if (in.version != nullptr) out.set_policy_version(in.version->policy().version);
  KpiGroup group;
  group.attributes.*in.rule.by = in.state.value;
  set(out.mutable_attributes(), group.attributes);
  v1::Trend& trend = *out.mutable_trend();
  trend.set_name(in.rule.name);
  trend.set_fact(same_number<v1::KpiFact>(in.rule.fact));
  trend.set_outcome(same_number<v1::KpiOutcome>(in.rule.outcome));
  set(trend.mutable_from(), in.from);
  set(trend.mutable_to(), in.from + length(WindowSize::kQuarterHour));
  trend.set_count(in.burst.count);
  trend.set_usual(in.burst.usual);
  trend.set_limit(in.burst.limit);
  window_.clear();
  out.AppendToString(&window_);
  return window_;
}

std::string trend_id(const core::TrendOut& out) {
  return out.group + '/' + rfc3339(out.state.began).substr(0, 19) + 'Z';
}

std::string kpi_key(const WindowId& id) {
  // To the second: windows begin at whole ones.
  return std::string(name(id.size)) + '/' + rfc3339(id.start).substr(0, 19) + "Z/" + id.group;
}

}  // namespace vaste::emit
