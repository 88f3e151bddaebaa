// The linker against slow oracles: any evidence in any order, whatever the actors have heard of.
#include "stitch/linker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "stitch/component.h"
#include "support/linker_world.h"

namespace vaste::stitch {
namespace {

using test::LinkerWorld;
using Random = std::mt19937_64;

constexpr Instant kBegin = instant(1'800'000'000'000);
constexpr Millis kDay = std::chrono::hours(24);

std::string identifier(std::uint64_t number) {
  static const std::vector<std::string> kSpaces = {
      "email:", "phone:", "customer:", "chat:web:", "device:", "social:x:", "email:", "phone:"};
  return kSpaces[number % kSpaces.size()] + std::to_string(number);
}

Instant time_in(Random& random, int days) {
  return kBegin + Millis(static_cast<std::int64_t>(
                      random() % static_cast<std::uint64_t>((kDay * days).count())));
}

// Who is with whom, by the first of each group.
class UnionFind {
 public:
  std::string root(const std::string& one) {
    auto [place, made] = parent_.try_emplace(one, one);
    if (place->second == one) return one;
    return place->second = root(std::string(place->second));
  }
  void join(const std::string& a, const std::string& b) {
    const std::string first = root(a), second = root(b);
    parent_[std::max(first, second)] = std::min(first, second);
  }

