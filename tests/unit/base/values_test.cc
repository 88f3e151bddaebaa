#include <gtest/gtest.h>

#include <set>

#include "base/hash.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"

namespace vaste {
namespace {

TEST(Ids, AreUuidsOfVersionSeven) {
  const Id id = Id::make(instant(0x0123456789ab), 0x2cd, 0xfedcba9876543210ULL);
  EXPECT_EQ(id.text(), "01234567-89ab-72cd-bfb7-2ea61d950c84");
  EXPECT_EQ(id.key_group(), 0x2cdU);
  EXPECT_EQ(Id::make(instant(1), kKeyGroups + 5, 0).key_group(), 5U);
}

TEST(Ids, AreWrittenInHexadecimalDigits) {
  const Id id{0x0123456789abcdefULL, 0xfedcba9876543210ULL};
  EXPECT_EQ(id.text(), "01234567-89ab-cdef-fedc-ba9876543210");
  EXPECT_EQ(parse_id(id.text()), id);
  EXPECT_EQ((Id{0xf0ff, 0x0a}).text(), "00000000-0000-f0ff-0000-00000000000a");
}

TEST(Ids, SortByTimeAsValuesAndAsBytes) {
  const Id early = Id::make(instant(1000), 1023, ~0ULL);
  const Id late = Id::make(instant(1001), 0, 0);
  EXPECT_LT(early, late);
  EXPECT_LT(early.bytes(), late.bytes());
}

TEST(Ids, BytesComeBack) {
  const Id id = Id::make(instant(1774746000000), 77, 0x123456789abcdef0ULL);
  EXPECT_EQ(id.bytes().size(), 16U);
  EXPECT_EQ(Id::from_bytes(id.bytes()), id);
  EXPECT_TRUE(Id::from_bytes("short").empty());
  EXPECT_FALSE(id.empty());
}

TEST(Ids, OfAnotherVersionSayWhatTheyAreOf) {
  const Id id = Id::of_version(9, ~0ULL, 0);
  EXPECT_EQ(id.version(), 9U);
  EXPECT_EQ(id.text(), "ffffffff-ffff-9fff-8000-000000000000");
  EXPECT_EQ(Id::make(instant(1000), 1023, ~0ULL).version(), 7U);
}

TEST(Hash, SpreadsAndTakesASeed) {
  EXPECT_EQ(hash64("vaste"), hash64("vaste"));
  EXPECT_NE(hash64("vaste"), hash64("vaste", 1));
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 10000; ++i) seen.insert(hash64(std::to_string(i)));
  EXPECT_EQ(seen.size(), 10000U);
}

TEST(Results, CarryAValueOrAnError) {
  const Result<int> good = 7;
  const Result<int> bad = failure(Code::kNotFound, "no seven");
  ASSERT_TRUE(good);
  EXPECT_EQ(*good, 7);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, Code::kNotFound);
  EXPECT_EQ(bad.error().detail, "no seven");
}

TEST(Results, BadInputIsPutAsideAndAbsenceIsWaitedFor) {
  EXPECT_EQ(remedy(Code::kMalformed), Remedy::kDeadLetter);
  EXPECT_EQ(remedy(Code::kTooManyHops), Remedy::kDeadLetter);
  EXPECT_EQ(remedy(Code::kUnavailable), Remedy::kRetry);
  EXPECT_EQ(remedy(Code::kNoSpace), Remedy::kRetry);
  EXPECT_EQ(remedy(Code::kFenced), Remedy::kRestart);
  EXPECT_EQ(remedy(Code::kCorrupt), Remedy::kRestart);
  EXPECT_EQ(remedy(Code::kConfig), Remedy::kStop);
  EXPECT_EQ(remedy(Code::kNewerFormat), Remedy::kStop);
  EXPECT_EQ(remedy(Code::kInternal), Remedy::kStop);
}

TEST(Time, NeverIsUnset) {
  EXPECT_FALSE(is_set(kNever));
  EXPECT_TRUE(is_set(instant(1)));
  EXPECT_EQ(to_ms(instant(-5)), -5);
  EXPECT_GT(kEndOfTime, instant(4102444800000));
}

}  // namespace
}  // namespace vaste
