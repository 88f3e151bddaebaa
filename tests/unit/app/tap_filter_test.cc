#include "app/tap_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vaste/v1/alert.pb.h"
#include "vaste/v1/conversation.pb.h"
#include "vaste/v1/dead_letter.pb.h"
#include "vaste/v1/enriched.pb.h"
#include "vaste/v1/identity.pb.h"
#include "vaste/v1/kpi.pb.h"

namespace vaste::app {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kSecond = 1772442900;  // 2026-03-02T09:15:00Z
constexpr const char* kConversation = "019cadb4-7000-7001-8000-0000deadbeef";
constexpr const char* kCustomer = "019cadb4-7000-7001-8000-00000badcafe";
const Instant kNow = instant((kSecond + 3600) * 1000);

void describe(v1::Attributes& attributes) {
  attributes.set_queue("chat-support");
  attributes.set_brand("acme");
}

std::string bytes_of(Kind kind) {
  v1::Event event;
  event.mutable_time()->set_seconds(kSecond);
  event.set_channel(v1::CHANNEL_CHAT);
  event.mutable_message()->set_author(v1::AUTHOR_KIND_CUSTOMER);
  describe(*event.mutable_attributes());
  v1::EnrichedEvent enriched;
  *enriched.mutable_event() = event;
  enriched.set_conversation_id(kConversation);
  enriched.set_customer_id(kCustomer);
  v1::Conversation conversation;
  conversation.set_id(kConversation);
  conversation.set_customer_id(kCustomer);
  conversation.set_state(v1::CONVERSATION_STATE_WAITING_AGENT);
  conversation.add_channels(v1::CHANNEL_PHONE);
  conversation.add_channels(v1::CHANNEL_CHAT);
  conversation.mutable_last_activity()->set_seconds(kSecond);
  describe(*conversation.mutable_attributes());
  v1::Alert alert;
  alert.set_conversation_id(kConversation);
  alert.set_customer_id(kCustomer);
  alert.set_channel(v1::CHANNEL_CHAT);
  alert.set_level(v1::ALERT_LEVEL_BREACHED);
  alert.set_status(v1::ALERT_STATUS_RAISED);
  alert.set_sla("first_response");
  alert.mutable_changed()->set_seconds(kSecond);
  describe(*alert.mutable_attributes());
  v1::IdentityRecord identity;
  identity.mutable_time()->set_seconds(kSecond);
  identity.mutable_customer_merged()->set_absorbed_customer_id(kCustomer);
  identity.mutable_customer_merged()->add_conversation_ids(kConversation);
  v1::KpiRecord kpi;
  kpi.mutable_from()->set_seconds(kSecond);
  kpi.set_channel(v1::CHANNEL_CHAT);
  kpi.add_sums()->set_fact(v1::KPI_FACT_CONTACT);
  describe(*kpi.mutable_attributes());
  v1::DeadLetter letter;
  letter.set_reason(v1::DEAD_LETTER_REASON_MALFORMED);
  letter.set_record_time_ms(kSecond * 1000);
  switch (kind) {
    case Kind::kEvent:
      return event.SerializeAsString();
    case Kind::kEnriched:
      return enriched.SerializeAsString();
    case Kind::kConversation:
      return conversation.SerializeAsString();
    case Kind::kAlert:
      return alert.SerializeAsString();
    case Kind::kIdentity:
      return identity.SerializeAsString();
    case Kind::kKpi:
      return kpi.SerializeAsString();
    case Kind::kDeadLetter:
      return letter.SerializeAsString();
    case Kind::kProgress:
      break;
  }
  return std::to_string(kSecond * 1000);
}

kafka::Record record_of(std::string_view value) {
  return {.timestamp_ms = 5, .key = "k", .value = value};
}

struct Row {
  const char* name;
  Kind kind;
  FilterOptions filter;
  bool wanted;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}
struct Filters : testing::TestWithParam<Row> {};

TEST_P(Filters, Choose) {
  const auto filter = Filter::make(GetParam().filter, GetParam().kind, kNow);
  ASSERT_TRUE(filter) << filter.error().detail;
  EXPECT_EQ(filter->wants(record_of(bytes_of(GetParam().kind))), GetParam().wanted);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Tap, Filters, testing::ValuesIn(std::vector<Row>{
    {"KpisOfQueue",         Kind::kKpi,          {.queues = {"chat-support"}, .types = {"contact"}}, true},
    {"KpisOfOtherFact",     Kind::kKpi,          {.types = {"reopen"}},                false},
    {"Everything",          Kind::kAlert,        {},                                   true},
    {"Conversation",        Kind::kAlert,        {.conversations = {kConversation}},   true},
    {"LastDigits",          Kind::kAlert,        {.conversations = {"DEADBEEF"}},      true},
    {"OtherConversation",   Kind::kAlert,        {.conversations = {"deadbee0"}},      false},
    {"Customer",            Kind::kEnriched,     {.customers = {"0badcafe"}},          true},
    {"OtherCustomer",       Kind::kEnriched,     {.customers = {"deadbeef"}},          false},
    {"AnyOfSeveral",        Kind::kAlert,        {.queues = {"mail", "chat-support"}}, true},
    {"OtherQueue",          Kind::kAlert,        {.queues = {"mail"}},                 false},
    {"EveryOption",         Kind::kAlert,        {.queues = {"chat-support"}, .brands = {"other"}}, false},
    {"Brand",               Kind::kEvent,        {.brands = {"acme"}},                 true},
    {"Channel",             Kind::kEvent,        {.channels = {"chat"}},               true},
    {"OtherChannel",        Kind::kEnriched,     {.channels = {"email"}},              false},
    {"AnyChannelOfIt",      Kind::kConversation, {.channels = {"phone"}},              true},
    {"TypeOfEvent",         Kind::kEnriched,     {.types = {"message"}},               true},
    {"OtherType",           Kind::kEvent,        {.types = {"signal"}},                false},
    {"State",               Kind::kConversation, {.types = {"waiting_agent"}},         true},
    {"Status",              Kind::kAlert,        {.types = {"retracted"}},             false},
    {"Level",               Kind::kAlert,        {.levels = {"breached"}},             true},
    {"OtherLevel",          Kind::kAlert,        {.levels = {"at_risk"}},              false},
    {"Sla",                 Kind::kAlert,        {.slas = {"first_response"}},         true},
    {"Reason",              Kind::kDeadLetter,   {.types = {"malformed"}},             true},
    {"Merged",              Kind::kIdentity,     {.types = {"customer_merged"}},       true},
    {"WhoWasMerged",        Kind::kIdentity,     {.customers = {"badcafe"}},           true},
    {"HandedOver",          Kind::kIdentity,     {.conversations = {"beef"}},          true},
    {"Since",               Kind::kAlert,        {.since = "2026-03-02T09:15:00Z"},    true},
    {"SinceLater",          Kind::kAlert,        {.since = "2026-03-02T09:15:01Z"},    false},
    {"UntilThen",           Kind::kAlert,        {.until = "2026-03-02T09:15:00Z"},    false},
    {"UntilLater",          Kind::kEnriched,     {.until = "2026-03-02T11:15:01+02:00"}, true},
    {"SpanFromNow",         Kind::kDeadLetter,   {.since = "-1h"},                     true},
    {"ShorterSpan",         Kind::kDeadLetter,   {.since = "-59m"},                    false},
    {"Progress",            Kind::kProgress,     {.since = "-1h"},                     true},
    {"NoProgress",          Kind::kProgress,     {.since = "-30m"},                    false},
}), testing::PrintToStringParamName());
// clang-format on

struct WrongRow {
  const char* name;
  Kind kind;
  FilterOptions filter;
  const char* says;
};
std::ostream& operator<<(std::ostream& out, const WrongRow& row) {
  return out << row.name;
}
struct WrongFilters : testing::TestWithParam<WrongRow> {};

TEST_P(WrongFilters, AreExplained) {
  const auto filter = Filter::make(GetParam().filter, GetParam().kind, kNow);
  ASSERT_FALSE(filter);
  EXPECT_EQ(filter.error().code, Code::kUsage);
  EXPECT_THAT(filter.error().detail, HasSubstr(GetParam().says));
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Tap, WrongFilters, testing::ValuesIn(std::vector<WrongRow>{
    {"Channel",      Kind::kAlert,      {.channels = {"chta"}},     "--channel chta: there is no such one. Did you mean `chat`?"},
    {"FarOff",       Kind::kAlert,      {.channels = {"x"}},        "Write chat, email, phone, social"},
    {"Level",        Kind::kAlert,      {.levels = {"breach"}},     "Did you mean `breached`?"},
    {"Type",         Kind::kEnriched,   {.types = {"mesage"}},      "Did you mean `message`?"},
    {"OtherKinds",   Kind::kAlert,      {.types = {"message"}},     "Write raised, recovered, retracted"},
    {"NoLevels",     Kind::kEnriched,   {.levels = {"breached"}},   "--level asks for what enriched events do not have"},
    {"NoQueues",     Kind::kDeadLetter, {.queues = {"mail"}},       "of them there are --type, --since, --until"},
    {"NoId",         Kind::kAlert,      {.conversations = {"ann"}}, "write an id, or at least its last 4 digits"},
    {"ShortId",      Kind::kAlert,      {.customers = {"bee"}},     "at least its last 4 digits"},
    {"Time",         Kind::kAlert,      {.since = "yesterday"},     "--since yesterday: write a time such as"},
    {"Backwards",    Kind::kAlert,      {.since = "-1h", .until = "-2h"}, "is not before --until"},
}), testing::PrintToStringParamName());
// clang-format on

TEST(Filter, WantsWhatCannotBeReadOnlyWithEverythingElse) {
  EXPECT_TRUE(Filter::make({}, Kind::kAlert, kNow)->wants(record_of("\xff\xff")));
  EXPECT_FALSE(Filter::make({.since = "-1000h"}, Kind::kAlert, kNow)->wants(record_of("\xff\xff")));
}

TEST(Filter, FindsTheTombstoneOfAConversation) {
  kafka::Record gone{.timestamp_ms = 5, .key = kConversation};
  gone.null_value = true;
  EXPECT_TRUE(
      Filter::make({.conversations = {"deadbeef"}}, Kind::kConversation, kNow)->wants(gone));
  EXPECT_FALSE(Filter::make({.queues = {"chat-support"}}, Kind::kConversation, kNow)->wants(gone));
}

}  // namespace
}  // namespace vaste::app
