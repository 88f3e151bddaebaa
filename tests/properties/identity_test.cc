// Who is one customer, and what is one conversation, against a batch oracle: whatever partitions,
// workers and orders of arrival, it ends as if everything had been known at once.
//
// VASTE_IDENTITY_SEEDS: how many worlds (default 25,000); VASTE_IDENTITY_SEED: that one alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <numeric>
#include <random>
#include <set>

#include "base/hash.h"
#include "config/config.h"
#include "story/fleet.h"

namespace vaste::test {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart = instant(1'795'392'000'000);
constexpr Millis kWindow = 24h;

std::shared_ptr<const clocks::CompiledPolicy> trusting() {
  std::vector<config::Finding> findings;
  auto policy = config::parse_policy(
      "policy: p\nversion: 1\nrules:\n  - {name: all, targets: {first_response: 1h}}\n", "p",
      findings);
  Policy out = policy.value_or(Policy());
  out.identity.trust = {{"crm", {}}};
  for (auto& row : out.stitch.window) row.fill(kWindow);
  return std::make_shared<const clocks::CompiledPolicy>(std::move(out));
}

struct Said {
  std::size_t who = 0;
  Millis after{0};
  std::int64_t offset = 0;
};

struct World {
  std::vector<std::string> identifiers;
  std::vector<Said> said;
  std::vector<std::pair<std::size_t, std::size_t>> links;
  std::vector<std::size_t> arrivals;  // below said.size(): that, else a link

  explicit World(std::mt19937_64& random) {
    const auto below = [&](std::size_t bound) { return random() % bound; };
    const std::array<const char*, 3> kinds{"email:p", "chat:web:p", "social:x:p"};
    const std::size_t people = 2 + below(5);
    for (std::size_t i = 0; i < people; ++i)
      identifiers.push_back(kinds.at(i % kinds.size()) + std::to_string(i));
    const std::size_t messages = 3 + below(12);
    for (std::size_t i = 0; i < messages; ++i)
      said.push_back({below(people), std::chrono::minutes(below(std::size_t{10} * 24 * 60)), 0});
    for (std::size_t i = below(6); i > 0; --i) {
      const std::size_t one = below(people);
      const std::size_t other = below(people);
      if (one != other) links.emplace_back(one, other);
    }
    arrivals.resize(said.size() + links.size());
    std::iota(arrivals.begin(), arrivals.end(), 0);
    std::shuffle(arrivals.begin(), arrivals.end(), random);
  }

  // By message: the number of its conversation, were all known at once.
  std::vector<std::size_t> conversations() const {
    std::vector<std::size_t> person(identifiers.size());
    std::iota(person.begin(), person.end(), 0);
    for (std::size_t round = 0; round < identifiers.size(); ++round)
      for (const auto& [one, other] : links)
        person[one] = person[other] = std::min(person[one], person[other]);
    std::vector<std::size_t> order(said.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return std::pair(person[said[a].who], said[a].after) <
             std::pair(person[said[b].who], said[b].after);
    });
    std::vector<std::size_t> out(said.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      const bool goes_on = i > 0 && person[said[order[i]].who] == person[said[order[i - 1]].who] &&
                           said[order[i]].after - said[order[i - 1]].after <= kWindow;
      out[order[i]] = goes_on ? out[order[i - 1]] : i;
    }
    return out;
  }
};

Incoming event(std::uint64_t number, MomentKind kind, Millis after,
               std::vector<std::string> identifiers) {
  Incoming out;
  out.moment.at = kStart + after;
  out.moment.kind = kind;
  out.moment.channel = Channel::kEmail;
  out.moment.id = hash64(std::to_string(number), 77);
  std::sort(identifiers.begin(), identifiers.end());
  out.identifiers = std::move(identifiers);
  out.source = "crm";
  out.opens = out.from_customer = kind == MomentKind::kCustomerMessage;
  if (kind == MomentKind::kIdentity) out.evidence = {Claimed::kSamePerson, "login"};
  return out;
}

void live(std::uint64_t seed) {
  SCOPED_TRACE("VASTE_IDENTITY_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  World world(random);
  const std::array<std::int32_t, 4> sizes{1, 2, 5, 12};
  story::Fleet fleet(trusting(), sizes.at(random() % sizes.size()), random());
  for (const std::size_t next : world.arrivals) {
    if (next < world.said.size()) {
      Said& one = world.said[next];
      one.offset = fleet.send(
          event(next, MomentKind::kCustomerMessage, one.after, {world.identifiers[one.who]}));
    } else {
      const auto& [one, other] = world.links[next - world.said.size()];
      fleet.send(event(next, MomentKind::kIdentity, Millis(next),
                       {world.identifiers[one], world.identifiers[other]}));
    }
    if (random() % 2 == 0) fleet.run();
  }
  fleet.run();
  fleet.advance(kStart + 20 * 24h);
  fleet.run();

  for (const auto& dead : fleet.dead()) ADD_FAILURE() << dead.detail;
  const auto expected = world.conversations();
  std::map<std::size_t, Id> ids;
  std::set<Id> different;
  for (std::size_t i = 0; i < world.said.size(); ++i) {
    const auto found = fleet.conversation_of(world.said[i].offset);
    ASSERT_NE(found, nullptr) << "message " << i;
    const auto [known, fresh] = ids.emplace(expected[i], found->id);
    EXPECT_EQ(known->second, found->id) << "message " << i;
    different.insert(found->id);
  }
  EXPECT_EQ(different.size(), ids.size());
  EXPECT_EQ(fleet.conversations().size(), ids.size());
  std::size_t moments = 0;
  for (const auto& [id, conversation] : fleet.conversations())
    moments += conversation->moments.size();
  EXPECT_EQ(moments, world.said.size()) << "each message is in one conversation";
  // Nobody was answered: each conversation was late once.
  std::size_t raised = 0;
  for (const auto& [id, alert] : fleet.standing())
    raised +=
        alert.alert.level == AlertLevel::kBreached && alert.alert.status == AlertStatus::kRaised;
  EXPECT_EQ(raised, ids.size());
}

std::uint64_t number_of(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets it meanwhile
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(Identity, EndsAsIfAllHadBeenKnownAtOnce) {
  if (const auto seed = number_of("VASTE_IDENTITY_SEED", 0); seed != 0) return live(seed);
  const std::uint64_t seeds = number_of("VASTE_IDENTITY_SEEDS", 25'000);
  for (std::uint64_t seed = 1; seed <= seeds && !HasFailure(); ++seed) live(seed);
}

}  // namespace
}  // namespace vaste::test
