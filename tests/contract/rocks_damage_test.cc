// Crashes and damage: what a database says afterwards is a state that once was, or that it is
// corrupt.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <random>

#include "contract/stores.h"
#include "store/rocks_environment.h"

namespace vaste::store {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::int64_t kBatches = 40;
constexpr int kKeysInBatch = 5;

std::string key(int batch, int n) {
  return "batch" + std::to_string(100 + batch) + "/" + std::to_string(n);
}
// Long and unlike each other, so that a file has many blocks and every byte counts.
std::string value(int batch, int n) {
  std::mt19937_64 random(static_cast<std::uint64_t>(batch * 100 + n));
  std::string out(300, '\0');
  for (char& byte : out) byte = static_cast<char>(random());
  return out;
}

class RocksDamage : public testing::Test {
 protected:
  std::string path(const std::string& name) { return directory_ / name; }

  // Batch n brings its keys, its timer, overwrites "last", and says that it was the n-th.
  void apply_batches(Store& store, int from = 0, int to = static_cast<int>(kBatches)) {
    for (int n = from; n < to; ++n) {
      Batch batch;
      for (int i = 0; i < kKeysInBatch; ++i) batch.put(key(n, i), value(n, i));
      batch.put("last", std::to_string(n));
      batch.add_timer({instant(1000 + n), id(1)});
      batch.erase_timer({instant(1000 + n - 1), id(1)});
      batch.set_timer_cursor(instant(1000 + n));
      batch.set_positions({n, 2LL * n});
      ASSERT_TRUE(store.apply(batch));
    }
  }

  // Exactly the batches up to the position that the store names, as a whole each.
  void expect_prefix(Store& store) {
    const Positions positions = store.positions().value();
    const auto last = static_cast<int>(positions.input);
    EXPECT_EQ(positions.changelog, last < 0 ? 0 : 2 * last);
    EXPECT_EQ(store.get("last").value(),
              last < 0 ? std::nullopt : std::optional(std::to_string(last)));
    std::size_t keys = 0;
    EXPECT_TRUE(store.scan("batch", [&](std::string_view, std::string_view) { return ++keys; }));
    EXPECT_EQ(keys, static_cast<std::size_t>((last + 1) * kKeysInBatch));
    for (int n = 0; n <= last; ++n)
      for (int i = 0; i < kKeysInBatch; ++i) EXPECT_EQ(store.get(key(n, i)).value(), value(n, i));
    const auto due = store.due(kEndOfTime, 10).value();
    EXPECT_EQ(due.size(), last < 0 ? 0U : 1U);
    for (const Timer& timer : due) EXPECT_EQ(timer.at, instant(1000 + last));
  }

  // As kill -9 would leave it.
  void copy(const std::string& from, const std::string& to) {
    fs::remove_all(path(to));
    fs::copy(path(from), path(to), fs::copy_options::recursive);
  }

  // All files of the database whose name ends so, largest first.
  std::vector<fs::path> files(const std::string& name, const std::string& extension) {
    std::vector<fs::path> out;
    for (const auto& entry : fs::directory_iterator(path(name)))
      if (entry.path().extension() == extension) out.push_back(entry.path());
    std::sort(out.begin(), out.end(), [](const fs::path& a, const fs::path& b) {
      return fs::file_size(a) > fs::file_size(b);
    });
    return out;
  }

  static void flip(const fs::path& file, std::uint64_t at) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(at));
    const int byte = stream.get();
    stream.seekp(static_cast<std::streamoff>(at));
    stream.put(static_cast<char>(byte ^ 0x10));
    ASSERT_TRUE(stream.good());
  }

  // With an empty cache. Copies of one database look alike to a cache, which would answer for the
  // damaged one.
  Result<std::unique_ptr<Store>> open_afresh(const std::string& name) {
    RocksEnvironment environment(small_environment());
    return open_rocks(environment, path(name));
  }

  // Everything in table files, closed properly.
  void make_tables(const std::string& name) {
    apply_batches(*must_open(environment_, path(name)));
    must_open(environment_, path(name));  // Opening writes the log's content to a table.
    ASSERT_FALSE(files(name, ".sst").empty());
  }

  TemporaryDirectory directory_;
  RocksEnvironment environment_{small_environment()};
};

