#include "metrics/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/log.h"
#include "metrics/process.h"

namespace vaste::metrics {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Policy policy() {
  Policy out;
  out.slas = {{.name = "first_response"}, {.name = "speed_of_answer"}};
  out.queues = {{.name = "billing", .sla_objective = 0.9, .wait_goal = Millis(90'500)},
                {.name = "hotline", .channels = {Channel::kPhone}}};
  out.goals.at(static_cast<std::size_t>(Kpi::kCsat)) = 0.85;
  CalendarSpec office;
  office.name = "office";
  office.transitions = {{{}, 3 * 3600}};
  office.holidays = {20'446, 20'812};
  out.calendars = {{.name = "24x7", .always_open = true}, office};
  return out;
}

Options options() {
  return {.policy = policy(),
          .topics = {"support.chat", "support.phone"},
          .version = "0.1.0",
          .revision = "abc",
          .config_hash = 0xfeed,
          .state_directory = "/tmp"};
}

// The value of one series, "none" if it is not there.
std::string value(const std::string& scrape, const std::string& series) {
  const auto at = scrape.find("\n" + series + " ");
  if (at == std::string::npos) return "none";
  const auto start = at + series.size() + 2;
  return scrape.substr(start, scrape.find('\n', start) - start);
}

TEST(Registry, EveryConfiguredCombinationIsZeroFromTheStart) {
  Registry registry(options());
  const std::string text = registry.scrape();
  // clang-format off
  for (const char* series : {
      R"(vaste_contacts_total{channel="email",direction="inbound",queue="billing"})",
      R"(vaste_contacts_total{channel="phone",direction="outbound",queue="hotline"})",
      R"(vaste_contacts_total{channel="other",direction="inbound",queue="_other"})",
      R"(vaste_contacts_answered_total{channel="phone",queue="hotline",within="false"})",
      R"(vaste_contacts_abandoned_total{channel="chat",kind="short",queue="billing"})",
      (R"(vaste_sla_decided_total{channel="chat",outcome="void",queue="billing",)"
       R"(sla="first_response"})"),
      R"(vaste_sla_decided_total{channel="chat",outcome="met",queue="_other",sla="_other"})",
      R"(vaste_sla_open{queue="hotline",sla="speed_of_answer",state="at_risk"})",
      R"(vaste_alerts_total{kind="retracted",queue="billing",sla="first_response"})",
      R"(vaste_answer_wait_seconds_count{channel="phone",queue="hotline"})",
      R"(vaste_answer_wait_seconds_bucket{channel="phone",queue="hotline",le="20"})",
      R"(vaste_sla_used_ratio_bucket{queue="billing",sla="first_response",le="1"})",
      R"(vaste_handle_seconds_bucket{phase="wrap",queue="billing",le="450"})",
      R"(vaste_first_contact_total{outcome="repeated",queue="hotline"})",
      R"(vaste_repeat_contacts_total{channel="phone",queue="hotline"})",
      R"(vaste_transfers_total{queue="_other"})",
      R"(vaste_channel_switches_total{from="email",to="phone"})",
      R"(vaste_survey_responses_total{band="middle",queue="billing",survey="ces"})",
      R"(vaste_survey_invitations_total{queue="_other",survey="enps"})",
      R"(vaste_survey_points_total{queue="hotline",survey="nps"})",
      R"(vaste_events_total{channel="other",outcome="dead_lettered"})",
      R"(vaste_dead_letters_total{reason="no_identity"})",
      R"(vaste_commits_total{outcome="fenced"})",
      R"(vaste_kafka_partitions_assigned{topic="support.phone"})",
      R"(vaste_metrics_overflow_total{metric="vaste_contacts_total"})",
      R"(vaste_rocksdb_keys{cf="default"})",
      R"(vaste_oldest_waiting_timestamp_seconds{channel="phone",queue="hotline"})",
      R"(vaste_event_late_seconds_count{channel="email"})",
      R"(vaste_event_clock_skew_seconds{channel="social"})",
      R"(vaste_step_seconds_count{step="clocks"})",
      R"(vaste_store_seconds_count{op="scan"})",
      R"(vaste_stitches_total{method="reply_header"})",
      R"(vaste_kafka_consumer_lag_seconds{topic="support.chat"})",
      R"(vaste_rocksdb_block_cache_requests_total{outcome="miss"})",
      "vaste_kafka_rebalance_seconds_count", "vaste_outbox_records",
      "vaste_outbox_oldest_timestamp_seconds", "vaste_kafka_producer_queue_records",
      "vaste_identity_merges_total", "vaste_identity_splits_total",
      "vaste_identity_conflicts_total", "vaste_dedupe_keys", "vaste_dedupe_evictions_total",
      "vaste_rocksdb_stall_seconds_total", "vaste_rocksdb_write_stopped", "vaste_http_streams",
      "vaste_ready", "vaste_commit_seconds_count"})
    EXPECT_EQ(value(text, series), "0") << series;
  // Never happens: the queue is for calls.
  EXPECT_THAT(text, Not(HasSubstr(
      R"(vaste_contacts_total{channel="email",direction="inbound",queue="hotline"})")));
  EXPECT_EQ(value(text, R"(vaste_answer_wait_seconds_count{channel="email",queue="billing"})"),
            "none");
  EXPECT_EQ(value(text, R"(vaste_channel_switches_total{from="chat",to="chat"})"), "none");
  EXPECT_EQ(value(text, R"(vaste_survey_invitations_total{queue="billing",survey="enps"})"),
            "none");
  // clang-format on
}

TEST(Registry, ConfigurationIsExported) {
  Registry registry(options());
  const std::string text = registry.scrape();
  EXPECT_EQ(value(text, R"(vaste_build_info{revision="abc",version="0.1.0"})"), "1");
  EXPECT_EQ(value(text, R"(vaste_config_info{hash="000000000000feed"})"), "1");
  EXPECT_EQ(value(text, R"(vaste_queue_wait_goal_seconds{queue="billing"})"), "90.5");
  EXPECT_EQ(
      std::stod(value(text, R"(vaste_sla_budget_ratio{queue="billing",sla="first_response"})")),
      1 - 0.9);
  EXPECT_EQ(value(text, R"(vaste_kpi_goal_ratio{kpi="csat",queue="hotline"})"), "0.85");
  EXPECT_EQ(value(text, R"(vaste_kpi_goal_ratio{kpi="sla_met",queue="billing"})"), "0.9");
  EXPECT_EQ(value(text, R"(vaste_calendar_last_holiday_timestamp_seconds{calendar="office"})"),
            "1798146000");  // 2026-12-25 in a zone that is three hours ahead
  // Without a goal there is no series: rules would take a 0 for one.
  EXPECT_THAT(text, Not(HasSubstr(R"(kpi="fcr")")));
  EXPECT_THAT(text, Not(HasSubstr(R"(calendar="24x7")")));
  EXPECT_THAT(text, Not(HasSubstr(R"(vaste_queue_wait_goal_seconds{queue="hotline"})")));
  EXPECT_THAT(text, Not(HasSubstr(R"(vaste_sla_budget_ratio{queue="hotline")")));
}

TEST(Registry, HandlesCount) {
  Registry registry(options());
  const Counter contacts =
      registry.counter(Metric::kContactsTotal, {"email", "billing", "inbound"});
  contacts.add();
  contacts.add(2);
  registry.counter(Metric::kContactsTotal, {"email", "billing", "inbound"}).add();
  EXPECT_EQ(contacts.value(), 4);
  const Gauge open = registry.gauge(Metric::kSlaOpen, {"billing", "first_response", "running"});
  open.add(3);
  open.add(-1);
  registry.gauge(Metric::kReady).set(1);
  const std::string text = registry.scrape();
  EXPECT_EQ(
      value(text, R"(vaste_contacts_total{channel="email",direction="inbound",queue="billing"})"),
      "4");
  EXPECT_EQ(value(text, R"(vaste_sla_open{queue="billing",sla="first_response",state="running"})"),
            "2");
  EXPECT_EQ(value(text, "vaste_ready"), "1");
}

// "Within 20 seconds" holds at 20.000 s: the rules read it off le="20".
TEST(Registry, ABucketHoldsItsBound) {
  Registry registry(options());
  registry.histogram(Metric::kAnswerWaitSeconds, {"phone", "hotline"}).observe(20);
  const std::string text = registry.scrape();
  const std::string series =
      R"(vaste_answer_wait_seconds_bucket{channel="phone",queue="hotline",le=)";
  EXPECT_EQ(value(text, series + "\"15\"}"), "0");
  EXPECT_EQ(value(text, series + "\"20\"}"), "1");
  EXPECT_EQ(value(text, R"(vaste_answer_wait_seconds_sum{channel="phone",queue="hotline"})"), "20");
}

TEST(Registry, AHandleOfNoRegistryCountsNothing) {
  Counter().add();
  Gauge().set(1);
  Histogram().observe(1);
  EXPECT_EQ(Counter().value(), 0);
}

TEST(Registry, AnUnknownQueueIsOther) {
  Registry registry(options());
  const auto contacts = [&](std::string_view channel, std::string_view queue) {
    return registry.counter(Metric::kContactsTotal, {channel, queue, "inbound"});
  };
  contacts("email", "ann@example.org").add();
  contacts("email", "4711").add();
  EXPECT_EQ(contacts("email", "_other").value(), 2);
  const Counter overflow =
      registry.counter(Metric::kMetricsOverflowTotal, {"vaste_contacts_total"});
  EXPECT_EQ(overflow.value(), 2);
  contacts("email", "").add();  // no queue yet
  EXPECT_EQ(contacts("email", "_other").value(), 3);
  EXPECT_EQ(overflow.value(), 2);
  contacts("fax", "billing").add();
  EXPECT_EQ(contacts("other", "billing").value(), 1);
  EXPECT_EQ(overflow.value(), 3);
  EXPECT_THAT(registry.scrape(), Not(HasSubstr("example.org")));
}

TEST(Registry, ALiveContactOnAWrittenChannelIsNotLost) {
  Registry registry(options());
  registry.histogram(Metric::kAnswerWaitSeconds, {"social", "billing"}).observe(1);
  EXPECT_EQ(value(registry.scrape(),
                  R"(vaste_answer_wait_seconds_count{channel="social",queue="billing"})"),
            "1");
  EXPECT_EQ(registry.counter(Metric::kMetricsOverflowTotal, {"vaste_answer_wait_seconds"}).value(),
            0);
}

TEST(Registry, SeriesMadeOnDemandHaveALimit) {
  Registry registry(options());
  for (std::size_t i = 0; i < kMostOnDemand + 10; ++i)
    registry.counter(Metric::kKafkaErrorsTotal, {std::to_string(i)}).add();
  EXPECT_EQ(registry.counter(Metric::kKafkaErrorsTotal, {"_other"}).value(), 10);
  EXPECT_EQ(registry.counter(Metric::kMetricsOverflowTotal, {"vaste_kafka_errors_total"}).value(),
            10);
}

TEST(Registry, OfSeveralOwnersOneIsTold) {
  Registry registry(options());
  const auto told = [&](const char* name) {
    return value(registry.scrape(), name + std::string(R"({topic="support.chat"})"));
  };
  const auto low = [&](const char* owner, double value) {
    registry.lowest(Metric::kWatermarkTimestampSeconds, {"support.chat"}, owner, value);
    return told("vaste_watermark_timestamp_seconds");
  };
  EXPECT_EQ(low("one", 7), "7");
  EXPECT_EQ(low("two", 5), "5");
  EXPECT_EQ(low("two", 9), "7");
  EXPECT_EQ(low("one", 0), "9");
  EXPECT_EQ(low("two", 0), "0");
  const auto high = [&](const char* owner, double value) {
    registry.highest(Metric::kKafkaConsumerLagSeconds, {"support.chat"}, owner, value);
    return told("vaste_kafka_consumer_lag_seconds");
  };
  EXPECT_EQ(high("one", 7), "7");
  EXPECT_EQ(high("two", 5), "7");
  EXPECT_EQ(high("one", 0), "5");
  EXPECT_EQ(high("two", 0), "0");
}

TEST(Registry, ACounterFollowsATotalAndNeverFalls) {
  Registry registry(options());
  const auto follow = [&](double total) {
    registry.follow(Metric::kRocksdbStallSecondsTotal, {}, total);
    return registry.counter(Metric::kRocksdbStallSecondsTotal).value();
  };
  EXPECT_EQ(follow(1.5), 1.5);
  EXPECT_EQ(follow(4), 4);
  EXPECT_EQ(follow(0), 4);
}

TEST(Registry, SinksAreConfigured) {
  Options given = options();
  given.sinks = {"pager"};
  Registry registry(std::move(given));
  registry.counter(Metric::kAlertDeliveriesTotal, {"who?", "ok"}).add();
  const std::string text = registry.scrape();
  EXPECT_EQ(value(text, R"(vaste_alert_deliveries_total{outcome="failed",sink="pager"})"), "0");
  EXPECT_EQ(value(text, R"(vaste_alert_delivery_seconds_count{kind="breached",sink="pager"})"),
            "0");
  EXPECT_EQ(value(text, R"(vaste_alert_deliveries_total{outcome="ok",sink="_other"})"), "1");
}

TEST(Registry, LabelValuesAreEscaped) {
  Options given = options();
  given.policy.queues.push_back({.name = "a\"b\\c\nd"});
  Registry registry(std::move(given));
  EXPECT_THAT(registry.scrape(), HasSubstr(R"(queue="a\"b\\c\nd")"));
}

TEST(Registry, RefreshersRunInEachScrape) {
  Registry registry(options());
  int calls = 0;
  registry.on_scrape([&] {
    ++calls;
    registry.gauge(Metric::kRocksdbKeys, {"default"}).set(calls);
  });
  registry.scrape();
  EXPECT_EQ(value(registry.scrape(), R"(vaste_rocksdb_keys{cf="default"})"), "2");
}

TEST(Registry, LogLinesAreFollowed) {
  Registry registry(options());
  const auto lines = [&] {
    return std::stod(value(registry.scrape(), R"(vaste_log_messages_total{level="warning"})"));
  };
  const double before = lines();
  log::warning("a line of a test");
  EXPECT_EQ(lines(), before + 1);
  EXPECT_EQ(lines(), before + 1);
}

TEST(Registry, TheProcessIsDescribed) {
  Registry registry(options());
  const std::string text = registry.scrape();
  EXPECT_GT(std::stod(value(text, "process_resident_memory_bytes")), 1e6);
  EXPECT_GT(std::stod(value(text, "process_cpu_seconds_total")), 0);
  EXPECT_GE(std::stod(value(text, "process_open_fds")), 3);
  EXPECT_GT(std::stod(value(text, "process_max_fds")), 3);
  const double now = static_cast<double>(std::time(nullptr));
  EXPECT_NEAR(std::stod(value(text, "process_start_time_seconds")), now, 600);
  EXPECT_GT(std::stod(value(text, "vaste_state_disk_size_bytes")), 1e6);
  EXPECT_FALSE(read_disk("/no/such/folder").has_value());
}

TEST(Registry, ThreadsMayShareIt) {
  Registry registry(options());
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 2000; ++round) {
        registry.counter(Metric::kMessagesTotal, {"chat", "inbound"}).add();
        if (round % 500 == 0) (void)registry.scrape();
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(registry.counter(Metric::kMessagesTotal, {"chat", "inbound"}).value(), 8000);
}

Options thirty_queues() {
  Options given = options();
  given.policy.queues.clear();
  for (int i = 0; i < 30; ++i) given.policy.queues.push_back({.name = "queue" + std::to_string(i)});
  given.policy.slas = {{.name = "first_response"},
                       {.name = "next_response"},
                       {.name = "resolution"},
                       {.name = "speed_of_answer"}};
  given.sinks = {"alertmanager", "webhook"};
  return given;
}

TEST(Registry, ThirtyQueuesFitTheBudget) {
  Registry registry(thirty_queues());
  const std::size_t series = registry.series();
  EXPECT_LT(series, 20'000U);
  EXPECT_GT(series, 5'000U);
}

// What events say, a million times something else: queues, SLAs, and whatever might be mistaken for
// one of the program's own words.
TEST(Registry, AMillionDistinctValuesMakeNoSeries) {
  Registry registry(thirty_queues());
  const Counter overflow =
      registry.counter(Metric::kMetricsOverflowTotal, {"vaste_contacts_total"});
  (void)registry.counter(Metric::kContactsTotal, {"other", "_other", "inbound"});
  const std::size_t before = registry.series();
  constexpr int kMany = 1'000'000;
  for (int i = 0; i < kMany; ++i) {
    const std::string who = "team-" + std::to_string(i);
    registry.counter(Metric::kContactsTotal, {"chat", who, "inbound"}).add();
    if (i % 10 != 0) continue;
    registry.counter(Metric::kSlaDecidedTotal, {who, who, who, who}).add();
    registry.histogram(Metric::kSlaSpentSeconds, {who, who}).observe(1);
    registry.gauge(Metric::kConversationsOpen, {who, "chat", who}).add(1);
  }
  EXPECT_EQ(overflow.value(), kMany);
  EXPECT_EQ(registry.counter(Metric::kContactsTotal, {"chat", "_other", "inbound"}).value(), kMany);
  EXPECT_LE(registry.series(), before + 2);  // "_other" where a closed list has no such word
  EXPECT_LT(registry.series(), 20'000U);
}

TEST(Registry, MoreQueuesThanTheLimitAreOther) {
  Options given = options();
  for (std::size_t i = 0; i < kMostQueues; ++i)
    given.policy.queues.push_back({.name = "queue" + std::to_string(i)});
  Registry registry(std::move(given));
  registry.counter(Metric::kContactsTotal, {"chat", "queue199", "inbound"}).add();
  EXPECT_EQ(registry.counter(Metric::kContactsTotal, {"chat", "_other", "inbound"}).value(), 1);
}

TEST(Registry, PromtoolFindsNothing) {
  if (std::system("promtool --version >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "no promtool: install the Debian package prometheus";
  Registry registry(options());
  registry.gauge(Metric::kKafkaConsumerLagRecords, {"support.chat", "0"}).set(1);
  registry.counter(Metric::kHttpRequestsTotal, {"/metrics", "200"}).add();
  registry.counter(Metric::kKafkaErrorsTotal, {"_TRANSPORT"}).add();
  registry.gauge(Metric::kRestoreRemainingRecords, {"0"}).set(1);
  const auto base =
      std::filesystem::temp_directory_path() / ("vaste-scrape-" + std::to_string(getpid()));
  std::ofstream(base) << registry.scrape();
  const std::string findings = base.string() + ".out";
  const int status = std::system(
      ("promtool check metrics < " + base.string() + " > " + findings + " 2>&1").c_str());
  std::ifstream file(findings);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(status, 0) << text;
  EXPECT_EQ(text, "");
  std::filesystem::remove(base);
  std::filesystem::remove(findings);
}

TEST(RegistryDeathTest, ACounterIsNoGauge) {
  Registry registry(options());
  EXPECT_DEATH((void)registry.gauge(Metric::kContactsTotal, {"chat", "billing", "inbound"}),
               "check failed");
  EXPECT_DEATH((void)registry.counter(Metric::kContactsTotal, {"chat"}), "check failed");
}

}  // namespace
}  // namespace vaste::metrics
