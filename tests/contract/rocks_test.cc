// What only a store on disk promises: restarts, one owner, versions, and putting a damaged one
// aside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <rocksdb/perf_context.h>
#include <rocksdb/perf_level.h>

#include <fstream>
#include <thread>

#include "contract/stores.h"
#include "store/codec.h"
#include "store/layout.h"

namespace vaste::store {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Rocks : public testing::Test {
 protected:
  std::string path(const std::string& name = "db") { return directory_ / name; }
  std::unique_ptr<Store> open(const std::string& name = "db") {
    return must_open(environment_, path(name));
  }
  void put(Store& store, const std::string& key, const std::string& value) {
    Batch batch;
    batch.put(key, value);
    ASSERT_TRUE(store.apply(batch));
  }
  // Past our own code, as another version of it would have left it.
  void write_meta(std::string_view name, const std::string& value) {
    rocksdb::DB* raw = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(rocksdb::Options(), path(), &raw).ok());
    const std::unique_ptr<rocksdb::DB> db(raw);
    ASSERT_TRUE(db->Put(rocksdb::WriteOptions(), layout::meta_key(name), value).ok());
  }
  std::vector<std::string> names() {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(path("")))
      out.push_back(entry.path().filename());
    return out;
  }

  TemporaryDirectory directory_;
  RocksEnvironment environment_{small_environment()};
};

TEST_F(Rocks, MakesMissingDirectories) {
  ASSERT_NE(open("a/b/c"), nullptr);
  EXPECT_TRUE(fs::exists(path("a/b/c/CURRENT")));
}

TEST_F(Rocks, AFileInTheWayIsAnError) {
  std::ofstream(path()) << "not a directory";
  const auto store = open_rocks(environment_, path());
  ASSERT_FALSE(store.has_value());
  EXPECT_NE(store.error().code, Code::kCorrupt) << "nothing that a restore could mend";
  EXPECT_THAT(store.error().detail, HasSubstr(path()));
}

TEST_F(Rocks, KeepsWhatItHasOverManyRestarts) {
  for (int run = 0; run < 4; ++run) {
    auto store = open();
    for (int earlier = 0; earlier < run; ++earlier)
      EXPECT_EQ(store->get("run" + std::to_string(earlier)).value(), "kept");
    EXPECT_EQ(store->positions()->input, run - 1);
    EXPECT_EQ(store->due(kEndOfTime, 100)->size(), static_cast<std::size_t>(run));
    Batch batch;
    batch.put("run" + std::to_string(run), "kept");
    batch.add_timer({instant(1000 - run), id(1)});  // Each lowers the cursor that the last left.
    batch.set_timer_cursor(instant(1000));
    batch.set_positions({run, run});
    ASSERT_TRUE(store->apply(batch));
  }
}

TEST_F(Rocks, AnotherInstanceIsToldWhichDirectoryIsLocked) {
  auto store = open();
  const auto second = open_rocks(environment_, path());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, Code::kUnavailable) << second.error().detail;
  EXPECT_THAT(second.error().detail, HasSubstr(path()));
  put(*store, "a", "1");
  EXPECT_TRUE(fs::exists(path("db/vaste.open"))) << "still the first one's";
  store.reset();
  EXPECT_EQ(open()->get("a").value(), "1");
}

TEST_F(Rocks, TheMarkerStandsWhileItIsOpen) {
  auto store = open();
  EXPECT_TRUE(fs::exists(path("db/vaste.open")));
  store.reset();
  EXPECT_FALSE(fs::exists(path("db/vaste.open")));
}

