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

}  // namespace
}  // namespace vaste::stitch
