#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "kafka/transaction.h"

namespace vaste::kafka {

namespace {
constexpr int kExitCode = 70;  // EX_SOFTWARE of sysexits.h
using Steady = std::chrono::steady_clock;

// librdkafka's threads sleep until an instant of the wall clock (cnd_timedwait, up to 2.15.1): set
// back by an hour, they sleep for an hour longer, and neither read nor keep their place in the
// group. To begin anew costs seconds, and nothing is lost.
constexpr Millis kClockSetBack{5000};
constexpr Millis kClockLook{1000};

Millis wall_less_steady() {
  return std::chrono::duration_cast<Millis>(std::chrono::system_clock::now().time_since_epoch() -
                                            Steady::now().time_since_epoch());
}
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
      if (next != nullptr && next->until <= now)
        bite(std::string(next->what) + " did not come back within " +
             std::to_string(next->limit.count()) + " ms");
      look_at_clock();
      sleeping_until = now + kClockLook;
      if (next != nullptr) sleeping_until = std::min(sleeping_until, next->until);
      changed.wait_until(lock, sleeping_until);
    }
  }

  void look_at_clock() {
    const Millis difference = wall_less_steady();
    const Millis back = clock - difference;
    clock = difference;
    if (back > kClockSetBack)
      bite("the machine's clock was set back by " + std::to_string(back.count()) + " ms");
  }

  [[noreturn]] void bite(const std::string& why) const {
    // No unwinding and no locks of others: some thread is stuck, and may hold them.
    if (last_words) last_words(why + ": this process ends, exit code 70");
    ::_exit(kExitCode);
  }

  std::function<void(std::string_view)> last_words;
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::uint64_t, Watch> watches;
  std::uint64_t last_ticket = 0;
  Steady::time_point sleeping_until{};
  Millis clock = wall_less_steady();  // when it was last looked at
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
