// What differs between two policies, by what a reader calls it.
#include "config/policy_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vaste::config {
namespace {

std::vector<std::string> texts(const std::string& before, const std::string& after) {
  std::vector<std::string> out;
  for (const Difference& one : differences(before, after)) out.push_back(text(one));
  return out;
}

TEST(PolicyDiff, OfEqualTextsIsEmpty) {
  const std::string yaml = "policy: a\nrules:\n  - name: r\n    targets: {resolution: 3d}\n";
  EXPECT_THAT(texts(yaml, "# words\n" + yaml), testing::IsEmpty());
}

TEST(PolicyDiff, NamesRulesByTheirName) {
  EXPECT_THAT(texts("rules:\n  - name: r\n    targets: {resolution: 3d}\n",
                    "rules:\n  - name: new\n    calendar: 24x7\n  - name: r\n    targets: "
                    "{resolution: 2d}\n"),
              testing::ElementsAre("+ rules[new].name: new", "+ rules[new].calendar: 24x7",
                                   "~ rules[r].targets.resolution: 3d -> 2d"));
}

TEST(PolicyDiff, NamesSourcesThatAreTrusted) {
  EXPECT_THAT(texts("identity: {trust: [crm, {source: web, methods: [login]}]}\n",
                    "identity: {trust: [{source: web, methods: [login, event]}, crm]}\n"),
              testing::ElementsAre("~ identity.trust[web].methods: [login] -> [login, event]"));
}

TEST(PolicyDiff, SaysWhatIsGoneLast) {
  EXPECT_THAT(texts("a: 1\nb: [x, y]\n", "c: 2\n"),
              testing::ElementsAre("+ c: 2", "- a: 1", "- b: [x, y]"));
}

}  // namespace
}  // namespace vaste::config
