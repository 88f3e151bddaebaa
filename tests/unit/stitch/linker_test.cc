// Who is whose, told in days: evidence, limits, expiry, splits, shared identifiers.
#include "stitch/linker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "support/linker_world.h"

namespace vaste::stitch {
namespace {

using test::LinkerWorld;

Instant day(int number) {
  return instant(1'800'000'000'000) + std::chrono::hours(24) * number;
}

// "e1" is an e-mail address, c a customer_id, p a phone, v a chat visitor, s social, d a device.
std::string identifier(const std::string& name) {
  static const std::map<char, std::string> kSpaces = {{'c', "customer:"}, {'e', "email:"},
                                                      {'p', "phone:"},    {'v', "chat:web:"},
                                                      {'s', "social:x:"}, {'d', "device:"}};
  return kSpaces.at(name.front()) + name;
}
std::string short_name(const std::string& identifier) {
  return identifier.substr(identifier.rfind(':') + 1);
}

// One line each:
//   DAY A = B [METHOD SOURCE]    one person     DAY A =op B     says an operator
//   DAY A != B                   two persons    DAY A forget B  this evidence counts no more
//   DAY A                        something comes by this identifier
//   DAY expire A                 a sweep finds its customer
void tell(LinkerWorld& world, const std::string& line) {
  std::istringstream in(line);
  int number = 0;
  std::string first, verb, second, method = "event", source = "web";
  in >> number >> first >> verb >> second;
  std::string word;
  if (in >> word) {
    method = word;
    in >> source;
  }
  const Instant at = day(number);
  if (first == "expire") {
    world.expire(world.actors().at(identifier(verb)).customer, at);
  } else if (verb.empty()) {
    world.event(identifier(first), at);
  } else {
    const Claim claim =
        verb == "!=" ? Claim::kNotSame : (verb == "forget" ? Claim::kForget : Claim::kSame);
    world.ask(identifier(first), identifier(second), claim, at, method, source, verb == "=op");
  }
}

std::string in_words(std::map<Id, std::vector<std::string>> groups) {
  std::vector<std::string> out;
  for (auto& [customer, names] : groups) {
    std::sort(names.begin(), names.end());
    std::string& group = out.emplace_back();
    for (const std::string& name : names) group += (group.empty() ? "" : " ") + name;
  }
  std::sort(out.begin(), out.end());
  std::string all;
  for (const std::string& group : out) all += (all.empty() ? "" : " | ") + group;
  return all;
}

// As the identifiers' actors see it: "e1 p1 | e2"; a star marks who is nobody's own.
std::string customers(const LinkerWorld& world) {
  std::map<Id, std::vector<std::string>> groups;
  std::uint64_t alone = 0;
  for (const auto& [name, actor] : world.actors()) {
    const Id customer = actor.customer.empty() ? Id{0, ++alone} : actor.customer;
    groups[customer].push_back(short_name(name) + (actor.shared ? "*" : ""));
  }
  return in_words(std::move(groups));
}

// Whose events lie together.
std::string history(const LinkerWorld& world) {
  std::map<Id, std::vector<std::string>> groups;
  for (const auto& [customer, events] : world.contents())
    for (const LinkerWorld::Event& event : events) {
      auto& names = groups[customer];
      const std::string name = short_name(event.identifier);
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  return in_words(std::move(groups));
}

std::string conflicts(const LinkerWorld& world) {
  std::string out;
  for (const Conflict& conflict : world.conflicts())
    out += (out.empty() ? "" : ", ") + short_name(conflict.first) + " " +
           short_name(conflict.second) + " " + name(conflict.reason);
  return out;
}

struct Row {
  const char* name;
  std::vector<std::string> lines;
  std::string customers;
  std::string conflicts = {};
  std::string history = {};  // where it matters
};

std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

class Linker : public testing::TestWithParam<Row> {};

TEST_P(Linker, Decides) {
  LinkerWorld world;
  for (const std::string& line : GetParam().lines) tell(world, line);
  EXPECT_EQ(customers(world), GetParam().customers);
  EXPECT_EQ(conflicts(world), GetParam().conflicts);
  if (!GetParam().history.empty()) {
    EXPECT_EQ(history(world), GetParam().history);
  }
  EXPECT_TRUE(world.all_changes_were_told());
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Joins, Linker, testing::ValuesIn(std::vector<Row>{
    {"Two",            {"0 e1 = p1"},                                        "e1 p1"},
    {"Twice",          {"0 e1 = p1", "0 e1 = p1", "1 p1 = e1"},              "e1 p1"},
    {"Chain",          {"0 e1 = p1", "1 p1 = v1", "2 v1 = d1"},              "d1 e1 p1 v1"},
    {"TwoCustomers",   {"0 e1 = p1", "1 e2 = p2", "2 p2 = p1"},              "e1 e2 p1 p2"},
    {"WithHistory",    {"0 p1", "1 e1", "1 e1 = p1", "2 p1"},                "e1 p1", "", "e1 p1"},
    {"Itself",         {"0 e1 = e1"},                                        "e1"},
    {"LateEvidence",   {"9 e1 = p1", "3 e2 = p1"},                           "e1 e2 p1"},
}), testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Limits, Linker, testing::ValuesIn(std::vector<Row>{
    {"SecondCustomerId",  {"0 c1 = e1", "1 e1 = c2"},                        "c1 e1 | c2",
                          "e1 c2 contradicting_customer_id"},
    {"BehindTheTwo",      {"0 c1 = e1", "0 c2 = e2", "1 e1 = e2"},           "c1 e1 | c2 e2",
                          "e1 e2 contradicting_customer_id"},
    {"FiveOfAKind",       {"0 e1 = v1", "0 e1 = v2", "0 e1 = v3", "0 e1 = v4", "0 e1 = v5"},
                          "e1 v1 v2 v3 v4 v5"},
    {"SixthOfAKind",      {"0 e1 = v1", "0 e1 = v2", "0 e1 = v3", "0 e1 = v4", "0 e1 = v5", "1 v6 = e1"},
                          "e1 v1 v2 v3 v4 v5 | v6", "v6 e1 over_limit_of_kind"},
    {"ByOperatorToo",     {"0 c1 = e1", "1 c1 =op c2"},                      "c1 e1 | c2",
                          "c1 c2 contradicting_customer_id"},
    {"RoomAgain",         {"0 c1 = e1", "1 e1 = c2", "2 c1 != e1", "3 e1 = c2"}, "c1 | c2 e1",
                          "e1 c2 contradicting_customer_id"},
}), testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Expiry, Linker, testing::ValuesIn(std::vector<Row>{
    {"PhoneHolds",        {"0 e1 = p1", "180 e1 = d1"},                      "d1 e1 p1"},
    {"PhoneRanOut",       {"0 e1 = p1", "181 e1 = d1"},                      "d1 e1 | p1"},
    {"OthersHold",        {"0 e1 = d1", "365 e1 = v1"},                      "d1 e1 v1"},
    {"OthersRanOut",      {"0 e1 = d1", "366 e1 = v1"},                      "d1 | e1 v1"},
    {"GivenAgain",        {"0 e1 = p1", "100 e1 = p1", "280 e1 = d1"},       "d1 e1 p1"},
    {"GivenAgainRanOut",  {"0 e1 = p1", "100 e1 = p1", "281 e1 = d1"},       "d1 e1 | p1"},
    {"LateNeverShortens", {"100 e1 = p1", "0 e1 = p1", "280 e1 = d1"},       "d1 e1 p1"},
    {"LateTakesNobodyOut", {"0 e1 = p1", "170 e1 = p1", "10 e1 = d1", "300 e1 = v1"}, "d1 e1 p1 v1"},
    {"OneOfTwoKinds",     {"0 e1 = p1", "90 e1 = p1 login crm", "200 e1 = d1"}, "d1 e1 p1"},
    {"BySweep",           {"0 e1 = p1", "181 expire e1"},                    "e1 | p1"},
    {"LeavesTogether",    {"0 e1 = e2", "300 e2 = d2", "370 e1 = v1"},       "d2 e2 | e1 v1"},
    {"HistoryStays",      {"0 p1", "1 e1", "1 e1 = p1", "2 p1", "200 e1 = d1", "201 p1"},
                          "d1 e1 | p1", "", "e1 p1 | p1"},
    {"NumberRecycled",    {"0 p1", "1 e1", "1 e1 = p1", "200 p1", "200 e2 = p1"},
                          "e1 | e2 p1", "", "e1 p1 | p1"},
    {"LateWordOfItsOldLife", {"0 e1 = p1", "400 p1", "5 p1 = v1"},           "e1 | p1 | v1", "p1 v1 ran_out"},
    {"PhoneNeverKeeps",   {"0 p1", "1 p1 = d1", "182 expire p1", "190 p1", "190 d1"}, "d1 | p1", "", "d1 p1 | p1"},
}), testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Splits, Linker, testing::ValuesIn(std::vector<Row>{
    {"Undone",            {"0 e1", "0 e2", "0 e1 = e2", "1 e1", "1 e2", "2 e1 != e2", "3 e2"},
                          "e1 | e2", "", "e1 | e2"},
    {"NotTheSameWayAgain", {"0 e1 = e2", "1 e1 != e2", "2 e2 = e1"},         "e1 | e2", "e2 e1 never_again"},
    {"AnotherWay",        {"0 e1 = e2", "1 e1 != e2", "2 e1 = e2 login crm"}, "e1 e2"},
    {"AnotherWayTooEarly", {"0 e1 = e2", "5 e1 != e2", "3 e1 = e2 login crm", "6 e1 = e2 login crm"},
                          "e1 | e2", "e1 e2 never_again, e1 e2 never_again"},
    {"BeforeAnything",    {"0 e1 != e2", "1 e1 = e2", "2 e1 = e2 login crm"}, "e1 | e2",
                          "e1 e2 never_again, e1 e2 never_again"},
    {"NotThroughThirds",  {"0 e1 = e2", "1 e1 != e2", "2 e1 = p1", "3 e2 = p1"}, "e1 p1 | e2",
                          "e2 p1 never_again"},
    {"NotThroughFourths", {"0 e1 != e2", "1 e1 = p1", "1 e2 = p2", "2 p1 = p2"}, "e1 p1 | e2 p2",
                          "p1 p2 never_again"},
    {"OperatorLinks",     {"0 e1 = e2", "1 e1 != e2", "2 e1 =op e2", "3 e1 = e2"}, "e1 e2"},
    {"OperatorWasBefore", {"0 e1 = e2", "2 e1 != e2", "1 e1 =op e2"},        "e1 | e2", "e1 e2 never_again"},
    {"ThirdsAfterOperator", {"0 e1 != e2", "1 e1 =op e2", "2 e1 != p1", "3 e2 = p1"}, "e1 e2 | p1",
                          "e2 p1 never_again"},
    {"LaterWordStands",   {"0 e1 = e2", "5 e1 = e2 login crm", "3 e1 != e2"}, "e1 e2", "e1 e2 overridden"},
    {"LateWordWasBefore", {"5 e1 = e2", "2 e1 = e2", "3 e1 != e2"},          "e1 | e2"},
    {"NearestToTheWeaker", {"0 e1 = p1", "1 p1 = e2", "2 e1 != e2"},         "e1 p1 | e2"},
    {"FewestPieces",      {"0 e1 = p1", "1 p1 = e2", "1 p1 = e2 login crm", "2 e1 != e2"}, "e1 | e2 p1"},
    {"OperatorsPieceLast", {"0 e1 =op p1", "1 p1 = e2", "1 p1 = e2 login crm", "2 e1 != e2"}, "e1 p1 | e2"},
    {"TwoWaysAround",     {"0 e1 = p1", "0 p1 = e2", "0 e1 = d1", "0 d1 = e2", "0 e1 = e2", "1 e2 != e1"},
                          "d1 e1 p1 | e2"},
    {"TakesItsOwnAlong",  {"0 e1 = e2", "1 e2 = d2", "2 d2 = v2", "3 e1 != e2"}, "d2 e2 v2 | e1"},
    {"SplitAgainAndAgain", {"0 e1 = e2", "1 e1 != e2", "2 e1 =op e2", "3 e1 != e2", "4 e1 =op e2", "5 e1 != e2"},
                          "e1 | e2"},
    {"Forget",            {"0 e1 = p1", "1 e1 forget p1"},                   "e1 | p1"},
    {"ForgottenMayReturn", {"0 e1 = p1", "1 e1 forget p1", "2 e1 = p1"},     "e1 p1"},
    {"ForgetOneKind",     {"0 e1 = p1", "0 e1 = p1 login crm", "1 e1 forget p1 event web"}, "e1 p1"},
    {"ForgetNothing",     {"0 e1 = p1", "1 e1 forget d1", "1 e1 forget p1 login crm"}, "d1 | e1 p1"},
}), testing::PrintToStringParamName());
// clang-format on

std::vector<std::string> shared_by(const std::string& name, char kind, int first, int last,
                                   int days_between = 0) {
  std::vector<std::string> lines;
  for (int i = first; i <= last; ++i)
    lines.push_back(std::to_string((i - first) * days_between) + " " + name + " = " + kind +
                    std::to_string(i));
  return lines;
}

std::string run(LinkerWorld& world, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) tell(world, line);
  EXPECT_TRUE(world.all_changes_were_told());
  return customers(world);
}

TEST(SharedIdentifier, IsNobodysOwnAfterTheEleventhCustomer) {
  LinkerWorld world;
  EXPECT_EQ(run(world, shared_by("e0", 'c', 1, 10)),
            "c1 e0 | c10 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9");
  tell(world, "0 e0 = c11");
  EXPECT_EQ(customers(world), "c1 | c10 | c11 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | e0*");
  // And joins nothing any more.
  tell(world, "1 e0 = d1");
  EXPECT_EQ(world.conflicts().back().reason, Refusal::kShared);
  EXPECT_EQ(customers(world), "c1 | c10 | c11 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | d1 | e0*");
}

TEST(SharedIdentifier, GivesHistoryBackToThoseWhoHungOnIt) {
  LinkerWorld world;
  std::vector<std::string> lines = {"0 e1", "0 v1", "0 e0", "0 e0 = e1", "0 e0 = v1", "0 v1 = d1"};
  for (const std::string& line : shared_by("c0", 'c', 1, 9)) lines.push_back(line);
  for (const std::string& line : shared_by("e0", 'c', 1, 11)) lines.push_back(line);
  run(world, lines);
  EXPECT_EQ(customers(world),
            "c0 | c1 | c10 | c11 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | d1 v1 | e0* | e1");
  EXPECT_EQ(history(world), "e0 | e1 | v1");
}

TEST(SharedIdentifier, CountsOnlyWhatWasSeenWithinAMonth) {
  LinkerWorld world;
  EXPECT_EQ(run(world, shared_by("e0", 'c', 1, 20, 4)).find('*'), std::string::npos);
  LinkerWorld faster;
  EXPECT_NE(run(faster, shared_by("e0", 'c', 1, 20, 3)).find('*'), std::string::npos);
}

TEST(SharedIdentifier, CountsCustomersNotIdentifiers) {
  LinkerWorld world;
  // Twelve identifiers of three persons.
  std::vector<std::string> lines = {"0 e0 = c0"};
  for (int person = 1; person <= 3; ++person)
    for (int i = 0; i < 4; ++i)
      lines.push_back("0 c" + std::to_string(person) + " = v" + std::to_string(4 * person + i));
  for (int i = 4; i < 16; ++i) lines.push_back("1 e0 = v" + std::to_string(i));
  EXPECT_EQ(run(world, lines), "c0 e0 | c1 v4 v5 v6 v7 | c2 v10 v11 v8 v9 | c3 v12 v13 v14 v15");
  EXPECT_EQ(world.conflicts().size(), 12U);
}

TEST(SharedIdentifier, CountsNobodyWhoIsOneWithItSince) {
  LinkerWorld world;
  run(world, {"0 e0 = c0", "0 v1 = c1", "1 e0 = v1", "2 v1 != c1", "3 e0 = v1"});
  EXPECT_EQ(world.conflicts().size(), 1U);
  run(world, shared_by("e0", 'c', 2, 10));
  EXPECT_FALSE(world.actors().at("email:e0").shared);
  tell(world, "0 e0 = c11");
  EXPECT_TRUE(world.actors().at("email:e0").shared);
}

TEST(SharedIdentifier, IsNoCustomerThatOthersAreSeenWith) {
  IdentityRules rules;
  rules.shared_beyond = 2;
  LinkerWorld world(rules);
  run(world, {"0 e0 = c0", "0 e9 = c9", "1 e0 = e9", "2 e9 = c5"});
  ASSERT_TRUE(world.actors().at("email:e9").shared);
  tell(world, "3 e0 = c7");
  EXPECT_FALSE(world.actors().at("email:e0").shared);
  tell(world, "3 e0 = c8");
  EXPECT_TRUE(world.actors().at("email:e0").shared);
}

TEST(SharedIdentifier, WithoutACustomerOfItsOwnCountsTheOneItIsAboutToJoin) {
  LinkerWorld world;
  EXPECT_EQ(run(world, shared_by("c0", 'c', 1, 10)).find('*'), std::string::npos);
  tell(world, "0 c0 = e1");
  EXPECT_TRUE(world.actors().at("customer:c0").shared);
  EXPECT_EQ(world.conflicts().back().reason, Refusal::kShared);
}

TEST(SharedIdentifier, BecomesAPersonsOwnAgainByAnOperator) {
  LinkerWorld world;
  run(world, shared_by("e0", 'c', 1, 11));
  ASSERT_TRUE(world.actors().at("email:e0").shared);
  tell(world, "1 e0 =op d1");
  EXPECT_FALSE(world.actors().at("email:e0").shared);
  tell(world, "2 e0 = v1");
  EXPECT_NE(customers(world).find("d1 e0 v1"), std::string::npos);
}

TEST(SharedIdentifier, IsWhoeverIsSaidNotToBeTooManyOthers) {
  LinkerWorld world;
  for (int i = 1; i <= 64; ++i) tell(world, "0 e0 != e" + std::to_string(i));
  tell(world, "0 e0 = p0");
  EXPECT_FALSE(world.actors().at("email:e0").shared);
  tell(world, "1 e0 != e65");
  EXPECT_TRUE(world.actors().at("email:e0").shared);
  EXPECT_FALSE(world.actors().at("phone:p0").shared);
  EXPECT_NE(world.actors().at("phone:p0").customer, world.actors().at("email:e0").customer);
}

TEST(LinkerLimits, FiftyInAll) {
  IdentityRules rules;
  rules.most_of_kind.fill(100);
  LinkerWorld world(rules);
  run(world, shared_by("e0", 'd', 1, 49));
  EXPECT_TRUE(world.conflicts().empty());
  tell(world, "0 e0 = d50");
  ASSERT_EQ(world.conflicts().size(), 1U);
  EXPECT_EQ(world.conflicts().front().reason, Refusal::kOverLimit);
  ASSERT_EQ(world.links().all_components().size(), 1U);
  EXPECT_EQ(world.links().all_components().begin()->second.members.size(), 50U);
}

TEST(LinkerLimits, AnUnknownKindJoinsNothing) {
  LinkerWorld world;
  world.ask("email:e1", "fax:1", Claim::kSame, day(0));
  ASSERT_EQ(world.conflicts().size(), 1U);
  EXPECT_EQ(world.conflicts().front().reason, Refusal::kOverLimitOfKind);
}

TEST(LinkerDecisions, SayWhoMergesAndWhoIsToldWhat) {
  LinkerWorld world;
  const auto first = world.ask("email:e1", "phone:p1", Claim::kSame, day(0));
  const Id older = world.actors().at("email:e1").customer;
  ASSERT_EQ(first.size(), 3U);
  const auto& merge = std::get<Merge>(first[0]);
  EXPECT_LT(merge.winner, merge.loser);
  EXPECT_EQ(merge.winner, older);
  EXPECT_EQ(merge.identifiers.size(), 1U);
  const Id winner = merge.winner;
  // The address keeps the customer; the number is held for 180 days.
  const std::vector<Decision> points = {Point{"email:e1", winner, merge.epoch, kEndOfTime, false},
                                        Point{"phone:p1", winner, merge.epoch, day(180), false}};
  EXPECT_TRUE(std::is_permutation(first.begin() + 1, first.end(), points.begin(), points.end()));

  EXPECT_TRUE(world.ask("phone:p1", "email:e1", Claim::kSame, day(0)).empty()) << "nothing new";
  const auto again = world.ask("email:e1", "phone:p1", Claim::kSame, day(10));
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(std::get<Point>(again[0]),
            (Point{"phone:p1", winner, merge.epoch + 1, day(190), false}));
}

TEST(LinkerDecisions, TheOlderCustomerSurvivesWhoeverHasMoreIdentifiers) {
  LinkerWorld world;
  world.event("email:old", day(-9));
  run(world, {"0 e1 = p1", "0 e1 = d1"});
  const auto decisions = world.ask("email:e1", "email:old", Claim::kSame, day(1));
  const auto& merge = std::get<Merge>(decisions.front());
  EXPECT_EQ(merge.winner, world.actors().at("email:old").customer);
  EXPECT_EQ(merge.identifiers.size(), 3U);
}

TEST(LinkerDecisions, FreshCustomersAreAtHomeWithAnIdentifierAndTheSameInAReplay) {
  std::vector<Id> fresh;
  for (int i = 0; i < 2; ++i) {
    LinkerWorld world;
    run(world, {"0 e1 = e2", "1 e1 != e2"});
    fresh.push_back(world.actors().at("email:e2").customer);
  }
  EXPECT_EQ(fresh[0], fresh[1]);
  EXPECT_EQ(fresh[0].key_group(), key_group(identifier_actor("email:e2")));
  EXPECT_EQ(fresh[0].born(), day(1));
}

TEST(LinkerDecisions, WhoIsHeldByAPathIsHeldAsLongAsItsWeakestPiece) {
  LinkerWorld world;
  run(world, {"0 e1 = p1", "100 p1 = d1", "50 e1 = v1"});
  EXPECT_EQ(world.actors().at("phone:p1").until, day(180));
  EXPECT_EQ(world.actors().at("device:d1").until, day(180));
  EXPECT_EQ(world.actors().at("chat:web:v1").until, day(50 + 365));
  tell(world, "120 d1 = v1");  // a way around the number
  EXPECT_EQ(world.actors().at("device:d1").until, day(50 + 365));
  EXPECT_EQ(world.actors().at("phone:p1").until, day(100 + 180));
}

// An actor asks with what it knew when it asked.
TEST(LinkerStale, APointerOnItsWayIsNotBelieved) {
  LinkerWorld world;
  run(world, {"0 e1 = p1"});
  Request stale = world.make("phone:p1", "device:d1", Claim::kSame, day(200));
  stale.first.customer = world.actors().at("email:e1").customer;
  stale.first.own = false;
  world.decide(stale);
  while (world.deliver()) {
  }
  // The number's evidence had run out: its new customer is not the one it was taken out of.
  EXPECT_EQ(customers(world), "d1 p1 | e1");
}

TEST(LinkerStale, ACustomerOfTheOldDaysIsNotTakenAgain) {
  LinkerWorld world;
  world.event("email:e1", day(-9));  // older, so the number's goes into it
  const Request asked = world.make("phone:p1", "email:e1", Claim::kSame, day(0));
  world.decide(asked);
  run(world, {"200 expire e1"});
  Request stale = world.make("device:d1", "email:e2", Claim::kSame, day(200));
  stale.first = asked.first;  // the same customer again, long merged
  world.decide(stale);
  while (world.deliver()) {
  }
  EXPECT_TRUE(world.all_changes_were_told());
  EXPECT_EQ(customers(world), "d1 | e1 | e2 p1");
}

TEST(LinkerStale, WhoBeganAnewBeforeItHeardOfTheRenewalFollows) {
  LinkerWorld world;
  run(world, {"0 e1 = p1"});
  world.decide(world.make("email:e1", "phone:p1", Claim::kSame, day(100)));  // not heard of yet
  world.event("phone:p1", day(200));
  world.decide(world.make("phone:p1", "device:d1", Claim::kSame, day(201)));
  while (world.deliver()) {
  }
  EXPECT_EQ(customers(world), "d1 e1 p1");
  for (const auto& [customer, events] : world.contents()) {
    EXPECT_TRUE(events.empty() || customer == world.actors().at("phone:p1").customer);
  }
}

TEST(LinkerAttack, AnIdentifierInAMillionPairsCostsAFewLookUpsEach) {
  test::MemoryLinks links;
  const IdentityRules rules;
  std::vector<Decision> out;
  std::uint64_t most = 0;
  for (std::uint64_t i = 1; i <= 20'000; ++i) {
    Request request;
    request.at = day(0);
    request.first = {"email:info", Id::make(day(0), 1, 4), true};
    request.second = {"customer:" + std::to_string(i), Id::make(day(0), 2, 4 * i), true};
    const std::uint64_t before = links.lookups;
    out.clear();
    decide(request, rules, links, out);
    most = std::max(most, links.lookups - before);
    ASSERT_LE(out.size(), 10U);
  }
  EXPECT_LE(most, 40U);
  EXPECT_LE(links.all_linked().size(), 12U) << "nothing is kept of those it was refused with";
  EXPECT_EQ(std::get<Conflict>(out.back()).reason, Refusal::kShared);
}

TEST(LinkerAttack, EvidenceOfAThousandKindsIsNotKept) {
  LinkerWorld world;
  world.ask("email:e1", "phone:p1", Claim::kSame, day(0));
  for (int i = 0; i < 1000; ++i)
    world.ask("email:e1", "device:d1", Claim::kSame, day(i / 10), "event", std::to_string(i));
  const Component& component = world.links().all_components().begin()->second;
  EXPECT_LE(component.edges.size(), 12U);
  // The newest holds longest, and what alone holds somebody is not given up for more of the same.
  EXPECT_EQ(world.actors().at("device:d1").until, day(99 + 365));
  EXPECT_EQ(world.actors().at("phone:p1").until, day(180));
  for (int i = 0; i < 1000; ++i) {
    world.ask("email:e1", "device:d1", Claim::kNotSame, day(2000 + i));
    world.ask("email:e1", "device:d1", Claim::kSame, day(2000 + i), "event", std::to_string(i));
  }
  EXPECT_LE(world.links().all_linked().at("email:e1").never.front().evidence.size(), 8U);
  EXPECT_EQ(customers(world), "d1 | e1 | p1");
}

}  // namespace
}  // namespace vaste::stitch
