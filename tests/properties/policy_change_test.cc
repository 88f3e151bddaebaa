// Another version of the policy takes over in the middle of a conversation: any order of arrival
// ends in the same clocks and alerts, and so it does whether the version was known before the
// events, in the middle of them, or after. VASTE_ORDER_SHUFFLES, VASTE_ORDER_SEED: see order_test.
#include <gtest/gtest.h>

#include <random>

#include "properties/conversations.h"
#include "properties/outcome.h"
#include "support/fleet.h"

namespace vaste::test {
namespace {

// Of conversations.h's policy: shorter and longer targets, other hours under the same name, one
// target less and one more, and a rule that was not there.
constexpr char kNewer[] = R"(
policy: order
stitch: {reopen: 90d}
calendars:
  office: {zone: Europe/Helsinki, week: {mon-sat: "09:00-16:00"}}
  staffed: {zone: Europe/Helsinki, week: {mon-sun: "06:00-23:00"}}
rules:
  - name: vip
    when: {queue: [vip]}
    calendar: staffed
    targets: {first_response: {target: 10m, at_risk: 50%}, next_response: {target: 3h, at_risk: 10m left}, resolution: {target: 2h, at_risk: 75%}}
  - name: calls
    when: {channel: [phone]}
    calendar: 24x7
    targets: {speed_of_answer: {target: 5s, at_risk: 50%}, next_response: 1h, resolution: 7d}
  - name: mail
    when: {channel: [email]}
    calendar: office
    targets: {first_response: {target: 4h, at_risk: 1h left}, next_response: 1h, resolution: 9d}
  - name: all
    calendar: office
    targets: {first_response: {target: 30m, at_risk: 75%}, next_response: 2h, resolution: {target: 1d, at_risk: 90%}, take_ownership: 3h}
)";

Policy parsed(const std::string& text) {
  std::vector<config::Finding> findings;
  auto policy = config::parse_policy(text, "newer", findings);
  for (const auto& finding : findings)
    if (finding.error) ADD_FAILURE() << config::text(finding);
  return policy ? std::move(*policy) : Policy();
}

// The versions that take over, by what becomes of clocks that run.
const std::vector<Policy>& newer() {
  static const std::vector<Policy> all = [] {
    std::vector<Policy> made;
    for (const char* how : {"carry", "restart", "keep", "replace"})
      made.push_back(parsed(std::string(kNewer) + "on_policy_change: " + how + "\n"));
    return made;
  }();
  return all;
}

using Timeline = std::shared_ptr<const clocks::Timeline>;

Timeline timeline(std::vector<clocks::DatedPolicy> versions) {
  return std::make_shared<const clocks::Timeline>(compiled()->policy(), std::move(versions));
}

// One or two versions that take over. Made once: calendars take long to compile.
struct Change {
  std::vector<clocks::DatedPolicy> versions;
  Timeline none, all;
  std::vector<Timeline> some;  // each version alone
};

const Change& change(std::size_t number) {
  constexpr std::size_t kChanges = 24;
  static const std::vector<Change> all = [] {
    std::mt19937_64 random(7);
    const Timeline none = timeline({});
    std::vector<Change> made;
    for (std::size_t i = 0; i < kChanges; ++i) {
      Change one;
      const Instant since =
          instant(1'795'392'000'000 + static_cast<std::int64_t>(random() % (14 * 86'400'000UL)));
      one.versions.push_back({since, newer()[i % newer().size()]});
      if (i >= kChanges / 2)
        one.versions.push_back(
            {since + Millis(1 + static_cast<std::int64_t>(random() % (3 * 86'400'000UL))),
             i % 3 == 0 ? compiled()->policy() : newer()[random() % newer().size()]});
      one.none = none;
      one.all = timeline(one.versions);
      for (const auto& version : one.versions) one.some.push_back(timeline({version}));
      made.push_back(std::move(one));
    }
    return made;
  }();
  return all[number % kChanges];
}

struct Case {
  std::vector<Incoming> events;
  Instant end;
  const Change& change;
};

// The conversation is moved to where the first version takes over between its first event and a day
// after the last, sometimes with an event.
Case make(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Case made{Maker(seed).conversation(), {}, change(random())};
  auto& events = made.events;
  const Instant first = events.front().moment.at;
  const Instant last = events.back().moment.at + std::chrono::hours(24);
  const auto span = static_cast<std::uint64_t>((last - first).count());
  const Instant at = random() % 4 == 0 ? events[random() % events.size()].moment.at
                                       : first + Millis(static_cast<std::int64_t>(random() % span));
  const Millis move = made.change.versions.front().since - at;
  for (Incoming& event : events) event.moment.at += move;
  made.end = last + move + std::chrono::hours(24 * 60);
  return made;
}

std::string known_before(const Case& one, const Timeline& timeline) {
  Fleet fleet(timeline, 1, 0);
  for (const Incoming& event : one.events) {
    fleet.advance(event.moment.at - Millis(1));
    fleet.send(event);
    fleet.run();
  }
  fleet.advance(one.end);
  return outcome_of(fleet);
}

// In any order, and the versions become known anywhere in between; the second may be before the
// first.
std::string known_in_between(const Case& one, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Fleet fleet(one.change.none, 1 + static_cast<std::int32_t>(random() % 5), seed);
  std::vector<Incoming> events = one.events;
  std::shuffle(events.begin(), events.end(), random);
  const std::size_t all_known = random() % (events.size() + 2);  // beyond the last: afterwards
  const std::size_t some_known = random() % 2 == 0 ? all_known : random() % (all_known + 1);
  const auto& some = one.change.some[random() % one.change.some.size()];
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (i == some_known) fleet.follow(some);
    if (i == all_known) fleet.follow(one.change.all);
    fleet.send(events[i]);
    if (random() % 2 != 0) continue;
    fleet.run();
    if (random() % 3 == 0)
      fleet.advance(random() % 2 == 0 ? one.end : events[random() % events.size()].moment.at);
  }
  fleet.run();
  if (random() % 2 == 0) fleet.advance(one.end);
  fleet.follow(one.change.all);
  fleet.advance(one.end);
  return outcome_of(fleet);
}

