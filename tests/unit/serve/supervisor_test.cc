// What a service manager hears, over a socket of its kind.
#include "serve/supervisor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <string>

namespace vaste::serve {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr Instant kNow = instant(1'767'258'000'000);

// A manager's end of it: an abstract name, so that nothing is left behind.
class Manager {
 public:
  Manager() : name_("@vaste-supervisor-test-" + std::to_string(::getpid())) {
    socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::memcpy(at.sun_path + 1, name_.data() + 1, name_.size() - 1);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&at),
                     static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size())),
              0);
  }
  ~Manager() { ::close(socket_); }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  const std::string& name() const { return name_; }

  // All that came since the last call.
  std::string heard() const {
    std::string all;
    std::array<char, 2048> datagram;
    for (;;) {
      const auto size = ::recv(socket_, datagram.data(), datagram.size(), 0);
      if (size < 0) return all;
      all.append(datagram.data(), static_cast<std::size_t>(size));
    }
  }

 private:
  std::string name_;
  int socket_ = -1;
};

TEST(Supervisor, HearsOfReadinessOnceItIsThere) {
  const Manager manager;
  Health health;
  Supervisor supervisor(manager.name(), Millis(60000));
  health.not_ready("core[3]", "restoring,\n120 records left");
  supervisor.turn(health, kNow);
  const std::string before = manager.heard();
  EXPECT_THAT(before, Not(HasSubstr("READY=1")));
  EXPECT_THAT(before, HasSubstr("STATUS=core[3]: restoring, 120 records left\n"));
  EXPECT_THAT(before, HasSubstr("EXTEND_TIMEOUT_USEC="));
  health.ready("core[3]");
  supervisor.turn(health, kNow + Millis(2000));
  EXPECT_EQ(manager.heard(), "READY=1\nSTATUS=ready\nWATCHDOG=1\n");
  supervisor.turn(health, kNow + Millis(4000));
  EXPECT_EQ(manager.heard(), "WATCHDOG=1\n");
}

// The point of it: who beats is the loop, not this thread.
TEST(Supervisor, IsFedAsLongAsEveryLoopTurns) {
  const Manager manager;
  Health health;
  Supervisor supervisor(manager.name(), Millis(60000));
  health.beat("worker 0", kNow);
  health.beat("worker 1", kNow);
  supervisor.turn(health, kNow);
  EXPECT_THAT(manager.heard(), HasSubstr("WATCHDOG=1"));
  Instant now = kNow;
  for (; now <= kNow + kLoopPatience; now += Millis(1000)) {
    health.beat("worker 0", now);
    supervisor.turn(health, now);
  }
  EXPECT_THAT(manager.heard(), HasSubstr("WATCHDOG=1"));
  for (int i = 0; i < 100; ++i, now += Millis(1000)) {
    health.beat("worker 0", now);
    supervisor.turn(health, now);
  }
  EXPECT_THAT(manager.heard(), Not(HasSubstr("WATCHDOG=1")));  // worker 1 hangs
  health.beat("worker 1", now);
  supervisor.turn(health, now);
  EXPECT_THAT(manager.heard(), HasSubstr("WATCHDOG=1"));
}

TEST(Supervisor, OfALoopThatHangsWhileStartingIsAskedForNoMoreTime) {
  const Manager manager;
  Health health;
  Supervisor supervisor(manager.name(), Millis(0));
  health.not_ready("worker 0", "connecting");
  health.beat("worker 0", kNow);
  supervisor.turn(health, kNow + kLoopPatience + Millis(1));
  EXPECT_EQ(manager.heard(), "STATUS=worker 0: connecting\n");
}

TEST(Supervisor, IsNotToldMoreOftenThanItNeeds) {
  const Manager manager;
  const Health health;
  Supervisor supervisor(manager.name(), Millis(2000));
  supervisor.turn(health, kNow);
  EXPECT_THAT(manager.heard(), Not(IsEmpty()));
  supervisor.turn(health, kNow + Millis(499));
  EXPECT_THAT(manager.heard(), IsEmpty());
  supervisor.turn(health, kNow + Millis(500));
  EXPECT_EQ(manager.heard(), "WATCHDOG=1\n");
  supervisor.turn(health, kNow - Millis(3600000));  // the clock was set back
  EXPECT_EQ(manager.heard(), "WATCHDOG=1\n");
}

TEST(Supervisor, HearsOfReloadsAndOfTheEnd) {
  const Manager manager;
  Supervisor supervisor(manager.name(), Millis(0));
  supervisor.reloading();
  EXPECT_THAT(manager.heard(), HasSubstr("RELOADING=1\nMONOTONIC_USEC="));
  supervisor.reloaded();
  EXPECT_EQ(manager.heard(), "READY=1\n");
  supervisor.stopping();
  EXPECT_THAT(manager.heard(), HasSubstr("STOPPING=1\n"));
}

TEST(Supervisor, NobodyIsThere) {
  const Health health;
  for (const std::string& socket :
       {std::string(), std::string("@vaste-nobody-listens-here"), std::string(300, '/')}) {
    Supervisor supervisor(socket, Millis(60000));
    supervisor.turn(health, kNow);
    supervisor.stopping();
  }
}

}  // namespace
}  // namespace vaste::serve
