#include "config/units.h"

#include <gtest/gtest.h>

#include <ostream>

namespace vaste::config {
namespace {

using namespace std::chrono_literals;

struct DurationRow {
  std::string name;
  std::string text;
  std::optional<Millis> value;
};
std::ostream& operator<<(std::ostream& out, const DurationRow& row) {
  return out << row.name;
}

class Durations : public testing::TestWithParam<DurationRow> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(Written, Durations, testing::ValuesIn(std::vector<DurationRow>{
    //name           text        value
    {"Millis",       "300ms",    300ms},
    {"Seconds",      "20s",      20s},
    {"Minutes",      "15m",      15min},
    {"Hours",        "24h",      24h},
    {"Days",         "2d",       48h},
    {"Joined",       "1h30m",    90min},
    {"All",          "1d2h3m4s5ms", 26h + 3min + 4s + 5ms},
    {"Zero",         "0s",       0ms},
    {"Bare",         "30",       std::nullopt},
    {"BareZero",     "0",        std::nullopt},
    {"Empty",        "",         std::nullopt},
    {"UnitOnly",     "s",        std::nullopt},
    {"WrongOrder",   "30m1h",    std::nullopt},
    {"UnitTwice",    "1h1h",     std::nullopt},
    {"Fraction",     "1.5h",     std::nullopt},
    {"Negative",     "-1h",      std::nullopt},
    {"Blank",        "4 h",      std::nullopt},
    {"UnknownUnit",  "1w",       std::nullopt},
    {"TailWithout",  "1h30",     std::nullopt},
    {"Overflow",     "999999999999999d", std::nullopt},
    {"ManyDigits",   "99999999999999999999s", std::nullopt},
}), testing::PrintToStringParamName());
// clang-format on

TEST_P(Durations, AreReadWithUnitsOnly) {
  EXPECT_EQ(parse_duration(GetParam().text), GetParam().value);
}

TEST(Durations, AreWrittenAsTheyAreRead) {
  EXPECT_EQ(duration_text(90min), "1h30m");
  EXPECT_EQ(duration_text(1500ms), "1s500ms");
  EXPECT_EQ(duration_text(0ms), "0s");
  EXPECT_EQ(duration_text(72h), "3d");
}

TEST(Sizes, NeedABinaryUnit) {
  EXPECT_EQ(parse_size("64MiB"), 64 << 20);
  EXPECT_EQ(parse_size("512KiB"), 512 << 10);
  EXPECT_EQ(parse_size("1GiB"), 1LL << 30);
  EXPECT_EQ(parse_size("7B"), 7);
  for (const char* wrong : {"64", "64MB", "64 MiB", "1GiB1MiB", "-1KiB", "", "MiB"}) {
    EXPECT_EQ(parse_size(wrong), std::nullopt) << wrong;
  }
  EXPECT_EQ(size_text(512 << 10), "512KiB");
  EXPECT_EQ(size_text(1000), "1000B");
  EXPECT_EQ(size_text(0), "0B");
}

TEST(Percents, AreShares) {
  EXPECT_DOUBLE_EQ(parse_percent("75%").value_or(0), 0.75);
  EXPECT_DOUBLE_EQ(parse_percent("99.5%").value_or(0), 0.995);
  for (const char* wrong : {"75", "%", "0.75", "1e1%", "-5%", "a%", "nan%"}) {
    EXPECT_EQ(parse_percent(wrong), std::nullopt) << wrong;
  }
}

TEST(NearMisses, AreFoundAndOthersAreNot) {
  const std::vector<std::string> known = {"workers", "commit_interval", "cache_size"};
  EXPECT_EQ(nearest("wokers", known), "workers");   // a letter less
  EXPECT_EQ(nearest("worekrs", known), "workers");  // two swapped
  EXPECT_EQ(nearest("commit-interval", known), "commit_interval");
  EXPECT_EQ(nearest("Cache_Size", known), "cache_size");
  EXPECT_EQ(nearest("bananas", known), "");
  EXPECT_EQ(nearest("", known), "");
  EXPECT_EQ(did_you_mean("wokers", known), "; did you mean `workers`?");
}

TEST(Utf8, IsCheckedAndWhatDoesNotPrintIsReplaced) {
  EXPECT_EQ(invalid_utf8("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"), std::nullopt);
  EXPECT_EQ(invalid_utf8("ab\xff"), 2U);
  EXPECT_EQ(invalid_utf8("\xc0\x80"), 0U);       // overlong
  EXPECT_EQ(invalid_utf8("a\xed\xa0\x80"), 1U);  // a surrogate
  EXPECT_EQ(invalid_utf8("a\xe2\x82"), 1U);      // cut off
  EXPECT_EQ(printable("a\nb\xe2\x80\xae"
                      "c"),
            "a?b?c");
  EXPECT_EQ(printable(std::string(100, 'x')), std::string(60, 'x') + "...");
  EXPECT_TRUE(prints("p\xc3\xa4iv\xc3\xa4"));
  EXPECT_FALSE(prints("a\x1b[0m"));
}

}  // namespace
}  // namespace vaste::config
