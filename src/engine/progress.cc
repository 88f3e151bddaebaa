#include "engine/progress.h"

#include <algorithm>
#include <charconv>

#include "base/log.h"

namespace vaste::engine {

namespace {

// Brokers that do not answer for so long were away: what producers held back meanwhile is still on
// its way afterwards.
constexpr Millis kOutage{3000};
constexpr Millis kPatience{2000};

}  // namespace

Instant wall_clock() {
  return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
}

std::string progress_key(const kafka::TopicPartition& source) {
  return kafka::text(source);
}
std::string progress_value(Instant read_up_to) {
  return std::to_string(to_ms(read_up_to));
}

ProgressBoard::ProgressBoard(const config::Config& config, kafka::ClientConfig client,
                             std::vector<kafka::TopicPartition> sources,
                             std::int32_t core_partitions, serve::Health& health)
    : config_(config), client_(std::move(client)), sources_(std::move(sources)), health_(health) {
  for (std::int32_t i = 0; i < core_partitions; ++i) core_.push_back({config_.topics.core, i});
}

ProgressBoard::~ProgressBoard() {
  stop();
}

Status ProgressBoard::start() {
  auto watermarks = kafka::Watermarks::create(client_);
  if (!watermarks) return tl::unexpected(watermarks.error());
  watermarks_ = std::move(*watermarks);
  auto reader = kafka::PartitionReader::create(client_, {config_.topics.progress});
  if (!reader) return tl::unexpected(reader.error());
  reader_ = std::move(*reader);
  if (auto assigned = reader_->assign({{{config_.topics.progress, 0}, -2}}); !assigned)
    return assigned;
  began_ = wall_clock();
  last_answer_ = began_;
  thread_ = std::thread([this] { run(); });
  return {};
}

void ProgressBoard::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<const SourceEnds> ProgressBoard::ends() const {
  const std::lock_guard lock(mutex_);
  return ends_;
}
std::shared_ptr<const Gate> ProgressBoard::gate() const {
  const std::lock_guard lock(mutex_);
  return gate_;
}

void ProgressBoard::run() {
  while (!stopping_) {
    sample_sources();
    read_progress();
    sample_core();
  }
}

void ProgressBoard::sample_sources() {
  const Instant asked = wall_clock();
  auto offsets = watermarks_->ends(sources_, true, kPatience);
  if (!offsets) {
    if (!away_ && wall_clock() - last_answer_ > kOutage) {
      away_ = true;
      health_.not_ready("brokers", "no broker answers; deadlines wait until one does");
      log::warning("brokers do not answer; deadlines wait until they do: " +
                   offsets.error().detail);
    }
    return;
  }
  if (away_) {
    away_ = false;
    health_.ready("brokers");
    outage_ended_ = asked;
    outage_length_ = asked - last_answer_;
    log::info("brokers answer again; deadlines go on after a grace for what is still on its way");
  }
  auto sample = std::make_shared<SourceEnds>();
  sample->taken = asked;
  // For a while after an outage only the time before it is known to be complete.
  if (is_set(outage_ended_)) {
    const Millis grace = std::min(outage_length_, config_.engine.outage_grace);
    if (asked - outage_ended_ < grace) sample->taken = outage_ended_ - outage_length_;
  }
  for (std::size_t i = 0; i < sources_.size(); ++i) sample->offsets[sources_[i]] = (*offsets)[i];
  last_answer_ = wall_clock();
  const std::lock_guard lock(mutex_);
  ends_ = std::move(sample);
}

bool ProgressBoard::read_progress() {
  auto polled = reader_->poll(10000, config_.engine.progress_interval / 4);
  if (!polled) return false;
  const Instant now = wall_clock();
  for (const kafka::Record& record : polled->records) {
    std::int64_t ms = 0;
    const auto* end = record.value.data() + record.value.size();
    const auto parsed = std::from_chars(record.value.data(), end, ms);
    if (parsed.ec != std::errc() || parsed.ptr != end) {
      log::warning("vaste.progress: a record that is no progress is passed over");
      continue;
    }
    seen_.insert_or_assign(std::string(record.key), Seen{instant(ms), now});
  }
  return !polled->records.empty();
}

Instant ProgressBoard::lowest(Instant now, bool& provisional) const {
  Instant least = kEndOfTime;
  for (const kafka::TopicPartition& source : sources_) {
    const auto found = seen_.find(progress_key(source));
    const Instant heard = found == seen_.end() ? began_ : std::max(found->second.heard, began_);
    if (now - heard > config_.engine.max_wait) {
      provisional = true;  // nobody reads it: deadlines do not wait for ever
      continue;
    }
    if (found == seen_.end()) return kNever;
    least = std::min(least, found->second.read_up_to);
  }
  return least == kEndOfTime ? now : least;
}

void ProgressBoard::sample_core() {
  bool provisional = false;
  const Instant now = wall_clock();
  if (away_) return;
  const Instant up_to = lowest(now, provisional);
  if (!is_set(up_to)) return;
  auto ends = watermarks_->ends(core_, false, kPatience);
  if (!ends) return;
  auto gate = std::make_shared<Gate>();
  gate->up_to = std::min(up_to, now);  // a source clock that runs ahead fires nothing early
  gate->provisional = provisional;
  gate->core_ends = std::move(*ends);
  const std::lock_guard lock(mutex_);
  gate_ = std::move(gate);
}

}  // namespace vaste::engine
