// Commands of operators from bytes: what is a dead letter, what is refused and why, how identifiers
// are read.
#include "ingest/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/route.h"

namespace vaste::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t kNow = 1'795'392'000'000;
constexpr std::string_view kHead =
    R"({"id":"1","time":"2026-11-23T00:00:00Z","operator_name":"kim","reason":"r",)";
constexpr std::string_view kConversation = "019a1234-0000-7000-8000-000000000001";

std::string json(std::string_view action) {
  return std::string(kHead) + std::string(action) + '}';
}

Command read(std::string_view value) {
  IdentityRules rules;
  rules.own = {"email:desk@example.org"};
  const auto given = parse_command(value, false, {});
  EXPECT_TRUE(given.has_value()) << given.error().detail;
  if (!given) return {};
  return read_command(*given, time_of(*given, {}, kNow, kNow), Identity(rules));
}

TEST(Command, IsReadAsJsonAndAsProtobuf) {
  const std::string text =
      json(R"("identity_link":{"first":{"type":"IDENTIFIER_TYPE_EMAIL","value":"Ann@Example.ORG"},
              "second":{"type":"IDENTIFIER_TYPE_PHONE","value":"+358 40 1234567"}})");
  const Command command = read(text);
  EXPECT_EQ(command.refusal, CommandRefusal::kNone) << command.detail;
  EXPECT_EQ(command.kind, CommandKind::kLink);
  EXPECT_EQ(command.first, "email:ann@example.org");
  EXPECT_EQ(command.second, "phone:+358401234567");
  EXPECT_EQ(command.at, instant(1'795'392'000'000));
  EXPECT_EQ(read(command.given), command);  // the bytes that are passed on
}

TEST(Command, ASplitNamesMomentsAsEventsDo) {
  const Command command =
      read(json(R"("conversation_split":{"conversation_id":")" + std::string(kConversation) +
                R"(","thread_keys":[{"kind":"THREAD_KEY_KIND_MAIL_MESSAGE","value":"<2@x>"}],
                    "events":[{"source":"mail","id":"7"}],"since":"2026-11-22T00:00:00Z"})"));
  EXPECT_EQ(command.refusal, CommandRefusal::kNone) << command.detail;
  EXPECT_THAT(command.keys, ElementsAre("mail::2@x"));
  EXPECT_THAT(command.moments, ElementsAre(moment_id("mail", "7")));
  EXPECT_EQ(command.since, instant(1'795'305'600'000));
}

