// The core on many partitions in memory: what the engine does with Kafka, without Kafka. For
// scenarios and properties.
#pragma once

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "clocks/fold.h"
#include "core/state.h"
#include "core/step.h"
#include "stitch/stitch.h"

namespace vaste::test {

// Nothing is stored: what a partition knows stays in its State.
class NoStore : public core::Loader {
 public:
  Result<std::optional<Conversation>> conversation(const Id&) override {
    return std::optional<Conversation>();
  }
  Result<std::optional<Customer>> customer(const Id&) override { return std::optional<Customer>(); }
  Result<std::optional<Pointer>> identifier(const std::string&) override {
    return std::optional<Pointer>();
  }
  Result<std::optional<Id>> thread(const std::string&) override { return std::optional<Id>(); }
  Result<std::optional<Linked>> linked(const std::string&) override {
    return std::optional<Linked>();
  }
  Result<std::optional<Component>> component(const Id&) override {
    return std::optional<Component>();
  }
  Result<std::optional<Answer>> answer(const std::string&) override {
    return std::optional<Answer>();
  }
  Result<std::optional<KpiWindow>> window(const WindowId&) override {
    return std::optional<KpiWindow>();
  }
  Result<std::optional<KpiShelf>> shelf(const WindowId&) override {
    return std::optional<KpiShelf>();
  }
  Result<std::optional<TrendState>> trend(const std::string&) override {
    return std::optional<TrendState>();
  }
  Result<std::optional<Waiting>> waiting(const Id&) override { return std::optional<Waiting>(); }
};

class Fleet {
 public:
  Fleet(Policy policy, std::int32_t partitions, std::uint64_t seed, core::Limits limits = {})
      : Fleet(std::make_shared<const clocks::CompiledPolicy>(std::move(policy)), partitions, seed,
              limits) {}
  Fleet(std::shared_ptr<const clocks::CompiledPolicy> policy, std::int32_t partitions,
        std::uint64_t seed, core::Limits limits = {})
      : Fleet(std::make_shared<const clocks::Timeline>(std::move(policy)), partitions, seed,
              limits) {}
  Fleet(std::shared_ptr<const clocks::Timeline> timeline, std::int32_t partitions,
        std::uint64_t seed, core::Limits limits = {})
      : timeline_(std::move(timeline)), partitions_(partitions), random_(seed) {
    for (std::int32_t i = 0; i < partitions; ++i) {
      states_.push_back(std::make_unique<core::State>(store_));
      cores_.push_back(
          std::make_unique<core::Core>(*states_.back(), timeline_, i, partitions, limits));
      queues_.emplace_back();
    }
  }

  // As ingest does: to the actor of the event, in the queue of its partition.
  void send(const Incoming& incoming) {
    incoming_.push_back(std::make_unique<Incoming>(incoming));
    core::Message message;
    message.origin = {
        .topic = "story", .offset = next_offset_++, .record_ms = to_ms(incoming.moment.at)};
    message.to = stitch::route(incoming);
    message.body = core::Routed{{}, incoming_.back().get(), false, {}};
    push(std::move(message));
  }

  // Until all queues are empty: each partition in its own order, partitions in any.
  void run() {
    for (;;) {
      std::vector<std::size_t> busy;
      for (std::size_t i = 0; i < queues_.size(); ++i)
        if (!queues_[i].empty()) busy.push_back(i);
      if (busy.empty()) return;
      const std::size_t at = busy[random_() % busy.size()];
      const core::Message message = std::move(queues_[at].front());
      queues_[at].pop_front();
      core::Effects effects;
      cores_[at]->on_message(message, effects);
      take(effects, at);
    }
  }

  // Other versions of the policy are known, in all partitions at once.
  void follow(std::shared_ptr<const clocks::Timeline> timeline) {
    timeline_ = std::move(timeline);
    for (auto& one : cores_) one->follow(timeline_);
    sweep();
  }

  // Everything up to `gate` has been read, as time goes: fires what is due, one instant after the
  // other.
  void advance(Instant gate) {
    for (;;) {
      Instant earliest = kEndOfTime;
      for (const auto& [at, timers] : timers_)
        if (!timers.empty()) earliest = std::min(earliest, timers.begin()->first);
      for (std::size_t i = 1; i < timeline_->size(); ++i)
        if ((*timeline_)[i].since() > cores_.front()->gate())
          earliest = std::min(earliest, (*timeline_)[i].since());
      if (earliest > gate) break;
      fire(earliest);
    }
    for (std::size_t at = 0; at < cores_.size(); ++at) {
      cores_[at]->set_gate(gate);
      std::vector<std::string> groups;
      for (const auto* node : states_[at]->trends().changes()) groups.push_back(node->first);
      for (const std::string& group : groups) {
        core::Effects effects;
        cores_[at]->look_at_trend(group, effects);
        take(effects, at);
      }
    }
  }

