#include "kafka/transaction.h"

#include <fmt/format.h>

#include <thread>

#include "base/crash_point.h"
#include "kafka/sender.h"

namespace vaste::kafka {
namespace {

constexpr Millis kInitTurn{10000};
constexpr Millis kRetryPause{50};

// Requests of one producer as its interceptors see them, on librdkafka's broker threads.
//
// A retry of these requests is silent inside librdkafka, and a late copy of the first try can reach
// the broker during the next transaction (KIP-890): the only trace is here. `err` is the
// transport's (cut, timed out), never the one inside a response, so CONCURRENT_TRANSACTIONS and the
// other retries in the ordinary life of a coordinator do not count. EndTxn is sent once a
// transaction; twice means that the first answer was not a yes.
class RequestWatch {
 public:
  static void prepare(rd_kafka_conf_t* conf, RequestWatch* watch) {
    rd_kafka_conf_interceptor_add_on_new(conf, "vaste", &RequestWatch::on_new, watch);
  }

  void begin() { end_txn_sent_ = 0; }
  bool ambiguous() const { return failed_ != 0 || end_txn_sent_ > 1; }
  std::string text() const {
    return fmt::format("EndTxn sent {} times, {} requests failed on the way (last: ApiKey {}, {})",
                       end_txn_sent_.load(), failed_.load(), last_key_.load(),
                       rd_kafka_err2name(static_cast<rd_kafka_resp_err_t>(last_error_.load())));
  }

 private:
  static constexpr std::int16_t kEndTxn = 26;

  static bool counts(std::int16_t key) {
    // Produce, AddPartitionsToTxn, AddOffsetsToTxn, EndTxn, TxnOffsetCommit
    return key == 0 || key == 24 || key == 25 || key == kEndTxn || key == 28;
  }

  static rd_kafka_resp_err_t on_new(rd_kafka_t* rk, const rd_kafka_conf_t*, void* opaque, char*,
                                    std::size_t) {
    rd_kafka_interceptor_add_on_request_sent(rk, "vaste", &RequestWatch::on_sent, opaque);
    return rd_kafka_interceptor_add_on_response_received(rk, "vaste", &RequestWatch::on_response,
                                                         opaque);
  }

  static rd_kafka_resp_err_t on_sent(rd_kafka_t*, int, const char*, std::int32_t, std::int16_t key,
                                     std::int16_t, std::int32_t, std::size_t, void* opaque) {
    if (key == kEndTxn) ++static_cast<RequestWatch*>(opaque)->end_txn_sent_;
    return RD_KAFKA_RESP_ERR_NO_ERROR;
  }

  static rd_kafka_resp_err_t on_response(rd_kafka_t*, int, const char*, std::int32_t,
                                         std::int16_t key, std::int16_t, std::int32_t, std::size_t,
                                         std::int64_t, rd_kafka_resp_err_t err, void* opaque) {
    if (err == RD_KAFKA_RESP_ERR_NO_ERROR || !counts(key)) return RD_KAFKA_RESP_ERR_NO_ERROR;
    auto* self = static_cast<RequestWatch*>(opaque);
    self->last_key_ = key;
    self->last_error_ = err;
    ++self->failed_;
    return RD_KAFKA_RESP_ERR_NO_ERROR;
  }

  std::atomic<std::uint64_t> failed_{0};  // Never reset: the cure is a new producer.
  std::atomic<std::uint32_t> end_txn_sent_{0};
  std::atomic<int> last_key_{-1};
  std::atomic<int> last_error_{0};
};

// Calls again while librdkafka says that this resumes the same operation; null is success.
template <class Call>
Owned<rd_kafka_error_t> resume_until(Millis patience, Call call) {
  const Deadline deadline(patience);
  while (true) {
    Owned<rd_kafka_error_t> error(call(std::max(1, deadline.left_ms())));
    if (!error || rd_kafka_error_is_fatal(error.get()) != 0 ||
        rd_kafka_error_txn_requires_abort(error.get()) != 0 ||
        rd_kafka_error_is_retriable(error.get()) == 0 || deadline.passed()) {
      return error;
    }
    std::this_thread::sleep_for(std::min(kRetryPause, Millis(deadline.left_ms())));
  }
}

class RdProducer final : public Producer {
 public:
  explicit RdProducer(ProducerConfig config) : config_(std::move(config)) {}
  ~RdProducer() override { sender_.close(); }

