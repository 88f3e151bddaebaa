#include "store/rocks_store.h"

#include <rocksdb/db.h>
#include <rocksdb/iterator.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "base/check.h"
#include "base/log.h"
#include "store/codec.h"
#include "store/layout.h"
#include "store/rocks_directory.h"
#include "store/rocks_environment.h"
#include "store/rocks_replay.h"

namespace vaste::store {

namespace {

constexpr std::size_t kKeptBatchBytes = 256 << 10;  // whatever is written
constexpr std::size_t kProtectionBytes = 8;  // of each key in a batch, from here to the memtable
// An iterator pins memtables and files: a long scan takes a new one from time to time.
constexpr std::size_t kScanStretch = 4096;

rocksdb::Slice slice(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}
std::string_view view(const rocksdb::Slice& bytes) {
  return {bytes.data(), bytes.size()};
}

class RocksStore final : public Store {
 public:
  // `lock`: only to be read; nobody else shall write meanwhile. RocksDB keeps a pointer to
  // `replay`.
  RocksStore(std::unique_ptr<GaplessReplay> replay, std::unique_ptr<rocksdb::DB> db,
             std::string directory, std::optional<DirectoryLock> lock)
      : lock_(std::move(lock)),
        replay_(std::move(replay)),
        db_(std::move(db)),
        directory_(std::move(directory)) {
    write_.sync = false;
    write_.protection_bytes_per_key = kProtectionBytes;
  }

  ~RocksStore() override {
    if (lock_) return;
    // After a write that failed, to sync its file would be an assertion of RocksDB's; the marker
    // stays.
    const bool synced = !write_failed_ && db_->SyncWAL().ok();
    const bool closed = db_->Close().ok();
    if (synced && closed && marked_ && !damaged_) remove_marker(directory_);
  }

  RocksStore(const RocksStore&) = delete;
  RocksStore& operator=(const RocksStore&) = delete;

  // Once, before anything else.
  Status begin();

  Result<std::optional<std::string>> get(std::string_view key) override {
    key_.clear();
    layout::state_key(key, key_);
    return read(key_);
  }

  Result<std::vector<std::optional<std::string>>> get_many(
      std::span<const std::string> keys) override;
  Status apply(const Batch& batch) override;
  Result<std::vector<Timer>> due(Instant until, std::size_t max) override;
  Result<Instant> timer_cursor() override { return cursor_; }
  Result<Positions> positions() override { return positions_; }
  using Store::scan;
  Status scan(std::string_view prefix, std::string_view from, const Visit& visit) override;
  Status checkpoint(const std::string& path) override;
  Stats stats() override;

 private:
  Status verify();
  Status read_meta();
  template <typename Value>
  Status read_meta(std::string_view name, std::optional<Value> (*parse)(std::string_view),
                   const char* what, Value& out);
  Status check_format();
  Result<std::optional<std::string>> read(std::string_view database_key);
  const std::vector<const Batch::Change*>& in_key_order(const Batch& batch);
  Error error(const rocksdb::Status& status, std::string_view what);
  tl::unexpected<Error> damaged(std::string detail);

  std::optional<DirectoryLock> lock_;
  std::unique_ptr<GaplessReplay> replay_;
  std::unique_ptr<rocksdb::DB> db_;
  std::string directory_;
  rocksdb::WriteOptions write_;
  rocksdb::ReadOptions read_;
  bool marked_ = false;
  bool damaged_ = false;  // then the marker stays, and the next open verifies
  bool write_failed_ = false;
  std::uint64_t batches_ = 0;
  Positions positions_;
  Instant cursor_ = Instant::min();

