#include "kafka/client.h"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <future>
#include <thread>

#include "kafka/rd.h"

namespace vaste::kafka {
namespace {

// What exactly-once rests on. Config refuses them too, with the line; this is for the other
// callers.
constexpr std::array<std::string_view, 20> kOurs = {
    "acks",
    "auto.offset.reset",
    "bootstrap.servers",
    "check.crcs",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.gapless.guarantee",
    "enable.idempotence",
    "enable.partition.eof",
    "group.id",
    "group.instance.id",
    "isolation.level",
    "max.in.flight",
    "max.in.flight.requests.per.connection",
    "message.send.max.retries",
    "metadata.broker.list",
    "partitioner",
    "request.required.acks",
    "retries",
    "transactional.id",
};

constexpr Millis kDestroyPatience{5000};

// Names of properties whose values must not appear in any text.
bool is_secret(std::string_view name) {
  for (const std::string_view word :
       {"password", "secret", "pem", "token", "jaas", "username", "oauthbearer", "credentials"}) {
    if (name.find(word) != std::string_view::npos) return true;
  }
  return name.starts_with("ssl.key") || name.starts_with("sasl.oauth");
}

Code code_of_topic(rd_kafka_resp_err_t err) {
  switch (err) {
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_ID:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      return Code::kNotFound;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
      return Code::kTooLarge;
    case RD_KAFKA_RESP_ERR__BAD_MSG:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
      return Code::kCorrupt;
    default:
      return Code::kUnavailable;
  }
}

}  // namespace

std::string text(const TopicPartition& at) {
  return fmt::format("{}[{}]", at.topic, at.partition);
}

// Whatever is not listed may pass by itself, so it is kUnavailable and not a reason to stop.
Code code_of(rd_kafka_resp_err_t err) {
  switch (err) {
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
      return Code::kPermission;
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
    case RD_KAFKA_RESP_ERR_UNRELEASED_INSTANCE_ID:
    case RD_KAFKA_RESP_ERR_FENCED_MEMBER_EPOCH:
    case RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
    case RD_KAFKA_RESP_ERR_PRODUCER_FENCED:
    case RD_KAFKA_RESP_ERR__FENCED:
    case RD_KAFKA_RESP_ERR__FATAL:
      return Code::kFenced;
    case RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT:
    case RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT:
    case RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL:
    case RD_KAFKA_RESP_ERR_INVALID_GROUP_ID:
    case RD_KAFKA_RESP_ERR_INVALID_CONFIG:
    case RD_KAFKA_RESP_ERR_INVALID_PARTITIONS:
    case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
    case RD_KAFKA_RESP_ERR__INVALID_ARG:
      return Code::kConfig;
    default:
      return code_of_topic(err);
  }
}

std::string describe(std::string_view what, rd_kafka_resp_err_t err, std::string_view reason) {
  return fmt::format("{}: {}: {}", what, rd_kafka_err2name(err),
                     reason.empty() ? std::string_view(rd_kafka_err2str(err)) : reason);
}

std::string describe(std::string_view what, const rd_kafka_error_t* error) {
  return describe(what, rd_kafka_error_code(error), rd_kafka_error_string(error));
}

tl::unexpected<Error> failure_of(std::string_view what, rd_kafka_resp_err_t err,
                                 std::string_view reason) {
  return failure(code_of(err), describe(what, err, reason));
}

tl::unexpected<Error> failure_of(std::string_view what, const rd_kafka_error_t* error) {
  if (rd_kafka_error_is_fatal(error) != 0) return failure(Code::kFenced, describe(what, error));
  return failure(code_of(rd_kafka_error_code(error)), describe(what, error));
}

Owned<rd_kafka_topic_partition_list_t> list_of(std::span<const TopicPartition> partitions) {
  Owned<rd_kafka_topic_partition_list_t> list(
      rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const TopicPartition& at : partitions) {
    rd_kafka_topic_partition_list_add(list.get(), at.topic.c_str(), at.partition);
  }
  return list;
}

Owned<rd_kafka_topic_partition_list_t> list_of(std::span<const Position> positions) {
  Owned<rd_kafka_topic_partition_list_t> list(
      rd_kafka_topic_partition_list_new(static_cast<int>(positions.size())));
  for (const Position& position : positions) {
    auto* one = rd_kafka_topic_partition_list_add(list.get(), position.at.topic.c_str(),
                                                  position.at.partition);
    one->offset = position.offset;
    if (position.note.empty()) continue;
    // The list frees it.
    one->metadata = rd_kafka_mem_malloc(nullptr, position.note.size());
    one->metadata_size = position.note.size();
    std::memcpy(one->metadata, position.note.data(), position.note.size());
  }
  return list;
}

Status first_failure(std::string_view what, const rd_kafka_topic_partition_list_t& list) {
  for (const auto& one : std::span(list.elems, static_cast<std::size_t>(list.cnt))) {
    if (one.err == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    return failure_of(fmt::format("{} {}", what, text({one.topic, one.partition})), one.err);
  }
  return {};
}

Context::Context(const ClientConfig& config, void* owner, std::shared_ptr<void> keep)
    : owner_(owner),
      keep_(std::move(keep)),
      log_(config.log),
      count_error_(config.count_error),
      repeats_(config.repeats) {
  for (const auto& [name, value] : config.properties) {
    if (!value.empty() && is_secret(name)) secrets_.push_back(value);
  }
}

namespace {

Result<Owned<rd_kafka_conf_t>> configure(const ClientConfig& config, const Properties& ours) {
  Owned<rd_kafka_conf_t> conf(rd_kafka_conf_new());
  Properties all = {
      {"client.id", config.client_id},
      {"socket.timeout.ms", std::to_string(kRequestTimeout.count())},
      {"socket.nagle.disable", "true"},
      {"reconnect.backoff.max.ms", "1000"},
      {"topic.metadata.refresh.interval.ms", "30000"},
      {"topic.metadata.refresh.sparse", "true"},
      {"allow.auto.create.topics", "false"},
  };
  if (!config.bootstrap_servers.empty()) {
    all.emplace_back("bootstrap.servers", config.bootstrap_servers);
  }
  all.insert(all.end(), ours.begin(), ours.end());
  for (const auto& [name, value] : config.properties) {
    if (std::find(kOurs.begin(), kOurs.end(), name) != kOurs.end()) {
      return failure(
          Code::kConfig,
          fmt::format("kafka property {}: vaste sets it itself, exactly-once rests on it", name));
    }
    all.emplace_back(name, value);
  }
  for (const auto& [name, value] : all) {
    // librdkafka's own text would repeat the value.
    std::array<char, 512> ignored{};
    const auto result =
        rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), ignored.data(), ignored.size());
    if (result == RD_KAFKA_CONF_OK) continue;
    return failure(Code::kConfig, fmt::format("kafka property {}: {}", name,
                                              result == RD_KAFKA_CONF_UNKNOWN
                                                  ? "librdkafka does not know it"
                                                  : "librdkafka does not accept this value"));
  }
  return conf;
}

}  // namespace

