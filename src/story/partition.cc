#include "story/partition.h"

#include <limits>
#include <utility>

#include "base/check.h"
#include "store/codec.h"
#include "store/conversations.h"
#include "store/keys.h"
#include "store/memory_store.h"

namespace vaste::story {

Partition::Partition(std::shared_ptr<const clocks::Timeline> timeline, std::int32_t index,
                     std::int32_t partitions, core::Limits limits)
    : store_(store::make_memory_store()),
      records_(*store_),
      state_(records_),
      core_(state_, std::move(timeline), index, partitions, limits) {}

std::size_t Partition::records(std::string_view prefix) {
  std::size_t count = 0;
  const auto scanned = store_->scan(prefix, [&](std::string_view, std::string_view) {
    ++count;
    return true;
  });
  VASTE_CHECK(scanned.has_value());
  return count;
}

void Partition::each_conversation(const std::function<void(Conversation)>& visit) {
  const std::string prefix = store::conversation_key(Id{}).substr(0, 1);
  const auto scanned = store_->scan(prefix, [&](std::string_view key, std::string_view bytes) {
    auto read =
        store::complete_conversation(Id::from_bytes(key.substr(1)), bytes,
                                     [&](const std::string& block) { return store_->get(block); });
    VASTE_CHECK(read.has_value());
    visit(std::move(*read));
    return true;
  });
  VASTE_CHECK(scanned.has_value());
}

void Partition::on_message(const core::Message& message, core::Effects& effects) {
  core_.on_message(message, effects);
  commit(effects);
}

void Partition::on_time(Instant gate, core::Effects& effects) {
  core_.set_gate(gate);
  const auto due = store_->due(core_.gate(), std::numeric_limits<std::size_t>::max());
  VASTE_CHECK(due.has_value());
  for (const store::Timer& timer : *due)
    core_.on_timer(timer.conversation, timer.at, core_.gate(), false, effects);
  commit(effects);
}

void Partition::sweep(core::Effects& effects) {
  std::vector<Id> behind;
  each_conversation([&](const Conversation& conversation) {
    if (core_.needs_sweep(conversation)) behind.push_back(conversation.id);
  });
  core::Effects own;
  for (const Id& id : behind) core_.sweep(id, false, own);
  commit(own);
  const auto append = [](auto& to, auto& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  append(effects.sends, own.sends);
  append(effects.alerts, own.alerts);
  append(effects.enriched, own.enriched);
  append(effects.dead, own.dead);
  append(effects.contributed, own.contributed);
}

std::optional<Instant> Partition::next_timer() {
  const auto due = store_->due(kEndOfTime, 1);
  VASTE_CHECK(due.has_value());
  if (due->empty()) return std::nullopt;
  return due->front().at;
}

// As engine::CoreTask's collect() and committed(), without Kafka.
void Partition::commit(const core::Effects& effects) {
  VASTE_CHECK(!state_.error().has_value());
  store::Batch batch;
  for (const auto& [at, id] : effects.new_timers) batch.add_timer({at, id});
  for (const auto& [at, id] : effects.old_timers) batch.erase_timer({at, id});
  const auto record = [&](std::string key, const std::string* value) -> Status {
    if (value == nullptr) {
      batch.erase(std::move(key));
    } else {
      batch.put(std::move(key), *value);
    }
    return {};
  };
  for (auto* node : state_.conversations().changes()) {
    const Status written = node->second.exists
                               ? store::save_conversation(*node->second.value, record)
                               : store::erase_conversation(*node->second.value, record);
    VASTE_CHECK(written.has_value());
  }
  const auto written =
      persist::write_changes(state_, [&](std::string key, const std::string* value) -> Status {
        if (value == nullptr) {
          batch.erase(std::move(key));
        } else {
          batch.put(std::move(key), *value);
        }
        return {};
      });
  VASTE_CHECK(written.has_value());
  const auto applied = store_->apply(batch);
  VASTE_CHECK(applied.has_value());
  state_.saved(0);
}

}  // namespace vaste::story