 private:
  std::map<std::string, std::string> parent_;
};

// ---- Components are the connected ones ----

TEST(LinkerProperty, EvidenceInAnyOrderGivesTheConnectedComponents) {
  IdentityRules rules;
  rules.most_of_kind.fill(1000);
  rules.most = 1000;
  for (std::uint64_t seed = 0; seed < 4'000; ++seed) {
    Random random(seed);
    LinkerWorld world(rules);
    UnionFind oracle;
    const std::uint64_t people = 2 + random() % 30;
    for (std::uint64_t i = 0; i < people; ++i) world.event(identifier(i), time_in(random, 50));
    std::map<std::string, Id> first_customers;
    for (const auto& [name, actor] : world.actors()) first_customers[name] = actor.customer;
    const std::uint64_t pairs = random() % (2 * people);
    const bool at_once = seed % 2 == 0;
    for (std::uint64_t i = 0; i < pairs; ++i) {
      const std::string a = identifier(random() % people), b = identifier(random() % people);
      const Request request = world.make(a, b, Claim::kSame, time_in(random, 50));
      for (std::uint64_t times = 1 + random() % 2; times > 0; --times) world.decide(request);
      oracle.join(a, b);
      while ((at_once || random() % 2 == 0) && world.deliver(random())) {
      }
      if (at_once) world.event(a, time_in(random, 50));
    }
    while (world.deliver(random())) {
    }
    ASSERT_TRUE(world.all_changes_were_told()) << "seed " << seed;
    ASSERT_TRUE(world.conflicts().empty()) << "seed " << seed;

    // As the actors have it, and the oldest customer of each component survived.
    std::map<std::string, Id> oldest;
    for (const auto& [name, customer] : first_customers) {
      const auto [place, made] = oldest.try_emplace(oracle.root(name), customer);
      if (!made) place->second = std::min(place->second, customer);
    }
    for (const auto& [name, actor] : world.actors())
      ASSERT_EQ(actor.customer, oldest.at(oracle.root(name))) << "seed " << seed << ' ' << name;
    for (const auto& [customer, events] : world.contents())
      for (const LinkerWorld::Event& event : events)
        ASSERT_EQ(customer, world.actors().at(event.identifier).customer) << "seed " << seed;
  }
}

// ---- Everything at once ----

std::set<std::pair<std::string, std::string>> refused(const std::vector<Decision>& decisions) {
  std::set<std::pair<std::string, std::string>> out;
  for (const Decision& decision : decisions)
    if (const auto* conflict = std::get_if<Conflict>(&decision))
      out.insert({conflict->first, conflict->second});
  return out;
}

const Component* home(LinkerWorld& world, const std::string& name) {
  const Linked* linked = world.links().linked(name);
  if (linked == nullptr || linked->customer.empty()) return nullptr;
  return world.links().component(linked->customer);
}

bool are_together(LinkerWorld& world, const std::string& a, const std::string& b) {
  const Component* component = home(world, a);
  return component != nullptr && component == home(world, b);
}

bool is_connected(const Component& component) {
  UnionFind found;
  for (const Edge& edge : component.edges)
    found.join(component.members[edge.a].identifier, component.members[edge.b].identifier);
  return std::all_of(component.members.begin(), component.members.end(), [&](const Member& m) {
    return found.root(m.identifier) == found.root(component.members.front().identifier);
  });
}

void check_component(LinkerWorld& world, const Component& component) {
  const IdentityRules& rules = world.rules();
  ASSERT_LE(component.members.size(), rules.most);
  std::array<std::uint32_t, kIdentifierKinds> kinds{};
  std::set<std::string> names;
  for (const Member& member : component.members) {
    ASSERT_EQ(member.kind, kind_of(member.identifier));
    ASSERT_TRUE(names.insert(member.identifier).second);
    ASSERT_LE(++kinds[static_cast<std::size_t>(member.kind)],
              rules.most_of_kind[static_cast<std::size_t>(member.kind)]);
    const Linked* linked = world.links().linked(member.identifier);
    ASSERT_NE(linked, nullptr);
    ASSERT_EQ(linked->customer, component.customer);
    ASSERT_TRUE(!linked->shared || component.members.size() == 1);
    ASSERT_LE(linked->seen.size(), rules.shared_beyond);
  }
  for (const Member& member : component.members)
    for (const Never& never : world.links().linked(member.identifier)->never)
      ASSERT_FALSE(names.contains(never.identifier)) << member.identifier << never.identifier;
  ASSERT_TRUE(is_connected(component));
  ASSERT_LE(component.edges.size(), kEdgesPerMember * component.members.size());
  Component again = component;
  ASSERT_TRUE(hold(again, rules).empty()) << "somebody was told another time";
}

void check_all(LinkerWorld& world) {
  std::size_t members = 0;
  for (const auto& [customer, component] : world.links().all_components()) {
    members += component.members.size();
    ASSERT_EQ(component.customer, customer);
    ASSERT_NO_FATAL_FAILURE(check_component(world, component));
  }
  for (const auto& [name, linked] : world.links().all_linked()) {
    ASSERT_EQ(linked.identifier, name);
    if (!linked.customer.empty()) --members;
  }
  ASSERT_EQ(members, 0U) << "each is in the component that it names";
}

// When everybody has heard everything: pointers are as the linker's records.
void check_actors(LinkerWorld& world) {
  for (const auto& [name, actor] : world.actors()) {
    const Component* component = home(world, name);
    if (component == nullptr) {
      ASSERT_TRUE(actor.own) << name;
      continue;
    }
    const Member& member = component->members[*find_member(*component, name)];
    ASSERT_EQ(actor.until, member.until);
    ASSERT_LE(actor.epoch, component->epoch);
    ASSERT_EQ(actor.shared, world.links().linked(name)->shared);
    // It may have begun anew where its pointer ran out and nobody looked.
    if (actor.own) continue;
    ASSERT_EQ(actor.customer, component->customer) << name;
  }
}

struct Run {
  int days = 100;
  bool at_once = true;
  std::uint64_t people = 8;
};

void one_request(LinkerWorld& world, Random& random, const Run& run, Instant at) {
  const std::string a = identifier(random() % run.people), b = identifier(random() % run.people);
  if (a == b) return;
  const std::uint64_t dice = random() % 20;
  const Claim claim = dice < 15 ? Claim::kSame : (dice < 18 ? Claim::kNotSame : Claim::kForget);
  Request request = world.make(a, b, claim, at);
  request.by_operator = random() % 8 == 0;
  request.method = random() % 2 == 0 ? "event" : "login";
  request.source = random() % 3 == 0 ? "crm" : "web";
  const bool were_together = are_together(world, a, b);
  const std::vector<Decision> decisions = world.decide(request);
  const auto conflicts = refused(decisions);
  ASSERT_LE(conflicts.size(), 1U);
  if (!conflicts.empty()) {
    ASSERT_EQ(*conflicts.begin(), std::pair(a, b));
  }
  if (claim == Claim::kSame) {
    ASSERT_NE(are_together(world, a, b), !conflicts.empty()) << a << ' ' << b;
  } else if (claim == Claim::kNotSame) {
    ASSERT_EQ(are_together(world, a, b), !conflicts.empty());
  } else {
    ASSERT_TRUE(conflicts.empty());
    ASSERT_TRUE(were_together || !are_together(world, a, b));
  }
  if (random() % 4 == 0) {
    const std::vector<Decision> again = world.decide(request);
    ASSERT_TRUE(claim == Claim::kNotSame || refused(again) == conflicts || were_together ||
                refused(again).size() == 1);
  }
}

// Everybody leaves when the last Point said, neither sooner nor later.
void one_sweep(LinkerWorld& world, Random& random, Instant at) {
  const auto& all = world.links().all_components();
  if (all.empty()) return;
  std::vector<Id> customers;
  for (const auto& [customer, component] : all) customers.push_back(customer);
  std::sort(customers.begin(), customers.end());
  const Component before = all.at(customers[random() % customers.size()]);
  for (const Decision& decision : world.expire(before.customer, at)) {
    ASSERT_FALSE(std::holds_alternative<Split>(decision)) << "history stays";
    ASSERT_FALSE(std::holds_alternative<Merge>(decision));
  }
  for (const Member& member : before.members) {
    const Component* component = home(world, member.identifier);
    const bool stayed = component != nullptr && component->customer == before.customer;
    ASSERT_EQ(stayed, member.until >= at) << member.identifier;
  }
}

// All who can be are forgotten, and hear of it in their time. What one of them says is on its way.
void one_forgetting(LinkerWorld& world, Random& random, const Run& run, Instant at) {
  while (world.deliver(random())) {
  }
  const std::string a = identifier(random() % run.people), b = identifier(random() % run.people);
  std::vector<Request> requests;
  for (const Claim claim : {random() % 2 == 0 ? Claim::kSame : Claim::kNotSame, Claim::kSame})
    if (a != b) requests.push_back(world.make(a, b, claim, at));
  std::vector<std::string> names;
  for (const auto& [name, linked] : world.links().all_linked())
    if (!name.empty()) names.push_back(name);
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    const Linked before = *world.links().linked(name);
    const Instant again = world.forget(name, at);
    ASSERT_EQ(again == kNever, world.links().linked(name) == nullptr) << name;
    ASSERT_TRUE(again != kNever || (before.never.empty() && !before.shared)) << name;
    ASSERT_TRUE(again == kNever || again >= at) << name;
  }
  for (const Request& request : requests) world.decide(request);
}

void play(std::uint64_t seed, const Run& run, IdentityRules rules = {}) {
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  Random random(seed);
  LinkerWorld world(std::move(rules));
  const std::uint64_t steps = 5 + random() % 40;
  for (std::uint64_t step = 0; step < steps; ++step) {
    // Mostly onward in time, sometimes long ago.
    Instant at = kBegin + kDay * run.days * static_cast<int>(step) / static_cast<int>(steps);
    if (random() % 4 == 0) at = time_in(random, run.days);
    if (run.at_once) world.event(identifier(random() % run.people), at);
    ASSERT_NO_FATAL_FAILURE(one_request(world, random, run, at));
    if (random() % 8 == 0) {
      ASSERT_NO_FATAL_FAILURE(one_sweep(world, random, at));
    }
    if (random() % 8 == 0) {
      ASSERT_NO_FATAL_FAILURE(one_forgetting(world, random, run, at));
    }
    while ((run.at_once || random() % 3 == 0) && world.deliver(random())) {
    }
    ASSERT_TRUE(world.all_changes_were_told());
    ASSERT_NO_FATAL_FAILURE(check_all(world));
  }
  while (world.deliver(random())) {
  }
  ASSERT_NO_FATAL_FAILURE(check_actors(world));
  const bool nothing_ran_out = run.days <= 100 && run.at_once;
  if (!nothing_ran_out) return;
  for (const auto& [customer, events] : world.contents())
    for (const LinkerWorld::Event& event : events)
      ASSERT_EQ(customer, world.actors().at(event.identifier).customer) << event.identifier;
}

TEST(LinkerProperty, LimitsAndPartingsHoldWhateverIsSaid) {
  for (std::uint64_t seed = 0; seed < 2'000; ++seed)
    ASSERT_NO_FATAL_FAILURE(play(seed, {100, true, 4 + seed % 30}));
}

TEST(LinkerProperty, AlsoWhereEvidenceRunsOutAndActorsHearLate) {
  for (std::uint64_t seed = 0; seed < 2'000; ++seed)
    ASSERT_NO_FATAL_FAILURE(play(seed, {2'000, seed % 2 == 0, 4 + seed % 12}));
}

TEST(LinkerProperty, AlsoWhereMostIsShared) {
  IdentityRules rules;
  rules.shared_beyond = 2;
  rules.most_of_kind = {0, 1, 2, 1, 1, 2, 2};
  rules.most = 5;
  for (std::uint64_t seed = 0; seed < 2'000; ++seed)
    ASSERT_NO_FATAL_FAILURE(play(seed, {seed % 3 == 0 ? 1'000 : 100, seed % 2 == 0, 16}, rules));
}

TEST(LinkerProperty, TheSameRequestsGiveTheSameDecisions) {
  const IdentityRules rules;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    std::vector<Decision> decisions[2];
    for (auto& out : decisions) {
      Random random(seed);
      test::MemoryLinks links;
      for (int i = 0; i < 60; ++i) {
        Request request;
        request.at = time_in(random, 500);
        for (Side* side : {&request.first, &request.second}) {
          const std::uint64_t number = random() % 20;
          *side = {identifier(number), Id::make(kBegin, 1, number * 4), true};
        }
        request.claim = random() % 4 == 0 ? Claim::kNotSame : Claim::kSame;
        decide(request, rules, links, out);
      }
    }
    ASSERT_TRUE(decisions[0] == decisions[1]) << "seed " << seed;
  }
}

// ---- The graph ----

Component random_component(Random& random) {
  Component component;
  const auto size = static_cast<std::uint32_t>(2 + random() % 7);
  for (std::uint32_t i = 0; i < size; ++i) {
    const std::string name = identifier(random() % 8 + std::size_t{8} * i);
    component.members.push_back({name, kind_of(name), time_in(random, 100), kNever});
  }
  const auto edge = [&](std::uint32_t a, std::uint32_t b) {
    if (a == b) return;
    component.edges.push_back({std::min(a, b), std::max(a, b), "event",
                               std::to_string(component.edges.size()), kBegin, time_in(random, 400),
                               random() % 5 == 0});
  };
  for (std::uint32_t i = 1; i < size; ++i) edge(static_cast<std::uint32_t>(random() % i), i);
  for (std::uint64_t more = random() % 8; more > 0; --more)
    edge(static_cast<std::uint32_t>(random() % size), static_cast<std::uint32_t>(random() % size));
  return component;
}

TEST(ComponentProperty, ACutIsTheLeastAndTheNearestToTheWeaker) {
  for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
    Random random(seed);
    Component component = random_component(random);
    const std::size_t size = component.members.size();
    auto a = static_cast<std::uint32_t>(random() % size);
    auto b = static_cast<std::uint32_t>((a + 1 + random() % (size - 1)) % size);
    const std::uint32_t weaker = outranks(component.members[a], component.members[b]) ? b : a;
    const std::uint32_t stronger = a + b - weaker;
    // All ways to part them: the mask says who goes with the weaker.
    std::tuple<int, int> least{1'000'000, 0};
    std::uint32_t leaves = 0;
    for (std::uint32_t mask = 0; mask < 1U << size; ++mask) {
      if ((mask >> weaker & 1U) == 0 || (mask >> stronger & 1U) != 0) continue;
      int weight = 0;
      for (const Edge& edge : component.edges)
        if ((mask >> edge.a & 1U) != (mask >> edge.b & 1U)) weight += edge.by_operator ? 1000 : 1;
      const std::tuple<int, int> price{weight, std::popcount(mask)};
      if (price < least) std::tie(least, leaves) = std::tuple(price, mask);
    }
    std::vector<Edge> expected = component.edges;
    std::erase_if(expected, [&](const Edge& edge) {
      return (leaves >> edge.a & 1U) != (leaves >> edge.b & 1U);
    });
    cut(component, a, b);
    ASSERT_EQ(component.edges, expected) << "seed " << seed;
  }
}

TEST(ComponentProperty, EverybodyIsHeldUntilTheKeeperIsOutOfReach) {
  const IdentityRules rules;
  for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
    Random random(seed);
    Component component = random_component(random);
    hold(component, rules);
    const std::string kept = component.members[keeper(component)].identifier;
    for (int i = 0; i < 10; ++i) {
      const Instant at = time_in(random, 900);
      UnionFind reach;
      for (const Edge& edge : component.edges)
        if (runs_out(component, edge, rules) >= at)
          reach.join(component.members[edge.a].identifier, component.members[edge.b].identifier);
      for (const Member& member : component.members)
        ASSERT_EQ(member.until >= at, reach.root(member.identifier) == reach.root(kept))
            << "seed " << seed << ' ' << member.identifier;
    }
  }
}

}  // namespace
}  // namespace vaste::stitch