TEST_F(Rocks, ManyDatabasesShareOneEnvironment) {
  std::vector<std::unique_ptr<Store>> stores;
  stores.reserve(8);
  for (int i = 0; i < 8; ++i) stores.push_back(open("db" + std::to_string(i)));
  for (std::size_t i = 0; i < stores.size(); ++i)
    for (int n = 0; n < 200; ++n)
      put(*stores[i], "key" + std::to_string(n), std::string(10'000, static_cast<char>('a' + i)));
  for (std::size_t i = 0; i < stores.size(); ++i)
    EXPECT_EQ(stores[i]->get("key7").value(), std::string(10'000, static_cast<char>('a' + i)));
  // 16 MiB were written into databases of 8 MiB of write buffers together. None filled its own 8
  // MiB, so what was flushed was flushed for the sake of all; by another thread, hence the
  // patience.
  std::uint64_t tables = 0;
  for (int wait = 0; wait < 1000 && tables == 0; ++wait) {
    for (const auto& store : stores) tables += store->stats().level0_files;
    if (tables == 0) std::this_thread::sleep_for(Millis(10));
  }
  EXPECT_GT(tables, 0U);
}

TEST_F(Rocks, TheEnvironmentCountsLookUpsOfAllDatabases) {
  put(*open("one"), "p1", "1");
  put(*open("two"), "p2", "2");
  const auto one = open("one");  // from files now
  const auto two = open("two");
  const auto before = environment_.totals();
  EXPECT_EQ(*one->get("p1"), std::optional<std::string>("1"));
  EXPECT_EQ(*two->get("p2"), std::optional<std::string>("2"));
  const auto first = environment_.totals();
  // A file that was made a moment ago may be in the cache from its check.
  EXPECT_GT(first.cache_misses + first.cache_hits, before.cache_misses + before.cache_hits);
  EXPECT_EQ(*one->get("p1"), std::optional<std::string>("1"));
  const auto again = environment_.totals();
  EXPECT_GT(again.cache_hits, first.cache_hits);
  EXPECT_EQ(again.cache_misses, first.cache_misses);
  EXPECT_EQ(again.stall_seconds, 0);
}

TEST_F(Rocks, ANewerFormatIsRefusedByName) {
  open();
  write_meta(layout::kFormat, layout::number(kFormatVersion + 6));
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto store = open_rocks(environment_, path());
    ASSERT_FALSE(store.has_value());
    EXPECT_EQ(store.error().code, Code::kNewerFormat) << "never set aside, never wiped";
    EXPECT_THAT(store.error().detail, HasSubstr("format 7 is newer"));
    EXPECT_THAT(store.error().detail, HasSubstr(path()));
  }
}

TEST_F(Rocks, MetaOfAnUnknownFormIsRefused) {
  for (const auto name : {layout::kFormat, layout::kPositions, layout::kTimerCursor}) {
    open();
    write_meta(name, "short");
    const auto store = open_rocks(environment_, path());
    ASSERT_FALSE(store.has_value()) << name;
    EXPECT_EQ(store.error().code, Code::kCorrupt) << name;
    fs::remove_all(path());
  }
}

TEST_F(Rocks, StateWithoutAFormatIsRefused) {
  {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* raw = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, path(), &raw).ok());
    const std::unique_ptr<rocksdb::DB> db(raw);
    ASSERT_TRUE(db->Put(rocksdb::WriteOptions(), "sv1", "state of an unknown program").ok());
  }
  const auto store = open_rocks(environment_, path());
  ASSERT_FALSE(store.has_value());
  EXPECT_EQ(store.error().code, Code::kCorrupt);
}

// The cure for queues on RocksDB: a scan that starts at the beginning steps over the tombstones of
// all that ever fired.
TEST_F(Rocks, ATimerScanStepsOverNoTombstones) {
  constexpr int kTimers = 2000;
  auto store = open();
  Batch add;
  for (int i = 0; i < kTimers; ++i) add.add_timer({instant(i), id(1)});
  ASSERT_TRUE(store->apply(add));
  Batch fired;
  for (int i = 0; i < kTimers - 1; ++i) fired.erase_timer({instant(i), id(1)});
  fired.set_timer_cursor(instant(kTimers - 1));
  ASSERT_TRUE(store->apply(fired));

  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kEnableCount);
  rocksdb::get_perf_context()->Reset();
  EXPECT_THAT(store->due(kEndOfTime, 10).value(), ElementsAre(Timer{instant(kTimers - 1), id(1)}));
  EXPECT_EQ(rocksdb::get_perf_context()->internal_delete_skipped_count, 0U);
  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);
}

TEST_F(Rocks, QuarantineKeepsTheNewestOnly) {
  for (int round = 1; round <= 3; ++round) {
    put(*open(), "round", std::to_string(round));
    const auto moved = quarantine(path());
    ASSERT_TRUE(moved.has_value()) << moved.error().detail;
    EXPECT_THAT(names(), ElementsAre("db.quarantine-" + std::to_string(round)));
  }
  EXPECT_EQ(open("db.quarantine-3")->get("round").value(), "3");
  EXPECT_EQ(open()->get("round").value(), std::nullopt) << "the new one is empty";
}

TEST_F(Rocks, QuarantineLeavesNeighboursAlone) {
  for (const char* name : {"db", "db2", "db.quarantine-x", "db2.quarantine-1", "db.quarantine-9"})
    fs::create_directories(path(name));
  ASSERT_TRUE(quarantine(path("db/")));
  EXPECT_THAT(names(), UnorderedElementsAre("db2", "db.quarantine-x", "db2.quarantine-1",
                                            "db.quarantine-10"));
}

TEST_F(Rocks, QuarantineMovesNothingThatIsOpenOrMissing) {
  EXPECT_TRUE(quarantine(path()));
  EXPECT_THAT(names(), IsEmpty());
  auto store = open();
  put(*store, "a", "1");
  const auto moved = quarantine(path());
  ASSERT_FALSE(moved.has_value());
  EXPECT_EQ(moved.error().code, Code::kUnavailable);
  EXPECT_EQ(store->get("a").value(), "1");
  EXPECT_THAT(names(), ElementsAre("db"));
}

}  // namespace
}  // namespace vaste::store
