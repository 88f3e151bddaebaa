// What is over goes to the front and is not looked at again: that nobody can tell.
#include <gtest/gtest.h>

#include <random>

#include "clocks/history.h"
#include "story.h"

namespace vaste::clocks {
namespace {

using namespace story;
using enum MomentKind;

const CompiledPolicy& warning() {
  static const CompiledPolicy made(policy(
      {everything({target(kFirst, 60min, 0, 0.5), target(kNext, 20min, 0, 0.5),
                   target(kPausing, 30min), target(kResolution, 8h), target(kSpeed, 20s)})}));
  return made;
}

// Days of questions and answers, some late, with pauses, ends and reopenings between them.
std::vector<Moment> long_story(std::mt19937_64& random, std::size_t count) {
  std::vector<Moment> moments;
  Instant now = mon(9h);
  for (std::uint64_t i = 0; i < count; ++i) {
    now += Millis(static_cast<std::int64_t>(random() % 16) * 60'000);
    constexpr MomentKind kKinds[] = {kCustomerMessage, kAgentMessage, kCustomerMessage,
                                     kAgentMessage,    kPending,      kActive,
                                     kResolved,        kReopened,     kClosed};
    const std::uint64_t drawn = random() % 40;
    Moment one = moment(now, kKinds[drawn < 36 ? drawn % 4 : drawn % 9], Channel::kChat);
    one.id = i + 1;
    moments.push_back(one);
  }
  return moments;
}

std::string said(const std::vector<PublishedAlert>& alerts) {
  std::string out;
  for (const PublishedAlert& alert : alerts)
    out += alert.sla + '#' + std::to_string(alert.cycle) + ' ' + name(alert.level) + ' ' +
           std::to_string(static_cast<int>(alert.status)) + ' ' + std::to_string(alert.revision) +
           ' ' + std::to_string(to_ms(alert.due)) + '\n';
  return out;
}

Moment mail(Instant at) {
  return moment(at, kCustomerMessage, Channel::kEmail);
}
Moment answer(Instant at) {
  return moment(at, kAgentMessage, Channel::kEmail);
}

class Settled : public testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, Settled, testing::Range<std::uint64_t>(1, 4));

// Deadlines are looked at now and then: what was compared before is passed over, and the same is
// said as if nothing were.
TEST_P(Settled, AlertsAndDeadlinesAreThoseOfAllRuns) {
  std::mt19937_64 random(GetParam());
  const CompiledPolicy& rules = warning();
  FoldState state;
  std::vector<PublishedAlert> published, expected;
  Instant looked, seen;
  const auto look = [&](Instant gate, Instant before) {
    FoldState whole = state;
    whole.is_new = true;
    const auto changes = compare_alerts(state, published, gate, seen, rules, {looked, before});
    const auto all = compare_alerts(whole, expected, gate, seen, rules);
    state.is_new = false;
    ASSERT_EQ(said(published), said(expected));
    ASSERT_EQ(changes.size(), all.size());
    whole.settled = 0;
    ASSERT_EQ(next_deadline(state, gate, rules), next_deadline(whole, gate, rules));
  };
  std::size_t most_unsettled = 0;
  for (const Moment& one : long_story(random, 1200)) {
    if (random() % 30 == 0) {
      const Instant gate =
          std::max(looked, one.at - Millis(static_cast<std::int64_t>(random() % 3 * 3'600'000)));
      look(gate, kEndOfTime);
      looked = seen = gate;
    }
    apply(state, one, {}, rules);
    look(looked, one.at);
    most_unsettled = std::max(most_unsettled, state.clocks.size() - state.settled);
  }
  EXPECT_GT(state.clocks_dropped, 0U);
  EXPECT_GT(expected.size(), 100U);
  EXPECT_LT(most_unsettled, 60U);
}

// Statistics are of all exchanges, those that are kept no longer too.
TEST_P(Settled, ExchangesAreCountedOnce) {
  std::mt19937_64 random(GetParam());
  const CompiledPolicy& rules = warning();
  FoldState state;
  std::uint32_t late = 0, counted = 0;
  Millis worst{0}, last{0};
  const auto moments = long_story(random, 2000);
  for (const Moment& one : moments) {
    apply(state, one, {}, rules);
    for (const ClockRun& run : state.unsettled()) {
      if (run.sla != "next" || is_open(run.state) || run.cycle <= counted) continue;
      counted = run.cycle;
      if (run.state == ClockState::kVoid) continue;
      late += run.elapsed > run.target ? 1 : 0;
      worst = std::max(worst, run.elapsed);
      last = run.elapsed;
    }
  }
  const Exchanges all = exchanges(state, "next", moments.back().at, rules);
  const ClockRun& newest = run_of(state, "next", all.begun);
  if (is_open(newest.state) && elapsed(newest, moments.back().at, rules) > newest.target) ++late;
  EXPECT_EQ(all.late, late);
  EXPECT_EQ(all.worst_elapsed, worst);
  EXPECT_EQ(all.last_elapsed, last);
}

// Several things at the very instant of the end: a reopening takes them all up again.
TEST(Settle, WhatAReopeningTakesUpStays) {
  std::vector<Moment> moments{mail(mon(8h)), answer(mon(8h + 1min))};
  for (int i = 0; i < 100; ++i) {
    moments.push_back(mail(mon(9h) + i * 2min));
    moments.push_back(answer(mon(9h) + i * 2min + 1min));
  }
  moments.push_back(moment(mon(14h), kResolved));
  moments.push_back(moment(mon(15h), kReopened));
  const FoldState state = fold(moments, plain());
  EXPECT_GT(state.settled, 50U);
  EXPECT_EQ(run_of(state, "resolution").state, ClockState::kRunning);
  EXPECT_EQ(elapsed(run_of(state, "resolution"), mon(15h), plain()), 6h);
}

}  // namespace
}  // namespace vaste::clocks
