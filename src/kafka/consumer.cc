#include "kafka/consumer.h"

#include <fmt/format.h>

#include <set>
#include <thread>

#include "kafka/intake.h"

namespace vaste::kafka {
namespace {

constexpr Millis kSeekPatience{5000};
constexpr Millis kAbandonPatience{2000};
// As long as a call of a transaction may be stuck before the watchdog ends the process: who left
// the group earlier would answer each outage of a minute with a rebalance and a restore.
constexpr Millis kMaxPollInterval{300000};

Properties properties_of(const ClientConfig& client, const GroupConfig& group) {
  Properties out = fetching(client, group.fetch_queue_bytes);
  out.emplace_back("group.id", group.group_id);
  out.emplace_back("max.poll.interval.ms",
                   std::to_string(std::max(kMaxPollInterval, group.session_timeout).count()));
  if (!group.instance_id.empty()) out.emplace_back("group.instance.id", group.instance_id);
  out.emplace_back("group.protocol", group.protocol);
  if (group.protocol !=
      "consumer") {  // There the broker decides both, and setting them is refused.
    out.emplace_back("partition.assignment.strategy", group.assignment);
    out.emplace_back("session.timeout.ms", std::to_string(group.session_timeout.count()));
    // Members hear of a rebalance by their heartbeat: one that is rare makes every take-over slow.
    out.emplace_back("heartbeat.interval.ms", std::to_string(std::min<std::int64_t>(
                                                  1000, group.session_timeout.count() / 4)));
  }
  return out;
}

std::vector<TopicPartition> partitions_of(const rd_kafka_topic_partition_list_t& list) {
  std::vector<TopicPartition> out;
  for (const auto& one : std::span(list.elems, static_cast<std::size_t>(list.cnt))) {
    out.push_back({one.topic, one.partition});
  }
  return out;
}

// Also when librdkafka does not know any more, as on the way out after a fatal error.
bool is_eager(rd_kafka_t* rk) {
  const char* protocol = rd_kafka_rebalance_protocol(rk);
  return protocol != nullptr && std::string_view(protocol) == "EAGER";
}

class RdGroupConsumer final : public GroupConsumer {
 public:
  explicit RdGroupConsumer(RebalanceListener& listener) : listener_(listener) {}
  ~RdGroupConsumer() override;

  Status open(const ClientConfig& client, const GroupConfig& group);

  Result<Polled> poll(std::size_t max, Millis patience) override;
  Status seek(const TopicPartition& at, std::int64_t offset) override;
  Status pause(std::span<const TopicPartition> partitions) override;
  Status resume(std::span<const TopicPartition> partitions) override;
  std::vector<TopicPartition> assignment() const override {
    return {assigned_.begin(), assigned_.end()};
  }
  Result<std::vector<Position>> committed(std::span<const TopicPartition> partitions,
                                          Millis patience) override;
  Status commit(std::span<const Position> positions, Millis patience) override;
  std::unique_ptr<GroupMetadata> metadata() override;
  void close(Millis patience) override;

 private:
  static void on_rebalance(rd_kafka_t* rk, rd_kafka_resp_err_t err,
                           rd_kafka_topic_partition_list_t* list, void* opaque);
  void assign(rd_kafka_t* rk, rd_kafka_topic_partition_list_t* list);
  std::int64_t start_of(const Position& position);
  void give_back(rd_kafka_t* rk, rd_kafka_topic_partition_list_t* list);
  void note(rd_kafka_error_t* error, std::string_view what);

