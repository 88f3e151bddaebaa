// A round of snapshots, its thread's turns made by hand.
#include "engine/snapshots.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/stores.h"
#include "engine/progress.h"
#include "unit/engine/metrics_text.h"

namespace vaste::engine {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class SnapshotsTest : public testing::Test {
 protected:
  config::Config config() {
    config::Config out;
    out.instance = "one";
    out.state_directory = directory_ / "state";
    out.snapshots.directory = folder();
    out.snapshots.keep = 1;
    out.engine.workers = 2;
    return out;
  }
  std::string folder() { return directory_ / "snapshots"; }

  std::string ask() {
    fs::create_directories(folder());
    const std::string id = snapshot::id_of(wall_clock());
    EXPECT_TRUE(snapshot::ask(folder(), id, "one"));
    return id;
  }
  std::unique_ptr<store::Store> database(std::int64_t changelog) {
    auto store = store::must_open(environment_, directory_ / ("db" + std::to_string(changelog)));
    store::Batch batch;
    batch.put("key", "value");
    batch.set_positions({5, changelog});
    EXPECT_TRUE(store->apply(batch));
    return store;
  }
  snapshot::Answer answer(const std::string& id) {
    auto got = snapshot::answered(folder(), id, "one");
    EXPECT_TRUE(got && *got);
    return got && *got ? **got : snapshot::Answer{};
  }
  std::string told(const std::string& series) { return value(registry_.scrape(), series); }

  store::TemporaryDirectory directory_;
  store::RocksEnvironment environment_{store::small_environment()};
  metrics::Registry registry_{metrics::Options{}};
  const config::Config config_{config()};
  Snapshots snapshots_{config_, {}, registry_, 4};
};

TEST_F(SnapshotsTest, NobodyJoinsWhereNobodyAsked) {
  EXPECT_FALSE(snapshots_.turn());
  EXPECT_EQ(snapshots_.round(), 0U);
  snapshots_.take(0, 1, *database(7));
  snapshots_.take(1, 1, *database(8));
  EXPECT_FALSE(snapshots_.turn());
  EXPECT_THAT(snapshot::list(folder()).value(), IsEmpty());
}

TEST_F(SnapshotsTest, ARoundHasOneOfEachPartition) {
  const std::string id = ask();
  EXPECT_FALSE(snapshots_.turn());
  const std::uint64_t round = snapshots_.round();
  ASSERT_NE(round, 0U);
  const auto first = database(7);
  const auto second = database(8);
  snapshots_.take(round, 1, *first);
  snapshots_.through(round, 0);
  EXPECT_TRUE(snapshots_.turn());
  EXPECT_FALSE(snapshots_.turn()) << "a worker is missing";
  EXPECT_EQ(snapshots_.round(), round);
  snapshots_.take(round, 3, *second);
  snapshots_.through(round, 1);
  EXPECT_TRUE(snapshots_.turn());
  EXPECT_FALSE(snapshots_.turn());
  EXPECT_EQ(snapshots_.round(), 0U);

  EXPECT_THAT(answer(id).taken, UnorderedElementsAre(1, 3));
  EXPECT_THAT(answer(id).failed, IsEmpty());
  const auto all = snapshot::list(folder()).value();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].id, id);
  EXPECT_EQ(all[0].manifest->positions.changelog, 7);
  EXPECT_EQ(all[1].manifest->positions.changelog, 8);
  EXPECT_EQ(all[1].manifest->partition, 3);
  EXPECT_EQ(all[1].manifest->partitions, 4);
  EXPECT_TRUE(snapshot::verify(all[0], {}));
  EXPECT_THAT(fs::directory_iterator(directory_ / "state/checkpoints.one"),
              fs::directory_iterator());
  EXPECT_EQ(told("vaste_snapshots_total{outcome=\"ok\"}"), "2");
  EXPECT_EQ(told("vaste_snapshots_total{outcome=\"failed\"}"), "0");
  EXPECT_EQ(told("vaste_snapshot_hold_seconds_count"), "2");
}

TEST_F(SnapshotsTest, OlderOnesGo) {
  const auto store = database(7);
  std::string id;
  for (int i = 0; i < 2; ++i) {
    const std::string before = id;
    while (id == before) id = snapshot::id_of(wall_clock());  // the next millisecond
    fs::create_directories(folder());
    ASSERT_TRUE(snapshot::ask(folder(), id, "one"));
    snapshots_.turn();
    const std::uint64_t round = snapshots_.round();
    snapshots_.take(round, 1, *store);
    for (const int worker : {0, 1}) snapshots_.through(round, worker);
    EXPECT_TRUE(snapshots_.turn());
    EXPECT_FALSE(snapshots_.turn());
  }
  const auto all = snapshot::list(folder()).value();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].id, id);
}

// Whatever is wrong with it: said, counted, and over.
TEST_F(SnapshotsTest, WhatFailsEndsNothing) {
  const std::string id = ask();
  snapshots_.turn();
  const std::uint64_t round = snapshots_.round();
  snapshots_.take(round, 1, *store::make_memory_store());
  fs::create_directories(snapshot::path_of(folder(), id, 2) + "/in the way");
  snapshots_.take(round, 2, *database(7));
  for (const int worker : {0, 1}) snapshots_.through(round, worker);
  EXPECT_TRUE(snapshots_.turn());
  EXPECT_FALSE(snapshots_.turn());
  EXPECT_EQ(snapshots_.round(), 0U);
  const snapshot::Answer got = answer(id);
  EXPECT_THAT(got.taken, IsEmpty());
  ASSERT_EQ(got.failed.size(), 2U);
  EXPECT_THAT(got.failed[0].second, HasSubstr("in memory"));
  EXPECT_EQ(told("vaste_snapshots_total{outcome=\"failed\"}"), "2");
  EXPECT_THAT(snapshot::list(folder()).value(), IsEmpty());
}

// Nobody waits any more: it would be taken under an id of long ago.
TEST_F(SnapshotsTest, ARequestThatNobodyWaitsForIsDropped) {
  fs::create_directories(folder());
  ASSERT_TRUE(snapshot::ask(folder(), snapshot::id_of(wall_clock() - Millis(3'600'000)), "one"));
  snapshots_.turn();
  EXPECT_EQ(snapshots_.round(), 0U);
  EXPECT_EQ(snapshot::asked(folder(), "one").value(), "");
}

TEST_F(SnapshotsTest, WhoHasNoneReadsTheWholeChangelog) {
  EXPECT_TRUE(snapshots_.fetched(1)) << "nobody asked";
  snapshots_.fetch(1, directory_ / "state/core-1");
  EXPECT_FALSE(snapshots_.fetched(1));
  EXPECT_TRUE(snapshots_.turn());
  EXPECT_TRUE(snapshots_.fetched(1));
  EXPECT_FALSE(fs::exists(directory_ / "state/core-1"));
}

}  // namespace
}  // namespace vaste::engine
