// Every mistake in a story is told with its place and what to write instead.
#include "unit/story/reading.h"

namespace vaste::story {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

struct Row {
  const char* name;
  const char* body;  // behind the front
  int line;          // of the story, from 1
  int column;
  const char* says;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}
struct Mistake : testing::TestWithParam<Row> {};

TEST_P(Mistake, IsExplained) {
  const Row& row = GetParam();
  const Read got = read_body(row.body);
  EXPECT_FALSE(got.story);
  ASSERT_THAT(got.findings, SizeIs(1)) << got.said();
  EXPECT_EQ(got.findings[0].file, "x.story");
  EXPECT_EQ(got.findings[0].line, row.line + kFrontLines);
  EXPECT_EQ(got.findings[0].column, row.column);
  EXPECT_THAT(got.findings[0].text, HasSubstr(row.says));
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Lines, Mistake, testing::ValuesIn(std::vector<Row>{
    {"Beginning",   "att Mon 10:00 chat ann \"x\"\n",            1,  1, "did you mean `at`?"},
    {"Far",         "because\n",                                 1,  1, "expected one of at, expect"},
    {"PolicyTwice", "policy a.yaml\n",                           1,  1, "in front already"},
    {"Zone",        "zone Europe/Helsinky\n",                    1,  6, "did you mean `Europe/Helsinki`?"},
    {"Order",       "order random\n",                            1,  7, "`order free`"},
    {"Header",      "at Mon 10:00 chat ann \"x\"\nzone UTC\n",   2,  1, "above the first `at`"},
    {"PolicyThen",  "at Mon 10:00 chat ann \"x\"\npolicy a.yaml\n", 2, 1, "or says from when: `policy FILE from Tue 09:00`"},
    {"FromNothing", "policy none.yaml from Mon 10:00\n",        1,  8, "there is no policy `none.yaml`"},
    {"FromWhen",    "policy none.yaml from soon\n",             1, 23, "is no day"},
    {"FromMore",    "policy none.yaml from Mon 10:00 on\n",     1, 33, "`on` is too much"},
    {"FromBefore",  "at Mon 10:00 chat ann \"x\"\npolicy none.yaml from Mon 09:00\n", 2, 23, "before the line above"},
    {"HeaderMore",  "zone UTC please\n",                         1, 10, "`please` is too much"},
}), testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(At, Mistake, testing::ValuesIn(std::vector<Row>{
    {"Day",       "at Mom 10:00 chat ann \"x\"\n",               1,  4, "did you mean `Mon`?"},
    {"NoChannel", "at Mon 10:00\n",                              1, 13, "the channel is missing"},
    {"Channel",   "at Mon 10:00 emial ann \"x\"\n",              1, 14, "did you mean `email`?"},
    {"NoPerson",  "at Mon 10:00 email \"x\"\n",                  1, 20, "the person is missing"},
    {"KeyFirst",  "at Mon 10:00 email key=m \"x\"\n",            1, 20, "the person comes first"},
    {"NoVerb",    "at Mon 10:00 email ann\n",                    1, 23, "what happened is missing"},
    {"Verb",      "at Mon 10:00 email ann sasy \"x\"\n",         1, 24, "did you mean `says`?"},
    {"Nobody",    "at Mon 10:00 email - \"x\"\n",                1, 22, "nobody says this"},
    {"NoIdentity","at Mon 10:00 email - agent\n",                1,  4, "neither a person nor a key"},
    {"To",        "at Mon 10:00 email to ann resolved\n",        1, 27, "`to` does not go with `resolved`"},
    {"Type",      "at Mon 10:00 chat chatt:web:1 \"x\"\n",       1, 19, "did you mean `chat:`?"},
    {"OfNobody",  "at Mon 10:00 chat ann, \"x\"\n",             1, 19, "names nobody"},
    {"Copied",    "at Mon 10:00 email ann says cc=a:b\n",        1, 29, "`a:b` names nobody"},
    {"NoSource",  "at Mon 10:00 identity\n",                     1, 22, "who says so is missing"},
    {"Same",      "at Mon 10:00 identity crm sam ann bob\n",     1, 27, "did you mean `same`?"},
    {"Two",       "at Mon 10:00 identity crm same ann\n",        1, 35, "two are needed"},
    {"Evidence",  "at Mon 10:00 identity crm same ann, bob\n",   1, 32, "names nobody"},
    {"Quote",     "at Mon 10:00 email ann \"x\n",                1, 24, "no closing quote"},
    {"Option",    "at Mon 10:00 email ann says qeue=x\n",        1, 29, "did you mean `queue`?"},
    {"Empty",     "at Mon 10:00 email ann says key= m\n",        1, 29, "without a space"},
    {"Reference", "at Mon 10:00 chat ann says ref=m\n",          1, 28, "`key=` for the same session"},
    {"Out",       "at Mon 10:00 email ann says out\n",           1, 29, "began a call"},
    {"By",        "at Mon 10:00 email ann says by Tue 10:00\n",  1, 29, "`by` goes with promises"},
    {"ByNothing", "at Mon 10:00 email ann promises by soon\n",   1, 36, ""},
    {"Promise",   "at Mon 10:00 email ann says promise=x\n",     1, 29, "`promise=NAME` goes with promises"},
    {"Announced", "at Mon 10:00 phone ann held announced=soon\n",1, 29, "`announced=2m` with held alone"},
    {"Public",    "at Mon 10:00 phone ann held public\n",        1, 29, "`public` says nothing here"},
    {"OfWhat",    "at Mon 10:00 email ann says of=m\n",          1, 29, "edited, deleted and bounced alone"},
    {"OfNothing", "at Mon 10:00 email ann deleted of=m\n",       1, 32, "no line above has `id=m`"},
    {"NoOf",      "at Mon 10:00 email ann deleted key=m\n",      1,  4, "`of=` is missing"},
    {"IdTwice",   "at Mon 10:00 chat ann id=a \"x\"\nat Mon 10:01 chat ann id=a \"x\"\n", 2, 4, "ids are unique"},
    {"Backwards", "at Mon 10:00 chat ann \"x\"\nat Mon 09:00 chat ann \"x\"\n",           2, 4, "or write `late`"},
    {"NotLate",   "at Mon 10:00 chat ann \"x\"\nat Mon 11:00 chat ann late \"x\"\n",      2, 4, "take it away"},
    {"Columns",   "at Mon 10:00 email äiti sasy \"x\"\n",        1, 25, "did you mean `says`?"},
}), testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(Expect, Mistake, testing::ValuesIn(std::vector<Row>{
    {"Nothing",   "expect\n",                                         1,  7, "what is expected?"},
    {"Day",       "expect Tus 09:20 breach first_response\n",         1,  8, "did you mean `Tue`?"},
    {"Word",      "expect Tue 09:20 breeched first_response\n",       1, 18, "did you mean `breached`?"},
    {"NoTime",    "expect breach first_response\n",                   1,  8, "an alert needs its time"},
    {"Sla",       "expect Tue 09:20 breach frist_response\n",         1, 25, "did you mean `first_response`?"},
    {"NoSla",     "expect Tue 09:20 breach\n",                        1, 24, "which SLA?"},
    {"NoName",    "expect Tue 09:20 breach first_response for\n",     1, 43, "whose conversation?"},
    {"Tail",      "expect Tue 09:20 breach first_response soon\n",    1, 40, "`soon` is too much"},
    {"Alerts",    "expect no trouble\n",                              1, 11, "expected `no alerts`"},
    {"Count",     "expect conversations two\n",                       1, 22, "no number of conversations"},
    {"People",    "expect customers two\n",                           1, 18, "no number of customers"},
    {"SameWhat",  "expect same ann bob\n",                            1, 13, "the same what?"},
    {"Different", "expect different customer ann bob\n",              1, 18, "what is different?"},
    {"OneAlone",  "at Mon 10:00 chat ann id=a \"x\"\nexpect same conversation a\n", 2, 27, "two lines or more"},
    {"NoLine",    "at Mon 10:00 chat ann id=a \"x\"\nexpect same conversation a b\n", 2, 28, "no line above has `id=b`"},
    {"Stranger",  "at Mon 10:00 chat ann \"x\"\nexpect same customer ann anne\n", 2, 26, "did you mean `ann`?"},
    {"NewsEarly", "expect conflict\n",                                1,  8, "nothing happened yet"},
    {"Reason",    "at Mon 10:00 chat ann \"x\"\nexpect conflict shred\n", 2, 17, "did you mean `shared`?"},
    {"State",     "expect state waiting_agnet\n",                     1, 14, "did you mean `waiting_agent`?"},
    {"Due",       "expect due first_response\n",                      1, 12, "is no day"},
    {"TooEarly",  "expect state new\n",                               1,  8, "nothing happened yet"},
    {"Who",       "at Mon 10:00 chat ann \"x\"\nexpect Mon 10:01 breach first_response for anne\n", 2, 44, "did you mean `ann`?"},
    {"After",     "at Mon 10:00 chat ann \"x\"\nexpect Mon 13:00 breach first_response\nuntil Mon 12:00\n", 2, 1, "after the end"},
    {"Until",     "at Mon 10:00 chat ann \"x\"\nexpect no alerts\nuntil Mon 09:00\n", 3, 7, "before the line above"},
    {"AfterUntil","at Mon 10:00 chat ann \"x\"\nuntil Mon 12:00\nat Mon 13:00 chat ann \"x\"\n", 3, 4, "nothing happens after `until`"},
    {"None",      "at Mon 10:00 chat ann \"x\"\n",                    1,  1, "nothing is expected"},
}), testing::PrintToStringParamName());
// clang-format on

TEST(Mistakes, AreAllTold) {
  const Read got = read_body(
      "at Mom 10:00 chat ann \"x\"\nat Mon 10:00 chta ann \"x\"\nexpect Tue 09:20 breach x\n");
  EXPECT_FALSE(got.story);
  EXPECT_THAT(got.findings, SizeIs(3)) << got.said();
}

TEST(Mistakes, OfThePolicyInFrontHaveTheirLines) {
  const Read got = read("policy: x\nruels: []\n---\nat Mon 10:00 chat ann \"x\"\n");
  EXPECT_FALSE(got.story);
  EXPECT_THAT(got.said(), HasSubstr("x.story:2:1: error:"));
}

TEST(Mistakes, AnEmptyStoryAndAPolicyWithoutEndAreToldApart) {
  EXPECT_THAT(read("").said(), HasSubstr("nothing happens"));
  EXPECT_THAT(read("policy: x\nrules: []\n").said(), HasSubstr("ends with a line `---`"));
  EXPECT_THAT(read_body("expect no alerts\n").said(), HasSubstr("nothing happens"));
}

TEST(Mistakes, SeveralZonesNeedAChoice) {
  const std::string front =
      "policy: x\ncalendars:\n  a: {zone: Europe/Paris, week: {mon: \"09:00-10:00\"}}\n"
      "  b: {zone: Europe/Rome, week: {mon: \"09:00-10:00\"}}\n"
      "rules: [{name: all, targets: {first_response: 1h}}]\n---\n";
  const std::string body = "at Mon 10:00 chat ann \"x\"\nexpect no alerts\n";
  EXPECT_THAT(read(front + body).said(), HasSubstr("`zone Europe/Paris`"));
  EXPECT_TRUE(read(front + "zone Europe/Rome\n" + body).story);
}

}  // namespace
}  // namespace vaste::story
