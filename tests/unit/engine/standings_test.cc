// Who waits longest, against a plain list of all who wait.
#include "engine/standings.h"

#include <gtest/gtest.h>

#include <random>

namespace vaste::engine {
namespace {

using namespace std::chrono_literals;

constexpr Instant kNow = instant(1'795'392'000'000);

Standing waiting(Instant since, Channel channel = Channel::kChat, std::uint16_t queue = 0) {
  return {since, channel, queue, 3};
}

TEST(Standings, AreToTheSecondBelow) {
  Standings standings(1);
  standings.add(waiting(kNow + 1999ms));
  EXPECT_EQ(standings.oldest()[static_cast<std::size_t>(Channel::kChat)], kNow + 1s);
  standings.add(waiting(instant(-1)));  // before 1970, as a test set may be
  EXPECT_EQ(standings.oldest()[static_cast<std::size_t>(Channel::kChat)], instant(-1000));
}

TEST(Standings, NobodyWaits) {
  Standings standings(2);
  standings.add({kNever, Channel::kNone, 0, 5});
  EXPECT_EQ(standings.moments(), 5U);
  for (const Instant at : standings.oldest()) EXPECT_FALSE(is_set(at));
}

TEST(Standings, AreThoseOfAPlainList) {
  std::mt19937_64 random(3);
  Standings standings(3);
  std::vector<Standing> all;
  for (int step = 0; step < 5000; ++step) {
    if (all.empty() || random() % 5 < 3) {
      all.push_back(waiting(kNow + Millis(static_cast<std::int64_t>(random() % 20'000'000)),
                            static_cast<Channel>(random() % kChannels),
                            static_cast<std::uint16_t>(random() % 3)));
      standings.add(all.back());
    } else {
      std::swap(all[random() % all.size()], all.back());
      standings.take_away(all.back());
      all.pop_back();
    }
    if (step % 50 != 0) continue;
    std::vector<Instant> oldest(3 * static_cast<std::size_t>(kChannels), kNever);
    for (const Standing& one : all) {
      Instant& at = oldest[one.queue * static_cast<std::size_t>(kChannels) +
                           static_cast<std::size_t>(one.channel)];
      const Instant since = std::chrono::floor<std::chrono::seconds>(one.waits_since);
      if (!is_set(at) || since < at) at = since;
    }
    ASSERT_EQ(standings.oldest(), oldest) << step;
    ASSERT_EQ(standings.moments(), 3 * all.size());
  }
}

}  // namespace
}  // namespace vaste::engine
