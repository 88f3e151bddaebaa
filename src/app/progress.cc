#include "app/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "app/terminal.h"

namespace vaste::app {
namespace {

using namespace std::chrono_literals;

constexpr auto kSilence = 1s;  // what is over by then needs no word
constexpr auto kTerminalEvery = 200ms;
constexpr auto kLineEvery = 5s;
constexpr int kMostBar = 30;
constexpr int kLeastBar = 5;
constexpr int kUsualColumns = 80;
constexpr double kWeight = 0.3;  // of the newest rate

int columns_of_terminal() {
  winsize size{};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : kUsualColumns;
}

std::string span_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min", (whole + 30) / 60);
  return fmt::format("{:.1f} h", static_cast<double>(whole) / 3600);
}

double share(const Standing& at) {
  return std::min(1.0, static_cast<double>(at.done) / static_cast<double>(at.total));
}

std::string counts_text(const Standing& at) {
  if (at.unit.empty()) return span_text(at.seconds);
  std::string out = at.total > 0
                        ? fmt::format("{:.0f} % of {} {}", 100 * share(at), at.total, at.unit)
                        : fmt::format("{} {}", at.done, at.unit);
  out += fmt::format(", {:.0f}/s", at.rate);
  if (at.total > at.done && at.rate > 0)
    out += fmt::format(", {} left", span_text(static_cast<double>(at.total - at.done) / at.rate));
  if (at.bad > 0) out += fmt::format(", {} bad lines", at.bad);
  return out;
}

}  // namespace

std::string progress_text(const Standing& at, int columns) {
  const std::string counts = counts_text(at);
  std::string out = at.work + ": " + counts;
  if (columns == 0) return out;
  const int room = columns - static_cast<int>(at.work.size() + counts.size()) - 5;
  if (at.total > 0 && room >= kLeastBar) {
    const int size = std::min(room, kMostBar);
    const int full = static_cast<int>(share(at) * size);
    out = fmt::format("{} [{}{}] {}", at.work, std::string(static_cast<std::size_t>(full), '#'),
                      std::string(static_cast<std::size_t>(size - full), '-'), counts);
  }
  // A line that wraps cannot be taken away again.
  const auto most = static_cast<std::size_t>(std::max(1, columns - 1));
  return out.size() > most ? out.substr(0, most) : out;
}

Progress::Progress(std::string work, std::string unit, std::uint64_t total)
    : work_(std::move(work)), unit_(std::move(unit)), total_(total), drawing_([this] { draw(); }) {}

Progress::~Progress() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  over_.notify_all();
  drawing_.join();
}

double Progress::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
}

void Progress::draw() {
  const bool terminal = isatty(STDERR_FILENO) != 0;
  Standing at{.work = work_, .unit = unit_};
  std::chrono::milliseconds pause = terminal ? kSilence : kLineEvery;
  std::unique_lock lock(mutex_);
  while (!over_.wait_for(lock, pause, [this] { return ended_; })) {
    const double now = seconds();
    const std::uint64_t done = done_;
    const double rate =
        static_cast<double>(done - std::min(done, at.done)) / std::max(0.001, now - at.seconds);
    at.rate = at.seconds == 0 ? rate : kWeight * rate + (1 - kWeight) * at.rate;
    at.done = done;
    at.total = total_;
    at.bad = bad_;
    at.seconds = now;
    if (terminal) {
      show_moving(progress_text(at, columns_of_terminal()));
      pause = kTerminalEvery;
    } else {
      say(progress_text(at, 0));
    }
  }
  if (terminal) show_moving({});
}

}  // namespace vaste::app
