// What a summary and an alert tell of clocks, read back as a consumer would.
#include "emit/encode.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "base/hash.h"
#include "core/step.h"
#include "unit/clocks/story.h"
#include "vaste/v1/alert.pb.h"
#include "vaste/v1/conversation.pb.h"
#include "vaste/v1/dead_letter.pb.h"

namespace vaste::emit {
namespace {

using namespace clocks::story;
using enum MomentKind;

std::shared_ptr<const clocks::CompiledPolicy> rules() {
  static const auto made = [] {
    Policy one = policy({everything({target(kNext, 30min), target(kResolution, 8h)})});
    one.slas.push_back({"commitment", ClockKind::kCommitment});
    one.rules[0].targets.push_back(
        {static_cast<std::uint16_t>(one.slas.size() - 1),
         Millis(0),
         0,
         {{.share = 0.5, .remaining = {}}, {.share = 0.75, .remaining = {}}}});
    return std::make_shared<const clocks::CompiledPolicy>(std::move(one));
  }();
  return made;
}

Moment mail(Instant at) {
  return moment(at, kCustomerMessage, Channel::kEmail);
}
Moment answer(Instant at) {
  return moment(at, kAgentMessage, Channel::kEmail);
}

// Two exchanges, the first too late; pending for an hour; and a promise that has a name.
Conversation told() {
  Moment promise = about(moment(mon(13h), kCommitmentMade), hash64("refund"));
  promise.value = to_ms(mon(17h));
  Conversation made =
      conversation({mail(mon(9h)), answer(mon(9h + 5min)), mail(mon(10h)), answer(mon(10h + 40min)),
                    moment(mon(11h), kPending), mail(mon(12h)), answer(mon(12h + 10min)), promise});
  made.id = {1, 2};
  made.promises = {"credit", "refund"};
  made.fold = clocks::refold(made, *rules());
  made.fired_until = mon(14h);
  return made;
}

v1::Conversation summary(const Conversation& in) {
  Encoder encoder;
  const auto version = rules();
  v1::Conversation out;
  EXPECT_TRUE(out.ParseFromString(std::string(encoder.conversation(in, *version))));
  return out;
}

const v1::Clock& clock_of(const v1::Conversation& in, const std::string& sla, unsigned cycle = 1) {
  for (const v1::Clock& clock : in.clocks())
    if (clock.sla() == sla && clock.cycle() == cycle) return clock;
  ADD_FAILURE() << "no " << sla;
  return v1::Clock::default_instance();
}

// Sums over the newest summaries count each fact once; who it was is told by the attributes of
// then.
TEST(Summary, HasEveryContributionOnce) {
  Conversation one = conversation(
      {with(mail(mon(9h)), 1), with(answer(mon(9h + 5min)), 2), moment(mon(10h), kResolved)},
      {{.queue = "mail"}, {.agent = "bob"}});
  one.id = {1, 2};
  one.fold = clocks::refold(one, *rules());
  one.fired_until = mon(10h + 24h * 7);
  const v1::Conversation out = summary(one);
  const auto find = [&](v1::KpiFact fact) {
    const v1::Contribution* found = nullptr;
    for (const auto& contribution : out.contributions())
      if (contribution.fact() == fact) {
        EXPECT_EQ(found, nullptr) << "twice";
        found = &contribution;
      }
    EXPECT_NE(found, nullptr);
    return found == nullptr ? v1::Contribution() : *found;
  };
  const auto attributes = [&](const v1::Contribution& of) {
    return out.kpi_attributes(static_cast<int>(of.attributes()));
  };
  const v1::Contribution contact = find(v1::KPI_FACT_CONTACT);
  EXPECT_EQ(contact.outcome(), v1::KPI_OUTCOME_INBOUND);
  EXPECT_EQ(contact.channel(), v1::CHANNEL_EMAIL);
  EXPECT_EQ(contact.at().seconds(), to_ms(mon(9h)) / 1000);
  EXPECT_EQ(attributes(contact).queue(), "mail");
  EXPECT_EQ(attributes(contact).agent(), "");
  const v1::Contribution spent = find(v1::KPI_FACT_SLA_SPENT);
  EXPECT_EQ(spent.name(), "resolution");
  EXPECT_EQ(spent.number(), 1U);
  EXPECT_EQ(spent.value(), 3'600'000);
  EXPECT_EQ(spent.target_ms(), 8 * 3'600'000);
  EXPECT_EQ(attributes(spent).agent(), "bob");
  EXPECT_EQ(find(v1::KPI_FACT_SLA).outcome(), v1::KPI_OUTCOME_MET);
  EXPECT_EQ(find(v1::KPI_FACT_FIRST_CONTACT).outcome(), v1::KPI_OUTCOME_RESOLVED);
  EXPECT_EQ(out.kpi_attributes_size(), 2);
}

// The wire's numbers are those of the model, both ways.
TEST(Summary, NamesFactsAndOutcomesAsTheModelDoes) {
  const auto spelled = [](std::string wire, const std::string& prefix) {
    wire.erase(0, prefix.size());
    std::transform(wire.begin(), wire.end(), wire.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return wire;
  };
  EXPECT_EQ(v1::KpiFact_descriptor()->value_count(), static_cast<int>(kLastFact) + 1);
  for (int i = 1; i <= static_cast<int>(kLastFact); ++i)
    EXPECT_EQ(spelled(v1::KpiFact_Name(static_cast<v1::KpiFact>(i)), "KPI_FACT_"),
              name(static_cast<Fact>(i)));
  EXPECT_EQ(v1::KpiOutcome_descriptor()->value_count(), static_cast<int>(kLastOutcome) + 1);
  for (int i = 1; i <= static_cast<int>(kLastOutcome); ++i)
    EXPECT_EQ(spelled(v1::KpiOutcome_Name(static_cast<v1::KpiOutcome>(i)), "KPI_OUTCOME_"),
              name(static_cast<Outcome>(i)));
}

TEST(Summary, TellsTheExchangesOfAnSla) {
  const v1::Conversation out = summary(told());
  ASSERT_EQ(out.exchanges_size(), 1);  // of the others there is one, and its clock says it all
  const v1::ClockExchanges& next = out.exchanges(0);
  EXPECT_EQ(next.sla(), "next");
  EXPECT_EQ(next.begun(), 2U);
  EXPECT_EQ(next.late(), 1U);
  EXPECT_EQ(next.worst_elapsed_ms(), Millis(40min).count());
  EXPECT_EQ(next.worst_margin_ms(), Millis(-10min).count());
  EXPECT_EQ(next.last_elapsed_ms(), Millis(10min).count());
}

TEST(Summary, TellsWhenAClockBreachedAndStoodStill) {
  const v1::Conversation out = summary(told());
  EXPECT_EQ(clock_of(out, "next").breached().seconds() * 1000 +
                clock_of(out, "next").breached().nanos() / 1'000'000,
            to_ms(mon(10h + 30min + 1ms)));
  EXPECT_FALSE(clock_of(out, "next", 2).has_breached());
  EXPECT_EQ(clock_of(out, "next").pauses_size(), 0);
  const v1::Clock& resolution = clock_of(out, "resolution");
  ASSERT_EQ(resolution.pauses_size(), 1);
  EXPECT_EQ(resolution.pauses(0).from().seconds() * 1000, to_ms(mon(11h)));
  EXPECT_EQ(resolution.pauses(0).to().seconds() * 1000, to_ms(mon(12h)));
  EXPECT_EQ(resolution.paused_ms(), Millis(1h).count());
}

TEST(Summary, TellsOfTheNewestPausesOnly) {
  std::vector<Moment> moments{mail(mon(1h))};
  for (int i = 0; i < 20; ++i) {
    moments.push_back(moment(mon(2h + i * 10min), kPending));
    moments.push_back(moment(mon(2h + i * 10min + 1min), kActive));
  }
  Conversation many = conversation(std::move(moments));
  many.fold = clocks::refold(many, *rules());
  const v1::Clock resolution = clock_of(summary(many), "resolution");
  EXPECT_EQ(resolution.pauses_size(), 16);
  EXPECT_EQ(resolution.pauses(0).from().seconds() * 1000, to_ms(mon(2h + 40min)));
  EXPECT_EQ(resolution.paused_ms(), Millis(20min).count());
}

TEST(Summary, TellsTheNameOfAPromise) {
  const v1::Conversation out = summary(told());
  EXPECT_EQ(clock_of(out, "commitment").reference(), "refund");
  EXPECT_EQ(clock_of(out, "commitment").due().seconds() * 1000, to_ms(mon(17h)));
  EXPECT_EQ(clock_of(out, "resolution").reference(), "");
}

TEST(Alert, OfASecondWarningSaysSoAndHasItsOwnId) {
  const Conversation in = told();
  std::vector<PublishedAlert> published;
  const auto changes =
      clocks::compare_alerts(in.fold, published, mon(16h + 30min), mon(13h), *rules());
  std::vector<std::string> ids;
  std::vector<std::pair<int, unsigned>> levels;
  Encoder encoder;
  const auto version = rules();
  for (const clocks::AlertChange& change : changes) {
    if (change.alert.clock != ClockKind::kCommitment) continue;
    core::AlertOut out;
    out.conversation = in.id;
    out.version = version.get();
    out.alert = change.alert;
    out.run = in.fold.clocks[change.run];
    out.promise = core::promise_of(in, out.run);
    v1::Alert alert;
    ASSERT_TRUE(alert.ParseFromString(std::string(encoder.alert(out, mon(17h)))));
    EXPECT_EQ(alert.reference(), "refund");
    ids.push_back(alert.id().substr(alert.id().find(':')));
    levels.emplace_back(alert.level(), alert.warning());
  }
  EXPECT_EQ(ids, (std::vector<std::string>{":commitment:1:at_risk", ":commitment:1:at_risk_2"}));
  EXPECT_EQ(levels, (std::vector<std::pair<int, unsigned>>{{v1::ALERT_LEVEL_AT_RISK, 1},
                                                           {v1::ALERT_LEVEL_AT_RISK, 2}}));
}

TEST(DeadLetter, SaysWhatCameFromWhereAndWhatIsWrongWithIt) {
  Encoder encoder;
  v1::DeadLetter letter;
  ASSERT_TRUE(letter.ParseFromString(
      std::string(encoder.dead_letter({"support.email", 1, 2, 3}, Code::kInvalidTime,
                                      "time: not a time", "key", "value", {{"a", "1"}}))));
  EXPECT_EQ(letter.reason(), v1::DEAD_LETTER_REASON_INVALID_TIME);
  EXPECT_EQ(letter.detail(), "time: not a time");
  EXPECT_EQ(letter.source().topic(), "support.email");
  EXPECT_EQ(letter.source().partition(), 1);
  EXPECT_EQ(letter.source().offset(), 2);
  EXPECT_EQ(letter.key(), "key");
  EXPECT_EQ(letter.value(), "value");
  EXPECT_EQ(letter.record_time_ms(), 3);
  ASSERT_EQ(letter.headers_size(), 1);
  EXPECT_EQ(letter.headers(0).name(), "a");
  EXPECT_EQ(letter.headers(0).value(), "1");
}

}  // namespace
}  // namespace vaste::emit
