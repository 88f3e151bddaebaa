// What a policy says of single identifiers, and what becomes of events whose person it is.
#include "ingest/identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "base/hash.h"
#include "ingest/route.h"
#include "unit/ingest/events.h"

namespace vaste::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::mail;
using Change = std::function<void(v1::Event&)>;

struct Row {
  const char* name;
  const char* pattern;
  const char* identifier;
  bool holds;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}
class Holds : public ::testing::TestWithParam<Row> {};

TEST_P(Holds, WhatIsWritten) {
  EXPECT_EQ(Patterns({GetParam().pattern}, {}).hold(GetParam().identifier), GetParam().holds);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Whole, Holds, ::testing::ValuesIn(std::vector<Row>{
    {"Mail",           "email:Info@Example.ORG",   "email:info@example.org",      true},
    {"MailOther",      "email:info@example.org",   "email:xinfo@example.org",     false},
    {"MailIdn",        "email:info@m\u00fcnchen.de", "email:info@xn--mnchen-3ya.de", true},
    {"Phone",          "phone:+358 (10) 123-4567", "phone:+358101234567",         true},
    {"PhoneShort",     "phone:local:FI:112",       "phone:local:FI:112",          true},
    {"PhoneOtherShort","phone:local:FI:112",       "phone:local:SE:112",          false},
    {"Customer",       "customer:guest",           "customer:guest",              true},
    {"CustomerCase",   "customer:guest",           "customer:Guest",              false},
    {"Social",         "social:Instagram:17",      "social:instagram:17",         true},
    {"SocialOther",    "social:instagram:17",      "social:facebook:17",          false},
    {"Visitor",        "chat:shop:v1",             "chat:shop:v1",                true},
    {"Device",         "device:kiosk",             "device:kiosk",                true},
    {"OtherKind",      "device:kiosk",             "customer:kiosk",              false},
}), ::testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Parts, Holds, ::testing::ValuesIn(std::vector<Row>{
    {"Domain",         "email:*@Example.com",      "email:ann@example.com",       true},
    {"NotSubdomain",   "email:*@example.com",      "email:ann@mail.example.com",  false},
    {"NotLonger",      "email:*@example.com",      "email:ann@notexample.com",    false},
    {"Subdomain",      "email:*.example.com",      "email:ann@mail.example.com",  true},
    {"SubdomainOnly",  "email:*.example.com",      "email:ann@example.com",       false},
    {"DomainIdn",      "email:*@M\u00fcnchen.de",  "email:ann@xn--mnchen-3ya.de", true},
    {"SubdomainIdn",   "email:*.m\u00fcnchen.de",  "email:ann@a.xn--mnchen-3ya.de", true},
    {"LocalPart",      "email:NoReply@*",          "email:noreply@example.org",   true},
    {"LocalPartOnly",  "email:noreply@*",          "email:noreply2@example.org",  false},
    {"Numbers",        "phone:+358 10*",           "phone:+358101234567",         true},
    {"OtherNumbers",   "phone:+35810*",            "phone:+358401234567",         false},
    {"Extensions",     "phone:local:*",            "phone:local:FI:2314",         true},
    {"ExtensionsOnly", "phone:local:*",            "phone:+358401234567",         false},
    {"NumbersEnding",  "phone:*;ext=9",            "phone:+35895550100;ext=9",    true},
    {"Network",        "social:chirper:*",         "social:chirper:17",           true},
    {"KindOfEnding",   "email:*x",                 "device:x",                    false},
    {"ShorterThanEnd", "email:*@example.com",      "email:@x",                    false},
}), ::testing::PrintToStringParamName());
// clang-format on

TEST(Holds, AsThePolicyReadsAddresses) {
  EXPECT_FALSE(Patterns({"email:Ann@x.org"}, {.exact_local_part = true}).hold("email:ann@x.org"));
  EXPECT_TRUE(Patterns({"email:Ann@x.org"}, {.exact_local_part = true}).hold("email:Ann@x.org"));
  EXPECT_TRUE(Patterns({"email:Ann*"}, {.exact_local_part = true}).hold("email:Ann@x.org"));
  EXPECT_TRUE(Patterns({"email:a+b@x.org"}, {.strip_plus_tag = true}).hold("email:a@x.org"));
}

