// What the databases of a process share, and RocksDB's errors in our words. Private to the store.
#pragma once

#include <rocksdb/options.h>
#include <rocksdb/status.h>

#include <memory>
#include <string_view>

#include "base/result.h"
#include "store/rocks_store.h"
#include "store/write_behind.h"

namespace vaste::store {

struct RocksEnvironment::Impl {
  rocksdb::Options options;  // holds the shared parts alive, also for databases that outlive us
  std::shared_ptr<WriteBehind> behind;
};

// `what` says what was tried, on which directory.
Error rocks_error(const rocksdb::Status& status, std::string_view what);

}  // namespace vaste::store
