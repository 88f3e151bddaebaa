// Which of a customer's conversations an event looks at, and which it leaves where they are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "core/state.h"

namespace vaste::core {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Instant kStart = instant(1'795'392'000'000);

Id numbered(int number) {
  return Id::make(kStart + Millis(number), 7, static_cast<std::uint64_t>(number) << 8);
}

// What was stored, and what was asked for.
class Shelf : public Loader {
 public:
  Result<std::optional<Conversation>> conversation(const Id& id) override {
    asked.push_back(id);
    const auto found = conversations.find(id);
    return found == conversations.end() ? std::nullopt : std::optional(found->second);
  }
  Result<std::optional<Customer>> customer(const Id&) override {
    return Customer{.conversations = customers};
  }
  Result<std::optional<Pointer>> identifier(const std::string&) override {
    return std::optional<Pointer>();
  }
  Result<std::optional<Id>> thread(const std::string&) override { return std::optional<Id>(); }
  Result<std::optional<Linked>> linked(const std::string&) override {
    return std::optional<Linked>();
  }
  Result<std::optional<Component>> component(const Id&) override {
    return std::optional<Component>();
  }
  Result<std::optional<Answer>> answer(const std::string&) override {
    return std::optional<Answer>();
  }
  Result<std::optional<KpiWindow>> window(const WindowId&) override {
    return std::optional<KpiWindow>();
  }
  Result<std::optional<KpiShelf>> shelf(const WindowId&) override {
    return std::optional<KpiShelf>();
  }
  Result<std::optional<TrendState>> trend(const std::string&) override {
    return std::optional<TrendState>();
  }
  Result<std::optional<Waiting>> waiting(const Id&) override { return std::optional<Waiting>(); }

  std::map<Id, Conversation> conversations;
  std::vector<Id> customers;
  std::vector<Id> asked;
};

// A customer with two conversations that are over and one that is open.
class ConcernedTest : public testing::Test {
 protected:
  ConcernedTest() {
    for (int number = 1; number <= 3; ++number) {
      Conversation conversation;
      conversation.id = numbered(number);
      conversation.customer = customer_;
      conversation.keys = {"session:" + std::to_string(number)};
      Moment moment;
      moment.at = kStart + Millis(number * 1000);
      moment.id = 100 + static_cast<std::uint64_t>(number);
      conversation.moments = {moment};
      conversation.fold.state =
          number < 3 ? ConversationState::kResolved : ConversationState::kWaitingAgent;
      if (number < 3) conversation.fold.resolved = moment.at + 500ms;
      shelf_.customers.push_back(conversation.id);
      shelf_.conversations[conversation.id] = std::move(conversation);
    }
  }

