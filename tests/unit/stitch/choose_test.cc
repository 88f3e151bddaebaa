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

struct Call {
  const char* name;
  bool asked;     // for a call, at 9:00
  bool answered;  // a call of ours was, at 10:00
  bool outbound;  // the event is about a call of ours
  Channel channel;
  bool joins;
};
std::ostream& operator<<(std::ostream& out, const Call& row) {
  return out << row.name;
}

class Callback : public testing::TestWithParam<Call> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(OneCustomer, Callback, testing::ValuesIn(std::vector<Call>{
    //name            asked  answered outbound channel          joins
    {"AskedFor",      true,  false,   true,    Channel::kPhone, true},
    {"NotAskedFor",   false, false,   true,    Channel::kPhone, false},
    {"AnsweredSince", true,  true,    true,    Channel::kPhone, false},
    {"TheirOwnCall",  true,  false,   false,   Channel::kPhone, false},
    {"AChat",         true,  false,   true,    Channel::kChat,  false},
}), testing::PrintToStringParamName());
// clang-format on

TEST_P(Callback, JoinsWhereItWasAskedFor) {
  const Call& row = GetParam();
  const Instant nine = Instant(hours(1000));
  Conversation open;
  open.fold.state = ConversationState::kWaitingAgent;
  open.fold.opened = open.fold.last_activity = nine;
  open.fold.last_channel = Channel::kPhone;
  Contact& theirs = open.fold.contacts.emplace_back();
  theirs.channel = Channel::kPhone;
  theirs.started = nine;
  if (row.asked) theirs.flags = kContactCallback;
  if (row.answered) {
    Contact& ours = open.fold.contacts.emplace_back();
    ours.channel = Channel::kPhone;
    ours.flags = kContactOutbound;
    ours.started = ours.answered = nine + hours(1);
  }
  Incoming incoming;
  incoming.moment.at = nine + hours(2);
  incoming.moment.channel = row.channel;
  incoming.moment.flags = row.outbound ? kOutbound : 0;
  incoming.keys = {{"phone::c2", false, true}};
  const std::vector<const Conversation*> all = {&open};
  EXPECT_EQ(choose(all, incoming, {}), row.joins ? &open : nullptr);
}

}  // namespace
}  // namespace vaste::stitch
