// The headers of outputs, as somebody reads them who knows CloudEvents and not vaste.
#include "emit/cloud_event.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "emit/encode.h"
#include "vaste/v1/alert.pb.h"
#include "vaste/v1/dead_letter.pb.h"
#include "vaste/v1/enriched.pb.h"
#include "vaste/v1/identity.pb.h"
#include "vaste/v1/kpi.pb.h"

namespace vaste::emit {
namespace {

using Headers = std::map<std::string, std::string>;

constexpr std::string_view kTrace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const Instant kNoon = instant(1795435200250);  // 2026-11-23T12:00:00.250Z
const Id kConversation{0x019a123400007001, 0x8000000000000001};
constexpr char kConversationText[] = "019a1234-0000-7001-8000-000000000001";

Headers read(std::span<const Header> headers) {
  Headers out;
  for (const Header& header : headers)
    EXPECT_TRUE(out.emplace(header.name, header.value).second) << header.name << " twice";
  return out;
}

core::Origin origin(std::string_view trace = {}) {
  return {"support.email", 3, 41, to_ms(kNoon), 0, trace};
}

TEST(CloudEvent, OfAnEnrichedEvent) {
  CloudEvents events("desk");
  core::Enriched out;
  out.origin = origin(kTrace);
  out.at = kNoon;
  out.conversation = kConversation;
  EXPECT_EQ(read(events.enriched(out)), (Headers{{"ce_specversion", "1.0"},
                                                 {"ce_id", "support.email/3/41"},
                                                 {"ce_source", "/vaste/desk"},
                                                 {"ce_type", "vaste.v1.EnrichedEvent"},
                                                 {"ce_time", "2026-11-23T12:00:00.250Z"},
                                                 {"ce_subject", kConversationText},
                                                 {"content-type", "application/protobuf"},
                                                 {"traceparent", std::string(kTrace)}}));
}

TEST(CloudEvent, WhatIsNotThereIsNoHeader) {
  CloudEvents events("desk");
  core::Enriched out;
  out.origin = origin();
  const Headers headers = read(events.enriched(out));
  EXPECT_EQ(headers.count("ce_subject"), 0U);  // it belongs to no conversation
  EXPECT_EQ(headers.count("ce_time"), 0U);
  EXPECT_EQ(headers.count("traceparent"), 0U);
}

// Nothing of one record's headers stays for the next one.
TEST(CloudEvent, OneDoesNotShowInTheNext) {
  CloudEvents events("desk");
  core::Enriched first;
  first.origin = origin(kTrace);
  first.at = kNoon;
  first.conversation = kConversation;
  (void)events.enriched(first);
  core::Enriched second;
  second.origin = {"support.chat", 0, 7, 0, 0, {}};
  EXPECT_EQ(read(events.enriched(second)), (Headers{{"ce_specversion", "1.0"},
                                                    {"ce_id", "support.chat/0/7"},
                                                    {"ce_source", "/vaste/desk"},
                                                    {"ce_type", "vaste.v1.EnrichedEvent"},
                                                    {"content-type", "application/protobuf"}}));
}

TEST(CloudEvent, OfASummaryNamesItsRevision) {
  CloudEvents events("desk");
  Conversation conversation;
  conversation.id = kConversation;
  conversation.revision = 5;
  conversation.fold.last_activity = kNoon - Millis(1000);
  conversation.fired_until = kNoon;
  Headers headers = read(events.conversation(conversation, kTrace));
  EXPECT_EQ(headers["ce_id"], std::string(kConversationText) + "/5");
  EXPECT_EQ(headers["ce_time"], "2026-11-23T12:00:00.250Z");
  EXPECT_EQ(headers["traceparent"], kTrace);
  headers = read(events.forgotten(kConversation, kNoon));
  EXPECT_EQ(headers["ce_id"], std::string(kConversationText) + "/forgotten");
  EXPECT_EQ(headers["ce_subject"], kConversationText);
}

// Each change of one alert is an event of its own.
TEST(CloudEvent, OfAnAlertNamesItsRevision) {
  CloudEvents events("desk");
  core::AlertOut out;
  out.conversation = kConversation;
  out.changed = kNoon;
  out.alert.sla = "first_response";
  out.alert.cycle = 1;
  out.alert.level = AlertLevel::kBreached;
  std::set<std::string> ids;
  for (std::uint32_t revision = 1; revision <= 3; ++revision) {
    out.alert.revision = revision;
    ids.insert(read(events.alert(out))["ce_id"]);
  }
  EXPECT_EQ(ids.size(), 3U);
  EXPECT_EQ(read(events.alert(out))["ce_id"], core::alert_id(kConversation, out.alert) + "/3");
  EXPECT_EQ(read(events.alert(out))["ce_subject"], kConversationText);
}

TEST(CloudEvent, OfADeadLetterIsNotThatOfItsEnrichedEvent) {
  CloudEvents events("desk");
  core::Enriched out;
  out.origin = origin(kTrace);
  Headers headers = read(events.dead_letter(out.origin, kNever));
  EXPECT_EQ(headers["ce_subject"], "support.email/3/41");
  EXPECT_EQ(headers["ce_time"], "2026-11-23T12:00:00.250Z");
  EXPECT_EQ(headers["traceparent"], kTrace);
  EXPECT_NE(headers["ce_id"], read(events.enriched(out))["ce_id"]);
}

TEST(CloudEvent, OfAWindowIsTheSameAfterAReplay) {
  CloudEvents events("desk");
  Encoder encoder;
  KpiWindow window;
  window.start = kNoon - Millis(250);
  Attributes attributes;
  attributes.queue = "support";
  window.group = kpi_group(Channel::kPhone, attributes);
  window.revision = 7;
  const WindowId id{WindowSize::kQuarterHour, window.start, text(window.group)};
  EXPECT_EQ(kpi_key(id), "15m/2026-11-23T12:00:00Z/channel=phone&queue=support");
  EXPECT_EQ(read(events.window(id, 7))["ce_id"], kpi_key(id) + "/7");
  EXPECT_EQ(read(events.window(id, 7))["ce_time"], "2026-11-23T12:00:00.000Z");
  EXPECT_EQ(read(events.forgotten(id, kNoon))["ce_id"], kpi_key(id) + "/forgotten");
  KpiSum sum;
  sum.fact = Fact::kWait;
  sum.outcome = Outcome::kAnsweredWithin;
  sum.count = 2;
  sum.value = 9000;
  sum.spread = {0, 2};
  window.sums = {sum};
  v1::KpiRecord record;
  ASSERT_TRUE(record.ParseFromString(std::string(encoder.window(id, window))));
  EXPECT_EQ(record.window(), v1::KPI_WINDOW_QUARTER_HOUR);
  EXPECT_EQ(record.to().seconds() - record.from().seconds(), 900);
  EXPECT_EQ(record.channel(), v1::CHANNEL_PHONE);
  EXPECT_EQ(record.attributes().queue(), "support");
  ASSERT_EQ(record.sums_size(), 1);
  EXPECT_EQ(record.sums(0).outcome(), v1::KPI_OUTCOME_ANSWERED_WITHIN);
  EXPECT_EQ(record.sums(0).value(), 9000);
  EXPECT_EQ(record.sums(0).spread_size(), 2);
  EXPECT_EQ(record.revision(), 7U);
}

TEST(CloudEvent, OfATrendIsAnAlertOfItsOwn) {
  CloudEvents events("desk");
  Encoder encoder;
  core::TrendOut out;
  out.rule.name = "negative_mentions";
  out.group = core::trend_group(out.rule, "acme");
  out.state = {"negative_mentions", "acme", AlertStatus::kRaised, kNoon, kNoon, 2};
  out.burst = {12, 1.5, 10};
  out.from = kNoon;
  EXPECT_EQ(trend_id(out), "trend=negative_mentions&brand=acme/2026-11-23T12:00:00Z");
  EXPECT_EQ(read(events.trend(out))["ce_id"], trend_id(out) + "/2");
  v1::Alert alert;
  ASSERT_TRUE(alert.ParseFromString(std::string(encoder.trend(out, kNoon))));
  EXPECT_EQ(alert.id(), trend_id(out));
  EXPECT_EQ(alert.level(), v1::ALERT_LEVEL_TREND);
  EXPECT_EQ(alert.status(), v1::ALERT_STATUS_RAISED);
  EXPECT_EQ(alert.attributes().brand(), "acme");
  EXPECT_EQ(alert.trend().count(), 12);
  EXPECT_EQ(alert.trend().usual(), 1.5);
  EXPECT_EQ(alert.trend().limit(), 10);
}

TEST(CloudEvent, OfAnIdentityRecordHasItsId) {
  CloudEvents events("desk");
  core::IdentityOut out;
  out.what = core::IdentityOut::What::kMerged;
  out.origin = origin();
  out.at = kNoon;
  out.from = {1, 2};
  out.to = kConversation;
  Encoder encoder;
  v1::IdentityRecord record;
  ASSERT_TRUE(record.ParseFromString(std::string(encoder.identity(out, kNoon))));
  Headers headers = read(events.identity(out));
  EXPECT_EQ(headers["ce_id"], record.id());
  EXPECT_EQ(headers["ce_subject"], kConversationText);
}

// The types are messages of the contract, in the order of Output.
TEST(CloudEvent, TypesAreMessages) {
  const std::map<Output, const google::protobuf::Descriptor*> messages{
      {Output::kEnriched, v1::EnrichedEvent::descriptor()},
      {Output::kConversation, v1::Conversation::descriptor()},
      {Output::kAlert, v1::Alert::descriptor()},
      {Output::kKpi, v1::KpiRecord::descriptor()},
      {Output::kIdentity, v1::IdentityRecord::descriptor()},
      {Output::kDeadLetter, v1::DeadLetter::descriptor()}};
  ASSERT_EQ(messages.size(), kOutputs.size());
  for (const OutputKind& one : kOutputs) {
    EXPECT_EQ(one.type, messages.at(one.output)->full_name());
    EXPECT_EQ(kind(one.output).type, one.type);
  }
}

}  // namespace
}  // namespace vaste::emit