  RebalanceListener& listener_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<Intake> intake_;  // After client_, so it goes first.
  std::set<TopicPartition> assigned_;
  std::string member_;                // who was given them, in the group's words
  std::set<TopicPartition> paused_;   // librdkafka rewinds on resuming what is not paused.
  std::set<TopicPartition> waiting_;  // for seek(); paused as well
  bool closed_ = false;
  bool abandoned_ = false;
};

// Without close() the listener hears nothing more. Closing nevertheless, because destroying a
// consumer with a rebalance under way never ends.
RdGroupConsumer::~RdGroupConsumer() {
  abandoned_ = true;
  if (intake_) close(kAbandonPatience);
}

Status RdGroupConsumer::open(const ClientConfig& client, const GroupConfig& group) {
  const Client::Hooks hooks{this,
                            [](rd_kafka_conf_t* conf) {
                              rd_kafka_conf_set_rebalance_cb(conf, &RdGroupConsumer::on_rebalance);
                            },
                            nullptr};
  auto made = Client::make(RD_KAFKA_CONSUMER, client, properties_of(client, group), hooks);
  if (!made) return tl::unexpected(std::move(made.error()));
  client_ = std::move(*made);
  // Errors of the whole client then come through poll() as well, on the thread that polls.
  rd_kafka_poll_set_consumer(client_->get());
  intake_ = std::make_unique<Intake>(*client_, group.topics);
  Owned<rd_kafka_topic_partition_list_t> topics(
      rd_kafka_topic_partition_list_new(static_cast<int>(group.topics.size())));
  for (const std::string& topic : group.topics) {
    rd_kafka_topic_partition_list_add(topics.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
  }
  const auto err = rd_kafka_subscribe(client_->get(), topics.get());
  if (err != RD_KAFKA_RESP_ERR_NO_ERROR) return failure_of("subscribe " + group.group_id, err);
  return {};
}

Result<Polled> RdGroupConsumer::poll(std::size_t max, Millis patience) {
  return intake_->poll(max, patience);
}

void RdGroupConsumer::on_rebalance(rd_kafka_t* rk, rd_kafka_resp_err_t err,
                                   rd_kafka_topic_partition_list_t* list, void* opaque) {
  auto* self = owner_of<RdGroupConsumer>(opaque);
  if (err == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    self->assign(rk, list);
    return;
  }
  if (err != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS) {
    self->client_->log(3, "REBALANCE", describe("rebalance", err));
  }
  self->give_back(rk, list);
}

void RdGroupConsumer::assign(rd_kafka_t* rk, rd_kafka_topic_partition_list_t* list) {
  if (assigned_.empty()) {
    const Owned<rd_kafka_consumer_group_metadata_t> group(rd_kafka_consumer_group_metadata(rk));
    member_ = group ? rd_kafka_consumer_group_metadata_member_id(group.get()) : "";
  }
  std::vector<Position> positions;
  for (const TopicPartition& at : partitions_of(*list)) {
    positions.push_back({at, RD_KAFKA_OFFSET_INVALID});
  }
  if (!abandoned_) listener_.on_assigned(positions);
  for (const Position& position : positions) {
    if (auto* entry = rd_kafka_topic_partition_list_find(list, position.at.topic.c_str(),
                                                         position.at.partition)) {
      entry->offset = start_of(position);
    }
    intake_->restart(position.at.topic, position.at.partition);
    assigned_.insert(position.at);
  }
  if (!is_eager(rk)) {
    note(rd_kafka_incremental_assign(rk, list), "incremental_assign");
    return;
  }
  const auto err = rd_kafka_assign(rk, list);
  if (err != RD_KAFKA_RESP_ERR_NO_ERROR) intake_->fail({code_of(err), describe("assign", err)});
}

// Who waits must not make librdkafka look up where to begin: it does not forget an answer that a
// seek has overtaken, but asks once more after half a second, and then puts the position back in
// the middle of reading. So the partition is given a number, and paused before it is assigned.
std::int64_t RdGroupConsumer::start_of(const Position& position) {
  if (position.offset != kWaitsForSeek) return position.offset;
  if (const auto stands = pause(std::span(&position.at, 1)); !stands) {
    client_->log(4, "REBALANCE", stands.error().detail);
    return RD_KAFKA_OFFSET_INVALID;
  }
  waiting_.insert(position.at);
  return 0;
}

void RdGroupConsumer::give_back(rd_kafka_t* rk, rd_kafka_topic_partition_list_t* list) {
  const std::vector<TopicPartition> partitions = partitions_of(*list);
  if (abandoned_) {
    // Nobody listens any more.
  } else if (rd_kafka_assignment_lost(rk) != 0) {
    listener_.on_lost(partitions);
  } else {
    listener_.on_revoked(partitions);
  }
  // The mark would outlive the assignment, and the partition come back paused.
  (void)resume(partitions);
  for (const TopicPartition& at : partitions) {
    waiting_.erase(at);
    intake_->restart(at.topic, at.partition);
    assigned_.erase(at);
  }
  if (!is_eager(rk)) {
    const Owned<rd_kafka_error_t> error(rd_kafka_incremental_unassign(rk, list));
    if (!error) return;
    client_->log(4, "REBALANCE", describe("incremental_unassign", error.get()));
  }
  // All of it; whatever happens, a rebalance has to be answered or nothing goes on.
  assigned_.clear();
  rd_kafka_assign(rk, nullptr);
}

void RdGroupConsumer::note(rd_kafka_error_t* raw, std::string_view what) {
  const Owned<rd_kafka_error_t> error(raw);
  if (error) intake_->fail({code_of(rd_kafka_error_code(raw)), describe(what, raw)});
}

Status RdGroupConsumer::seek(const TopicPartition& at, std::int64_t offset) {
  // A number for the earliest, too, for the reason at start_of: where the log begins later, the
  // broker says so, and then that is looked up.
  const std::vector<Position> wanted{{at, offset == RD_KAFKA_OFFSET_BEGINNING ? 0 : offset}};
  const auto list = list_of(wanted);
  const Owned<rd_kafka_error_t> error(rd_kafka_seek_partitions(
      client_->get(), list.get(), static_cast<int>(kSeekPatience.count())));
  if (error) return failure_of("seek " + text(at), error.get());
  if (auto status = first_failure("seek", *list); !status) return status;
  intake_->restart(at.topic, at.partition);
  if (waiting_.erase(at) == 0) return {};
  return resume(std::span(&at, 1));
}

Status RdGroupConsumer::pause(std::span<const TopicPartition> partitions) {
  std::vector<TopicPartition> fresh;
  for (const TopicPartition& at : partitions) {
    if (!paused_.contains(at)) fresh.push_back(at);
  }
  if (fresh.empty()) return {};
  const auto list = list_of(std::span<const TopicPartition>(fresh));
  const auto err = rd_kafka_pause_partitions(client_->get(), list.get());
  if (err != RD_KAFKA_RESP_ERR_NO_ERROR) return failure_of("pause", err);
  if (auto status = first_failure("pause", *list); !status) return status;
  paused_.insert(fresh.begin(), fresh.end());
  return {};
}

Status RdGroupConsumer::resume(std::span<const TopicPartition> partitions) {
  std::vector<TopicPartition> sleeping;
  for (const TopicPartition& at : partitions) {
    if (paused_.erase(at) != 0) sleeping.push_back(at);
  }
  if (sleeping.empty()) return {};
  const auto list = list_of(std::span<const TopicPartition>(sleeping));
  const auto err = rd_kafka_resume_partitions(client_->get(), list.get());
  if (err != RD_KAFKA_RESP_ERR_NO_ERROR) return failure_of("resume", err);
  return first_failure("resume", *list);
}

Result<std::vector<Position>> RdGroupConsumer::committed(std::span<const TopicPartition> partitions,
                                                         Millis patience) {
  const Deadline deadline(patience);
  while (true) {
    const auto list = list_of(partitions);
    const auto err =
        rd_kafka_committed(client_->get(), list.get(), std::max(1, deadline.left_ms()));
    Status status;
    if (err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      status = failure_of("committed", err);
    } else {
      status = first_failure("committed", *list);
    }
    if (status) {
      std::vector<Position> out;
      for (const TopicPartition& at : partitions) {
        const auto* entry =
            rd_kafka_topic_partition_list_find(list.get(), at.topic.c_str(), at.partition);
        const bool known = entry != nullptr && entry->offset >= 0;
        out.push_back({at, known ? entry->offset : -1, {}});
        if (known && entry->metadata != nullptr)
          out.back().note.assign(static_cast<const char*>(entry->metadata), entry->metadata_size);
      }
      return out;
    }
    if (status.error().code != Code::kUnavailable || deadline.passed()) {
      return tl::unexpected(std::move(status.error()));
    }
    std::this_thread::sleep_for(std::min(Millis(50), Millis(deadline.left_ms())));
  }
}

Status RdGroupConsumer::commit(std::span<const Position> positions, Millis patience) {
  const Deadline deadline(patience);
  const auto list = list_of(positions);
  const Owned<rd_kafka_queue_t> queue(rd_kafka_queue_new(client_->get()));
  const auto asked =
      rd_kafka_commit_queue(client_->get(), list.get(), queue.get(), nullptr, nullptr);
  if (asked != RD_KAFKA_RESP_ERR_NO_ERROR) return failure_of("commit", asked);
  const auto answer = await(queue.get(), deadline);
  if (!answer)
    return failure(Code::kUnavailable,
                   fmt::format("commit: no answer within {} ms", patience.count()));
  const auto err = rd_kafka_event_error(answer.get());
  if (err != RD_KAFKA_RESP_ERR_NO_ERROR) return failure_of("commit", err);
  return first_failure("commit", *rd_kafka_event_topic_partition_list(answer.get()));
}

std::unique_ptr<GroupMetadata> RdGroupConsumer::metadata() {
  auto* raw = rd_kafka_consumer_group_metadata(client_->get());
  // librdkafka comes back with all that it held, as if nobody had been given it meanwhile.
  const bool renewed = raw != nullptr && !assigned_.empty() &&
                       member_ != rd_kafka_consumer_group_metadata_member_id(raw);
  return std::make_unique<RdGroupMetadata>(raw, renewed);
}

void RdGroupConsumer::close(Millis patience) {
  if (closed_) return;
  closed_ = true;
  const Deadline deadline(patience);
  // A queue of its own, so that closing is polled with a limit instead of waited for.
  const Owned<rd_kafka_queue_t> queue(rd_kafka_queue_new(client_->get()));
  const Owned<rd_kafka_error_t> error(rd_kafka_consumer_close_queue(client_->get(), queue.get()));
  if (error) {
    client_->log(4, "CLOSE", describe("close", error.get()));
    return;
  }
  while (rd_kafka_consumer_closed(client_->get()) == 0 && !deadline.passed()) {
    if (auto* message = rd_kafka_consume_queue(queue.get(), deadline.left_ms(Millis(50)))) {
      rd_kafka_message_destroy(message);
    }
  }
  if (rd_kafka_consumer_closed(client_->get()) == 0) {
    client_->log(4, "CLOSE", fmt::format("close: not over after {} ms", patience.count()));
  }
}

}  // namespace

Result<std::unique_ptr<GroupConsumer>> GroupConsumer::create(const ClientConfig& client,
                                                             const GroupConfig& group,
                                                             RebalanceListener& listener) {
  auto consumer = std::make_unique<RdGroupConsumer>(listener);
  if (auto status = consumer->open(client, group); !status) {
    return tl::unexpected(std::move(status.error()));
  }
  return consumer;
}

}  // namespace vaste::kafka
