// Which of a customer's conversations takes in what names a ticket that nobody has heard of.
#include <gtest/gtest.h>

#include <chrono>
#include <ostream>
#include <string>
#include <vector>

#include "stitch/stitch.h"

namespace vaste::stitch {
namespace {

using std::chrono::hours;

struct Row {
  const char* name;
  std::vector<std::string> held;   // by the one open conversation
  std::vector<std::string> named;  // by the event
  bool from_customer;
  bool joins;
};

std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

class Tickets : public testing::TestWithParam<Row> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(OneCustomer, Tickets, testing::ValuesIn(std::vector<Row>{
    //name                        held                          named                        customer joins
    {"NoTicketYet",               {"mail::<1@x>"},              {"ticket:desk:1"},           false,   true},
    {"AnotherTicket",             {"ticket:desk:1"},            {"ticket:desk:2"},           false,   false},
    {"AnotherTicketByCustomer",   {"ticket:desk:1"},            {"ticket:desk:2"},           true,    false},
    {"AnotherWithoutScope",       {"ticket::1"},                {"ticket::2"},               false,   false},
    {"BesideAMail",               {"mail::<1@x>", "ticket:desk:1"}, {"mail::<2@x>", "ticket:desk:2"}, true, false},
    {"AnotherDesk",               {"ticket:desk:1"},            {"ticket:repairs:2"},        false,   true},
    {"DeskOfALongerName",         {"ticket:desk2:1"},           {"ticket:desk:2"},           false,   true},
    {"TheSameTicket",             {"ticket:desk:1"},            {"ticket:desk:1"},           false,   true},
    {"AMail",                     {"ticket:desk:1"},            {"mail::<2@x>"},             true,    true},
    {"NoKey",                     {"ticket:desk:1"},            {},                          true,    true},
}), testing::PrintToStringParamName());
// clang-format on

TEST_P(Tickets, StayApart) {
  const Instant now = Instant(hours(1000));
  Conversation open;
  open.keys = GetParam().held;
  open.fold.state = ConversationState::kNew;
  open.fold.opened = open.fold.last_activity = now - hours(1);
  open.fold.last_channel = Channel::kEmail;
  Incoming incoming;
  incoming.moment.at = now;
  incoming.moment.channel = Channel::kEmail;
  incoming.from_customer = GetParam().from_customer;
  for (const std::string& key : GetParam().named) incoming.keys.push_back({key, true, false});
  StitchWindows windows;
  for (auto& row : windows.window) row.fill(hours(72));

  const std::vector<const Conversation*> theirs = {&open};
  EXPECT_EQ(choose(theirs, incoming, windows), GetParam().joins ? &open : nullptr);
}

struct LiveRow {
  const char* name;
  MomentKind kind;
  bool outbound;
  bool from_customer;
  bool joins;
};

std::ostream& operator<<(std::ostream& out, const LiveRow& row) {
  return out << row.name;
}

class LiveContacts : public testing::TestWithParam<LiveRow> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(OfAnUnknownKey, LiveContacts, testing::ValuesIn(std::vector<LiveRow>{
    //name                 kind                       outbound customer joins
    {"TheyCall",           MomentKind::kQueued,       false,   true,    true},
    {"WeAnswerTheirCall",  MomentKind::kConnected,    false,   false,   false},
    {"WeSayInTheirChat",   MomentKind::kAgentMessage, true,    false,   false},
    {"WeCall",             MomentKind::kStarted,      true,    false,   true},
    {"TheyTakeOurCall",    MomentKind::kConnected,    true,    true,    true},
    {"OurCallEnds",        MomentKind::kEnded,        true,    false,   true},
}), testing::PrintToStringParamName());
// clang-format on

TEST_P(LiveContacts, OfOursAreAboutWhatIsOpen) {
  const Instant now = Instant(hours(1000));
  Conversation open;
  open.keys = {"mail::<1@x>"};
  open.fold.state = ConversationState::kNew;
  open.fold.opened = open.fold.last_activity = now - hours(1);
  open.fold.last_channel = Channel::kEmail;
  Incoming incoming;
  incoming.moment.at = now;
  incoming.moment.channel = Channel::kPhone;
  incoming.moment.kind = GetParam().kind;
  incoming.moment.flags = GetParam().outbound ? kOutbound : std::uint8_t{0};
  incoming.from_customer = GetParam().from_customer;
  incoming.keys.push_back({"call::1", false, true});
  StitchWindows windows;
  for (auto& row : windows.window) row.fill(hours(24));

  const std::vector<const Conversation*> theirs = {&open};
  EXPECT_EQ(choose(theirs, incoming, windows), GetParam().joins ? &open : nullptr);
}

struct OwnRow {
  const char* name;
  bool by_window;
  MomentKind kind;
  bool opens;
  int hours_later;
  bool joins;
};
std::ostream& operator<<(std::ostream& out, const OwnRow& row) {
  return out << row.name;
}
class OwnMessages : public testing::TestWithParam<OwnRow> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(Policy, OwnMessages, testing::ValuesIn(std::vector<OwnRow>{
    //name               window kind                        opens  later joins
    {"AnyAge",           false, MomentKind::kAgentMessage,  true,  1000, true},
    {"InTheWindow",      true,  MomentKind::kAgentMessage,  true,  72,   true},
    {"BeyondTheWindow",  true,  MomentKind::kAgentMessage,  true,  73,   false},
    {"OurCall",          true,  MomentKind::kStarted,       true,  73,   false},
    // What cannot begin a conversation would be lost.
    {"Resolved",         true,  MomentKind::kResolved,      false, 73,   true},
    {"Note",             true,  MomentKind::kNote,          false, 73,   true},
}), testing::PrintToStringParamName());
// clang-format on

TEST_P(OwnMessages, GoWhereThePolicySays) {
  const Instant began = Instant(hours(1000));
  Conversation open;
  open.fold.state = ConversationState::kWaitingCustomer;
  open.fold.opened = open.fold.last_activity = began;
  open.fold.last_channel = Channel::kEmail;
  Incoming incoming;
  incoming.moment.at = began + hours(GetParam().hours_later);
  incoming.moment.kind = GetParam().kind;
  incoming.moment.channel = Channel::kEmail;
  incoming.opens = GetParam().opens;
  StitchWindows windows;
  for (auto& row : windows.window) row.fill(hours(72));
  windows.own_messages_by_window = GetParam().by_window;
  const std::vector<const Conversation*> theirs = {&open};
  EXPECT_EQ(choose(theirs, incoming, windows), GetParam().joins ? &open : nullptr);
}

TEST(Founds, NothingThatComesFromOurselves) {
  Incoming incoming;
  incoming.keys.push_back({"mail::1@x", false, false});
  EXPECT_TRUE(founds(incoming));
  incoming.from_us = true;
  EXPECT_FALSE(founds(incoming));
}

// Of several, our call goes where it was asked for, though something else happened since.
TEST(Callback, GoesWhereItWasAskedFor) {
  const Instant nine = Instant(hours(1000));
  const auto opened = [](Instant at) {
    Conversation open;
    open.fold.state = ConversationState::kWaitingAgent;
    open.fold.opened = open.fold.last_activity = at;
    open.fold.last_channel = Channel::kPhone;
    return open;
  };
  Conversation asked = opened(nine);
  const Conversation newer = opened(nine + hours(1));
  Contact& theirs = asked.fold.contacts.emplace_back();
  theirs.channel = Channel::kPhone;
  theirs.started = nine;
  theirs.flags = kContactCallback;
  Incoming call;
  call.moment.at = nine + hours(2);
  call.moment.channel = Channel::kPhone;
  call.moment.kind = MomentKind::kStarted;
  call.moment.flags = kOutbound;
  call.keys = {{"phone::c2", false, true}};
  const std::vector<const Conversation*> all = {&asked, &newer};
  EXPECT_EQ(choose(all, call, {}), &asked);
  Contact& ours = asked.fold.contacts.emplace_back();  // It was called back since.
  ours.channel = Channel::kPhone;
  ours.flags = kContactOutbound;
  ours.started = ours.answered = nine + hours(1);
  EXPECT_EQ(choose(all, call, {}), &newer);
}

TEST(Reopening, IsPossibleToTheEndOfItsWindow) {
  const Instant nine = instant(1'795'392'000'000);
  StitchWindows windows;
  windows.reopen = hours(48);
  Conversation conversation;
  EXPECT_FALSE(beyond_reopening(conversation, nine, windows)) << "nothing was resolved";
  conversation.fold.resolved = nine;
  EXPECT_FALSE(beyond_reopening(conversation, nine - hours(1), windows));
  EXPECT_FALSE(beyond_reopening(conversation, nine + hours(48), windows));
  EXPECT_TRUE(beyond_reopening(conversation, nine + hours(48) + Millis(1), windows));
}

}  // namespace
}  // namespace vaste::stitch