TEST(PolicyChange, MayBecomeKnownAtAnyTime) {
  constexpr std::uint64_t kArrivals = 10;  // of one conversation
  const std::uint64_t first = number_of("VASTE_ORDER_SEED", 1);
  const bool replay = std::getenv("VASTE_ORDER_SEED") != nullptr;
  const std::uint64_t conversations =
      replay ? 1 : number_of("VASTE_ORDER_SHUFFLES", 10000) / kArrivals;
  std::uint64_t changed = 0;
  for (std::uint64_t seed = first; seed < first + conversations; ++seed) {
    const Case one = make(seed);
    const std::string expected = known_before(one, one.change.all);
    ASSERT_EQ(expected.find("  but "), std::string::npos) << expected << text_of(one.events);
    changed += known_before(one, one.change.none) != expected ? 1 : 0;
    std::string borders;
    for (const auto& version : one.change.versions)
      borders += " " + at(version.since) + " how " +
                 std::to_string(static_cast<int>(version.policy.on_change));
    for (std::uint64_t arrival = 1; arrival <= kArrivals; ++arrival)
      ASSERT_EQ(known_in_between(one, seed * kArrivals + arrival), expected)
          << "replay: VASTE_ORDER_SEED=" << seed << " policy_change_test; versions from" << borders
          << " arrival " << arrival << '\n'
          << text_of(one.events);
    ASSERT_FALSE(HasFailure());
  }
  if (replay) return;
  EXPECT_GT(changed, conversations / 3) << "too little is looked at";
}

}  // namespace
}  // namespace vaste::test
