#include "app/lines.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "app/terminal.h"

namespace vaste::app {
namespace {

constexpr std::size_t kRead = 64 << 10;
constexpr int kTurnMs = 200;

}  // namespace

Result<Lines> Lines::open(const std::string& file) {
  if (file == "-") return Lines(STDIN_FILENO, "<stdin>");
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor >= 0) return Lines(descriptor, file);
  const int why = errno;
  return failure(why == EACCES ? Code::kPermission : Code::kNotFound,
                 fmt::format("{}: {}", file, std::generic_category().message(why)));
}

Lines::Lines(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}

Lines::Lines(Lines&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      name_(std::move(other.name_)),
      buffer_(std::move(other.buffer_)),
      begin_(other.begin_),
      scanned_(other.scanned_),
      ended_(other.ended_),
      skipping_(other.skipping_),
      number_(other.number_) {}

Lines::~Lines() {
  if (descriptor_ > STDIN_FILENO) close(descriptor_);
}

Result<bool> Lines::fill() {
  if (begin_ > 0) {
    buffer_.erase(0, begin_);
    begin_ = 0;
  }
  const std::size_t kept = buffer_.size();
  buffer_.resize(kept + kRead);
  ssize_t got = -1;
  do {
    // Not read() alone: a signal just before it would only be seen when the next line comes.
    pollfd ready{.fd = descriptor_, .events = POLLIN, .revents = 0};
    while (!interrupted() && poll(&ready, 1, kTurnMs) == 0) {
    }
    got = interrupted() ? 0 : read(descriptor_, buffer_.data() + kept, kRead);
  } while (got < 0 && errno == EINTR);
  const int why = errno;
  buffer_.resize(kept + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (got >= 0) return got > 0;
  return failure(Code::kInternal,
                 fmt::format("{}: {}", name_, std::generic_category().message(why)));
}

Result<std::optional<std::string_view>> Lines::next() {
  while (!interrupted()) {
    const auto end = buffer_.find('\n', begin_ + scanned_);
    const bool last = end == std::string::npos && ended_;
    if (end == std::string::npos && !last) {
      scanned_ = buffer_.size() - begin_;
      if (scanned_ > kLongest) {
        skipping_ = true;
        begin_ = buffer_.size();
        scanned_ = 0;
      }
      auto more = fill();
      if (!more) return tl::unexpected(more.error());
      ended_ = !*more;
      continue;
    }
    if (last && begin_ == buffer_.size() && !skipping_) return std::optional<std::string_view>();
    const std::size_t stop = last ? buffer_.size() : end;
    std::string_view line = std::string_view(buffer_).substr(begin_, stop - begin_);
    begin_ = last ? stop : stop + 1;
    scanned_ = 0;
    ++number_;
    if (std::exchange(skipping_, false)) {
      return failure(Code::kTooLarge, fmt::format("longer than {} MiB", kLongest >> 20));
    }
    if (line.ends_with('\r')) line.remove_suffix(1);
    return std::optional(line);
  }
  return std::optional<std::string_view>();
}

}  // namespace vaste::app
