// What a story comes to: each expectation must be able to fail.
#include "story/play.h"

#include <fstream>

#include "unit/story/reading.h"

namespace vaste::story {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The differences as "-12 text" and "+ text".
std::vector<std::string> told(const std::string& body, Verdict* verdict = nullptr) {
  const Read got = read_body(body);
  EXPECT_TRUE(got.story) << got.said();
  if (!got.story) return {};
  const Verdict came = play(*got.story, {.shuffles = 5});
  if (verdict != nullptr) *verdict = came;
  std::vector<std::string> out;
  for (const Difference& one : came.differences) {
    const bool missing = one.what == Difference::What::kMissing;
    out.push_back((missing ? "-" : "+") +
                  (one.line == 0 ? "" : std::to_string(one.line - kFrontLines)) + ' ' + one.text);
  }
  return out;
}

// 16:50 on Monday, an hour of office time: at risk at 09:20, late at 09:50 on Tuesday.
const std::string kMail = "at Mon 16:50 email ann key=m1 \"hello\"\n";
const std::string kAnswer = "at Tue 10:00 email to ann ref=m1 key=m2 \"yes\"\n";
const std::string kSolved = "at Tue 10:30 email - resolved ref=m2\n";
const std::string kAlerts =
    "expect Tue 09:20 at_risk first_response\nexpect Tue 09:50 breach first_response\n"
    "expect Tue 10:00 recovered first_response\nexpect Tue 10:00 recovered first_response\n";

TEST(Play, PassesWhenAllComesAsToldInEveryOrder) {
  Verdict verdict;
  EXPECT_THAT(told(kMail + kAlerts + kAnswer + kSolved, &verdict), IsEmpty());
  EXPECT_TRUE(verdict.passed());
  EXPECT_EQ(verdict.orders, 5);
}

TEST(Play, NamesWhatIsMissingAndWhatCameInstead) {
  EXPECT_THAT(
      told(kMail +
           "expect Tue 09:20 at_risk first_response\n"
           "expect Tue 09:51 breach first_response\n" +
           kAnswer + kSolved),
      ElementsAre("+ Tue 09:50 breached first_response",
                  "-3 expect Tue 09:51 breach first_response",
                  "+ Tue 10:00 recovered first_response", "+ Tue 10:00 recovered first_response"));
}

TEST(Play, TheTimelineShowsTheStoryWithItsDifferencesInPlace) {
  const Read got = read_body(kMail + "expect Tue 09:51 breach first_response\nuntil Tue 09:55\n");
  const Verdict verdict = play(*got.story, {.shuffles = 0});
  EXPECT_EQ(timeline(*got.story, verdict),
            "       11  at Mon 16:50 email ann key=m1 \"hello\"\n"
            "  +        Tue 09:20 at_risk first_response\n"
            "  +        Tue 09:50 breached first_response\n"
            "  -    12  expect Tue 09:51 breach first_response\n");
}

struct Row {
  const char* name;
  const char* expectation;  // behind the mail and until Tue 09:00, or its own time
  std::vector<std::string> says;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}
struct Looks : testing::TestWithParam<Row> {};

TEST_P(Looks, AtWhatIsThere) {
  EXPECT_EQ(told(kMail + GetParam().expectation + "\nuntil Tue 09:25\n" +
                 "expect Tue 09:20 at_risk first_response\n"),
            GetParam().says);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Checks, Looks, testing::ValuesIn(std::vector<Row>{
    {"State",        "expect state new",                        {}},
    {"OtherState",   "expect state resolved",                   {"-2 expect state resolved", "+ state new"}},
    {"Clock",        "expect running first_response",           {}},
    {"OtherClock",   "expect met first_response",               {"-2 expect met first_response", "+ running first_response"}},
    {"NoClock",      "expect met next_response",                {"-2 expect met next_response", "+ no next_response"}},
    {"Due",          "expect due Tue 09:50 first_response",     {}},
    {"OtherDue",     "expect due Tue 09:51 first_response",     {"-2 expect due Tue 09:51 first_response", "+ due Tue 09:50 first_response"}},
    {"Never",        "expect due never first_response",         {"-2 expect due never first_response", "+ due Tue 09:50 first_response"}},
    {"Person",       "expect state new for ann",                {}},
    {"OtherPerson",  "expect state resolved for ann",           {"-2 expect state resolved for ann", "+ state new for ann"}},
    {"Count",        "expect conversations 1",                  {}},
    {"OtherCount",   "expect conversations 2",                  {"-2 expect conversations 2", "+ conversations 1"}},
    {"Quiet",        "expect no alerts",                        {}},
    {"QuietTill",    "expect Tue 09:19 no alerts",              {}},
    {"NotQuiet",     "expect Tue 09:20 no alerts",              {"-2 expect Tue 09:20 no alerts", "+ 1 alert"}},
    {"NotIgnored",   "expect ignored",                          {"-2 expect ignored", "+ not ignored: it belongs to a conversation"}},
}), testing::PrintToStringParamName());
// clang-format on

TEST(Play, APauseHasNoDue) {
  EXPECT_THAT(told(kMail + "at Mon 16:55 email to ann ref=m1 key=m2 \"which?\"\n"
                           "at Mon 16:56 email - pending ref=m2\n"
                           "expect paused resolution\nexpect due never resolution\n"
                           "at Tue 09:00 email ann ref=m2 key=m3 \"that\"\n"
                           "expect due Tue 12:54 resolution\n"
                           "at Tue 09:01 email - resolved ref=m3\nexpect no alerts\n"),
              IsEmpty());
}

// Two customers, three conversations; nobody says who is who.
const std::string kThree =
    "at Mon 10:00 chat ann key=a id=a \"x\"\nat Mon 10:00 chat chat:web:1 key=b id=b \"x\"\n"
    "at Mon 16:00 chat ann key=c id=c \"x\"\nat Mon 16:00 chat chat:web:1 key=b id=d \"x\"\n";

struct Compares : testing::TestWithParam<Row> {};

TEST_P(Compares, WhatIsOneAndWhatIsNot) {
  EXPECT_EQ(told("order matters\n" + kThree + GetParam().expectation +
                 "\nexpect Mon 10:01 breach first_response\nexpect Mon 10:01 breach "
                 "first_response\nuntil Mon 16:00:30\n"),
            GetParam().says);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Checks, Compares, testing::ValuesIn(std::vector<Row>{
    {"Same",        "expect same conversation b d",              {}},
    {"NotSame",     "expect same conversation a c",              {"-6 expect same conversation a c", "+ 2 different conversations"}},
    {"Different",   "expect different conversations a b c",      {}},
    {"NotDifferent","expect different conversations a b d",      {"-6 expect different conversations a b d", "+ same conversation b d"}},
    {"Customers",   "expect customers 2",                        {}},
    {"NotSoMany",   "expect customers 3",                        {"-6 expect customers 3", "+ customers 2"}},
    {"People",      "expect different customers ann chat:web:1", {}},
    {"NotOne",      "expect same customer ann chat:web:1",       {"-6 expect same customer ann chat:web:1", "+ 2 different customers"}},
    {"Itself",      "expect same customer ann ann",              {}},
    {"NoNews",      "expect conflict",                           {"-6 expect conflict", "+ nothing about people"}},
    {"ForVisitor",  "expect state new for chat:web:1",           {}},
}), testing::PrintToStringParamName());
// clang-format on

TEST(Play, WhatIsSaidAboutPeopleBelongsToNoConversation) {
  EXPECT_THAT(told("at Mon 10:00 identity crm same ann chat:web:1\nexpect no alerts\n"), IsEmpty());
  // What stands below it still looks at the contact above it.
  EXPECT_THAT(told("at Mon 10:00 email ann key=m \"x\"\nat Mon 10:01 identity crm same ann bob\n"
                   "expect state new\nuntil Mon 10:02\n"),
              IsEmpty());
}

TEST(Play, PeopleAreToldApart) {
  const std::string two =
      "at Mon 10:00 chat ann key=a \"x\"\nat Mon 10:00 chat bob key=b \"x\"\n"
      "expect Mon 10:01 breach first_response for bob\n";
  EXPECT_THAT(told(two + "expect Mon 10:01 breach first_response\n"), IsEmpty());
  EXPECT_THAT(told(two), ElementsAre("+ Mon 10:01 breached first_response for ann"));
}

TEST(Play, WhatBelongsNowhereIsNoSilence) {
  const std::string lost = "at Mon 10:00 email ann resolved\n";
  const auto said = told(lost + "expect no alerts\n");
  ASSERT_EQ(said.size(), 1u);
  EXPECT_THAT(said[0], HasSubstr("+1 nothing: this belongs to no conversation"));
  EXPECT_THAT(told(lost + "expect ignored\n"), IsEmpty());
}

TEST(Play, LateEventsAreTakenIn) {
  // The answer was given in time, and heard of after the breach.
  EXPECT_THAT(told("at Mon 10:00 chat ann key=s \"x\"\n"
                   "expect Mon 10:01 breach first_response\n"
                   "at Mon 10:05 chat ann key=s \"y\"\n"
                   "at Mon 10:00:30 chat to ann key=s late \"z\"\n"
                   "expect Mon 10:05 retracted first_response\n"),
              IsEmpty());
}

// What users copy first.
TEST(Play, TheExampleInTheReadmeHolds) {
  std::ifstream file(VASTE_SOURCE_DIR "/deploy/policies/README.md");
  std::string example;
  for (std::string line; std::getline(file, line);) {
    const bool of_it = line.starts_with("    # ") || line.starts_with("    at ") ||
                       line.starts_with("    expect ");
    if (of_it) example += line + '\n';
  }
  const Read got = read(
      "policy: office\n"
      "calendars: {office: {zone: Europe/Helsinki, week: {mon-fri: \"09:00-17:00\"}}}\n"
      "rules: [{name: all, calendar: office, targets: {first_response: {target: 1h, at_risk: "
      "50%}}}]\n---\n" +
      example);
  ASSERT_TRUE(got.story) << got.said();
  EXPECT_EQ(got.story->alerts.size(), 4u);
  const Verdict verdict = play(*got.story, {});
  EXPECT_TRUE(verdict.passed()) << verdict.where << '\n' << timeline(*got.story, verdict);
}

TEST(Play, AnOrderThatMattersIsFound) {
  // What comes by the customer alone joins what is open, unless it is known to be resolved.
  const std::string story =
      "at Mon 10:00:00 chat ann key=a \"x\"\nat Mon 10:00:30 chat - resolved key=a\n"
      "at Mon 11:00 chat ann key=b \"x\"\nexpect conversations 2\nuntil Mon 17:00\n"
      "expect Mon 11:01 breach first_response\n";
  Verdict verdict;
  told("order free\n" + story, &verdict);
  EXPECT_FALSE(verdict.passed());
  EXPECT_THAT(verdict.where, HasSubstr("in shuffled order (seed "));
  told("order matters\n" + story, &verdict);
  EXPECT_TRUE(verdict.passed());
  EXPECT_EQ(verdict.orders, 0);
}

}  // namespace
}  // namespace vaste::story
