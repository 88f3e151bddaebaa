// Cuts of power at any moment: nobody goes on with what may lack something. VASTE_POWER_CUTS: how
// many.
#include "contract/power_cut.h"

#include <rocksdb/db.h>

#include <chrono>
#include <thread>

#include "contract/stores.h"
#include "store/rocks_environment.h"

namespace vaste::store {
namespace {

constexpr int kKeysInBatch = 5;
constexpr int kDefaultCuts = 12;
constexpr int kBatchesLeast = 20;
constexpr std::size_t kBatchesMost = 200;

int cuts() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets the environment
  const char* value = std::getenv("VASTE_POWER_CUTS");
  return value == nullptr ? kDefaultCuts : std::max(1, std::atoi(value));
}

std::string key(std::int64_t batch, int n) {
  return "batch" + std::to_string(100000 + batch) + "/" + std::to_string(n);
}
std::string value(std::int64_t batch, int n) {
  return std::string(400, static_cast<char>('a' + (batch * 7 + n) % 26)) + std::to_string(batch);
}

void apply(Store& store, std::int64_t n) {
  Batch batch;
  for (int i = 0; i < kKeysInBatch; ++i) batch.put(key(n, i), value(n, i));
  batch.put("last", std::to_string(n));
  batch.add_timer({instant(1000 + n), id(1)});
  batch.erase_timer({instant(1000 + n - 1), id(1)});
  batch.set_positions({n, 2 * n});
  ASSERT_TRUE(store.apply(batch));
}

// Exactly the batches up to the position that the store names, each as a whole.
void expect_prefix(Store& store, std::int64_t last) {
  EXPECT_EQ(store.get("last").value(),
            last < 0 ? std::nullopt : std::optional(std::to_string(last)));
  std::int64_t keys = 0;
  ASSERT_TRUE(store.scan("batch", [&](std::string_view, std::string_view) { return ++keys; }));
  EXPECT_EQ(keys, (last + 1) * kKeysInBatch);
  for (std::int64_t n = 0; n <= last; ++n)
    for (int i = 0; i < kKeysInBatch; ++i) ASSERT_EQ(store.get(key(n, i)).value(), value(n, i));
  EXPECT_EQ(store.due(kEndOfTime, 10)->size(), last < 0 ? 0U : 1U);
}

class PowerCut : public testing::Test {
 protected:
  // A database that had so many batches when the power was cut; in "cut" what the disk has of it.
  void cut_while_open() {
    const auto files = std::make_shared<PowerCutFileSystem>();
    const auto env = rocksdb::NewCompositeEnv(files);
    RocksEnvironment environment(small_environment());
    environment.impl().options.env = env.get();
    environment.impl().options.write_buffer_size = 64 << 10;  // another log file all the time
    environment.impl().options.sst_file_manager.reset();  // It deletes behind the back of `env`.
    const auto store = must_open(environment, directory_ / "db");
    ASSERT_NE(store, nullptr);
    const auto batches =
        static_cast<std::int64_t>(kBatchesLeast + random_() % (kBatchesMost - kBatchesLeast));
    for (applied_ = 0; applied_ < batches; ++applied_) apply(*store, applied_);
    lost_ += files->cut(directory_ / "db", directory_ / "cut", random_);
  }

  TemporaryDirectory directory_;
  std::mt19937_64 random_{1};
  std::int64_t applied_ = 0;
  std::uint64_t lost_ = 0;
};

// What is left is what the database was at some moment: RocksDB alone would replay the next log
// file behind one whose tail is gone, and the positions would be the newest.
TEST_F(PowerCut, LeavesThePastWithoutAHole) {
  const int times = cuts();
  std::int64_t lost_batches = 0;
  for (int round = 0; round < times && !HasFailure(); ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    cut_while_open();
    RocksEnvironment environment(small_environment());
    auto after = must_open(environment, directory_ / "cut");
    ASSERT_NE(after, nullptr);
    const std::int64_t last = after->positions()->input;
    lost_batches += applied_ - 1 - last;
    expect_prefix(*after, last);
    for (std::int64_t n = last + 1; n < applied_; ++n) apply(*after, n);  // as a restore does
    expect_prefix(*after, applied_ - 1);
    after.reset();  // It may still be deleting files.
    std::filesystem::remove_all(directory_ / "db");
    std::filesystem::remove_all(directory_ / "cut");
  }
  std::cout << times << " cuts of power, " << lost_ << " bytes lost, " << lost_batches
            << " batches had to be applied again\n";
  EXPECT_GT(lost_batches, 0) << "the cuts do not cut";
}

// RocksDB's own checks, which Debian's has on, end a process that syncs a file after a failed
// write.
TEST_F(PowerCut, AFullDiskIsToldAndTheDatabaseCanBeClosed) {
  const auto files = std::make_shared<PowerCutFileSystem>();
  const auto env = rocksdb::NewCompositeEnv(files);
  RocksEnvironment environment(small_environment());
  environment.impl().options.env = env.get();
  auto store = must_open(environment, directory_ / "db");
  apply(*store, 0);
  files->fill();
  Batch batch;
  batch.put("more", "than fits");
  batch.set_positions({1, 2});
  for (int again = 0; again < 2; ++again) {
    const auto applied = store->apply(batch);
    ASSERT_FALSE(applied.has_value());
    EXPECT_EQ(applied.error().code, Code::kNoSpace) << applied.error().detail;
  }
  store.reset();
  RocksEnvironment other(small_environment());
  const auto after = must_open(other, directory_ / "db");
  EXPECT_EQ(after->positions()->input, 0);
  expect_prefix(*after, 0);
}

// One after the other, within the five seconds in which RocksDB looks again whether there is space.
TEST_F(PowerCut, DatabasesThatMeetAFullDiskTogetherDoNotWaitForEachOther) {
  const auto files = std::make_shared<PowerCutFileSystem>();
  const auto env = rocksdb::NewCompositeEnv(files);
  RocksEnvironment environment(small_environment());
  environment.impl().options.env = env.get();
  std::vector<std::unique_ptr<Store>> stores;
  for (const char* name : {"a", "b", "c"})
    stores.push_back(must_open(environment, directory_ / name));
  files->fill();
  for (auto& store : stores) {
    Batch batch;
    batch.put("more", "than fits");
    EXPECT_EQ(store->apply(batch).error().code, Code::kNoSpace);
    // RocksDB's thread tries to flush, fails, and sleeps.
    const int before = files->refused();
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (files->refused() == before && std::chrono::steady_clock::now() < end)
      std::this_thread::yield();
    store.reset();
  }
}

TEST_F(PowerCut, AfterAProperEndLosesNothing) {
  for (int round = 0; round < 5; ++round) {
    const auto files = std::make_shared<PowerCutFileSystem>();
    const auto env = rocksdb::NewCompositeEnv(files);
    RocksEnvironment environment(small_environment());
    environment.impl().options.env = env.get();
    auto store = must_open(environment, directory_ / "db");
    for (std::int64_t n = 0; n < 50; ++n) apply(*store, n);
    store.reset();
    files->cut(directory_ / "db", directory_ / "cut", random_);
    RocksEnvironment other(small_environment());
    const auto after = must_open(other, directory_ / "cut");
    EXPECT_EQ(after->positions()->input, 49);
    expect_prefix(*after, 49);
    std::filesystem::remove_all(directory_ / "db");
  }
}

}  // namespace
}  // namespace vaste::store