IdentityRules rules() {
  IdentityRules out;
  out.deny = {"customer:guest", "email:*@placeholder.example"};
  out.own = {"email:*@shop.example", "phone:+35810*"};
  return out;
}

Incoming judged(const Change& change) {
  static const Identity identity(rules());
  v1::Event event = mail();
  change(event);
  Incoming incoming = extract(event, 0, identity.habits("FI"));
  identity.judge(incoming);
  return incoming;
}

void add(v1::Event& event, v1::IdentifierType type, const char* value) {
  auto* identifier = event.add_person();
  identifier->set_type(type);
  identifier->set_value(value);
}

TEST(Judge, LeavesOthersAlone) {
  const Incoming incoming = judged([](v1::Event&) {});
  EXPECT_THAT(incoming.identifiers, ElementsAre("email:ann@example.org"));
  EXPECT_EQ(incoming.moment.kind, MomentKind::kCustomerMessage);
  EXPECT_FALSE(incoming.from_us);
  EXPECT_TRUE(incoming.opens);
}

TEST(Judge, DeniedIsAsIfItWereNotThere) {
  const Incoming incoming =
      judged([](v1::Event& event) { add(event, v1::IDENTIFIER_TYPE_CUSTOMER_ID, "guest"); });
  EXPECT_THAT(incoming.identifiers, ElementsAre("email:ann@example.org"));
  EXPECT_EQ(incoming.moment.author, hash64("email:ann@example.org"));
  EXPECT_EQ(incoming.evidence.claimed, Claimed::kNothing);  // one is left
  EXPECT_TRUE(incoming.opens);
}

TEST(Judge, WithoutAPersonTheThreadIsLeft) {
  const Incoming incoming = judged(
      [](v1::Event& event) { event.mutable_person(0)->set_value("guest@placeholder.example"); });
  EXPECT_THAT(incoming.identifiers, IsEmpty());
  EXPECT_EQ(incoming.moment.author, 0U);
  EXPECT_FALSE(incoming.from_us);
  EXPECT_TRUE(incoming.opens);  // somebody wrote, whoever it was
  EXPECT_TRUE(usable(incoming));
}

TEST(Judge, NobodyWithoutAThreadIsRefused) {
  const Status status = usable(judged([](v1::Event& event) {
    event.mutable_person(0)->set_value("guest@placeholder.example");
    event.clear_thread_keys();
  }));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kNoIdentity);
  EXPECT_THAT(status.error().detail, HasSubstr("neither a person nor a thread key is left"));
}

struct OursRow {
  const char* name;
  Change change;
  MomentKind kind;
  bool from_us;
  bool opens;
  bool from_customer;
};
std::ostream& operator<<(std::ostream& out, const OursRow& row) {
  return out << row.name;
}
class FromUs : public ::testing::TestWithParam<OursRow> {};

TEST_P(FromUs, OpensNothing) {
  const Incoming incoming = judged([](v1::Event& event) {
    event.mutable_person(0)->set_value("Support@Shop.Example");
    GetParam().change(event);
  });
  EXPECT_EQ(incoming.moment.kind, GetParam().kind);
  EXPECT_EQ(incoming.from_us, GetParam().from_us);
  EXPECT_EQ(incoming.opens, GetParam().opens);
  EXPECT_EQ(incoming.from_customer, GetParam().from_customer);
}

Change message(v1::AuthorKind author, v1::Direction direction) {
  return [=](v1::Event& event) {
    event.mutable_message()->set_author(author);
    event.mutable_message()->set_direction(direction);
  };
}
Change call(v1::SignalKind kind, v1::Direction direction) {
  return [=](v1::Event& event) {
    event.mutable_person(0)->set_type(v1::IDENTIFIER_TYPE_PHONE);
    event.mutable_person(0)->set_value("010 1234567");
    event.mutable_signal()->set_kind(kind);
    event.mutable_signal()->set_direction(direction);
  };
}
constexpr auto kIn = v1::DIRECTION_INBOUND;
constexpr auto kOut = v1::DIRECTION_OUTBOUND;

