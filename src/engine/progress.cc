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
// The brokers are not asked more often, however much is going on.
constexpr Millis kCoreGap{10};

template <class Number>
bool take_number(std::string_view& text, Number& number) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
  return true;
}

}  // namespace

Instant wall_clock() {
  return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
}

std::string progress_key(const kafka::TopicPartition& partition) {
  return kafka::text(partition);
}
std::string progress_value(Instant read_up_to) {
  return std::to_string(to_ms(read_up_to));
}
std::string progress_value(const CoreProgress& core) {
  return std::to_string(core.position) + ' ' + std::to_string(to_ms(core.oldest_sent));
}

ProgressBoard::ProgressBoard(const config::Config& config, kafka::ClientConfig client,
                             std::vector<kafka::TopicPartition> sources,
                             std::int32_t core_partitions, serve::Health& health)
    : config_(config),
      client_(std::move(client)),
      sources_(std::move(sources)),
      health_(health),
      outages_(config.engine.outage_grace),
      frontier_(sources_.size(), static_cast<std::size_t>(core_partitions), config.engine.max_wait,
                wall_clock()) {
  for (std::int32_t i = 0; i < core_partitions; ++i) core_.push_back({config_.topics.core, i});
  for (std::size_t i = 0; i < sources_.size(); ++i)
    subjects_[progress_key(sources_[i])] = {false, i};
  for (std::size_t i = 0; i < core_.size(); ++i) subjects_[progress_key(core_[i])] = {true, i};
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
  last_answer_ = wall_clock();
  frontier_.forgive(last_answer_);
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

std::shared_ptr<const SourceEnds> ProgressBoard::core_ends() const {
  const std::lock_guard lock(mutex_);
  return core_ends_;
}

Gate ProgressBoard::gate() {
  const std::lock_guard lock(mutex_);
  return frontier_.gate();
}

bool ProgressBoard::caught_up(std::int32_t core_partition, std::int64_t position) const {
  const std::lock_guard lock(mutex_);
  return frontier_.caught_up(static_cast<std::size_t>(core_partition), position);
}

void ProgressBoard::committed(const std::vector<Said>& said) {
  if (said.empty()) return;
  const Instant now = wall_clock();
  {
    const std::lock_guard lock(mutex_);
    for (const Said& one : said) {
      const Subject& subject = subjects_.at(progress_key(one.at));
      if (subject.is_core) {
        frontier_.heard_core(subject.index, one.core.position, one.core.oldest_sent, now,
                             Frontier::By::kWorker);
      } else {
        frontier_.heard_source(subject.index, one.read_up_to, now, Frontier::By::kWorker);
      }
    }
  }
  told_ = true;
}

void ProgressBoard::served(std::int32_t core_partition, std::int64_t committed,
                           std::int64_t position) {
  const std::lock_guard lock(mutex_);
  frontier_.served(static_cast<std::size_t>(core_partition), committed, position, wall_clock());
}

void ProgressBoard::run() {
  const Millis pause = config_.engine.progress_interval / 4;
  while (!stopping_) {
    if (wall_clock() - sources_asked_ >= pause) sample_sources();
    if (read_progress(std::min(kCoreGap, pause))) told_ = true;
    if (away_) continue;
    if (wall_clock() - core_asked_ >= (told_ ? kCoreGap : pause)) sample_core();
  }
}

void ProgressBoard::sample_sources() {
  const Instant asked = wall_clock();
  sources_asked_ = asked;
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
    outages_.passed(last_answer_, asked);
    {
      const std::lock_guard lock(mutex_);
      frontier_.forgive(asked);
    }
    log::info("brokers answer again; deadlines go on after a grace for what is still on its way");
  }
  auto sample = std::make_shared<SourceEnds>();
  sample->taken = outages_.complete_up_to(asked);
  for (std::size_t i = 0; i < sources_.size(); ++i) sample->offsets[sources_[i]] = (*offsets)[i];
  last_answer_ = wall_clock();
  const std::lock_guard lock(mutex_);
  ends_ = std::move(sample);
}

bool ProgressBoard::read_progress(Millis patience) {
  auto polled = reader_->poll(10000, patience);
  if (!polled) return false;
  const Instant now = wall_clock();
  const std::lock_guard lock(mutex_);
  for (const kafka::Record& record : polled->records) hear(record, now);
  frontier_.listened(now);
  return !polled->records.empty();
}

void ProgressBoard::hear(const kafka::Record& record, Instant now) {
  const auto subject = subjects_.find(record.key);
  if (subject == subjects_.end()) return;  // a source that is read no longer
  std::string_view text = record.value;
  std::int64_t first = 0;
  std::int64_t second = 0;
  bool good = take_number(text, first);
  if (subject->second.is_core && good && text.starts_with(' ')) {
    text.remove_prefix(1);
    good = take_number(text, second);
  }
  if (!good || !text.empty()) {
    log::warning("vaste.progress: a record that is no progress is passed over");
  } else if (subject->second.is_core) {
    frontier_.heard_core(subject->second.index, first, instant(second), now);
  } else {
    frontier_.heard_source(subject->second.index, instant(first), now);
  }
}

void ProgressBoard::sample_core() {
  core_asked_ = wall_clock();
  told_ = false;
  {
    const std::lock_guard lock(mutex_);
    frontier_.asked(core_asked_);
  }
  auto ends = watermarks_->ends(core_, false, kPatience);
  if (!ends) return;
  auto sample = std::make_shared<SourceEnds>();
  sample->taken = core_asked_;
  for (std::size_t i = 0; i < core_.size(); ++i) sample->offsets[core_[i]] = (*ends)[i];
  const std::lock_guard lock(mutex_);
  frontier_.sampled(std::move(*ends));
  core_ends_ = std::move(sample);
}

}  // namespace vaste::engine