  Status open(const ClientConfig& client);
  Status init(Millis patience);

  TopicHandle topic(const std::string& name) override { return sender_.topic(name); }
  Status begin() override;
  bool in_transaction() const override { return in_transaction_; }
  std::uint64_t queued() const override {
    return static_cast<std::uint64_t>(std::max(rd_kafka_outq_len(client_->get()), 0));
  }
  Status produce(const Out& out) override;
  Commit commit(std::span<const Position> positions, const GroupMetadata& metadata) override;
  Outcome abort() override;
  bool ambiguous() const override { return watch_->ambiguous(); }

 private:
  Commit decide(std::span<const Position> positions, const GroupMetadata& metadata);
  Commit settle(const char* call, const rd_kafka_error_t& error);
  Outcome give_up();

  ProducerConfig config_;
  std::shared_ptr<RequestWatch> watch_ = std::make_shared<RequestWatch>();
  Sender sender_;
  std::unique_ptr<Client> client_;  // Its callbacks name sender_, so it goes first.
  bool in_transaction_ = false;
};

Status RdProducer::open(const ClientConfig& client) {
  // What is not delivered by then could not be committed either.
  Properties ours = producing(config_.compression, config_.linger_ms, config_.transaction_timeout);
  ours.emplace_back("transactional.id", config_.transactional_id);
  ours.emplace_back("transaction.timeout.ms", std::to_string(config_.transaction_timeout.count()));
  // A request may not be waited for longer; librdkafka refuses that.
  ours.emplace_back("socket.timeout.ms",
                    std::to_string(std::min(kRequestTimeout, config_.transaction_timeout).count()));
  const Client::Hooks hooks{&sender_,
                            [this](rd_kafka_conf_t* conf) {
                              Sender::prepare(conf);
                              RequestWatch::prepare(conf, watch_.get());
                            },
                            watch_};
  auto made = Client::make(RD_KAFKA_PRODUCER, client, ours, hooks);
  if (!made) return tl::unexpected(std::move(made.error()));
  client_ = std::move(*made);
  sender_.attach(*client_);
  return {};
}

Status RdProducer::init(Millis patience) {
  const std::string what = "init_transactions of " + config_.transactional_id;
  const Deadline deadline(patience);
  while (true) {
    const Owned<rd_kafka_error_t> error(
        rd_kafka_init_transactions(client_->get(), std::max(1, deadline.left_ms(kInitTurn))));
    if (!error) return {};
    const auto err = rd_kafka_error_code(error.get());
    if (rd_kafka_error_is_fatal(error.get()) != 0) {
      std::array<char, 512> reason{};
      const auto cause = rd_kafka_fatal_error(client_->get(), reason.data(), reason.size());
      return failure_of(what, cause == RD_KAFKA_RESP_ERR_NO_ERROR ? err : cause,
                        rd_kafka_error_string(error.get()));
    }
    // A fresh broker loads its transaction log for seconds: librdkafka calls that retriable.
    if (rd_kafka_error_is_retriable(error.get()) == 0 || deadline.passed()) {
      return failure_of(what, error.get());
    }
    client_->log(4, "TXN", describe(what, error.get()) + "; trying again");
    std::this_thread::sleep_for(std::min(kRetryPause, Millis(deadline.left_ms())));
  }
}

Status RdProducer::begin() {
  const Owned<rd_kafka_error_t> error(rd_kafka_begin_transaction(client_->get()));
  if (error) {
    const bool abortable = rd_kafka_error_txn_requires_abort(error.get()) != 0;
    return failure(abortable ? Code::kAborted : Code::kFenced,
                   describe("begin_transaction", error.get()));
  }
  watch_->begin();
  sender_.forget_failures();
  in_transaction_ = true;
  return {};
}

Status RdProducer::produce(const Out& out) {
  const auto err = sender_.produce(out, config_.commit_patience);
  if (err == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  const auto* topic = static_cast<const rd_kafka_topic_t*>(out.topic.raw);
  const std::string detail =
      describe(fmt::format("produce to {}", rd_kafka_topic_name(topic)), err);
  if (err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) return failure(Code::kTooLarge, detail);
  const bool fatal = rd_kafka_fatal_error(client_->get(), nullptr, 0) != 0;
  // A full queue and a transaction in error alike: it cannot become whole any more.
  return failure(fatal ? Code::kFenced : Code::kAborted, detail);
}

Commit RdProducer::commit(std::span<const Position> positions, const GroupMetadata& metadata) {
  Commit result = decide(positions, metadata);
  in_transaction_ = false;
  if (watch_->ambiguous()) {
    if (!result.detail.empty()) result.detail += "; ";
    result.detail += watch_->text();
  }
  return result;
}

Commit RdProducer::decide(std::span<const Position> positions, const GroupMetadata& metadata) {
  const auto offsets = list_of(positions);
  const auto& group = static_cast<const RdGroupMetadata&>(metadata);
  if (group.renewed()) {
    return {.outcome = give_up(),
            .detail = "the group let this member go and took it in again as another",
            .thrown_out = true};
  }
  auto error = resume_until(config_.commit_patience, [&](int timeout_ms) {
    return rd_kafka_send_offsets_to_transaction(client_->get(), offsets.get(), group.get(),
                                                timeout_ms);
  });
  if (error) {
    Commit result = settle("send_offsets_to_transaction", *error);
    result.thrown_out = rd_kafka_error_code(error.get()) == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID;
    return result;
  }
  crash_point("after_offsets");
  error = resume_until(config_.commit_patience, [&](int timeout_ms) {
    return rd_kafka_commit_transaction(client_->get(), timeout_ms);
  });
  if (error) return settle("commit_transaction", *error);
  return {.outcome = Outcome::kCommitted, .detail = {}};
}

// The flags of the error decide, not its code: only txn_requires_abort promises that nothing of the
// transaction was or will be committed.
Commit RdProducer::settle(const char* call, const rd_kafka_error_t& error) {
  Commit result{.outcome = Outcome::kUnknown, .detail = describe(call, &error)};
  if (!sender_.first_failure().empty()) result.detail += "; " + sender_.first_failure();
  if (rd_kafka_error_is_fatal(&error) == 0 && rd_kafka_error_txn_requires_abort(&error) != 0) {
    result.outcome = give_up();
    if (result.outcome == Outcome::kUnknown) result.detail += "; the abort did not succeed either";
  }
  return result;
}

Outcome RdProducer::abort() {
  if (!in_transaction_) return Outcome::kAborted;
  const Outcome outcome = give_up();
  in_transaction_ = false;
  return outcome;
}

Outcome RdProducer::give_up() {
  const auto error = resume_until(config_.commit_patience, [&](int timeout_ms) {
    return rd_kafka_abort_transaction(client_->get(), timeout_ms);
  });
  if (!error) return Outcome::kAborted;
  client_->log(4, "TXN", describe("abort_transaction", error.get()));
  return Outcome::kUnknown;
}

}  // namespace

Result<std::unique_ptr<Producer>> Producer::create(const ClientConfig& client,
                                                   const ProducerConfig& producer,
                                                   Millis patience) {
  auto made = std::make_unique<RdProducer>(producer);
  Status status = made->open(client);
  if (status) status = made->init(patience);
  if (!status) return tl::unexpected(std::move(status.error()));
  return made;
}

}  // namespace vaste::kafka
