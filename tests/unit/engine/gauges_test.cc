// Gauges are of what is owned: two workers share them, and what one gives back is gone.
#include "engine/gauges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "unit/engine/metrics_text.h"

namespace vaste::engine {
namespace {

using namespace std::chrono_literals;

Policy desk() {
  Policy policy;
  policy.queues = {{.name = "desk"}};
  policy.slas = {{.name = "first"}};
  return policy;
}

metrics::Options options() {
  metrics::Options out;
  out.policy = desk();
  out.topics = {"support.chat", "vaste.core"};
  return out;
}

constexpr Instant kNow = instant(1'795'392'000'000);

class GaugesTest : public testing::Test {
 protected:
  std::string told(const std::string& series) { return value(registry_.scrape(), series); }

  // A worker with something in every gauge.
  void fill(Gauges& gauges, std::int32_t partition, Millis shift) {
    gauges.assigned("support.chat", 1);
    gauges.assigned("vaste.core", 1);
    gauges.restoring(partition, 7);
    gauges.lag({"support.chat", partition}, 10 + partition, 30s + shift);
    gauges.watermark({"support.chat", partition}, kNow + shift);
    core::Tally tally(desk());
    tally.add({0, 0, 5});
    Gauges::Holds holds;
    holds.tallies = {&tally};
    holds.next_breaches = {kNow + shift, kNever};
    holds.waiting.assign(2 * static_cast<std::size_t>(kChannels), kNever);
    holds.waiting[static_cast<std::size_t>(Channel::kPhone)] = kNow - 1min + shift;
    holds.moments = 100;
    gauges.holds(holds);
    store::Stats stats;
    stats.live_sst_bytes = stats.memtable_bytes = stats.pending_compaction_bytes = 1000;
    stats.keys = stats.level0_files = stats.background_errors = 3;
    stats.behind_bytes = 1000;
    stats.write_stopped = true;
    gauges.store(stats);
    gauges.outbox(40, kNow + shift);
    gauges.queued(12);
    std::array<Millis, kChannels> leads{};
    leads[static_cast<std::size_t>(Channel::kChat)] = 2s + shift;
    gauges.leads(leads);
  }
  void give_back(Gauges& gauges, std::int32_t partition) {
    gauges.assigned("support.chat", -1);
    gauges.assigned("vaste.core", -1);
    gauges.given_back({"support.chat", partition});
    gauges.given_back({"vaste.core", partition});
    gauges.restoring(partition, 0);
  }

  metrics::Registry registry_{options()};
};

// clang-format off
struct Row { const char* series; const char* two; const char* one; };
constexpr Row kRows[] = {
    {R"(vaste_kafka_partitions_assigned{topic="support.chat"})", "2", "1"},
    {R"(vaste_kafka_consumer_lag_records{partition="0",topic="support.chat"})", "10", "0"},
    {R"(vaste_kafka_consumer_lag_records{partition="1",topic="support.chat"})", "11", "11"},
    {R"(vaste_kafka_consumer_lag_seconds{topic="support.chat"})", "31", "31"},
    {R"(vaste_watermark_timestamp_seconds{topic="support.chat"})", "1795392000", "1795392001"},
    {R"(vaste_next_breach_timestamp_seconds{queue="desk"})", "1795392000", "1795392001"},
    {R"(vaste_oldest_waiting_timestamp_seconds{channel="phone",queue="desk"})", "1795391940", "1795391941"},
    {R"(vaste_sla_open{queue="desk",sla="first",state="running"})", "4", "2"},
    {R"(vaste_restore_remaining_records{partition="0"})", "7", "0"},
    {R"(vaste_rocksdb_keys{cf="default"})", "6", "3"},
    {R"(vaste_rocksdb_write_stopped)", "2", "1"},
    {R"(vaste_event_clock_skew_seconds{channel="chat"})", "3", "3"},
    {"vaste_dedupe_keys", "200", "100"},
    {"vaste_outbox_records", "80", "40"},
    {"vaste_outbox_oldest_timestamp_seconds", "1795392000", "1795392001"},
    {"vaste_kafka_producer_queue_records", "24", "12"},
};
// clang-format on

TEST_F(GaugesTest, OfTwoWorkersOneGoes) {
  auto first = std::make_unique<Gauges>(registry_, desk());
  Gauges second(registry_, desk());
  fill(*first, 0, 0s);
  fill(second, 1, 1s);
  for (const Row& row : kRows)
    EXPECT_EQ(std::stod(told(row.series)), std::stod(row.two)) << row.series;
  give_back(*first, 0);
  first.reset();
  for (const Row& row : kRows)
    EXPECT_EQ(std::stod(told(row.series)), std::stod(row.one)) << row.series;
}

// Every gauge that there is, but those of the configuration and of the process.
TEST_F(GaugesTest, WhatIsGivenBackLeavesNothing) {
  const std::string before = registry_.scrape();
  {
    Gauges gauges(registry_, desk());
    fill(gauges, 0, 0s);
    give_back(gauges, 0);
  }
  std::istringstream lines(registry_.scrape());
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#') || line.starts_with("process_") || line.starts_with("vaste_state_"))
      continue;
    if (before.find("\n" + line + "\n") != std::string::npos) continue;
    EXPECT_THAT(line, testing::EndsWith("} 0"));  // made on demand
  }
}

TEST_F(GaugesTest, WithoutRecordsBehindNothingIsOld) {
  Gauges gauges(registry_, desk());
  gauges.lag({"support.chat", 0}, 0, 3600s);
  EXPECT_EQ(told(R"(vaste_kafka_consumer_lag_seconds{topic="support.chat"})"), "0");
}

// A record that came just now is not as old as the one read last, an hour ago.
TEST(ReachedTest, TheNextRecordCameAfterWhatIsKnownToBeRead) {
  Reached reached{kNow, kNever, kNever};
  EXPECT_EQ(reached.age(kNow + 5s), 5s) << "nothing is known before reading began";
  reached.last = kNow - 1h;
  EXPECT_EQ(reached.age(kNow + 5s), 1h + 5s) << "a backlog is as old as it is";
  reached.at_end = kNow + 2s;
  EXPECT_EQ(reached.age(kNow + 5s), 3s);
  reached.last = kNow + 4s;
  EXPECT_EQ(reached.age(kNow + 5s), 1s);
}

TEST(LeadsTest, TellTheMostOfTheLastMinute) {
  Leads leads;
  const auto chat = [&](Millis after) {
    return leads.most(kNow + after)[static_cast<std::size_t>(Channel::kChat)];
  };
  EXPECT_EQ(chat(0s), 0s);
  leads.note(Channel::kChat, 5000);
  leads.note(Channel::kChat, 2000);
  leads.note(Channel::kChat, -9000);
  leads.note(Channel::kEmail, 60'000);
  EXPECT_EQ(chat(1s), 5s);
  EXPECT_EQ(chat(59s), 5s);
  leads.note(Channel::kChat, 1000);
  EXPECT_EQ(chat(71s), 1s) << "the older one is over";
  EXPECT_EQ(chat(1000s), 0s);
  leads.note(Channel::kChat, 7000);
  EXPECT_EQ(chat(1001s), 7s);
}

}  // namespace
}  // namespace vaste::engine
