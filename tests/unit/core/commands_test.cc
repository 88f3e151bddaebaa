// What operators order, on several partitions and in several orders of their turns: each command is
// answered once, does what it says and nothing twice. `tests/scenarios/operators` tells what it
// means for clocks.
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
using What = CommandChange::What;

constexpr Instant kStart = instant(1'795'392'000'000);

std::shared_ptr<const clocks::CompiledPolicy> policy() {
  std::vector<config::Finding> findings;
  auto read = config::parse_policy(
      "policy: p\nversion: 1\nrules:\n  - {name: all, targets: {first_response: 1h}}\n", "p",
      findings);
  return std::make_shared<const clocks::CompiledPolicy>(read.value_or(Policy()));
}

class Commands : public testing::TestWithParam<std::uint64_t> {
 protected:
  Incoming mail(Millis after, const std::string& who, std::vector<Key> keys) {
    Incoming out;
    out.moment.at = kStart + after;
    out.moment.kind = MomentKind::kCustomerMessage;
    out.moment.channel = Channel::kEmail;
    out.moment.id = hash64(std::to_string(++number_));
    out.identifiers = {who};
    out.keys = std::move(keys);
    out.source = "mail";
    out.opens = out.from_customer = true;
    return out;
  }
  std::int64_t send(const Incoming& incoming) {
    const std::int64_t offset = fleet_.send(incoming);
    fleet_.run();
    return offset;
  }
  Command command(CommandKind kind, const std::string& id = "1") {
    Command out;
    out.id = id;
    out.at = kStart + 10h;
    out.kind = kind;
    out.given = "as given";
    return out;
  }
  Command about(CommandKind kind, std::vector<std::int64_t> events, const std::string& id = "1") {
    Command out = command(kind, id);
    for (const std::int64_t offset : events)
      out.conversations.push_back(fleet_.conversation_of(offset)->id);
    std::ranges::sort(out.conversations);
    return out;
  }
  Command pair(CommandKind kind, const std::string& first, const std::string& second,
               const std::string& id = "1") {
    Command out = command(kind, id);
    out.first = first;
    out.second = second;
    return out;
  }
  // Its one answer.
  Answer order(const Command& given) {
    const std::size_t before = fleet_.answers().size();
    fleet_.send(given);
    fleet_.run();
    EXPECT_EQ(fleet_.answers().size(), before + 1);
    EXPECT_THAT(fleet_.dead(), IsEmpty());
    return fleet_.answers().back().answer;
  }
  bool are_one(std::int64_t one, std::int64_t other) const {
    return fleet_.conversation_of(one)->id == fleet_.conversation_of(other)->id;
  }

  story::Fleet fleet_{policy(), 12, GetParam()};
  std::uint64_t number_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Orders, Commands, testing::Range<std::uint64_t>(1, 9));

TEST_P(Commands, TheSameIdTwiceIsAnsweredTheSameAndDoesNothingTwice) {
  send(mail(0h, "email:ann", {}));
  send(mail(0h, "chat:web:7", {}));
  const Answer first = order(pair(CommandKind::kLink, "email:ann", "chat:web:7"));
  EXPECT_EQ(first.status, CommandStatus::kDone);
  const std::size_t told = fleet_.identity().size();
  EXPECT_EQ(order(pair(CommandKind::kLink, "email:ann", "chat:web:7")), first);
  // Whatever else stands under it.
  EXPECT_EQ(order(pair(CommandKind::kSplit, "email:ann", "chat:web:7")), first);
  EXPECT_EQ(fleet_.identity().size(), told);
  EXPECT_EQ(fleet_.customer("email:ann"), fleet_.customer("chat:web:7"));
}

TEST_P(Commands, WhatIngestFoundWrongIsRefusedAndDoesNothing) {
  Command wrong = pair(CommandKind::kLink, "email:ann", "");
  wrong.refusal = CommandRefusal::kNotAnIdentifier;
  wrong.detail = "second: a placeholder";
  const Answer answer = order(wrong);
  EXPECT_EQ(answer.status, CommandStatus::kRefused);
  EXPECT_EQ(answer.refusal, CommandRefusal::kNotAnIdentifier);
  EXPECT_EQ(answer.detail, wrong.detail);
  EXPECT_EQ(fleet_.customer("email:ann"), std::nullopt);
}

