// Whose word a policy takes.
#include "model/policy.h"

#include <gtest/gtest.h>

#include <ostream>
#include <vector>

namespace vaste {
namespace {

struct Row {
  const char* name;
  std::vector<Trust> trust;
  const char* source;
  const char* method;
  bool trusted;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}
class Trusts : public testing::TestWithParam<Row> {};

TEST_P(Trusts, BySourceAndMethod) {
  IdentityRules rules;
  rules.trust = GetParam().trust;
  EXPECT_EQ(trusts(rules, GetParam().source, GetParam().method), GetParam().trusted);
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Rules, Trusts, testing::ValuesIn(std::vector<Row>{
    {"NobodyByDefault", {},                                          "crm", "login",        false},
    {"AnyMethod",       {{"crm", {}}},                               "crm", "said_in_chat", true},
    {"NoMethod",        {{"crm", {}}},                               "crm", "",             true},
    {"OtherSource",     {{"crm", {}}},                               "web", "login",        false},
    {"SourceByCase",    {{"crm", {}}},                               "CRM", "login",        false},
    {"PartOfSource",    {{"crm", {}}},                               "crm2", "login",       false},
    {"Method",          {{"crm", {"login", "event"}}},               "crm", "event",        true},
    {"OtherMethod",     {{"crm", {"login"}}},                        "crm", "said_in_chat", false},
    {"NoMethodGiven",   {{"crm", {"login"}}},                        "crm", "",             false},
    {"AnySource",       {{"*", {"login"}}},                          "web", "login",        true},
    {"AnySourceOther",  {{"*", {"login"}}},                          "web", "event",        false},
    {"SecondEntry",     {{"*", {"login"}}, {"crm", {"event"}}},      "crm", "event",        true},
    {"BothEntries",     {{"crm", {"event"}}, {"crm", {"login"}}},    "crm", "login",        true},
}), testing::PrintToStringParamName());
// clang-format on

}  // namespace
}  // namespace vaste
