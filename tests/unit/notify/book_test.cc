// What an Alertmanager hears, minute by minute.
#include "notify/book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "notify/alertmanager.h"
#include "unit/notify/notices.h"

namespace vaste::notify {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using namespace std::chrono_literals;

class Told : public testing::Test {
 protected:
  Told() : book_({.resend = 60s, .most_per_queue = 3, .most = 50, .link = "http://b/c/"}) {}

  bool comes(Notice notice, bool fresh = true, std::int32_t partition = 0) {
    const std::string queue = notice.attributes.queue;
    return book_.on_notice(std::move(notice), {queue, ""}, partition, fresh);
  }

  // What is sent and accepted; '-' in front: it ends.
  std::vector<std::string> sent(Instant now, bool only_known = false) {
    last_ = book_.due(
        now, 100,
        [this](const Notice&, Instant at) {
          return at < opens_ ? std::optional(opens_) : std::nullopt;
        },
        only_known);
    std::vector<std::string> out;
    for (const Posting& one : last_) {
      out.push_back((one.ends ? "-" : "") + one.id);
      book_.accepted(one, now);
    }
    return out;
  }

  Book book_;
  std::vector<Posting> last_;
  Instant opens_ = kNever;
};

TEST_F(Told, AgainUntilItEnds) {
  comes(raised("a"));
  EXPECT_THAT(sent(kNoon), ElementsAre("a"));
  EXPECT_EQ(last_[0].until, kNoon + 180s);
  EXPECT_THAT(sent(kNoon + 59s), IsEmpty());
  EXPECT_THAT(sent(kNoon + 60s), ElementsAre("a"));
  EXPECT_EQ(last_[0].until, kNoon + 240s);
  comes(recovered("a", kNoon + 70s));
  EXPECT_THAT(sent(kNoon + 71s), ElementsAre("-a"));
  EXPECT_EQ(last_[0].until, kNoon + 71s);
  EXPECT_THAT(sent(kNoon + 500s), IsEmpty());
  EXPECT_EQ(book_.size(), 0u);
}

TEST_F(Told, WhatWasNotAcceptedIsSaidAgainAtOnce) {
  comes(raised("a"));
  const auto held = [](const Notice&, Instant) { return std::nullopt; };
  EXPECT_EQ(book_.due(kNoon, 100, held, false).size(), 1u);
  EXPECT_EQ(book_.due(kNoon, 100, held, false).size(), 1u);
  // It ended while the first was under way: who heard of it hears of its end.
  const auto under_way = book_.due(kNoon, 100, held, false);
  book_.accepted(under_way[0], kNoon);
  comes(recovered("a", kNoon));
  EXPECT_THAT(sent(kNoon), ElementsAre("-a"));
}

TEST_F(Told, NobodyHearsOfWhatEndedBefore) {
  comes(raised("a"));
  comes(recovered("a", kNoon));
  EXPECT_THAT(sent(kNoon), IsEmpty());
}

// Someone was here before this start: its Alertmanager still shows what ended meanwhile.
TEST_F(Told, OfTheEndOfWhatWasThereBefore) {
  comes(raised("a"), false);
  comes(recovered("a", kNoon));
  EXPECT_THAT(sent(kNoon), ElementsAre("-a"));
}

TEST_F(Told, NothingNewWhileTheTopicIsRead) {
  comes(raised("a"), false);
  EXPECT_THAT(sent(kNoon, true), IsEmpty());
  EXPECT_THAT(sent(kNoon, false), ElementsAre("a"));
  EXPECT_THAT(sent(kNoon + 60s, true), ElementsAre("a"));
}

TEST_F(Told, OldWordsChangeNothing) {
  comes(raised("a"));
  sent(kNoon);
  comes(recovered("a", kNoon));
  comes(raised("a"));
  EXPECT_THAT(sent(kNoon), ElementsAre("-a"));
}

TEST_F(Told, TheWorstAndOldestOneByOneAndHowManyThereAre) {
  for (int i = 0; i < 4; ++i)
    comes(raised("b" + std::to_string(i), kNoon - std::chrono::seconds(i)));
  comes(raised("r", kNoon - 1h, false));
  EXPECT_THAT(sent(kNoon), UnorderedElementsAre("b3", "b2", "b1", "#mail"));
  const Posting& summary = last_.back();
  EXPECT_EQ(summary.labels.at("alertname"), "VasteSlaManyAlerts");
  EXPECT_EQ(summary.labels.at("queue"), "mail");
  EXPECT_EQ(summary.annotations.at("breached"), "4");
  EXPECT_EQ(summary.annotations.at("at_risk"), "1");
  // One ends: its place is the next one's, and in the end nothing has to be summed up.
  comes(recovered("b2", kNoon));
  EXPECT_THAT(sent(kNoon + 1s), ElementsAre("-b2"));
  EXPECT_THAT(sent(kNoon + 2s), ElementsAre("b0"));
  comes(recovered("b3", kNoon));
  sent(kNoon + 3s);
  EXPECT_THAT(sent(kNoon + 4s), ElementsAre("r", "-#mail"));
  EXPECT_THAT(sent(kNoon + 5s), IsEmpty());
}

TEST_F(Told, QueuesDoNotCrowdEachOtherOut) {
  for (int i = 0; i < 4; ++i) comes(raised("b" + std::to_string(i)));
  Notice other = raised("o");
  other.attributes.queue = "chat";
  comes(other);
  EXPECT_THAT(sent(kNoon), UnorderedElementsAre("b0", "b1", "b2", "#mail", "o"));
}

TEST_F(Told, PagesWaitForTheQueueToOpen) {
  opens_ = kNoon + 8h;
  comes(raised("page"));
  comes(raised("line", kNoon, false));
  for (int i = 0; i < 5; ++i) comes(raised("p" + std::to_string(i)));
  EXPECT_THAT(sent(kNoon), ElementsAre("line")) << "nor does the sum of them wake anybody";
  EXPECT_THAT(sent(kNoon + 8h - 1s), ElementsAre("line"));
  EXPECT_THAT(sent(kNoon + 8h), UnorderedElementsAre("p0", "p1", "#mail"));
  EXPECT_FALSE(is_set(last_[0].since)) << "that it waited is no delay of ours";
  EXPECT_TRUE(comes(recovered("p4", kNoon + 7h)));
}

TEST_F(Told, DelaysAreMeasuredOnceAndFromTheDeadline) {
  comes(raised("a", kNoon - 2s));
  sent(kNoon);
  EXPECT_EQ(last_[0].since, kNoon - 2s);
  EXPECT_STREQ(last_[0].kind, "breached");
  sent(kNoon + 60s);
  EXPECT_FALSE(is_set(last_[0].since));
  comes(recovered("a", kNoon + 61s));
  sent(kNoon + 62s);
  EXPECT_EQ(last_[0].since, kNoon + 61s);
  EXPECT_STREQ(last_[0].kind, "recovered");
  Notice late = raised("late", kNoon - 24h);
  late.detected_late = true;
  late.decided = kNoon;
  comes(late);
  sent(kNoon + 63s);
  EXPECT_EQ(last_[0].since, kNoon) << "nobody could have known before";
  comes(raised("before"), false);
  sent(kNoon + 64s);
  EXPECT_FALSE(is_set(last_[0].since));
}

TEST_F(Told, NobodyButTheNewOwnerTellsOfAPartition) {
  comes(raised("a"), true, 1);
  comes(raised("b"), true, 2);
  sent(kNoon);
  book_.forget_partition(1);
  EXPECT_THAT(sent(kNoon + 60s), ElementsAre("b"));
  book_.forget("b");
  EXPECT_THAT(sent(kNoon + 120s), IsEmpty());
}

TEST_F(Told, FullIsSaidNotHidden) {
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(comes(raised(std::to_string(i))));
  EXPECT_FALSE(comes(raised("one more")));
  EXPECT_TRUE(comes(recovered("7", kNoon)));
  EXPECT_TRUE(comes(raised("one more")));
}

TEST_F(Told, AsAlertmanagerWantsIt) {
  comes(raised("a", kNoon + 5s));
  sent(kNoon);
  const auto json = nlohmann::json::parse(postings_json(last_)).at(0);
  EXPECT_EQ(json.at("labels"), nlohmann::json({{"alertname", "VasteSlaBreached"},
                                               {"severity", "critical"},
                                               {"queue", "mail"},
                                               {"channel", "email"},
                                               {"sla", "first_response"},
                                               {"clock", "first_response"},
                                               {"alert_id", "a"}}))
      << "an empty brand is no label";
  EXPECT_EQ(json.at("generatorURL"), "http://b/c/c-a?alert=a");
  EXPECT_EQ(json.at("annotations").at("conversation_id"), "c-a");
  EXPECT_EQ(json.at("startsAt"), rfc3339(kNoon)) << "nothing begins in the future";
  EXPECT_EQ(json.at("endsAt"), rfc3339(kNoon + 180s));
}

}  // namespace
}  // namespace vaste::notify
