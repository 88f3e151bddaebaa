#include "notify/notifier.h"

#include <algorithm>

#include "base/log.h"

namespace vaste::notify {

namespace {

constexpr std::size_t kRecords = 1000;
constexpr Millis kPatience{200};
constexpr Millis kCommitPatience{5000};
constexpr Millis kRetry{1000};
constexpr Millis kBetweenLines{30000};
constexpr const char* kPart = "notifier";

}  // namespace

std::vector<std::string> sink_names(const config::Notify& notify) {
  std::vector<std::string> names;
  if (notify.alertmanager) names.emplace_back("alertmanager");
  for (const config::WebhookSink& sink : notify.webhooks) names.push_back(sink.name);
  return names;
}

Notifier::Notifier(const config::Config& config, kafka::ClientConfig client, Timelines timelines,
                   metrics::Registry& registry, serve::Health& health)
    : config_(config),
      client_(std::move(client)),
      timelines_(std::move(timelines)),
      registry_(registry),
      health_(health) {}

Notifier::~Notifier() {
  static_cast<void>(stop());
}

Status Notifier::start() {
  const config::Notify& notify = config_.notify;
  health_.not_ready(kPart, "reading " + config_.topics.alerts);
  for (const config::WebhookSink& sink : notify.webhooks) {
    auto journal = Journal::open(config_.state_directory + "/notify/" + sink.name + ".journal",
                                 notify.journal_bytes);
    if (!journal) return tl::unexpected(journal.error());
    couriers_.push_back(std::make_unique<Courier>(sink, notify, std::move(*journal), registry_));
  }
  if (notify.alertmanager) alertmanager_.emplace(notify, timelines_, registry_);
  started_ = system_now();
  for (auto& courier : couriers_) courier->start();
  if (alertmanager_) alertmanager_->start();
  thread_ = std::thread([this] { run(); });
  log::info("notifier: " + std::string(alertmanager_ ? "an Alertmanager and " : "") +
            std::to_string(couriers_.size()) + " webhooks");
  return {};
}

Status Notifier::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
  if (alertmanager_) alertmanager_->stop();
  for (auto& courier : couriers_) courier->stop();
  return last_;
}

void Notifier::run() {
  while (!stopping_) {
    const Status status = read();
    if (consumer_) consumer_->close(config_.engine.shutdown_patience);
    consumer_.reset();
    if (status || stopping_) continue;
    const Remedy what = remedy(status.error().code);
    if (what == Remedy::kStop || what == Remedy::kDeadLetter) {
      log::error("notifier: " + status.error().detail);
      last_ = status;
      ended_ = true;
      break;
    }
    health_.not_ready(kPart, status.error().detail);
    log::warning("notifier: " + status.error().detail + "; it begins anew");
    std::this_thread::sleep_for(kRetry);
  }
  health_.stopped(kPart);
}

// One membership of the group; ends with an error, or when it is to stop.
Status Notifier::read() {
  kafka::GroupConfig group;
  group.group_id = config_.application + "-notifier";
  if (config_.kafka.membership == "static") group.instance_id = config_.instance;
  group.topics = {config_.topics.alerts};
  group.protocol = config_.kafka.group_protocol;
  group.session_timeout = config_.kafka.session_timeout;
  places_.clear();
  broken_.reset();
  auto consumer = kafka::GroupConsumer::create(client_, group, *this);
  if (!consumer) return tl::unexpected(consumer.error());
  consumer_ = std::move(*consumer);
  while (!stopping_) {
    const Instant now = system_now();
    health_.beat(kPart, now);
    auto polled = consumer_->poll(kRecords, kPatience);
    if (broken_) return tl::unexpected(*broken_);
    if (polled) {
      if (auto served = serve(*polled); !served) return served;
      continue;
    }
    if (polled.error().code != Code::kUnavailable) return tl::unexpected(polled.error());
    if (now >= complained_ + kBetweenLines) {
      log::warning("notifier: " + polled.error().detail + "; the client connects again by itself");
      complained_ = now;
    }
  }
  static_cast<void>(keep());
  return {};
}

