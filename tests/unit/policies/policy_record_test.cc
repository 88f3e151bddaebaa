// Versions to bytes and back, and which of them governs when.
#include <gtest/gtest.h>

#include "policies/record.h"

namespace vaste::policies {
namespace {

Version version(const std::string& name, std::int64_t from_ms) {
  return {"shop", name, instant(from_ms), instant(5), "policy: shop\n"};
}

TEST(Record, ComesBackAsItWas) {
  const auto back = decode(encode(version("v1", -1500)));
  ASSERT_TRUE(back.has_value()) << back.error().detail;
  EXPECT_EQ(back->policy_id, "shop");
  EXPECT_EQ(back->version, "v1");
  EXPECT_EQ(back->effective_from, instant(-1500));
  EXPECT_EQ(back->applied, instant(5));
  EXPECT_EQ(back->yaml, "policy: shop\n");
}

TEST(Record, WhatIsNoneIsRefused) {
  EXPECT_EQ(decode("").error().code, Code::kCorrupt);
  EXPECT_EQ(decode("\xff\xff").error().code, Code::kCorrupt);
  const auto newer = decode(std::string("\x08\x09", 2));
  ASSERT_FALSE(newer.has_value());
  EXPECT_NE(newer.error().detail.find("format 9"), std::string::npos) << newer.error().detail;
}

TEST(Record, KeyTellsVersionsApartThatBeginApart) {
  EXPECT_EQ(key_of(version("a", 7)), key_of(version("b", 7)));
  EXPECT_NE(key_of(version("a", 7)), key_of(version("a", 8)));
}

TEST(Governing, IsTheNewestThatHasBegun) {
  const std::vector<Version> all{version("a", 10), version("b", 20), version("c", 30)};
  EXPECT_EQ(governing(all, instant(9)), nullptr);
  EXPECT_EQ(governing(all, instant(10))->version, "a");
  EXPECT_EQ(governing(all, instant(29))->version, "b");
  EXPECT_EQ(governing(all, instant(1000))->version, "c");
  EXPECT_EQ(governing({}, instant(1)), nullptr);
}

}  // namespace
}  // namespace vaste::policies