TEST_F(RocksDamage, AProgramThatIsKilledLosesNothing) {
  auto store = must_open(environment_, path("db"));
  apply_batches(*store);
  copy("db", "killed");
  auto after = must_open(environment_, path("killed"));
  EXPECT_EQ(after->positions()->input, kBatches - 1);
  expect_prefix(*after);
}

TEST_F(RocksDamage, ALostTailOfTheLogGivesAnEarlierState) {
  auto store = must_open(environment_, path("db"));
  apply_batches(*store);
  std::mt19937_64 random(1);
  std::int64_t shortest = kBatches;
  std::int64_t longest = -1;
  for (int round = 0; round < 25; ++round) {
    copy("db", "cut");
    const fs::path log = files("cut", ".log").front();
    fs::resize_file(log, random() % fs::file_size(log));
    auto after = must_open(environment_, path("cut"));
    expect_prefix(*after);
    if (HasFailure()) return;
    shortest = std::min(shortest, after->positions()->input);
    longest = std::max(longest, after->positions()->input);
    // It goes on from there.
    apply_batches(*after, static_cast<int>(after->positions()->input + 1));
    expect_prefix(*after);
    EXPECT_EQ(after->positions()->input, kBatches - 1);
  }
  EXPECT_LT(shortest, kBatches / 2) << "the cuts do not cut";
  EXPECT_GT(longest, kBatches / 2);
}

// Several log files are there while a memtable waits for its flush, and after a flush that failed.
TEST_F(RocksDamage, ALogFileThatLostItsTailOrIsGoneLeavesNoHole) {
  environment_.impl().options.write_buffer_size = 64 << 10;
  environment_.impl().options.max_write_buffer_number = 8;
  environment_.impl().options.min_write_buffer_number_to_merge = 4;
  auto store = must_open(environment_, path("db"));
  int batches = 0;
  while (files("db", ".log").size() < 3 && batches < 1000) {
    apply_batches(*store, batches, batches + 1);
    ++batches;
  }
  std::mt19937_64 random(7);
  std::int64_t least = batches;
  for (int round = 0; round < 24; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    copy("db", "damaged");
    auto logs = files("damaged", ".log");
    ASSERT_EQ(logs.size(), 3U);
    std::sort(logs.begin(), logs.end());
    const fs::path& log = logs[static_cast<std::size_t>(round % 2)];  // not the newest
    if (round % 4 < 2) {
      fs::resize_file(log, random() % fs::file_size(log));
    } else if (round % 8 < 6) {
      fs::remove(log);
    } else {
      flip(log, random() % fs::file_size(log));
    }
    {
      const auto after = must_open(environment_, path("damaged"));
      ASSERT_NE(after, nullptr);
      expect_prefix(*after);
      least = std::min(least, after->positions()->input);
      // It goes on from there, and what was left out stays away.
      apply_batches(*after, static_cast<int>(after->positions()->input + 1), batches);
    }
    const auto again = must_open(environment_, path("damaged"));
    expect_prefix(*again);
    EXPECT_EQ(again->positions()->input, batches - 1);
    if (HasFailure()) return;
  }
  EXPECT_EQ(least, -1) << "the first file was never taken away";
}

TEST_F(RocksDamage, AFlippedByteInTheLogGivesAnEarlierStateOrIsTold) {
  auto store = must_open(environment_, path("db"));
  apply_batches(*store);
  std::mt19937_64 random(2);
  int damaged = 0;
  for (int round = 0; round < 25; ++round) {
    copy("db", "flipped");
    const fs::path log = files("flipped", ".log").front();
    flip(log, random() % fs::file_size(log));
    auto after = open_afresh("flipped");
    if (!after) {
      EXPECT_EQ(after.error().code, Code::kCorrupt) << after.error().detail;
      ++damaged;
      continue;
    }
    expect_prefix(**after);
    if ((*after)->positions()->input < kBatches - 1) ++damaged;
    if (HasFailure()) return;
  }
  EXPECT_GT(damaged, 20);
}

TEST_F(RocksDamage, AFlippedByteInATableIsNeverAWrongValue) {
  make_tables("db");
  std::mt19937_64 random(3);
  int told = 0;
  for (int round = 0; round < 60; ++round) {
    copy("db", "flipped");
    const fs::path table = files("flipped", ".sst").front();
    flip(table, random() % fs::file_size(table));
    auto store = open_afresh("flipped");
    bool corrupt = !store.has_value();
    if (!store) {
      EXPECT_EQ(store.error().code, Code::kCorrupt) << store.error().detail;
    }
    for (int n = 0; store && n < kBatches; ++n) {
      for (int i = 0; i < kKeysInBatch; ++i) {
        const auto got = (*store)->get(key(n, i));
        if (got) {
          EXPECT_EQ(*got, value(n, i)) << "round " << round;
        } else {
          EXPECT_EQ(got.error().code, Code::kCorrupt) << got.error().detail;
          corrupt = true;
        }
      }
    }
    if (corrupt) ++told;
    if (HasFailure()) return;
  }
  EXPECT_GT(told, 40) << "most of a table is values";
}

