// Who was one with others and is heard of no more goes, with all that was known of it: the linker's
// records, pointers, customers. On several partitions, in many orders.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.h"
#include "config/config.h"
#include "story/fleet.h"

namespace vaste::test {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Instant kStart = instant(1'795'392'000'000);
constexpr auto kDay = 24h;
constexpr auto kKept = 400 * kDay;
constexpr std::int32_t kPartitions = 7;

std::shared_ptr<const clocks::CompiledPolicy> trusting() {
  std::vector<config::Finding> findings;
  auto policy = config::parse_policy(
      "policy: p\nversion: 1\nrules:\n  - {name: all, targets: {first_response: 1h}}\n", "p",
      findings);
  Policy out = policy.value_or(Policy());
  out.identity.trust = {{"crm", {}}};
  for (auto& row : out.stitch.window) row.fill(24h);
  return std::make_shared<const clocks::CompiledPolicy>(std::move(out));
}

class Forgotten : public testing::TestWithParam<std::uint64_t> {
 protected:
  static core::Limits limits() {
    core::Limits limits;
    limits.retain_open = limits.retain_resolved = kKept;
    return limits;
  }
  Incoming event(MomentKind kind, Millis after, std::vector<std::string> identifiers) {
    Incoming out;
    out.moment.at = kStart + after;
    out.moment.kind = kind;
    out.moment.channel = Channel::kEmail;
    out.moment.id = hash64(std::to_string(++number_));
    out.identifiers = std::move(identifiers);
    out.source = "crm";
    out.opens = out.from_customer = kind == MomentKind::kCustomerMessage;
    return out;
  }
  std::int64_t writes(Millis after, const std::string& who) {
    return fleet_.send(event(MomentKind::kCustomerMessage, after, {who}));
  }
  void links(Millis after, const std::string& one, const std::string& other,
             Claimed claimed = Claimed::kSamePerson, const std::string& source = "crm") {
    Incoming out = event(MomentKind::kIdentity, after, {one, other});
    out.source = source;
    out.evidence = {claimed, "login"};
    fleet_.send(out);
  }
  // A day after the other, as long as nothing else happens.
  void time_is(int day) {
    for (; day_ <= day; ++day_) {
      fleet_.run();
      fleet_.advance(kStart + day_ * kDay);
    }
    fleet_.run();
  }
  // A visitor who lives in another partition.
  static std::string elsewhere(const std::string& other) {
    const auto home = [](const std::string& who) {
      return stitch::partition_of(stitch::key_group(stitch::identifier_actor(who)), kPartitions);
    };
    std::string out = "chat:web:b";
    while (home(out) == home(other)) out += 'b';
    return out;
  }
  std::size_t left(std::initializer_list<const char*> kinds) {
    std::size_t out = 0;
    for (const char* kind : kinds) out += fleet_.records(kind);
    return out;
  }

