#include "store/rocks_replay.h"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <memory>
#include <optional>

#include "store/layout.h"
#include "store/rocks_environment.h"

namespace vaste::store {

namespace {

class NoReplay final : public rocksdb::WalFilter {
 public:
  WalProcessingOption LogRecordFound(unsigned long long, const std::string&,
                                     const rocksdb::WriteBatch&, rocksdb::WriteBatch*,
                                     bool*) override {
    return WalProcessingOption::kIgnoreCurrentRecord;
  }
  const char* Name() const override { return "vaste.none"; }
};

// The number is what a batch begins with; older programs and the format's own record have none.
class FirstOf final : public rocksdb::WriteBatch::Handler {
 public:
  using Handler::PutCF;
  rocksdb::Status PutCF(std::uint32_t, const rocksdb::Slice& key,
                        const rocksdb::Slice& value) override {
    static const std::string batches = layout::meta_key(layout::kBatches);
    if (key == batches) number_ = layout::number_of({value.data(), value.size()});
    seen_ = true;
    return rocksdb::Status::OK();
  }
  rocksdb::Status DeleteCF(std::uint32_t, const rocksdb::Slice&) override {
    seen_ = true;
    return rocksdb::Status::OK();
  }
  bool Continue() override { return !seen_; }
  const std::optional<std::uint64_t>& number() const { return number_; }

 private:
  bool seen_ = false;
  std::optional<std::uint64_t> number_;
};

// The number of the newest batch in the tables, without what the log files hold; 0: none.
Result<std::uint64_t> batches_in_tables(const rocksdb::Options& options,
                                        const std::string& directory) {
  NoReplay nothing;
  rocksdb::Options tables = options;
  tables.create_if_missing = false;
  tables.wal_filter = &nothing;
  rocksdb::DB* opened = nullptr;
  auto status = rocksdb::DB::OpenForReadOnly(tables, directory, &opened);
  const std::unique_ptr<rocksdb::DB> db(opened);
  std::string value;
  if (status.ok())
    status = db->Get(rocksdb::ReadOptions(), layout::meta_key(layout::kBatches), &value);
  if (status.IsNotFound()) return 0;
  if (!status.ok()) return tl::unexpected(rocks_error(status, "open " + directory));
  const auto number = layout::number_of(value);
  if (!number) return failure(Code::kCorrupt, directory + ": a batch number of an unknown form");
  return *number;
}

}  // namespace

rocksdb::WalFilter::WalProcessingOption GaplessReplay::LogRecordFound(
    unsigned long long, const std::string& file, const rocksdb::WriteBatch& batch,
    rocksdb::WriteBatch*, bool*) {
  FirstOf first;
  if (!batch.Iterate(&first).ok()) return WalProcessingOption::kCorruptedRecord;
  if (!first.number() || *first.number() <= last_) return WalProcessingOption::kContinueProcessing;
  if (*first.number() > last_ + 1) {
    gap_ = file + ": batch " + std::to_string(*first.number()) + " follows on " +
           std::to_string(last_);
    return WalProcessingOption::kStopReplay;
  }
  last_ = *first.number();
  return WalProcessingOption::kContinueProcessing;
}

Result<std::unique_ptr<GaplessReplay>> gapless_replay(const rocksdb::Options& options,
                                                      const std::string& directory) {
  const auto in_tables = batches_in_tables(options, directory);
  if (!in_tables) return tl::unexpected(in_tables.error());
  return std::make_unique<GaplessReplay>(*in_tables);
}

}  // namespace vaste::store
