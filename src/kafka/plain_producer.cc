#include <fmt/format.h>

#include "kafka/sender.h"

namespace vaste::kafka {
namespace {

constexpr Millis kMessageTimeout{30000};
constexpr Millis kFullPatience{30000};

class RdPlainProducer final : public PlainProducer {
 public:
  Status open(const ClientConfig& client) {
    const Client::Hooks hooks{&sender_, [](rd_kafka_conf_t* conf) { Sender::prepare(conf); },
                              nullptr};
    auto made =
        Client::make(RD_KAFKA_PRODUCER, client, producing("lz4", 5, kMessageTimeout), hooks);
    if (!made) return tl::unexpected(std::move(made.error()));
    client_ = std::move(*made);
    sender_.attach(*client_);
    return {};
  }

  ~RdPlainProducer() override {
    // Reports that nobody has heard yet would be called records that were not delivered.
    if (client_ != nullptr) rd_kafka_poll(client_->get(), 0);
    sender_.close();
  }

  TopicHandle topic(const std::string& name) override { return sender_.topic(name); }

  Status produce(const Producer::Out& out) override {
    const auto err = sender_.produce(out, kFullPatience);
    if (err == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    return failure_of("produce", err);
  }

  Status flush(Millis patience) override {
    const auto err = rd_kafka_flush(client_->get(), Deadline(patience).left_ms());
    if (err == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    return failure(Code::kUnavailable, fmt::format("{} records are still not delivered",
                                                   rd_kafka_outq_len(client_->get())));
  }

  std::uint64_t failed() const override { return sender_.failed(); }

 private:
  Sender sender_;
  std::unique_ptr<Client> client_;  // Its callbacks name sender_, so it goes first.
};

}  // namespace

Result<std::unique_ptr<PlainProducer>> PlainProducer::create(const ClientConfig& client) {
  auto producer = std::make_unique<RdPlainProducer>();
  if (auto status = producer->open(client); !status) {
    return tl::unexpected(std::move(status.error()));
  }
  return producer;
}

}  // namespace vaste::kafka
