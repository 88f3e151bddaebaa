// What every Kafka client of ours shares: settings, names of partitions, error classes. C API of
// librdkafka, RAII.
//
// Nothing outside this folder includes rdkafka.h.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "kafka/repeats.h"

namespace vaste::kafka {

// For the answer to one request, where no property says otherwise.
inline constexpr Millis kRequestTimeout{5000};

struct ClientConfig {
  std::string bootstrap_servers;
  std::string client_id = "vaste";
  // Passed to librdkafka as they are, after our own defaults: security, compression, buffers.
  // Values may be secrets: they are never logged.
  std::vector<std::pair<std::string, std::string>> properties;
  bool mock_brokers = false;  // the mock writes transaction markers without a checksum
  // librdkafka's log lines and errors, already without secrets: level 0 (emergency) to 7 (debug),
  // facility, text.
  std::function<void(int, std::string_view, std::string_view)> log;
  // Each error that librdkafka reports, by its name for the code ("_TRANSPORT"); from any thread,
  // never after the client is gone.
  std::function<void(std::string_view)> count_error;
  std::shared_ptr<Repeats> repeats = std::make_shared<Repeats>();  // of all clients made with this
};

struct TopicPartition {
  std::string topic;
  std::int32_t partition = 0;
  auto operator<=>(const TopicPartition&) const = default;
};

struct Position {
  TopicPartition at;
  std::int64_t offset = 0;  // the next one to read; -1 = none committed
  std::string note{};       // committed with it and told with it, for who asks; a few bytes
};

std::string text(const TopicPartition& at);  // "topic[3]"

}  // namespace vaste::kafka
