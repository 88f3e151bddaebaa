#include "serve/supervisor.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>

#include "base/log.h"

namespace vaste::serve {

namespace {

// How often news are looked for, and the most that is asked for at a time while starting.
constexpr Millis kLook{1000};
constexpr std::string_view kMoreTime = "EXTEND_TIMEOUT_USEC=60000000\n";

std::string line_of(const std::vector<std::string>& reasons) {
  constexpr std::size_t kMost = 500;
  std::string line;
  for (const std::string& reason : reasons) {
    if (!line.empty()) line += "; ";
    line += reason;
  }
  if (line.size() > kMost) line.resize(kMost);
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < 0x20; }, ' ');
  return line;
}

std::int64_t monotonic_us() {
  using namespace std::chrono;
  return duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace

Supervisor::Supervisor(const std::string& socket, Millis watchdog)
    : address_(socket),
      interval_(watchdog > Millis(0) ? std::clamp(watchdog / 4, Millis(50), kLook) : kLook) {
  if (address_.empty()) return;
  socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket_ < 0)
    log::error("the service manager is not told: " + std::generic_category().message(errno));
}

Supervisor::~Supervisor() {
  if (socket_ >= 0) ::close(socket_);
}

void Supervisor::turn(const Health& health, Instant now) {
  // A clock that was set back must not silence us.
  if (socket_ < 0 || (now >= last_ && now - last_ < interval_)) return;
  last_ = now;
  std::string news;
  const auto reasons = health.reasons();
  const bool alive = health.stuck(now).empty();
  if (!ready_ && reasons.empty()) {
    ready_ = true;
    news += "READY=1\n";
  }
  if (std::string status = reasons.empty() ? "ready" : line_of(reasons); status != status_) {
    status_ = std::move(status);
    news += "STATUS=" + status_ + '\n';
  }
  if (alive) news += ready_ ? "WATCHDOG=1\n" : kMoreTime;
  if (!news.empty()) say(news);
}

void Supervisor::reloading() {
  say("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_us()) + '\n');
}

void Supervisor::reloaded() {
  say("READY=1\n");
}

void Supervisor::stopping() {
  say("STOPPING=1\nSTATUS=finishing what was begun\n");
}

void Supervisor::say(std::string_view news) {
  if (socket_ < 0) return;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  if (address_.size() >= sizeof(to.sun_path)) {
    errno = ENAMETOOLONG;
  } else {
    std::memcpy(to.sun_path, address_.data(), address_.size());
    if (address_[0] == '@') to.sun_path[0] = '\0';  // a name, not a file
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
    if (::sendto(socket_, news.data(), news.size(), MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr*>(&to), size) >= 0)
      return;
  }
  if (!refused_)
    log::warning("the service manager does not hear: " + std::generic_category().message(errno));
  refused_ = true;
}

}  // namespace vaste::serve