  // Kept for their capacity.
  std::string key_;
  std::string value_;
  std::vector<const Batch::Change*> ordered_;
  std::vector<rocksdb::Slice> slices_;
  std::vector<rocksdb::PinnableSlice> values_;
  std::vector<rocksdb::Status> statuses_;
  rocksdb::WriteBatch write_batch_{0, 0, kProtectionBytes, 0};
};

Status RocksStore::begin() {
  if (!replay_->gap().empty())
    log::warning(directory_ +
                 ": something is missing in its log files, what follows on it is left out and "
                 "comes from the changelog again (" +
                 replay_->gap() + ")");
  if (lock_) return read_meta();
  const bool unclean = was_left_open(directory_);
  if (auto written = write_marker(directory_); !written) return written;
  marked_ = true;
  if (unclean) {
    if (auto verified = verify(); !verified) return verified;
  }
  return read_meta();
}

Status RocksStore::verify() {
  // What was read for this shall not push out what others need.
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  const auto status = db_->VerifyChecksum(options);
  if (!status.ok()) return tl::unexpected(error(status, "verify"));
  return {};
}

Status RocksStore::read_meta() {
  if (auto checked = check_format(); !checked) return checked;

  Status done;
  const auto one = [&](std::string_view name, auto parse, const char* what, auto& out) {
    if (done) done = read_meta(name, parse, what, out);
  };
  one(layout::kBatches, layout::number_of, "a batch number", batches_);
  one(layout::kPositions, layout::positions_of, "positions", positions_);
  one(layout::kAsOf, layout::instant_of, "an instant", positions_.as_of);
  one(layout::kTimerCursor, layout::instant_of, "a timer cursor", cursor_);
  return done;
}

// `out` stays as it is where nothing is known by that name.
template <typename Value>
Status RocksStore::read_meta(std::string_view name, std::optional<Value> (*parse)(std::string_view),
                             const char* what, Value& out) {
  auto bytes = read(layout::meta_key(name));
  if (!bytes) return tl::unexpected(std::move(bytes.error()));
  if (!*bytes) return {};
  const auto known = parse(**bytes);
  if (!known) return damaged(std::string(what) + " of an unknown form");
  out = *known;
  return {};
}

Status RocksStore::check_format() {
  const std::string key = layout::meta_key(layout::kFormat);
  auto format = read(key);
  if (!format) return tl::unexpected(std::move(format.error()));
  if (!*format) {
    // The first write of a new database. Missing beside other keys it is lost, and who knows what
    // else with it.
    std::unique_ptr<rocksdb::Iterator> any(db_->NewIterator(read_));
    any->SeekToFirst();
    if (!any->status().ok()) return tl::unexpected(error(any->status(), "open"));
    if (any->Valid()) return damaged("state without a format version");
    if (lock_) return {};
    const auto status = db_->Put(write_, slice(key), layout::number(kFormatVersion));
    if (!status.ok()) {
      write_failed_ = true;
      return tl::unexpected(error(status, "write the format version"));
    }
    return {};
  }
  const auto version = layout::number_of(**format);
  if (!version || *version == 0) return damaged("a format version of an unknown form");
  if (*version > kFormatVersion)
    return failure(Code::kNewerFormat, directory_ + ": state " + newer_format(*version));
  return {};
}

Result<std::optional<std::string>> RocksStore::read(std::string_view database_key) {
  // Not Get(.., std::string*): what a failed read leaves there is nobody's business.
  rocksdb::PinnableSlice value(&value_);
  const auto status = db_->Get(read_, db_->DefaultColumnFamily(), slice(database_key), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return tl::unexpected(error(status, "get"));
  return std::optional<std::string>(view(value));
}

Result<std::vector<std::optional<std::string>>> RocksStore::get_many(
    std::span<const std::string> keys) {
  std::size_t bytes = keys.size();
  for (const std::string& key : keys) bytes += key.size();
  key_.clear();
  key_.reserve(bytes);  // The slices point into it.
  slices_.clear();
  for (const std::string& key : keys) {
    const std::size_t begin = key_.size();
    layout::state_key(key, key_);
    slices_.emplace_back(key_.data() + begin, key_.size() - begin);
  }
  values_.resize(keys.size());
  statuses_.assign(keys.size(), rocksdb::Status());
  db_->MultiGet(read_, db_->DefaultColumnFamily(), keys.size(), slices_.data(), values_.data(),
                statuses_.data());

  std::vector<std::optional<std::string>> out(keys.size());
  const rocksdb::Status* failed = nullptr;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (statuses_[i].ok()) {
      out[i].emplace(view(values_[i]));
    } else if (!statuses_[i].IsNotFound() && failed == nullptr) {
      failed = &statuses_[i];
    }
    values_[i].Reset();  // Lets go of the block it was read from.
  }
  if (failed != nullptr) return tl::unexpected(error(*failed, "get"));
  return out;
}

// Of two changes of one key the later stays behind the earlier.
const std::vector<const Batch::Change*>& RocksStore::in_key_order(const Batch& batch) {
  ordered_.clear();
  for (const Batch::Change& change : batch.changes()) ordered_.push_back(&change);
  std::ranges::stable_sort(
      ordered_, {}, [](const Batch::Change* change) -> const std::string& { return change->key; });
  return ordered_;
}

Status RocksStore::apply(const Batch& batch) {
  if (lock_) return failure(Code::kPermission, directory_ + ": opened to be read only");
  if (batch.empty()) return {};
  // Appending to a batch in memory without a limit cannot fail.
  const auto add = [](const rocksdb::Status& added) { VASTE_CHECK(added.ok()); };
  write_batch_.Clear();
  // First, where GaplessReplay looks for it.
  add(write_batch_.Put(layout::meta_key(layout::kBatches), layout::number(batches_ + 1)));
  for (const Batch::Change* change : in_key_order(batch)) {
    key_.clear();
    layout::state_key(change->key, key_);
    add(change->value ? write_batch_.Put(key_, *change->value) : write_batch_.Delete(key_));
  }
  for (const Batch::TimerChange& change : batch.timer_changes()) {
    key_.clear();
    layout::timer_key(change.timer, key_);
    add(change.added ? write_batch_.Put(key_, rocksdb::Slice()) : write_batch_.Delete(key_));
  }
  const Instant cursor = batch.cursor_after(cursor_);
  if (cursor != cursor_)
    add(write_batch_.Put(layout::meta_key(layout::kTimerCursor), layout::instant(cursor)));
  const Positions positions = batch.positions_after(positions_);
  if (batch.positions())
    add(write_batch_.Put(layout::meta_key(layout::kPositions), layout::positions(positions)));
  if (positions.as_of != positions_.as_of)
    add(write_batch_.Put(layout::meta_key(layout::kAsOf), layout::instant(positions.as_of)));

  const auto status = db_->Write(write_, &write_batch_);
  // What was kept in memory, and a slice of a restore, are megabytes, and there is a while between
  // two of them.
  if (write_batch_.Data().capacity() > kKeptBatchBytes)
    write_batch_ = rocksdb::WriteBatch(0, 0, kProtectionBytes, 0);
  if (!status.ok()) {
    write_failed_ = true;
    return tl::unexpected(error(status, "write"));
  }
  ++batches_;
  cursor_ = cursor;
  positions_ = positions;
  return {};
}

Result<std::vector<Timer>> RocksStore::due(Instant until, std::size_t max) {
  std::vector<Timer> out;
  if (until < cursor_ || max == 0) return out;
  // The lower bound keeps the scan off the tombstones of all timers that fired before.
  const std::string lower = layout::first_timer_at(cursor_);
  const std::string upper = layout::after_timers_until(until);
  const rocksdb::Slice lower_slice(lower);
  const rocksdb::Slice upper_slice(upper);
  rocksdb::ReadOptions options = read_;
  options.iterate_lower_bound = &lower_slice;
  options.iterate_upper_bound = &upper_slice;
  std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(options));
  for (it->SeekToFirst(); it->Valid() && out.size() < max; it->Next()) {
    const auto timer = layout::timer_of(view(it->key()));
    if (!timer) return damaged("a timer of an unknown form");
    out.push_back(*timer);
  }
  if (!it->status().ok()) return tl::unexpected(error(it->status(), "read timers"));
  return out;
}

Status RocksStore::scan(std::string_view prefix, std::string_view from, const Visit& visit) {
  std::string lower;
  layout::state_key(prefix, lower);
  const std::string upper = layout::after_prefix(lower);
  if (from > prefix) {
    lower.clear();
    layout::state_key(from, lower);
    if (lower >= upper) return {};
  }
  const rocksdb::Slice upper_slice(upper);
  rocksdb::ReadOptions options = read_;
  options.iterate_upper_bound = &upper_slice;
  options.fill_cache = false;
  while (true) {
    std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(options));
    std::size_t seen = 0;
    for (it->Seek(lower); it->Valid() && seen < kScanStretch; it->Next(), ++seen)
      if (!visit(layout::state_of(view(it->key())), view(it->value()))) return {};
    if (!it->status().ok()) return tl::unexpected(error(it->status(), "scan"));
    if (!it->Valid()) return {};
    lower = it->key().ToString();
  }
}

