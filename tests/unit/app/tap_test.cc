#include "app/tap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vaste/v1/alert.pb.h"
#include "vaste/v1/conversation.pb.h"
#include "vaste/v1/dead_letter.pb.h"
#include "vaste/v1/enriched.pb.h"
#include "vaste/v1/kpi.pb.h"

namespace vaste::app {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kSecond = 1772442900;  // 2026-03-02T09:15:00Z
constexpr const char* kConversation = "019cadb4-7000-7001-8000-0000deadbeef";
constexpr const char* kCustomer = "019cadb4-7000-7001-8000-00000badcafe";

kafka::Record record_of(std::string_view value, std::string_view key = "k") {
  return {.partition = 2, .offset = 17, .timestamp_ms = kSecond * 1000, .key = key, .value = value};
}

TEST(Text, OfTimesAndDurations) {
  EXPECT_EQ(time_text(kSecond * 1000), "2026-03-02T09:15:00Z");
  EXPECT_EQ(time_text(kSecond * 1000 + 7), "2026-03-02T09:15:00.007Z");
  EXPECT_EQ(time_text(0), "-");
  EXPECT_EQ(duration_text(0), "0s");
  EXPECT_EQ(duration_text(450), "450ms");
  EXPECT_EQ(duration_text(200000), "3m20s");
  EXPECT_EQ(duration_text(3720000), "1h02m");
  EXPECT_EQ(duration_text(7200000), "2h");
  EXPECT_EQ(duration_text(-60000), "-1m");
}

TEST(Text, OfAnAlert) {
  v1::Alert alert;
  alert.set_conversation_id(kConversation);
  alert.set_sla("answer");
  alert.set_cycle(2);
  alert.set_level(v1::ALERT_LEVEL_BREACHED);
  alert.set_status(v1::ALERT_STATUS_RAISED);
  alert.set_channel(v1::CHANNEL_CHAT);
  alert.mutable_changed()->set_seconds(kSecond);
  alert.mutable_due()->set_seconds(kSecond);
  alert.set_elapsed_ms(3600000);
  alert.set_target_ms(3600000);
  alert.set_provisional(true);
  const std::string bytes = alert.SerializeAsString();
  EXPECT_EQ(as_text(Kind::kAlert, record_of(bytes)),
            "2026-03-02T09:15:00Z breached raised answer#2 conversation deadbeef chat 1h/1h "
            "due 2026-03-02T09:15:00Z provisional");
}

TEST(Text, OfAWindowOfKpis) {
  v1::KpiRecord record;
  record.set_window(v1::KPI_WINDOW_QUARTER_HOUR);
  record.mutable_from()->set_seconds(kSecond);
  record.set_channel(v1::CHANNEL_PHONE);
  record.mutable_attributes()->set_queue("PS");
  v1::KpiSum& sum = *record.add_sums();
  sum.set_fact(v1::KPI_FACT_WAIT);
  sum.set_outcome(v1::KPI_OUTCOME_ANSWERED_WITHIN);
  sum.set_count(2);
  sum.set_value(16000);
  sum.add_spread(2);
  record.set_revision(3);
  EXPECT_EQ(as_text(Kind::kKpi, record_of(record.SerializeAsString())),
            "2026-03-02T09:15:00Z 15m phone queue=PS: wait answered_within 2 (mean 8s) revision 3");
}

TEST(Text, OfATrend) {
  v1::Alert alert;
  alert.set_id("trend=negative_mentions&brand=acme/2026-03-02T09:15:00Z");
  alert.set_level(v1::ALERT_LEVEL_TREND);
  alert.set_status(v1::ALERT_STATUS_RAISED);
  alert.mutable_changed()->set_seconds(kSecond);
  alert.mutable_trend()->set_count(12);
  alert.mutable_trend()->set_usual(1.5);
  alert.mutable_trend()->set_limit(10);
  EXPECT_EQ(as_text(Kind::kAlert, record_of(alert.SerializeAsString())),
            "2026-03-02T09:15:00Z trend raised trend=negative_mentions&brand=acme/"
            "2026-03-02T09:15:00Z: 12 in a quarter hour, usually 1.5, told of from 10");
}

TEST(Text, OfAConversation) {
  v1::Conversation conversation;
  conversation.set_id(kConversation);
  conversation.set_customer_id(kCustomer);
  conversation.set_state(v1::CONVERSATION_STATE_WAITING_AGENT);
  conversation.mutable_last_activity()->set_seconds(kSecond);
  conversation.add_channels(v1::CHANNEL_CHAT);
  conversation.add_channels(v1::CHANNEL_PHONE);
  auto* clock = conversation.add_clocks();
  clock->set_sla("answer");
  clock->set_cycle(1);
  clock->set_state(v1::CLOCK_STATE_MET);
  clock->set_elapsed_ms(200000);
  clock->set_target_ms(3600000);
  const std::string text =
      as_text(Kind::kConversation, record_of(conversation.SerializeAsString()));
  EXPECT_THAT(text, HasSubstr("conversation deadbeef waiting_agent customer 0badcafe chat+phone"));
  EXPECT_THAT(text, HasSubstr("; answer#1 met 3m20s/1h"));
}

TEST(Text, OfAnEnrichedEventLeavesTheMessageOut) {
  v1::EnrichedEvent record;
  record.mutable_event()->mutable_time()->set_seconds(kSecond);
  record.mutable_event()->set_channel(v1::CHANNEL_EMAIL);
  record.mutable_event()->mutable_message()->set_author(v1::AUTHOR_KIND_CUSTOMER);
  record.mutable_event()->mutable_message()->set_text("private words");
  record.set_outcome(v1::EVENT_OUTCOME_APPLIED);
  record.set_conversation_id(kConversation);
  record.set_method(v1::JOIN_METHOD_IDENTITY);
  record.set_evidence("email");
  record.set_state_before(v1::CONVERSATION_STATE_NEW);
  record.set_state_after(v1::CONVERSATION_STATE_WAITING_AGENT);
  const std::string text = as_text(Kind::kEnriched, record_of(record.SerializeAsString()));
  EXPECT_THAT(text, HasSubstr("email message by customer applied"));
  EXPECT_THAT(text, HasSubstr("by identity (email) new -> waiting_agent"));
  EXPECT_THAT(text, Not(HasSubstr("private")));
}

TEST(Text, OfWhatCannotBeRead) {
  EXPECT_THAT(as_text(Kind::kAlert, record_of("\xff\xff\xff")),
              HasSubstr("partition 2 offset 17: 3 bytes that cannot be read"));
  kafka::Record gone = record_of("");
  gone.null_value = true;
  EXPECT_THAT(as_text(Kind::kConversation, gone), HasSubstr("deleted k"));
}

TEST(Text, OfProgressAndDeadLetters) {
  EXPECT_EQ(as_text(Kind::kProgress, record_of("1772442900000", "support.chat[1]")),
            "support.chat[1] read up to 2026-03-02T09:15:00Z");
  v1::DeadLetter letter;
  letter.mutable_source()->set_topic("support.chat");
  letter.mutable_source()->set_offset(5);
  letter.set_reason(v1::DEAD_LETTER_REASON_MALFORMED);
  letter.set_detail("bad \x1b[31m");
  letter.set_value_bytes(9);
  EXPECT_EQ(as_text(Kind::kDeadLetter, record_of(letter.SerializeAsString())),
            "- malformed support.chat[0]@5 9 bytes: bad \\x1b[31m");
}

TEST(Json, HasThePlaceAndTheCanonicalValue) {
  v1::Alert alert;
  alert.set_id("a");
  alert.set_elapsed_ms(5);
  const std::string bytes = alert.SerializeAsString();
  EXPECT_EQ(as_json(Kind::kAlert, record_of(bytes, "q\"\xc3\xa5\xff")),
            "{\"partition\":2,\"offset\":17,\"key\":\"q\\\"\xc3\xa5\\u00ff\","
            "\"value\":{\"id\":\"a\",\"elapsedMs\":\"5\"}}");
  kafka::Record gone = record_of("");
  gone.null_value = true;
  EXPECT_THAT(as_json(Kind::kAlert, gone), HasSubstr("\"value\":null"));
  EXPECT_THAT(as_json(Kind::kAlert, record_of("\xff")), HasSubstr("\"error\":\"cannot be read\""));
}

TEST(Json, ReadsAnEventInEitherForm) {
  EXPECT_THAT(as_json(Kind::kEvent, record_of(R"( {"id":"7"})")), HasSubstr(R"({"id":"7"})"));
  v1::Event event;
  event.set_id("7");
  const std::string bytes = event.SerializeAsString();
  EXPECT_THAT(as_json(Kind::kEvent, record_of(bytes)), HasSubstr(R"({"id":"7"})"));
}

TEST(FindTopic, KnowsShortNamesOwnNamesAndSources) {
  config::Config config;
  config.topics.alerts = "acme.alerts";
  config.sources = {{.topic = "support.chat"}};
  EXPECT_EQ(find_topic(config, "alerts", false)->topic, "acme.alerts");
  EXPECT_EQ(find_topic(config, "acme.alerts", false)->kind, Kind::kAlert);
  EXPECT_EQ(find_topic(config, "support.chat", false)->kind, Kind::kEvent);
  EXPECT_EQ(find_topic(config, "other", true)->kind, Kind::kEvent);
}

TEST(FindTopic, SaysWhatWasMeant) {
  const config::Config config;
  EXPECT_THAT(find_topic(config, "allerts", false).error().detail, HasSubstr("`alerts`"));
  EXPECT_EQ(find_topic(config, "allerts", false).error().code, Code::kNotFound);
  EXPECT_EQ(find_topic(config, "vaste.core", true).error().code, Code::kUsage);
}

}  // namespace
}  // namespace vaste::app
