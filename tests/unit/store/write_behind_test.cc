// What is kept before it is written: once for many changes, never for long, and never a part of a
// batch.
#include "store/write_behind.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/memory_store.h"

namespace vaste::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

Id id(std::uint64_t number) {
  return {number, 1};
}

// A disk that counts what is written to it, and may be full.
class Disk {
 public:
  std::unique_ptr<Store> open(const std::shared_ptr<WriteBehind>& budget) {
    auto made = write_behind(std::make_unique<Opened>(*this), budget);
    EXPECT_TRUE(made.has_value());
    return std::move(*made);
  }
  Store& store() { return *store_; }

  bool full = false;
  std::vector<std::string> written;  // keys, of each batch

 private:
  class Opened final : public Store {
   public:
    explicit Opened(Disk& disk) : disk_(disk) {}
    Result<std::optional<std::string>> get(std::string_view key) override {
      return disk_.store_->get(key);
    }
    Result<std::vector<std::optional<std::string>>> get_many(
        std::span<const std::string> keys) override {
      return disk_.store_->get_many(keys);
    }
    Status apply(const Batch& batch) override {
      if (disk_.full) return failure(Code::kNoSpace, "the test's disk is full");
      std::string keys;
      for (const Batch::Change& change : batch.changes()) keys += change.key;
      if (!keys.empty()) disk_.written.push_back(keys);
      return disk_.store_->apply(batch);
    }
    Result<std::vector<Timer>> due(Instant until, std::size_t max) override {
      return disk_.store_->due(until, max);
    }
    Result<Instant> timer_cursor() override { return disk_.store_->timer_cursor(); }
    Result<Positions> positions() override { return disk_.store_->positions(); }
    using Store::scan;
    Status scan(std::string_view prefix, std::string_view from, const Visit& visit) override {
      return disk_.store_->scan(prefix, from, visit);
    }
    Status checkpoint(const std::string& path) override { return disk_.store_->checkpoint(path); }
    Stats stats() override { return disk_.store_->stats(); }

   private:
    Disk& disk_;
  };

  std::unique_ptr<Store> store_ = make_memory_store();
};

