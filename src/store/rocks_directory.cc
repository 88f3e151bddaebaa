#include "store/rocks_directory.h"

#include <fcntl.h>
#include <rocksdb/env.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include "store/rocks_environment.h"
#include "store/rocks_store.h"

namespace vaste::store {

namespace {

namespace fs = std::filesystem;

constexpr const char* kMarker = "vaste.open";
constexpr const char* kQuarantine = ".quarantine-";

tl::unexpected<Error> system_failure(const std::error_code& error, const std::string& what) {
  Code code = Code::kInternal;
  if (error == std::errc::no_space_on_device) code = Code::kNoSpace;
  if (error == std::errc::permission_denied || error == std::errc::read_only_file_system ||
      error == std::errc::operation_not_permitted)
    code = Code::kPermission;
  if (error == std::errc::too_many_files_open || error == std::errc::too_many_files_open_in_system)
    code = Code::kUnavailable;
  return failure(code, what + ": " + error.message());
}

std::error_code last_error() {
  return {errno, std::generic_category()};
}

fs::path marker(const std::string& directory) {
  return fs::path(directory) / kMarker;
}

std::error_code sync(const std::string& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (file < 0) return last_error();
  std::error_code error;
  if (::fsync(file) != 0) error = last_error();
  ::close(file);
  return error;
}

// "core-3/" and "core-3" are one directory.
fs::path without_slash(const std::string& directory) {
  fs::path path(directory);
  return path.has_filename() ? path : path.parent_path();
}

// The number of a quarantine of `directory`, if `path` is one.
std::optional<std::uint64_t> quarantine_number(const fs::path& path, const fs::path& directory) {
  const std::string name = path.filename().string();
  const std::string prefix = directory.filename().string() + kQuarantine;
  if (!name.starts_with(prefix)) return {};
  std::uint64_t number = 0;
  const char* const end = name.data() + name.size();
  const auto [last, error] = std::from_chars(name.data() + prefix.size(), end, number);
  if (error != std::errc() || last != end) return {};
  return number;
}

}  // namespace

Status check_closed(const std::string& directory) {
  std::error_code error;
  if (!fs::exists(fs::path(directory) / "LOCK", error)) return {};
  if (auto lock = DirectoryLock::take(directory); !lock)
    return tl::unexpected(std::move(lock.error()));
  return {};
}

Result<DirectoryLock> DirectoryLock::take(const std::string& directory) {
  rocksdb::FileLock* lock = nullptr;
  const auto status =
      rocksdb::Env::Default()->LockFile((fs::path(directory) / "LOCK").string(), &lock);
  if (!status.ok()) return tl::unexpected(rocks_error(status, directory + " is in use"));
  return DirectoryLock(lock);
}

DirectoryLock::~DirectoryLock() {
  if (lock_ != nullptr) rocksdb::Env::Default()->UnlockFile(lock_);
}

bool is_rocks_directory(const std::string& directory) {
  std::error_code error;
  return fs::exists(fs::path(directory) / "CURRENT", error);
}

Status make_directory(const std::string& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) return system_failure(error, "make " + directory);
  return {};
}

bool was_left_open(const std::string& directory) {
  std::error_code error;
  return fs::exists(marker(directory), error);
}

Status write_marker(const std::string& directory) {
  if (auto error = sync(marker(directory).string(), O_WRONLY | O_CREAT | O_TRUNC))
    return system_failure(error, "write " + marker(directory).string());
  if (auto error = sync(directory, O_RDONLY | O_DIRECTORY))
    return system_failure(error, "sync " + directory);
  return {};
}

void remove_marker(const std::string& directory) {
  std::error_code error;
  fs::remove(marker(directory), error);
}

Status quarantine(const std::string& directory) {
  const fs::path from = without_slash(directory);
  const fs::path parent = from.has_parent_path() ? from.parent_path() : fs::path(".");
  std::error_code error;
  if (!fs::exists(from, error)) return {};
  if (auto closed = check_closed(from.string()); !closed)
    return failure(Code::kUnavailable, "not moved: " + closed.error().detail);

  std::uint64_t next = 1;
  std::vector<fs::path> older;
  for (fs::directory_iterator it(parent, error), end; !error && it != end; it.increment(error)) {
    const auto number = quarantine_number(it->path(), from);
    if (!number) continue;
    next = std::max(next, *number + 1);
    older.push_back(it->path());
  }
  if (error) return system_failure(error, "list " + parent.string());

  const fs::path to = parent / (from.filename().string() + kQuarantine + std::to_string(next));
  fs::rename(from, to, error);
  if (error) return system_failure(error, "move " + from.string() + " to " + to.string());
  for (const fs::path& path : older) fs::remove_all(path, error);
  if (error) return system_failure(error, "remove an older quarantine of " + from.string());
  return {};
}

}  // namespace vaste::store
