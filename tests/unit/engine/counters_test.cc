// What a transaction did is counted when it is known to be committed, and else never.
#include "engine/counters.h"

#include <gtest/gtest.h>

#include "unit/engine/metrics_text.h"

namespace vaste::engine {
namespace {

class CountersTest : public testing::Test {
 protected:
  static core::Enriched event(Channel channel, core::EventOutcome outcome,
                              JoinMethod method = JoinMethod::kNew) {
    core::Enriched out;
    out.channel = channel;
    out.outcome = outcome;
    out.method = method;
    out.kind = MomentKind::kCustomerMessage;
    return out;
  }
  void hold(core::Effects effects) { counters_.effects(effects, {}); }
  std::string told(const std::string& series) { return value(registry_.scrape(), series); }

  metrics::Registry registry_{metrics::Options{}};
  Counters counters_{registry_};
};

core::Effects all_kinds() {
  core::Effects effects;
  core::Enriched& late = effects.enriched.emplace_back();
  late.channel = Channel::kEmail;
  late.outcome = core::EventOutcome::kLateApplied;
  late.behind = Millis(90'000);
  late.kind = MomentKind::kCustomerMessage;
  late.method = JoinMethod::kExplicit;
  late.evidence = "mail:<1@example.org>";
  core::Enriched& duplicate = effects.enriched.emplace_back();
  duplicate.channel = Channel::kPhone;
  duplicate.outcome = core::EventOutcome::kDuplicate;
  duplicate.method = JoinMethod::kExplicit;
  duplicate.evidence = "call:pbx:1";
  using What = core::IdentityOut::What;
  for (const What what :
       {What::kMerged, What::kMerged, What::kSplit, What::kConflict, What::kSuggestion})
    effects.identity.push_back({.what = what, .epoch = 7});
  // A thread that gets to know whose it is: nobody was decided to be one with anybody.
  effects.identity.emplace_back().what = What::kMerged;
  effects.forgotten = 256;
  return effects;
}

// clang-format off
constexpr std::pair<const char*, const char*> kAllKinds[] = {
    {R"(vaste_events_total{channel="email",outcome="late_applied"})", "1"},
    {R"(vaste_events_total{channel="phone",outcome="duplicate"})", "1"},
    {R"(vaste_events_total{channel="other",outcome="dead_lettered"})", "1"},
    {R"(vaste_dead_letters_total{reason="too_large"})", "1"},
    {R"(vaste_messages_total{channel="email",direction="inbound"})", "1"},
    {R"(vaste_stitches_total{method="reply_header"})", "1"},
    {R"(vaste_stitches_total{method="id"})", "1"},
    {R"(vaste_event_late_seconds_sum{channel="email"})", "90"},
    {R"(vaste_event_late_seconds_count{channel="email"})", "1"},
    {"vaste_identity_merges_total", "2"},
    {"vaste_identity_splits_total", "1"},
    {"vaste_identity_conflicts_total", "1"},
    {"vaste_dedupe_evictions_total", "256"},
};
// clang-format on

TEST_F(CountersTest, NothingCountsBeforeTheCommit) {
  hold(all_kinds());
  counters_.dead_letter(Code::kTooLarge);
  for (const auto& [series, is] : kAllKinds) EXPECT_EQ(told(series), "0") << series;
  counters_.committed(Millis(20), {});
  for (const auto& [series, is] : kAllKinds) EXPECT_EQ(told(series), is) << series;
  EXPECT_EQ(told(R"(vaste_commits_total{outcome="ok"})"), "1");
  counters_.committed(Millis(20), {});
  for (const auto& [series, is] : kAllKinds) EXPECT_EQ(told(series), is) << series << " again";
}

TEST_F(CountersTest, WhatIsAbortedNeverCounts) {
  hold(all_kinds());
  counters_.dead_letter(Code::kTooLarge);
  counters_.aborted(false);
  counters_.committed(Millis(20), {});
  for (const auto& [series, is] : kAllKinds) EXPECT_EQ(told(series), "0") << series;
  EXPECT_EQ(told(R"(vaste_commits_total{outcome="failed"})"), "1");
  counters_.aborted(true);
  EXPECT_EQ(told(R"(vaste_commits_total{outcome="fenced"})"), "1");
}

// An outcome that nobody told counts once it was asked for, whatever is given up until then.
TEST_F(CountersTest, WhatIsInDoubtCountsIfItWasCommitted) {
  hold(all_kinds());
  counters_.dead_letter(Code::kTooLarge);
  counters_.in_doubt();
  counters_.aborted(false);
  for (const auto& [series, is] : kAllKinds) EXPECT_EQ(told(series), "0") << series;
  counters_.settled(true, Millis(900), {});
  for (const auto& [series, is] : kAllKinds) EXPECT_EQ(told(series), is) << series;
  EXPECT_EQ(told(R"(vaste_commits_total{outcome="ok"})"), "1");
  EXPECT_EQ(told(R"(vaste_commits_total{outcome="fenced"})"), "0");
  counters_.committed(Millis(20), {});
  for (const auto& [series, is] : kAllKinds) EXPECT_EQ(told(series), is) << series << " again";
}

TEST_F(CountersTest, WhatIsInDoubtNeverCountsIfItWasNotCommitted) {
  hold(all_kinds());
  counters_.dead_letter(Code::kTooLarge);
  counters_.in_doubt();
  counters_.settled(false, Millis(900), {});
  EXPECT_EQ(told(R"(vaste_commits_total{outcome="fenced"})"), "1");
  counters_.committed(Millis(20), {});
  for (const auto& [series, is] : kAllKinds) EXPECT_EQ(told(series), "0") << series;
}

TEST_F(CountersTest, EachWayToFindAConversationHasItsName) {
  core::Effects effects;
  for (const JoinMethod method : {JoinMethod::kIdentity, JoinMethod::kRule, JoinMethod::kNew,
                                  JoinMethod::kNone, JoinMethod::kOperator})
    effects.enriched.push_back(event(Channel::kChat, core::EventOutcome::kApplied, method));
  hold(std::move(effects));
  counters_.committed(Millis(1), {});
  EXPECT_EQ(told(R"(vaste_stitches_total{method="identity"})"), "1");
  EXPECT_EQ(told(R"(vaste_stitches_total{method="rule"})"), "1");
  EXPECT_EQ(told(R"(vaste_stitches_total{method="new"})"), "2");
  EXPECT_EQ(told(R"(vaste_stitches_total{method="id"})"), "1");
}

TEST_F(CountersTest, WhatIsNoTransactionCountsAtOnce) {
  counters_.rebalanced("revoked");
  counters_.rebalance_took(Millis(1500));
  counters_.restored(300);
  counters_.restored(200);
  counters_.restore_took(Millis(40'000));
  counters_.timer_lag(Millis(250));
  EXPECT_EQ(told(R"(vaste_kafka_rebalances_total{kind="revoked"})"), "1");
  EXPECT_EQ(told("vaste_kafka_rebalance_seconds_sum"), "1.5");
  EXPECT_EQ(told("vaste_restore_records_total"), "500");
  EXPECT_EQ(told("vaste_restore_seconds_sum"), "40");
  EXPECT_EQ(told(R"(vaste_timer_lag_seconds_sum{kind="deadline"})"), "0.25");
}

}  // namespace
}  // namespace vaste::engine