class WriteBehindTest : public testing::Test {
 protected:
  WriteBehindTest() { budget_->bytes = 10'000; }

  void put(Store& store, const std::string& key, std::int64_t position, Instant as_of = kNever,
           std::size_t bytes = 1) {
    Batch batch;
    batch.put(key, std::string(bytes, 'x'));
    batch.set_positions({position, position, as_of});
    EXPECT_TRUE(store.apply(batch).has_value());
  }

  std::shared_ptr<WriteBehind> budget_ = std::make_shared<WriteBehind>();
  Disk disk_;
};

TEST_F(WriteBehindTest, WhatChangesAgainIsWrittenOnce) {
  auto store = disk_.open(budget_);
  for (int i = 1; i <= 100; ++i) put(*store, "a", i);
  put(*store, "b", 101);
  EXPECT_THAT(disk_.written, IsEmpty());
  EXPECT_EQ(disk_.store().positions()->input, -1) << "never ahead of what it has";
  EXPECT_EQ(store->positions()->input, 101);
  EXPECT_GT(store->stats().behind_bytes, 0U);
  store.reset();
  EXPECT_THAT(disk_.written, ElementsAre("ab"));
  EXPECT_EQ(disk_.store().positions()->input, 101);
}

TEST_F(WriteBehindTest, NoMoreIsKeptThanItsShare) {
  auto store = disk_.open(budget_);
  Disk other_disk;
  auto other = other_disk.open(budget_);
  for (int i = 1; i <= 1000; ++i) {
    put(*store, std::to_string(i), i);
    EXPECT_LE(store->stats().behind_bytes, budget_->bytes / 2);
  }
  EXPECT_GE(disk_.written.size(), 10U);
  EXPECT_LE(disk_.store().positions()->input, 1000);
  EXPECT_GE(disk_.store().positions()->input, 900);
  // A whole batch is larger: there is nothing to be gained by keeping it.
  put(*store, "large", 1001, kNever, 20'000);
  EXPECT_EQ(disk_.written.back(), "large");
  EXPECT_EQ(disk_.store().positions()->input, 1001);
  EXPECT_EQ(store->stats().behind_bytes, 0U);
}

TEST_F(WriteBehindTest, NothingStaysForLong) {
  const Instant begin = instant(1'000'000);
  auto store = disk_.open(budget_);
  put(*store, "a", 1, begin);
  put(*store, "b", 2, begin + kLongestBehind);  // The first time is shorter.
  EXPECT_THAT(disk_.written, ElementsAre("a"));
  put(*store, "c", 3, begin + 2 * kLongestBehind - Millis(1));
  EXPECT_THAT(disk_.written, ElementsAre("a"));
  put(*store, "d", 4, begin + 2 * kLongestBehind);
  EXPECT_THAT(disk_.written, ElementsAre("a", "bc"));
}

// As after a restore, whose batches come from the changelog and not from now.
TEST_F(WriteBehindTest, WhatCameBeforeAnyTimeWasSaidDoesNotStayForLongEither) {
  const Instant begin = instant(1'000'000);
  auto store = disk_.open(budget_);
  put(*store, "a", 1);
  put(*store, "b", 2);
  put(*store, "c", 3, begin);
  EXPECT_THAT(disk_.written, IsEmpty());
  put(*store, "d", 4, begin + kLongestBehind);
  EXPECT_THAT(disk_.written, ElementsAre("abc"));
}

TEST_F(WriteBehindTest, StoresThatBeginTogetherWriteApart) {
  std::vector<Disk> disks(4);
  std::vector<std::unique_ptr<Store>> stores;
  for (Disk& disk : disks) stores.push_back(disk.open(budget_));
  std::vector<int> first(disks.size(), 0);
  for (int i = 1; i <= 100; ++i)
    for (std::size_t s = 0; s < stores.size(); ++s) {
      put(*stores[s], std::to_string(i), i);
      if (first[s] == 0 && !disks[s].written.empty()) first[s] = i;
    }
  std::ranges::sort(first);
  EXPECT_GT(first.front(), 0);
  EXPECT_EQ(std::ranges::adjacent_find(first), first.end());
}

TEST_F(WriteBehindTest, AFullDiskKeepsWhatIsKeptAndTakesNothingOfTheBatch) {
  auto store = disk_.open(budget_);
  put(*store, "kept", 1, kNever, 4'000);
  disk_.full = true;
  Batch batch;
  batch.put("more", std::string(8'000, 'y'));
  batch.add_timer({instant(5), id(5)});
  batch.set_positions({2, 2});
  for (int again = 0; again < 2; ++again) {
    const auto applied = store->apply(batch);
    ASSERT_FALSE(applied.has_value());
    EXPECT_EQ(applied.error().code, Code::kNoSpace);
    EXPECT_EQ(store->get("kept").value(), std::string(4'000, 'x'));
    EXPECT_EQ(store->get("more").value(), std::nullopt);
    EXPECT_THAT(store->due(kEndOfTime, 10).value(), IsEmpty());
    EXPECT_EQ(store->positions()->input, 1);
  }
  disk_.full = false;
  EXPECT_TRUE(store->apply(batch).has_value());
  EXPECT_EQ(store->get("more").value(), batch.changes().front().value);
  store.reset();
  EXPECT_THAT(disk_.store().get("kept").value(), Optional(std::string(4'000, 'x')));
  EXPECT_EQ(disk_.store().positions()->input, 2);
}

// Underneath is what it was at some batch before, as a whole.
TEST_F(WriteBehindTest, AnEarlierTimerThanScansLookAtIsWrittenAtOnce) {
  auto store = disk_.open(budget_);
  Batch fired;
  fired.put("fired", "1");
  fired.set_timer_cursor(instant(1000));
  ASSERT_TRUE(store->apply(fired).has_value());
  EXPECT_EQ(store->timer_cursor().value(), instant(1000));
  Batch late;
  late.put("late", "1");
  late.add_timer({instant(10), id(1)});
  ASSERT_TRUE(store->apply(late).has_value());
  EXPECT_THAT(disk_.written, ElementsAre("fired", "late"));
  EXPECT_EQ(disk_.store().timer_cursor().value(), instant(10));
  EXPECT_THAT(store->due(instant(20), 10).value(), ElementsAre(Timer{instant(10), id(1)}));
}

TEST_F(WriteBehindTest, TimersThatAreGoneDoNotTakeThePlaceOfOthers) {
  Batch below;
  for (int i = 0; i < 100; ++i) below.add_timer({instant(i), id(1)});
  ASSERT_TRUE(disk_.store().apply(below).has_value());
  auto store = disk_.open(budget_);
  Batch fired;
  for (int i = 0; i < 50; ++i) fired.erase_timer({instant(i), id(1)});
  fired.add_timer({instant(60), id(2)});
  ASSERT_TRUE(store->apply(fired).has_value());
  EXPECT_THAT(store->due(kEndOfTime, 2).value(),
              ElementsAre(Timer{instant(50), id(1)}, Timer{instant(51), id(1)}));
  Batch passed;
  passed.set_timer_cursor(instant(59));
  ASSERT_TRUE(store->apply(passed).has_value());
  EXPECT_THAT(store->due(instant(61), 1).value(), ElementsAre(Timer{instant(59), id(1)}))
      << "which lies behind more than were asked for";
  EXPECT_THAT(
      store->due(instant(61), 3).value(),
      ElementsAre(Timer{instant(59), id(1)}, Timer{instant(60), id(1)}, Timer{instant(60), id(2)}));
}

}  // namespace
}  // namespace vaste::store
