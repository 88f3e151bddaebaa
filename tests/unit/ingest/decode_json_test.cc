#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <vector>

#include "ingest/decode.h"
#include "unit/ingest/events.h"

namespace vaste::ingest {
namespace {

using testing::decode;
using ::testing::HasSubstr;
using testing::kSecond;
using ::testing::Not;

// A chat message; `more` goes behind its other members.
std::string json(const std::string& more = "", const std::string& id = "\"c-1\"") {
  return "{\"id\":" + id +
         R"(,"source":"chat","time":"2026-01-01T09:00:00.250Z","channel":"CHANNEL_CHAT",)"
         R"("person":[{"type":"IDENTIFIER_TYPE_CUSTOMER_ID","value":"4711"}],)"
         R"("message":{"text":"hello"})" +
         more + "}";
}

TEST(DecodeJson, GivesTheBytesOfTheSameEvent) {
  Decoder decoder({});
  const auto decoded = decode(decoder, json());
  ASSERT_TRUE(decoded.has_value()) << decoded.error().detail;
  EXPECT_EQ(decoded->event->id(), "c-1");
  EXPECT_EQ(decoded->event->time().seconds(), kSecond);
  EXPECT_EQ(decoded->event->time().nanos(), 250'000'000);
  EXPECT_EQ(decoded->event->person(0).value(), "4711");
  EXPECT_EQ(decoded->bytes, decoded->event->SerializeAsString());
  EXPECT_EQ(decoder.parse(decoded->bytes)->message().text(), "hello");
}

struct Taken {
  const char* name;
  std::string text;
};
std::ostream& operator<<(std::ostream& out, const Taken& row) {
  return out << row.name;
}
class TakesJson : public ::testing::TestWithParam<Taken> {};

TEST_P(TakesJson, InEveryWayItIsWritten) {
  Decoder decoder({});
  const auto decoded = decode(decoder, GetParam().text);
  ASSERT_TRUE(decoded.has_value()) << decoded.error().detail;
  EXPECT_EQ(decoded->event->source(), "chat");
}

std::string with_cr_only() {
  std::string text = json();
  for (std::size_t at = text.find(','); at != std::string::npos; at = text.find(',', at + 1))
    text.insert(at + 1, "\r");
  return text;
}

// The whole event, an array inside, so that the innermost level is `depth`.
std::string with_depth(int depth) {
  const auto inside = static_cast<std::size_t>(depth - 1);
  return json(",\"later\":" + std::string(inside, '[') + std::string(inside, ']'));
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Ways, TakesJson, ::testing::ValuesIn(std::vector<Taken>{
    {"ByteOrderMark", "\xef\xbb\xbf" + json()},
    {"SpaceBefore", " \r\n\t" + json()},
    {"NewlineBefore", "\n" + json()},
    {"SpaceBehind", json() + "\r\n"},
    {"CarriageReturnsAlone", with_cr_only()},
    {"UnknownMember", json(R"(,"fax":{"pages":3},"n":null)")},
    {"NullMember", json(R"(,"attributes":null)")},
    {"UnderscoreNames", json(R"(,"thread_keys":[{"kind":"THREAD_KEY_KIND_CALL","value":"c"}])")},
    {"CamelNames", json(R"(,"threadKeys":[{"kind":"THREAD_KEY_KIND_CALL","value":"c"}])")},
    {"NulEscapedInText", R"({"id":"a","source":"chat","time":"2026-01-01T09:00:00Z","channel":1,)"
     R"("person":[{"type":1,"value":"1"}],"message":{"text":"a\u0000b"}})"},
    {"Deep32", with_depth(32)},
    {"SameKeyInTwoObjects", json(R"(,"x":{"a":1},"y":{"a":2,"x":{"a":3}})")},
}), ::testing::PrintToStringParamName());
// clang-format on

struct Refused {
  const char* name;
  Code code;
  const char* detail;
  std::string text;
};
std::ostream& operator<<(std::ostream& out, const Refused& row) {
  return out << row.name;
}
class RefusesJson : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusesJson, WithAReasonAndNothingOfTheText) {
  Decoder decoder({});
  const auto decoded = decode(decoder, GetParam().text);
  ASSERT_FALSE(decoded.has_value());
  EXPECT_EQ(decoded.error().code, GetParam().code) << decoded.error().detail;
  EXPECT_THAT(decoded.error().detail, HasSubstr(GetParam().detail));
  EXPECT_THAT(decoded.error().detail, Not(HasSubstr("secret")));
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Reasons, RefusesJson, ::testing::ValuesIn(std::vector<Refused>{
    {"Syntax", Code::kMalformed, "line 2:3 (byte 5)", "{\r\n  secret}"},
    {"LineOfCarriageReturns", Code::kMalformed, "line 3:1 ", "{\r\r!}"},
    {"CutOff", Code::kMalformed, "JSON at line 1:", json().substr(0, 100)},
    {"SingleQuotes", Code::kMalformed, "line 1:2", "{'id':'secret'}"},
    {"TrailingComma", Code::kMalformed, "JSON at", json(",")},
    {"TwoEvents", Code::kMalformed, "JSON at", json() + json()},
    {"NulBehind", Code::kMalformed, "NUL", json() + std::string(1, '\0') + "secret"},
    {"NulInside", Code::kMalformed, "JSON at", json("," + std::string(1, '\0'))},
    {"NulEscapedInId", Code::kInvalidText, "id: holds a control", json("", R"("secret\u0000")")},
    {"KeyTwice", Code::kMalformed, "twice", json(R"(,"id":"secret")")},
    {"KeyTwiceInside", Code::kMalformed, "twice", json(R"(,"later":[{"a":1,"a":2}])")},
    {"KeyTwiceInTwoSpellings", Code::kMalformed, "twice",
     json(R"(,"threadKeys":[],"thread_keys":[])")},
    {"Deep33", Code::kMalformed, "deeper than 32", with_depth(33)},
    {"DeepAsLong", Code::kMalformed, "deeper than 32", with_depth(500'000)},
    {"LoneHighSurrogate", Code::kInvalidText, "surrogate", json(R"(,"x":"\ud83d secret")")},
    {"LoneLowSurrogate", Code::kInvalidText, "surrogate", json(R"(,"x":"\ude00 secret")")},
    {"LoneSurrogateInKey", Code::kInvalidText, "surrogate", json(R"(,"\ude00":1)")},
    {"Latin1", Code::kInvalidText, "not UTF-8", json(",\"x\":\"\xe4\"")},
    {"RawSurrogate", Code::kInvalidText, "not UTF-8", json(",\"x\":\"\xed\xa0\x80\"")},
    {"NumberAsId", Code::kMalformed, "id: not a value of its type", json("", "9007199254740993")},
    {"HugeNumber", Code::kMalformed, "JSON at", json(R"(,"x":1e999)")},
    {"NotANumber", Code::kMalformed, "JSON at", json(R"(,"x":NaN)")},
    {"SecondBody", Code::kMalformed, "second body",
     json(R"(,"signal":{"kind":"SIGNAL_KIND_ENDED"})")},
    {"NumberAsTime", Code::kInvalidTime, "time: not a time", R"({"id":"a","time":1767258000})"},
    {"LocalTime", Code::kInvalidTime, "time: not a time",
     R"({"id":"a","time":"2026-01-01 09:00"})"},
    {"UnknownChannelName", Code::kUnknownChannel, "a name this version does not know",
     R"({"id":"a","source":"s","time":"2026-01-01T09:00:00Z","channel":"CHANNEL_FAX"})"},
    {"UnknownBody", Code::kMissingField, "body:",
     R"({"id":"a","source":"s","time":"2026-01-01T09:00:00Z","channel":"CHANNEL_CHAT","fax":{}})"},
    {"OnlyAMark", Code::kMalformed, "JSON at", "\xef\xbb\xbf"},
}), ::testing::PrintToStringParamName());
// clang-format on

TEST(DecodeJson, AnArrayIsNoEvent) {
  Decoder decoder({});
  const auto decoded = decode(decoder, "[" + json() + "]", Format::kJson);
  ASSERT_FALSE(decoded.has_value());
  EXPECT_THAT(decoded.error().detail, HasSubstr("an event is an object"));
}

TEST(DecodeJson, TheFormatOfATopicIsNotGuessed) {
  Decoder decoder({});
  EXPECT_FALSE(decode(decoder, json(), Format::kProtobuf).has_value());
  EXPECT_FALSE(decode(decoder, testing::mail().SerializeAsString(), Format::kJson).has_value());
}

TEST(DecodeJson, WholeNumbersBeyondADoubleAreKept) {
  Decoder decoder({});
  const auto text =
      decode(decoder, json(R"(,"sequence":"9007199254740993")", "\"9007199254740993\""));
  ASSERT_TRUE(text.has_value()) << text.error().detail;
  EXPECT_EQ(text->event->id(), "9007199254740993");
  EXPECT_EQ(text->event->sequence(), 9007199254740993);
  const auto number = decode(decoder, json(R"(,"sequence":9223372036854775807)"));
  ASSERT_TRUE(number.has_value()) << number.error().detail;
  EXPECT_EQ(number->event->sequence(), INT64_MAX);
}

TEST(DecodeJson, SurrogatePairsAreOneCharacter) {
  Decoder decoder({});
  const auto decoded = decode(decoder, json("", R"("\ud83d\ude00")"));
  ASSERT_TRUE(decoded.has_value()) << decoded.error().detail;
  EXPECT_EQ(decoded->event->id(), "\U0001f600");
}

// 130 000 keys in one object: comparing each with each would take minutes.
TEST(DecodeJson, ManyKeysCostNoMoreThanTheirBytes) {
  std::string more;
  for (int i = 0; more.size() < 1'000'000; ++i) {
    more += ",\"" + std::to_string(i);
    more += "\":1";
  }
  const std::string text = json(more);
  Decoder decoder({});
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(decode(decoder, text).has_value());
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST(DecodeJson, ChangedBytesNeverCrash) {
  std::mt19937_64 random(20260102);
  const std::string good =
      json(R"(,"threadKeys":[{"kind":"THREAD_KEY_KIND_CALL","value":"\u00e4"}])");
  Decoder decoder({});
  int refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = good;
    for (std::uint64_t changes = 1 + random() % 3; changes > 0; --changes)
      text[1 + random() % (text.size() - 1)] = static_cast<char>(random());
    const auto decoded = decode(decoder, text);
    if (!decoded) {
      ++refused;
      ASSERT_EQ(remedy(decoded.error().code), Remedy::kDeadLetter);
    }
    decoder.reset();
  }
  EXPECT_GT(refused, 5'000);
  EXPECT_LT(refused, 20'000);
}

}  // namespace
}  // namespace vaste::ingest
