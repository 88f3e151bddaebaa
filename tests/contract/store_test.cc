// What every Store promises, run on each of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "contract/stores.h"

namespace vaste::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using Values = std::vector<std::optional<std::string>>;

class StoreContract : public testing::TestWithParam<Kind> {
 protected:
  std::optional<std::string> get(std::string_view key) {
    auto value = store_->get(key);
    EXPECT_TRUE(value.has_value()) << value.error().detail;
    return value ? *value : std::nullopt;
  }
  std::vector<Timer> due(Instant until, std::size_t max = 1000) {
    auto timers = store_->due(until, max);
    EXPECT_TRUE(timers.has_value()) << timers.error().detail;
    return timers ? *timers : std::vector<Timer>{};
  }
  std::vector<std::string> scan(std::string_view prefix, std::size_t max = 1 << 20,
                                std::string_view after = {}) {
    std::vector<std::string> out;
    const auto scanned =
        store_->scan_after(prefix, after, [&](std::string_view key, std::string_view value) {
          out.push_back(std::string(key) + "=" + std::string(value));
          return out.size() < max;
        });
    EXPECT_TRUE(scanned.has_value()) << scanned.error().detail;
    return out;
  }
  void put(std::string key, std::string value) {
    Batch batch;
    batch.put(std::move(key), std::move(value));
    store_.apply(batch);
  }
  void add_timers(const std::vector<Timer>& timers) {
    Batch batch;
    for (const Timer& timer : timers) batch.add_timer(timer);
    store_.apply(batch);
  }

  Subject store_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Every, StoreContract,
                         testing::Values(Kind::kMemory, Kind::kRocks, Kind::kReopened,
                                         Kind::kBehind, Kind::kHalfBehind),
                         testing::PrintToStringParamName());

TEST_P(StoreContract, GivesBackWhatWasPut) {
  EXPECT_EQ(get("a"), std::nullopt);
  put("a", "1");
  EXPECT_THAT(get("a"), Optional(std::string("1")));
  put("a", "2");
  EXPECT_THAT(get("a"), Optional(std::string("2")));
  EXPECT_EQ(get("ab"), std::nullopt);
  EXPECT_EQ(get(""), std::nullopt);

  Batch erase;
  erase.erase("a");
  erase.erase("never there");
  store_.apply(erase);
  EXPECT_EQ(get("a"), std::nullopt);
}

TEST_P(StoreContract, BytesAreBytes) {
  const std::string key("\0\xff\n\0", 4);
  const std::string value("\0\xff\0", 3);
  put(key, value);
  put("empty value", "");
  put("", "empty key");
  EXPECT_THAT(get(key), Optional(value));
  EXPECT_THAT(get("empty value"), Optional(std::string()));
  EXPECT_THAT(get(""), Optional(std::string("empty key")));
}

TEST_P(StoreContract, LargeValuesSurvive) {
  const std::string value(3 << 20, 'x');
  put("large", value);
  EXPECT_EQ(get("large"), value);
}

TEST_P(StoreContract, TheLaterCallOnAKeyHolds) {
  Batch batch;
  batch.put("put last", "1");
  batch.erase("put last");
  batch.put("put last", "2");
  batch.put("erased last", "1");
  batch.erase("erased last");
  batch.put("put twice", "1");
  batch.put("put twice", "2");
  const Timer kept{instant(10), id(1)};
  const Timer gone{instant(20), id(2)};
  batch.add_timer(kept);
  batch.erase_timer(kept);
  batch.add_timer(kept);
  batch.add_timer(gone);
  batch.erase_timer(gone);
  store_.apply(batch);
  EXPECT_THAT(scan(""), ElementsAre("put last=2", "put twice=2"));
  EXPECT_THAT(due(kEndOfTime), ElementsAre(kept));
}

TEST_P(StoreContract, HowOldItIsStaysWithoutAWord) {
  const auto move_to = [&](Positions positions) {
    Batch batch;
    batch.set_positions(positions);
    store_.apply(batch);
    return store_->positions()->as_of;
  };
  EXPECT_EQ(move_to({1, 1}), kNever);
  EXPECT_EQ(move_to({2, 2, instant(5)}), instant(5));
  EXPECT_EQ(move_to({3, 3}), instant(5));
  EXPECT_EQ(move_to({4, 4, instant(9)}), instant(9));
}

TEST_P(StoreContract, ABatchBringsEverythingInOneStep) {
  put("old", "1");
  Batch batch;
  batch.put("new", "1");
  batch.erase("old");
  batch.add_timer({instant(5), id(5)});
  batch.set_positions({7, 9});
  EXPECT_EQ(get("new"), std::nullopt) << "before apply";
  store_.apply(batch);
  EXPECT_THAT(scan(""), ElementsAre("new=1"));
  EXPECT_THAT(due(instant(5)), ElementsAre(Timer{instant(5), id(5)}));
  EXPECT_EQ(store_->positions()->input, 7);
  EXPECT_EQ(store_->positions()->as_of, kNever);

  batch.clear();
  EXPECT_TRUE(batch.empty());
  store_.apply(batch);
  EXPECT_THAT(scan(""), ElementsAre("new=1"));
}

