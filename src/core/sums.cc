#include "core/sums.h"

#include <algorithm>

#include "base/hash.h"
#include "core/step.h"

namespace vaste::core {

namespace {

bool is_of(const KpiWindow& window, Instant start, const KpiGroup& group) {
  return window.start == start && window.group == group;
}

std::uint64_t hash_of(Instant start, const KpiGroup& group) {
  std::uint64_t hash =
      static_cast<std::uint64_t>(to_ms(start)) ^ static_cast<std::uint64_t>(group.channel);
  for_each_attribute([&](const char*, std::string Attributes::*field) {
    hash = hash64(group.attributes.*field, hash + 1);
  });
  return hash;
}

std::size_t span_of(std::int64_t value) {
  return static_cast<std::size_t>(std::ranges::lower_bound(kSpreadBounds, value) -
                                  kSpreadBounds.begin());
}

KpiSum sum_of(const Contributed& one) {
  const std::int64_t sign = one.taken_back ? -1 : 1;
  KpiSum out;
  out.fact = one.fact;
  out.outcome = one.outcome;
  out.from = one.from;
  out.name = one.name;
  out.count = sign;
  out.value = sign * one.value;
  out.wall = sign * one.wall;
  out.target = sign * one.target;
  if (!has_spread(one.fact)) return out;
  out.spread.resize(span_of(one.value) + 1);
  out.spread.back() = sign;
  return out;
}

}  // namespace

KpiWindow& Sums::window(const Contributed& one) {
  const Instant start = window_of(WindowSize::kQuarterHour, one.at);
  KpiGroup group = kpi_group(one.channel, one.attributes);
  // Our own people are asked about no queue.
  const bool survey = one.fact == Fact::kSurveySent || one.fact == Fact::kSurveyAnswered;
  if (survey && one.name == name(SurveyKind::kEnps)) group.attributes.queue.clear();
  // One event mostly contributes to one group.
  if (!windows_.empty() && is_of(windows_.back(), start, group)) return windows_.back();
  const std::uint64_t hash = hash_of(start, group);
  const auto [first, last] = places_.equal_range(hash);
  for (auto place = first; place != last; ++place)
    if (is_of(windows_[place->second], start, group)) return windows_[place->second];
  places_.emplace(hash, windows_.size());
  KpiWindow& fresh = windows_.emplace_back();
  fresh.start = start;
  fresh.group = std::move(group);
  return fresh;
}

void Sums::add(std::span<const Contributed> contributed) {
  for (const Contributed& one : contributed) add_up(window(one), sum_of(one));
}

void Sums::clear() {
  windows_.clear();
  places_.clear();
}

}  // namespace vaste::core
