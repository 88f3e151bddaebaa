// A program of its own, since it replaces operator new.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "unit/ingest/events.h"

namespace {
std::atomic<int> allocations{0};
}

// Not inlined: the compiler would see free() beside a new and warn.
__attribute__((noinline)) void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
__attribute__((noinline)) void operator delete(void* memory) noexcept {
  std::free(memory);
}
__attribute__((noinline)) void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace vaste::ingest {
namespace {

template <class F>
int count(F&& f) {
  const int before = allocations;
  f();
  return allocations - before;
}

// Protobuf keeps strings beyond 15 bytes outside its arena. Nothing else may allocate: the checks
// of an event add nothing to its parse.
TEST(DecodeAllocations, AreThoseOfTheParseAlone) {
  const std::string bytes = testing::mail().SerializeAsString();
  Decoder decoder({});
  const auto decode = [&] { ASSERT_TRUE(testing::decode(decoder, bytes, Format::kAuto)); };
  decode();  // the scratch text grows once
  const int parse = count([&] { ASSERT_NE(decoder.parse(bytes), nullptr); });
  EXPECT_GT(parse, 0) << "the replaced operator new does not count";
  EXPECT_EQ(count(decode), parse);
}

TEST(DecodeAllocations, AnEventOfShortTextsHasNone) {
  const std::string bytes = testing::changed([](v1::Event& event) {
    event.set_source("imap");
    event.clear_person();
    event.mutable_thread_keys(0)->set_value("<1@x>");
    event.mutable_message()->set_text("short");
  });
  Decoder decoder({});
  const auto decode = [&] { ASSERT_TRUE(testing::decode(decoder, bytes, Format::kAuto)); };
  decode();
  EXPECT_EQ(count([&] {
              for (int i = 0; i < 100; ++i) decode();
            }),
            0);
}

}  // namespace
}  // namespace vaste::ingest
