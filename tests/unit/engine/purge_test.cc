// What may be deleted of `vaste.core`: what was committed, once.
#include "engine/purge.h"

#include <gtest/gtest.h>

namespace vaste::engine {
namespace {

std::map<std::int32_t, std::int64_t> due(const Purgeable& from) {
  std::map<std::int32_t, std::int64_t> out;
  for (const kafka::Position& one : from.due("core")) {
    EXPECT_EQ(one.at.topic, "core");
    out[one.at.partition] = one.offset;
  }
  return out;
}

using Offsets = std::map<std::int32_t, std::int64_t>;

TEST(Purgeable, IsWhatWasCommittedSinceTheLastTime) {
  Purgeable some;
  EXPECT_EQ(due(some), (Offsets{}));
  some.committed(0, 0);  // Nothing was read yet.
  some.committed(1, 10);
  some.committed(2, 5);
  EXPECT_EQ(due(some), (Offsets{{1, 10}, {2, 5}}));
  const auto asked = some.due("core");
  some.committed(2, 7);  // while the brokers are asked
  some.done(asked);
  EXPECT_EQ(due(some), (Offsets{{2, 7}}));
}

TEST(Purgeable, StaysWhereItCouldNotBeDeleted) {
  Purgeable some;
  some.committed(1, 10);
  EXPECT_EQ(due(some), (Offsets{{1, 10}}));
  EXPECT_EQ(due(some), (Offsets{{1, 10}}));
}

// Another worker of this process may tell of a partition that it has given away meanwhile.
TEST(Purgeable, NeverGoesBack) {
  Purgeable some;
  some.committed(1, 10);
  some.committed(1, 8);
  EXPECT_EQ(due(some), (Offsets{{1, 10}}));
  some.done(some.due("core"));
  some.committed(1, 9);
  EXPECT_EQ(due(some), (Offsets{}));
}

}  // namespace
}  // namespace vaste::engine
