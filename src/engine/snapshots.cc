#include "engine/snapshots.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <utility>

#include "base/crash_point.h"
#include "base/log.h"
#include "engine/progress.h"
#include "store/codec.h"
#include "store/rocks_store.h"

namespace vaste::engine {

namespace {

namespace fs = std::filesystem;

constexpr Millis kLook{500};
constexpr Millis kRoundPatience{60000};  // for the workers, who may be waiting for brokers
constexpr Millis kSoon{5000};            // after the start, when one is overdue
constexpr Millis kAgain{300000};         // where it was not all of them
constexpr Millis kStale{600000};         // Nobody waits for a request any more that is so old.
constexpr Millis kPatience{5000};
constexpr Millis kRetry{1000};
constexpr int kTries = 60;
constexpr const char* kTombstones = "delete.retention.ms";

std::vector<std::uint32_t> known_formats() {
  return {store::kFormats.begin(), store::kFormats.end()};
}

Instant newest(const std::string& folder) {
  auto all = snapshot::list(folder);
  Instant at = kNever;
  if (all)
    for (const snapshot::Found& one : *all)
      if (one.manifest) at = std::max(at, one.manifest->taken);
  return at;
}

std::string partitions_text(const std::vector<std::int32_t>& partitions) {
  std::string out;
  for (const std::int32_t one : partitions)
    out += (out.empty() ? "" : ", ") + snapshot::partition_name(one);
  return out.empty() ? "no partition" : out;
}

}  // namespace

Snapshots::Snapshots(const config::Config& config, kafka::ClientConfig client,
                     metrics::Registry& registry, std::int32_t partitions)
    : config_(config), client_(std::move(client)), registry_(registry), partitions_(partitions) {}

Snapshots::~Snapshots() {
  stop();
}

// Of this instance alone, on the file system of the databases: to make a checkpoint there is to
// link files, whatever the folder of snapshots is.
std::string Snapshots::staging() const {
  return (fs::path(config_.state_directory) / ("checkpoints." + config_.instance)).string();
}

void Snapshots::start() {
  std::error_code ignored;  // What a killed process left; a new checkpoint says if it stays.
  fs::remove_all(staging(), ignored);
  if (!wanted()) {
    if (config_.snapshots.every > Millis(0))
      log::warning("snapshots.every without snapshots.directory: there will be no snapshot");
    return;
  }
  if (config_.snapshots.every > Millis(0))
    due_ = std::max(wall_clock() + kSoon,
                    newest(config_.snapshots.directory) + config_.snapshots.every);
  thread_ = std::thread([this] { run(); });
}

void Snapshots::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  woken_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Snapshots::run() {
  while (goes_on()) {
    if (turn()) continue;
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, kLook, [&] {
      return stopping_ || !checkpoints_.empty() || (!fetches_.empty() && wall_clock() >= retry_at_);
    });
  }
}

// Who waits to serve comes first.
bool Snapshots::turn() {
  std::optional<Fetch> fetch;
  std::optional<Checkpoint> checkpoint;
  {
    const std::lock_guard lock(mutex_);
    if (!fetches_.empty() && wall_clock() >= retry_at_) {
      fetch = fetches_.front();
    } else if (!checkpoints_.empty()) {
      checkpoint = std::move(checkpoints_.front());
      checkpoints_.pop_front();
    }
  }
  if (fetch) {
    const bool over = bring(*fetch);
    const std::lock_guard lock(mutex_);
    if (!over) {
      ++fetches_.front().tries;
      retry_at_ = wall_clock() + kRetry;
      return false;
    }
    fetches_.pop_front();
    fetching_.erase(fetch->partition);
    return true;
  }
  if (checkpoint) {
    seal(std::move(*checkpoint));
    return true;
  }
  look(wall_clock());
  return false;
}

void Snapshots::look(Instant now) {
  {
    const std::lock_guard lock(mutex_);
    if (open_) {
      if (!open_->missing.empty() && now - open_->began < kRoundPatience) return;
      round_ = 0;
      open_->closed = true;
      if (!checkpoints_.empty()) return;
    }
  }
  if (open_) return end_round();
  begin_round(now);
}

