// Sums of KPIs, counted the simple way.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/step.h"
#include "model/kpi_window.h"

namespace vaste::test {

// Of each kind by window and group, as text: what sums over windows have to be.
using SimpleSums = std::map<std::string, std::int64_t>;

inline void add_simply(SimpleSums& sums, const std::string& place, const KpiSum& sum) {
  const std::string kind = place + ' ' + vaste::name(sum.fact) + ' ' + vaste::name(sum.outcome) +
                           ' ' + sum.name + ' ' + vaste::name(sum.from) + ' ';
  sums[kind + "count"] += sum.count;
  sums[kind + "value"] += sum.value;
  sums[kind + "wall"] += sum.wall;
  sums[kind + "target"] += sum.target;
  for (std::size_t i = 0; i < sum.spread.size(); ++i)
    sums[kind + "spread " + std::to_string(i)] += sum.spread[i];
}

inline std::string place_of(WindowSize size, Instant start, const std::string& group) {
  return std::string(vaste::name(size)) + ' ' + std::to_string(to_ms(start)) + ' ' + group;
}

// Without what has come to nothing.
inline SimpleSums without_zeros(SimpleSums sums) {
  std::erase_if(sums, [](const auto& one) { return one.second == 0; });
  return sums;
}

// `with_group` false: of all groups together.
inline SimpleSums simple_sums(const std::vector<core::Contributed>& contributed,
                              bool with_group = true) {
  SimpleSums out;
  for (const core::Contributed& one : contributed) {
    KpiGroup group = kpi_group(one.channel, one.attributes);
    if (one.name == "enps") group.attributes.queue.clear();
    const std::int64_t sign = one.taken_back ? -1 : 1;
    KpiSum sum;
    sum.fact = one.fact;
    sum.outcome = one.outcome;
    sum.name = one.name;
    sum.from = one.from;
    sum.count = sign;
    sum.value = sign * one.value;
    sum.wall = sign * one.wall;
    sum.target = sign * one.target;
    if (has_spread(one.fact)) {
      std::size_t span = 0;
      while (span < kSpreadBounds.size() && one.value > kSpreadBounds[span]) ++span;
      sum.spread.resize(span + 1);
      sum.spread[span] = sign;
    }
    for (const WindowSize size : kWindowSizes)
      add_simply(out, place_of(size, window_of(size, one.at), with_group ? text(group) : ""), sum);
  }
  return without_zeros(std::move(out));
}

inline void add_simply(SimpleSums& out, const WindowId& id, const KpiWindow& window,
                       bool with_group = true) {
  for (const KpiSum& sum : window.sums)
    add_simply(out, place_of(id.size, id.start, with_group ? id.group : ""), sum);
}

inline SimpleSums simple_sums(const std::map<WindowId, KpiWindow>& windows,
                              bool with_group = true) {
  SimpleSums out;
  for (const auto& [id, window] : windows) add_simply(out, id, window, with_group);
  return without_zeros(std::move(out));
}

}  // namespace vaste::test