TEST_P(Commands, ADryRunTellsWhatTheCommandDoesThenAndLeavesEveryRecordAsItWas) {
  const auto one = send(mail(0h, "email:ann", {{"mail::1", false, false}}));
  send(mail(1h, "email:ann", {{"mail::2", false, false}, {"mail::1", true, false}}));
  send(mail(1h, "chat:web:7", {}));
  std::vector<Command> all{pair(CommandKind::kLink, "email:ann", "chat:web:7"),
                           about(CommandKind::kDivide, {one}), about(CommandKind::kMove, {one})};
  all[1].keys = {"mail::2"};
  all[2].identifier = "email:new";
  for (Command given : all) {
    const std::size_t records = fleet_.records();
    const auto before = fleet_.conversations().size();
    given.dry_run = true;
    given.id = "asked" + std::to_string(static_cast<int>(given.kind));
    const Answer asked = order(given);
    EXPECT_EQ(asked.status, CommandStatus::kWouldChange);
    EXPECT_EQ(fleet_.records(), records + 1);  // that it was asked
    EXPECT_EQ(fleet_.conversations().size(), before);
    EXPECT_EQ(fleet_.customer("email:new"), std::nullopt);
    given.dry_run = false;
    given.id = "done" + std::to_string(static_cast<int>(given.kind));
    const Answer done = order(given);
    EXPECT_EQ(done.status, CommandStatus::kDone);
    ASSERT_EQ(done.changes.size(), asked.changes.size());
    for (std::size_t i = 0; i < done.changes.size(); ++i) {
      EXPECT_EQ(done.changes[i].what, asked.changes[i].what);
      EXPECT_EQ(done.changes[i].events, asked.changes[i].events);
      EXPECT_EQ(done.changes[i].identifiers, asked.changes[i].identifiers);
    }
  }
}

TEST_P(Commands, ASplitNamesBothPartsAndWhatIsCut) {
  order(pair(CommandKind::kLink, "email:ann", "chat:web:7", "1"));
  order(pair(CommandKind::kLink, "email:ann", "phone:+1", "2"));
  const Answer answer = order(pair(CommandKind::kSplit, "chat:web:7", "email:ann", "3"));
  ASSERT_THAT(answer.changes, SizeIs(2));
  EXPECT_EQ(answer.changes[0].what, What::kCustomerSplit);
  EXPECT_THAT(answer.changes[0].identifiers, testing::ElementsAre("chat:web:7"));
  EXPECT_THAT(answer.changes[0].rest, testing::UnorderedElementsAre("email:ann", "phone:+1"));
  EXPECT_EQ(answer.changes[1].what, What::kEdgeForgotten);
  EXPECT_TRUE(answer.changes[1].edge.by_operator);
}

TEST_P(Commands, DuplicatesAndLateAnswersOfWhatWasDividedFindTheirSide) {
  const Incoming opening = mail(0h, "email:ann", {{"mail::1", false, false}});
  const Incoming second =
      mail(1h, "email:ann", {{"mail::2", false, false}, {"mail::1", true, false}});
  const auto one = send(opening);
  const auto other = send(second);
  ASSERT_TRUE(are_one(one, other));
  Command divide = about(CommandKind::kDivide, {one});
  divide.keys = {"mail::2"};
  const Answer answer = order(divide);
  ASSERT_EQ(answer.status, CommandStatus::kDone) << answer.detail;
  EXPECT_EQ(answer.changes.at(0).events, 1U);
  EXPECT_THAT(fleet_.conversations(), SizeIs(2));
  const Id part = answer.changes[0].to;
  const auto conversation_of = [&](const Incoming& event) {
    return fleet_.conversation_of(send(event))->id;
  };
  EXPECT_EQ(conversation_of(second), part);
  EXPECT_EQ(conversation_of(opening), divide.conversations[0]);
  EXPECT_EQ(conversation_of(mail(
                2h, "email:ann",
                {{"mail::3", false, false}, {"mail::1", true, false}, {"mail::2", true, false}})),
            part);
  EXPECT_EQ(
      conversation_of(mail(3h, "email:ann", {{"mail::4", false, false}, {"mail::1", true, false}})),
      divide.conversations[0]);
  // By nobody, so by its key alone; and by a chain that the old one never heard of.
  Incoming anonymous = mail(4h, "", {{"mail::5", false, false}, {"mail::2", true, false}});
  anonymous.identifiers.clear();
  EXPECT_EQ(conversation_of(anonymous), part);
  EXPECT_EQ(conversation_of(mail(5h, "email:ann",
                                 {{"mail::6", false, false},
                                  {"mail::1", true, false},
                                  {"mail::2", true, false},
                                  {"mail::3", true, false}})),
            part);
  EXPECT_EQ(fleet_.conversations().at(part)->moments.size(), 4U);
  EXPECT_EQ(fleet_.conversations().at(part)->follows, divide.conversations[0]);
  EXPECT_EQ(fleet_.conversations().at(part)->opened_by, JoinMethod::kOperator);
  // No rule and no key makes one of them again; an operator does.
  Command merge = about(CommandKind::kMerge, {one}, "2");
  merge.conversations = {divide.conversations[0], part};
  EXPECT_EQ(order(merge).status, CommandStatus::kDone);
  EXPECT_THAT(fleet_.conversations(), SizeIs(1));
  EXPECT_EQ(conversation_of(second), divide.conversations[0]);
  EXPECT_EQ(fleet_.conversations().begin()->second->moments.size(), 6U);
}