Status Notifier::serve(const kafka::Polled& polled) {
  const Instant now = system_now();
  for (const kafka::Record& record : polled.records) tell(record, places_[record.partition], now);
  note_ends(polled.ends);
  const bool kept = keep();
  if (alertmanager_) alertmanager_->wake();
  const bool all_read =
      !places_.empty() && std::all_of(places_.begin(), places_.end(),
                                      [](const auto& one) { return one.second.at_end; });
  if (alertmanager_) alertmanager_->reading(!all_read);
  // Who has no partition, because others have them all, is ready to take over.
  if (kept && (all_read || places_.empty())) health_.ready(kPart);
  return {};
}

void Notifier::tell(const kafka::Record& record, Place& place, Instant now) {
  const bool news = record.offset >= place.first;
  place.next = std::max(place.next, record.offset + 1);
  if (record.null_value) {
    if (alertmanager_) alertmanager_->forget(std::string(record.key));
    return;
  }
  auto notice = notice_of(record.value);
  if (!notice) {
    log::error("notifier: " + config_.topics.alerts + '[' + std::to_string(record.partition) +
               "] offset " + std::to_string(record.offset) + ": " + notice.error().detail);
    return;
  }
  // Of what was there before the first start ever, nothing is said of how long it took.
  const bool measured = place.first >= 0 ? news : notice->decided >= started_;
  if (news)
    for (auto& courier : couriers_) courier->take(*notice, now, measured, place.first >= 0);
  if (alertmanager_) alertmanager_->take(std::move(*notice), record.partition, measured, now);
}

void Notifier::note_ends(std::span<const kafka::End> ends) {
  for (const kafka::End& end : ends) {
    const auto found = places_.find(end.partition);
    if (found != places_.end()) found->second.at_end = true;
  }
}

// A journal that cannot be written keeps the offset where it is and nobody from being told.
bool Notifier::keep() {
  Status first;
  for (auto& courier : couriers_)
    if (auto synced = courier->sync(); !synced && first) first = synced;
  if (first) {
    commit();
    return true;
  }
  health_.not_ready(kPart, first.error().detail);
  const Instant now = system_now();
  if (now >= complained_ + kBetweenLines) {
    log::error("notifier: " + first.error().detail + "; deliveries go on from memory alone");
    complained_ = now;
  }
  return false;
}

void Notifier::commit() {
  std::vector<kafka::Position> positions;
  for (const auto& [partition, place] : places_)
    if (place.next > place.committed)
      positions.push_back({{config_.topics.alerts, partition}, place.next});
  if (positions.empty()) return;
  if (auto committed = consumer_->commit(positions, kCommitPatience); !committed) {
    log::warning("notifier: " + committed.error().detail + "; it is tried again");
    return;
  }
  for (const kafka::Position& position : positions)
    places_[position.at.partition].committed = position.offset;
}

void Notifier::on_assigned(std::vector<kafka::Position>& partitions) {
  std::vector<kafka::TopicPartition> names;
  names.reserve(partitions.size());
  for (const kafka::Position& position : partitions) names.push_back(position.at);
  auto committed = consumer_->committed(names, kCommitPatience);
  if (!committed) {
    broken_ = Error{Code::kFenced, "the group's offsets: " + committed.error().detail};
    return;
  }
  for (const kafka::Position& position : *committed)
    places_[position.at.partition] = {position.offset, position.offset, position.offset, false};
  constexpr std::int64_t kEarliest = -2;
  if (alertmanager_) alertmanager_->reading(true);
  for (kafka::Position& position : partitions)
    if (alertmanager_) position.offset = kEarliest;
}

void Notifier::on_revoked(const std::vector<kafka::TopicPartition>& partitions) {
  static_cast<void>(keep());
  drop(partitions);
}

void Notifier::on_lost(const std::vector<kafka::TopicPartition>& partitions) {
  drop(partitions);
}

void Notifier::drop(const std::vector<kafka::TopicPartition>& partitions) {
  for (const kafka::TopicPartition& at : partitions) {
    places_.erase(at.partition);
    if (alertmanager_) alertmanager_->forget_partition(at.partition);
  }
}

}  // namespace vaste::notify