TEST_F(RocksDamage, EveryWayOfReadingTellsAFlippedByte) {
  make_tables("db");
  const fs::path table = files("db", ".sst").front();
  // Not the first blocks: they hold what open() reads.
  for (std::uint64_t at = 9000; at < fs::file_size(table) - 4096; at += 3000) flip(table, at);
  auto store = open_afresh("db");
  ASSERT_TRUE(store.has_value()) << store.error().detail;

  const std::vector<std::string> keys{key(10, 0), key(20, 0)};
  const auto many = (*store)->get_many(keys);
  ASSERT_FALSE(many.has_value());
  EXPECT_EQ(many.error().code, Code::kCorrupt);
  EXPECT_THAT(many.error().detail, HasSubstr(path("db")));
  const auto scanned = (*store)->scan("", [](auto, auto) { return true; });
  ASSERT_FALSE(scanned.has_value());
  EXPECT_EQ(scanned.error().code, Code::kCorrupt);
}

TEST_F(RocksDamage, AfterAnUncleanStopChecksumsAreVerified) {
  make_tables("db");
  const fs::path table = files("db", ".sst").front();
  flip(table, fs::file_size(table) / 2);
  copy("db", "unclean");
  {
    const auto open = must_open(environment_, path("other"));
    fs::copy(path("other/vaste.open"), path("unclean/vaste.open"));
  }

  const auto refused = open_afresh("unclean");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Code::kCorrupt);
  EXPECT_FALSE(open_afresh("unclean")) << "also the second time";

  // After a clean stop nobody looks, until the block is read; from then on it is unclean.
  auto store = open_afresh("db");
  ASSERT_TRUE(store.has_value()) << store.error().detail;
  EXPECT_FALSE((*store)->scan("", [](auto, auto) { return true; }));
  store->reset();
  EXPECT_FALSE(open_afresh("db"));
}

TEST_F(RocksDamage, AMissingTableIsTold) {
  make_tables("db");
  fs::remove(files("db", ".sst").front());
  const auto store = open_afresh("db");
  ASSERT_FALSE(store.has_value());
  EXPECT_EQ(store.error().code, Code::kCorrupt) << store.error().detail;
}

TEST_F(RocksDamage, ATableThatWasCutIsTold) {
  make_tables("db");
  const fs::path table = files("db", ".sst").front();
  fs::resize_file(table, fs::file_size(table) / 2);
  const auto store = open_afresh("db");
  ASSERT_FALSE(store.has_value());
  EXPECT_EQ(store.error().code, Code::kCorrupt) << store.error().detail;
}

// RocksDB then makes a new database, and would read the newest log into it: half a state under its
// newest positions.
TEST_F(RocksDamage, WithoutItsCurrentFileItIsEmptyOrTold) {
  make_tables("db");
  {
    auto store = must_open(environment_, path("db"));
    Batch batch;
    batch.put("later", "1");
    batch.set_positions({kBatches, 2 * kBatches});
    ASSERT_TRUE(store->apply(batch));
  }
  fs::remove(path("db/CURRENT"));
  auto store = open_afresh("db");
  if (!store) {
    EXPECT_EQ(store.error().code, Code::kCorrupt) << store.error().detail;
    return;
  }
  EXPECT_EQ((*store)->positions()->input, -1);
  EXPECT_EQ((*store)->get("later").value(), std::nullopt);
}

TEST_F(RocksDamage, ADamagedOneCanBePutAsideAndMadeAnew) {
  make_tables("db");
  const fs::path table = files("db", ".sst").front();
  fs::resize_file(table, 10);
  ASSERT_FALSE(open_afresh("db"));
  ASSERT_TRUE(quarantine(path("db")));
  auto store = must_open(environment_, path("db"));
  expect_prefix(*store);
  EXPECT_EQ(store->positions()->input, -1);
}

}  // namespace
}  // namespace vaste::store