  std::vector<Id> concerned(std::uint64_t moment, const std::vector<std::string>& keys = {},
                            Millis after = 1h) {
    Incoming incoming;
    incoming.moment.id = moment;
    incoming.moment.at = kStart + after;
    for (const std::string& key : keys) incoming.keys.push_back({key, false, false});
    shelf_.asked.clear();
    state_.concerned(customer_, incoming, found_);
    std::vector<Id> ids;
    for (const Conversation* conversation : found_.conversations) ids.push_back(conversation->id);
    return ids;
  }
  const Id customer_ = numbered(99);
  Shelf shelf_;
  State state_{shelf_};
  Concerned found_;
};

TEST_F(ConcernedTest, WhatIsOverIsLoadedOnceAndThenLeft) {
  concerned(1);
  EXPECT_THAT(shelf_.asked, ElementsAre(numbered(1), numbered(2), numbered(3)));
  EXPECT_THAT(concerned(2), ElementsAre(numbered(3)));
  state_.saved(1 << 20);
  EXPECT_THAT(concerned(3), ElementsAre(numbered(3)));
  EXPECT_THAT(shelf_.asked, IsEmpty());
}

TEST_F(ConcernedTest, OneThatHoldsTheKeyOrTheMomentIsLookedAt) {
  concerned(1);
  EXPECT_THAT(concerned(2, {"session:9", "session:1"}), ElementsAre(numbered(1), numbered(3)));
  EXPECT_THAT(concerned(102), ElementsAre(numbered(2), numbered(3)));
}

TEST_F(ConcernedTest, OneThatIsOpenAgainIsLookedAt) {
  concerned(1);
  Conversation* again = state_.conversation(numbered(1));
  ASSERT_NE(again, nullptr);
  again->fold.state = ConversationState::kWaitingAgent;
  again->fold.resolved = kNever;
  state_.changed(*again);
  EXPECT_THAT(concerned(2), ElementsAre(numbered(1), numbered(3)));
}

TEST_F(ConcernedTest, AMomentThatCameLaterIsKnown) {
  concerned(1);
  Conversation* over = state_.conversation(numbered(2));
  ASSERT_NE(over, nullptr);
  Moment late = over->moments.front();
  late.id = 555;
  over->moments.push_back(late);
  state_.changed(*over);
  EXPECT_THAT(concerned(555), ElementsAre(numbered(2), numbered(3)));
  state_.saved(1 << 20);
  EXPECT_THAT(concerned(7), ElementsAre(numbered(3)));
  EXPECT_THAT(concerned(555), ElementsAre(numbered(2), numbered(3)));
}

TEST(StateBudget, ConversationsGetWhatOthersDoNotUse) {
  constexpr std::size_t kBudget = 1 << 20;
  constexpr int kMany = 3000;
  Shelf shelf;
  State state(shelf);
  const auto fill = [&] {
    for (int number = 1; number <= kMany; ++number)
      if (state.conversation(numbered(number)) == nullptr)
        state.changed(state.create_conversation(numbered(number)));
  };
  fill();
  state.saved(kBudget);
  EXPECT_LE(state.conversations().weight(), kBudget);
  EXPECT_GT(state.conversations().weight(), kBudget / 10 * 9);
  for (int number = 1; number <= kMany; ++number) {
    state.set_customer(numbered(number), {});
    state.set_thread("thread " + std::to_string(number), numbered(number));
  }
  fill();
  state.saved(kBudget);
  const std::size_t others = state.customers().weight() + state.threads().weight();
  EXPECT_GT(others, kBudget / 10);
  EXPECT_LE(others, kBudget / 5);
  EXPECT_LE(state.conversations().weight() + others, kBudget);
  EXPECT_GT(state.conversations().weight(), kBudget / 2);
}

TEST_F(ConcernedTest, WhatWasNeverCommittedIsForgotten) {
  concerned(1);
  Conversation* open = state_.conversation(numbered(3));
  ASSERT_NE(open, nullptr);
  open->fold.state = ConversationState::kResolved;
  open->fold.resolved = kStart + 4s;
  state_.changed(*open);
  EXPECT_THAT(concerned(2), ElementsAre(numbered(3))) << "over since just now, and seen as such";
  EXPECT_THAT(concerned(2), IsEmpty());
  state_.forget_changes();
  EXPECT_THAT(concerned(2), testing::Contains(numbered(3)));
}

TEST_F(ConcernedTest, WhoseRepeatWindowIsOpenIsKnownUntilItCloses) {
  shelf_.conversations[numbered(1)].fold.notes.endings.push_back(
      {.resolved = kStart + 1s, .repeat_until = kStart + 2h});
  EXPECT_FALSE(state_.known_undecided(customer_, numbered(1))) << "never seen";
  concerned(1);
  EXPECT_TRUE(state_.known_undecided(customer_, numbered(1)));
  EXPECT_FALSE(state_.known_undecided(customer_, numbered(3)))
      << "open: it may be resolved any time";
  Conversation* over = state_.conversation(numbered(1));
  ASSERT_NE(over, nullptr);
  over->fired_until = kStart + 2h;
  state_.changed(*over);
  EXPECT_FALSE(state_.known_undecided(customer_, numbered(1))) << "it has changed";
  concerned(2);
  EXPECT_FALSE(state_.known_undecided(customer_, numbered(1))) << "its window has closed";
}

TEST_F(ConcernedTest, FollowsTheNewestThatWasResolvedByThen) {
  concerned(1, {}, 10s);
  EXPECT_EQ(found_.followed, numbered(2));
  concerned(1, {}, 10s);
  EXPECT_EQ(found_.followed, numbered(2)) << "not looked at, and still known";
  concerned(1, {}, 2s);
  EXPECT_EQ(found_.followed, numbered(1));
  concerned(1, {}, 1s);
  EXPECT_EQ(found_.followed, Id());
}

}  // namespace
}  // namespace vaste::core
