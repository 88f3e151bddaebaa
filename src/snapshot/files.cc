#include "snapshot/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "snapshot/digest.h"

namespace vaste::snapshot {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPiece = 1 << 20;
constexpr std::size_t kLongest = 64 << 20;

class Descriptor {
 public:
  Descriptor(const std::string& file, int flags)
      : number_(::open(file.c_str(), flags | O_CLOEXEC, 0600)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  explicit operator bool() const { return number_ >= 0; }
  int operator*() const { return number_; }

 private:
  int number_;
};

tl::unexpected<Error> last_failure(const std::string& what) {
  return system_failure({errno, std::generic_category()}, what);
}

// 0: the end.
Result<std::size_t> read_piece(int file, const std::string& name, std::vector<char>& piece) {
  while (true) {
    const ssize_t count = ::read(file, piece.data(), piece.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) return last_failure("read " + name);
  }
}

Status write_all(int file, const std::string& name, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return last_failure("write " + name);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace

tl::unexpected<Error> system_failure(const std::error_code& error, const std::string& what) {
  Code code = Code::kInternal;
  if (error == std::errc::no_space_on_device || error == std::errc::file_too_large)
    code = Code::kNoSpace;
  if (error == std::errc::permission_denied || error == std::errc::read_only_file_system ||
      error == std::errc::operation_not_permitted)
    code = Code::kPermission;
  if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory)
    code = Code::kNotFound;
  if (error == std::errc::io_error) code = Code::kCorrupt;
  return failure(code, what + ": " + error.message());
}

Result<Sum> sum(const std::string& from, const std::string& to, bool sync,
                const OnBytes& on_bytes) {
  const Descriptor in(from, O_RDONLY);
  if (!in) return last_failure("open " + from);
  std::optional<Descriptor> out;
  if (!to.empty()) {
    out.emplace(to, O_WRONLY | O_CREAT | O_TRUNC);
    if (!*out) return last_failure("make " + to);
  }
  Sum found;
  Sha256 hash;
  std::vector<char> piece(kPiece);
  while (true) {
    auto count = read_piece(*in, from, piece);
    if (!count) return tl::unexpected(std::move(count.error()));
    if (*count == 0) break;
    const std::string_view bytes(piece.data(), *count);
    hash.add(bytes);
    found.bytes += *count;
    if (out)
      if (auto written = write_all(**out, to, bytes); !written)
        return tl::unexpected(std::move(written.error()));
    if (on_bytes && !on_bytes(*count)) return failure(Code::kAborted, "asked to stop");
  }
  if (sync && ::fsync(out ? **out : *in) != 0) return last_failure("sync " + (out ? to : from));
  found.sha256 = hash.hex();
  return found;
}

Status sync_folder(const std::string& folder) {
  const Descriptor at(folder, O_RDONLY | O_DIRECTORY);
  if (!at || ::fsync(*at) != 0) return last_failure("sync " + folder);
  return {};
}

Status write_whole(const std::string& file, std::string_view text) {
  const std::string part = file + ".part";
  {
    const Descriptor out(part, O_WRONLY | O_CREAT | O_TRUNC);
    if (!out) return last_failure("make " + part);
    if (auto written = write_all(*out, part, text); !written) return written;
    if (::fsync(*out) != 0) return last_failure("sync " + part);
  }
  std::error_code error;
  fs::rename(part, file, error);
  if (error) return system_failure(error, "rename " + part);
  return sync_folder(fs::path(file).parent_path().string());
}

Result<std::optional<std::string>> read_whole(const std::string& file) {
  const Descriptor in(file, O_RDONLY);
  if (!in && errno == ENOENT) return std::nullopt;
  if (!in) return last_failure("open " + file);
  std::string text;
  std::vector<char> piece(kPiece);
  while (true) {
    auto count = read_piece(*in, file, piece);
    if (!count) return tl::unexpected(std::move(count.error()));
    if (*count == 0) return std::optional(std::move(text));
    text.append(piece.data(), *count);
    if (text.size() > kLongest) return failure(Code::kCorrupt, file + " is far too long");
  }
}

}  // namespace vaste::snapshot
