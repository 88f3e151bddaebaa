// What RocksDB replays of its log files at open: never more than follows on without a gap.
// Private to the store.
//
// A log file that lost its end is for RocksDB one that ends there, and it goes on with the next; of
// one that is missing it knows nothing. What the machine had not synced when it went down, and what
// a disk forgets or spoils, leaves such gaps, which the positions hide: the newest are there. So
// each batch carries its number (layout::kBatches), and replaying stops at the first that does not
// follow. What is left out comes from the changelog again, as the positions say.
#pragma once

#include <rocksdb/options.h>
#include <rocksdb/wal_filter.h>

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"

namespace vaste::store {

class GaplessReplay final : public rocksdb::WalFilter {
 public:
  // `last`: the number of the newest batch in the tables.
  explicit GaplessReplay(std::uint64_t last) : last_(last) {}

  WalProcessingOption LogRecordFound(unsigned long long log, const std::string& file,
                                     const rocksdb::WriteBatch& batch, rocksdb::WriteBatch*,
                                     bool*) override;
  const char* Name() const override { return "vaste.gapless"; }

  // Of the gap that replaying stopped at, "" when there was none.
  const std::string& gap() const { return gap_; }

 private:
  std::uint64_t last_;
  std::string gap_;
};

// For a database that is there; has to live for as long as what is opened with it. Looks into its
// tables, and only reads: the caller holds the directory's lock. Errors: as to open it.
Result<std::unique_ptr<GaplessReplay>> gapless_replay(const rocksdb::Options& options,
                                                      const std::string& directory);

}  // namespace vaste::store
