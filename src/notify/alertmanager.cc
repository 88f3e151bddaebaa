#include "notify/alertmanager.h"

#include <nlohmann/json.hpp>

#include "base/log.h"
#include "notify/backoff.h"

namespace vaste::notify {

namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t kMostPostings = 200;  // in one request
constexpr Millis kLookAgain{500};

config::Url api_of(config::Url url) {
  if (url.path.ends_with('/')) url.path.pop_back();
  url.path += "/api/v2/alerts";
  return url;
}

Book::Options options_of(const config::Notify& notify) {
  Book::Options options;
  options.resend = notify.alertmanager->resend;
  options.most_per_queue = static_cast<std::size_t>(notify.alertmanager->most_per_queue);
  options.link = notify.link;
  return options;
}

}  // namespace

std::string postings_json(std::span<const Posting> postings) {
  Json all = Json::array();
  for (const Posting& posting : postings) {
    Json labels = Json::object();
    for (const auto& [name, value] : posting.labels)
      if (!value.empty()) labels[name] = value;
    Json one{{"labels", std::move(labels)},
             {"annotations", posting.annotations},
             {"startsAt", rfc3339(posting.starts)},
             {"endsAt", rfc3339(posting.until)}};
    const auto link = posting.annotations.find("conversation");
    if (link != posting.annotations.end()) one["generatorURL"] = link->second;
    all.push_back(std::move(one));
  }
  return all.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Alertmanager::Alertmanager(const config::Notify& notify, Timelines timelines,
                           metrics::Registry& registry)
    : sink_(*notify.alertmanager),
      timelines_(std::move(timelines)),
      http_(notify.networks),
      url_(api_of(sink_.url)),
      book_(options_of(notify)),
      counters_(registry, "alertmanager") {}

Alertmanager::~Alertmanager() {
  stop();
}

void Alertmanager::start() {
  thread_ = std::thread([this] { run(); });
}

void Alertmanager::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Alertmanager::take(Notice notice, std::int32_t partition, bool measured, Instant now) {
  const auto timeline = timelines_();
  const clocks::CompiledPolicy& policy = timeline->at(now);
  Book::Labels labels{queue_label(notice, policy), brand_label(notice, policy)};
  const std::lock_guard lock(mutex_);
  if (!book_.on_notice(std::move(notice), std::move(labels), partition, measured))
    counters_.lost(1, "more hold at once than are kept in memory", now);
}

void Alertmanager::forget(const std::string& id) {
  const std::lock_guard lock(mutex_);
  book_.forget(id);
}

void Alertmanager::forget_partition(std::int32_t partition) {
  const std::lock_guard lock(mutex_);
  book_.forget_partition(partition);
}

void Alertmanager::reading(bool is_so) {
  const std::lock_guard lock(mutex_);
  reading_ = is_so;
}

void Alertmanager::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const Instant now = system_now();
    std::vector<Posting> postings;
    if (now >= paused_until_) {
      const auto timeline = timelines_();
      const auto held = [&](const Notice& notice, Instant at) -> std::optional<Instant> {
        if (!sink_.hold_pages) return std::nullopt;
        return held_until(notice, at, timeline->at(at));
      };
      postings = book_.due(now, kMostPostings, held, reading_);
    }
    if (postings.empty()) {
      wake_.wait_for(lock, kLookAgain);
      continue;
    }
    lock.unlock();
    const Result<int> answer =
        http_.post(url_, {"Content-Type: application/json"}, postings_json(postings));
    lock.lock();
    settle(postings, answer, system_now());
  }
}

void Alertmanager::settle(std::span<const Posting> postings, const Result<int>& answer,
                          Instant now) {
  const bool taken = answer && *answer >= 200 && *answer < 300;
  counters_.attempt(taken);
  if (!taken) {
    if (failures_++ == 0)
      log::warning("notify alertmanager: it does not take alerts, they are repeated: " +
                   (answer ? "status " + std::to_string(*answer) : answer.error().detail));
    const double chance = std::uniform_real_distribution<>(0, 1)(random_);
    paused_until_ = now + std::min(pause_after(failures_, chance), sink_.resend);
    return;
  }
  if (failures_ > 0) log::info("notify alertmanager: it takes alerts again");
  failures_ = 0;
  for (const Posting& posting : postings) {
    counters_.took(posting.kind, posting.since, now);
    book_.accepted(posting, now);
  }
}

}  // namespace vaste::notify