Status RocksStore::checkpoint(const std::string& path) {
  if (lock_) return failure(Code::kPermission, directory_ + ": opened to be read only");
  const std::string what = "checkpoint to " + path;
  rocksdb::Checkpoint* made = nullptr;
  auto status = rocksdb::Checkpoint::Create(db_.get(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  // The log files have what no flush has written yet: a flush would hold the caller for longer.
  constexpr auto kNoFlush = std::numeric_limits<std::uint64_t>::max();
  if (status.ok()) status = checkpoint->CreateCheckpoint(path, kNoFlush);
  if (status.ok()) return {};
  // A copy that failed says nothing of the database itself, unlike `error` of other calls.
  return tl::unexpected(rocks_error(status, directory_ + ": " + what));
}

Stats RocksStore::stats() {
  const auto number = [this](const std::string& property) {
    std::uint64_t value = 0;
    return db_->GetIntProperty(property, &value) ? value : 0;
  };
  using Properties = rocksdb::DB::Properties;
  Stats stats;
  stats.live_sst_bytes = number(Properties::kLiveSstFilesSize);
  stats.memtable_bytes = number(Properties::kCurSizeAllMemTables);
  stats.pending_compaction_bytes = number(Properties::kEstimatePendingCompactionBytes);
  stats.keys = number(Properties::kEstimateNumKeys);
  stats.background_errors = number(Properties::kBackgroundErrors);
  stats.write_stopped = number(Properties::kIsWriteStopped) != 0;
  std::string level0;
  if (db_->GetProperty(Properties::kNumFilesAtLevelPrefix + "0", &level0))
    stats.level0_files = std::strtoull(level0.c_str(), nullptr, 10);
  return stats;
}

Error RocksStore::error(const rocksdb::Status& status, std::string_view what) {
  Error error = rocks_error(status, directory_ + ": " + std::string(what));
  if (error.code == Code::kCorrupt) damaged_ = true;
  return error;
}

tl::unexpected<Error> RocksStore::damaged(std::string detail) {
  damaged_ = true;
  return failure(Code::kCorrupt, directory_ + ": " + std::move(detail));
}

}  // namespace

Result<std::unique_ptr<Store>> open_rocks(RocksEnvironment& environment,
                                          const std::string& directory) {
  if (auto made = make_directory(directory); !made) return tl::unexpected(std::move(made.error()));
  rocksdb::Options options = environment.impl().options;
  Result<std::unique_ptr<GaplessReplay>> replay = std::make_unique<GaplessReplay>(0);
  if (is_rocks_directory(directory)) {
    // Not held until the database is opened, which takes it by itself.
    const auto lock = DirectoryLock::take(directory);
    if (!lock) return tl::unexpected(lock.error());
    replay = gapless_replay(options, directory);
  }
  if (!replay) return tl::unexpected(std::move(replay.error()));
  options.wal_filter = replay->get();
  rocksdb::DB* db = nullptr;
  const auto status = rocksdb::DB::Open(options, directory, &db);
  if (!status.ok()) return tl::unexpected(rocks_error(status, "open " + directory));
  auto store = std::make_unique<RocksStore>(std::move(*replay), std::unique_ptr<rocksdb::DB>(db),
                                            directory, std::nullopt);
  if (auto begun = store->begin(); !begun) return tl::unexpected(std::move(begun.error()));
  const auto& behind = environment.impl().behind;
  if (behind->bytes == 0) return store;
  return write_behind(std::move(store), behind);
}

Result<std::unique_ptr<Store>> open_rocks_to_read(RocksEnvironment& environment,
                                                  const std::string& directory) {
  // First, since to take the lock makes its file.
  if (!is_rocks_directory(directory))
    return failure(Code::kNotFound, directory + ": no database is there");
  auto lock = DirectoryLock::take(directory);
  if (!lock) return tl::unexpected(std::move(lock.error()));
  rocksdb::Options options = environment.impl().options;
  options.create_if_missing = false;
  auto replay = gapless_replay(options, directory);
  if (!replay) return tl::unexpected(std::move(replay.error()));
  options.wal_filter = replay->get();
  rocksdb::DB* db = nullptr;
  const auto status = rocksdb::DB::OpenForReadOnly(options, directory, &db);
  if (!status.ok()) return tl::unexpected(rocks_error(status, "open " + directory + " to read"));
  auto store = std::make_unique<RocksStore>(std::move(*replay), std::unique_ptr<rocksdb::DB>(db),
                                            directory, std::move(*lock));
  if (auto begun = store->begin(); !begun) return tl::unexpected(std::move(begun.error()));
  return store;
}

}  // namespace vaste::store
