#include "store/rocks_environment.h"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/statistics.h>
#include <rocksdb/table.h>
#include <rocksdb/table_properties.h>
#include <rocksdb/utilities/table_properties_collectors.h>
#include <rocksdb/write_buffer_manager.h>
#include <sys/resource.h>

#include <algorithm>

#include "store/layout.h"

namespace vaste::store {

namespace {

// Looks at timers alone. They fire in the order of their keys, and scans would go over what is left
// of them. The index of breaches loses its entries all over, and its scans begin where it begins:
// counted with them, each flush was compacted at once, a fifth of all there was to do.
class TimersOnly final : public rocksdb::TablePropertiesCollector {
 public:
  explicit TimersOnly(std::unique_ptr<rocksdb::TablePropertiesCollector> inner)
      : inner_(std::move(inner)) {}
  rocksdb::Status AddUserKey(const rocksdb::Slice& key, const rocksdb::Slice& value,
                             rocksdb::EntryType type, rocksdb::SequenceNumber sequence,
                             std::uint64_t file_size) override {
    if (!layout::timer_of({key.data(), key.size()})) return rocksdb::Status::OK();
    return inner_->AddUserKey(key, value, type, sequence, file_size);
  }
  rocksdb::Status Finish(rocksdb::UserCollectedProperties* properties) override {
    return inner_->Finish(properties);
  }
  rocksdb::UserCollectedProperties GetReadableProperties() const override {
    return inner_->GetReadableProperties();
  }
  const char* Name() const override { return "vaste.timers"; }
  bool NeedCompact() const override { return inner_->NeedCompact(); }

 private:
  std::unique_ptr<rocksdb::TablePropertiesCollector> inner_;
};

class OfTimers final : public rocksdb::TablePropertiesCollectorFactory {
 public:
  explicit OfTimers(std::shared_ptr<rocksdb::TablePropertiesCollectorFactory> inner)
      : inner_(std::move(inner)) {}
  rocksdb::TablePropertiesCollector* CreateTablePropertiesCollector(Context context) override {
    return new TimersOnly(std::unique_ptr<rocksdb::TablePropertiesCollector>(
        inner_->CreateTablePropertiesCollector(context)));
  }
  const char* Name() const override { return "vaste.timers"; }

 private:
  std::shared_ptr<rocksdb::TablePropertiesCollectorFactory> inner_;
};

constexpr std::size_t kMemtableBytes = 8 << 20;  // Small: there is one a partition.
constexpr double kBloomBitsPerKey = 10;
// Timers are written and erased again: a stretch of a file with so many tombstones asks for
// compaction.
constexpr std::size_t kTombstoneWindow = 1024;
constexpr std::size_t kTombstonesInWindow = 256;
constexpr double kTombstoneShare = 0.5;
constexpr double kFileShare = 0.6;  // of the process's file handles; sockets need the rest
constexpr int kFilesLeast = 20;     // below this RocksDB raises it by itself

rocksdb::CompressionType compression() {
  const auto known = rocksdb::GetSupportedCompressions();
  for (const auto wanted : {rocksdb::kLZ4Compression, rocksdb::kSnappyCompression})
    if (std::find(known.begin(), known.end(), wanted) != known.end()) return wanted;
  return rocksdb::kNoCompression;
}

int open_files(int databases) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return kFilesLeast;
  const auto handles = static_cast<double>(std::min<rlim_t>(limit.rlim_cur, 1 << 20));
  return std::max(kFilesLeast, static_cast<int>(kFileShare * handles) / std::max(1, databases));
}

rocksdb::BlockBasedTableOptions table_options(std::shared_ptr<rocksdb::Cache> cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = std::move(cache);
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
  table.whole_key_filtering = true;
  table.optimize_filters_for_memory = true;
  table.format_version = 5;
  const rocksdb::CacheEntryRoleOptions charged{rocksdb::CacheEntryRoleOptions::Decision::kEnabled};
  for (const auto role :
       {rocksdb::CacheEntryRole::kBlockBasedTableReader,
        rocksdb::CacheEntryRole::kFilterConstruction, rocksdb::CacheEntryRole::kFileMetadata})
    table.cache_usage_options.options_overrides[role] = charged;
  return table;
}

bool mentions(const std::string& text, std::string_view words) {
  return text.find(words) != std::string::npos;
}

Code code_of(const rocksdb::Status& status, const std::string& text) {
  if (status.IsNoSpace() ||
      (status.IsIOError() && status.subcode() == rocksdb::Status::kSpaceLimit))
    return Code::kNoSpace;
  if (status.IsCorruption()) return Code::kCorrupt;
  if (status.IsBusy() || status.IsTimedOut() || status.IsTryAgain() || status.IsIncomplete() ||
      status.IsShutdownInProgress() || status.IsMemoryLimit())
    return Code::kUnavailable;
  if (!status.IsIOError()) return Code::kInternal;
  // RocksDB keeps no errno but ENOSPC's: what is no damage has to be told by its text.
  if (mentions(text, "Permission denied") || mentions(text, "Read-only file system"))
    return Code::kPermission;
  if (mentions(text, "/LOCK:") || mentions(text, "Too many open files")) return Code::kUnavailable;
  // After any other error of the disk 7.8.3 may have lost a file that it was making (#11865): the
  // changelog knows better.
  return Code::kCorrupt;
}

}  // namespace

