// Random batches on the store in memory and on each one on disk, which is opened again now and
// then: they must not be told apart.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "contract/stores.h"

namespace vaste::store {
namespace {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  bool one_in(std::uint64_t bound) { return below(bound) == 0; }
  // Few different ones, of differing length, so that they meet again.
  std::string key() { return std::string(1 + below(3), "abcd\xff"[below(5)]) + "xy"[below(2)]; }
  std::string value() { return std::string(below(200), static_cast<char>(below(256))); }
  Timer timer() { return {instant(static_cast<std::int64_t>(below(200)) - 50), id(below(5))}; }
  Instant time() { return instant(static_cast<std::int64_t>(below(220)) - 60); }

 private:
  std::mt19937_64 random_;
};

Batch random_batch(Dice& dice) {
  Batch batch;
  for (std::uint64_t i = dice.below(8); i > 0; --i) batch.put(dice.key(), dice.value());
  for (std::uint64_t i = dice.below(4); i > 0; --i) batch.erase(dice.key());
  if (dice.one_in(4)) batch.put(dice.key(), dice.value());
  for (std::uint64_t i = dice.below(5); i > 0; --i) batch.add_timer(dice.timer());
  for (std::uint64_t i = dice.below(5); i > 0; --i) batch.erase_timer(dice.timer());
  if (dice.one_in(3)) batch.add_timer(dice.timer());
  if (dice.one_in(3)) batch.set_timer_cursor(dice.time());
  if (dice.one_in(2))
    batch.set_positions(
        {static_cast<std::int64_t>(dice.below(1000)), static_cast<std::int64_t>(dice.below(1000))});
  return batch;
}

std::vector<std::pair<std::string, std::string>> all(Store& store, std::string_view prefix,
                                                     std::size_t max) {
  std::vector<std::pair<std::string, std::string>> out;
  EXPECT_TRUE(store.scan(prefix, [&](std::string_view key, std::string_view value) {
    out.emplace_back(key, value);
    return out.size() < max;
  }));
  return out;
}

void expect_same(Store& memory, Store& disk, Dice& dice) {
  std::vector<std::string> keys;
  keys.reserve(6);
  for (int i = 0; i < 6; ++i) keys.push_back(dice.key());
  EXPECT_EQ(memory.get(keys[0]).value(), disk.get(keys[0]).value());
  EXPECT_EQ(memory.get_many(keys).value(), disk.get_many(keys).value());
  const Instant until = dice.time();
  const std::size_t max = dice.one_in(2) ? 1000 : dice.below(6);
  EXPECT_EQ(memory.due(until, max).value(), disk.due(until, max).value());
  EXPECT_EQ(memory.due(Instant::max(), 1000).value(), disk.due(Instant::max(), 1000).value());
  EXPECT_EQ(memory.positions()->input, disk.positions()->input);
  EXPECT_EQ(memory.positions()->changelog, disk.positions()->changelog);
  const std::string prefix = dice.one_in(2) ? "" : dice.key().substr(0, 1);
  const std::size_t most = 1 + dice.below(50);
  EXPECT_EQ(all(memory, prefix, most), all(disk, prefix, most));
}

class StoresAreAlike : public testing::TestWithParam<Kind> {};

INSTANTIATE_TEST_SUITE_P(OnDisk, StoresAreAlike,
                         testing::Values(Kind::kRocks, Kind::kBehind, Kind::kHalfBehind),
                         testing::PrintToStringParamName());

TEST_P(StoresAreAlike, OnRandomBatchesAndRestarts) {
  constexpr int kSeeds = 6;
  constexpr int kRounds = 250;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Dice dice(seed);
    Subject memory(Kind::kMemory);
    Subject disk(GetParam());
    for (int round = 0; round < kRounds; ++round) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << " round " << round);
      const Batch batch = random_batch(dice);
      memory.apply(batch);
      disk.apply(batch);
      if (dice.one_in(40)) disk.reopen();
      expect_same(*memory, *disk, dice);
      if (testing::Test::HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace vaste::store
