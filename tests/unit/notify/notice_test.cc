#include "notify/notice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "config/config.h"
#include "unit/notify/notices.h"
#include "vaste/v1/alert.pb.h"

namespace vaste::notify {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kPolicy = R"(
policy: p
calendars:
  office: {zone: UTC, week: {mon-fri: "09:00-17:00"}}
  late: {zone: UTC, week: {mon-fri: "12:00-20:00"}}
queues:
  mail: {channels: [email], calendar: office}
  open: {channels: [email]}
  evening: {channels: [email], calendar: late}
rules:
  - {name: vip, when: {segment: vip, brand: acme}, calendar: 24x7, targets: {first_response: 1h}}
  - {name: rest, calendar: office, targets: {first_response: 1h}}
)";

clocks::CompiledPolicy compiled() {
  std::vector<config::Finding> findings;
  auto policy = config::parse_policy(kPolicy, "p.yaml", findings);
  for (const auto& finding : findings) ADD_FAILURE() << config::text(finding);
  return clocks::CompiledPolicy(policy ? *policy : Policy());
}

// 2026-11-30 is a Monday.
Instant monday(int hour) {
  return instant(1'795'996'800'000) + std::chrono::hours(hour);
}

Notice of(const std::string& queue, const std::string& segment = "",
          const std::string& brand = "") {
  Notice out = raised("a");
  out.attributes.queue = queue;
  out.attributes.segment = segment;
  out.attributes.brand = brand;
  return out;
}

struct Row {
  const char* name;
  const char* queue;
  const char* segment;
  int hour;   // of that Monday
  int until;  // -1: it is told at once
  friend std::ostream& operator<<(std::ostream& out, const Row& it) { return out << it.name; }
};
class Held : public testing::TestWithParam<Row> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(Until, Held, testing::Values(
    Row{"Open", "mail", "", 10, -1},
    Row{"Night", "mail", "", 3, 9},
    Row{"Evening", "mail", "", 17, 24 + 9},
    Row{"Friday", "mail", "", 4 * 24 + 18, 7 * 24 + 9},
    Row{"TheTargetRunsRoundTheClock", "mail", "vip", 3, -1},
    Row{"TheQueueHasNoHours", "open", "", 3, 9},
    Row{"TheQueuesHoursNotTheTargets", "evening", "", 10, 12},
    Row{"NoSuchQueue", "gone", "", 3, 9}), testing::PrintToStringParamName());
// clang-format on

TEST_P(Held, WakesNobodyForATargetOfOfficeHours) {
  const Row& row = GetParam();
  const std::string brand = *row.segment == '\0' ? "" : "acme";
  const auto until = held_until(of(row.queue, row.segment, brand), monday(row.hour), compiled());
  if (row.until < 0) {
    EXPECT_FALSE(until);
  } else {
    ASSERT_TRUE(until);
    EXPECT_EQ(*until, monday(row.until));
  }
}

TEST(Labels, AreOfThePolicyOrOther) {
  const auto policy = compiled();
  EXPECT_EQ(queue_label(of("mail"), policy), "mail");
  EXPECT_EQ(queue_label(of("ann@example.org"), policy), "_other");
  EXPECT_EQ(queue_label(of(""), policy), "_other");
  EXPECT_EQ(brand_label(of("mail", "", "acme"), policy), "acme");
  EXPECT_EQ(brand_label(of("mail", "", "ann@example.org"), policy), "_other");
  EXPECT_EQ(brand_label(of("mail"), policy), "");
}

v1::Alert alert() {
  v1::Alert out;
  out.set_id("a-1");
  out.set_conversation_id("c-1");
  out.set_customer_id("customer-canary");
  out.set_sla("first_response");
  out.set_clock("first_response");
  out.set_level(v1::ALERT_LEVEL_BREACHED);
  out.set_status(v1::ALERT_STATUS_RAISED);
  out.mutable_due()->set_seconds(1'700'000'000);
  out.set_channel(v1::CHANNEL_EMAIL);
  out.mutable_attributes()->set_queue("mail");
  out.mutable_attributes()->set_agent("agent-canary");
  out.set_reference("reference-canary");
  out.set_revision(3);
  return out;
}

TEST(NoticeOf, TellsOfNoPerson) {
  const auto notice = notice_of(alert().SerializeAsString());
  ASSERT_TRUE(notice);
  EXPECT_STREQ(notice->kind(), "breached");
  const std::string body = body_of(*notice, "a-1.3");
  EXPECT_THAT(body, Not(HasSubstr("canary")));
  const auto json = nlohmann::json::parse(body);
  EXPECT_EQ(json.at("delivery_id"), "a-1.3");
  EXPECT_EQ(json.at("alert_id"), "a-1");
  EXPECT_EQ(json.at("revision"), 3);
  EXPECT_EQ(json.at("due"), "2023-11-14T22:13:20Z");
  EXPECT_EQ(json.at("queue"), "mail");
}

TEST(NoticeOf, RefusesWhatIsNone) {
  EXPECT_FALSE(notice_of("\xff\xff"));
  EXPECT_FALSE(notice_of(""));
}

}  // namespace
}  // namespace vaste::notify
