// On every breach of every data set the intervals of the explanation sum to the elapsed time,
// recomputed from the calendar's definition alone. Under the set's own policy, whose calendars are
// always open, and under one with office hours and every clock.
//
// VASTE_REAL_CONVERSATIONS: so many of each set (default 150, 0 = all), chosen by VASTE_REAL_SEED.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "clocks/explain.h"
#include "properties/conversations.h"
#include "properties/outcome.h"
#include "properties/slow_calendar.h"
#include "support/fleet.h"
#include "support/real_conversations.h"

namespace vaste::test {
namespace {

using clocks::ClockExplanation;
using clocks::Part;
using clocks::PartKind;
using CompiledPolicy = std::shared_ptr<const clocks::CompiledPolicy>;

const CalendarSpec& spec_of(const CompiledPolicy& policy, const std::string& name) {
  const auto& all = policy->policy().calendars;
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const CalendarSpec& spec) { return spec.name == name; });
  VASTE_CHECK(found != all.end());
  return *found;
}

struct Sum {
  std::uint64_t conversations = 0, breaches = 0, alerts = 0, closed = 0, paused = 0;
  std::uint64_t in_hours = 0;  // breaches on a calendar that closes
};

// Each part is what it says, there are no gaps, and those that count come to what the clock shows.
void expect_sound(const ClockExplanation& clock, const CalendarSpec& calendar, Instant now,
                  Sum& sum) {
  const ClockRun& run = clock.run;
  const Instant end = is_set(run.stopped) ? run.stopped : now;
  ASSERT_FALSE(clock.cut) << run.sla;
  Instant at = run.started;
  Millis counted{0};
  for (const Part& part : clock.parts) {
    ASSERT_EQ(part.from, at) << "a gap";
    ASSERT_LT(part.from, part.to);
    at = part.to;
    const Millis open = slow_open(calendar, part.from, part.to);
    if (part.kind == PartKind::kPaused) {
      ++sum.paused;
      continue;
    }
    ASSERT_EQ(open, part.kind == PartKind::kCounted ? part.to - part.from : Millis(0)) << run.sla;
    counted += open;
    sum.closed += part.kind == PartKind::kClosed ? 1 : 0;
  }
  ASSERT_EQ(at, end);
  ASSERT_EQ(counted, clock.counted);
  ASSERT_EQ(counted, slow_elapsed(calendar, run.running, end)) << run.sla;
  if (is_set(run.stopped)) {
    ASSERT_EQ(counted, run.elapsed) << run.sla;
  }
}

// The breach is where the counted time passes the target: not before, not later.
void expect_breached_when_due(const ClockExplanation& clock, const CalendarSpec& calendar) {
  const ClockRun& run = clock.run;
  ASSERT_TRUE(clock.due.has_value() && clock.breaches_at.has_value()) << run.sla;
  ASSERT_EQ(slow_elapsed(calendar, run.running, *clock.due), run.target) << run.sla;
  ASSERT_EQ(slow_elapsed(calendar, run.running, *clock.breaches_at - Millis(1)), run.target)
      << run.sla;
  ASSERT_EQ(slow_elapsed(calendar, run.running, *clock.breaches_at), run.target + Millis(1))
      << run.sla;
}

void check_alerts(const Fleet& fleet, const CompiledPolicy& policy, Sum& sum) {
  for (const core::AlertOut& out : fleet.alerts()) {
    if (out.alert.level != AlertLevel::kBreached || out.alert.status == AlertStatus::kRetracted)
      continue;
    ++sum.alerts;
    const CalendarSpec& calendar = spec_of(policy, out.run.calendar);
    // Of a clock that is over what it came to, whenever that was noticed.
    const Instant until = is_set(out.run.stopped) ? out.run.stopped : out.changed;
    ASSERT_EQ(out.elapsed, slow_elapsed(calendar, out.run.running, until)) << out.alert.sla;
    if (!out.run.due_at_opening && !out.run.attached_late) {
      ASSERT_EQ(slow_elapsed(calendar, out.run.running, out.alert.due), out.run.target)
          << out.alert.sla;
    }
  }
}

// Told as it happened, in the order of time: breaches are noticed when they come.
void check(const CompiledPolicy& policy, std::vector<Incoming> events, Sum& sum) {
  std::stable_sort(events.begin(), events.end(),
                   [](const Incoming& a, const Incoming& b) { return before(a.moment, b.moment); });
  Fleet fleet(policy, 1, 1);
  for (const Incoming& event : events) {
    fleet.advance(event.moment.at - Millis(1));
    fleet.send(event);
    fleet.run();
  }
  const Instant now = events.back().moment.at + std::chrono::hours(24 * 20);
  fleet.advance(now);
  check_alerts(fleet, policy, sum);
  for (const auto& [id, conversation] : fleet.conversations()) {
    ++sum.conversations;
    for (const ClockExplanation& clock : clocks::explain(*conversation, *policy, now)) {
      const CalendarSpec& calendar = spec_of(policy, clock.run.calendar);
      const bool late =
          slow_elapsed(calendar, clock.run.running,
                       is_set(clock.run.stopped) ? clock.run.stopped : now) > clock.run.target;
      if (!late) continue;
      ++sum.breaches;
      sum.in_hours += calendar.always_open ? 0 : 1;
      expect_sound(clock, calendar, now, sum);
      if (testing::Test::HasFatalFailure()) return;
      expect_breached_when_due(clock, calendar);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

class RealExplain : public testing::TestWithParam<std::string> {};

TEST_P(RealExplain, EveryBreachAddsUp) {
  const std::uint64_t sample = number_of("VASTE_REAL_CONVERSATIONS", 150);
  const auto passes = real_passes(GetParam(), sample, number_of("VASTE_REAL_SEED", 1));
  ASSERT_FALSE(HasFailure());
  if (passes.empty()) GTEST_SKIP() << no_real_data();
  for (const RealPass& pass : passes) {
    Sum own, office;
    for (const std::vector<Incoming>& events : pass.conversations) {
      check(pass.policy, events, own);
      check(compiled(), events, office);
      ASSERT_FALSE(HasFailure()) << pass.name << '\n' << text_of(events);
    }
    std::cout << pass.name << ": " << own.conversations << " conversations; breaches "
              << own.breaches << " and " << office.breaches << ", alerts of them " << own.alerts
              << " and " << office.alerts << "; closed parts " << office.closed << ", paused "
              << own.paused + office.paused << '\n';
    EXPECT_GT(own.breaches, 0U) << pass.name;
    EXPECT_GT(own.alerts, 0U) << pass.name;
    EXPECT_GT(office.breaches, own.conversations / 4) << pass.name;
    // Calls, and what came by telephone, are answered round the clock there.
    if (office.in_hours > 0) {
      EXPECT_GT(office.closed, office.in_hours) << pass.name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Sets, RealExplain, testing::ValuesIn(real_sets()),
                         [](const testing::TestParamInfo<std::string>& one) {
                           std::string name = one.param;
                           std::replace_if(
                               name.begin(), name.end(),
                               [](char c) { return c == '-' || c == '/'; }, '_');
                           return name;
                         });

}  // namespace
}  // namespace vaste::test
