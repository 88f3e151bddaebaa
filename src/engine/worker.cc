#include "engine/worker.h"

#include <algorithm>
#include <random>

#include "base/check.h"
#include "base/log.h"
#include "engine/contents.h"
#include "ingest/command.h"
#include "ingest/route.h"
#include "ingest/trace.h"

namespace vaste::engine {

namespace {

constexpr Millis kRetryPause{500};
constexpr Millis kPollPatience{10};

ingest::Format format_of(config::Format format) {
  switch (format) {
    case config::Format::kAuto:
      return ingest::Format::kAuto;
    case config::Format::kProtobuf:
      return ingest::Format::kProtobuf;
    case config::Format::kJson:
      return ingest::Format::kJson;
  }
  return ingest::Format::kAuto;
}

// Of this worker of this process, and of nobody else who ever commits for the group.
std::string fresh_notes() {
  std::random_device random;
  return std::to_string(random()) + '.' + std::to_string(random()) + '.';
}

}  // namespace

Worker::Worker(Shared& shared, int index)
    : shared_(shared),
      config_(shared.config),
      index_(index),
      name_("worker " + std::to_string(index)),
      instance_(config_.instance + '-' + std::to_string(index)),
      timeline_(shared.policies.timeline()),
      intake_(timeline_),
      decoder_({static_cast<std::size_t>(shared.config.engine.max_record_bytes),
                shared.config.engine.max_skew}),
      events_(shared.config.application),
      pace_{config_.engine.commit_interval, config_.engine.progress_interval,
            config_.kafka.transaction_timeout},
      counters_(shared.registry),
      gauges_(shared.registry, (*timeline_)[0].policy()),
      times_(shared.registry),
      packs_(static_cast<std::size_t>(shared.core_partitions)),
      notes_(fresh_notes()) {
  subscribed_ = config::input_topics(config_);
  subscribed_.push_back(config_.topics.core);
}

Worker::~Worker() {
  stop();
  if (thread_.joinable()) thread_.join();
}

void Worker::start() {
  // Here, not in the thread: who asks before it runs must not hear that all is ready.
  shared_.health.not_ready(name_, "connecting to the brokers");
  thread_ = std::thread([this] {
    ended_ = run();
    if (!ended_) log::error(name_ + " ended: " + ended_.error().detail);
    over_ = true;
  });
}

void Worker::stop() {
  stopping_ = true;
}

Status Worker::join() {
  if (thread_.joinable()) thread_.join();
  return ended_;
}

Status Worker::run() {
  if (auto connected = connect(); !connected) return connected;
  while (!stopping_) {
    auto turned = round();
    if (turned) continue;
    const Error error = turned.error();
    switch (remedy(error.code)) {
      case Remedy::kDeadLetter:  // A record's fault never leaves its round.
      case Remedy::kStop:
        return turned;
      case Remedy::kRetry:
        if (auto back = abandon(error.detail); !back) return back;
        std::this_thread::sleep_for(kRetryPause);
        break;
      case Remedy::kRestart:
        if (auto back = recover(error.detail); !back) return back;
        std::this_thread::sleep_for(kRetryPause);
        break;
    }
  }
  return drain();
}

Status Worker::connect() {
  if (auto joined = join_group(); !joined) return joined;
  return make_producer();
}

Status Worker::join_group() {
  left_ = {};  // was the consumer's before
  kafka::GroupConfig group;
  group.group_id = config_.application;
  if (config_.kafka.membership == "static") group.instance_id = instance_;
  group.topics = subscribed_;
  group.protocol = config_.kafka.group_protocol;
  group.session_timeout = config_.kafka.session_timeout;
  auto consumer = kafka::GroupConsumer::create(shared_.client, group, *this);
  if (!consumer) return tl::unexpected(consumer.error());
  consumer_ = std::move(*consumer);
  return {};
}

// Away until the group has forgotten it, see orphans.h.
Status Worker::sit_out() {
  if (!shared_.group.must_leave(instance_)) return {};
  log::warning(
      name_ + ": partitions belong to nobody; leaves for a session, so that the group counts anew");
  consumer_->close(config_.engine.shutdown_patience);
  const Instant back = wall_clock() + config_.kafka.session_timeout + Millis(1000);
  while (!stopping_ && wall_clock() < back) {
    shared_.health.beat(name_, wall_clock());
    std::this_thread::sleep_for(kPollPatience);
  }
  return join_group();
}

Status Worker::round() {
  const Instant began = wall_clock();
  shared_.health.beat(name_, began);
  follow_policies();
  take_snapshot();
  if (auto done = sit_out(); !done) return done;
  if (left_.records.empty()) {
    auto polled = poll(began);
    if (!polled) return tl::unexpected(polled.error());
    if (!*polled) return {};
  }
  if (auto done = work_off(); !done) return done;
  if (open_transaction_) gauges_.outbox(written_records_, began_);
  // What is finished while brokers are away would wait inside the client for as long as they are:
  // it stays open.
  if (shared_.progress.away()) return {};
  // Of a partition that begins to be served nothing may be left from before.
  if (left_.records.empty())
    if (auto done = admit(); !done) return done;
  tell_served();
  if (auto done = fire_timers(); !done) return done;
  const Instant now = wall_clock();
  tell_figures(now);
  count_census(now);
  if (!open_transaction_ && progress_due(now))
    if (auto done = begin(); !done) return done;
  if (open_transaction_ && closes(now)) return commit();
  return {};
}

Status Worker::drain() {
  // SIGTERM: finish what was begun, commit it, leave.
  Status done;
  if (open_transaction_) done = commit();
  if (!done && rejoin_ && done.error().code == Code::kFenced) {
    log::warning(name_ + ": what was begun is somebody else's by now: " + done.error().detail);
    done = {};
  }
  if (consumer_) consumer_->close(config_.engine.shutdown_patience);
  producer_.reset();
  core_.clear();
  tell_holds();
  tell_store();
  gauges_.queued(0);
  gauges_.leads({});
  shared_.health.stopped(name_);
  shared_.health.not_ready(name_, "stopped");
  return done;
}

// False: the brokers are away, and there is nothing.
Result<bool> Worker::poll(Instant now) {
  // It may wait a little; never so long that a deadline or a commit does.
  const Millis patience = timers_left_ ? Millis(0) : std::min(kPollPatience, closes_in(now));
  const auto most = static_cast<std::size_t>(config_.engine.poll_records);
  auto polled = consumer_->poll(most, patience);
  if (has_broken_) {
    has_broken_ = false;
    return tl::unexpected(broken_);
  }
  if (!polled) {
    if (polled.error().code == Code::kUnavailable) {
      tell_health();
      return false;  // The client reconnects by itself; what was read stays read.
    }
    rejoin_ = polled.error().code == Code::kFenced;
    return tl::unexpected(polled.error());
  }
  left_ = *polled;
  backlog_ = left_.records.size() < most ? Backlog::kNone : Backlog::kMore;
  return true;
}

// Until the transaction is long enough; the rest waits for the next round. One poll may be more
// than a slow machine does before the coordinator's patience ends, each time again.
Status Worker::work_off() {
  constexpr std::int64_t kLookEvery = 64;  // source records; one of core may hold hundreds
  while (!left_.records.empty()) {
    const kafka::Record& record = left_.records.front();
    left_.records = left_.records.subspan(1);
    const bool is_core = record.topic == core_topic();
    if (auto done = is_core ? on_core(record) : on_source(record); !done) return done;
    if (left_.records.empty() || !open_transaction_) continue;
    const bool looks = is_core || record.offset % kLookEvery == 0;
    if (!looks || !pace_.is_long(wall_clock() - began_)) continue;
    backlog_ = Backlog::kMore;
    return {};
  }
  for (const kafka::End& end : std::exchange(left_.ends, {})) on_end(end);
  return {};
}

Worker::SourceTask* Worker::placed_source(std::uint16_t topic, std::int32_t partition) const {
  const auto& partitions = by_number_[topic];
  const auto number = static_cast<std::size_t>(partition);
  if (number >= partitions.size() || partitions[number] == nullptr) return nullptr;
  return partitions[number]->placed ? partitions[number] : nullptr;
}

void Worker::on_end(const kafka::End& end) {
  if (end.topic == core_topic()) {
    const auto slot = core_.find(end.partition);
    if (slot != core_.end() && slot->second.serving) slot->second.task->set_position(end.offset);
  } else if (SourceTask* task = placed_source(end.topic, end.partition)) {
    task->ended(end.offset);
  }
}

Status Worker::on_source(const kafka::Record& record) {
  SourceTask* task = placed_source(record.topic, record.partition);
  if (task == nullptr) return {};  // read again once it is
  if (auto begun = begin(); !begun) return begun;
  const core::Origin origin{subscribed_[record.topic],
                            record.partition,
                            record.offset,
                            record.timestamp_ms,
                            to_ms(task->known),
                            ingest::usable_trace(kafka::header_of(record, ingest::kTraceHeader))};
  const bool commands = record.topic == config_.sources.size();
  Status done = commands ? ingest_command(record, origin) : ingest_event(record, *task, origin);
  decoder_.reset();
  if (!done) return done;
  task->read(record.offset, record.timestamp_ms);
  if (record.timestamp_ms > 0) task->reached.last = instant(record.timestamp_ms);
  return {};
}

// A clock that is set back would date events by itself, hours ago, until the watchdog ends the
// process, a second later.
Instant Worker::latest() {
  latest_ = std::max(latest_, wall_clock());
  return latest_;
}

Status Worker::ingest_event(const kafka::Record& record, const SourceTask& task,
                            const core::Origin& origin) {
  times_.decode();
  auto taken = intake_.take(
      decoder_, {record.value, record.null_value, record.timestamp_ms, task.format, task.region},
      latest());
  times_.finish();
  if (!taken) return reject(origin, taken.error(), &record, record.value);
  const auto& [decoded, incoming, to] = *taken;
  if (record.timestamp_ms > 0)
    leads_.note(incoming.moment.channel,
                to_ms(ingest::time_of(*decoded.event, 0)) - record.timestamp_ms);
  return pack({origin, 0, to, core::Routed{decoded.bytes, &incoming, false, {}}},
              decoded.clamped_time_ms, {});
}

// Whoever is named is normalised by the policy of the command's time, as in events.
Status Worker::ingest_command(const kafka::Record& record, const core::Origin& origin) {
  const ingest::CommandLimits limits{static_cast<std::size_t>(config_.engine.max_record_bytes),
                                     config_.engine.max_skew};
  auto given = ingest::parse_command(record.value, record.null_value, limits);
  if (!given) return reject(origin, given.error(), &record, record.value);
  const Instant at = ingest::time_of(*given, limits, record.timestamp_ms, to_ms(latest()));
  auto command =
      std::make_shared<const Command>(ingest::read_command(*given, at, intake_.identity_at(at)));
  const core::Message message{origin, 0, stitch::command_actor(command->id),
                              core::Order{std::move(command), {}}};
  encode_contents(message, contents_);
  return pack(message, 0, contents_);
}

Status Worker::on_core(const kafka::Record& record) {
  const auto found = core_.find(record.partition);
  if (found == core_.end() || !found->second.serving) return {};  // read again once it serves
  CoreSlot& slot = found->second;
  if (auto begun = begin(); !begun) return begun;
  auto done = slot.task->on_record(record.value, decoder_,
                                   [&](core::Effects& effects) { return emit(effects, slot); });
  decoder_.reset();
  if (!done)
    return failure(done.error().code, config_.topics.core + '[' + std::to_string(record.partition) +
                                          "]@" + std::to_string(record.offset) + ": " +
                                          done.error().detail);
  slot.task->set_position(record.offset + 1);
  if (record.timestamp_ms > 0) slot.reached.last = instant(record.timestamp_ms);
  return {};
}

// Between transactions: what went into one names the versions that it was decided by.
void Worker::follow_policies() {
  if (open_transaction_) return;
  auto newest = shared_.policies.timeline();
  if (newest == timeline_) return;
  timeline_ = std::move(newest);
  intake_.follow(timeline_);
  for (auto& [partition, slot] : core_)
    if (slot.task != nullptr) slot.task->follow(timeline_);
}

void Worker::index_sources() {
  by_number_.assign(subscribed_.size(), {});
  for (std::size_t topic = 0; topic <= config_.sources.size(); ++topic) {
    for (auto& [at, task] : sources_) {
      if (at.topic != subscribed_[topic]) continue;
      auto& partitions = by_number_[topic];
      const auto number = static_cast<std::size_t>(at.partition);
      if (partitions.size() <= number) partitions.resize(number + 1, nullptr);
      partitions[number] = &task;
      if (topic == config_.sources.size()) continue;  // commands
      task.format = format_of(config_.sources[topic].format);
      task.region = config_.sources[topic].default_region;
    }
  }
}

}  // namespace vaste::engine
