#include "loadgen/generator.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "ingest/decode.h"
#include "ingest/validate.h"

namespace vaste::loadgen {
namespace {

using namespace std::chrono_literals;

const Instant kMonday = instant(1793570400000);  // 2026-11-02, midnight in Helsinki

Instant time_of(const v1::Event& event) {
  return instant(event.time().seconds() * 1000 + event.time().nanos() / 1'000'000);
}

std::vector<v1::Event> day(std::uint64_t seed, double load = 1.0, Millis from = 0h) {
  Generator generator(seed, kMonday, load, from);
  std::vector<v1::Event> events;
  while (auto event = generator.next()) {
    if (time_of(*event) >= kMonday + 24h) break;
    events.push_back(*std::move(event));
  }
  return events;
}

class Day : public testing::Test {
 protected:
  static void SetUpTestSuite() { made = new std::vector<v1::Event>(day(1)); }
  static void TearDownTestSuite() { delete made; }
  static const std::vector<v1::Event>* made;
};
const std::vector<v1::Event>* Day::made = nullptr;

TEST_F(Day, SameSeedSameEvents) {
  const auto again = day(1);
  ASSERT_EQ(again.size(), made->size());
  for (std::size_t i = 0; i < again.size(); ++i)
    ASSERT_EQ(again[i].SerializeAsString(), (*made)[i].SerializeAsString()) << i;
  EXPECT_NE(day(2).front().SerializeAsString(), made->front().SerializeAsString());
}

TEST_F(Day, IsInTimeOrderAndTakenInByVaste) {
  Instant before = kMonday;
  std::set<std::string> ids;
  std::string scratch;
  for (const v1::Event& event : *made) {
    ASSERT_LE(before, time_of(event));
    before = time_of(event);
    ASSERT_TRUE(ids.insert(event.source() + " " + event.id()).second) << event.id();
    ASSERT_GT(event.person_size() + event.thread_keys_size(), 0);
    const Status taken = ingest::validate(event, scratch);
    ASSERT_TRUE(taken) << taken.error().detail << "\n" << event.ShortDebugString();
  }
}

TEST_F(Day, HasAllChannelsAndQueues) {
  std::map<v1::Channel, int> channels;
  std::set<std::string> queues;
  for (const v1::Event& event : *made) {
    ++channels[event.channel()];
    if (!event.attributes().queue().empty()) queues.insert(event.attributes().queue());
  }
  for (const auto channel :
       {v1::CHANNEL_CHAT, v1::CHANNEL_EMAIL, v1::CHANNEL_PHONE, v1::CHANNEL_SOCIAL})
    EXPECT_GT(channels[channel], 400) << channel;
  EXPECT_EQ(queues,
            (std::set<std::string>{"chat-sales", "chat-support", "email-orders", "email-support",
                                   "phone-main", "phone-tech", "social-care"}));
}

TEST_F(Day, BusyHoursAreBusierThanTheNight) {
  std::array<int, 24> hours{};
  for (const v1::Event& event : *made)
    ++hours.at(static_cast<std::size_t>((time_of(event) - kMonday) / 1h));
  for (const std::size_t busy : {10U, 13U, 14U})
    for (const std::size_t night : {0U, 1U, 2U, 3U, 23U})
      EXPECT_GT(hours.at(busy), 10 * hours.at(night)) << busy << " " << night;
  EXPECT_GT(made->size(), 10'000U);
  EXPECT_LT(made->size(), 25'000U);
}

// Waits of calls from the queue to the answer, by whether the call began in a busy hour.
TEST_F(Day, CallsAreLateMoreOftenInBusyHours) {
  struct Waits {
    int late = 0;
    int all = 0;
  };
  std::map<std::string, Instant> queued;
  std::array<Waits, 2> waits;
  for (const v1::Event& event : *made) {
    if (event.channel() != v1::CHANNEL_PHONE || !event.has_signal()) continue;
    const std::string& call = event.thread_keys(0).value();
    if (event.signal().kind() == v1::SIGNAL_KIND_QUEUED) queued[call] = time_of(event);
    if (event.signal().kind() != v1::SIGNAL_KIND_CONNECTED || !queued.contains(call)) continue;
    const auto hour = (queued[call] - kMonday) / 1h;
    Waits& sum = waits.at(contacts_per_hour(static_cast<int>(hour)) > 200 ? 1 : 0);
    ++sum.all;
    const Millis target = event.attributes().queue() == "phone-tech" ? 60s : 20s;
    if (time_of(event) - queued[call] > target) ++sum.late;
  }
  ASSERT_GT(waits[0].all, 50);
  ASSERT_GT(waits[1].all, 50);
  EXPECT_GT(waits[1].late * waits[0].all, waits[0].late * waits[1].all);
  EXPECT_GT(waits[1].late * 10, waits[1].all);  // one in ten at the least
  EXPECT_LT(waits[0].late * 2, waits[0].all);   // most are in time
}

TEST_F(Day, CustomersComeBackOnOtherChannels) {
  std::map<std::string, std::set<v1::Channel>> customers;
  for (const v1::Event& event : *made)
    for (const v1::Identifier& known : event.person())
      if (known.type() == v1::IDENTIFIER_TYPE_CUSTOMER_ID)
        customers[known.value()].insert(event.channel());
  int several = 0;
  for (const auto& [id, channels] : customers) several += channels.size() > 1 ? 1 : 0;
  EXPECT_GT(several, 30);
}

TEST_F(Day, MailsReferToTheMailsBefore) {
  std::set<std::string> sent;
  int replies = 0;
  for (const v1::Event& event : *made) {
    if (event.channel() != v1::CHANNEL_EMAIL || !event.has_message()) continue;
    for (const v1::ThreadKey& key : event.thread_keys()) {
      if (key.kind() == v1::THREAD_KEY_KIND_MAIL_REFERENCE) {
        ASSERT_TRUE(sent.contains(key.value()));
        ++replies;
      }
    }
    sent.insert(event.thread_keys(0).value());
  }
  EXPECT_GT(replies, 100);
}

TEST(Generator, GoesOnWithTheNextDay) {
  Generator generator(3, kMonday, 0.1);
  Instant last;
  for (int i = 0; i < 6000; ++i) last = time_of(*generator.next());
  EXPECT_GT(last, kMonday + 48h);
}

TEST(Generator, BeginsAtTheHourAskedFor) {
  Generator generator(4, kMonday, 1.0, 9h);
  EXPECT_EQ(generator.start(), kMonday + 9h);
  const Instant first = time_of(*generator.next());
  EXPECT_GE(first, kMonday + 9h);
  EXPECT_LT(first, kMonday + 9h + 10min);
}

TEST(Generator, MoreLoadIsMoreEvents) {
  EXPECT_GT(day(5, 0.5).size(), 3 * day(5, 0.1).size());
}

}  // namespace
}  // namespace vaste::loadgen
