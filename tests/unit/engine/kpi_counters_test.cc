// Which counter each contribution to KPIs feeds, and that it does so once.
#include "engine/kpi_counters.h"

#include <gtest/gtest.h>

#include "unit/engine/metrics_text.h"

namespace vaste::engine {
namespace {

core::Contributed given(Fact fact, Outcome outcome = Outcome::kNone, std::string name = {},
                        std::int64_t ms = 0) {
  core::Contributed one;
  one.fact = fact;
  one.outcome = outcome;
  one.name = std::move(name);
  one.value = ms;
  one.channel = Channel::kPhone;
  one.from = Channel::kEmail;
  one.attributes.queue = "desk";
  one.fresh = true;
  return one;
}

class Counting : public testing::Test {
 protected:
  static metrics::Options options() {
    metrics::Options out;
    out.policy.queues = {{.name = "desk"}};
    out.policy.slas = {{.name = "first"}};
    return out;
  }
  std::string after(const core::Contributed& one) {
    counters_.hold(std::span(&one, 1));
    counters_.count();
    return registry_.scrape();
  }

  metrics::Registry registry_{options()};
  KpiCounters counters_{registry_};
};

// clang-format off
TEST_F(Counting, EachFactHasItsMetric) {
  struct Row { core::Contributed one; const char* series; const char* is; };
  core::Contributed spent = given(Fact::kSlaSpent, Outcome::kNone, "first", 90'000);
  spent.wall = 3'600'000;
  spent.target = 60'000;
  const Row rows[] = {
      {given(Fact::kContact, Outcome::kOutgoing), R"(vaste_contacts_total{channel="phone",direction="outbound",queue="desk"})", "1"},
      {given(Fact::kWait, Outcome::kAnsweredWithin, "", 12'000), R"(vaste_contacts_answered_total{channel="phone",queue="desk",within="true"})", "1"},
      {given(Fact::kWait, Outcome::kAnsweredLate, "", 30'000), R"(vaste_answer_wait_seconds_sum{channel="phone",queue="desk"})", "42"},
      {given(Fact::kWait, Outcome::kAbandonedShort), R"(vaste_contacts_abandoned_total{channel="phone",kind="short",queue="desk"})", "1"},
      {given(Fact::kWait, Outcome::kAbandonedLong, "", 7'000), R"(vaste_abandon_wait_seconds_sum{channel="phone",queue="desk"})", "7"},
      {given(Fact::kTalk, Outcome::kNone, "", 60'000), R"(vaste_handle_seconds_sum{phase="talk",queue="desk"})", "60"},
      {given(Fact::kHold), R"(vaste_handle_seconds_count{phase="hold",queue="desk"})", "1"},
      {given(Fact::kWrapUp, Outcome::kNone, "", 5'000), R"(vaste_handle_seconds_sum{phase="wrap",queue="desk"})", "5"},
      {given(Fact::kTransfer), R"(vaste_transfers_total{queue="desk"})", "1"},
      {given(Fact::kChannelSwitch), R"(vaste_channel_switches_total{from="email",to="phone"})", "1"},
      {given(Fact::kSla, Outcome::kBreached, "first"), R"(vaste_sla_decided_total{channel="phone",outcome="breached",queue="desk",sla="first"})", "1"},
      {spent, R"(vaste_sla_spent_seconds_sum{queue="desk",sla="first"})", "90"},
      {spent, R"(vaste_sla_wall_seconds_sum{queue="desk",sla="first"})", "7200"},
      {spent, R"(vaste_sla_used_ratio_sum{queue="desk",sla="first"})", "4.5"},
      {given(Fact::kResolution), R"(vaste_resolutions_total{channel="phone",queue="desk"})", "1"},
      {given(Fact::kReopen), R"(vaste_reopens_total{channel="phone",queue="desk"})", "1"},
      {given(Fact::kFirstContact, Outcome::kRepeated), R"(vaste_first_contact_total{outcome="repeated",queue="desk"})", "1"},
      {given(Fact::kRepeatContact), R"(vaste_repeat_contacts_total{channel="phone",queue="desk"})", "1"},
      {given(Fact::kSurveySent, Outcome::kNone, "nps"), R"(vaste_survey_invitations_total{queue="desk",survey="nps"})", "1"},
      {given(Fact::kSurveyAnswered, Outcome::kGood, "csat", 4'500), R"(vaste_survey_responses_total{band="good",queue="desk",survey="csat"})", "1"},
      {given(Fact::kSurveyAnswered, Outcome::kGood, "csat", 4'000), R"(vaste_survey_points_total{queue="desk",survey="csat"})", "8.5"},
      {given(Fact::kSurveyAnswered, Outcome::kBad, "enps"), R"(vaste_survey_responses_total{band="bad",queue="_other",survey="enps"})", "1"},
  };
  for (const Row& row : rows) EXPECT_EQ(value(after(row.one), row.series), row.is) << row.series;
}
// clang-format on

TEST_F(Counting, NothingIsCountedAgain) {
  core::Contributed one = given(Fact::kSla, Outcome::kMet, "first");
  one.fresh = false;
  const std::string met =
      R"(vaste_sla_decided_total{channel="phone",outcome="met",queue="desk",sla="first"})";
  EXPECT_EQ(value(after(one), met), "0");
  one.taken_back = true;
  EXPECT_EQ(value(after(one), met), "0");
}

TEST_F(Counting, NothingOfWhatWasGivenUp) {
  const core::Contributed one = given(Fact::kTransfer);
  counters_.hold(std::span(&one, 1));
  counters_.clear();
  counters_.count();
  EXPECT_EQ(value(registry_.scrape(), R"(vaste_transfers_total{queue="desk"})"), "0");
}

}  // namespace
}  // namespace vaste::engine
