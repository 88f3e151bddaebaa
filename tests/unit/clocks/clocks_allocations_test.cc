// A program of its own, since it replaces operator new: what most events do to a conversation must
// not allocate.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "clocks/fold.h"
#include "unit/clocks/story.h"

namespace {
std::atomic<int> allocations{0};
}

// Not inlined: the compiler would see free() beside a new and warn.
__attribute__((noinline)) void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
__attribute__((noinline)) void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
__attribute__((noinline)) void operator delete(void* memory) noexcept {
  std::free(memory);
}
__attribute__((noinline)) void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
__attribute__((noinline)) void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}

namespace vaste::clocks {
namespace {

using namespace story;

template <class F>
int count(F&& f) {
  const int before = allocations;
  f();
  return allocations - before;
}

Moment mail(Instant at) {
  return with(moment(at, MomentKind::kCustomerMessage, Channel::kEmail), 1);
}

class Allocations : public testing::Test {
 protected:
  const std::vector<Attributes> sets_{[] {
    Attributes set;
    set.queue = "a queue whose name is longer than a short string";
    return set;
  }()};
  const CompiledPolicy rules_{policy({everything({target(kFirst, 60min, 1, 0.75)})})};
  FoldState state_ = fold({mail(mon(9h)), mail(mon(9h + 1min))}, rules_, sets_);
};

TEST_F(Allocations, AreCounted) {
  FoldState fresh;
  EXPECT_GT(count([&] { apply(fresh, mail(mon(9h)), sets_, rules_); }), 0);
}

TEST_F(Allocations, NoneWhenAMessageStartsNoRun) {
  EXPECT_EQ(count([&] { apply(state_, mail(mon(9h + 2min)), sets_, rules_); }), 0);
  EXPECT_EQ(state_.customer_messages, 3U);
}

TEST_F(Allocations, NoneWhenAnAnswerEndsOne) {
  const Moment answer = moment(mon(9h + 2min), MomentKind::kAgentMessage, Channel::kEmail);
  EXPECT_EQ(count([&] { apply(state_, answer, sets_, rules_); }), 0);
  EXPECT_EQ(run_of(state_, "first").state, ClockState::kMet);
}

TEST_F(Allocations, NoneWhenThereIsNothingToSay) {
  std::vector<PublishedAlert> published;
  std::vector<AlertChange> changes;
  EXPECT_EQ(count([&] {
              changes = compare_alerts(state_, published, mon(9h + 10min), mon(9h), rules_);
              next_deadline(state_, mon(9h), rules_);
            }),
            0);
  EXPECT_TRUE(changes.empty());
}

}  // namespace
}  // namespace vaste::clocks
