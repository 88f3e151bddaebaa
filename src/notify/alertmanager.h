// Tells an Alertmanager what is in the book, through its API v2.
//
// Threads: all functions from one; the thread of its own posts.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <span>
#include <thread>

#include "clocks/timeline.h"
#include "config/config.h"
#include "notify/book.h"
#include "notify/http_client.h"
#include "notify/sink.h"

namespace vaste::notify {

using Timelines = std::function<std::shared_ptr<const clocks::Timeline>()>;

std::string postings_json(std::span<const Posting> postings);

class Alertmanager {
 public:
  Alertmanager(const config::Notify& notify, Timelines timelines, metrics::Registry& registry);
  ~Alertmanager();
  Alertmanager(const Alertmanager&) = delete;
  Alertmanager& operator=(const Alertmanager&) = delete;

  void start();
  void stop();  // What holds is not ended: another instance goes on, or the next start.

  void take(Notice notice, std::int32_t partition, bool measured, Instant now);
  void forget(const std::string& id);
  void forget_partition(std::int32_t partition);
  // While it is so nothing is told for the first time: its end may stand a few records on.
  void reading(bool is_so);
  void wake() { wake_.notify_one(); }

 private:
  void run();
  void settle(std::span<const Posting> postings, const Result<int>& answer, Instant now);

  const config::AlertmanagerSink sink_;
  const Timelines timelines_;
  HttpClient http_;
  config::Url url_;
  std::mutex mutex_;  // of all below but the thread
  std::condition_variable wake_;
  Book book_;
  SinkCounters counters_;
  std::minstd_rand random_{std::random_device{}()};
  int failures_ = 0;
  Instant paused_until_ = kNever;
  bool reading_ = true;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace vaste::notify
