#include "notify/courier.h"

#include <unordered_set>

#include "base/log.h"
#include "notify/backoff.h"
#include "notify/signature.h"

namespace vaste::notify {

namespace {

constexpr Millis kLookAgain{500};

bool is_taken(const Result<int>& answer) {
  return answer && *answer >= 200 && *answer < 300;
}

// The message, not the receiver, is what is wrong.
bool is_refused(const Result<int>& answer) {
  return answer && *answer >= 300 && *answer < 500 && *answer != 408 && *answer != 429;
}

}  // namespace

std::list<Delivery>::iterator next_due(std::list<Delivery>& waiting, Instant now) {
  std::unordered_set<std::string_view> before;
  for (auto at = waiting.begin(); at != waiting.end(); ++at) {
    if (!before.insert(at->alert).second) continue;
    if (at->next <= now) return at;
  }
  return waiting.end();
}

std::string delivery_id(const Notice& notice) {
  return notice.id + '.' + std::to_string(notice.revision);
}

Courier::Courier(config::WebhookSink sink, const config::Notify& notify,
                 std::unique_ptr<Journal> journal, metrics::Registry& registry)
    : sink_(std::move(sink)),
      give_up_after_(notify.give_up_after),
      http_(notify.networks),
      journal_(std::move(journal)),
      counters_(registry, sink_.name) {}

Courier::~Courier() {
  stop();
}

void Courier::start() {
  counters_.lost(journal_->damaged(), "lines of the journal are damaged", system_now());
  if (!journal_->waiting().empty())
    log::info("notify " + sink_.name + ": " + std::to_string(journal_->waiting().size()) +
              " deliveries are left from before");
  thread_ = std::thread([this] { run(); });
}

void Courier::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Courier::take(const Notice& notice, Instant now, bool measured, bool news) {
  const std::lock_guard lock(mutex_);
  if (notice.decided + give_up_after_ < now) {
    if (news) counters_.lost(1, "nobody acts on them any more", now);
    return;
  }
  Delivery delivery{delivery_id(notice), notice.id,
                    notice.kind(),       measured ? notice.since() : kNever,
                    notice.decided,      {}};
  delivery.body = body_of(notice, delivery.id);
  const std::size_t lost = journal_->put(std::move(delivery));
  counters_.lost(lost, "more wait than `notify.journal_size` has room for", now);
}

Status Courier::sync() {
  const std::lock_guard lock(mutex_);
  auto synced = journal_->sync();
  wake_.notify_one();
  return synced;
}

void Courier::expire(Instant now) {
  auto& waiting = journal_->waiting();
  std::size_t lost = 0;
  for (auto at = waiting.begin(); at != waiting.end() && at->decided + give_up_after_ < now;) {
    const std::string id = (at++)->id;
    journal_->done(id);
    ++lost;
  }
  counters_.lost(lost, "the receiver did not take them for too long", now);
}

void Courier::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const Instant now = system_now();
    expire(now);
    auto& waiting = journal_->waiting();
    const auto at = now < paused_until_ ? waiting.end() : next_due(waiting, now);
    if (at == waiting.end()) {
      wake_.wait_for(lock, kLookAgain);
      continue;
    }
    at->under_way = true;
    const Delivery delivery = *at;
    lock.unlock();
    const Result<int> answer = carry(delivery);
    lock.lock();
    at->under_way = false;
    settle(at, answer, system_now());
  }
}

Result<int> Courier::carry(const Delivery& delivery) {
  const std::string timestamp = std::to_string(to_ms(system_now()) / 1000);
  return http_.post(sink_.url,
                    {"Content-Type: application/json", "X-Vaste-Delivery: " + delivery.id,
                     "X-Vaste-Timestamp: " + timestamp,
                     "X-Vaste-Signature: " + signature(sink_.secret, timestamp, delivery.body)},
                    delivery.body);
}

void Courier::settle(std::list<Delivery>::iterator at, const Result<int>& answer, Instant now) {
  counters_.attempt(is_taken(answer));
  if (is_taken(answer)) {
    counters_.took(at->kind, at->since, now);
    journal_->done(at->id);
    failures_ = 0;
    if (said_failed_) log::info("notify " + sink_.name + ": deliveries are taken again");
    said_failed_ = false;
    // What is not written is delivered once more after a crash, which receivers must bear anyway;
    // the journal's own trouble is told where alerts are put into it.
    static_cast<void>(journal_->sync());
    return;
  }
  say_failed(*at, answer ? "status " + std::to_string(*answer) : answer.error().detail);
  at->next = now + pause_after(++at->attempts, chance());
  if (!is_refused(answer)) paused_until_ = now + pause_after(++failures_, chance());
}

void Courier::say_failed(const Delivery& delivery, const std::string& why) {
  if (said_failed_) return;  // The counter goes on; a line an attempt would fill the disk.
  said_failed_ = true;
  log::warning("notify " + sink_.name + ": delivery " + delivery.id +
               " failed, it is repeated: " + why);
}

}  // namespace vaste::notify
