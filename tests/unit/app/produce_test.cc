#include "app/produce.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vaste::app {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kNow = 1772442900000;  // 2026-03-02T09:15:00Z
constexpr const char* kLine =
    R"({"id":"1","source":"s","time":"2026-03-02T09:00:00.250Z","channel":"CHANNEL_CHAT",)"
    R"("person":[{"type":"IDENTIFIER_TYPE_PHONE","value":"+358401234567"},)"
    R"({"type":"IDENTIFIER_TYPE_EMAIL","value":"Ann@Example.org"}],)"
    R"("threadKeys":[{"kind":"THREAD_KEY_KIND_CHAT_SESSION","value":"c1"}],)"
    R"("message":{"direction":"DIRECTION_INBOUND","author":"AUTHOR_KIND_CUSTOMER","text":"hi"}})";

struct Produce : testing::Test {
  ingest::Decoder decoder{ingest::Limits{}};
  ProduceOptions options;

  Outgoing good(std::string_view line) {
    auto out = outgoing(line, options, decoder, kNow);
    EXPECT_TRUE(out) << out.error().detail;
    return out ? *out : Outgoing{};
  }
};

TEST_F(Produce, SendsProtobufUnderTheStrongestIdentifier) {
  const Outgoing out = good(kLine);
  v1::Event event;
  ASSERT_TRUE(event.ParseFromString(std::string(out.value)));
  EXPECT_EQ(event.id(), "1");
  EXPECT_THAT(out.key, HasSubstr("email:"));
  EXPECT_EQ(out.timestamp_ms, kNow - 15L * 60 * 1000 + 250);
}

TEST_F(Produce, SendsTheLineItselfAsJson) {
  options.wire = Wire::kJson;
  options.stamp = Stamp::kNow;
  const Outgoing out = good(kLine);
  EXPECT_EQ(out.value, kLine);
  EXPECT_EQ(out.timestamp_ms, 0);
}

TEST_F(Produce, ChoosesTheKey) {
  options.key = KeyBy::kThread;
  EXPECT_THAT(good(kLine).key, HasSubstr("c1"));
  options.key = KeyBy::kNone;
  EXPECT_EQ(good(kLine).key, "");
}

TEST(KeyOf, FallsBackToWhatThereIs) {
  v1::Event event;
  EXPECT_EQ(key_of(event, KeyBy::kPerson), "");
  auto* key = event.add_thread_keys();
  key->set_kind(v1::THREAD_KEY_KIND_TICKET);
  key->set_value("T-1");
  EXPECT_THAT(key_of(event, KeyBy::kPerson), HasSubstr("T-1"));
  event.clear_thread_keys();
  auto* person = event.add_person();
  person->set_type(v1::IDENTIFIER_TYPE_CUSTOMER_ID);
  person->set_value("42");
  EXPECT_EQ(key_of(event, KeyBy::kThread), "customer:42");
}

TEST_F(Produce, RefusesWhatWouldBeADeadLetter) {
  for (const char* line : {"nonsense", "{", R"({"id":"1"})", R"({"no":"such field"})"}) {
    EXPECT_FALSE(outgoing(line, options, decoder, kNow)) << line;
  }
}

TEST_F(Produce, RawIsAsItIs) {
  options.raw = true;
  const Outgoing out = good("nonsense");
  EXPECT_EQ(out.value, "nonsense");
  EXPECT_EQ(out.key, "");
  EXPECT_EQ(out.timestamp_ms, 0);
}

TEST(Rate, IsANumberASecond) {
  EXPECT_EQ(*parse_rate("100"), 100);
  EXPECT_EQ(*parse_rate("2.5/s"), 2.5);
  for (const char* text : {"", "fast", "0", "-1", "5/min", "1e400", "/s", "nan"}) {
    EXPECT_FALSE(parse_rate(text)) << text;
  }
}

TEST(Summary, SaysWhatWasDone) {
  EXPECT_EQ(summary(30, 2, 1), "produced 30 records in 2.0 s (15/s), 1 bad lines");
  EXPECT_EQ(summary(0, 0, 0), "produced 0 records in 0.0 s (0/s), 0 bad lines");
}

}  // namespace
}  // namespace vaste::app
