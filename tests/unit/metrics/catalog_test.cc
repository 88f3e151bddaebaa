#include "metrics/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace vaste::metrics {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

TEST(Catalog, RowsStandWhereTheirEnumeratorsSay) {
  for (std::size_t i = 0; i < std::size(kCatalog); ++i)
    EXPECT_EQ(static_cast<std::size_t>(kCatalog[i].metric), i) << kCatalog[i].name;
}

TEST(Catalog, NamesFollowTheRules) {
  // A gauge or histogram ends in its unit or, if it counts things or states, in their name.
  const std::string counted =
      "records|ready|open|pending|assigned|keys|files|stopped|errors|fds|info|successful|streams";
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
      "channel", "queue",  "sla",       "direction", "within", "kind",     "outcome",  "state",
      "reason",  "topic",  "partition", "cf",        "method", "version",  "revision", "hash",
      "code",    "level",  "metric",    "route",     "kpi",    "calendar", "phase",    "from",
      "to",      "survey", "band",      "step",      "op",     "sink",     "window"};
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

// One line of page.txt as this catalogue would say it.
std::string as_on_page(const Row& row) {
  std::string out = row.name;
  out += row.type == Type::kCounter ? " counter"
         : row.type == Type::kGauge ? " gauge"
                                    : " histogram";
  constexpr const char* kScales[] = {"", " L", " W", " H", " E", " R"};
  out += kScales[static_cast<std::size_t>(row.scale)];
  for (std::size_t i = 0; i < row.label_count(); ++i) {
    out.append(" ").append(row.labels[i].name);
    const std::string values = row.labels[i].values;
    // What the page leaves open, by a word or by dots.
    const bool open = std::set<std::string>{"reason", "kpi", "level", "code", "cf"}.contains(
                          row.labels[i].name) ||
                      row.labels[i].values == labels::kTimerKind.values ||
                      (row.metric == Metric::kAlertDeliverySeconds && i == 0);
    if (open || values == "*" || values.starts_with('@')) continue;
    out += '=';
    for (const char c : values) out.push_back(c == '|' ? ',' : c);
  }
  return out;
}

std::vector<std::string> page_lines() {
  std::ifstream file(VASTE_SOURCE_DIR "/tests/unit/metrics/page.txt");
  EXPECT_TRUE(file.good());
  std::vector<std::string> out;
  for (std::string line; std::getline(file, line);)
    if (!line.starts_with('#')) out.push_back(line);
  return out;
}

TEST(Catalog, IsWhatThePageSays) {
  std::vector<std::string> page;
  for (const std::string& line : page_lines())
    if (line[1] != ' ') page.push_back(line);
  std::vector<std::string> ours;
  for (const Row& row : kCatalog) ours.push_back(as_on_page(row));
  EXPECT_THAT(ours, testing::UnorderedElementsAreArray(page));
}

TEST(Catalog, BucketsAreThePages) {
  std::size_t seen = 0;
  for (const std::string& line : page_lines()) {
    if (line[1] != ' ') continue;
    const auto scale = static_cast<Scale>(std::string("-LWHER").find(line[0]));
    std::istringstream numbers(line.substr(2));
    std::vector<double> bounds;
    for (double bound = 0; numbers >> bound;) bounds.push_back(bound);
    EXPECT_THAT(buckets(scale), testing::ElementsAreArray(bounds)) << line;
    ++seen;
  }
  EXPECT_EQ(seen, 5U);
}

TEST(Catalog, JsonHasTheSame) {
  const auto parsed = nlohmann::json::parse(json());
  ASSERT_EQ(parsed.size(), std::size(kCatalog));
  for (std::size_t i = 0; i < parsed.size(); ++i) {
    const Row& row = kCatalog[i];
    EXPECT_EQ(parsed[i]["name"], row.name);
    EXPECT_EQ(parsed[i]["help"], row.help);
    ASSERT_EQ(parsed[i]["labels"].size(), row.label_count()) << row.name;
    for (std::size_t label = 0; label < row.label_count(); ++label)
      EXPECT_EQ(parsed[i]["labels"][label]["name"], row.labels[label].name);
    EXPECT_EQ(parsed[i].contains("buckets"), row.type == Type::kHistogram);
    if (row.type != Type::kHistogram) continue;
    EXPECT_EQ(parsed[i]["buckets"].size(), buckets(row.scale).size()) << row.name;
  }
  const auto& decided = parsed[static_cast<std::size_t>(Metric::kSlaDecidedTotal)];
  EXPECT_EQ(decided["type"], "counter");
  EXPECT_EQ(decided["labels"][0]["configured"], "queue");
  EXPECT_EQ(decided["labels"][3]["values"], nlohmann::json({"met", "breached", "void"}));
}

}  // namespace
}  // namespace vaste::metrics
