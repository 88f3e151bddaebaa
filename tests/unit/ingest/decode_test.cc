#include "ingest/decode.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <vector>

#include "ingest/channels.h"
#include "unit/ingest/events.h"

namespace vaste::ingest {
namespace {

using testing::changed;
using testing::decode;
using ::testing::HasSubstr;
using testing::kMs;
using testing::kSecond;
using testing::mail;

struct Refused {
  const char* name;
  Code code;
  const char* detail;  // part of it
  std::function<void(v1::Event&)> change;
};
std::ostream& operator<<(std::ostream& out, const Refused& row) {
  return out << row.name;
}

class Refuses : public ::testing::TestWithParam<Refused> {};

TEST_P(Refuses, WithAReasonThatNamesTheField) {
  Decoder decoder({});
  const std::string bytes = changed(GetParam().change);
  const auto decoded = decode(decoder, bytes);
  ASSERT_FALSE(decoded.has_value());
  EXPECT_EQ(decoded.error().code, GetParam().code) << decoded.error().detail;
  EXPECT_THAT(decoded.error().detail, HasSubstr(GetParam().detail));
  EXPECT_EQ(remedy(decoded.error().code), Remedy::kDeadLetter);
}

std::string of(std::size_t length) {
  return std::string(length, 'x');
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Required, Refuses, ::testing::ValuesIn(std::vector<Refused>{
    {"NoId", Code::kMissingField, "id: not given", [](auto& e) { e.clear_id(); }},
    {"NoSource", Code::kMissingField, "source: not given", [](auto& e) { e.clear_source(); }},
    {"NoTime", Code::kMissingField, "time: not given", [](auto& e) { e.clear_time(); }},
    {"NoChannel", Code::kUnknownChannel, "CHANNEL_EMAIL", [](auto& e) { e.clear_channel(); }},
    {"NewChannel", Code::kUnknownChannel, "number 99",
     [](auto& e) { e.set_channel(static_cast<v1::Channel>(99)); }},
    {"NoBody", Code::kMissingField, "message, signal", [](auto& e) { e.clear_body(); }},
    {"NoSignalKind", Code::kMissingField, "signal:", [](auto& e) { e.mutable_signal(); }},
    {"NewSignalKind", Code::kMissingField, "signal:",
     [](auto& e) { e.mutable_signal()->set_kind(static_cast<v1::SignalKind>(99)); }},
    {"NoLifecycleKind", Code::kMissingField, "lifecycle:", [](auto& e) { e.mutable_lifecycle(); }},
    {"NoIdentityAction", Code::kMissingField, "identity:", [](auto& e) { e.mutable_identity(); }},
    {"NoCommitmentAction", Code::kMissingField, "commitment:",
     [](auto& e) { e.mutable_commitment(); }},
    {"NoRevisionKind", Code::kMissingField, "revision:",
     [](auto& e) { e.mutable_revision()->set_target_id("m-0"); }},
    {"NoRevisionTarget", Code::kMissingField, "revision.target_id",
     [](auto& e) { e.mutable_revision()->set_kind(v1::Revision::KIND_EDITED); }},
    {"EmptyKey", Code::kMissingField, "thread_keys[1].value",
     [](auto& e) { e.add_thread_keys()->set_kind(v1::THREAD_KEY_KIND_CALL); }},
    {"Nobody", Code::kNoIdentity, "neither is given",
     [](auto& e) { e.clear_person(); e.clear_thread_keys(); }},
    {"OnlyPlaceholders", Code::kNoIdentity, "placeholders",
     [](auto& e) { e.clear_thread_keys(); e.mutable_person(0)->set_value("Anonymous"); }},
    {"OnlyWithheld", Code::kNoIdentity, "placeholders",
     [](auto& e) {
       e.clear_thread_keys();
       e.mutable_person(0)->set_type(v1::IDENTIFIER_TYPE_PHONE);
       e.mutable_person(0)->set_value("+266696687");
     }},
    {"IdentityOfOne", Code::kNoIdentity, "fewer than two",
     [](auto& e) {
       e.mutable_identity()->set_action(v1::IdentityEvidence::ACTION_SAME_PERSON);
     }},
    {"IdentityOfOneAndNobody", Code::kNoIdentity, "fewer than two",
     [](auto& e) {
       e.mutable_identity()->set_action(v1::IdentityEvidence::ACTION_SAME_PERSON);
       *e.add_person() = e.person(0);
       e.mutable_person(1)->set_value("unknown");
     }},
    {"NewIdentityAction", Code::kMissingField, "identity:",
     [](auto& e) {
       e.mutable_identity()->set_action(static_cast<v1::IdentityEvidence::Action>(9));
     }},
    {"OnlyUnknownKinds", Code::kNoIdentity, "placeholders",
     [](auto& e) { e.clear_person(); e.mutable_thread_keys(0)->clear_kind(); }},
}), ::testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Time, Refuses, ::testing::ValuesIn(std::vector<Refused>{
    {"In1970", Code::kInvalidTime, "between 1990 and 2100",
     [](auto& e) { e.mutable_time()->set_seconds(0); }},
    {"PromiseInMilliseconds", Code::kInvalidTime, "commitment.due: ",
     [](auto& e) { e.mutable_commitment()->set_action(v1::Commitment::ACTION_MADE);
                   e.mutable_commitment()->mutable_due()->set_seconds(kMs); }},
    {"UpdateIn1970", Code::kInvalidTime, "message.next_update_due: ",
     [](auto& e) { e.mutable_message()->mutable_next_update_due()->set_seconds(1); }},
    {"UpdateOfAPromise", Code::kInvalidTime, "commitment.next_update_due.nanos: ",
     [](auto& e) { e.mutable_commitment()->set_action(v1::Commitment::ACTION_MADE);
                   e.mutable_commitment()->mutable_next_update_due()->set_seconds(1800000000);
                   e.mutable_commitment()->mutable_next_update_due()->set_nanos(-1); }},
    {"CallbackIn1970", Code::kInvalidTime, "signal.callback_from: ",
     [](auto& e) { e.mutable_signal()->set_kind(v1::SIGNAL_KIND_CALLBACK_REQUESTED);
                   e.mutable_signal()->mutable_callback_from()->set_seconds(1); }},
    {"LastOf1989", Code::kInvalidTime, "between",
     [](auto& e) { e.mutable_time()->set_seconds(631151999); }},
    {"FirstOf2100", Code::kInvalidTime, "between",
     [](auto& e) { e.mutable_time()->set_seconds(4102444800); }},
    {"Milliseconds", Code::kInvalidTime, "unit is seconds",
     [](auto& e) { e.mutable_time()->set_seconds(kMs); }},
    {"EndOfInt64", Code::kInvalidTime, "between",
     [](auto& e) { e.mutable_time()->set_seconds(INT64_MAX); }},
    {"StartOfInt64", Code::kInvalidTime, "between",
     [](auto& e) { e.mutable_time()->set_seconds(INT64_MIN); }},
    {"NegativeNanos", Code::kInvalidTime, "time.nanos",
     [](auto& e) { e.mutable_time()->set_nanos(-1); }},
    {"WholeSecondOfNanos", Code::kInvalidTime, "time.nanos",
     [](auto& e) { e.mutable_time()->set_nanos(1'000'000'000); }},
}), ::testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Bounds, Refuses, ::testing::ValuesIn(std::vector<Refused>{
    {"Id", Code::kTooLarge, "id: 513 bytes", [](auto& e) { e.set_id(of(513)); }},
    {"Source", Code::kTooLarge, "source: 257", [](auto& e) { e.set_source(of(257)); }},
    {"Identifier", Code::kTooLarge, "person[0].value: 513",
     [](auto& e) { e.mutable_person(0)->set_value(of(513)); }},
    {"Network", Code::kTooLarge, "person[0].network",
     [](auto& e) { e.mutable_person(0)->set_network(of(129)); }},
    {"Method", Code::kTooLarge, "identity.method: 65",
     [](auto& e) {
       *e.add_person() = e.person(0);
       e.mutable_identity()->set_action(v1::IdentityEvidence::ACTION_SAME_PERSON);
       e.mutable_identity()->set_method(of(65));
     }},
    {"Participant", Code::kTooLarge, "participants[0].value",
     [](auto& e) { e.add_participants()->mutable_identifier()->set_value(of(513)); }},
    {"Key", Code::kTooLarge, "thread_keys[0].value",
     [](auto& e) { e.mutable_thread_keys(0)->set_value(of(513)); }},
    {"Scope", Code::kTooLarge, "thread_keys[0].scope",
     [](auto& e) { e.mutable_thread_keys(0)->set_scope(of(513)); }},
    {"Attribute", Code::kTooLarge, "attributes.topic: 257",
     [](auto& e) { e.mutable_attributes()->set_topic(of(257)); }},
    {"Text", Code::kTooLarge, "message.text: 262145",
     [](auto& e) { e.mutable_message()->set_text(of((256 << 10) + 1)); }},
    {"Subject", Code::kTooLarge, "message.subject",
     [](auto& e) { e.mutable_message()->set_subject(of((256 << 10) + 1)); }},
    {"Identifiers", Code::kTooLarge, "person: 51",
     [](auto& e) { while (e.person_size() < 51) *e.add_person() = e.person(0); }},
    {"Keys", Code::kTooLarge, "thread_keys: 65",
     [](auto& e) { while (e.thread_keys_size() < 65) *e.add_thread_keys() = e.thread_keys(0); }},
}), ::testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Text, Refuses, ::testing::ValuesIn(std::vector<Refused>{
    {"NulInId", Code::kInvalidText, "id: holds a control",
     [](auto& e) { e.set_id(std::string("a\0b", 3)); }},
    {"NewlineInSource", Code::kInvalidText, "source:", [](auto& e) { e.set_source("a\nb"); }},
    {"ReturnInKey", Code::kInvalidText, "thread_keys[0].value",
     [](auto& e) { e.mutable_thread_keys(0)->set_value("<1@x>\r"); }},
    {"TabInPerson", Code::kInvalidText, "person[0].value",
     [](auto& e) { e.mutable_person(0)->set_value("a\tb"); }},
    {"DeleteInQueue", Code::kInvalidText, "attributes.queue",
     [](auto& e) { e.mutable_attributes()->set_queue("a\x7f"); }},
    {"NextLineInBrand", Code::kInvalidText, "attributes.brand",
     [](auto& e) { e.mutable_attributes()->set_brand("a\u0085"); }},
    {"NulInTarget", Code::kInvalidText, "revision.target_id",
     [](auto& e) { e.mutable_revision()->set_kind(v1::Revision::KIND_EDITED);
                  e.mutable_revision()->set_target_id(std::string(1, '\0')); }},
}), ::testing::PrintToStringParamName());

struct Taken {
  const char* name;
  std::function<void(v1::Event&)> change;
};
std::ostream& operator<<(std::ostream& out, const Taken& row) { return out << row.name; }

class Takes : public ::testing::TestWithParam<Taken> {};

TEST_P(Takes, AndGivesTheInputsOwnBytes) {
  Decoder decoder({});
  const std::string bytes = changed(GetParam().change);
  const auto decoded = decode(decoder, bytes);
  ASSERT_TRUE(decoded.has_value()) << decoded.error().detail;
  EXPECT_EQ(decoded->bytes.data(), bytes.data());
  EXPECT_EQ(decoded->bytes.size(), bytes.size());
  EXPECT_EQ(decoded->clamped_time_ms, 0);
  EXPECT_EQ(decoded->event->SerializeAsString(), bytes);
}

INSTANTIATE_TEST_SUITE_P(Edges, Takes, ::testing::ValuesIn(std::vector<Taken>{
    {"Plain", [](auto&) {}},
    {"LongestId", [](auto& e) { e.set_id(of(512)); }},
    {"LongestSource", [](auto& e) { e.set_source(of(256)); }},
    {"LongestKey", [](auto& e) { e.mutable_thread_keys(0)->set_value(of(512)); }},
    {"LongestAttribute", [](auto& e) { e.mutable_attributes()->set_topic(of(256)); }},
    {"LongestText", [](auto& e) { e.mutable_message()->set_text(of(256 << 10)); }},
    {"MostIdentifiers",
     [](auto& e) { while (e.person_size() < 50) *e.add_person() = e.person(0); }},
    {"MostKeys",
     [](auto& e) { while (e.thread_keys_size() < 64) *e.add_thread_keys() = e.thread_keys(0); }},
    {"FirstOf1990", [](auto& e) { e.mutable_time()->set_seconds(631152000); }},
    {"NoBreakSpaceInName", [](auto& e) { e.mutable_attributes()->set_brand("a\u00a0b"); }},
    {"LinesInText", [](auto& e) { e.mutable_message()->set_text("a\r\nb\tc"); }},
    {"EmptyMessage", [](auto& e) { e.mutable_message()->Clear(); }},
    {"OnlyAPerson", [](auto& e) { e.clear_thread_keys(); }},
    {"OnlyAKey", [](auto& e) { e.clear_person(); }},
    {"IdLongAsABraceSays", [](auto& e) { e.set_id(of(123)); }},  // begins "\n{"
}), ::testing::PrintToStringParamName());
// clang-format on

TEST(Decode, NoValueAndEmptyValueAreToldApart) {
  Decoder decoder({});
  const auto tombstone = decoder.decode({}, true, Format::kAuto, kMs, kMs);
  const auto empty = decoder.decode({}, false, Format::kAuto, kMs, kMs);
  ASSERT_FALSE(tombstone.has_value());
  ASSERT_FALSE(empty.has_value());
  EXPECT_EQ(tombstone.error().code, Code::kEmpty);
  EXPECT_EQ(empty.error().code, Code::kEmpty);
  EXPECT_THAT(tombstone.error().detail, HasSubstr("tombstone"));
  EXPECT_NE(tombstone.error().detail, empty.error().detail);
}

TEST(Decode, SizeIsJudgedBeforeTheContent) {
  const std::string bytes = mail().SerializeAsString();
  Decoder exact({.record_bytes = bytes.size()});
  EXPECT_TRUE(decode(exact, bytes).has_value());
  Decoder smaller({.record_bytes = bytes.size() - 1});
  const auto refused = decode(smaller, bytes);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Code::kTooLarge);
}

TEST(Decode, ATruncatedRecordSaysWhereItEnds) {
  Decoder decoder({});
  const std::string bytes = mail().SerializeAsString();
  int broken = 0;
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    const auto decoded = decode(decoder, std::string_view(bytes).substr(0, size));
    ASSERT_FALSE(decoded.has_value()) << size;
    if (decoded.error().code != Code::kMalformed) continue;  // cut between two fields
    ++broken;
    EXPECT_THAT(decoded.error().detail, HasSubstr(" at byte ")) << size;
  }
  EXPECT_GT(broken, 50);
}

TEST(Decode, TextThatIsNotUtf8IsFound) {
  // Latin-1, an overlong NUL, half a surrogate pair, beyond U+10FFFF: Protobuf's parser refuses
  // them and does not say why.
  for (const std::string_view bad : {"\xe4", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80"}) {
    v1::Event event = mail();
    event.mutable_message()->set_text("xx~~");
    event.mutable_attributes()->set_queue("q");
    std::string bytes = event.SerializeAsString();
    // Serialising such a text would already write to the log, so it is put in afterwards.
    const std::string padded = std::string(bad) + std::string(4 - bad.size(), 'x');
    const std::size_t place = bytes.find("xx~~");
    bytes.replace(place, 4, padded);
    Decoder decoder({});
    const auto decoded = decode(decoder, bytes);
    ASSERT_FALSE(decoded.has_value());
    EXPECT_EQ(decoded.error().code, Code::kInvalidText);
    EXPECT_THAT(decoded.error().detail,
                HasSubstr("message.text at byte " + std::to_string(place) + ":"));
  }
}

TEST(Decode, GroupsNestTo32Levels) {
  Decoder decoder({});
  const auto nested = [](int depth) {  // an unknown group, in itself
    std::string bytes = mail().SerializeAsString();
    for (int i = 0; i < depth; ++i) bytes += "\xf3\x07";  // start of field 126
    for (int i = 0; i < depth; ++i) bytes += "\xf4\x07";
    return bytes;
  };
  EXPECT_TRUE(decode(decoder, nested(30)).has_value());
  EXPECT_FALSE(decode(decoder, nested(33)).has_value());
  EXPECT_FALSE(decode(decoder, nested(100'000)).has_value());
}

TEST(Decode, SeveralBodiesAreRefused) {
  v1::Event second;
  second.mutable_signal()->set_kind(v1::SIGNAL_KIND_ENDED);
  Decoder decoder({});
  const auto decoded = decode(decoder, mail().SerializeAsString() + second.SerializeAsString());
  ASSERT_FALSE(decoded.has_value());
  EXPECT_EQ(decoded.error().code, Code::kMalformed);
  EXPECT_THAT(decoded.error().detail, HasSubstr("body: 2"));
}

TEST(Decode, ABodyOfANewerVersionIsNamedByItsNumber) {
  const std::string bytes = changed([](auto& event) { event.clear_body(); }) + "\xe2\x01\x01x";
  Decoder decoder({});
  const auto decoded = decode(decoder, bytes);
  ASSERT_FALSE(decoded.has_value());
  EXPECT_EQ(decoded.error().code, Code::kMissingField);
  EXPECT_THAT(decoded.error().detail, HasSubstr("field 28"));
}

TEST(Decode, ASchemaRegistrysPrefixIsGuessed) {
  Decoder decoder({});
  const auto decoded = decode(decoder, std::string(5, '\0') + mail().SerializeAsString());
  ASSERT_FALSE(decoded.has_value());
  EXPECT_EQ(decoded.error().code, Code::kMalformed);
  EXPECT_THAT(decoded.error().detail, HasSubstr("schema registry"));
}

struct Skew {
  const char* name;
  std::int64_t ahead_ms;  // of the event over the record
  std::int64_t record_ms;
  std::int64_t now_ms;
  std::int64_t clamped_ms;
};
std::ostream& operator<<(std::ostream& out, const Skew& row) {
  return out << row.name;
}
class ClampsTime : public ::testing::TestWithParam<Skew> {};

TEST_P(ClampsTime, AheadOfTheRecords) {
  const Skew& row = GetParam();
  const std::int64_t at = kMs + row.ahead_ms;
  const std::string bytes = changed([&](auto& event) {
    event.mutable_time()->set_seconds(at / 1000);
    event.mutable_time()->set_nanos(static_cast<int>(at % 1000) * 1'000'000);
  });
  Decoder decoder({.max_skew = Millis(60'000)});
  const auto decoded = decoder.decode(bytes, false, Format::kAuto, row.record_ms, row.now_ms);
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(decoded->clamped_time_ms, row.clamped_ms);
  EXPECT_EQ(decoded->bytes.data(), bytes.data());
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Skews, ClampsTime, ::testing::ValuesIn(std::vector<Skew>{
    {"AtTheLimit", 60'000, kMs, kMs, 0},
    {"BeyondTheLimit", 60'001, kMs, kMs, kMs},
    {"InAReplay", 60'001, kMs, kMs + 86'400'000, kMs},
    {"RecordWithoutTime", 60'001, -1, kMs, kMs},
    {"RecordsOwnClockAhead", 3'600'000, kMs + 3'600'000, kMs, kMs},
    {"Past", -86'400'000, kMs, kMs, 0},
    {"NothingKnown", 3'600'000, 0, 0, 0},
}), ::testing::PrintToStringParamName());
// clang-format on

TEST(Decode, ParseTakesWhatDecodeGave) {
  Decoder decoder({});
  const std::string bytes = mail().SerializeAsString();
  const auto decoded = decode(decoder, bytes);
  ASSERT_TRUE(decoded.has_value());
  const v1::Event* again = decoder.parse(decoded->bytes);
  ASSERT_NE(again, nullptr);
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(*again, mail()));
  EXPECT_EQ(decoder.parse(std::string_view(bytes).substr(0, 4)), nullptr);
}

TEST(Decode, TheArenaServesBatchAfterBatch) {
  Decoder decoder({});
  const std::string bytes = mail().SerializeAsString();
  for (int batch = 0; batch < 100; ++batch) {
    std::vector<const v1::Event*> events;
    for (int i = 0; i < 50; ++i) events.push_back(decode(decoder, bytes)->event);
    for (const v1::Event* event : events) ASSERT_EQ(event->id(), "m-1");
    decoder.reset();
  }
}

TEST(Decode, RandomBytesNeverCrash) {
  constexpr int kRecords = 100'000;
  std::mt19937_64 random(20260101);
  const std::string good = mail().SerializeAsString();
  Decoder decoder({});
  int refused = 0;
  for (int i = 0; i < kRecords; ++i) {
    // Half noise, half a good record with a few bytes changed: the latter gets deeper.
    std::string bytes(1 + random() % 120, '\0');
    if (i % 2 == 0) {
      for (char& byte : bytes) byte = static_cast<char>(random());
    } else {
      bytes = good;
      for (std::uint64_t changes = 1 + random() % 4; changes > 0; --changes)
        bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    const auto decoded = decode(decoder, bytes);
    if (!decoded) {
      ++refused;
      ASSERT_EQ(remedy(decoded.error().code), Remedy::kDeadLetter);
      ASSERT_FALSE(decoded.error().detail.empty());
    }
    if (i % 64 == 0) decoder.reset();
  }
  EXPECT_GT(refused, kRecords / 2);
  EXPECT_LT(refused, kRecords);
}

TEST(Channels, EveryProtoChannelHasARow) {
  const auto* type = v1::Channel_descriptor();
  for (int i = 0; i < type->value_count(); ++i) {
    const auto wire = static_cast<v1::Channel>(type->value(i)->number());
    const ChannelRow* row = channel_row(wire);
    if (wire == v1::CHANNEL_UNSPECIFIED) {
      EXPECT_EQ(row, nullptr);
      continue;
    }
    ASSERT_NE(row, nullptr) << type->value(i)->name() << " needs a row in ingest/channels.cc";
    EXPECT_STREQ(row->name, name(row->channel));
    EXPECT_EQ(static_cast<int>(row->channel), static_cast<int>(wire));
  }
  EXPECT_EQ(channels().size() + 1, static_cast<std::size_t>(type->value_count()));
}

}  // namespace
}  // namespace vaste::ingest