// clang-format off
INSTANTIATE_TEST_SUITE_P(Events, FromUs, ::testing::ValuesIn(std::vector<OursRow>{
    //name               change                                             kind                          from_us opens  customer
    {"MailLoop",         message(v1::AUTHOR_KIND_CUSTOMER, kIn),            MomentKind::kMachineMessage,  true,   false, false},
    {"NoAuthorGiven",    message(v1::AUTHOR_KIND_UNSPECIFIED, kIn),         MomentKind::kMachineMessage,  true,   false, false},
    {"OurAnswer",        message(v1::AUTHOR_KIND_AGENT, kOut),              MomentKind::kAgentMessage,    false,  true,  false},
    {"OursOnAList",      message(v1::AUTHOR_KIND_MEMBER, kIn),              MomentKind::kMemberMessage,   true,   false, false},
    {"CallOfAMonitor",   call(v1::SIGNAL_KIND_QUEUED, kIn),                 MomentKind::kQueued,          true,   false, false},
    {"OurCall",          call(v1::SIGNAL_KIND_STARTED, kOut),               MomentKind::kStarted,         false,  true,  false},
    {"OpenedByAgent",    [](v1::Event& e) { e.mutable_lifecycle()->set_kind(v1::LIFECYCLE_KIND_OPENED); }, MomentKind::kOpened, false, true, false},
    {"WithACustomer",    [](v1::Event& e) { add(e, v1::IDENTIFIER_TYPE_CUSTOMER_ID, "C-1"); }, MomentKind::kCustomerMessage, false, true, true},
    {"AndDenied",        [](v1::Event& e) { add(e, v1::IDENTIFIER_TYPE_CUSTOMER_ID, "guest"); }, MomentKind::kMachineMessage, true, false, false},
}), ::testing::PrintToStringParamName());
// clang-format on

// The core extracts again, from the event and what it is told.
TEST(Judge, TheCoreSeesTheSame) {
  for (const Change& change : std::vector<Change>{
           [](v1::Event&) {},
           [](v1::Event& event) { event.mutable_person(0)->set_value("support@shop.example"); },
           [](v1::Event& event) {
             add(event, v1::IDENTIFIER_TYPE_PHONE, "040 1234567");
             add(event, v1::IDENTIFIER_TYPE_CUSTOMER_ID, "guest");
           },
           call(v1::SIGNAL_KIND_QUEUED, kIn)}) {
    v1::Event event = mail();
    change(event);
    const Incoming at_ingest = judged(change);
    const Incoming in_core = extract(event, 0, at_ingest.identifiers, at_ingest.from_us);
    EXPECT_EQ(in_core.identifiers, at_ingest.identifiers);
    EXPECT_EQ(in_core.moment.kind, at_ingest.moment.kind);
    EXPECT_EQ(in_core.moment.author, at_ingest.moment.author);
    EXPECT_EQ(in_core.evidence.claimed, at_ingest.evidence.claimed);
    EXPECT_EQ(in_core.evidence.method, at_ingest.evidence.method);
    EXPECT_EQ(in_core.opens, at_ingest.opens);
    EXPECT_EQ(in_core.from_us, at_ingest.from_us);
    EXPECT_EQ(in_core.from_customer, at_ingest.from_customer);
  }
}

TEST(Judge, IdentityOfWhomThePolicyDeniesSaysNothing) {
  const auto same = [](const char* other) {
    return judged([=](v1::Event& event) {
      event.mutable_identity()->set_action(v1::IdentityEvidence::ACTION_SAME_PERSON);
      event.mutable_identity()->set_method("login");
      add(event, v1::IDENTIFIER_TYPE_CUSTOMER_ID, other);
    });
  };
  const Incoming known = same("C-1");
  EXPECT_EQ(known.evidence.claimed, Claimed::kSamePerson);
  EXPECT_TRUE(usable(known));
  const Incoming denied = same("guest");
  EXPECT_EQ(denied.evidence.claimed, Claimed::kNothing);
  const Status status = usable(denied);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kNoIdentity);
  EXPECT_THAT(status.error().detail, HasSubstr("fewer than two different identifiers"));
}

}  // namespace
}  // namespace vaste::ingest
