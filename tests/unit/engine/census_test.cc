// Who waits longest, against a plain list of all who wait.
#include "engine/census.h"

#include <gtest/gtest.h>

#include <random>

namespace vaste::engine {
namespace {

using namespace std::chrono_literals;

constexpr Instant kNow = instant(1'795'392'000'000);

CensusEntry waiting(Instant since, Channel channel = Channel::kChat, std::uint16_t queue = 0) {
  return {since, channel, queue, 3};
}

TEST(Census, AreToTheSecondBelow) {
  Census census(1);
  census.add(waiting(kNow + 1999ms));
  EXPECT_EQ(census.oldest()[static_cast<std::size_t>(Channel::kChat)], kNow + 1s);
  census.add(waiting(instant(-1)));  // before 1970, as a test set may be
  EXPECT_EQ(census.oldest()[static_cast<std::size_t>(Channel::kChat)], instant(-1000));
}

TEST(Census, NobodyWaits) {
  Census census(2);
  census.add({kNever, Channel::kNone, 0, 5});
  EXPECT_EQ(census.moments(), 5U);
  for (const Instant at : census.oldest()) EXPECT_FALSE(is_set(at));
}

TEST(Census, AreThoseOfAPlainList) {
  std::mt19937_64 random(3);
  Census census(3);
  std::vector<CensusEntry> all;
  for (int step = 0; step < 5000; ++step) {
    if (all.empty() || random() % 5 < 3) {
      all.push_back(waiting(kNow + Millis(static_cast<std::int64_t>(random() % 20'000'000)),
                            static_cast<Channel>(random() % kChannels),
                            static_cast<std::uint16_t>(random() % 3)));
      census.add(all.back());
    } else {
      std::swap(all[random() % all.size()], all.back());
      census.take_away(all.back());
      all.pop_back();
    }
    if (step % 50 != 0) continue;
    std::vector<Instant> oldest(3 * static_cast<std::size_t>(kChannels), kNever);
    for (const CensusEntry& one : all) {
      Instant& at = oldest[one.queue * static_cast<std::size_t>(kChannels) +
                           static_cast<std::size_t>(one.channel)];
      const Instant since = std::chrono::floor<std::chrono::seconds>(one.waits_since);
      if (!is_set(at) || since < at) at = since;
    }
    ASSERT_EQ(census.oldest(), oldest) << step;
    ASSERT_EQ(census.moments(), 3 * all.size());
  }
}

}  // namespace
}  // namespace vaste::engine
