#include "notify/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/hash.h"

namespace vaste::notify {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kSumDigits = 16;
constexpr std::int64_t kLeastRewrite = 1 << 20;

// "SUM {...}\n", SUM of what is between the blank and the line's end.
std::string line_of(const Json& json) {
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::array<char, kSumDigits + 1> sum{};
  std::snprintf(sum.data(), sum.size(), "%016llx", static_cast<unsigned long long>(hash64(text)));
  return std::string(sum.data()) + ' ' + text + '\n';
}

std::string put_line(const Delivery& one) {
  return line_of({{"put", one.id},
                  {"alert", one.alert},
                  {"kind", one.kind},
                  {"since", to_ms(one.since)},
                  {"decided", to_ms(one.decided)},
                  {"body", one.body}});
}

std::int64_t size_of(const Delivery& one) {
  return static_cast<std::int64_t>(one.body.size() + one.id.size() + one.alert.size() + 96);
}

Error error_of(const std::string& what, const std::string& file) {
  const int code = errno;
  return {code == ENOSPC || code == EDQUOT ? Code::kNoSpace : Code::kUnavailable,
          what + ' ' + file + ": " + std::generic_category().message(code)};
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

int open_locked(const std::string& file, int flags) {
  const int fd = ::open(file.c_str(), flags | O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return -1;
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
  ::close(fd);
  errno = EBUSY;
  return -1;
}

void sync_folder(const std::string& file) {
  const auto folder = std::filesystem::path(file).parent_path();
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

}  // namespace

Journal::Journal(std::string file, std::int64_t most_bytes)
    : file_(std::move(file)), most_bytes_(most_bytes) {}

Journal::~Journal() {
  // Deliveries that were done since are only repeated if this fails.
  if (fd_ >= 0 && !broken_) static_cast<void>(write_all(fd_, unwritten_));
  if (fd_ >= 0) ::close(fd_);
}

Result<std::unique_ptr<Journal>> Journal::open(const std::string& file, std::int64_t most_bytes) {
  std::error_code made;
  std::filesystem::create_directories(std::filesystem::path(file).parent_path(), made);
  if (made) return failure(Code::kConfig, "journal " + file + ": " + made.message());
  std::unique_ptr<Journal> journal(new Journal(file, most_bytes));
  journal->fd_ = open_locked(file, O_APPEND);
  if (journal->fd_ < 0) return failure(Code::kConfig, error_of("journal", file).detail);
  if (auto read = journal->read(); !read) return failure(Code::kConfig, read.error().detail);
  return journal;
}

Status Journal::read() {
  std::string bytes;
  std::array<char, 65536> some{};
  while (true) {
    const ssize_t got = ::read(fd_, some.data(), some.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return tl::unexpected(error_of("reading", file_));
    if (got == 0) break;
    bytes.append(some.data(), static_cast<std::size_t>(got));
  }
  std::string_view left = bytes;
  while (!left.empty()) {
    const auto end = left.find('\n');
    if (end == std::string_view::npos) break;  // torn: it was never told to be written
    take_line(left.substr(0, end));
    left.remove_prefix(end + 1);
  }
  if (left.empty() && damaged_ == 0) {
    file_bytes_ = static_cast<std::int64_t>(bytes.size());
    return {};
  }
  return rewrite();
}

void Journal::take_line(std::string_view line) {
  if (line.size() > kSumDigits + 1) {
    const std::string text(line.substr(kSumDigits + 1));
    std::array<char, kSumDigits + 1> sum{};
    std::snprintf(sum.data(), sum.size(), "%016llx", static_cast<unsigned long long>(hash64(text)));
    const Json json = Json::parse(text, nullptr, false);
    if (line.substr(0, kSumDigits) == sum.data() && json.is_object()) {
      if (json.contains("done")) {
        const auto found = by_id_.find(json.value("done", ""));
        if (found != by_id_.end()) erase(found->second);
        return;
      }
      Delivery one{json.value("put", ""),
                   json.value("alert", ""),
                   json.value("kind", ""),
                   instant(json.value("since", std::int64_t{0})),
                   instant(json.value("decided", std::int64_t{0})),
                   json.value("body", "")};
      if (by_id_.contains(one.id)) return;
      bytes_ += size_of(one);
      waiting_.push_back(std::move(one));
      by_id_[waiting_.back().id] = std::prev(waiting_.end());
      return;
    }
  }
  ++damaged_;
}

void Journal::erase(std::list<Delivery>::iterator at) {
  bytes_ -= size_of(*at);
  by_id_.erase(at->id);
  waiting_.erase(at);
}

std::size_t Journal::put(Delivery delivery) {
  if (by_id_.contains(delivery.id)) return 0;
  unwritten_ += put_line(delivery);
  bytes_ += size_of(delivery);
  waiting_.push_back(std::move(delivery));
  by_id_[waiting_.back().id] = std::prev(waiting_.end());
  std::size_t lost = 0;
  for (auto at = waiting_.begin(); bytes_ > most_bytes_ && std::next(at) != waiting_.end();) {
    const auto here = at++;
    if (here->under_way) continue;
    unwritten_ += line_of({{"done", here->id}});
    erase(here);
    ++lost;
  }
  return lost;
}

void Journal::done(const std::string& id) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return;
  unwritten_ += line_of({{"done", id}});
  erase(found->second);
}

bool Journal::has_grown() const {
  return file_bytes_ + static_cast<std::int64_t>(unwritten_.size()) >
         std::max(kLeastRewrite, 2 * least_bytes_);
}

Status Journal::sync() {
  if (broken_ || has_grown()) return rewrite();
  if (unwritten_.empty()) return {};
  if (!write_all(fd_, unwritten_) || ::fdatasync(fd_) != 0) {
    broken_ = true;
    unwritten_.clear();  // all that waits is in memory; the next call writes it
    return tl::unexpected(error_of("writing", file_));
  }
  file_bytes_ += static_cast<std::int64_t>(unwritten_.size());
  unwritten_.clear();
  return {};
}

// The new file is whole before it takes the old one's place.
Status Journal::rewrite() {
  std::string bytes;
  for (const Delivery& one : waiting_) bytes += put_line(one);
  const std::string fresh = file_ + ".new";
  const int fd = open_locked(fresh, O_APPEND | O_TRUNC);
  broken_ = true;
  if (fd < 0) return tl::unexpected(error_of("writing", fresh));
  if (!write_all(fd, bytes) || ::fdatasync(fd) != 0 ||
      ::rename(fresh.c_str(), file_.c_str()) != 0) {
    Error error = error_of("writing", fresh);
    ::close(fd);
    ::unlink(fresh.c_str());
    return tl::unexpected(std::move(error));
  }
  sync_folder(file_);
  ::close(fd_);
  fd_ = fd;
  file_bytes_ = least_bytes_ = static_cast<std::int64_t>(bytes.size());
  unwritten_.clear();
  broken_ = false;
  return {};
}

}  // namespace vaste::notify
