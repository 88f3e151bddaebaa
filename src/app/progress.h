// How far long work is, for whoever waits for it: a bar that moves on a terminal, a line now and
// then elsewhere, and nothing at all when it is over within a second.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace vaste::app {

struct Standing {
  std::string work;  // "reading vaste.alerts"
  std::string unit;  // "records"; empty: it is only waited for
  std::uint64_t done = 0;
  std::uint64_t total = 0;  // 0: nobody knows
  std::uint64_t bad = 0;    // lines
  double seconds = 0;       // since it began
  double rate = 0;          // a second, lately
};
// "reading vaste.alerts [####----] 50 % of 200 records, 10/s, 10 s left"; `columns` is the width of
// the terminal, 0 stands for none: then there is no bar.
std::string progress_text(const Standing& standing, int columns);

// Threads: it draws in one of its own, so that what blocks is told of as well; any may count.
class Progress {
 public:
  explicit Progress(std::string work, std::string unit = {}, std::uint64_t total = 0);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();  // nothing of it stays on the screen

  void add() { ++done_; }
  void add_bad() { ++bad_; }
  void stands_at(std::uint64_t done, std::uint64_t total) {
    done_ = done;
    total_ = total;
  }

  std::uint64_t done() const { return done_; }
  std::uint64_t bad() const { return bad_; }
  double seconds() const;

 private:
  void draw();

  const std::string work_;
  const std::string unit_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::atomic<std::uint64_t> done_ = 0;
  std::atomic<std::uint64_t> total_;
  std::atomic<std::uint64_t> bad_ = 0;
  std::mutex mutex_;
  std::condition_variable over_;
  bool ended_ = false;   // under mutex_
  std::thread drawing_;  // last: it uses all of these
};

}  // namespace vaste::app
