// What a worker's open transaction writes: packed envelopes to `vaste.core`, the outputs and the
// changelog.
#include "base/crash_point.h"
#include "engine/contents.h"
#include "engine/worker.h"

namespace vaste::engine {

namespace {
constexpr std::size_t kEnvelopeSpare = 4096;
}  // namespace

Status Worker::produce(kafka::TopicHandle topic, std::int32_t partition, std::string_view key,
                       const std::string_view* value, std::span<const Header> headers,
                       std::int64_t* delivered) {
  kafka::Producer::Out out;
  out.topic = topic;
  out.partition = partition;
  out.key = key;
  out.null_value = value == nullptr;
  if (value != nullptr) out.value = *value;
  out.headers = headers;
  out.delivered = delivered;
  ++written_records_;
  written_bytes_ += static_cast<std::int64_t>(out.key.size() + out.value.size());
  for (const Header& header : headers)
    written_bytes_ += static_cast<std::int64_t>(header.name.size() + header.value.size());
  Status done = producer_->produce(out);
  crash_point("after_produce");
  return done;
}

// To the partition of an output topic that goes with the key group, as `vaste.core` does: a
// transaction then writes to as few partitions as can be, each output partition is written by one
// worker, and nobody's open transaction holds back what another has committed.
Status Worker::produce_home(kafka::TopicHandle topic, std::int32_t partitions,
                            std::uint32_t key_group, std::string_view key,
                            const std::string_view* value, std::span<const Header> headers) {
  return produce(topic, stitch::partition_of(key_group, partitions), key, value, headers);
}

Status Worker::pack(const core::Message& message, std::int64_t clamped_ms,
                    std::string_view contents) {
  const auto partition =
      stitch::partition_of(stitch::key_group(message.to), shared_.core_partitions);
  std::string& packed = packs_[static_cast<std::size_t>(partition)];
  const auto limit = static_cast<std::size_t>(config_.engine.packed_bytes);
  if (packed.size() + kEnvelopeSpare > limit)
    if (auto flushed = flush_pack(partition); !flushed) return flushed;
  emit::pack(message, clamped_ms, contents, packed);
  return {};
}

Status Worker::flush_pack(std::int32_t partition) {
  std::string& packed = packs_[static_cast<std::size_t>(partition)];
  if (packed.empty()) return {};
  const std::string_view value = packed;
  auto done = produce(topics_.core, partition, {}, &value);
  packed.clear();
  return done;
}

Status Worker::emit(core::Effects& effects, CoreSlot& slot) {
  const Instant now = wall_clock();
  for (const core::Message& message : effects.sends) {
    slot.sent(message.origin.read_after_ms);
    std::int64_t clamped = 0;
    encode_contents(message, contents_);
    if (const auto* routed = std::get_if<core::Routed>(&message.body))
      clamped = to_ms(routed->incoming->moment.at);
    if (auto done = pack(message, clamped, contents_); !done) return done;
  }
  for (const core::Enriched& out : effects.enriched) {
    const std::string_view bytes = encoder_.enriched(out);
    const bool known = !out.conversation.empty();
    if (auto done = produce_home(
            topics_.enriched, shared_.outputs.enriched,
            known ? out.conversation.key_group()
                  : stitch::first_group(slot.task->partition(), shared_.core_partitions),
            known ? out.conversation.text() : std::string(), &bytes, events_.enriched(out));
        !done)
      return done;
    if (known && !out.origin.trace.empty()) traces_[out.conversation] = out.origin.trace;
  }
  for (const core::AlertOut& out : effects.alerts) {
    const std::string_view bytes = encoder_.alert(out, now);
    if (auto done =
            produce_home(topics_.alerts, shared_.outputs.alerts, out.conversation.key_group(),
                         core::alert_id(out.conversation, out.alert), &bytes, events_.alert(out));
        !done)
      return done;
    urgent_ = true;
  }
  for (const core::TrendOut& out : effects.trends) {
    const std::string_view bytes = encoder_.trend(out, now);
    if (auto done = produce_home(topics_.alerts, shared_.outputs.alerts,
                                 stitch::key_group(stitch::kpi_actor(out.group)),
                                 emit::trend_id(out), &bytes, events_.trend(out));
        !done)
      return done;
    urgent_ = true;
  }
  for (const core::IdentityOut& out : effects.identity) {
    const std::string_view bytes = encoder_.identity(out, now);
    if (auto done =
            produce(topics_.identity, -1, emit::identity_key(out), &bytes, events_.identity(out));
        !done)
      return done;
  }
  for (const core::AnswerOut& out : effects.answers) {
    const std::string_view bytes = encoder_.answer(out, now);
    if (auto done =
            produce(topics_.identity, -1, out.answer.command.id, &bytes, events_.answer(out));
        !done)
      return done;
    urgent_ = true;  // Somebody waits for it.
  }
  for (const core::Dead& out : effects.dead)
    if (auto done = reject(out.origin, {out.code, out.detail}, nullptr, out.event); !done)
      return done;
  counters_.effects(effects, now);
  return {};
}

// What the task's transaction changed: for the changelog, and for those who read along.
Status Worker::collect(std::int32_t partition, CoreTask& task, Instant started) {
  return task.collect(
      [&](std::string_view key, const std::string* value) {
        const std::string_view bytes = value == nullptr ? std::string_view() : *value;
        return produce(topics_.changelog, partition, key, value == nullptr ? nullptr : &bytes, {},
                       task.delivered());
      },
      [&](const Id& id, const Conversation* conversation, const clocks::CompiledPolicy& version) {
        if (conversation == nullptr)
          return produce_home(topics_.conversations, shared_.outputs.conversations, id.key_group(),
                              id.text(), nullptr, events_.forgotten(id, started));
        const std::string_view bytes = encoder_.conversation(*conversation, version);
        const auto trace = traces_.find(id);
        return produce_home(
            topics_.conversations, shared_.outputs.conversations, id.key_group(), id.text(), &bytes,
            events_.conversation(*conversation,
                                 trace == traces_.end() ? std::string_view() : trace->second));
      },
      [&](const WindowId& id, const KpiWindow* window) {
        const std::uint32_t group = stitch::key_group(stitch::kpi_actor(id.group));
        if (window == nullptr)
          return produce_home(topics_.kpis, shared_.outputs.kpis, group, emit::kpi_key(id), nullptr,
                              events_.forgotten(id, started));
        const std::string_view bytes = encoder_.window(id, *window);
        return produce_home(topics_.kpis, shared_.outputs.kpis, group, emit::kpi_key(id), &bytes,
                            events_.window(id, window->revision));
      });
}

Status Worker::reject(const core::Origin& origin, const Error& error, const kafka::Record* record,
                      std::string_view value) {
  std::vector<std::pair<std::string, std::string>> headers;
  if (record != nullptr)
    for (const kafka::Header& header : kafka::headers_of(*record))
      headers.emplace_back(header.name, header.value);
  const std::string_view bytes =
      encoder_.dead_letter(origin, error.code, error.detail,
                           record == nullptr ? std::string_view() : record->key, value, headers);
  counters_.dead_letter(error.code);
  const std::string key = std::string(origin.topic) + '[' + std::to_string(origin.partition) +
                          "]@" + std::to_string(origin.offset);
  return produce(topics_.dead_letters, -1, key, &bytes, events_.dead_letter(origin, wall_clock()));
}

}  // namespace vaste::engine
