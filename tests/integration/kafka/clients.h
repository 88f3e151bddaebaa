// What the tests of src/kafka share: a listener that remembers, reading with a generous limit.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "kafka/admin.h"
#include "kafka/consumer.h"
#include "kafka/mock_cluster.h"
#include "kafka/transaction.h"
#include "kafka/watermarks.h"

namespace vaste::kafka {

using namespace std::chrono_literals;

constexpr Millis kGenerous{30000};

struct Listener : RebalanceListener {
  std::map<std::int32_t, std::int64_t> start;  // by partition; else as committed
  std::vector<TopicPartition> assigned, revoked, lost;
  std::function<void(const std::vector<TopicPartition>&)> while_ours;

  void on_assigned(std::vector<Position>& partitions) override {
    for (Position& position : partitions) {
      assigned.push_back(position.at);
      if (auto at = start.find(position.at.partition); at != start.end()) {
        position.offset = at->second;
      }
    }
  }
  void on_revoked(const std::vector<TopicPartition>& partitions) override {
    if (while_ours) while_ours(partitions);
    revoked.insert(revoked.end(), partitions.begin(), partitions.end());
  }
  void on_lost(const std::vector<TopicPartition>& partitions) override {
    lost.insert(lost.end(), partitions.begin(), partitions.end());
  }
};

struct Seen {
  std::uint16_t topic;
  std::int32_t partition;
  std::int64_t offset;
  std::string key, value;
  bool null_value;
  std::vector<std::pair<std::string, std::string>> headers;
};

// A helper, not an assertion: true as soon as `done` is, false after a limit no healthy run
// reaches.
inline bool eventually(const std::function<bool()>& done, Millis limit = kGenerous) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(2ms);
  }
  return true;
}

inline Seen copy(const Record& record) {
  Seen seen{record.topic,
            record.partition,
            record.offset,
            std::string(record.key),
            std::string(record.value),
            record.null_value,
            {}};
  for (const Header& header : headers_of(record)) {
    seen.headers.emplace_back(header.name, header.value);
  }
  return seen;
}

// Polls until `count` records came, then once more without waiting for any: nothing may follow
// unread.
template <class Consumer>
std::vector<Seen> read(Consumer& consumer, std::size_t count, std::vector<End>* ends = nullptr) {
  std::vector<Seen> out;
  eventually([&] {
    auto polled = consumer.poll(100, 100ms);
    if (!polled) {
      if (polled.error().code == Code::kUnavailable) return false;
      ADD_FAILURE() << polled.error().detail;
      return true;
    }
    for (const Record& record : polled->records) out.push_back(copy(record));
    if (ends) ends->insert(ends->end(), polled->ends.begin(), polled->ends.end());
    return out.size() >= count;
  });
  return out;
}

inline ClientConfig client_of(const std::string& bootstrap) {
  ClientConfig config;
  config.bootstrap_servers = bootstrap;
  config.client_id = "vaste-test";
  if (std::getenv("VASTE_TEST_VERBOSE") != nullptr) {
    config.properties = {{"debug", std::getenv("VASTE_TEST_VERBOSE")}};
    config.log = [](int level, std::string_view facility, std::string_view text) {
      std::cerr << level << ' ' << facility << ' ' << text << '\n';
    };
  }
  return config;
}

// Unique to the run, so that a broker may serve many.
inline std::string fresh(const std::string& name) {
  static int count = 0;
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  return name + "-" + std::to_string(getpid()) + "-" + std::to_string(now) + "-" +
         std::to_string(++count);
}

template <class T>
T taken(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().detail);
  return std::move(*result);
}

inline void fill(const ClientConfig& client, const std::string& topic, int partition, int count) {
  auto producer = taken(PlainProducer::create(client));
  const TopicHandle handle = producer->topic(topic);
  for (int i = 0; i < count; ++i) {
    const std::string value = std::to_string(i);
    const auto status =
        producer->produce({.topic = handle, .partition = partition, .key = "k", .value = value});
    ASSERT_TRUE(status) << status.error().detail;
  }
  const auto flushed = producer->flush(kGenerous);
  ASSERT_TRUE(flushed) << flushed.error().detail;
  ASSERT_EQ(producer->failed(), 0u);
}

}  // namespace vaste::kafka
