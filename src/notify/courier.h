// One webhook: its journal, and the thread that carries what is in it.
//
// At least once, each with the id it always has; of one alert in order. A receiver that is away is
// asked again with growing pauses; one message that it refuses holds up nobody but its own alert.
// Threads: take() and sync() from one; the courier's own delivers.
#pragma once

#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <random>
#include <thread>

#include "config/config.h"
#include "notify/http_client.h"
#include "notify/journal.h"
#include "notify/notice.h"
#include "notify/sink.h"

namespace vaste::notify {

// The first that is due and not behind another of its alert; end(): none.
std::list<Delivery>::iterator next_due(std::list<Delivery>& waiting, Instant now);

std::string delivery_id(const Notice& notice);  // "ALERT.REVISION"

class Courier {
 public:
  Courier(config::WebhookSink sink, const config::Notify& notify, std::unique_ptr<Journal> journal,
          metrics::Registry& registry);
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  void start();
  void stop();  // Waits for what is under way.

  // `measured`: how long it took says something of this vaste. `news`: it was not there before
  // anybody was told at all, so that being too old for it is a loss.
  void take(const Notice& notice, Instant now, bool measured, bool news);
  Status sync();  // As Journal::sync.

 private:
  void run();
  void expire(Instant now);
  Result<int> carry(const Delivery& delivery);
  void settle(std::list<Delivery>::iterator at, const Result<int>& answer, Instant now);
  void say_failed(const Delivery& delivery, const std::string& why);
  double chance() { return std::uniform_real_distribution<>(0, 1)(random_); }

  const config::WebhookSink sink_;
  const Millis give_up_after_;
  HttpClient http_;
  std::mutex mutex_;  // of all below but the thread
  std::condition_variable wake_;
  std::unique_ptr<Journal> journal_;
  SinkCounters counters_;
  std::minstd_rand random_{std::random_device{}()};
  int failures_ = 0;  // in a row, of the receiver as a whole
  Instant paused_until_ = kNever;
  bool said_failed_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace vaste::notify
