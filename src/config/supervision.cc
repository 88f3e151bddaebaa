#include "config/supervision.h"

#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>

namespace vaste::config {

namespace {

std::optional<std::int64_t> number(const char* text) {
  if (text == nullptr) return std::nullopt;
  std::int64_t value = 0;
  const char* end = text + std::strlen(text);
  const auto read = std::from_chars(text, end, value);
  if (read.ec != std::errc() || read.ptr != end || value <= 0) return std::nullopt;
  return value;
}

}  // namespace

Supervision supervision(const char* socket, const char* watchdog_usec, const char* watchdog_pid,
                        long pid) {
  Supervision out;
  if (socket != nullptr && (socket[0] == '/' || socket[0] == '@')) out.socket = socket;
  if (watchdog_pid != nullptr && number(watchdog_pid) != pid) return out;
  if (const auto usec = number(watchdog_usec)) out.watchdog = Millis(*usec / 1000);
  return out;
}

Supervision supervision() {
  // NOLINTBEGIN(concurrency-mt-unsafe): read at start, nobody sets
  return supervision(std::getenv("NOTIFY_SOCKET"), std::getenv("WATCHDOG_USEC"),
                     std::getenv("WATCHDOG_PID"), ::getpid());
  // NOLINTEND(concurrency-mt-unsafe)
}

}  // namespace vaste::config
