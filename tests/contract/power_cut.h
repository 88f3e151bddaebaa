// A file system that can be full, and that remembers what was synced, so that a cut of power can be
// played: what was not
// synced is lost, from some point in it on, and files that nobody synced may not even have a name.
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>

namespace vaste::store {

class PowerCutFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  PowerCutFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "PowerCut"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;

  // From now on no byte fits on the disk any more.
  void fill() { full_ = true; }
  // So many writes did not fit.
  int refused() const { return refused_; }

  // The directory as a machine would find it after the cut, in `to`. Files that were written by
  // others, or before, are whole. Returns how many bytes were lost.
  std::uint64_t cut(const std::string& directory, const std::string& to, std::mt19937_64& random);

 private:
  class File;
  struct Known {
    std::uint64_t written = 0;
    std::uint64_t synced = 0;
    bool ever_synced = false;
  };

  std::mutex mutex_;  // Around each operation, so that a cut falls between two of them.
  std::map<std::string, std::shared_ptr<Known>> files_;
  std::atomic<bool> full_{false};
  std::atomic<int> refused_{0};
};

}  // namespace vaste::store