void Snapshots::begin_round(Instant now) {
  auto asked = snapshot::asked(config_.snapshots.directory, config_.instance);
  if (!asked) {
    if (!std::exchange(request_failing_, true)) log::warning("snapshots: " + asked.error().detail);
    asked = std::string();
  } else {
    request_failing_ = false;
  }
  if (!asked->empty() && *asked < snapshot::id_of(now - kStale)) {
    snapshot::forget(config_.snapshots.directory, *asked, config_.instance);
    return;
  }
  if (asked->empty() && now < due_) return;
  if (config_.snapshots.every > Millis(0)) due_ = now + config_.snapshots.every;
  const std::lock_guard lock(mutex_);
  Round round;
  round.number = ++rounds_;
  round.asked_for = !asked->empty();
  round.id = round.asked_for ? *asked : snapshot::id_of(now);
  round.began = now;
  for (int i = 0; i < config_.engine.workers; ++i) round.missing.insert(i);
  open_ = std::move(round);
  round_ = open_->number;
}

void Snapshots::end_round() {
  Round round;
  {
    const std::lock_guard lock(mutex_);
    round = std::move(*open_);
    open_.reset();
  }
  if (!round.missing.empty()) {
    log::warning("snapshot " + round.id + ": " + std::to_string(round.missing.size()) +
                 " workers have partitions that are not restored yet, or wait for brokers");
    if (config_.snapshots.every > Millis(0)) due_ = std::min(due_, wall_clock() + kAgain);
  }
  log::info("snapshot " + round.id + " has " + partitions_text(round.answer.taken));
  if (!round.asked_for) return;
  if (auto answered =
          snapshot::answer(config_.snapshots.directory, round.id, config_.instance, round.answer);
      !answered) {
    log::error("snapshot " + round.id + ": nobody can be answered: " + answered.error().detail);
    // Else it would be taken again and again.
    snapshot::forget(config_.snapshots.directory, round.id, config_.instance);
  }
}

void Snapshots::take(std::uint64_t round, std::int32_t partition, store::Store& store) {
  Checkpoint checkpoint;
  {
    const std::lock_guard lock(mutex_);
    if (!open_ || open_->number != round || open_->closed) return;
    checkpoint.about.id = open_->id;
  }
  checkpoint.path = (fs::path(staging()) / snapshot::partition_name(partition)).string();
  checkpoint.about.taken = wall_clock();
  checkpoint.about.state_format = known_formats();
  checkpoint.about.application = config_.application;
  checkpoint.about.partition = partition;
  checkpoint.about.partitions = partitions_;
  const auto began = std::chrono::steady_clock::now();
  std::error_code error;
  fs::create_directories(staging(), error);
  if (!error) fs::remove_all(checkpoint.path, error);
  auto positions = store.positions();
  Status made;
  if (error) made = failure(Code::kNoSpace, checkpoint.path + ": " + error.message());
  if (!positions) made = tl::unexpected(positions.error());
  if (made) made = store.checkpoint(checkpoint.path);
  crash_point("in_checkpoint");
  registry_.histogram(metrics::Metric::kSnapshotHoldSeconds)
      .observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  if (!made) {
    log::error("snapshot " + checkpoint.about.id + ": " + made.error().detail);
    count(false);
    const std::lock_guard lock(mutex_);
    if (open_ && open_->number == round)
      open_->answer.failed.emplace_back(partition, made.error().detail);
    return;
  }
  checkpoint.about.positions = *positions;
  {
    const std::lock_guard lock(mutex_);
    if (open_ && open_->number == round && !open_->closed)
      checkpoints_.push_back(std::move(checkpoint));
  }
  woken_.notify_all();
}

void Snapshots::through(std::uint64_t round, int worker) {
  const std::lock_guard lock(mutex_);
  if (open_ && open_->number == round) open_->missing.erase(worker);
}

void Snapshots::seal(Checkpoint checkpoint) {
  const snapshot::OnBytes on_bytes = [this](std::uint64_t) { return goes_on(); };
  const std::string id = checkpoint.about.id;
  const std::int32_t partition = checkpoint.about.partition;
  const std::string& folder = config_.snapshots.directory;
  crash_point("before_manifest");
  auto sealed = snapshot::seal(folder, checkpoint.path, std::move(checkpoint.about), on_bytes);
  if (!sealed) {
    if (!goes_on()) return;
    log::error("snapshot " + id + ", " + snapshot::partition_name(partition) + ": " +
               sealed.error().detail);
    std::error_code ignored;  // What stays goes with the next round.
    fs::remove_all(checkpoint.path, ignored);
    fs::remove_all(snapshot::path_of(folder, id, partition), ignored);
  } else {
    registry_.gauge(metrics::Metric::kSnapshotLastTimestampSeconds)
        .set(static_cast<double>(to_ms(sealed->taken)) / 1000);
    if (auto trimmed = snapshot::trim(folder, partition, config_.snapshots.keep); !trimmed)
      log::warning("snapshots: older ones stay: " + trimmed.error().detail);
  }
  count(sealed.has_value());
  const std::lock_guard lock(mutex_);
  if (!open_) return;
  if (sealed)
    open_->answer.taken.push_back(partition);
  else
    open_->answer.failed.emplace_back(partition, sealed.error().detail);
}