TEST(Command, OneFromTheFutureWasGivenWhenItWasWritten) {
  const auto given = parse_command(json(R"("dry_run":true)"), false, {});
  ASSERT_TRUE(given.has_value());
  EXPECT_EQ(time_of(*given, {}, kNow - 60'001, kNow), instant(kNow - 60'001));
  EXPECT_EQ(time_of(*given, {}, kNow - 60'000, kNow), instant(kNow));
}

struct Bad {
  const char* name;
  std::string value;
  Code code;
};
std::ostream& operator<<(std::ostream& out, const Bad& bad) {
  return out << bad.name;
}
class DeadLetter : public testing::TestWithParam<Bad> {};

TEST_P(DeadLetter, WithItsReason) {
  const auto given = parse_command(GetParam().value, false, {});
  ASSERT_FALSE(given.has_value());
  EXPECT_EQ(given.error().code, GetParam().code) << given.error().detail;
  EXPECT_EQ(remedy(given.error().code), Remedy::kDeadLetter);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Bytes, DeadLetter, testing::ValuesIn(std::vector<Bad>{
    {"Nothing",     "",                                   Code::kEmpty},
    {"Cut",         R"({"id":"1")",                       Code::kMalformed},
    {"NoCommand",   "hello",                              Code::kMalformed},
    {"NoId",        R"({"operator_name":"kim"})",         Code::kMissingField},
    {"NulInId",     R"({"id":"1\u0000"})",                 Code::kInvalidText},
    {"BadTime",     R"({"id":"1","time":"yesterday"})",   Code::kInvalidTime},
    {"Large",       std::string(2 << 20, 'x'),            Code::kTooLarge},
}), testing::PrintToStringParamName());

struct Wrong {
  const char* name;
  std::string value;
  CommandRefusal refusal;
  const char* says;
};
std::ostream& operator<<(std::ostream& out, const Wrong& wrong) {
  return out << wrong.name;
}
class Refusal : public testing::TestWithParam<Wrong> {};

TEST_P(Refusal, IsSaidInTheCommand) {
  const Command command = read(GetParam().value);
  EXPECT_EQ(command.refusal, GetParam().refusal);
  EXPECT_THAT(command.detail, HasSubstr(GetParam().says));
}

constexpr const char* kMail = R"({"type":"IDENTIFIER_TYPE_EMAIL","value":"a@x.org"})";
std::string pair(const char* action, const std::string& second) {
  return json('"' + std::string(action) + R"(":{"first":)" + kMail + R"(,"second":)" + second + "}");
}
INSTANTIATE_TEST_SUITE_P(Because, Refusal, testing::ValuesIn(std::vector<Wrong>{
    {"NoOperator",  R"({"id":"1","reason":"r"})",         CommandRefusal::kIncomplete,      "operator_name"},
    {"NoReason",    R"({"id":"1","operator_name":"kim"})", CommandRefusal::kIncomplete,     "reason"},
    {"NoAction",    json(R"("dry_run":true)"),            CommandRefusal::kIncomplete,      "action"},
    {"Same",        pair("identity_link", kMail),         CommandRefusal::kIncomplete,      "one identifier"},
    {"Placeholder", pair("identity_split", R"({"type":"IDENTIFIER_TYPE_PHONE","value":"anonymous"})"),
                                                          CommandRefusal::kNotAnIdentifier, "second"},
    {"Ours",        pair("identity_split", R"({"type":"IDENTIFIER_TYPE_EMAIL","value":"desk@example.org"})"),
                                                          CommandRefusal::kNotAnIdentifier, "our own"},
    {"NulInMail",   pair("identity_link", R"({"type":"IDENTIFIER_TYPE_CUSTOMER_ID","value":"7\u0000"})"),
                                                          CommandRefusal::kNotAnIdentifier, "second"},
    {"LineInNetwork", pair("identity_link", R"({"type":"IDENTIFIER_TYPE_SOCIAL","network":"x\ny","value":"7"})"),
                                                          CommandRefusal::kNotAnIdentifier, "second"},
    {"TooLong",     pair("identity_link", R"({"type":"IDENTIFIER_TYPE_CUSTOMER_ID","value":")" + std::string(513, '7') + R"("})"),
                                                          CommandRefusal::kNotAnIdentifier, "second"},
    {"KeyOfLines",  json(R"("conversation_split":{"conversation_id":")" + std::string(kConversation) +
                         R"(","thread_keys":[{"kind":"THREAD_KEY_KIND_MAIL_MESSAGE","value":"<2\r@x>"}]})"),
                                                          CommandRefusal::kIncomplete,      "control"},
    {"OneAlone",    json(R"("conversation_merge":{"conversation_ids":[")" + std::string(kConversation) + R"("]})"),
                                                          CommandRefusal::kIncomplete,      "at least two"},
    {"NoId",        json(R"("conversation_merge":{"conversation_ids":["x","y"]})"),
                                                          CommandRefusal::kUnknownConversation, "32"},
    {"ToNobody",    json(R"("conversation_move":{"conversation_id":")" + std::string(kConversation) + R"("})"),
                                                          CommandRefusal::kIncomplete,      "to whom"},
    {"NothingGoes", json(R"("conversation_split":{"conversation_id":")" + std::string(kConversation) + R"("})"),
                                                          CommandRefusal::kIncomplete,      "what goes"},
}), testing::PrintToStringParamName());
// clang-format on

}  // namespace
}  // namespace vaste::ingest