TEST_P(StoreContract, PositionsBeginAtNothingAndStay) {
  EXPECT_EQ(store_->positions()->input, -1);
  EXPECT_EQ(store_->positions()->changelog, 0);
  Batch batch;
  batch.set_positions({1'000'000'000'000, 12});
  store_.apply(batch);
  put("a", "1");  // Says nothing of positions.
  EXPECT_EQ(store_->positions()->input, 1'000'000'000'000);
  EXPECT_EQ(store_->positions()->changelog, 12);
}

TEST_P(StoreContract, ManyAreGivenInTheOrderAsked) {
  Batch batch;
  for (const char* key : {"a", "b", "c"}) batch.put(key, std::string("value of ") + key);
  store_.apply(batch);
  const std::vector<std::string> keys{"c", "missing", "a", "c"};
  const auto values = store_->get_many(keys);
  ASSERT_TRUE(values.has_value());
  EXPECT_EQ(*values, (Values{"value of c", std::nullopt, "value of a", "value of c"}));
  // Again with fewer: nothing is left over from before.
  const std::vector<std::string> fewer{"missing", "b"};
  EXPECT_EQ(*store_->get_many(fewer), (Values{std::nullopt, "value of b"}));
  EXPECT_THAT(*store_->get_many({}), IsEmpty());
}

TEST_P(StoreContract, TimersComeEarliestFirst) {
  const std::vector<Timer> ordered{
      {Instant::min(), id(9)},   {instant(-1000), id(3)}, {instant(-1), id(3)},
      {instant(0), id(7)},       {instant(255), id(1)},   {instant(256), id(1)},
      {instant(256), id(2)},     {instant(256), id(300)}, {instant(1'800'000'000'000), id(1)},
      {Instant::max(), id(400)},
  };
  add_timers({ordered.rbegin(), ordered.rend()});
  EXPECT_EQ(due(Instant::max()), ordered);
  EXPECT_EQ(due(kEndOfTime), std::vector(ordered.begin(), ordered.end() - 1));
  EXPECT_EQ(due(instant(256)), std::vector(ordered.begin(), ordered.begin() + 8)) << "inclusive";
  EXPECT_EQ(due(instant(255)), std::vector(ordered.begin(), ordered.begin() + 5));
  EXPECT_EQ(due(instant(256), 7), std::vector(ordered.begin(), ordered.begin() + 7));
  EXPECT_THAT(due(Instant::min()), ElementsAre(ordered.front()));
  EXPECT_THAT(due(Instant::max(), 0), IsEmpty());
}

TEST_P(StoreContract, ErasedTimersAreNotDue) {
  const Timer a{instant(1), id(1)};
  const Timer b{instant(1), id(2)};
  add_timers({a, b});
  Batch batch;
  batch.erase_timer(a);
  batch.erase_timer({instant(2), id(2)});  // Not b: its time is another.
  store_.apply(batch);
  EXPECT_THAT(due(instant(10)), ElementsAre(b));
}

TEST_P(StoreContract, NothingBeforeTheCursorIsRead) {
  const Timer early{instant(100), id(1)};
  const Timer at_cursor{instant(200), id(2)};
  const Timer later{instant(300), id(3)};
  add_timers({early, at_cursor, later});
  Batch batch;
  batch.set_timer_cursor(instant(200));
  store_.apply(batch);
  EXPECT_THAT(due(instant(1000)), ElementsAre(at_cursor, later));
  EXPECT_THAT(due(instant(199)), IsEmpty());
  EXPECT_THAT(due(instant(100)), IsEmpty());
}

TEST_P(StoreContract, AnEarlierTimerLowersTheCursor) {
  const Timer late{instant(600), id(6)};
  Batch batch;
  batch.set_timer_cursor(instant(500));
  batch.add_timer(late);
  store_.apply(batch);

  const Timer early{instant(400), id(4)};
  add_timers({early, {instant(550), id(5)}});
  EXPECT_THAT(due(instant(550)), ElementsAre(early, Timer{instant(550), id(5)}));

  // Also in the batch that sets it.
  Batch both;
  both.add_timer({instant(450), id(1)});
  both.erase_timer(early);
  both.set_timer_cursor(instant(600));
  store_.apply(both);
  EXPECT_THAT(due(instant(600)),
              ElementsAre(Timer{instant(450), id(1)}, Timer{instant(550), id(5)}, late));

  // An erased timer lowers nothing.
  Batch higher;
  higher.set_timer_cursor(instant(600));
  store_.apply(higher);
  Batch erase;
  erase.erase_timer({instant(450), id(1)});
  store_.apply(erase);
  EXPECT_THAT(due(instant(600)), ElementsAre(late));
}

