// The linker's records: every field survives, damage is told by name.
#include <gmock/gmock.h>
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "store/codec.h"
#include "vaste/v1/state.pb.h"

namespace vaste::store {
namespace {

constexpr Id kId{0x0102030405060708, 0x090a0b0c0d0e0f10};
constexpr Id kOther{0x1112131415161718, 0x191a1b1c1d1e1f10};

// The bindings name each field: one that is added does not compile here until it is filled, and
// then the round trip asks for it.
Linked linked() {
  Linked out;
  auto& [identifier, customer, own, epoch, shared, seen, never] = out;
  identifier = "email:ann@example.org";
  customer = kId;
  own = kOther;
  epoch = 1ULL << 40;
  shared = true;
  seen = {{"phone:+1", instant(5)}, {"", instant(-5)}};
  never = {{"email:bob@example.org", instant(7), {0, ~0ULL, 1}}, {"device:\xff", kEndOfTime, {}}};
  return out;
}

Component component() {
  Component out;
  auto& [customer, epoch, members, edges] = out;
  customer = kId;
  epoch = 9;
  Member ann;
  auto& [identifier, kind, first, until] = ann;
  identifier = "email:ann@example.org";
  kind = IdentifierKind::kEmail;
  first = instant(1'800'000'000'000);
  until = kEndOfTime;
  Member device = ann;
  device.kind = IdentifierKind::kDevice;
  device.until = instant(3);
  members = {ann, device, Member{}};
  Edge edge;
  auto& [a, b, method, source, earliest, given, by_operator] = edge;
  a = 1;
  b = 2;
  method = "login";
  source = "crm";
  earliest = instant(1);
  given = instant(2);
  by_operator = true;
  edges = {edge, Edge{0, 1, {}, {}, {}, {}, false}};
  return out;
}

TEST(LinkedCodec, EveryFieldSurvives) {
  const Linked whole = linked();
  EXPECT_EQ(decode_linked(whole.identifier, encode_linked(whole)).value(), whole);
  Linked empty;
  empty.identifier = "phone:+2";
  EXPECT_EQ(decode_linked("phone:+2", encode_linked(empty)).value(), empty);
}

TEST(ComponentCodec, EveryFieldSurvives) {
  const Component whole = component();
  EXPECT_EQ(decode_component(kId, encode_component(whole)).value(), whole);
}

TEST(IdentityCodec, LaterVersionsAreNewerAndNoneIsCorrupt) {
  EXPECT_EQ(decode_linked("x", "\x08\x02").error().code, Code::kNewerFormat);
  EXPECT_EQ(decode_component(kId, "\x08\x02").error().code, Code::kNewerFormat);
  EXPECT_EQ(decode_linked("x", "").error().code, Code::kCorrupt);
  EXPECT_EQ(decode_component(kId, "").error().code, Code::kCorrupt);
}

struct Row {
  std::string name;
  std::function<void(v1::StoredComponent&)> damage;
  std::string detail;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

class ComponentDamage : public testing::TestWithParam<Row> {};

using C = v1::StoredComponent;
// clang-format off
INSTANTIATE_TEST_SUITE_P(A, ComponentDamage, testing::ValuesIn(std::vector<Row>{
    {"NoMembers",    [](C& c) { c.clear_members(); c.clear_edges(); },         "members"},
    {"MemberKind",   [](C& c) { c.mutable_members(0)->set_kind(7); },           "member.kind"},
    {"MemberUntil",  [](C& c) { c.mutable_members(0)->set_until_ms(253402300800000); }, "member.until_ms"},
    {"MemberFirst",  [](C& c) { c.mutable_members(1)->set_first_ms(-253402300800000); }, "member.first_ms"},
    {"EdgeToNobody", [](C& c) { c.mutable_edges(0)->set_b(3); },                "edge.b"},
    {"EdgeToItself", [](C& c) { c.mutable_edges(0)->set_b(1); },                "edge.b"},
    {"EdgeBackward", [](C& c) { c.mutable_edges(0)->set_a(2); c.mutable_edges(0)->set_b(1); }, "edge.b"},
    {"EdgeGiven",    [](C& c) { c.mutable_edges(0)->set_given_ms(253402300800000); }, "edge.given_ms"},
    {"EdgeFirst",    [](C& c) { c.mutable_edges(0)->set_first_ms(253402300800000); }, "edge.first_ms"},
}), testing::PrintToStringParamName());
// clang-format on

TEST_P(ComponentDamage, IsToldByName) {
  v1::StoredComponent stored;
  ASSERT_TRUE(stored.ParseFromString(encode_component(component())));
  GetParam().damage(stored);
  const auto read = decode_component(kId, stored.SerializeAsString());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::kCorrupt);
  EXPECT_THAT(read.error().detail, testing::HasSubstr(GetParam().detail));
}

TEST(LinkedDamage, IsToldByName) {
  v1::StoredLinked stored;
  google::protobuf::SetLogHandler(nullptr);  // It writes a line for text that is no UTF-8.
  Linked plain = linked();
  plain.never.pop_back();
  ASSERT_TRUE(stored.ParseFromString(encode_linked(plain)));
  v1::StoredLinked damaged = stored;
  damaged.set_own_id("short");
  EXPECT_THAT(decode_linked("x", damaged.SerializeAsString()).error().detail,
              testing::HasSubstr("own_id"));
  damaged = stored;
  damaged.set_customer_id(std::string(17, 'x'));
  EXPECT_THAT(decode_linked("x", damaged.SerializeAsString()).error().detail,
              testing::HasSubstr("customer_id"));
  damaged = stored;
  damaged.mutable_seen(0)->set_at_ms(253402300800000);
  EXPECT_THAT(decode_linked("x", damaged.SerializeAsString()).error().detail,
              testing::HasSubstr("seen.at_ms"));
  damaged = stored;
  damaged.mutable_never(0)->set_at_ms(253402300800000);
  EXPECT_THAT(decode_linked("x", damaged.SerializeAsString()).error().detail,
              testing::HasSubstr("never.at_ms"));
}

TEST(IdentityDamage, CutAndFlippedBytesAreRefusedOrSafe) {
  std::mt19937_64 random(3);
  int refused = 0;
  int taken = 0;
  for (int round = 0; round < 6000; ++round) {
    std::string first = encode_linked(linked());
    std::string second = encode_component(component());
    for (std::string* bytes : {&first, &second}) {
      if (random() % 4 == 0) bytes->resize(random() % bytes->size());
      for (std::uint64_t i = random() % 3; i > 0 && !bytes->empty(); --i)
        (*bytes)[random() % bytes->size()] = static_cast<char>(random());
    }
    if (const auto read = decode_linked("x", first)) {
      ++taken;
      ASSERT_EQ(decode_linked("x", encode_linked(*read)).value(), *read);
    } else {
      ++refused;
    }
    if (const auto read = decode_component(kId, second)) {
      ++taken;
      for (const Edge& edge : read->edges) ASSERT_LT(edge.b, read->members.size());
      ASSERT_EQ(decode_component(kId, encode_component(*read)).value(), *read);
    } else {
      ASSERT_TRUE(read.error().code == Code::kCorrupt || read.error().code == Code::kNewerFormat);
      ++refused;
    }
  }
  EXPECT_GT(refused, 1000);
  EXPECT_GT(taken, 1000);
}

}  // namespace
}  // namespace vaste::store