Result<std::unique_ptr<Client>> Client::make(rd_kafka_type_t type, const ClientConfig& config,
                                             const Properties& ours, const Hooks& hooks) {
  auto conf = configure(config, ours);
  if (!conf) return tl::unexpected(std::move(conf.error()));
  std::unique_ptr<Client> client(new Client);
  client->context_ = std::make_shared<Context>(config, hooks.owner, hooks.keep);
  rd_kafka_conf_set_opaque(conf->get(), client->context_.get());
  rd_kafka_conf_set_log_cb(
      conf->get(), [](const rd_kafka_t* rk, int level, const char* facility, const char* text) {
        if (rk == nullptr) return;  // Then there is no opaque.
        static_cast<Context*>(rd_kafka_opaque(rk))->log(level, facility, text);
      });
  rd_kafka_conf_set_error_cb(
      conf->get(), [](rd_kafka_t*, int err, const char* reason, void* opaque) {
        static_cast<Context*>(opaque)->on_error(static_cast<rd_kafka_resp_err_t>(err), reason);
      });
  if (hooks.prepare) hooks.prepare(conf->get());

  std::array<char, 512> reason{};
  client->rk_ = rd_kafka_new(type, conf->get(), reason.data(), reason.size());
  if (client->rk_ == nullptr) {
    const rd_kafka_resp_err_t err = rd_kafka_last_error();
    // Out of threads or memory passes; a conflict of settings does not.
    const bool passes = err == RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE;
    return failure(passes ? Code::kUnavailable : Code::kConfig,
                   describe("kafka client", err, client->context_->without_secrets(reason.data())));
  }
  (void)conf->release();  // rd_kafka_new took it.
  return client;
}

