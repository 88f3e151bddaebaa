// What is written by hand against Protobuf's own rules: tags, lengths of every width, packed lists.
#include "base/wire.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace vaste::wire {
namespace {

TEST(Writer, WritesTheBytesOfTheSpecification) {
  std::string out = "before";
  {
    Writer writer(out);
    writer.number(1, 150);
    writer.bytes(2, "testing");
    writer.number(3, 0);
    writer.bytes(4, "");
    writer.element(4, "");
    writer.signed_number(5, -2);
    writer.fixed64(16, 1);
    writer.message(6, [&] {
      writer.value(3);
      writer.value(270);
    });
  }
  EXPECT_EQ(out, std::string("before\x08\x96\x01\x12\x07testing\x22\x00\x28", 21) +
                     std::string("\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10) +
                     std::string("\x81\x01\x01\0\0\0\0\0\0\0\x32\x03\x03\x8e\x02", 15));
}

TEST(Writer, WritesFieldsOfEveryWidth) {
  for (const int field : {1, 15, 16, 2047, 2048, 262143, 262144, 536870911}) {
    std::string out;
    {
      Writer writer(out);
      writer.number(field, 300);
      writer.bytes(field, "text");
      writer.fixed64(field, 5);
      writer.message(field, 1, 2, 15, std::numeric_limits<std::uint64_t>::max());
    }
    Reader reader(out);
    const auto next = [&] { return reader.next() && reader.field() == field; };
    ASSERT_TRUE(next());
    EXPECT_EQ(reader.number(), 300U) << field;
    ASSERT_TRUE(next());
    EXPECT_EQ(reader.bytes(), "text") << field;
    ASSERT_TRUE(next());
    EXPECT_EQ(reader.fixed64(), 5U) << field;
    ASSERT_TRUE(next());
    EXPECT_EQ(reader.bytes(), "\x08\x02\x78\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01") << field;
    EXPECT_FALSE(reader.next());
    EXPECT_TRUE(reader.ok());
  }
}

TEST(Writer, LeavesOutTheZerosOfAMessageOfTwoNumbers) {
  std::string out;
  {
    Writer writer(out);
    writer.message(1, 1, 0, 2, 0);
    writer.message(1, 1, 0, 2, 3);
    writer.message(1, 1, 4, 2, 0);
  }
  EXPECT_EQ(out, std::string("\x0a\x00\x0a\x02\x10\x03\x0a\x02\x08\x04", 10));
}

TEST(Writer, FindsRoomForWhateverComes) {
  std::string out;
  {
    Writer writer(out);
    for (std::size_t size = 1; size < 3000; size += 7) {
      writer.element(1, std::string(size, static_cast<char>(size)));
      writer.message(2, [&] { writer.value(size); });
    }
  }
  Reader reader(out);
  for (std::size_t size = 1; size < 3000; size += 7) {
    ASSERT_TRUE(reader.next());
    ASSERT_EQ(reader.bytes(), std::string(size, static_cast<char>(size)));
    ASSERT_TRUE(reader.next());
    Reader list(reader.bytes());
    std::uint64_t value = 0;
    ASSERT_TRUE(list.value(value));
    ASSERT_EQ(value, size);
  }
  EXPECT_FALSE(reader.next());
}

class Length : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Widths, Length,
                         testing::Values(0, 1, 127, 128, 16383, 16384, 2097151, 2097152));

TEST_P(Length, OfANestedMessageComesBack) {
  const std::string content(GetParam(), 'x');
  std::string out;
  {
    Writer writer(out);
    writer.message(1, [&] { writer.message(2, [&] { writer.bytes(3, content); }); });
    writer.number(4, 7);
  }
  Reader outer(out);
  ASSERT_TRUE(outer.next());
  ASSERT_EQ(outer.field(), 1);
  Reader middle(outer.bytes());
  ASSERT_TRUE(middle.next());
  Reader inner(middle.bytes());
  EXPECT_EQ(inner.next() ? inner.bytes() : "", content);
  EXPECT_FALSE(middle.next());
  ASSERT_TRUE(outer.next());
  EXPECT_EQ(outer.field(), 4);
  EXPECT_EQ(outer.number(), 7U);
  EXPECT_FALSE(outer.next());
  EXPECT_TRUE(outer.ok() && middle.ok() && inner.ok());
}

TEST(Reader, GivesBackTheLargestNumbers) {
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  std::string out;
  {
    Writer writer(out);
    writer.number(1, kMost);
    writer.fixed64(2, kMost - 1);
    writer.message(3, [&] { writer.value64(5); });
  }
  Reader reader(out);
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.number(), kMost);
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.fixed64(), kMost - 1);
  ASSERT_TRUE(reader.next());
  Reader list(reader.bytes());
  std::uint64_t value = 0;
  EXPECT_TRUE(list.value64(value));
  EXPECT_EQ(value, 5U);
  EXPECT_FALSE(list.value64(value));
  EXPECT_TRUE(list.ok());
}

TEST(Reader, SaysWhenBytesAreBroken) {
  for (const std::string& bytes :
       {std::string("\x08"), std::string("\x08\x96"), std::string("\x12\x07test"),
        std::string("\x09\x01\x02"), std::string("\x0d\x01"), std::string("\x0b"),
        std::string("\x08") + std::string(11, '\xff')}) {
    Reader reader(bytes);
    EXPECT_FALSE(reader.next());
    EXPECT_FALSE(reader.ok()) << testing::PrintToString(bytes);
  }
}

TEST(Reader, AnotherTypeThanAskedForIsBroken) {
  Reader number(std::string_view("\x08\x01"));
  ASSERT_TRUE(number.next());
  EXPECT_EQ(number.bytes(), "");
  EXPECT_FALSE(number.ok());
  EXPECT_FALSE(number.next());
}

}  // namespace
}  // namespace vaste::wire
