#include "app/wall.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <sstream>
#include <string>
#include <vector>

#include "app/wall_text.h"

namespace vaste::app {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

const Instant kNow = instant(1793613067000);  // 2026-11-02T09:51:07Z

void set(google::protobuf::Timestamp* to, Instant at) {
  to->set_seconds(to_ms(at) / 1000);
  to->set_nanos(static_cast<int>(to_ms(at) % 1000) * 1'000'000);
}

v1::Conversation conversation(const std::string& id, std::uint64_t revision,
                              const std::string& queue = "chat-sales",
                              v1::Channel channel = v1::CHANNEL_CHAT) {
  v1::Conversation made;
  made.set_id(id);
  made.set_revision(revision);
  made.set_customer_id("a-customer-nobody-may-see");
  made.set_state(v1::CONVERSATION_STATE_WAITING_AGENT);
  v1::Contact& contact = *made.add_contacts();
  contact.set_channel(channel);
  contact.mutable_attributes()->set_queue(queue);
  contact.mutable_attributes()->set_agent("agent-x");
  return made;
}

void add_clock(v1::Conversation& to, const std::string& clock, v1::ClockState state,
               Instant started, Instant due) {
  v1::Clock& made = *to.add_clocks();
  made.set_sla(clock);
  made.set_clock(clock);
  made.set_state(state);
  set(made.mutable_started(), started);
  set(made.mutable_due(), due);
}

v1::Conversation waiting(const std::string& id, Millis since, Millis left,
                         const std::string& queue = "chat-sales") {
  v1::Conversation made = conversation(id, 1, queue);
  add_clock(made, "first_response", v1::CLOCK_STATE_RUNNING, kNow - since, kNow + left);
  add_clock(made, "speed_of_answer", v1::CLOCK_STATE_RUNNING, kNow - since + 1s, kNow + left + 1s);
  add_clock(made, "resolution", v1::CLOCK_STATE_RUNNING, kNow - 9h, kNow - 1h);
  return made;
}

v1::Alert alert(const std::string& id, v1::AlertStatus status, std::uint32_t revision,
                v1::AlertLevel level = v1::ALERT_LEVEL_BREACHED) {
  v1::Alert made;
  made.set_id(id);
  made.set_conversation_id("019a4c11-7777-7000-8000-0000deadbeef");
  made.set_customer_id("a-customer-nobody-may-see");
  made.set_sla("first_response");
  made.set_level(level);
  made.set_status(status);
  made.set_revision(revision);
  made.set_elapsed_ms(75'000);
  made.mutable_attributes()->set_queue("chat-sales");
  set(made.mutable_changed(), kNow - 2s);
  return made;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string line_with(const std::string& text, const std::string& word) {
  for (const std::string& line : lines_of(text))
    if (line.find(word) != std::string::npos) return line;
  return {};
}

TEST(Wall, CountsWaitingCustomersOnceByQueueAndChannel) {
  Wall wall;
  wall.on_conversation(waiting("a", 40s, 20s));
  wall.on_conversation(waiting("b", 95s, -5s));  // its second clock is past due, too
  wall.on_conversation(waiting("c", 10s, 3min, "chat-support"));
  const std::string text = wall.render(kNow, 80, 24, false, "metrics at 127.0.0.1:9464");
  EXPECT_THAT(line_with(text, "chat-sales"),
              testing::MatchesRegex("chat-sales +chat +2 +1 +1m 35s +in 20s *"));
  EXPECT_THAT(line_with(text, "chat-support"),
              testing::MatchesRegex("chat-support +chat +1 +0 +10s +in 3m 00s *"));
  EXPECT_THAT(text, HasSubstr("3 waiting"));
}

TEST(Wall, ForgetsAWaitThatIsOverAndCountsIt) {
  Wall wall;
  wall.on_conversation(waiting("a", 40s, 20s));
  v1::Conversation answered = conversation("a", 2);
  add_clock(answered, "first_response", v1::CLOCK_STATE_MET, kNow - 40s, kNow);
  add_clock(answered, "speed_of_answer", v1::CLOCK_STATE_BREACHED, kNow - 40s, kNow);
  wall.on_conversation(answered);
  wall.on_conversation(waiting("a", 40s, 20s));  // an older revision again
  answered.set_revision(3);
  answered.set_state(v1::CONVERSATION_STATE_RESOLVED);
  wall.on_conversation(answered);  // counts nothing twice
  const std::string text = wall.render(kNow, 80, 24, false, "");
  EXPECT_THAT(text, HasSubstr("answered 2   within target 1 (50%)"));
  EXPECT_THAT(line_with(text, "chat-sales"),
              testing::MatchesRegex("chat-sales +chat +0 +0 +- +- *"));
}

TEST(Wall, TakesBackWhatALaterRevisionTakesBack) {
  Wall wall;
  v1::Conversation answered = conversation("a", 1);
  add_clock(answered, "first_response", v1::CLOCK_STATE_BREACHED, kNow - 40s, kNow);
  wall.on_conversation(answered);
  answered.set_revision(2);
  answered.mutable_clocks(0)->set_state(v1::CLOCK_STATE_MET);
  wall.on_conversation(answered);
  EXPECT_THAT(wall.render(kNow, 80, 24, false, ""),
              HasSubstr("answered 1   within target 1 (100%)"));
}

TEST(Wall, CountsBreachesByTheirNewestStatus) {
  Wall wall;
  wall.on_alert(alert("1", v1::ALERT_STATUS_RAISED, 1));
  wall.on_alert(alert("1", v1::ALERT_STATUS_RAISED, 1));  // again
  wall.on_alert(alert("1", v1::ALERT_STATUS_RECOVERED, 2));
  wall.on_alert(alert("2", v1::ALERT_STATUS_RAISED, 1));
  wall.on_alert(alert("3", v1::ALERT_STATUS_RAISED, 1));
  wall.on_alert(alert("3", v1::ALERT_STATUS_RETRACTED, 2));
  wall.on_alert(alert("4", v1::ALERT_STATUS_RAISED, 1, v1::ALERT_LEVEL_AT_RISK));
  EXPECT_EQ(wall.breaches(), 2U);
  EXPECT_EQ(wall.recovered(), 1U);
  const std::string text = wall.render(kNow, 80, 24, false, "");
  EXPECT_THAT(text, HasSubstr("breached 2   recovered 1"));
  EXPECT_THAT(line_with(text, "at risk"), HasSubstr("deadbeef  1m 15s"));
  EXPECT_THAT(line_with(text, "BREACHED"), HasSubstr("09:51:05  BREACHED  first_response"));
}

struct Size {
  int width;
  int height;
};
class Screen : public testing::TestWithParam<Size> {};
INSTANTIATE_TEST_SUITE_P(Sizes, Screen, testing::Values(Size{80, 24}, Size{120, 40}, Size{60, 16}));

TEST_P(Screen, IsFilledExactlyAndShowsNobody) {
  const auto [width, height] = GetParam();
  Wall wall;
  for (int i = 0; i < 60; ++i) {
    wall.on_conversation(waiting("c" + std::to_string(i), 40s, 20s, "q" + std::to_string(i)));
    wall.on_alert(alert("a" + std::to_string(i), v1::ALERT_STATUS_RAISED, 1));
  }
  const std::string text = wall.render(kNow, width, height, false, "the broker is a mock");
  const auto lines = lines_of(text);
  ASSERT_EQ(lines.size(), static_cast<std::size_t>(height));
  for (const std::string& line : lines) EXPECT_EQ(line.size(), static_cast<std::size_t>(width));
  EXPECT_THAT(lines.back(), HasSubstr("the broker is a mock"));
  EXPECT_THAT(text, HasSubstr("more"));
  EXPECT_THAT(text, HasSubstr("BREACHED"));
  EXPECT_THAT(text, Not(HasSubstr("nobody")));
  EXPECT_THAT(text, Not(HasSubstr("agent")));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(wall.render(kNow, width, height, true, ""), HasSubstr("\x1b[31m"));
}

TEST(Wall, ATerminalGetsNoOrdersFromTheData) {
  Wall wall;
  wall.on_conversation(waiting("a", 40s, 20s, "evil\x1b[2J\u202eäö"));
  const std::string text = wall.render(kNow, 80, 24, false, "");
  EXPECT_THAT(text, HasSubstr("evil?[2J?äö "));
  EXPECT_EQ(cell("\xff\xc3", 4), "??  ");
  EXPECT_EQ(cell("äöå", 2), "äö");
  EXPECT_EQ(cell("12", 5, true), "   12");
}

TEST(Wall, PlainIsALineAnAlertAndAStatusNowAndThen) {
  Wall wall;
  EXPECT_THAT(wall.plain(kNow), HasSubstr("0 waiting"));
  EXPECT_EQ(wall.plain(kNow + 1s), "");
  wall.on_alert(alert("1", v1::ALERT_STATUS_RAISED, 1));
  wall.on_alert(alert("1", v1::ALERT_STATUS_RECOVERED, 2));
  const auto lines = lines_of(wall.plain(kNow + 2s));
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[0], HasSubstr("BREACHED"));
  EXPECT_THAT(lines[1], HasSubstr("recovered"));
  wall.on_events(600);
  EXPECT_THAT(wall.plain(kNow + 6s), HasSubstr("120 events/s; today answered 0"));
}

TEST(Wall, ANewDayBeginsAtZero) {
  Wall wall;
  wall.on_alert(alert("1", v1::ALERT_STATUS_RAISED, 1));
  EXPECT_THAT(wall.render(kNow, 80, 24, false, ""), HasSubstr("breached 1"));
  EXPECT_THAT(wall.render(kNow + 24h, 80, 24, false, ""), HasSubstr("breached 0"));
  EXPECT_EQ(wall.breaches(), 1U);
}

TEST(Wall, WhatStoodAtTheBeginningIsShownAndNotCounted) {
  Wall wall;
  wall.on_conversation(waiting("1", 40s, 5s));
  wall.on_alert(alert("1", v1::ALERT_STATUS_RAISED, 1));
  wall.begin(kNow);
  EXPECT_THAT(wall.render(kNow, 80, 24, false, ""),
              testing::AllOf(HasSubstr("1 waiting"), HasSubstr("BREACHED"),
                             HasSubstr("Since 09:51:07"), HasSubstr("breached 0")));
  EXPECT_THAT(wall.plain(kNow), Not(HasSubstr("BREACHED")));
  wall.on_alert(alert("2", v1::ALERT_STATUS_RAISED, 1));
  EXPECT_THAT(wall.plain(kNow), HasSubstr("BREACHED"));
  EXPECT_THAT(wall.render(kNow + 24h, 80, 24, false, ""), HasSubstr("Today"));
}

TEST(Wall, WhatIsForgottenWaitsNoMore) {
  Wall wall;
  wall.on_conversation(waiting("1", 40s, 5s));
  wall.on_forgotten("1");
  EXPECT_THAT(wall.render(kNow, 80, 24, false, ""), HasSubstr("0 waiting"));
}

TEST(Wall, KeepsTheNumbersOfWhatItForgets) {
  Wall wall;
  v1::Conversation done = conversation("", 1);
  done.set_state(v1::CONVERSATION_STATE_RESOLVED);
  add_clock(done, "first_response", v1::CLOCK_STATE_MET, kNow - 40s, kNow);
  const auto all = static_cast<int>(Wall::kMostConversations) + 1000;
  for (int i = 0; i < all; ++i) {
    done.set_id("c" + std::to_string(i));
    wall.on_conversation(done);
  }
  EXPECT_THAT(wall.render(kNow, 80, 24, false, ""),
              HasSubstr("answered " + std::to_string(all) + " "));
}

struct Written {
  Millis time;
  const char* text;
};
TEST(WallText, DurationsAreShort) {
  // clang-format off
  for (const auto& [time, text] : std::vector<Written>{
      {-5s, "0.0s"}, {450ms, "0.4s"}, {9999ms, "9.9s"}, {59s, "59s"}, {200s, "3m 20s"},
      {125min, "2h 05m"}, {99h, "4d 03h"}}) {
    // clang-format on
    EXPECT_EQ(duration(time), text);
  }
}

}  // namespace
}  // namespace vaste::app
