#include "ingest/route.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <set>
#include <vector>

#include "base/hash.h"
#include "unit/ingest/events.h"

namespace vaste::ingest {
namespace {

using ::testing::ElementsAre;
using testing::kMs;
using testing::mail;
using Change = std::function<void(v1::Event&)>;

struct Row {
  const char* name;
  MomentKind kind;
  bool opens;
  bool from_customer;
  Change change;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}
class Kinds : public ::testing::TestWithParam<Row> {};

// Stored state rests on it, whatever the lengths.
TEST(MomentIds, AreTheHashOfSourceAndId) {
  using namespace std::string_literals;
  EXPECT_EQ(moment_id("mail", "7"), hash64("mail\0007"s));
  EXPECT_EQ(moment_id("", ""), hash64("\0"s));
  for (const std::size_t size : {250, 251, 252, 253, 1000}) {
    const std::string id(size, 'x');
    EXPECT_EQ(moment_id("mail", id), hash64("mail\0"s + id)) << size;
    EXPECT_EQ(moment_id(id, "mail"), hash64(id + "\0mail"s)) << size;
  }
}

TEST_P(Kinds, AreOfTheBody) {
  v1::Event event = mail();
  GetParam().change(event);
  const Incoming incoming = extract(event, 0);
  EXPECT_EQ(incoming.moment.kind, GetParam().kind);
  EXPECT_EQ(incoming.opens, GetParam().opens);
  EXPECT_EQ(incoming.from_customer, GetParam().from_customer);
}

Change message(v1::AuthorKind author, v1::Direction direction = v1::DIRECTION_UNSPECIFIED,
               v1::Automation automation = v1::AUTOMATION_UNSPECIFIED,
               v1::Visibility visibility = v1::VISIBILITY_UNSPECIFIED) {
  return [=](v1::Event& event) {
    auto* body = event.mutable_message();
    body->set_author(author);
    body->set_direction(direction);
    body->set_automation(automation);
    body->set_visibility(visibility);
  };
}
Change signal(v1::SignalKind kind, v1::Direction direction = v1::DIRECTION_INBOUND) {
  return [=](v1::Event& event) {
    event.mutable_signal()->set_kind(kind);
    event.mutable_signal()->set_direction(direction);
  };
}
Change lifecycle(v1::LifecycleKind kind) {
  return [=](v1::Event& event) { event.mutable_lifecycle()->set_kind(kind); };
}
Change commitment(v1::Commitment::Action action) {
  return [=](v1::Event& event) { event.mutable_commitment()->set_action(action); };
}
Change revision(v1::Revision::Kind kind) {
  return [=](v1::Event& event) {
    event.mutable_revision()->set_kind(kind);
    event.mutable_revision()->set_target_id("m-0");
  };
}
using enum MomentKind;
constexpr auto kOut = v1::DIRECTION_OUTBOUND;
constexpr auto kIn = v1::DIRECTION_INBOUND;
constexpr auto kAny = v1::DIRECTION_UNSPECIFIED;

// clang-format off
const std::vector<Row> kMessageRows = {
    {"Customer", kCustomerMessage, true, true, message(v1::AUTHOR_KIND_CUSTOMER)},
    {"NobodyInbound", kCustomerMessage, true, true, message(v1::AUTHOR_KIND_UNSPECIFIED, kIn)},
    {"NobodyNowhere", kCustomerMessage, true, true, message(v1::AUTHOR_KIND_UNSPECIFIED)},
    {"NobodyOutbound", kAgentMessage, true, false, message(v1::AUTHOR_KIND_UNSPECIFIED, kOut)},
    {"Agent", kAgentMessage, true, false, message(v1::AUTHOR_KIND_AGENT)},
    {"Bot", kBotMessage, false, false, message(v1::AUTHOR_KIND_BOT, kOut)},
    {"System", kBotMessage, false, false, message(v1::AUTHOR_KIND_SYSTEM)},
    {"Member", kMemberMessage, true, true, message(v1::AUTHOR_KIND_MEMBER)},
    {"NewAuthor", kCustomerMessage, true, true, message(static_cast<v1::AuthorKind>(99))},
    {"Internal", kNote, false, false,
     message(v1::AUTHOR_KIND_AGENT, kOut, v1::AUTOMATION_NONE, v1::VISIBILITY_INTERNAL)},
    {"AutoReply", kMachineMessage, false, false,
     message(v1::AUTHOR_KIND_CUSTOMER, kIn, v1::AUTOMATION_AUTO_REPLY)},
    {"OurAutoReply", kBotMessage, false, false,
     message(v1::AUTHOR_KIND_SYSTEM, kOut, v1::AUTOMATION_AUTO_REPLY)},
    {"Bounce", kMachineMessage, false, false,
     message(v1::AUTHOR_KIND_SYSTEM, kIn, v1::AUTOMATION_BOUNCE)},
    {"Receipt", kMachineMessage, false, false,
     message(v1::AUTHOR_KIND_CUSTOMER, kIn, v1::AUTOMATION_RECEIPT)},
    {"Bulk", kMachineMessage, false, false,
     message(v1::AUTHOR_KIND_AGENT, kOut, v1::AUTOMATION_BULK)},
    {"InternalReceipt", kMachineMessage, false, false,
     message(v1::AUTHOR_KIND_AGENT, kOut, v1::AUTOMATION_RECEIPT, v1::VISIBILITY_INTERNAL)},
    {"ByHand", kCustomerMessage, true, true,
     message(v1::AUTHOR_KIND_CUSTOMER, kIn, v1::AUTOMATION_NONE)},
};
const std::vector<Row> kSignalRows = {
    {"Started", kStarted, true, true, signal(v1::SIGNAL_KIND_STARTED)},
    {"StartedByUs", kStarted, true, false, signal(v1::SIGNAL_KIND_STARTED, kOut)},
    {"Queued", kQueued, true, true, signal(v1::SIGNAL_KIND_QUEUED)},
    {"Ringing", kRinging, false, false, signal(v1::SIGNAL_KIND_RINGING)},
    {"RingNoAnswer", kRingNoAnswer, false, false, signal(v1::SIGNAL_KIND_RING_NO_ANSWER)},
    {"Connected", kConnected, true, false, signal(v1::SIGNAL_KIND_CONNECTED)},
    {"ConnectedByUs", kConnected, true, true, signal(v1::SIGNAL_KIND_CONNECTED, kOut)},
    {"Held", kHeld, false, false, signal(v1::SIGNAL_KIND_HELD)},
    {"Resumed", kResumed, false, false, signal(v1::SIGNAL_KIND_RESUMED)},
    {"Transferred", kTransferred, false, false, signal(v1::SIGNAL_KIND_TRANSFERRED)},
    {"CallbackRequested", kCallbackRequested, true, true,
     signal(v1::SIGNAL_KIND_CALLBACK_REQUESTED)},
    {"Voicemail", kVoicemail, true, true, signal(v1::SIGNAL_KIND_VOICEMAIL)},
    {"VoicemailOfOurs", kVoicemail, true, false, signal(v1::SIGNAL_KIND_VOICEMAIL, kOut)},
    {"Abandoned", kAbandoned, false, true, signal(v1::SIGNAL_KIND_ABANDONED)},
    {"FlowedOut", kFlowedOut, false, false, signal(v1::SIGNAL_KIND_FLOWED_OUT)},
    {"Ended", kEnded, false, false, signal(v1::SIGNAL_KIND_ENDED)},
    {"WrapUpEnded", kWrapUpEnded, false, false, signal(v1::SIGNAL_KIND_WRAP_UP_ENDED)},
};
const std::vector<Row> kOtherRows = {
    {"Opened", kOpened, true, false, lifecycle(v1::LIFECYCLE_KIND_OPENED)},
    {"Pending", kPending, false, false, lifecycle(v1::LIFECYCLE_KIND_PENDING)},
    {"OnHold", kOnHold, false, false, lifecycle(v1::LIFECYCLE_KIND_ON_HOLD)},
    {"Active", kActive, false, false, lifecycle(v1::LIFECYCLE_KIND_ACTIVE)},
    {"Resolved", kResolved, false, false, lifecycle(v1::LIFECYCLE_KIND_RESOLVED)},
    {"Closed", kClosed, false, false, lifecycle(v1::LIFECYCLE_KIND_CLOSED)},
    {"Reopened", kReopened, false, false, lifecycle(v1::LIFECYCLE_KIND_REOPENED)},
    {"Spam", kSpam, false, false, lifecycle(v1::LIFECYCLE_KIND_SPAM)},
    {"NoReplyNeeded", kNoReplyNeeded, false, false, lifecycle(v1::LIFECYCLE_KIND_NO_REPLY_NEEDED)},
    {"HandedOff", kHandedOff, true, false, lifecycle(v1::LIFECYCLE_KIND_HANDED_OFF)},
    {"AgentAway", kAgentAway, false, false, lifecycle(v1::LIFECYCLE_KIND_AGENT_AWAY)},
    {"AgentBack", kAgentBack, false, false, lifecycle(v1::LIFECYCLE_KIND_AGENT_BACK)},
    {"AttributesChanged", kAttributesChanged, false, false,
     lifecycle(v1::LIFECYCLE_KIND_ATTRIBUTES_CHANGED)},
    {"Assigned", kAssigned, false, false, [](auto& e) { e.mutable_assignment(); }},
    {"Unassigned", kUnassigned, false, false,
     [](auto& e) { e.mutable_assignment()->set_unassigned(true); }},
    {"SamePerson", kIdentity, false, false,
     [](auto& e) { e.mutable_identity()->set_action(v1::IdentityEvidence::ACTION_SAME_PERSON); }},
    {"NotSamePerson", kIdentity, false, false,
     [](auto& e) {
       e.mutable_identity()->set_action(v1::IdentityEvidence::ACTION_NOT_SAME_PERSON);
     }},
    {"CommitmentMade", kCommitmentMade, false, false, commitment(v1::Commitment::ACTION_MADE)},
    {"CommitmentDone", kCommitmentDone, false, false, commitment(v1::Commitment::ACTION_DONE)},
    {"CommitmentWithdrawn", kCommitmentWithdrawn, false, false,
     commitment(v1::Commitment::ACTION_WITHDRAWN)},
    {"SurveySent", kSurveySent, false, false, [](auto& e) { e.mutable_survey(); }},
    {"SurveyAnswered", kSurveyAnswered, false, true,
     [](auto& e) { e.mutable_survey()->set_answered(true); }},
    {"Edited", kEdited, false, false, revision(v1::Revision::KIND_EDITED)},
    {"Deleted", kDeleted, false, false, revision(v1::Revision::KIND_DELETED)},
    {"Bounced", kBounced, false, false, revision(v1::Revision::KIND_BOUNCED)},
    {"NewSignal", kNone, false, false, signal(static_cast<v1::SignalKind>(99))},
    {"NoBody", kNone, false, false, [](auto& e) { e.clear_body(); }},
};
// clang-format on
INSTANTIATE_TEST_SUITE_P(Messages, Kinds, ::testing::ValuesIn(kMessageRows),
                         ::testing::PrintToStringParamName());
INSTANTIATE_TEST_SUITE_P(Signals, Kinds, ::testing::ValuesIn(kSignalRows),
                         ::testing::PrintToStringParamName());
INSTANTIATE_TEST_SUITE_P(Others, Kinds, ::testing::ValuesIn(kOtherRows),
                         ::testing::PrintToStringParamName());

// A kind added to the proto and forgotten here would become a dead letter.
TEST(KindsOfProto, EachIsAMoment) {
  const auto check = [](const google::protobuf::EnumDescriptor* type, const auto& set) {
    std::set<MomentKind> seen;
    for (int i = 1; i < type->value_count(); ++i) {
      v1::Event event;
      set(event, type->value(i)->number());
      EXPECT_NE(moment_kind(event), kNone) << type->value(i)->full_name();
      EXPECT_TRUE(seen.insert(moment_kind(event)).second) << type->value(i)->full_name();
    }
  };
  check(v1::SignalKind_descriptor(), [](v1::Event& event, int number) {
    event.mutable_signal()->set_kind(static_cast<v1::SignalKind>(number));
  });
  check(v1::LifecycleKind_descriptor(), [](v1::Event& event, int number) {
    event.mutable_lifecycle()->set_kind(static_cast<v1::LifecycleKind>(number));
  });
  check(v1::Revision::Kind_descriptor(), [](v1::Event& event, int number) {
    event.mutable_revision()->set_kind(static_cast<v1::Revision::Kind>(number));
  });
}

TEST(Extract, TheMomentsOwnFields) {
  v1::Event event = mail();
  event.set_sequence(7);
  event.mutable_message()->set_surface(v1::SURFACE_PUBLIC);
  event.mutable_message()->set_addressed_to_us(true);
  const Incoming incoming = extract(event, 0);
  EXPECT_EQ(to_ms(incoming.moment.at), kMs);
  EXPECT_EQ(incoming.moment.channel, Channel::kEmail);
  EXPECT_EQ(incoming.moment.flags, kPublic | kAddressed);
  EXPECT_EQ(incoming.moment.sequence, 7);
  EXPECT_EQ(incoming.moment.target, 0U);
  EXPECT_EQ(incoming.moment.author, hash64("email:ann@example.org"));
  EXPECT_EQ(incoming.attributes.queue, "billing");
  EXPECT_EQ(to_ms(extract(event, kMs - 5).moment.at), kMs - 5);
}

TEST(Extract, WhatWasPromisedForWhen) {
  v1::Event event = mail();
  event.mutable_message()->mutable_next_update_due()->set_seconds(1'800'000'000);
  EXPECT_EQ(extract(event, 0).moment.next_update_ms, 1'800'000'000'000);
  v1::Commitment& made = *event.mutable_commitment();
  made.set_action(v1::Commitment::ACTION_MADE);
  made.set_reference("refund");
  EXPECT_EQ(extract(event, 0).moment.value, 0);
  made.mutable_due()->set_seconds(1'800'000'000);
  made.mutable_due()->set_nanos(5'000'000);
  made.mutable_next_update_due()->set_seconds(1'700'000'000);
  const Incoming incoming = extract(event, 0);
  EXPECT_EQ(incoming.promise, "refund");
  EXPECT_EQ(incoming.moment.target, hash64("refund"));
  EXPECT_EQ(incoming.moment.value, 1'800'000'000'005);
  EXPECT_EQ(incoming.moment.next_update_ms, 1'700'000'000'000);
  made.clear_reference();
  EXPECT_EQ(extract(event, 0).moment.target, 0U);
  event.mutable_signal()->set_kind(v1::SIGNAL_KIND_CALLBACK_REQUESTED);
  event.mutable_signal()->mutable_callback_from()->set_seconds(1'800'000'000);
  EXPECT_EQ(extract(event, 0).moment.value, 1'800'000'000'000);
  event.mutable_signal()->set_kind(v1::SIGNAL_KIND_QUEUED);
  EXPECT_EQ(extract(event, 0).moment.value, 0);
}

TEST(Extract, EveryAttributeGoesToItsOwnField) {
  v1::Event event = mail();
  const auto* type = v1::Attributes::descriptor();
  for (int i = 0; i < type->field_count(); ++i)
    event.mutable_attributes()->GetReflection()->SetString(
        event.mutable_attributes(), type->field(i), "of " + type->field(i)->name());
  const Attributes attributes = extract(event, 0).attributes;
  int count = 0;
  for_each_attribute([&](const char* name, std::string Attributes::*field) {
    ++count;
    EXPECT_EQ(attributes.*field, std::string("of ") + name);
  });
  EXPECT_EQ(count, type->field_count());
}

TEST(Extract, OutboundIsAFlag) {
  v1::Event event = mail();
  message(v1::AUTHOR_KIND_AGENT, kOut)(event);
  EXPECT_EQ(extract(event, 0).moment.flags, kOutbound);
  signal(v1::SIGNAL_KIND_RINGING, kOut)(event);
  EXPECT_EQ(extract(event, 0).moment.flags, kOutbound);
  signal(v1::SIGNAL_KIND_RINGING, kAny)(event);
  EXPECT_EQ(extract(event, 0).moment.flags, 0);
}

TEST(Extract, TheSameIdOfTwoSourcesIsTwoMoments) {
  v1::Event event = mail();
  const auto first = extract(event, 0).moment.id;
  EXPECT_EQ(extract(event, kMs + 1).moment.id, first);
  event.set_source("imap-other");
  EXPECT_NE(extract(event, 0).moment.id, first);
  // Where the source ends and the id begins counts.
  event.set_source(
      "imap-support"
      "m");
  event.set_id("-1");
  EXPECT_NE(extract(event, 0).moment.id, first);
}

TEST(Extract, ARevisionPointsAtTheMomentOfItsSource) {
  v1::Event event = mail();
  const auto original = extract(event, 0).moment.id;
  revision(v1::Revision::KIND_DELETED)(event);
  event.mutable_revision()->set_target_id("m-1");
  event.set_id("m-2");
  EXPECT_EQ(extract(event, 0).moment.target, original);
}

TEST(Extract, OursHaveNoAuthor) {
  const std::uint64_t ann = hash64("email:ann@example.org");
  const auto author = [](const Change& change) {
    v1::Event event = mail();
    change(event);
    return extract(event, 0).moment.author;
  };
  EXPECT_EQ(author(message(v1::AUTHOR_KIND_AGENT, kOut)), 0U);
  EXPECT_EQ(author(message(v1::AUTHOR_KIND_BOT, kOut)), 0U);
  EXPECT_EQ(
      author(message(v1::AUTHOR_KIND_AGENT, kOut, v1::AUTOMATION_NONE, v1::VISIBILITY_INTERNAL)),
      0U);
  EXPECT_EQ(author(message(v1::AUTHOR_KIND_AGENT, kOut, v1::AUTOMATION_BULK)), 0U);
  EXPECT_EQ(author(message(v1::AUTHOR_KIND_CUSTOMER, kIn, v1::AUTOMATION_AUTO_REPLY)), ann);
  EXPECT_EQ(author(message(v1::AUTHOR_KIND_MEMBER)), ann);
  EXPECT_EQ(author(signal(v1::SIGNAL_KIND_QUEUED)), ann);
  EXPECT_EQ(author([](v1::Event& event) { event.clear_person(); }), 0U);
}

TEST(Extract, TheStrongestIdentifierComesFirst) {
  v1::Event event = mail();
  event.clear_person();
  const auto add = [&](v1::IdentifierType type, const char* value) {
    auto* identifier = event.add_person();
    identifier->set_type(type);
    identifier->set_value(value);
  };
  add(v1::IDENTIFIER_TYPE_DEVICE, "d");
  add(v1::IDENTIFIER_TYPE_CHAT_VISITOR, "v");
  add(v1::IDENTIFIER_TYPE_SOCIAL, "s");
  add(v1::IDENTIFIER_TYPE_PHONE, "anonymous");
  add(v1::IDENTIFIER_TYPE_PHONE, "+358 40 1234567");
  add(v1::IDENTIFIER_TYPE_EMAIL, "b@x");
  add(v1::IDENTIFIER_TYPE_EMAIL, "a@x");
  add(v1::IDENTIFIER_TYPE_EMAIL, "B@X");
  add(v1::IDENTIFIER_TYPE_CUSTOMER_ID, "c");
  EXPECT_THAT(extract(event, 0).identifiers,
              ElementsAre("customer:c", "email:a@x", "email:b@x", "phone:+358401234567",
                          "social::s", "chat::v", "device:d"));
}

struct EvidenceRow {
  const char* name;
  Change change;
  Claimed claimed;
  const char* method;
};
std::ostream& operator<<(std::ostream& out, const EvidenceRow& row) {
  return out << row.name;
}
class Evidences : public ::testing::TestWithParam<EvidenceRow> {};

TEST_P(Evidences, AreOfTheSource) {
  v1::Event event = mail();
  GetParam().change(event);
  const Incoming incoming = extract(event, 0);
  EXPECT_EQ(incoming.source, "imap-support");
  EXPECT_EQ(incoming.evidence.claimed, GetParam().claimed);
  EXPECT_EQ(incoming.evidence.method, GetParam().method);
}

Change identity(v1::IdentityEvidence::Action action, const char* method, const char* other) {
  return [=](v1::Event& event) {
    event.mutable_identity()->set_action(action);
    event.mutable_identity()->set_method(method);
    auto* identifier = event.add_person();
    identifier->set_type(v1::IDENTIFIER_TYPE_EMAIL);
    identifier->set_value(other);
  };
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Events, Evidences, ::testing::ValuesIn(std::vector<EvidenceRow>{
    {"OneIdentifier", [](v1::Event&) {}, Claimed::kNothing, ""},
    {"OnOneEvent", [](auto& e) { *e.add_person() = e.person(0); e.mutable_person(1)->set_value("bob@example.org"); },
     Claimed::kSamePerson, "event"},
    {"TheSameTwice", [](auto& e) { *e.add_person() = e.person(0); e.mutable_person(1)->set_value("ANN@example.org"); },
     Claimed::kNothing, ""},
    {"Placeholder", [](auto& e) { *e.add_person() = e.person(0); e.mutable_person(1)->set_value("unknown"); },
     Claimed::kNothing, ""},
    {"SamePerson", identity(v1::IdentityEvidence::ACTION_SAME_PERSON, "login", "bob@example.org"),
     Claimed::kSamePerson, "login"},
    {"NotSamePerson", identity(v1::IdentityEvidence::ACTION_NOT_SAME_PERSON, "operator", "bob@example.org"),
     Claimed::kNotSamePerson, "operator"},
    {"NoMethod", identity(v1::IdentityEvidence::ACTION_SAME_PERSON, "", "bob@example.org"),
     Claimed::kSamePerson, ""},
    {"SamePersonAsHerself", identity(v1::IdentityEvidence::ACTION_SAME_PERSON, "login", "Ann@EXAMPLE.org"),
     Claimed::kNothing, ""},
}), ::testing::PrintToStringParamName());
// clang-format on

struct KeyRow {
  v1::ThreadKeyKind kind;
  bool refers;
  bool session;
};

TEST(Extract, KeysSayWhetherTheyReferAndWhetherTheyAreTheContact) {
  // clang-format off
  const std::vector<KeyRow> rows = {
      {v1::THREAD_KEY_KIND_TICKET, true, false},
      {v1::THREAD_KEY_KIND_MAIL_MESSAGE, false, false},
      {v1::THREAD_KEY_KIND_MAIL_REFERENCE, true, false},
      {v1::THREAD_KEY_KIND_CALL, false, true},
      {v1::THREAD_KEY_KIND_CHAT_SESSION, false, true},
      {v1::THREAD_KEY_KIND_SOCIAL_POST, false, false},
      {v1::THREAD_KEY_KIND_SOCIAL_PARENT, true, false},
      {v1::THREAD_KEY_KIND_SOCIAL_THREAD, false, true},
      {v1::THREAD_KEY_KIND_CHAT_MESSAGE, false, false},
      {v1::THREAD_KEY_KIND_CHAT_PARENT, true, false},
  };
  // clang-format on
  EXPECT_EQ(rows.size() + 1,
            static_cast<std::size_t>(v1::ThreadKeyKind_descriptor()->value_count()));
  for (const KeyRow& row : rows) {
    v1::Event event = mail();
    event.clear_thread_keys();
    event.add_thread_keys()->set_kind(row.kind);
    event.mutable_thread_keys(0)->set_value("k");
    const auto keys = extract(event, 0).keys;
    ASSERT_EQ(keys.size(), 1U) << v1::ThreadKeyKind_Name(row.kind);
    EXPECT_EQ(keys[0].refers, row.refers) << v1::ThreadKeyKind_Name(row.kind);
    EXPECT_EQ(keys[0].session, row.session) << v1::ThreadKeyKind_Name(row.kind);
  }
}

TEST(Extract, AKeyGivenTwiceIsOne) {
  v1::Event event = mail();  // its own id is <1@example.org>
  const auto refer = [&](const char* value) {
    event.add_thread_keys()->set_kind(v1::THREAD_KEY_KIND_MAIL_REFERENCE);
    event.mutable_thread_keys(event.thread_keys_size() - 1)->set_value(value);
  };
  refer("<0@example.org>");
  refer("0@example.org");
  refer("<1@example.org>");
  const auto keys = extract(event, 0).keys;
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[0].text, "mail::1@example.org");
  EXPECT_FALSE(keys[0].refers) << "its own id, though it refers to it too";
  EXPECT_EQ(keys[1].text, "mail::0@example.org");
  EXPECT_TRUE(keys[1].refers);
}

TEST(Extract, ValuesGoWithTheirKinds) {
  v1::Event event = mail();
  signal(v1::SIGNAL_KIND_HELD)(event);
  event.mutable_signal()->set_announced_hold_seconds(120);
  EXPECT_EQ(extract(event, 0).moment.value, 120);
  event.mutable_signal()->set_announced_hold_seconds(-1);
  EXPECT_EQ(extract(event, 0).moment.value, 0);
  event.mutable_survey()->set_answered(true);
  event.mutable_survey()->set_score(4.5);
  EXPECT_EQ(extract(event, 0).moment.value, 4500);
  event.mutable_survey()->set_score(std::numeric_limits<double>::infinity());
  EXPECT_EQ(extract(event, 0).moment.value, 0);
  event.mutable_survey()->set_score(1e300);
  EXPECT_EQ(extract(event, 0).moment.value, 1'000'000'000);
}

// Whatever a source asks on, answers are kept on one scale for each kind of survey.
TEST(Extract, ScoresAreOfOneScale) {
  const auto kept = [](v1::Survey::Kind kind, double score, double most) {
    v1::Event event = mail();
    event.mutable_survey()->set_kind(kind);
    event.mutable_survey()->set_score(score);
    event.mutable_survey()->set_score_max(most);
    return extract(event, 0).moment.value;
  };
  EXPECT_EQ(kept(v1::Survey::KIND_CSAT, 4, 5), 4000);
  EXPECT_EQ(kept(v1::Survey::KIND_CSAT, 80, 100), 4000);
  EXPECT_EQ(kept(v1::Survey::KIND_NPS, 9, 0), 9000);
  EXPECT_EQ(kept(v1::Survey::KIND_NPS, 4, 5), 8000);
  EXPECT_EQ(kept(v1::Survey::KIND_CES, 7, 7), 7000);
  v1::Event event = mail();
  event.mutable_survey()->set_kind(v1::Survey::KIND_ENPS);
  EXPECT_EQ(extract(event, 0).moment.survey, SurveyKind::kEnps);
}

}  // namespace
}  // namespace vaste::ingest