  story::Fleet fleet_{trusting(), kPartitions, GetParam(), limits()};
  std::uint64_t number_ = 0;
  int day_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Orders, Forgotten, testing::Range<std::uint64_t>(1, 17));

// 'l' and 'g' are the linker's, 'p' pointers, 'u' what is armed for later: see store/keys.h.
TEST_P(Forgotten, NothingIsLeftButRedirectsAndOneEpoch) {
  const std::vector<std::string> all{"email:a", "chat:web:b", "phone:+358401234567", "social:x:d"};
  for (const std::string& one : all) writes(1h, one);
  for (std::size_t i = 1; i < all.size(); ++i) links(2h, all[0], all[i]);
  time_is(1);
  ASSERT_THAT(fleet_.conversations(), SizeIs(1));
  EXPECT_EQ(left({"l", "g", "p"}), 4U + 1U + 4U);
  time_is(365 + 400);
  EXPECT_EQ(left({"l"}), 4U) << "they leave, and are known until they have heard of it";
  time_is(3000);
  EXPECT_EQ(left({"g", "p", "u", "v", "k", "t"}), 0U);
  EXPECT_EQ(left({"l"}), 1U);
  EXPECT_EQ(left({"c"}), 3U) << "of those who were joined to the oldest";
  EXPECT_THAT(fleet_.dead(), IsEmpty());
}

TEST_P(Forgotten, WhoIsNamedAgainIsNot) {
  writes(1h, "email:a");
  links(2h, "email:a", "chat:web:b");
  for (int day = 300; day <= 3000; day += 300) {
    time_is(day);
    links(day * kDay + 1h, "email:a", "chat:web:b");
  }
  time_is(3100);
  EXPECT_TRUE(fleet_.customer("email:a").has_value());
  EXPECT_EQ(fleet_.customer("email:a"), fleet_.customer("chat:web:b"));
}

// He writes all the time, and nobody says again who he is.
TEST_P(Forgotten, WhoWritesKeepsHisCustomer) {
  const std::string chat = elsewhere("email:a");
  writes(0h, chat);  // of the older customer, who lives where it does
  writes(1h, "email:a");
  links(2h, "email:a", chat);
  fleet_.run();
  const auto customer = fleet_.customer("email:a");
  for (int day = 100; day <= 2500; day += 100) {
    time_is(day);
    writes(day * kDay + 1h, "email:a");
    fleet_.run();
  }
  EXPECT_EQ(left({"g"}), 0U) << "the linker knows nothing of it";
  time_is(2501);
  EXPECT_NE(customer, std::nullopt);
  ASSERT_EQ(fleet_.customer("email:a"), customer);
  EXPECT_EQ(fleet_.newest_of(*customer)->evidence, "email:a");
  time_is(6000);
  EXPECT_EQ(left({"g", "p", "u", "v", "k", "t"}), 0U);
}

TEST_P(Forgotten, WhoIsLinkedAnewIsOneWithAllThatHeHas) {
  writes(0h, "chat:web:b");
  writes(1h, "email:a");
  links(2h, "email:a", "chat:web:b");
  time_is(1300);
  const auto mail = writes(1300 * kDay + 1h, "email:a");
  const auto call = writes(1300 * kDay + 2h, "phone:+358401234567");
  fleet_.run();
  ASSERT_NE(fleet_.customer("email:a"), fleet_.customer("phone:+358401234567"));
  links(1300 * kDay + 3h, "email:a", "phone:+358401234567");
  fleet_.run();
  EXPECT_EQ(fleet_.customer("email:a"), fleet_.customer("phone:+358401234567"));
  EXPECT_EQ(fleet_.conversation_of(mail)->id, fleet_.conversation_of(call)->id);
}

TEST_P(Forgotten, WhoWasPartedIsStillTwo) {
  writes(1h, "email:a");
  links(2h, "email:a", "chat:web:b");
  fleet_.run();
  links(3h, "email:a", "chat:web:b", Claimed::kNotSamePerson);
  time_is(3000);
  EXPECT_EQ(left({"l"}), 2U);
  writes(3000 * kDay + 1h, "email:a");
  writes(3000 * kDay + 1h, "chat:web:b");
  links(3000 * kDay + 2h, "email:a", "chat:web:b");
  fleet_.run();
  EXPECT_NE(fleet_.customer("email:a"), fleet_.customer("chat:web:b"));
}

TEST_P(Forgotten, WordOfAStrangerToo) {
  links(1h, "email:a", "chat:web:b", Claimed::kSamePerson, "chatbot");
  fleet_.run();
  EXPECT_EQ(left({"p"}), 1U);
  time_is(1300);
  EXPECT_EQ(left({"p", "u", "l", "g", "c"}), 0U);
}

TEST_P(Forgotten, ABacklogOfYearsAgoIsNotWhileItComesIn) {
  time_is(3000);
  writes(1h, "email:a");
  links(2h, "email:a", "chat:web:b");
  writes(3h, "chat:web:b");
  time_is(3001);
  EXPECT_EQ(fleet_.customer("email:a"), fleet_.customer("chat:web:b"));
  EXPECT_THAT(fleet_.conversations(), SizeIs(1));
  time_is(3001 + 2000);
  EXPECT_EQ(left({"g", "p", "u", "v", "k", "t"}), 0U);
}

}  // namespace
}  // namespace vaste::test
