#include "story/fleet.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "stitch/stitch.h"

namespace vaste::story {

Fleet::Fleet(std::shared_ptr<const clocks::Timeline> timeline, std::int32_t partitions,
             std::uint64_t seed, core::Limits limits)
    : timeline_(std::move(timeline)),
      partitions_(partitions),
      random_(seed),
      queues_(static_cast<std::size_t>(partitions)) {
  for (std::int32_t i = 0; i < partitions; ++i)
    parts_.push_back(std::make_unique<Partition>(timeline_, i, partitions, limits));
}

Instant Fleet::next_border() const {
  for (std::size_t i = 1; i < timeline_->size(); ++i)
    if (const Instant since = (*timeline_)[i].since(); since > gate_) return since;
  return kEndOfTime;
}

std::int64_t Fleet::send(const Incoming& incoming) {
  incoming_.push_back(std::make_unique<Incoming>(incoming));
  core::Message message;
  message.origin = {"story", 0, next_offset_, to_ms(incoming.moment.at)};
  message.to = stitch::route(incoming);
  message.body = core::Routed{{}, incoming_.back().get(), false, {}};
  moments_[next_offset_] = incoming.moment.id;
  push(std::move(message));
  return next_offset_++;
}

std::int64_t Fleet::send(Command command) {
  core::Message message;
  message.origin = {"orders", 0, next_offset_, to_ms(command.at)};
  message.to = stitch::command_actor(command.id);
  message.body = core::Order{std::make_shared<const Command>(std::move(command)), {}};
  push(std::move(message));
  return next_offset_++;
}

void Fleet::run() {
  for (;;) {
    std::vector<std::size_t> busy;
    for (std::size_t i = 0; i < queues_.size(); ++i)
      if (!queues_[i].empty()) busy.push_back(i);
    if (busy.empty()) return;
    const std::size_t at = busy[random_() % busy.size()];
    const core::Message message = std::move(queues_[at].front());
    queues_[at].pop_front();
    core::Effects effects;
    parts_[at]->on_message(message, effects);
    take(effects);
  }
}

void Fleet::advance(Instant gate) {
  for (;;) {
    const Instant border = next_border();
    Instant earliest = border;
    for (const auto& part : parts_)
      earliest = std::min(earliest, part->next_timer().value_or(kEndOfTime));
    const bool last = earliest > gate;
    // What was due long ago fires now, but the gate itself does not go back.
    gate_ = std::max(gate_, last ? gate : earliest);
    for (const auto& part : parts_) {
      core::Effects effects;
      part->on_time(last ? gate : earliest, effects);
      if (border <= gate_) part->sweep(effects);
      take(effects);
    }
    if (last) return;
  }
}

const std::vector<IdentityTold>& Fleet::identity_news(std::int64_t offset) const {
  static const std::vector<IdentityTold> kNothing;
  const auto found = news_.find(offset);
  return found == news_.end() ? kNothing : found->second;
}

std::size_t Fleet::records(std::string_view prefix) const {
  std::size_t sum = 0;
  for (const auto& part : parts_) sum += part->records(prefix);
  return sum;
}

std::map<Id, std::shared_ptr<const Conversation>> Fleet::conversations() const {
  std::map<Id, std::shared_ptr<const Conversation>> out;
  for (const auto& part : parts_)
    part->each_conversation([&](Conversation conversation) {
      if (!conversation.merged_into.empty() || conversation.moved) return;
      const Id id = conversation.id;
      out.emplace(id, std::make_shared<const Conversation>(std::move(conversation)));
    });
  return out;
}

std::map<std::string, core::AlertOut> Fleet::standing() const {
  std::map<std::string, core::AlertOut> out;
  for (const core::AlertOut& alert : alerts_)
    out.insert_or_assign(core::alert_id(alert.conversation, alert.alert), alert);
  return out;
}

std::shared_ptr<const Conversation> Fleet::conversation_of(std::int64_t offset) const {
  const auto found =
      std::find_if(enriched_.rbegin(), enriched_.rend(),
                   [&](const core::Enriched& one) { return one.origin.offset == offset; });
  if (found == enriched_.rend() || found->conversation.empty()) return nullptr;
  auto conversation = follow(found->conversation);
  // An operator may have made it another one since.
  const auto moment = moments_.find(offset);
  while (conversation != nullptr && moment != moments_.end()) {
    const auto& divisions = conversation->divisions;
    const auto there = std::find_if(divisions.rbegin(), divisions.rend(), [&](const auto& one) {
      return std::ranges::find(one.moments, moment->second) != one.moments.end();
    });
    if (there == divisions.rend()) break;
    conversation = follow(there->to);
  }
  return conversation;
}

std::optional<Id> Fleet::customer(const std::string& identifier) const {
  auto known =
      home(stitch::key_group(stitch::identifier_actor(identifier))).stored().identifier(identifier);
  VASTE_CHECK(known.has_value());
  if (!*known || (*known)->customer.empty()) return std::nullopt;
  return current((*known)->customer);
}

Id Fleet::current(Id id) const {
  for (;;) {
    auto customer = home(id.key_group()).stored().customer(id);
    VASTE_CHECK(customer.has_value());
    // Redirects lead to older customers, so this ends.
    if (!*customer || (*customer)->merged_into.empty()) return id;
    id = (*customer)->merged_into;
  }
}

std::shared_ptr<const Conversation> Fleet::newest_of(const Id& customer) const {
  auto theirs = home(customer.key_group()).stored().customer(customer);
  VASTE_CHECK(theirs.has_value());
  if (!*theirs || (*theirs)->conversations.empty()) return nullptr;
  return follow((*theirs)->conversations.back());
}

std::shared_ptr<const Conversation> Fleet::follow(Id id) const {
  for (std::uint32_t group = id.key_group();;) {
    auto conversation = home(group).stored().conversation(id);
    VASTE_CHECK(conversation.has_value());
    if (!*conversation) return nullptr;
    group = (*conversation)->customer.key_group();
    if ((*conversation)->moved) continue;
    // Redirects only lead to smaller ids, so this ends.
    if ((*conversation)->merged_into.empty())
      return std::make_shared<const Conversation>(std::move(**conversation));
    id = (*conversation)->merged_into;
    group = id.key_group();
  }
}

Partition& Fleet::home(std::uint32_t key_group) const {
  return *parts_[static_cast<std::size_t>(stitch::partition_of(key_group, partitions_))];
}

void Fleet::push(core::Message message) {
  const auto where = stitch::partition_of(stitch::key_group(message.to), partitions_);
  queues_[static_cast<std::size_t>(where)].push_back(std::move(message));
}

void Fleet::take(core::Effects& effects) {
  kept_.insert(kept_.end(), effects.kept.begin(), effects.kept.end());
  for (core::Message& message : effects.sends) push(std::move(message));
  too_many_ += effects.too_many;
  alerts_.insert(alerts_.end(), effects.alerts.begin(), effects.alerts.end());
  enriched_.insert(enriched_.end(), effects.enriched.begin(), effects.enriched.end());
  dead_.insert(dead_.end(), effects.dead.begin(), effects.dead.end());
  answers_.insert(answers_.end(), effects.answers.begin(), effects.answers.end());
  for (const core::IdentityOut& out : effects.identity) {
    identity_.push_back(out);
    // The numbers are the same.
    news_[out.origin.offset].push_back(
        {static_cast<IdentityNews>(out.what),
         out.refusal == stitch::Refusal::kNone ? "" : stitch::name(out.refusal)});
  }
  for (core::Contributed& one : effects.contributed) {
    if (!one.taken_back) {
      contributions_.push_back(std::move(one));
      continue;
    }
    const auto given =
        std::find_if(contributions_.begin(), contributions_.end(),
                     [&](const core::Contributed& other) { return one.undoes(other); });
    VASTE_CHECK(given != contributions_.end());  // nothing is taken back that was not given
    contributions_.erase(given);
  }
}

}  // namespace vaste::story
