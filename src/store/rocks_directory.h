// A database's directory and the file in it that tells an unclean stop. Private to the store.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/result.h"

namespace rocksdb {
class FileLock;
}

namespace vaste::store {

Status make_directory(const std::string& directory);

// Held while somebody reads a database without opening it for writing, which would take the same
// one. Threads: as RocksDB's, one lock a database and process.
class DirectoryLock {
 public:
  // Errors: kUnavailable when some program, this one included, has the database open; kPermission.
  static Result<DirectoryLock> take(const std::string& directory);
  DirectoryLock(DirectoryLock&& other) noexcept : lock_(std::exchange(other.lock_, nullptr)) {}
  DirectoryLock& operator=(DirectoryLock&&) = delete;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(rocksdb::FileLock* lock) : lock_(lock) {}
  rocksdb::FileLock* lock_;
};

// The marker stands while the database is open, so one that is found before is from a program that
// did not close it, or a machine that went down.
bool was_left_open(const std::string& directory);
Status write_marker(const std::string& directory);  // on the disk when it returns
void remove_marker(
    const std::string& directory);  // One that stays costs a verification, nothing else.

}  // namespace vaste::store