  const std::vector<core::AlertOut>& alerts() const { return alerts_; }
  const std::vector<core::Enriched>& enriched() const { return enriched_; }
  const std::vector<core::Dead>& dead() const { return dead_; }
  // What was contributed to KPIs and not taken back.
  const std::vector<core::Contributed>& contributed() const { return contributed_; }
  // How often a fact was contributed for the first time: what counters say.
  std::size_t fresh(Fact fact) const {
    const auto found = fresh_.find(fact);
    return found == fresh_.end() ? 0 : found->second;
  }
  std::size_t messages() const { return messages_; }
  // Of KPIs, as every partition has them once what is on its way has arrived: each is in one.
  std::map<WindowId, KpiWindow> windows() {
    run();
    std::map<WindowId, KpiWindow> out;
    for (const auto& state : states_)
      for (const auto* node : state->windows().changes())
        if (node->second.exists && !core::is_trend(node->first))
          VASTE_CHECK(out.emplace(node->first, node->second.value).second);
    return out;
  }
  // What was told of trends.
  const std::vector<core::TrendOut>& trends() const { return trends_; }
  // Contributions to windows that are kept no longer.
  std::uint64_t too_late(std::size_t size) const { return too_late_.at(size); }
  // As the engine does: what is kept long enough goes.
  std::size_t trend_states() const {
    std::size_t found = 0;
    for (const auto& state : states_)
      for (const auto* node : state->trends().changes()) found += node->second.exists ? 1 : 0;
    return found;
  }

  void forget_windows() {
    for (std::size_t at = 0; at < cores_.size(); ++at) {
      std::vector<WindowId> over;
      for (const auto* node : states_[at]->windows().changes())
        if (node->second.exists &&
            cores_[at]->may_forget({node->first.size, node->first.start, {}}))
          over.push_back(node->first);
      for (const WindowId& id : over) cores_[at]->forget_window(id);
    }
  }

  // Conversations that are not merged into another, by id.
  std::map<Id, const Conversation*> conversations() const {
    std::map<Id, const Conversation*> out;
    for (const auto& state : states_)
      for (const auto* node : state->conversations().changes())
        if (node->second.exists && !node->second.value->moved &&
            node->second.value->merged_into.empty())
          out[node->first] = node->second.value.get();
    return out;
  }

  // The newest status of each alert.
  std::map<std::string, core::AlertOut> standing() const {
    std::map<std::string, core::AlertOut> out;
    for (const core::AlertOut& alert : alerts_)
      out.insert_or_assign(core::alert_id(alert.conversation, alert.alert), alert);
    return out;
  }

 private:
  void fire(Instant now) {
    for (std::size_t at = 0; at < cores_.size(); ++at) {
      cores_[at]->set_gate(now);
      auto& timers = timers_[at];
      while (!timers.empty() && timers.begin()->first <= now) {
        const auto [when, id] = *timers.begin();
        timers.erase(timers.begin());
        core::Effects effects;
        cores_[at]->on_timer(id, when, cores_[at]->gate(), false, effects);
        take(effects, at);
      }
    }
    sweep();
  }

  // As engine::CoreTask does, a slice at a time.
  void sweep() {
    for (std::size_t at = 0; at < cores_.size(); ++at) {
      std::vector<Id> behind;
      for (const auto* node : states_[at]->conversations().changes())
        if (node->second.exists && cores_[at]->needs_sweep(*node->second.value))
          behind.push_back(node->first);
      for (const Id& id : behind) {
        core::Effects effects;
        cores_[at]->sweep(id, false, effects);
        take(effects, at);
      }
    }
  }

  void push(core::Message message) {
    const auto where = stitch::partition_of(stitch::key_group(message.to), partitions_);
    queues_[static_cast<std::size_t>(where)].push_back(std::move(message));
    ++messages_;
  }

  void take(core::Effects& effects, std::size_t at) {
    core::Sums sums;
    sums.add(effects.contributed);
    cores_[at]->tell(sums, effects);
    for (core::TrendOut& one : effects.trends) trends_.push_back(std::move(one));
    for (std::size_t size = 0; size < too_late_.size(); ++size)
      too_late_[size] += effects.too_late[size];
    kept_.insert(kept_.end(), effects.kept.begin(), effects.kept.end());
    for (core::Message& message : effects.sends) push(std::move(message));
    for (const auto& [when, id] : effects.new_timers) timers_[at].insert({when, id});
    for (const auto& [when, id] : effects.old_timers) timers_[at].erase({when, id});
    alerts_.insert(alerts_.end(), effects.alerts.begin(), effects.alerts.end());
    enriched_.insert(enriched_.end(), effects.enriched.begin(), effects.enriched.end());
    dead_.insert(dead_.end(), effects.dead.begin(), effects.dead.end());
    for (core::Contributed& one : effects.contributed) contribute(std::move(one));
  }

  void contribute(core::Contributed one) {
    if (one.fresh) ++fresh_[one.fact];
    if (!one.taken_back) return contributed_.push_back(std::move(one));
    const auto given =
        std::find_if(contributed_.begin(), contributed_.end(),
                     [&](const core::Contributed& other) { return one.undoes(other); });
    VASTE_CHECK(given != contributed_.end());  // nothing is taken back that was not given
    contributed_.erase(given);
  }

  std::shared_ptr<const clocks::Timeline> timeline_;
  std::int32_t partitions_;
  std::mt19937_64 random_;
  NoStore store_;
  std::vector<std::unique_ptr<core::State>> states_;
  std::vector<std::unique_ptr<core::Core>> cores_;
  std::vector<std::deque<core::Message>> queues_;
  std::map<std::size_t, std::set<std::pair<Instant, Id>>> timers_;
  std::vector<std::unique_ptr<Incoming>> incoming_;
  std::vector<std::shared_ptr<const Parked>> kept_;
  std::int64_t next_offset_ = 0;
  std::size_t messages_ = 0;
  std::vector<core::AlertOut> alerts_;
  std::vector<core::Enriched> enriched_;
  std::vector<core::Dead> dead_;
  std::vector<core::Contributed> contributed_;
  std::map<Fact, std::size_t> fresh_;
  std::vector<core::TrendOut> trends_;
  std::array<std::uint64_t, kWindowSizes.size()> too_late_{};
};

}  // namespace vaste::test