TEST_P(StoreContract, ScansAPrefixInKeyOrderUntilToldToStop) {
  Batch batch;
  for (const char* key : {"b", "a2", "a1", "a", "\xff", "\xff\xff", "\xff\xff\x01"})
    batch.put(key, "1");
  batch.add_timer({instant(1), id(1)});
  batch.set_positions({1, 1});
  store_.apply(batch);
  EXPECT_THAT(scan("a"), ElementsAre("a=1", "a1=1", "a2=1"));
  EXPECT_THAT(scan("a", 2), ElementsAre("a=1", "a1=1"));
  EXPECT_THAT(scan("a", 9, "a1"), ElementsAre("a2=1"));
  EXPECT_THAT(scan("a", 9, "a11"), ElementsAre("a2=1")) << "after a key that is not there";
  EXPECT_THAT(scan("a", 9, "a2"), IsEmpty());
  EXPECT_THAT(scan("a", 9, "b"), IsEmpty());
  EXPECT_THAT(scan("a1", 9, "a"), ElementsAre("a1=1"));
  EXPECT_THAT(scan("a1"), ElementsAre("a1=1"));
  EXPECT_THAT(scan("c"), IsEmpty());
  EXPECT_THAT(scan("\xff\xff"), ElementsAre("\xff\xff=1", "\xff\xff\x01=1"));
  EXPECT_EQ(scan("").size(), 7U) << "state only, no timers or positions";
}

TEST_P(StoreContract, ScansFromAKeyOn) {
  Batch batch;
  for (const char* key : {"a", "b1", "b3", "b5", "c"}) batch.put(key, "1");
  store_.apply(batch);
  const auto from = [&](std::string_view prefix, std::string_view first) {
    std::vector<std::string> out;
    EXPECT_TRUE(store_->scan(prefix, first, [&](std::string_view key, std::string_view) {
      out.emplace_back(key);
      return true;
    }));
    return out;
  };
  EXPECT_THAT(from("b", "b3"), ElementsAre("b3", "b5"));
  EXPECT_THAT(from("b", "b4"), ElementsAre("b5"));
  EXPECT_THAT(from("b", "b6"), IsEmpty());
  EXPECT_THAT(from("b", ""), ElementsAre("b1", "b3", "b5"));
}

TEST_P(StoreContract, ALongScanMissesAndRepeatsNothing) {
  constexpr int kKeys = 10'000;  // More than one iterator of RocksStore reads.
  Batch batch;
  std::vector<std::string> expected;
  for (int i = 0; i < kKeys; ++i) {
    const std::string key = "k" + std::to_string(100'000 + i);
    batch.put(key, "v");
    expected.push_back(key + "=v");
  }
  batch.put("l", "after");
  store_.apply(batch);
  EXPECT_EQ(scan("k"), expected);
  EXPECT_EQ(scan("k", 8192), std::vector(expected.begin(), expected.begin() + 8192));
}

TEST_P(StoreContract, StateIsNeverTakenForATimerOrAPosition) {
  put("t" + std::string(24, '\x80'), "looks like a timer");
  put("mpositions", "looks like meta");
  put("mformat", "looks like meta");
  EXPECT_THAT(due(Instant::max()), IsEmpty());
  EXPECT_EQ(store_->positions()->input, -1);
  EXPECT_EQ(scan("").size(), 3U);
}

// As of the last batch, whatever comes after it; or not at all.
TEST_P(StoreContract, ACheckpointIsTheWholeOrNothing) {
  Batch batch;
  batch.put("before", "1");
  batch.add_timer({instant(5), id(5)});
  batch.set_positions({7, 9});
  store_.apply(batch);
  const TemporaryDirectory directory;
  const auto made = store_->checkpoint(directory / "copy");
  put("after", "1");
  EXPECT_THAT(get("before"), Optional(std::string("1")));
  if (GetParam() == Kind::kMemory) {
    ASSERT_FALSE(made.has_value());
    EXPECT_FALSE(is_rocks_directory(directory / "copy"));
    return;
  }
  ASSERT_TRUE(made.has_value()) << made.error().detail;
  RocksEnvironment environment(small_environment());
  const auto copy = must_open(environment, directory / "copy");
  ASSERT_NE(copy, nullptr);
  EXPECT_EQ(copy->get("before").value(), "1");
  EXPECT_EQ(copy->get("after").value(), std::nullopt);
  EXPECT_EQ(copy->due(kEndOfTime, 10).value().size(), 1U);
  EXPECT_EQ(copy->positions()->input, 7);
  EXPECT_EQ(copy->positions()->changelog, 9);
  EXPECT_FALSE(store_->checkpoint(directory / "copy")) << "where something is already";
}

TEST_P(StoreContract, CountsItsKeys) {
  const auto before = store_->stats().keys;
  Batch batch;
  for (int i = 0; i < 500; ++i) batch.put("key" + std::to_string(i), "value");
  store_.apply(batch);
  const auto stats = store_->stats();
  EXPECT_GE(stats.keys, before + 500);  // An estimate, exact while nothing is overwritten.
  EXPECT_FALSE(stats.write_stopped);
  EXPECT_EQ(stats.background_errors, 0U);
}

}  // namespace
}  // namespace vaste::store
