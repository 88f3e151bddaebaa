#include <algorithm>
#include <numeric>

#include "base/check.h"
#include "base/hash.h"
#include "clocks/catalog.h"
#include "clocks/fold.h"

namespace vaste::clocks {
namespace {

// Any order will do, and lengths are compared sooner than letters.
bool before(std::string_view a, std::string_view b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

template <class T>
std::vector<std::uint16_t> by_name(const std::vector<T>& list) {
  std::vector<std::uint16_t> order(list.size());
  std::iota(order.begin(), order.end(), std::uint16_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::uint16_t a, std::uint16_t b) {
    return before(list[a].name, list[b].name);
  });
  return order;
}

// Of two with one name the first in the list.
template <class T>
std::optional<std::uint16_t> find(const std::vector<T>& list,
                                  const std::vector<std::uint16_t>& order, std::string_view name) {
  const auto found = std::lower_bound(
      order.begin(), order.end(), name,
      [&](std::uint16_t i, std::string_view n) { return before(list[i].name, n); });
  if (found == order.end() || list[*found].name != name) return std::nullopt;
  return *found;
}

template <class T>
bool allows(const std::vector<T>& list, const T& value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

bool holds(const Condition& when, Channel channel, const Attributes& attributes) {
  return allows(when.channels, channel) && allows(when.queues, attributes.queue) &&
         allows(when.priorities, attributes.priority) && allows(when.brands, attributes.brand) &&
         allows(when.segments, attributes.segment);
}

CompiledPolicy::Calendars compile(const std::vector<CalendarSpec>& specs) {
  CompiledPolicy::Calendars made;
  made.reserve(specs.size());
  for (const CalendarSpec& spec : specs) made.push_back(std::make_shared<const Calendar>(spec));
  return made;
}

}  // namespace

// NOLINTNEXTLINE(performance-unnecessary-value-param): its calendars are made of it before it moves
CompiledPolicy::CompiledPolicy(Policy policy)
    : CompiledPolicy(policy, compile(policy.calendars), kNever, nullptr) {}

CompiledPolicy::CompiledPolicy(Policy policy, Calendars calendars, Instant since,
                               std::shared_ptr<const CompiledPolicy> before)
    : policy_(std::move(policy)),
      slas_by_name_(by_name(policy_.slas)),
      queues_by_name_(by_name(policy_.queues)),
      calendars_by_name_(by_name(policy_.calendars)),
      calendars_(std::move(calendars)),
      since_(since),
      before_(std::move(before)),
      fingerprint_(policy_.hash) {
  VASTE_CHECK(calendars_.size() == policy_.calendars.size());
  for (const SlaSpec& spec : policy_.slas) {
    kinds_ |= 1U << static_cast<unsigned>(spec.clock);
    stops_first_ = stops_first_ || row(spec.clock).is(kStopsFirst);
  }
  if (before_ != nullptr)
    fingerprint_ = hash64(
        std::to_string(before_->fingerprint()) + '@' + std::to_string(to_ms(since)), policy_.hash);
}

const CompiledPolicy& CompiledPolicy::governing(Instant at) const {
  const CompiledPolicy* version = this;
  while (version->since_ > at && version->before_ != nullptr) version = version->before_.get();
  return *version;
}

const Calendar* CompiledPolicy::calendar(std::string_view name) const {
  const auto index = find(policy_.calendars, calendars_by_name_, name);
  return index ? calendars_[*index].get() : nullptr;
}

const SlaSpec* CompiledPolicy::sla(std::string_view name) const {
  const auto index = find(policy_.slas, slas_by_name_, name);
  return index ? &policy_.slas[*index] : nullptr;
}

const Queue* CompiledPolicy::queue(std::string_view name) const {
  const auto index = find(policy_.queues, queues_by_name_, name);
  return index ? &policy_.queues[*index] : nullptr;
}

const Rule* CompiledPolicy::rule_for(Channel channel, const Attributes& attributes) const {
  for (const Rule& rule : policy_.rules)
    if (holds(rule.when, channel, attributes)) return &rule;
  return nullptr;
}

}  // namespace vaste::clocks
