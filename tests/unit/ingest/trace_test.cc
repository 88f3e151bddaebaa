#include "ingest/trace.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace vaste::ingest {
namespace {

const std::string kGood = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

struct Row {
  std::string name;
  std::string header;
  std::string usable;

  friend std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }
};

class Trace : public testing::TestWithParam<Row> {};

// The cases of the recommendation's text, https://www.w3.org/TR/trace-context/.
// clang-format off
INSTANTIATE_TEST_SUITE_P(Headers, Trace, testing::ValuesIn(std::vector<Row>{
  {"AsItIs", kGood, kGood},
  {"NotSampled", kGood.substr(0, 53) + "00", kGood.substr(0, 53) + "00"},
  {"None", "", ""},
  {"TooShort", kGood.substr(0, 54), ""},
  {"MoreThanThisVersionHas", kGood + "-what", ""},
  {"ALaterVersion", "01" + kGood.substr(2), "01" + kGood.substr(2)},
  {"ALaterVersionWithMore", "cc" + kGood.substr(2) + "-what", "cc" + kGood.substr(2)},
  {"ALaterVersionThatRunsOn", "cc" + kGood.substr(2) + "what", ""},
  {"AVersionThatNeverIs", "ff" + kGood.substr(2), ""},
  {"UpperCase", "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", ""},
  {"NoTrace", "00-00000000000000000000000000000000-b7ad6b7169203331-01", ""},
  {"NoParent", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", ""},
  {"OtherSigns", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333\n-01", ""},
  {"OtherSeparators", "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01", ""},
  {"FlagsOfNoKind", kGood.substr(0, 53) + "0x", ""},
}), testing::PrintToStringParamName());
// clang-format on

TEST_P(Trace, IsPassedOnOrDropped) {
  EXPECT_EQ(usable_trace(GetParam().header), GetParam().usable);
}

}  // namespace
}  // namespace vaste::ingest
