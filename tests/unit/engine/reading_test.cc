#include "engine/reading.h"

#include <gtest/gtest.h>

namespace vaste::engine {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart = instant(1'795'392'000'000);

struct Row {
  const char* name;
  std::int64_t position;  // next to read, behind a record of kStart + 10 s
  std::optional<std::int64_t> end;
  Instant taken;
  Instant read_up_to;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

class UpTo : public testing::TestWithParam<Row> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(Source, UpTo, testing::ValuesIn(std::vector<Row>{
    //name               position end           taken         read up to
    {"NothingKnown",     8,       std::nullopt, kNever,       kStart + 10s - 1ms},
    {"EndNotReached",    8,       9,            kStart + 20s, kStart + 10s - 1ms},
    {"AtTheEnd",         8,       8,            kStart + 20s, kStart + 20s},
    {"BehindAnOldEnd",   9,       8,            kStart + 20s, kStart + 20s},
    {"RecordIsNewer",    8,       8,            kStart + 5s,  kStart + 10s - 1ms},
}), testing::PrintToStringParamName());
// clang-format on

TEST_P(UpTo, IsTheEndWhereItWasReachedElseJustBeforeTheNewestRecord) {
  SourceReading reading;
  reading.place(0);
  reading.read(GetParam().position - 1, to_ms(kStart + 10s));
  EXPECT_EQ(reading.up_to(GetParam().end, GetParam().taken), GetParam().read_up_to);
}

TEST(SourceReading, SaysAgainWhatWasSaidInVain) {
  SourceReading reading;
  reading.place(5);
  reading.read(5, to_ms(kStart));
  EXPECT_EQ(reading.say(kStart), kStart);
  EXPECT_EQ(reading.say(kStart), std::nullopt);
  reading.commit();
  EXPECT_EQ(reading.committed, 6);
  EXPECT_EQ(reading.known, kStart);

  reading.read(6, to_ms(kStart + 1s));
  EXPECT_EQ(reading.say(kStart + 1s), kStart + 1s);
  reading.abort();
  EXPECT_EQ(reading.position, 6);
  EXPECT_EQ(reading.up_to(std::nullopt, kNever), kNever);
  EXPECT_EQ(reading.say(kStart), std::nullopt);  // as it was committed
  EXPECT_EQ(reading.say(kStart + 1s), kStart + 1s);

  reading.doubt();
  EXPECT_FALSE(reading.placed);
  reading.place(7);
  EXPECT_EQ(reading.say(kStart), kStart);
}

TEST(CoreReading, TellsBeforeTheCommitOnlyWhatLedToNothing) {
  CoreReading reading;
  EXPECT_EQ(reading.served(4), std::nullopt);
  reading.serve();
  EXPECT_EQ(reading.served(4), 4);
  EXPECT_EQ(reading.served(4), std::nullopt);
  reading.sent(to_ms(kStart + 1s));
  reading.sent(to_ms(kStart));
  EXPECT_EQ(reading.served(5), std::nullopt);

  const auto said = reading.say(5);
  ASSERT_TRUE(said);
  EXPECT_EQ(said->position, 5);
  EXPECT_EQ(said->oldest_sent, kStart);
  EXPECT_FALSE(reading.say(5));
  reading.commit(5);
  EXPECT_EQ(reading.served(5), std::nullopt);
  EXPECT_EQ(reading.served(6), 6);

  reading.sent(to_ms(kStart));
  reading.abort();  // What was sent was not, and where it stands is said again.
  const auto again = reading.say(5);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->oldest_sent, kEndOfTime);
}

}  // namespace
}  // namespace vaste::engine
