#include "sim/task.h"

#include <limits>
#include <sstream>
#include <utility>

#include "base/check.h"
#include "emit/encode.h"
#include "engine/contents.h"
#include "unit/engine/borrowed.h"

namespace vaste::sim {

namespace {

constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

// What a task that has just been opened counts, it counts before it serves.
void load(engine::Figures& figures) {
  for (;;) {
    const auto done = figures.load(kAll);
    VASTE_CHECK(done.has_value());
    if (*done) return;
  }
}

// One for all: it keeps a quarter of a megabyte at hand, and one task works at a time.
ingest::Decoder& decoder() {
  static ingest::Decoder decoder{{}};
  return decoder;
}

}  // namespace

std::string Output::text() const {
  std::ostringstream out;
  for (const auto& [partition, record] : sent) out << "to " << partition << ' ' << record << '\n';
  for (const Answer& one : answers)
    out << "answer " << one.offset << ' ' << static_cast<int>(one.outcome) << ' '
        << one.conversation.text() << ' ' << one.hops << '\n';
  for (const Said& one : alerts)
    out << "alert " << one.id << ' ' << static_cast<int>(one.alert.status) << " revision "
        << one.alert.revision << " due " << to_ms(one.alert.due) << '\n';
  for (const core::Contributed& one : contributed)
    out << (one.taken_back ? "take " : "give ") << one.conversation.text() << ' ' << name(one.fact)
        << ' ' << one.name << ' ' << one.number << ' ' << to_ms(one.at) << ' ' << one.value << ' '
        << one.fresh << '\n';
  for (const core::IdentityOut& one : identity)
    out << "identity " << static_cast<int>(one.what) << ' ' << one.from.text() << ' '
        << one.to.text() << ' ' << static_cast<int>(one.refusal) << '\n';
  for (const std::string& one : dead) out << "dead " << one << '\n';
  return out.str();
}

Task::Task(std::int32_t partition, std::int32_t partitions, store::Store& store,
           std::shared_ptr<const clocks::Timeline> timeline, core::Limits limits)
    : partitions_(partitions),
      task_(std::make_unique<engine::CoreTask>(partition, partitions,
                                               std::make_unique<engine::Borrowed>(store),
                                               std::move(timeline), limits)) {
  load(task_->figures());
}

void Task::serve(std::string_view record, Output& out) {
  const auto served = task_->on_record(record, decoder(), [&](core::Effects& effects) -> Status {
    take(effects, out);
    return {};
  });
  VASTE_CHECK(served.has_value());
  decoder().reset();
}

void Task::set_gate(Instant gate) {
  core::Effects effects;
  engine::Gate up_to;
  up_to.up_to = gate;
  VASTE_CHECK(task_->on_time(up_to, 0, effects).has_value());
}

void Task::look(Instant gate, Output& out) {
  engine::Gate up_to;
  up_to.up_to = gate;
  VASTE_CHECK(!look(up_to, kAll, out).more);
}

Task::Looked Task::look(const engine::Gate& gate, std::size_t max, Output& out) {
  core::Effects effects;
  const auto more = task_->on_time(gate, max, effects);
  VASTE_CHECK(more.has_value());
  const Looked looked{!effects.old_timers.empty(), *more};
  take(effects, out);
  return looked;
}

void Task::collect(Output& out) {
  core::Effects effects;
  VASTE_CHECK(task_->close(effects).has_value());
  take(effects, out);
  const auto collected = task_->collect(
      [&](std::string_view key, const std::string* value) -> Status {
        out.changelog.push_back(
            {std::string(key), value == nullptr ? std::nullopt : std::optional(*value)});
        return {};
      },
      [](const Id&, const Conversation*, const clocks::CompiledPolicy&) -> Status { return {}; },
      [](const WindowId&, const KpiWindow*) -> Status { return {}; });
  VASTE_CHECK(collected.has_value());
}

void Task::commit(std::size_t cache_bytes) {
  VASTE_CHECK(task_->committed(cache_bytes, kNever).has_value());
}

void Task::abort() {
  task_->aborted();
}

void Task::take(core::Effects& effects, Output& out) {
  std::string contents;
  for (const core::Message& message : effects.sends) {
    std::int64_t clamped = 0;
    engine::encode_contents(message, contents);
    if (const auto* routed = std::get_if<core::Routed>(&message.body))
      clamped = to_ms(routed->incoming->moment.at);
    const auto to = stitch::partition_of(stitch::key_group(message.to), partitions_);
    VASTE_CHECK(to != partition());
    out.read_after_ms.push_back(message.origin.read_after_ms);
    emit::pack(message, clamped, contents, out.sent[to]);
  }
  for (const core::Enriched& one : effects.enriched)
    out.answers.push_back(
        {one.origin.offset, one.origin.partition, one.outcome, one.conversation, one.hops});
  for (const core::AlertOut& one : effects.alerts)
    out.alerts.push_back({core::alert_id(one.conversation, one.alert), one.alert, one.conversation,
                          one.provisional});
  for (core::Contributed& one : effects.contributed) out.contributed.push_back(std::move(one));
  for (core::IdentityOut& one : effects.identity) {
    one.origin.topic = {};  // in the record, which does not stay
    out.identity.push_back(std::move(one));
  }
  for (const core::Dead& one : effects.dead) out.dead.push_back(one.detail);
}

void restore(std::span<const store::Batch::Change> changelog, const Policy& policy,
             store::Store& store) {
  const engine::Figures figures(policy, store);
  store::Batch batch;
  for (const auto& [key, value] : changelog) {
    const std::string_view bytes = value ? *value : std::string_view();
    VASTE_CHECK(engine::restore_record(key, value ? &bytes : nullptr, figures, batch).has_value());
  }
  VASTE_CHECK(store.apply(batch).has_value());
}

bool is_replicated(std::string_view key) {
  constexpr char kBreaches = 'b';  // see store/keys.h
  return key.front() != kBreaches;
}

}  // namespace vaste::sim