RocksEnvironment::RocksEnvironment(const Options& options) : impl_(std::make_unique<Impl>()) {
  rocksdb::Env* const env = rocksdb::Env::Default();
  const int threads = std::max(1, options.background_threads);
  env->SetBackgroundThreads(threads, rocksdb::Env::LOW);
  env->SetBackgroundThreads(1, rocksdb::Env::HIGH);
  // What is merged now or later makes no difference to who waits for an answer: it takes what
  // others leave of the processors. Should it fall behind, RocksDB holds writes back.
  env->LowerThreadPoolCPUPriority(rocksdb::Env::LOW, rocksdb::CpuPriority::kLow);

  // Not strict: a full cache shall cost memory and an alert, not fail reads.
  auto cache = rocksdb::NewLRUCache(options.block_cache_bytes, -1, false);

  impl_->behind = std::make_shared<WriteBehind>();
  impl_->behind->bytes = options.behind_bytes;

  rocksdb::Options& out = impl_->options;
  out.env = env;
  out.create_if_missing = true;
  out.write_buffer_manager =
      std::make_shared<rocksdb::WriteBufferManager>(options.write_buffer_bytes, cache);
  // Each database makes its own SstFileManager, whose thread resumes writing once a full disk has
  // space again. One for all deadlocks in 7.8.3: whoever meets a full disk while that thread still
  // sleeps for a database that was closed waits for it, holding what it needs.
  out.max_background_jobs = threads + 1;
  out.max_open_files = open_files(options.databases);

  out.write_buffer_size = kMemtableBytes;
  out.max_write_buffer_number = 3;
  out.target_file_size_base = kMemtableBytes;
  out.max_bytes_for_level_base = 4 * kMemtableBytes;
  out.level_compaction_dynamic_level_bytes = true;
  // All of it, though files that a flush leaves are merged soon: uncompressed they made a state of
  // a million conversations 502 MiB instead of 358, and to verify after a crash all of it is read.
  out.compression = compression();
  out.bytes_per_sync = 1 << 20;
  out.table_properties_collector_factories.push_back(
      std::make_shared<OfTimers>(rocksdb::NewCompactOnDeletionCollectorFactory(
          kTombstoneWindow, kTombstonesInWindow, kTombstoneShare)));
  out.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table_options(cache)));

  // A batch comes in the order of its keys, so the next key's place in the memtable is looked for
  // from the last one's of its kind.
  out.memtable_insert_with_hint_prefix_extractor.reset(
      rocksdb::NewCappedPrefixTransform(layout::kKindBytes));

  // Beyond the defaults (paranoid_checks, force_consistency_checks,
  // verify_sst_unique_id_in_manifest).
  out.paranoid_file_checks = true;
  // Not here: atomic_flush, row_cache, track_and_verify_wals_in_manifest, each with a bug in 7.8.3.

  out.info_log_level = rocksdb::WARN_LEVEL;
  out.keep_log_file_num = 2;
  out.max_log_file_size = 1 << 20;
  out.recycle_log_file_num = 0;
  out.statistics = rocksdb::CreateDBStatistics();
  // Counts alone: what reads a clock is left out.
  out.statistics->set_stats_level(rocksdb::StatsLevel::kExceptHistogramOrTimers);
  out.stats_dump_period_sec = 0;
  out.stats_persist_period_sec = 0;
}

RocksEnvironment::~RocksEnvironment() = default;

RocksEnvironment::Totals RocksEnvironment::totals() const {
  const rocksdb::Statistics& statistics = *impl_->options.statistics;
  return {statistics.getTickerCount(rocksdb::BLOCK_CACHE_HIT),
          statistics.getTickerCount(rocksdb::BLOCK_CACHE_MISS),
          static_cast<double>(statistics.getTickerCount(rocksdb::STALL_MICROS)) / 1e6};
}

Error rocks_error(const rocksdb::Status& status, std::string_view what) {
  const std::string text = status.ToString();
  return {code_of(status, text), std::string(what) + ": " + text};
}

}  // namespace vaste::store
