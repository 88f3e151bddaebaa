#include "metrics/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace vaste::metrics {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Matches;
using ::testing::MatchesRegex;

TEST(Catalog, RowsStandWhereTheirEnumeratorsSay) {
  for (std::size_t i = 0; i < std::size(kCatalog); ++i)
    EXPECT_EQ(static_cast<std::size_t>(kCatalog[i].metric), i) << kCatalog[i].name;
}

TEST(Catalog, NamesFollowTheRules) {
  // A gauge or histogram ends in its unit or, if it counts things or states, in their name.
  const std::string counted =
      "records|ready|open|pending|assigned|keys|files|stopped|errors|fds|info|successful";
  std::set<std::string> seen;
  for (const Row& row : kCatalog) {
    const std::string name = row.name;
    EXPECT_TRUE(seen.insert(name).second) << name << " is there twice";
    const std::string end =
        row.type == Type::kCounter ? "total" : "(seconds|bytes|ratio|" + counted + ")";
    EXPECT_THAT(name, MatchesRegex("(vaste|process)(_[a-z0-9]+)*_" + end));
    EXPECT_FALSE(row.type != Type::kCounter && name.ends_with("_total")) << name;
  }
}

TEST(Catalog, HelpIsOneSentence) {
  for (const Row& row : kCatalog) {
    const std::string help = row.help;
    EXPECT_TRUE(help.ends_with(".")) << row.name;
    EXPECT_TRUE(std::isupper(static_cast<unsigned char>(help[0])) ||
                std::isdigit(static_cast<unsigned char>(help[0])))
        << row.name;
    EXPECT_EQ(help.find(". "), std::string::npos) << row.name << " has two sentences";
    EXPECT_TRUE(row.type != Type::kHistogram || help.find("observed") != std::string::npos)
        << row.name << " does not say when";
    EXPECT_TRUE(!std::string(row.name).ends_with("_seconds") ||
                help.find("econds") != std::string::npos)
        << row.name << " does not say the unit";
  }
}

TEST(Catalog, LabelsAreNamedAndNeverOnesOfAnEvent) {
  const std::set<std::string> allowed = {
      "channel",  "queue",  "sla",   "direction", "within", "kind",   "outcome",
      "state",    "reason", "topic", "partition", "cf",     "method", "version",
      "revision", "hash",   "code",  "level",     "metric", "route",  "kpi",
      "calendar", "phase",  "from",  "to",        "survey", "band"};
  for (const Row& row : kCatalog) {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < row.label_count(); ++i) {
      EXPECT_TRUE(allowed.contains(row.labels[i].name)) << row.name << " " << row.labels[i].name;
      EXPECT_TRUE(seen.insert(row.labels[i].name).second) << row.name;
    }
  }
}

TEST(Catalog, OnlyHistogramsHaveBuckets) {
  for (const Row& row : kCatalog) {
    EXPECT_EQ(row.type == Type::kHistogram, row.scale != Scale::kNone) << row.name;
    const auto bounds = buckets(row.scale);
    EXPECT_EQ(bounds.empty(), row.scale == Scale::kNone) << row.name;
    EXPECT_TRUE(std::is_sorted(bounds.begin(), bounds.end())) << row.name;
  }
  const auto shares = buckets(Scale::kShare);
  EXPECT_NE(std::find(shares.begin(), shares.end(), 1.0), shares.end())
      << "le=\"1\" is used by rules";
}

TEST(Catalog, MarkdownHasARowEach) {
  const std::string text = markdown();
  EXPECT_EQ(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')),
            std::size(kCatalog) + 2);
  EXPECT_THAT(text, HasSubstr("| vaste_contacts_answered_total | counter | channel queue "
                              "within=true,false | Live contacts"));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    EXPECT_EQ(std::count(line.begin(), line.end(), '|'), 5) << line;
}

// The page of the whole project names more; what is here must be on it, spelled the same.
TEST(Catalog, IsPartOfTheProjectsPage) {
  std::ifstream file(VASTE_SOURCE_DIR "/../shared/METRICS.md");
  if (!file) GTEST_SKIP() << "no ../shared/METRICS.md beside the source tree";
  std::ostringstream page;
  page << file.rdbuf();
  for (const Row& row : kCatalog)
    EXPECT_TRUE(Matches(ContainsRegex(std::string("[ ,]") + row.name + "[ ,]"))(page.str()))
        << row.name;
}

}  // namespace
}  // namespace vaste::metrics
