#include "engine/core_task.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "ingest/route.h"
#include "store/codec.h"
#include "store/conversations.h"
#include "store/keys.h"
#include "store/write_behind.h"

namespace vaste::engine {

CoreTask::CoreTask(std::int32_t partition, std::int32_t partitions,
                   std::unique_ptr<store::Store> store,
                   std::shared_ptr<const clocks::Timeline> timeline, core::Limits limits)
    : partition_(partition),
      store_(std::move(store)),
      figures_((*timeline)[0].policy(), *store_),
      records_(*store_, figures_),
      state_(records_),
      core_(state_, std::move(timeline), partition, partitions, limits) {}

Result<std::optional<Conversation>> CoreTask::Counted::conversation(const Id& id) {
  auto conversation = Records::conversation(id);
  if (conversation && *conversation) figures_.read(**conversation);
  return conversation;
}

namespace {

// False: the bytes of its event are broken.
bool extract(emit::Envelope& envelope, std::string_view event, ingest::Decoder& decoder,
             Incoming& out) {
  if (envelope.recognised)
    return ingest::extract(decoder, event, envelope.clamped_time_ms,
                           std::move(envelope.identifiers), envelope.from_us, out);
  const v1::Event* parsed = decoder.parse(event);
  if (parsed != nullptr) out = ingest::extract(*parsed, envelope.clamped_time_ms);
  return parsed != nullptr;
}

// What an operator ordered, or was answered, where the envelope has such a thing.
Status read_command(emit::Envelope& envelope) {
  auto& body = envelope.message.body;
  if (auto* answered = std::get_if<core::Answered>(&body)) {
    auto answer = store::decode_answer(envelope.contents);
    if (!answer) return tl::unexpected(answer.error());
    answered->answer = std::make_shared<const Answer>(std::move(*answer));
    return {};
  }
  auto* order = std::get_if<core::Order>(&body);
  auto* introduce = std::get_if<core::Introduce>(&body);
  auto* link = std::get_if<core::Link>(&body);
  const bool may_have = order != nullptr || introduce != nullptr || link != nullptr;
  if (!may_have || envelope.contents.empty()) return {};
  auto decoded = store::decode_command(envelope.contents);
  if (!decoded) return tl::unexpected(decoded.error());
  auto command = std::make_shared<const Command>(std::move(*decoded));
  if (order != nullptr) order->command = std::move(command);
  if (introduce != nullptr) introduce->command = std::move(command);
  if (link != nullptr) link->command = std::move(command);
  return {};
}

Status read_sums(emit::Envelope& envelope) {
  auto* add_up = std::get_if<core::AddUp>(&envelope.message.body);
  if (add_up == nullptr) return {};
  auto window = store::decode_window(envelope.window_start, envelope.contents);
  if (!window) return tl::unexpected(window.error());
  add_up->contents = std::make_shared<const KpiWindow>(std::move(*window));
  return {};
}

}  // namespace

Status CoreTask::on_record(std::string_view record, ingest::Decoder& decoder,
                           const std::function<Status(core::Effects&)>& effects_of) {
  auto envelopes = emit::unpack(record);
  if (!envelopes) return tl::unexpected(envelopes.error());
  for (emit::Envelope& envelope : *envelopes) {
    Incoming incoming;
    if (auto* routed = std::get_if<core::Routed>(&envelope.message.body)) {
      if (!extract(envelope, routed->event, decoder, incoming))
        return failure(Code::kCorrupt, "an event inside a packed record is damaged");
      routed->incoming = &incoming;
    } else if (auto* handover = std::get_if<core::Handover>(&envelope.message.body)) {
      auto contents = store::decode_conversation(handover->loser, envelope.contents);
      if (!contents) return tl::unexpected(contents.error());
      handover->contents = std::make_shared<const Conversation>(std::move(*contents));
    } else if (auto* adopt = std::get_if<core::Adopt>(&envelope.message.body)) {
      auto contents = store::decode_conversation(adopt->conversation, envelope.contents);
      if (!contents) return tl::unexpected(contents.error());
      adopt->contents = std::make_shared<const Conversation>(std::move(*contents));
    }
    if (auto read = read_command(envelope); !read) return read;
    if (auto read = read_sums(envelope); !read) return read;
    effects_.clear();
    const bool timed = times_ != nullptr && times_->serve();
    if (timed) core_.tell_laps(times_);
    core_.on_message(envelope.message, effects_);
    if (timed) {
      core_.tell_laps(nullptr);
      times_->enter(core::Step::kEmit);
    }
    if (state_.error()) return tl::unexpected(*state_.error());
    remember_timers(effects_);
    sums_.add(effects_.contributed);
    auto done = effects_of(effects_);
    if (timed) times_->finish();
    if (!done) return done;
  }
  return {};
}

void CoreTask::remember_timers(const core::Effects& effects) {
  for (const auto& [at, id] : effects.new_timers) {
    batch_.add_timer({at, id});
    earliest_new_ = std::min(earliest_new_, at);
    quiet_until_ = std::min(quiet_until_, at);
  }
  for (const auto& [at, id] : effects.old_timers) batch_.erase_timer({at, id});
}

Result<bool> CoreTask::on_time(const Gate& gate, std::size_t max, core::Effects& effects) {
  if (is_set(gate.up_to)) {
    core_.set_gate(gate.up_to);
    provisional_ = gate.provisional;
  }
  if (!is_set(core_.gate()) || scanned_ || core_.gate() < quiet_until_) return false;
  auto due = store_->due(core_.gate(), max);
  if (!due) return tl::unexpected(due.error());
  if (due->empty()) {
    auto next = store_->due(kEndOfTime, 1);
    if (!next) return tl::unexpected(next.error());
    quiet_until_ = std::min(next->empty() ? kEndOfTime : next->front().at, earliest_new_);
    return false;
  }
  scanned_ = true;
  quiet_until_ = kNever;
  VASTE_CHECK(effects.contributed.empty());
  for (const store::Timer& timer : *due) {
    core_.on_timer(timer.conversation, timer.at, core_.gate(), provisional_, effects);
    if (state_.error()) return tl::unexpected(*state_.error());
  }
  remember_timers(effects);
  sums_.add(effects.contributed);
  const bool more = due->size() == max;
  fired_ = true;
  fired_to_ = more ? due->back().at : core_.gate() + Millis(1);
  return more;
}

Status CoreTask::collect(
    const std::function<Status(std::string_view, const std::string*)>& changelog,
    const Summary& summary, const Window& window) {
  VASTE_CHECK(sums_.empty());
  const auto put = [&](std::string key, const std::string* value) -> Status {
    if (auto written = changelog(key, value); !written) return written;
    if (value == nullptr) {
      batch_.erase(std::move(key));
    } else {
      batch_.put(std::move(key), *value);
    }
    return {};
  };
  for (auto* node : state_.conversations().changes()) {
    auto& entry = node->second;
    Conversation& conversation = *entry.value;
    const auto& version = clocks::version_of(conversation, core_.timeline());
    figures_.write(conversation, !entry.exists, version, batch_);
    if (entry.exists) ++conversation.revision;
    // Of one that lives elsewhere the summary is told there.
    if (!conversation.moved) {
      auto told = summary(node->first, entry.exists ? &conversation : nullptr, version);
      if (!told) return told;
    }
    Status written = entry.exists ? store::save_conversation(conversation, put)
                                  : store::erase_conversation(conversation, put);
    if (!written) return written;
  }
  for (const auto* node : state_.windows().changes()) {
    const auto& entry = node->second;
    if (core::is_trend(node->first)) continue;  // What it counts is in the records of its groups.
    auto told = window(node->first, entry.exists ? &entry.value : nullptr);
    if (!told) return told;
  }
  if (next_sweep_) {
    const std::string value = store::encode_sweep(*next_sweep_);
    if (auto written = put(store::sweep_key(), &value); !written) return written;
  }
  if (auto written = persist::write_changes(state_, put); !written) return written;
  return figures_.collect(put);
}

Status CoreTask::committed(std::size_t cache_bytes, Instant wall) {
  auto positions = store_->positions();
  if (!positions) return tl::unexpected(positions.error());
  const store::Positions now{position_, std::max(positions->changelog, delivered_ + 1), wall};
  // Nothing but the position moved: not worth a write each time, it only has to be no further than
  // Kafka's. But now and then, so that what the store keeps in memory is written when all is quiet.
  const bool quiet = is_set(wall) && wall - positions->as_of >= store::kLongestBehind;
  const bool worth = !batch_.empty() || now.input - positions->input > 10000 || quiet;
  if (worth) {
    if (fired_) batch_.set_timer_cursor(std::min(fired_to_, earliest_new_));
    batch_.set_positions(now);
    if (auto applied = store_->apply(batch_); !applied) return applied;
  }
  batch_.clear();
  forgot_ = false;
  if (next_sweep_) sweep_ = std::exchange(next_sweep_, std::nullopt);
  fired_ = scanned_ = false;
  earliest_new_ = kEndOfTime;
  delivered_ = -1;
  figures_.saved();
  state_.saved(cache_bytes);
  return {};
}

void CoreTask::aborted() {
  batch_.clear();
  sums_.clear();
  forgotten_to_ = kNever;
  forgot_ = false;
  next_sweep_.reset();
  fired_ = scanned_ = false;
  earliest_new_ = kEndOfTime;
  delivered_ = -1;
  figures_.forget();
  if (state_.error()) {
    state_.clear();
  } else {
    state_.forget_changes();
  }
}

}  // namespace vaste::engine
