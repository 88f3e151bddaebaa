// Store on RocksDB: one database a partition, all databases of the process under one memory budget.
#pragma once

#include <memory>
#include <string>

#include "store/store.h"

namespace vaste::store {

// Cache, write buffers, background threads and file handles that all databases of a process share.
class RocksEnvironment {
 public:
  struct Options {
    std::uint64_t block_cache_bytes = 96
                                      << 20;  // write buffers and table readers are charged to it
    std::uint64_t write_buffer_bytes = 48 << 20;  // of all databases together
    std::uint64_t behind_bytes = 0;  // of all databases together, see write_behind.h; 0: not at all
    int databases = 16;              // expected, divides the file handles
    int background_threads = 2;
  };
  explicit RocksEnvironment(const Options& options);
  ~RocksEnvironment();

  // Of all databases since the environment was made. Threads: any.
  struct Totals {
    std::uint64_t cache_hits = 0, cache_misses = 0;  // in the block cache
    double stall_seconds = 0;                        // that writes were held back
  };
  Totals totals() const;

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

// Opens or makes the database in `directory`. After an unclean stop (a marker file is left while it
// is open) it verifies checksums first. Errors: kCorrupt (also: state format version newer than
// ours, said in the text), kUnavailable (locked by another process: says which directory),
// kNoSpace.
Result<std::unique_ptr<Store>> open_rocks(RocksEnvironment& environment,
                                          const std::string& directory);

// The same to look at, for a database that nobody has open: nothing in the directory changes, and
// apply() fails. As long as it is open it cannot be opened elsewhere. Errors: kNotFound (no
// database is there), else as above.
Result<std::unique_ptr<Store>> open_rocks_to_read(RocksEnvironment& environment,
                                                  const std::string& directory);
// What a database of ours would be in `directory`; it need not be whole.
bool is_rocks_directory(const std::string& directory);

// Errors: kUnavailable (some program, this one included, has the database in it open), kPermission.
Status check_closed(const std::string& directory);

// Moves a damaged database aside (`<directory>.quarantine-<n>`, only the newest is kept), so that
// it can be restored anew.
Status quarantine(const std::string& directory);

}  // namespace vaste::store