// rd_kafka_destroy has no time limit, and was seen to wait for ever for a rebalance that nobody
// serves any more (2.15.1: "waiting for assign call"). What does not end in time is left behind
// with all that its threads use; the caller goes on with a new client.
Client::~Client() {
  if (rk_ == nullptr) return;
  auto done = std::make_shared<std::promise<void>>();
  auto ended = done->get_future();
  std::thread([rk = rk_, context = context_, done] {
    // An answer that fences a producer, heard by a broker's thread while the client ends, frees
    // what the end has freed already (rd_kafka_txns_term, 2.15.1): nothing may be on its way any
    // more.
    if (rd_kafka_type(rk) == RD_KAFKA_PRODUCER)
      rd_kafka_purge(rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    // Closing is the consumer's own business; without the flag destroy would do it once more.
    rd_kafka_destroy_flags(rk, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    done->set_value();
  }).detach();
  if (ended.wait_for(kDestroyPatience) == std::future_status::timeout) {
    log(3, "DESTROY", "a kafka client does not end: left behind");
  }
  context_->silence();
}

std::string Context::without_secrets(std::string_view text) const {
  std::string out(text);
  for (const std::string& secret : secrets_) {
    for (auto at = out.find(secret); at != std::string::npos; at = out.find(secret, at + 3)) {
      out.replace(at, secret.size(), "***");
    }
  }
  return out;
}

void Context::log(int level, std::string_view facility, std::string_view text) {
  // The user's properties go to all clients alike; that each ignores the others' is wanted.
  if (facility == "CONFWARN" && text.find("will be ignored by this") != std::string_view::npos) {
    return;
  }
  const std::string clean = secrets_.empty() ? std::string(text) : without_secrets(text);
  const std::lock_guard lock(mutex_);
  if (log_) log_(level, facility, clean);
}

void Context::silence() {
  const std::lock_guard lock(mutex_);
  log_ = nullptr;
  count_error_ = nullptr;
}

// An outage is reported hundreds of times a second.
void Context::on_error(rd_kafka_resp_err_t err, const char* reason) {
  const char* code = rd_kafka_err2name(err);
  const auto now = std::chrono::steady_clock::now();
  if (const auto text = repeats_->say(code, describe("kafka", err, reason), now))
    log(err == RD_KAFKA_RESP_ERR__FATAL ? 3 : 4, "ERROR", *text);
  {
    const std::lock_guard lock(mutex_);
    if (count_error_) count_error_(code);
  }
  const bool away = err == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN ||
                    err == RD_KAFKA_RESP_ERR__AUTHENTICATION || err == RD_KAFKA_RESP_ERR__SSL ||
                    err == RD_KAFKA_RESP_ERR__RESOLVE;
  if (!away) return;
  const std::lock_guard lock(mutex_);
  outage_ = describe("kafka", err, without_secrets(reason));
}

std::optional<std::string> Context::take_outage() {
  for (const std::string& text : repeats_->ended(std::chrono::steady_clock::now()))
    log(4, "ERROR", text);
  const std::lock_guard lock(mutex_);
  if (outage_.empty()) return std::nullopt;
  const auto now = std::chrono::steady_clock::now();
  if (now - outage_told_ < std::chrono::seconds(1)) return std::nullopt;
  outage_told_ = now;
  return std::exchange(outage_, {});
}

Result<Owned<const rd_kafka_metadata_t>> Client::metadata(const std::string& topic,
                                                          Millis patience) const {
  Owned<rd_kafka_topic_t> handle(rd_kafka_topic_new(rk_, topic.c_str(), nullptr));
  if (!handle) return failure_of("topic " + topic, rd_kafka_last_error());
  const Deadline deadline(patience);
  rd_kafka_resp_err_t err = RD_KAFKA_RESP_ERR__TIMED_OUT;
  while (true) {
    const rd_kafka_metadata_t* raw = nullptr;
    // Short turns: one request may be waiting for a broker that just went away.
    err = rd_kafka_metadata(rk_, 0, handle.get(), &raw, deadline.left_ms(Millis(2000)));
    if (err == RD_KAFKA_RESP_ERR_NO_ERROR) return Owned<const rd_kafka_metadata_t>(raw);
    if (deadline.passed()) return failure_of("metadata of " + topic, err);
  }
}

Owned<rd_kafka_event_t> await(rd_kafka_queue_t* queue, const Deadline& deadline) {
  // Longer than the request's own limit, which librdkafka looks at once a second, so that the
  // answer carries its reason. And again: its waits are for a moment of the machine's clock, which
  // may jump.
  constexpr int kForReason = 1500;
  Owned<rd_kafka_event_t> event;
  do {
    event.reset(rd_kafka_queue_poll(queue, deadline.left_ms() + kForReason));
  } while (!event && !deadline.passed());
  return event;
}

Owned<rd_kafka_AdminOptions_t> options_of(rd_kafka_t* rk, rd_kafka_admin_op_t op,
                                          const Deadline& deadline) {
  Owned<rd_kafka_AdminOptions_t> options(rd_kafka_AdminOptions_new(rk, op));
  std::array<char, 256> ignored{};
  rd_kafka_AdminOptions_set_request_timeout(options.get(), std::max(1, deadline.left_ms()),
                                            ignored.data(), ignored.size());
  return options;
}

}  // namespace vaste::kafka
