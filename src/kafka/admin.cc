#include "kafka/admin.h"

#include <fmt/format.h>

#include <thread>

#include "kafka/rd.h"

namespace vaste::kafka {
namespace {

constexpr Millis kLookAgain{50};

class RdAdmin final : public Admin {
 public:
  Status open(const ClientConfig& client) {
    auto made = Client::make(RD_KAFKA_PRODUCER, client, {}, {});
    if (!made) return tl::unexpected(std::move(made.error()));
    client_ = std::move(*made);
    return {};
  }

  Result<std::optional<TopicFacts>> describe(const std::string& topic, Millis patience) override;
  Result<std::vector<std::string>> create_topics(const std::vector<TopicSpec>& topics,
                                                 Millis patience) override;
  Result<std::int32_t> brokers(Millis patience) override;
  Result<GroupFacts> describe_group(const std::string& group, Millis patience) override;
  Status delete_records(const std::vector<Position>& before, Millis patience) override;

 private:
  Result<std::map<std::string, std::string>> settings_of(const std::string& topic,
                                                         const Deadline& deadline);
  Status await_leaders(const TopicSpec& topic, const Deadline& deadline);
  // Runs one Admin request; `start` gets its options and queue.
  template <class Start>
  Result<Owned<rd_kafka_event_t>> ask(const char* what, rd_kafka_admin_op_t op,
                                      const Deadline& deadline, Start start);

  std::unique_ptr<Client> client_;
};

template <class Start>
Result<Owned<rd_kafka_event_t>> RdAdmin::ask(const char* what, rd_kafka_admin_op_t op,
                                             const Deadline& deadline, Start start) {
  const auto options = options_of(client_->get(), op, deadline);
  const Owned<rd_kafka_queue_t> queue(rd_kafka_queue_new(client_->get()));
  start(options.get(), queue.get());
  auto event = await(queue.get(), deadline);
  rd_kafka_poll(client_->get(), 0);  // Errors of the client end in its log.
  if (!event) return failure(Code::kUnavailable, fmt::format("{}: no answer in time", what));
  if (const auto err = rd_kafka_event_error(event.get()); err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return failure_of(what, err, rd_kafka_event_error_string(event.get()));
  }
  return event;
}

Result<std::optional<TopicFacts>> RdAdmin::describe(const std::string& topic, Millis patience) {
  const Deadline deadline(patience);
  auto metadata = client_->metadata(topic, patience);
  if (!metadata) return tl::unexpected(std::move(metadata.error()));
  if ((*metadata)->topic_cnt < 1) return std::optional<TopicFacts>();
  const rd_kafka_metadata_topic_t& found = (*metadata)->topics[0];
  if (code_of(found.err) == Code::kNotFound) return std::optional<TopicFacts>();
  // LEADER_NOT_AVAILABLE belongs to a topic that exists but is not ready yet.
  if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) return failure_of("topic " + topic, found.err);
  TopicFacts facts;
  facts.partitions = found.partition_cnt;
  if (found.partition_cnt > 0) {
    facts.replication = static_cast<std::int16_t>(found.partitions[0].replica_cnt);
  }
  auto settings = settings_of(topic, deadline);
  if (settings) {
    facts.settings = std::move(*settings);
  } else if (settings.error().code != Code::kPermission) {
    return tl::unexpected(std::move(settings.error()));
  }
  return facts;
}

Result<std::map<std::string, std::string>> RdAdmin::settings_of(const std::string& topic,
                                                                const Deadline& deadline) {
  const Owned<rd_kafka_ConfigResource_t> resource(
      rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  auto event = ask("DescribeConfigs", RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, deadline,
                   [&](const auto* options, auto* queue) {
                     rd_kafka_ConfigResource_t* one = resource.get();
                     rd_kafka_DescribeConfigs(client_->get(), &one, 1, options, queue);
                   });
  std::map<std::string, std::string> out;
  if (!event) return tl::unexpected(std::move(event.error()));
  const auto* result = rd_kafka_event_DescribeConfigs_result(event->get());
  std::size_t count = 0;
  const auto* const* resources = rd_kafka_DescribeConfigs_result_resources(result, &count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto err = rd_kafka_ConfigResource_error(resources[i]);
    if (err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      const char* reason = rd_kafka_ConfigResource_error_string(resources[i]);
      return failure_of("settings of " + topic, err, reason == nullptr ? "" : reason);
    }
    std::size_t entries = 0;
    const auto* const* configs = rd_kafka_ConfigResource_configs(resources[i], &entries);
    for (std::size_t j = 0; j < entries; ++j) {
      const char* value = rd_kafka_ConfigEntry_value(configs[j]);
      if (value != nullptr) out[rd_kafka_ConfigEntry_name(configs[j])] = value;
    }
  }
  return out;
}

Result<std::vector<std::string>> RdAdmin::create_topics(const std::vector<TopicSpec>& topics,
                                                        Millis patience) {
  const Deadline deadline(patience);
  std::vector<std::string> problems;
  std::vector<Owned<rd_kafka_NewTopic_t>> wanted;
  std::vector<rd_kafka_NewTopic_t*> raw;
  for (const TopicSpec& topic : topics) {
    std::array<char, 256> reason{};
    Owned<rd_kafka_NewTopic_t> one(rd_kafka_NewTopic_new(
        topic.name.c_str(), topic.partitions, topic.replication, reason.data(), reason.size()));
    if (!one) return failure(Code::kConfig, fmt::format("topic {}: {}", topic.name, reason.data()));
    for (const auto& [name, value] : topic.settings) {
      rd_kafka_NewTopic_set_config(one.get(), name.c_str(), value.c_str());
    }
    raw.push_back(one.get());
    wanted.push_back(std::move(one));
  }
  if (raw.empty()) return problems;
  auto event = ask("CreateTopics", RD_KAFKA_ADMIN_OP_CREATETOPICS, deadline,
                   [&](const auto* options, auto* queue) {
                     rd_kafka_CreateTopics(client_->get(), raw.data(), raw.size(), options, queue);
                   });
  if (!event) return tl::unexpected(std::move(event.error()));
  std::size_t count = 0;
  const auto* const* results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event->get()), &count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = rd_kafka_topic_result_name(results[i]);
    const auto err = rd_kafka_topic_result_error(results[i]);
    const char* reason = rd_kafka_topic_result_error_string(results[i]);
    if (err != RD_KAFKA_RESP_ERR_NO_ERROR && err != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
      problems.push_back(kafka::describe("topic " + name, err, reason == nullptr ? "" : reason));
      continue;
    }
    for (const TopicSpec& topic : topics) {
      if (topic.name != name) continue;
      if (auto ready = await_leaders(topic, deadline); !ready) {
        problems.push_back(std::move(ready.error().detail));
      }
    }
  }
  return problems;
}

