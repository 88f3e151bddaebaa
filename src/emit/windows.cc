// Windowed KPIs as others read them.
#include "emit/encode.h"
#include "emit/messages.h"
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

}  // namespace

std::string_view Encoder::window(const WindowId& id, const KpiWindow& in) {
  v1::KpiRecord out;
  out.set_window(same_number<v1::KpiWindow>(id.size));
  set(out.mutable_from(), id.start);
  set(out.mutable_to(), id.start + length(id.size));
  out.set_channel(same_number<v1::Channel>(in.group.channel));
  const Attributes& attributes = in.group.attributes;
  out.mutable_attributes()->set_brand(attributes.brand);
  out.mutable_attributes()->set_queue(attributes.queue);
  out.mutable_attributes()->set_team(attributes.team);
  out.mutable_attributes()->set_priority(attributes.priority);
  out.mutable_attributes()->set_segment(attributes.segment);
  out.mutable_attributes()->set_market(attributes.market);
  out.mutable_attributes()->set_language(attributes.language);
  for (const KpiSum& sum : in.sums) set(out.add_sums(), sum);
  out.set_revision(in.revision);
  window_.clear();
  out.AppendToString(&window_);
  return window_;
}

std::string kpi_key(const WindowId& id) {
  // To the second: windows begin at whole ones.
  return std::string(name(id.size)) + '/' + rfc3339(id.start).substr(0, 19) + "Z/" + id.group;
}

}  // namespace vaste::emit
