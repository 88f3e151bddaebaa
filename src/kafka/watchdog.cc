#include <unistd.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "kafka/transaction.h"

namespace vaste::kafka {

namespace {
constexpr int kExitCode = 70;  // EX_SOFTWARE of sysexits.h
using Steady = std::chrono::steady_clock;
}  // namespace

struct Watchdog::Impl {
  struct Watch {
    Steady::time_point until;
    Millis limit;
    const char* what;
  };

  explicit Impl(std::function<void(std::string_view)> words) : last_words(std::move(words)) {
    thread = std::thread([this] { run(); });
  }

  ~Impl() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    changed.notify_one();
    thread.join();
  }

  std::uint64_t arm(Millis limit, const char* what) {
    std::uint64_t ticket = 0;
    bool first = false;
    {
      const std::lock_guard lock(mutex);
      ticket = ++last_ticket;
      const Watch watch{Steady::now() + limit, limit, what};
      // Armed around every commit: the thread is woken only when it would sleep too long.
      first = watch.until < sleeping_until;
      watches.emplace(ticket, watch);
    }
    if (first) changed.notify_one();
    return ticket;
  }

  void disarm(std::uint64_t ticket) {
    const std::lock_guard lock(mutex);
    watches.erase(ticket);
  }

  void run() {
    std::unique_lock lock(mutex);
    while (!stopping) {
      const Watch* next = nullptr;
      for (const auto& [ticket, watch] : watches) {
        if (next == nullptr || watch.until < next->until) next = &watch;
      }
      const auto now = Steady::now();
      if (next != nullptr && next->until <= now) bite(*next);
      sleeping_until = next != nullptr ? next->until : now + std::chrono::hours(1);
      changed.wait_until(lock, sleeping_until);
    }
  }

  [[noreturn]] void bite(const Watch& watch) const {
    // No unwinding and no locks of others: some thread is stuck, and may hold them.
    if (last_words) {
      last_words(std::string(watch.what) + " did not come back within " +
                 std::to_string(watch.limit.count()) + " ms: this process ends, exit code 70");
    }
    ::_exit(kExitCode);
  }

  std::function<void(std::string_view)> last_words;
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::uint64_t, Watch> watches;
  std::uint64_t last_ticket = 0;
  Steady::time_point sleeping_until{};
  bool stopping = false;
  std::thread thread;  // Last: it uses all of the above.
};

Watchdog::Watchdog(std::function<void(std::string_view)> last_words)
    : impl_(std::make_unique<Impl>(std::move(last_words))) {}
Watchdog::~Watchdog() = default;

Watchdog::Guard::Guard(Watchdog& dog, Millis limit, const char* what)
    : dog_(dog), ticket_(dog.impl_->arm(limit, what)) {}
Watchdog::Guard::~Guard() {
  dog_.impl_->disarm(ticket_);
}

}  // namespace vaste::kafka
