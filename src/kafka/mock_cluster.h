// librdkafka's mock brokers inside this process: for the demo and error-path tests only. It cannot
// test exactly-once.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace vaste::kafka {

class MockCluster {
 public:
  static Result<std::unique_ptr<MockCluster>> create(int brokers);
  virtual ~MockCluster() = default;
  virtual std::string bootstrap_servers() const = 0;
  virtual Status create_topic(const std::string& topic, int partitions) = 0;
  // Error paths: the next `count` requests of `api_key` fail with Kafka's error code `error`.
  virtual void fail_next(int api_key, int error, int count) = 0;
  virtual void set_broker_down(int broker, bool down) = 0;
  virtual void set_round_trip(int broker, Millis delay) = 0;
};

}  // namespace vaste::kafka
