// The stores that the contract suite runs on, in directories that go away with the test.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <ostream>
#include <string>

#include "base/check.h"
#include "store/memory_store.h"
#include "store/rocks_store.h"
#include "store/store.h"

namespace vaste::store {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = testing::TempDir() + "vaste-store-XXXXXX";
    VASTE_CHECK(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  std::string operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline RocksEnvironment::Options small_environment() {
  RocksEnvironment::Options options;
  options.block_cache_bytes = 8 << 20;
  options.write_buffer_bytes = 8 << 20;
  return options;
}

inline std::unique_ptr<Store> must_open(RocksEnvironment& environment,
                                        const std::string& directory) {
  auto store = open_rocks(environment, directory);
  if (!store) ADD_FAILURE() << store.error().detail;
  return store ? std::move(*store) : nullptr;
}

inline Id id(std::uint64_t number) {
  return {0x7000 + (number << 16), 0x8000000000000000 | number};
}

// kReopened: closed and opened again after every batch, so that everything is read from files.
// kBehind: RocksDB, of which nothing is written before it is closed; kHalfBehind: now and then.
enum class Kind { kMemory, kRocks, kReopened, kBehind, kHalfBehind };

inline std::ostream& operator<<(std::ostream& out, Kind kind) {
  switch (kind) {
    case Kind::kMemory:
      return out << "Memory";
    case Kind::kRocks:
      return out << "Rocks";
    case Kind::kReopened:
      return out << "RocksReopened";
    case Kind::kBehind:
      return out << "Behind";
    case Kind::kHalfBehind:
      return out << "HalfBehind";
  }
  return out;
}

inline RocksEnvironment::Options environment_of(Kind kind) {
  auto options = small_environment();
  if (kind == Kind::kBehind) options.behind_bytes = 64 << 20;
  if (kind == Kind::kHalfBehind) options.behind_bytes = 4 << 10;
  return options;
}

class Subject {
 public:
  explicit Subject(Kind kind) : kind_(kind), environment_(environment_of(kind)) {
    if (kind_ == Kind::kMemory) {
      store_ = make_memory_store();
    } else {
      open();
    }
  }

  Store& operator*() { return *store_; }
  Store* operator->() { return store_.get(); }

  void apply(const Batch& batch) {
    const auto applied = store_->apply(batch);
    ASSERT_TRUE(applied.has_value()) << applied.error().detail;
    if (kind_ == Kind::kReopened) reopen();
  }

  void reopen() {
    if (kind_ == Kind::kMemory) return;
    store_.reset();
    open();
  }

 private:
  void open() {
    store_ = must_open(environment_, directory_ / "db");
    VASTE_CHECK(store_ != nullptr);
  }

  Kind kind_;
  TemporaryDirectory directory_;
  RocksEnvironment environment_;
  std::unique_ptr<Store> store_;
};

}  // namespace vaste::store
