// Damaged bytes end in kCorrupt or in a value that is safe to use; never in a crash.
#include <gmock/gmock.h>
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>

#include "store/codec.h"
#include "unit/store/conversations.h"
#include "vaste/v1/state.pb.h"

namespace vaste::store {
namespace {

using testing::HasSubstr;

struct Row {
  std::string name;
  std::function<void(v1::StoredConversation&)> damage;
  std::string detail;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

v1::StoredConversation stored() {
  std::string bytes;
  encode_conversation(Filler(5).conversation(), bytes);
  v1::StoredConversation out;
  EXPECT_TRUE(out.ParseFromString(bytes));
  return out;
}

class OutOfBounds : public testing::TestWithParam<Row> {};

using C = v1::StoredConversation;
constexpr std::int64_t kTooLate = 253402300800000;
// clang-format off
INSTANTIATE_TEST_SUITE_P(A, OutOfBounds, testing::ValuesIn(std::vector<Row>{
    {"CustomerOf15Bytes", [](C& c) { c.set_customer_id(std::string(15, 'x')); }, "customer_id"},
    {"MergedOf17Bytes", [](C& c) { c.set_merged_into(std::string(17, 'x')); }, "merged_into"},
    {"ContinuedOf1Byte", [](C& c) { c.set_continued_by("x"); }, "continued_by"},
    {"FollowsOf1Byte", [](C& c) { c.set_follows("x"); }, "follows"},
    {"OpenedBy", [](C& c) { c.set_opened_by(6); }, "opened_by"},
    {"TimerTooLate", [](C& c) { c.set_timer_at_ms(kTooLate); }, "timer_at_ms"},
    {"FiredTooEarly", [](C& c) { c.set_fired_until_ms(-kTooLate); }, "fired_until_ms"},
    {"Horizon", [](C& c) { c.set_horizon_ms(kTooLate); }, "horizon_ms"},
    {"MomentAt", [](C& c) { c.mutable_moments(0)->set_at_ms(kTooLate); }, "moment.at_ms"},
    {"MomentKind", [](C& c) { c.mutable_moments(0)->set_kind(63); }, "moment.kind"},
    {"MomentChannel", [](C& c) { c.mutable_moments(0)->set_channel(5); }, "channel"},
    {"MomentFlags", [](C& c) { c.mutable_moments(0)->set_flags(256); }, "moment.flags"},
    {"MomentAttributes", [](C& c) { c.mutable_moments(0)->set_attributes(
        static_cast<std::uint32_t>(c.attribute_sets_size()) + 1); }, "moment.attributes"},
    {"MomentContactKey", [](C& c) { c.mutable_moments(0)->set_contact_key(
        static_cast<std::uint32_t>(c.keys_size()) + 1); }, "moment.contact_key"},
    {"NoKeysAnyMore", [](C& c) { c.clear_keys(); }, "moment.contact_key"},
    {"NoAttributesAnyMore", [](C& c) { c.clear_attribute_sets(); }, "moment.attributes"},
    {"FoldStatus", [](C& c) { c.mutable_fold()->set_status(8); }, "fold.status"},
    {"FoldChannels", [](C& c) { c.mutable_fold()->set_channels(256); }, "fold.channels"},
    {"FoldLastChannel", [](C& c) { c.mutable_fold()->set_last_channel(5); }, "channel"},
    {"FoldResolved", [](C& c) { c.mutable_fold()->set_resolved_ms(kTooLate); }, "fold.resolved"},
    {"WaitingContact", [](C& c) { c.mutable_fold()->set_waiting_contact(
        static_cast<std::uint32_t>(c.fold().contacts_size())); }, "fold.waiting_contact"},
    {"ClockWarnings", [](C& c) { c.mutable_fold()->mutable_clocks(0)->add_more_at_risk_ms(1); }, "clock.more_at_risk_ms"},
    {"ClockWarningTooLong", [](C& c) { c.mutable_fold()->mutable_clocks(0)->set_more_at_risk_ms(0, kTooLate); }, "clock.more_at_risk_ms"},
    {"ClockKind", [](C& c) { c.mutable_fold()->mutable_clocks(0)->set_kind(19); }, "clock.kind"},
    {"ClockState", [](C& c) { c.mutable_fold()->mutable_clocks(0)->set_state(6); }, "clock.state"},
    {"ClockContact", [](C& c) { c.mutable_fold()->mutable_clocks(0)->set_contact(
        static_cast<std::uint32_t>(c.fold().contacts_size())); }, "clock.contact"},
    {"ClockTarget", [](C& c) { c.mutable_fold()->mutable_clocks(0)->set_target_ms(-kTooLate); },
        "clock.target_ms"},
    {"HalfAStretch", [](C& c) { c.mutable_fold()->mutable_clocks(0)->add_running_ms(1); },
        "clock.running_ms"},
    {"ContactKey", [](C& c) { c.mutable_fold()->mutable_contacts(0)->set_key(
        static_cast<std::uint32_t>(c.keys_size()) + 1); }, "contact.key"},
    {"ContactPhase", [](C& c) { c.mutable_fold()->mutable_contacts(0)->set_phase(7); },
        "contact.phase"},
    {"MomentSurvey", [](C& c) { c.mutable_moments(0)->set_survey(5); }, "moment.survey"},
    {"ContactFirstWait", [](C& c) { c.mutable_fold()->mutable_contacts(0)->set_first_wait_ms(kTooLate); },
        "contact.first_wait_ms"},
    {"PastTooLate", [](C& c) { c.mutable_fold()->mutable_past_attributes(0)->set_until_ms(kTooLate); },
        "past.until_ms"},
    {"EndingTooLate", [](C& c) { c.mutable_fold()->mutable_endings(0)->set_repeat_until_ms(kTooLate); },
        "ending.repeat_until_ms"},
    {"EndlessEndings", [](C& c) { for (int i = 0; i < 64; ++i) c.mutable_fold()->add_endings(); },
        "fold.endings"},
    {"TransferOfNoContact", [](C& c) { c.mutable_fold()->mutable_transfers(0)->set_contact(
        static_cast<std::uint32_t>(c.fold().contacts_size()) + 1); }, "transfer.contact"},
    {"SwitchTo", [](C& c) { c.mutable_fold()->mutable_switches(0)->set_to(5); }, "channel"},
    {"SurveyBand", [](C& c) { c.mutable_fold()->mutable_surveys(0)->set_band(16); }, "survey.band"},
    {"ContactTransfers", [](C& c) { c.mutable_fold()->mutable_contacts(0)->set_transfers(65536); },
        "contact.transfers"},
    {"ContactChannel", [](C& c) { c.mutable_fold()->mutable_contacts(0)->set_channel(1 << 16); },
        "channel"},
    {"BaseClockContact", [](C& c) { c.mutable_base()->mutable_clocks(0)->set_contact(99); },
        "clock.contact"},
    {"AlertClock", [](C& c) { c.mutable_alerts(0)->set_clock(19); }, "alert.clock"},
    {"AlertLevel", [](C& c) { c.mutable_alerts(0)->set_level(5); }, "alert.level"},
    {"AlertStatus", [](C& c) { c.mutable_alerts(0)->set_status(4); }, "alert.status"},
}), testing::PrintToStringParamName());
// clang-format on

TEST_P(OutOfBounds, IsToldByName) {
  v1::StoredConversation message = stored();
  ASSERT_TRUE(decode_conversation({}, message.SerializeAsString())) << "without damage";
  GetParam().damage(message);
  const auto decoded = decode_conversation({}, message.SerializeAsString());
  ASSERT_FALSE(decoded.has_value());
  EXPECT_EQ(decoded.error().code, Code::kCorrupt);
  EXPECT_THAT(decoded.error().detail, HasSubstr(GetParam().detail));
}

// A later version's bytes may mean anything, so nothing behind the version is looked at.
TEST(NewerFormat, IsRefusedByNumber) {
  const std::string bytes = std::string("\x08\x06", 2) + "\xff\xff no protobuf at all";
  for (const Code code : {decode_conversation({}, bytes).error().code,
                          decode_thread(bytes).error().code, decode_customer(bytes).error().code})
    EXPECT_EQ(code, Code::kNewerFormat);
  EXPECT_THAT(decode_conversation({}, bytes).error().detail, HasSubstr("format 6 is newer"));
  EXPECT_THAT(decode_thread(bytes).error().detail, HasSubstr("format 6 is newer"));
  EXPECT_THAT(decode_customer(bytes).error().detail, HasSubstr("format 6 is newer"));
}

TEST(Damage, RecordsWithoutAVersionAreRefused) {
  v1::StoredConversation message = stored();
  message.clear_version();
  for (const std::string& bytes : {std::string(), message.SerializeAsString(),
                                   std::string("\x08\x00", 2), std::string("\x08")})
    EXPECT_EQ(decode_conversation({}, bytes).error().code, Code::kCorrupt);
  EXPECT_EQ(decode_thread("").error().code, Code::kCorrupt);
  EXPECT_EQ(decode_customer("").error().code, Code::kCorrupt);
}

TEST(Damage, SmallRecordsWithoutAnIdAreRefused) {
  EXPECT_EQ(decode_thread(std::string("\x08\x01", 2)).error().code, Code::kCorrupt);
  EXPECT_EQ(decode_thread(std::string("\x08\x01\x12\x02xx", 6)).error().code, Code::kCorrupt);
  EXPECT_EQ(decode_customer(std::string("\x08\x01\x12\x02xx", 6)).error().code, Code::kCorrupt);
  // A second version behind the first would slip past the look at the head.
  std::string two = encode_thread({1, 1});
  two.append("\x08\x07", 2);
  EXPECT_EQ(decode_thread(two).error().code, Code::kCorrupt);
}

void mutate(std::string& bytes, std::mt19937_64& random) {
  const auto position = [&] { return static_cast<std::size_t>(random() % (bytes.size() + 1)); };
  for (std::uint64_t i = 1 + random() % 4; i > 0; --i) {
    const std::size_t at = position();
    const auto byte = static_cast<char>(random());
    switch (random() % 5) {
      case 0:
        if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8));
        break;
      case 1:
        if (at < bytes.size()) bytes[at] = byte;
        break;
      case 2:
        bytes.insert(at, 1, byte);
        break;
      case 3:
        bytes.erase(at, random() % 8);
        break;
      default:
        if (random() % 8 == 0) bytes.resize(at);
        break;
    }
  }
}

TEST(Damage, MutatedBytesAreRefusedOrSafe) {
  google::protobuf::SetLogHandler(nullptr);  // It writes a line for every text that is no UTF-8.
  std::mt19937_64 random(11);
  int refused = 0;
  int taken = 0;
  for (int round = 0; round < 6000; ++round) {
    std::string bytes;
    encode_conversation(Filler(random() % 20).usual_conversation(), bytes);
    mutate(bytes, random);
    const auto decoded = decode_conversation({1, 1}, bytes);
    if (!decoded) {
      // A mutation may make the version a later one.
      ASSERT_TRUE(decoded.error().code == Code::kCorrupt ||
                  decoded.error().code == Code::kNewerFormat);
      ++refused;
      continue;
    }
    ++taken;
    // Writing checks every index, so it would stop the program on one that leads nowhere.
    std::string again;
    encode_conversation(*decoded, again);
    const auto second = decode_conversation({1, 1}, again);
    ASSERT_TRUE(second.has_value()) << "round " << round << ": " << second.error().detail;
    ASSERT_TRUE(same(*decoded, *second)) << "round " << round;
  }
  EXPECT_GT(refused, 1000);
  EXPECT_GT(taken, 1000);
}

TEST(Damage, MutatedPointersAndCustomersAreRefusedOrSafe) {
  google::protobuf::SetLogHandler(nullptr);
  std::mt19937_64 random(12);
  int refused = 0;
  for (int round = 0; round < 6000; ++round) {
    std::string pointer = encode_thread({random(), random()});
    mutate(pointer, random);
    if (const auto id = decode_thread(pointer); !id) ++refused;
    std::string customer = encode_customer({{{random(), random()}, {random(), random()}}, {}, {}});
    mutate(customer, random);
    if (const auto ids = decode_customer(customer); !ids) ++refused;
  }
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace vaste::store
