// Partitions without an owner in a group at rest.
#include "engine/orphans.h"

#include <gtest/gtest.h>

namespace vaste::engine {
namespace {

using kafka::GroupFacts;
using kafka::GroupMember;

const std::vector<kafka::TopicPartition> kAll{{"in", 0}, {"in", 1}, {"core", 0}, {"core", 1}};

GroupFacts group(std::vector<GroupMember> members) {
  return {.stable = true, .members = std::move(members)};
}
const GroupFacts kWhole = group({{"b", {{"in", 0}, {"in", 1}}}, {"a", {{"core", 0}, {"core", 1}}}});
const GroupFacts kHoled = group({{"b", {{"in", 0}}}, {"a", {{"core", 0}, {"core", 1}}}});

TEST(Orphans, NobodyLeavesWhereAllHaveAnOwner) {
  Orphans orphans;
  EXPECT_EQ(orphans.look(kWhole, kAll), "");
  EXPECT_EQ(orphans.look(kWhole, kAll), "");
}

TEST(Orphans, WhoHasLeastLeavesWhenOneStaysWithoutAnOwner) {
  Orphans orphans;
  EXPECT_EQ(orphans.look(kHoled, kAll), "") << "a hand-over may be going on";
  EXPECT_EQ(orphans.look(kHoled, kAll), "b");
  EXPECT_EQ(orphans.look(kHoled, kAll), "") << "who leaves needs time for it";
  EXPECT_EQ(orphans.look(kHoled, kAll), "b") << "it did not help";
}

TEST(Orphans, OfTheSameNumberTheFirstByNameLeaves) {
  Orphans orphans;
  const GroupFacts even = group({{"b", {{"in", 0}}}, {"a", {{"core", 0}}}, {"c", {{"in", 1}}}});
  orphans.look(even, kAll);
  EXPECT_EQ(orphans.look(even, kAll), "a");
}

TEST(Orphans, OnlyTheSamePartitionAtBothLooksCounts) {
  Orphans orphans;
  orphans.look(kHoled, kAll);
  const GroupFacts other = group({{"b", {{"in", 0}, {"in", 1}}}, {"a", {{"core", 0}}}});
  EXPECT_EQ(orphans.look(other, kAll), "");
  EXPECT_EQ(orphans.look(other, kAll), "a");
}

TEST(Orphans, ARebalanceBeginsAnew) {
  Orphans orphans;
  orphans.look(kHoled, kAll);
  EXPECT_EQ(orphans.look({.stable = false, .members = kHoled.members}, kAll), "");
  EXPECT_EQ(orphans.look(kHoled, kAll), "");
  EXPECT_EQ(orphans.look(kWhole, kAll), "");
  EXPECT_EQ(orphans.look(kHoled, kAll), "");
}

TEST(Orphans, DynamicMembersAreForgottenByTheGroupItself) {
  Orphans orphans;
  const GroupFacts dynamic = group({{"", {{"in", 0}}}, {"z", kAll}});
  EXPECT_EQ(orphans.look(dynamic, kAll), "");
  const GroupFacts holed = group({{"", {{"in", 0}}}});
  orphans.look(holed, kAll);
  EXPECT_EQ(orphans.look(holed, kAll), "") << "nobody whose leaving would help";
  const GroupFacts mixed = group({{"", {}}, {"z", {{"in", 0}}}});
  orphans.look(mixed, kAll);
  EXPECT_EQ(orphans.look(mixed, kAll), "z");
}

}  // namespace
}  // namespace vaste::engine