void Snapshots::count(bool complete) {
  registry_.counter(metrics::Metric::kSnapshotsTotal, {complete ? "ok" : "failed"}).add();
}

void Snapshots::fetch(std::int32_t partition, const std::string& directory) {
  if (!wanted()) return;
  {
    const std::lock_guard lock(mutex_);
    if (!fetching_.insert(partition).second) return;
    fetches_.push_back({partition, directory});
  }
  woken_.notify_all();
}

bool Snapshots::fetched(std::int32_t partition) const {
  const std::lock_guard lock(mutex_);
  return !fetching_.contains(partition);
}

bool Snapshots::bring(const Fetch& fetch) {
  const std::string name = snapshot::partition_name(fetch.partition);
  auto all = snapshot::list(config_.snapshots.directory);
  if (!all) log::error(name + ": no snapshot can be looked at: " + all.error().detail);
  std::vector<snapshot::Found> mine;
  if (all)
    std::ranges::copy_if(*all, std::back_inserter(mine), [&](const snapshot::Found& one) {
      return one.partition == fetch.partition;
    });
  if (!mine.empty() && !store::is_rocks_directory(fetch.directory)) {
    auto kept = tombstones();
    if (!kept && kept.error().code == Code::kUnavailable && fetch.tries < kTries) return false;
    if (!kept) log::warning(name + ": " + kept.error().detail);
    const snapshot::Needs needs{config_.application, partitions_, known_formats(), wall_clock(),
                                kept ? *kept : std::nullopt};
    for (const snapshot::Found& found : mine)
      if (!goes_on() || try_one(fetch, found, needs)) return true;
  }
  log::info(name + ": no snapshot to begin with: the whole changelog is read");
  return true;
}

bool Snapshots::try_one(const Fetch& fetch, const snapshot::Found& found,
                        const snapshot::Needs& needs) {
  const std::string name = snapshot::partition_name(fetch.partition);
  const std::string what = name + ": snapshot " + found.id;
  Status done = found.manifest ? snapshot::fits(*found.manifest, needs)
                               : Status(tl::unexpected(found.manifest.error()));
  const std::string copy = fetch.directory + ".restoring";
  if (done) done = snapshot::copy_out(found, copy, [this](std::uint64_t) { return goes_on(); });
  // What was left of one that cannot be opened is in the way.
  if (done) done = store::quarantine(fetch.directory);
  if (done) done = snapshot::put_in_place(copy, fetch.directory);
  if (done) {
    log::info(what + " is taken; the changelog is read from offset " +
              std::to_string(found.manifest->positions.changelog) + " on");
    return true;
  }
  if (goes_on()) log::warning(what + " is not taken: " + done.error().detail);
  return false;
}

// Of the changelog; nullopt: no right to ask.
Result<std::optional<Millis>> Snapshots::tombstones() {
  if (admin_ == nullptr) {
    auto admin = kafka::Admin::create(client_);
    if (!admin) return tl::unexpected(std::move(admin.error()));
    admin_ = std::move(*admin);
  }
  return tombstones_kept(*admin_, config_.topics.changelog);
}

Result<std::optional<Millis>> tombstones_kept(kafka::Admin& admin, const std::string& changelog) {
  auto facts = admin.describe(changelog, kPatience);
  if (!facts) return tl::unexpected(std::move(facts.error()));
  if (!*facts) return failure(Code::kConfig, "topic " + changelog + " does not exist");
  const auto found = (*facts)->settings.find(kTombstones);
  if (found == (*facts)->settings.end()) return std::nullopt;
  std::int64_t ms = 0;
  const std::string& text = found->second;
  const auto [last, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  if (error != std::errc() || last != text.data() + text.size()) return std::nullopt;
  return Millis(ms);
}

}  // namespace vaste::engine
