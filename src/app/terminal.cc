#include "app/terminal.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "app/exit_code.h"

namespace vaste::app {
namespace {

volatile std::sig_atomic_t signalled = 0;
bool lost = false;
std::mutex speaking;
std::string moving;  // under speaking

void erase_moving() {
  if (!moving.empty()) fmt::print(stderr, "\r\x1b[K");
}

void draw_moving() {
  if (!moving.empty()) fmt::print(stderr, "\r{}\x1b[K", moving);
  std::fflush(stderr);
}

void on_signal(int) {
  signalled = 1;
}

// Levenshtein's distance; a swap of neighbours, the commonest slip, counts once.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      d[i][j] = std::min(
          {d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

void say(std::string_view line) {
  const std::lock_guard lock(speaking);
  erase_moving();
  fmt::print(stderr, "{}\n", printable(line));
  draw_moving();
}

void show_moving(std::string_view line) {
  const std::lock_guard lock(speaking);
  if (line.empty()) erase_moving();
  moving = printable(line);
  draw_moving();
}

int give_up(const Error& error) {
  say("vaste: error: " + error.detail);
  return exit_code(error.code);
}

void catch_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;  // Without SA_RESTART: a read that waits must come back.
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool interrupted() {
  return signalled != 0;
}

void sleep_seconds(double seconds) {
  using Clock = std::chrono::steady_clock;
  constexpr auto kTurn = std::chrono::milliseconds(50);
  const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                      std::chrono::duration<double>(std::min(seconds, 1e9)));
  for (auto now = Clock::now(); now < end && !interrupted(); now = Clock::now()) {
    std::this_thread::sleep_for(std::min<Clock::duration>(end - now, kTurn));
  }
}

namespace {

// What could not be written, or 0.
int write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (done >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(done));
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace

bool write_out(std::string_view bytes) {
  int error = 0;
  {
    const std::lock_guard lock(speaking);
    if (!bytes.empty()) erase_moving();
    error = write_all(bytes);
    if (!bytes.empty()) draw_moving();
  }
  if (error == 0) return true;
  if (error == EPIPE) return false;
  lost = true;
  say(fmt::format("vaste: error: stdout: {}", std::generic_category().message(error)));
  return false;
}

bool output_lost() {
  return lost;
}

bool nobody_reads() {
  pollfd out{.fd = STDOUT_FILENO, .events = 0, .revents = 0};
  return poll(&out, 1, 0) > 0 && (out.revents & POLLERR) != 0;
}

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
  constexpr std::size_t kLongest = 256;  // of what is compared; the cost grows with its square
  if (word.empty() || word.size() > kLongest) return {};
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    std::size_t how_far = candidate.size() > kLongest ? kLongest : distance(word, candidate);
    // "alert" or "conv" is a beginning, not a slip.
    if (word.size() >= 3 && candidate.starts_with(word))
      how_far = std::min<std::size_t>(how_far, 1);
    if (how_far < best_distance) {
      best_distance = how_far;
      best = candidate;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  const std::string found = nearest(word, candidates);
  return found.empty() ? found : fmt::format(" Did you mean `{}`?", found);
}

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return 0;
  }
  const bool overlong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
  const bool beyond = (lead == 0xed && byte(1) > 0x9f) || (lead == 0xf4 && byte(1) > 0x8f);
  return overlong || beyond ? 0 : length;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto byte = static_cast<unsigned char>(text[0]);
    // C1 controls are C2 80..9F in UTF-8.
    const bool c1 = length == 2 && byte == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0;
    if (length == 0 || c1 || byte < 0x20 || byte == 0x7f) {
      for (const char one : text.substr(0, std::max<std::size_t>(length, 1))) {
        out += fmt::format("\\x{:02x}", static_cast<unsigned char>(one));
      }
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

}  // namespace vaste::app
