// Every explanation adds up: recomputed from the calendar alone, without the fold.
#include "clocks/explain.h"

#include <gtest/gtest.h>

#include "properties/conversations.h"
#include "support/fleet.h"

namespace vaste::test {
namespace {

using clocks::ClockExplanation;
using clocks::Part;
using clocks::PartKind;

void expect_sound(const ClockExplanation& clock, Instant now) {
  const auto& policy = *compiled();
  const ClockRun& run = clock.run;
  const clocks::Calendar* calendar = policy.calendar(run.calendar);
  ASSERT_NE(calendar, nullptr) << run.calendar;
  Instant at = run.started;
  Millis sum{0};
  for (const Part& part : clock.parts) {
    ASSERT_EQ(part.from, at) << "a gap";
    ASSERT_LT(part.from, part.to);
    at = part.to;
    const Millis open = calendar->elapsed(part.from, part.to);
    if (part.kind != PartKind::kPaused) {
      ASSERT_EQ(open, part.kind == PartKind::kCounted ? part.to - part.from : Millis(0));
    }
    if (part.kind == PartKind::kCounted) sum += part.to - part.from;
  }
  ASSERT_EQ(at, is_set(run.stopped) ? run.stopped : std::max(now, run.started));
  ASSERT_EQ(sum, clock.counted);
  ASSERT_EQ(sum, clocks::elapsed(run, now, policy)) << run.sla;
  ASSERT_EQ(run.state == ClockState::kBreached,
            is_set(run.stopped) && sum > run.target && run.state != ClockState::kVoid);
}

TEST(Explain, AddsUpForEveryClock) {
  const std::uint64_t conversations = number_of("VASTE_EXPLAIN_CONVERSATIONS", 500);
  std::uint64_t paused = 0, closed = 0, breached = 0;
  for (std::uint64_t seed = 1; seed <= conversations; ++seed) {
    const auto events = Maker(seed).conversation();
    Fleet fleet(compiled(), 1, seed);
    for (const Incoming& event : events) fleet.send(event);
    fleet.run();
    const Instant now = events.back().moment.at + std::chrono::hours(80);
    for (const auto& [id, conversation] : fleet.conversations()) {
      for (const ClockExplanation& clock : clocks::explain(*conversation, *compiled(), now)) {
        expect_sound(clock, now);
        if (HasFatalFailure()) FAIL() << "seed " << seed;
        breached += clock.run.state == ClockState::kBreached ? 1 : 0;
        for (const Part& part : clock.parts) {
          paused += part.kind == PartKind::kPaused ? 1 : 0;
          closed += part.kind == PartKind::kClosed ? 1 : 0;
        }
      }
    }
  }
  EXPECT_GT(paused, conversations / 20);
  EXPECT_GT(closed, conversations / 2);
  EXPECT_GT(breached, conversations / 5);
}

TEST(Explain, SaysWhenItIsCut) {
  const auto events = Maker(1).conversation();
  Fleet fleet(compiled(), 1, 1);
  fleet.send(events.front());
  fleet.run();
  const Instant now = events.front().moment.at + std::chrono::hours(24 * 60);
  const auto all = fleet.conversations();
  ASSERT_EQ(all.size(), 1U);
  for (const ClockExplanation& clock : clocks::explain(*all.begin()->second, *compiled(), now, 3)) {
    EXPECT_TRUE(clock.cut || clock.parts.size() < 3);
    EXPECT_LE(clock.parts.size(), 3U);
  }
}

}  // namespace
}  // namespace vaste::test
