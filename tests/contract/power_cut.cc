#include "contract/power_cut.h"

#include <filesystem>

namespace vaste::store {

namespace fs = std::filesystem;

class PowerCutFileSystem::File final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  File(std::unique_ptr<rocksdb::FSWritableFile> inner, std::shared_ptr<Known> known,
       PowerCutFileSystem& owner)
      : FSWritableFileOwnerWrapper(std::move(inner)),
        known_(std::move(known)),
        mutex_(owner.mutex_),
        owner_(owner) {}

  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
    const std::lock_guard lock(mutex_);
    if (owner_.full_) return refuse();
    auto status = FSWritableFileOwnerWrapper::Append(data, options, debug);
    if (status.ok()) known_->written += data.size();
    return status;
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo& info,
                           rocksdb::IODebugContext* debug) override {
    const std::lock_guard lock(mutex_);
    if (owner_.full_) return refuse();
    auto status = FSWritableFileOwnerWrapper::Append(data, options, info, debug);
    if (status.ok()) known_->written += data.size();
    return status;
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                         rocksdb::IODebugContext* debug) override {
    const std::lock_guard lock(mutex_);
    auto status = FSWritableFileOwnerWrapper::Sync(options, debug);
    if (status.ok()) reached();
    return status;
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* debug) override {
    const std::lock_guard lock(mutex_);
    auto status = FSWritableFileOwnerWrapper::Fsync(options, debug);
    if (status.ok()) reached();
    return status;
  }
  // Says nothing of the file's size, and so counts as no sync: a disk may do it, or not.
  rocksdb::IOStatus RangeSync(std::uint64_t offset, std::uint64_t size,
                              const rocksdb::IOOptions& options,
                              rocksdb::IODebugContext* debug) override {
    return FSWritableFileOwnerWrapper::RangeSync(offset, size, options, debug);
  }

 private:
  rocksdb::IOStatus refuse() {
    ++owner_.refused_;
    return rocksdb::IOStatus::NoSpace("the test's disk is full");
  }
  void reached() {
    known_->synced = known_->written;
    known_->ever_synced = true;
  }

  std::shared_ptr<Known> known_;
  std::mutex& mutex_;
  PowerCutFileSystem& owner_;
};

rocksdb::IOStatus PowerCutFileSystem::NewWritableFile(
    const std::string& name, const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* file, rocksdb::IODebugContext* debug) {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<rocksdb::FSWritableFile> inner;
  auto status = FileSystemWrapper::NewWritableFile(name, options, &inner, debug);
  if (!status.ok()) return status;
  auto known = std::make_shared<Known>();
  files_[fs::path(name).lexically_normal().string()] = known;
  *file = std::make_unique<File>(std::move(inner), std::move(known), *this);
  return status;
}

rocksdb::IOStatus PowerCutFileSystem::RenameFile(const std::string& from, const std::string& to,
                                                 const rocksdb::IOOptions& options,
                                                 rocksdb::IODebugContext* debug) {
  const std::lock_guard lock(mutex_);
  auto status = FileSystemWrapper::RenameFile(from, to, options, debug);
  if (!status.ok()) return status;
  const auto found = files_.find(fs::path(from).lexically_normal().string());
  if (found == files_.end()) return status;
  files_[fs::path(to).lexically_normal().string()] = found->second;
  files_.erase(found);
  return status;
}

rocksdb::IOStatus PowerCutFileSystem::DeleteFile(const std::string& name,
                                                 const rocksdb::IOOptions& options,
                                                 rocksdb::IODebugContext* debug) {
  const std::lock_guard lock(mutex_);
  return FileSystemWrapper::DeleteFile(name, options, debug);
}

std::uint64_t PowerCutFileSystem::cut(const std::string& directory, const std::string& to,
                                      std::mt19937_64& random) {
  const std::lock_guard lock(mutex_);
  std::uint64_t lost = 0;
  fs::remove_all(to);
  fs::create_directories(to);
  for (const auto& entry : fs::directory_iterator(directory)) {
    const fs::path copy = fs::path(to) / entry.path().filename();
    const auto known = files_.find(entry.path().lexically_normal().string());
    if (known == files_.end()) {
      fs::copy_file(entry.path(), copy);
      continue;
    }
    const Known& file = *known->second;
    const std::uint64_t tail = file.written - file.synced;
    if (!file.ever_synced && random() % 4 == 0) {  // not even its name reached the disk
      lost += file.written;
      continue;
    }
    const std::uint64_t kept = file.synced + (tail == 0 ? 0 : random() % (tail + 1));
    fs::copy_file(entry.path(), copy);
    if (kept < fs::file_size(copy)) fs::resize_file(copy, kept);
    lost += file.written - kept;
  }
  return lost;
}

}  // namespace vaste::store