TEST_P(Commands, AMovedConversationIsFoundWhereverItsCustomerLives) {
  const auto one = send(mail(0h, "email:ann", {{"mail::1", false, false}}));
  const Id id = fleet_.conversation_of(one)->id;
  Command move = about(CommandKind::kMove, {one});
  move.identifier = "email:bea";
  EXPECT_EQ(order(move).status, CommandStatus::kDone);
  EXPECT_EQ(fleet_.conversation_of(one)->customer, fleet_.customer("email:bea"));
  const auto reply =
      send(mail(1h, "email:ann", {{"mail::2", false, false}, {"mail::1", true, false}}));
  EXPECT_EQ(fleet_.conversation_of(reply)->id, id);
  // Back, by the customer's id: she has another one now.
  const auto own = send(mail(2h, "email:ann", {{"mail::9", false, false}}));
  EXPECT_NE(fleet_.conversation_of(own)->id, id);
  Command back = about(CommandKind::kMove, {one}, "2");
  back.customer = *fleet_.customer("email:ann");
  EXPECT_EQ(order(back).status, CommandStatus::kDone);
  EXPECT_EQ(fleet_.conversation_of(one)->customer, fleet_.customer("email:ann"));
  EXPECT_FALSE(are_one(one, own));
}

struct Row {
  const char* name;
  void (*spoil)(Command& command);
  CommandKind kind;
  CommandRefusal refusal;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

class Refused : public testing::TestWithParam<Row> {};

TEST_P(Refused, AndNothingChanges) {
  story::Fleet fleet(policy(), 12, 1);
  Incoming event;
  event.moment.at = kStart;
  event.moment.kind = MomentKind::kCustomerMessage;
  event.moment.channel = Channel::kEmail;
  event.moment.id = 1;
  event.identifiers = {"email:ann"};
  event.keys = {{"mail::1", false, false}};
  event.opens = event.from_customer = true;
  const auto sent = fleet.send(event);
  fleet.run();
  Command command;
  command.id = "1";
  command.at = kStart + 1h;
  command.kind = GetParam().kind;
  command.conversations = {fleet.conversation_of(sent)->id};
  command.first = "email:ann";
  command.second = "email:bea";
  GetParam().spoil(command);
  fleet.send(command);
  fleet.run();
  ASSERT_THAT(fleet.answers(), SizeIs(1));
  EXPECT_EQ(fleet.answers()[0].answer.status, CommandStatus::kRefused);
  EXPECT_EQ(fleet.answers()[0].answer.refusal, GetParam().refusal);
  EXPECT_NE(fleet.answers()[0].answer.detail, "");
  EXPECT_THAT(fleet.answers()[0].answer.changes, IsEmpty());
  EXPECT_THAT(fleet.conversations(), SizeIs(1));
}

// clang-format off
constexpr Id kNowhere{0x0199000000007001, 0x8000000000000001};
INSTANTIATE_TEST_SUITE_P(Because, Refused, testing::ValuesIn(std::vector<Row>{
    {"NoSuchConversation", [](Command& c) { c.conversations = {kNowhere}; c.identifier = "email:bea"; },
                                                                       CommandKind::kMove,   CommandRefusal::kUnknownConversation},
    {"NoSuchCustomer",     [](Command& c) { c.customer = kNowhere; },  CommandKind::kMove,   CommandRefusal::kUnknownCustomer},
    {"NotTheirs",          [](Command& c) { c.conversations.insert(c.conversations.begin(), kNowhere); std::ranges::reverse(c.conversations); },
                                                                       CommandKind::kMerge,  CommandRefusal::kNotTogether},
    {"NothingNamed",       [](Command& c) { c.keys = {"mail::7"}; },   CommandKind::kDivide, CommandRefusal::kNotTogether},
    {"NothingStays",       [](Command& c) { c.keys = {"mail::1"}; },   CommandKind::kDivide, CommandRefusal::kNotTogether},
    {"TwoCustomers",       [](Command&) {},                            CommandKind::kSplit,  CommandRefusal::kNotTogether},
}), testing::PrintToStringParamName());
// clang-format on

}  // namespace
}  // namespace vaste::test
