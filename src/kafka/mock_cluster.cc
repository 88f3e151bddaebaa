#include "kafka/mock_cluster.h"

#include "kafka/rd.h"
// librdkafka wants its own header before this one.
#include <librdkafka/rdkafka_mock.h>

namespace vaste::kafka {
namespace {

class RdMockCluster final : public MockCluster {
 public:
  ~RdMockCluster() override {
    if (cluster_ != nullptr) rd_kafka_mock_cluster_destroy(cluster_);
  }

  Status open(int brokers) {
    // Only a host for the cluster's thread; it never talks to a broker.
    auto made = Client::make(RD_KAFKA_PRODUCER, ClientConfig{.client_id = "vaste-mock"}, {}, {});
    if (!made) return tl::unexpected(std::move(made.error()));
    client_ = std::move(*made);
    cluster_ = rd_kafka_mock_cluster_new(client_->get(), brokers);
    if (cluster_ == nullptr) return failure(Code::kUnavailable, "the mock cluster does not start");
    // Joining a group otherwise takes three seconds.
    rd_kafka_mock_group_initial_rebalance_delay_ms(cluster_, 50);
    return {};
  }

  std::string bootstrap_servers() const override {
    return rd_kafka_mock_cluster_bootstraps(cluster_);
  }

  Status create_topic(const std::string& topic, int partitions) override {
    const auto err = rd_kafka_mock_topic_create(cluster_, topic.c_str(), partitions, 1);
    if (err != RD_KAFKA_RESP_ERR_NO_ERROR) return failure_of("topic " + topic, err);
    return {};
  }

  void fail_next(int api_key, int error, int count) override {
    const std::vector<rd_kafka_resp_err_t> errors(static_cast<std::size_t>(count),
                                                  static_cast<rd_kafka_resp_err_t>(error));
    rd_kafka_mock_push_request_errors_array(cluster_, static_cast<std::int16_t>(api_key),
                                            errors.size(), errors.data());
  }

  void set_broker_down(int broker, bool down) override {
    if (down) {
      rd_kafka_mock_broker_set_down(cluster_, broker);
    } else {
      rd_kafka_mock_broker_set_up(cluster_, broker);
    }
  }

  void set_round_trip(int broker, Millis delay) override {
    rd_kafka_mock_broker_set_rtt(cluster_, broker, static_cast<int>(delay.count()));
  }

 private:
  std::unique_ptr<Client> client_;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

}  // namespace

Result<std::unique_ptr<MockCluster>> MockCluster::create(int brokers) {
  auto cluster = std::make_unique<RdMockCluster>();
  if (auto status = cluster->open(brokers); !status) {
    return tl::unexpected(std::move(status.error()));
  }
  return cluster;
}

}  // namespace vaste::kafka
