// The layout of keys: it is on disks and in the changelog, so it may never change under them.
#include "store/keys.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "store/layout.h"

namespace vaste::store {
namespace {

constexpr Id kId{0x0102030405060708, 0x090a0b0c0d0e0f10};
constexpr const char* kIdBytes = "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10";

std::string timer_key(const Timer& timer) {
  std::string out;
  layout::timer_key(timer, out);
  return out;
}

TEST(StateKeys, AreTheseBytes) {
  EXPECT_EQ(identifier_key("email:ann@example.org"), "pemail:ann@example.org");
  EXPECT_EQ(thread_key("call:pbx1:4711"), "tcall:pbx1:4711");
  EXPECT_EQ(customer_key(kId), std::string("c") + kIdBytes);
  EXPECT_EQ(conversation_key(kId), std::string("v") + kIdBytes);
  EXPECT_EQ(linked_key("email:ann@example.org"), "lemail:ann@example.org");
  EXPECT_EQ(component_key(kId), std::string("g") + kIdBytes);
  std::string stored;
  layout::state_key("pann", stored);
  EXPECT_EQ(stored, "spann");
  EXPECT_EQ(layout::state_of(stored), "pann");
}

TEST(FigureKeys, AreTheseBytesAndComeBack) {
  EXPECT_EQ(tally_key("mail"), "nmail");
  EXPECT_EQ(tally_key(""), kTallies);
  EXPECT_TRUE(conversation_key(kId).starts_with(kConversations));
  const std::string key = breach_key("mail", {instant(1), kId});
  EXPECT_EQ(key, std::string("bmail\0\x80\0\0\0\0\0\0\x01", 14) + kIdBytes);
  EXPECT_TRUE(key.starts_with(breaches_of("mail")));
  EXPECT_FALSE(key.starts_with(breaches_of("mai")));
  EXPECT_EQ(breach_of(key), (Timer{instant(1), kId}));
  EXPECT_EQ(breach_of(breach_key("", {instant(-1), kId})), (Timer{instant(-1), kId}));
  EXPECT_LT(breach_key("mail", {instant(255), kId}), breach_key("mail", {instant(256), Id{0, 1}}));
  EXPECT_FALSE(breach_of("bmail"));
  EXPECT_FALSE(breach_of(tally_key("a queue with a rather long name")));
}

TEST(WindowKeys, AreTheseBytesAndComeBack) {
  const WindowId window{WindowSize::kQuarterHour, instant(1), "channel=phone&queue=PS"};
  const std::string key = window_key(window);
  EXPECT_EQ(key, std::string("q\1\x80\0\0\0\0\0\0\x01", 10) + "channel=phone&queue=PS");
  EXPECT_EQ(window_of(key), window);
  const WindowId shelf{WindowSize::kDay, instant(-1), {}};
  EXPECT_EQ(shelf_key(shelf), std::string("h\2\x7f\xff\xff\xff\xff\xff\xff\xff"));
  EXPECT_EQ(window_of(shelf_key(shelf)), shelf);
  EXPECT_EQ(trend_key("trend=t&brand=acme"), "ytrend=t&brand=acme");
  EXPECT_TRUE(trend_key("x").starts_with(kTrends));
  EXPECT_TRUE(shelf_key(shelf).starts_with(kShelves));
  EXPECT_TRUE(key.starts_with(windows_of({WindowSize::kQuarterHour, instant(1), {}})));
  EXPECT_FALSE(window_of("q\3" + key.substr(2)));
  EXPECT_FALSE(window_of(key.substr(0, 9)));
  EXPECT_FALSE(window_of("v" + key.substr(1)));
}

TEST(TimerKeys, AreTheseBytes) {
  EXPECT_EQ(timer_key({instant(1), kId}), std::string("t\x80\0\0\0\0\0\0\x01", 9) + kIdBytes);
  EXPECT_EQ(timer_key({instant(-1), kId}),
            std::string("t\x7f\xff\xff\xff\xff\xff\xff\xff") + kIdBytes);
}

TEST(TimerKeys, SortLikeTimersAndComeBack) {
  std::vector<Timer> timers;
  for (const Instant at : {Instant::min(), instant(-256), instant(-1), instant(0), instant(1),
                           instant(255), instant(256), kEndOfTime, Instant::max()})
    for (const Id& id : {Id{0, 1}, Id{1, 0}, kId, Id{~0ULL, ~0ULL}}) timers.push_back({at, id});
  std::vector<std::string> keys;
  for (const Timer& timer : timers) {
    keys.push_back(timer_key(timer));
    EXPECT_EQ(layout::timer_of(keys.back()), timer);
    EXPECT_LE(layout::first_timer_at(timer.at), keys.back());
    EXPECT_GT(layout::after_timers_until(timer.at), keys.back());
  }
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
  EXPECT_LE(layout::after_timers_until(instant(1)), timer_key({instant(2), {}}));
}

TEST(TimerKeys, OtherBytesAreNone) {
  const std::string key = timer_key({instant(1), kId});
  EXPECT_FALSE(layout::timer_of(""));
  EXPECT_FALSE(layout::timer_of(key.substr(1)));
  EXPECT_FALSE(layout::timer_of(key + "x"));
  EXPECT_FALSE(layout::timer_of("s" + key.substr(1)));
}

TEST(Prefixes, EndBehindAllTheirKeys) {
  EXPECT_EQ(layout::after_prefix("sa"), "sb");
  EXPECT_EQ(layout::after_prefix("s\xff"), "t");
  EXPECT_EQ(layout::after_prefix("sa\xff\xff"), "sb");
  EXPECT_EQ(layout::after_prefix("s\x7f"), "s\x80");
}

TEST(MetaValues, ComeBackOrAreNone) {
  for (const std::int64_t number : {std::int64_t{-1}, std::int64_t{0}, std::int64_t{1} << 62}) {
    const auto positions = layout::positions_of(layout::positions({number, number + 1}));
    ASSERT_TRUE(positions.has_value());
    EXPECT_EQ(positions->input, number);
    EXPECT_EQ(positions->changelog, number + 1);
    EXPECT_EQ(layout::instant_of(layout::instant(instant(number))), instant(number));
  }
  EXPECT_EQ(layout::number_of(layout::number(7)), 7U);
  EXPECT_FALSE(layout::positions_of("short"));
  EXPECT_FALSE(layout::positions_of(std::string(17, 'x')));
  EXPECT_FALSE(layout::number_of(std::string(9, 'x')));
  EXPECT_FALSE(layout::instant_of(""));
}

}  // namespace
}  // namespace vaste::store