Status RdAdmin::await_leaders(const TopicSpec& topic, const Deadline& deadline) {
  while (true) {
    auto metadata = client_->metadata(topic.name, Millis(deadline.left_ms()));
    if (metadata && (*metadata)->topic_cnt == 1) {
      const rd_kafka_metadata_topic_t& found = (*metadata)->topics[0];
      int leaders = 0;
      for (int i = 0; i < found.partition_cnt; ++i) {
        if (found.partitions[i].leader >= 0) ++leaders;
      }
      // One that was there before may have another number of partitions; that is for describe().
      if (found.err == RD_KAFKA_RESP_ERR_NO_ERROR && leaders > 0 &&
          leaders == found.partition_cnt) {
        return {};
      }
    }
    if (deadline.passed()) {
      return failure(Code::kUnavailable,
                     fmt::format("topic {}: not every partition has a leader yet", topic.name));
    }
    std::this_thread::sleep_for(kLookAgain);
  }
}

Result<std::int32_t> RdAdmin::brokers(Millis patience) {
  const rd_kafka_metadata_t* raw = nullptr;
  const auto err = rd_kafka_metadata(client_->get(), 0, nullptr, &raw,
                                     std::max(1, Deadline(patience).left_ms()));
  if (err != RD_KAFKA_RESP_ERR_NO_ERROR) return failure_of("metadata", err);
  const Owned<const rd_kafka_metadata_t> metadata(raw);
  return metadata->broker_cnt;
}

GroupMember member_of(const rd_kafka_MemberDescription_t* found) {
  GroupMember out;
  const char* instance = rd_kafka_MemberDescription_group_instance_id(found);
  if (instance != nullptr) out.instance = instance;
  const auto* list =
      rd_kafka_MemberAssignment_partitions(rd_kafka_MemberDescription_assignment(found));
  for (int i = 0; list != nullptr && i < list->cnt; ++i)
    out.partitions.push_back({list->elems[i].topic, list->elems[i].partition});
  return out;
}

Result<GroupFacts> RdAdmin::describe_group(const std::string& group, Millis patience) {
  const Deadline deadline(patience);
  auto event = ask("DescribeConsumerGroups", RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, deadline,
                   [&](const auto* options, auto* queue) {
                     const char* one = group.c_str();
                     rd_kafka_DescribeConsumerGroups(client_->get(), &one, 1, options, queue);
                   });
  if (!event) return tl::unexpected(std::move(event.error()));
  std::size_t count = 0;
  const auto* const* found = rd_kafka_DescribeConsumerGroups_result_groups(
      rd_kafka_event_DescribeConsumerGroups_result(event->get()), &count);
  GroupFacts out;
  for (std::size_t i = 0; i < count; ++i) {
    const auto* error = rd_kafka_ConsumerGroupDescription_error(found[i]);
    if (error != nullptr && rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND)
      continue;
    if (error != nullptr)
      return failure_of("group " + group, rd_kafka_error_code(error), rd_kafka_error_string(error));
    out.stable =
        rd_kafka_ConsumerGroupDescription_state(found[i]) == RD_KAFKA_CONSUMER_GROUP_STATE_STABLE;
    const std::size_t members = rd_kafka_ConsumerGroupDescription_member_count(found[i]);
    for (std::size_t j = 0; j < members; ++j)
      out.members.push_back(member_of(rd_kafka_ConsumerGroupDescription_member(found[i], j)));
  }
  return out;
}

Status RdAdmin::delete_records(const std::vector<Position>& before, Millis patience) {
  if (before.empty()) return {};
  const Deadline deadline(patience);
  const auto list = list_of(before);
  const Owned<rd_kafka_DeleteRecords_t> wanted(rd_kafka_DeleteRecords_new(list.get()));
  auto event = ask("DeleteRecords", RD_KAFKA_ADMIN_OP_DELETERECORDS, deadline,
                   [&](const auto* options, auto* queue) {
                     rd_kafka_DeleteRecords_t* one = wanted.get();
                     rd_kafka_DeleteRecords(client_->get(), &one, 1, options, queue);
                   });
  if (!event) return tl::unexpected(std::move(event.error()));
  const auto* offsets =
      rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event->get()));
  return first_failure("delete records of", *offsets);
}

}  // namespace

Result<std::unique_ptr<Admin>> Admin::create(const ClientConfig& client) {
  auto admin = std::make_unique<RdAdmin>();
  if (auto status = admin->open(client); !status) return tl::unexpected(std::move(status.error()));
  return admin;
}

}  // namespace vaste::kafka
