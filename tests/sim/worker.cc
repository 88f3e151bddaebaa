#include "sim/worker.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace vaste::sim {

namespace {

constexpr std::size_t kSlice = 4;  // of a changelog
constexpr char kTopic[] = "in";

std::int64_t beginning(std::int64_t committed) {
  const std::int64_t to = engine::seek_to(committed);
  return to == engine::kFromTheBeginning ? 0 : to;
}

// One for all workers, since they work one at a time; both keep much memory at hand.
ingest::Decoder& decoder_of(std::size_t record_bytes) {
  static ingest::Decoder decoder({record_bytes, Millis(60'000)});
  return decoder;
}
emit::Encoder& encoder() {
  static emit::Encoder encoder;
  return encoder;
}

}  // namespace

Board::Board(Broker& broker, Millis max_wait, Instant began)
    : broker_(broker),
      frontier_(broker.sources(), broker.cores(), max_wait, began),
      ends_(broker.sources()) {}

void Board::sample_sources(Instant now) {
  taken_ = now;
  for (Place place = 0; place < broker_.sources(); ++place) ends_[place] = broker_.log(place).end();
}

void Board::read_progress(Instant now) {
  Log& log = broker_.progress();
  for (; next_ < log.stable(); ++next_) {
    const Entry* entry = log.visible(next_);
    if (entry == nullptr) continue;
    const Told& told = entry->told;
    if (told.is_core)
      frontier_.heard_core(told.index, told.core.position, told.core.oldest_sent, now);
    else
      frontier_.heard_source(told.index, told.read_up_to, now);
  }
  frontier_.listened(now);
}

void Board::ask(Instant now) {
  frontier_.asked(now);
  asked_ = true;
}

void Board::answer() {
  if (!std::exchange(asked_, false)) return;
  std::vector<std::int64_t> ends;
  for (std::size_t i = 0; i < broker_.cores(); ++i) ends.push_back(broker_.core(i).end());
  frontier_.sampled(std::move(ends));
}

void Board::committed(const std::vector<Told>& told, Instant now) {
  for (const Told& one : told)
    if (one.is_core)
      frontier_.heard_core(one.index, one.core.position, one.core.oldest_sent, now,
                           engine::Frontier::By::kWorker);
    else
      frontier_.heard_source(one.index, one.read_up_to, now, engine::Frontier::By::kWorker);
}

Worker::Worker(std::size_t name, const Setting& setting)
    : name_(name),
      setting_(setting),
      broker_(setting.broker),
      intake_(setting.timeline),
      decoder_(decoder_of(setting.record_bytes)),
      encoder_(encoder()) {
  broker_.init(name_);
}

bool Worker::turn(Instant now, const Turn& turn) {
  poll(now, turn);
  admit(now);
  for (auto& [partition, core] : cores_)
    if (core.serving)
      if (const auto position = core.served(core.task->engine().position()))
        setting_.board.frontier().served(partition, core.committed, *position, now);
  fire(turn.timers);
  if (turn.tells) begin();
  if (open_ != 0 && turn.closes) return commit(now, turn.end, turn.cache_bytes);
  return true;
}

void Worker::assign(Place place) {
  admitted_.push_back(place);
  if (place < broker_.sources())
    sources_[place];
  else
    cores_[place - broker_.sources()];
}

void Worker::release(Place place, Instant now) {
  if (open_ != 0) commit(now, End::kCommitted, 0);
  lose(place);
}

void Worker::lose(Place place) {
  std::erase(admitted_, place);
  if (place < broker_.sources())
    sources_.erase(place);
  else
    cores_.erase(place - broker_.sources());
}

bool Worker::is_idle() const {
  if (open_ != 0 || !admitted_.empty() || timers_left_) return false;
  return std::ranges::all_of(
             sources_,
             [&](const auto& one) { return one.second.at == broker_.log(one.first).end(); }) &&
         std::ranges::all_of(cores_, [&](const auto& one) {
           return one.second.serving && one.second.at == broker_.core(one.first).end();
         });
}

bool Worker::serves(Place place) const {
  if (place < broker_.sources()) {
    const auto source = sources_.find(place);
    return source != sources_.end() && source->second.placed;
  }
  const auto core = cores_.find(place - broker_.sources());
  return core != cores_.end() && core->second.serving;
}

bool Worker::has_news() const {
  return std::ranges::any_of(cores_, [](const auto& one) {
    const Core& core = one.second;
    return core.serving && core.has_news(core.task->engine().position());
  });
}

void Worker::poll(Instant now, const Turn& turn) {
  places_.clear();
  for (const auto& [place, source] : sources_)
    if (source.at < broker_.log(place).stable() || source.position < source.at)
      places_.push_back(place);
  for (const auto& [partition, core] : cores_)
    if (core.serving && core.at < broker_.core(partition).stable())
      places_.push_back(broker_.sources() + partition);
  std::shuffle(places_.begin(), places_.end(), setting_.random);
  for (const Place place : places_)
    if (place < broker_.sources())
      read(place, sources_.at(place), turn.records, now);
    else
      serve(place, cores_.at(place - broker_.sources()), turn.records);
}

void Worker::read(Place place, Source& source, std::size_t most, Instant now) {
  if (!source.placed) return;
  Log& log = broker_.log(place);
  for (; most > 0 && source.at < log.stable(); ++source.at, --most) {
    begin();
    const Entry& entry = *log.visible(source.at);
    take(entry, place, source, source.at, now);
    source.read(source.at, entry.time_ms);
  }
  if (source.at == log.stable()) source.ended(source.at);
}

void Worker::take(const Entry& entry, Place place, const Source& source, std::int64_t offset,
                  Instant now) {
  const core::Origin origin{
      kTopic, static_cast<std::int32_t>(place), offset, entry.time_ms, to_ms(source.known), {}};
  const engine::Raw raw{entry.value, entry.null_value, entry.time_ms, ingest::Format::kAuto, {}};
  const auto taken = intake_.take(decoder_, raw, now);
  if (!taken) {
    VASTE_CHECK(remedy(taken.error().code) == Remedy::kDeadLetter);
    dead_.push_back({std::string(encoder_.dead_letter(origin, taken.error().code,
                                                      taken.error().detail, {}, entry.value, {}))});
  } else {
    const auto to = stitch::partition_of(stitch::key_group(taken->to),
                                         static_cast<std::int32_t>(broker_.cores()));
    emit::pack(
        {origin, 0, taken->to, core::Routed{taken->decoded.bytes, &taken->incoming, false, {}}},
        taken->decoded.clamped_time_ms, {}, out_.sent[to]);
  }
  decoder_.reset();
}

void Worker::serve(Place place, Core& core, std::size_t most) {
  if (!core.serving) return;
  Log& log = broker_.log(place);
  for (; most > 0 && core.at < log.stable(); ++core.at) {
    const Entry* entry = log.visible(core.at);
    if (entry == nullptr) continue;
    --most;
    begin();
    core.worked = true;
    core.task->serve(entry->value, out_);
    sent(core);
    core.task->engine().set_position(core.at + 1);
  }
  if (core.at == log.stable()) core.task->engine().set_position(core.at);
}

void Worker::sent(Core& core) {
  for (const std::int64_t read_after_ms : out_.read_after_ms) core.sent(read_after_ms);
  out_.read_after_ms.clear();
}

void Worker::admit(Instant now) {
  if (!admitted_.empty() && open_ != 0) commit(now, End::kCommitted, 0);
  for (const Place place : std::vector<Place>(admitted_)) {
    const auto committed = broker_.committed(place);
    if (!committed) continue;  // until the open transaction has ended
    std::erase(admitted_, place);
    if (place < broker_.sources()) {
      Source& source = sources_.at(place);
      source.at = beginning(*committed);
      source.place(*committed);
    } else {
      Core& core = cores_.at(place - broker_.sources());
      core.committed = *committed;
      open(place - broker_.sources(), core);
    }
  }
  for (auto& [partition, core] : cores_)
    if (core.restore != nullptr) restore(partition, core);
}

void Worker::open(std::size_t partition, Core& core) {
  const Database& store = setting_.disks[partition];
  const auto positions = store->positions();
  VASTE_CHECK(positions.has_value());
  const std::int64_t end = broker_.changelog(partition).end();
  if (positions->input > std::max<std::int64_t>(core.committed, 0) || positions->changelog > end)
    setting_.wrong += "the database of partition " + std::to_string(partition) +
                      " is ahead of what was committed\n";
  core.restored = std::max<std::int64_t>(positions->changelog, 0);
  core.restore = std::make_unique<engine::Restore>(
      kafka::TopicPartition{"changelog", static_cast<std::int32_t>(partition)}, core.restored, end);
}

// A slice of it, as far as transactions of others are decided.
void Worker::restore(std::size_t partition, Core& core) {
  store::Store& store = *setting_.disks.at(partition);
  Log& log = broker_.changelog(partition);
  if (!core.restore->is_complete()) {
    std::vector<kafka::Record> records;
    for (; core.restored < log.stable() && records.size() < kSlice; ++core.restored) {
      const Entry* entry = log.visible(core.restored);
      if (entry == nullptr) continue;
      kafka::Record& record = records.emplace_back();
      record.offset = core.restored;
      record.key = entry->key;
      record.value = entry->value;
      record.null_value = entry->null_value;
    }
    std::vector<kafka::End> ends;
    if (core.restored == log.stable()) ends.push_back({0, 0, core.restored});
    const engine::Figures figures((*setting_.timeline)[0].policy(), store);
    VASTE_CHECK(core.restore->take({records, ends}, store, figures).has_value());
    if (!core.restore->is_complete()) return;
  }
  core.restore.reset();
  core.task = std::make_unique<Task>(static_cast<std::int32_t>(partition),
                                     static_cast<std::int32_t>(broker_.cores()), store,
                                     setting_.timeline, setting_.limits);
  core.task->engine().rewind(std::max<std::int64_t>(core.committed, 0));
  core.at = beginning(core.committed);
  core.serve();
}

void Worker::fire(std::size_t most) {
  const engine::Gate gate = setting_.board.frontier().gate();
  timers_left_ = false;
  for (auto& [partition, core] : cores_) {
    if (!core.serving) continue;
    if (!setting_.board.frontier().caught_up(partition, core.task->engine().position())) continue;
    const auto looked = core.task->look(gate, most, out_);
    sent(core);
    timers_left_ = timers_left_ || looked.more;
    if (!looked.fired) continue;
    begin();
    core.worked = true;
  }
}

}  // namespace vaste::sim
