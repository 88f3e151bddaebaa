// What one linker shard decides in a second: records in a map, nothing encoded. Items are requests.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/check.h"
#include "base/hash.h"
#include "stitch/linker.h"

namespace vaste::stitch {
namespace {

constexpr Instant kBegin = instant(1'800'000'000'000);
constexpr std::uint64_t kIdentifiers = 1'000'000;

class MapLinks : public Links {
 public:
  Linked* linked(const std::string& identifier) override {
    const auto found = linked_.find(identifier);
    return found == linked_.end() ? nullptr : &found->second;
  }
  Linked& create_linked(const std::string& identifier) override {
    Linked& linked = linked_[identifier];
    linked.identifier = identifier;
    return linked;
  }
  void changed(const Linked&) override {}
  void erase(const Linked& linked) override { linked_.erase(std::string(linked.identifier)); }
  Component* component(const Id& customer) override {
    const auto found = components_.find(customer);
    return found == components_.end() ? nullptr : &found->second;
  }
  Component& create_component(const Id& customer) override {
    Component& component = components_[customer];
    component.customer = customer;
    return component;
  }
  void changed(const Component&) override {}
  void erase(const Component& component) override { components_.erase(Id(component.customer)); }

 private:
  std::unordered_map<std::string, Linked> linked_;
  std::unordered_map<Id, Component> components_;
};

Side side(const std::string& space, std::uint64_t number) {
  return {space + std::to_string(number) + "@example.org",
          Id::make(kBegin + Millis(static_cast<std::int64_t>(number)), 1, hash64(space, number)),
          true};
}

Request pair(Side first, Side second, Instant at = kBegin) {
  Request request;
  request.first = std::move(first);
  request.second = std::move(second);
  request.method = "event";
  request.source = "web";
  request.at = at;
  return request;
}

// The same requests from the beginning when they run out, with records as `prepare` leaves them.
template <class Prepare>
void run(benchmark::State& state, const std::vector<Request>& requests, const IdentityRules& rules,
         Prepare&& prepare) {
  auto links = std::make_unique<MapLinks>();
  prepare(*links);
  std::vector<Decision> out;
  std::size_t next = 0;
  for (auto _ : state) {
    if (next == requests.size()) {
      state.PauseTiming();
      links = std::make_unique<MapLinks>();
      prepare(*links);
      next = 0;
      state.ResumeTiming();
    }
    out.clear();
    decide(requests[next++], rules, *links, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations());
}

void decide_all(const std::vector<Request>& requests, const IdentityRules& rules, Links& links) {
  std::vector<Decision> out;
  for (const Request& request : requests) {
    out.clear();
    decide(request, rules, links, out);
  }
}

std::vector<Request> fresh_pairs(std::uint64_t count) {
  std::vector<Request> requests;
  for (std::uint64_t i = 0; i < count; ++i)
    requests.push_back(pair(side("email:", i), side("chat:web:", i)));
  return requests;
}

// Half a million customers of two identifiers each.
void fresh(benchmark::State& state) {
  run(state, fresh_pairs(kIdentifiers / 2), {}, [](MapLinks&) {});
}
BENCHMARK(fresh)->Iterations(kIdentifiers / 2);

// Evidence that is known already, in any order.
void known(benchmark::State& state) {
  const std::vector<Request> first = fresh_pairs(kIdentifiers / 2);
  std::vector<Request> again = first;
  std::shuffle(again.begin(), again.end(), std::mt19937_64(1));
  run(state, again, {}, [&](MapLinks& links) { decide_all(first, {}, links); });
}
BENCHMARK(known)->Iterations(kIdentifiers / 2);

// The same given a day later.
void renewed(benchmark::State& state) {
  const std::vector<Request> first = fresh_pairs(kIdentifiers / 2);
  std::vector<Request> again = first;
  for (Request& request : again) request.at += std::chrono::hours(24);
  std::shuffle(again.begin(), again.end(), std::mt19937_64(1));
  run(state, again, {}, [&](MapLinks& links) { decide_all(first, {}, links); });
}
BENCHMARK(renewed)->Iterations(kIdentifiers / 2);

// Any two of a million: joins of components that grow until a limit refuses them, and many are
// refused. The worst that honest traffic could be.
void any_two_of_a_million(benchmark::State& state) {
  std::mt19937_64 random(1);
  std::vector<Request> requests;
  for (std::uint64_t i = 0; i < kIdentifiers; ++i) {
    const auto one = [&] {
      const std::uint64_t number = random() % kIdentifiers;
      return side(number % 2 == 0 ? "email:" : "device:", number);
    };
    requests.push_back(pair(one(), one()));
  }
  run(state, requests, {}, [](MapLinks&) {});
}
BENCHMARK(any_two_of_a_million)->Iterations(kIdentifiers / 2);

IdentityRules fifty_of_all() {
  IdentityRules rules;
  rules.most_of_kind.fill(50);
  return rules;
}

// One identifier after the other joins, until there are fifty; `older`: each has an older customer,
// so that all the others are told anew.
void growing_to_fifty(benchmark::State& state) {
  const bool older = state.range(0) != 0;
  std::vector<Request> requests;
  for (std::uint64_t group = 0; group < 2'000; ++group)
    for (std::uint64_t i = 1; i < 50; ++i) {
      const std::uint64_t age = older ? 49 - i : i;
      requests.push_back(
          pair(side("email:", group * 100 + 50), side("device:", group * 100 + age)));
    }
  run(state, requests, fifty_of_all(), [](MapLinks&) {});
}
BENCHMARK(growing_to_fifty)->ArgName("older")->Arg(0)->Arg(1);

// Evidence all over one customer of fifty, always newer: as many edges as are kept.
void renewed_in_fifty(benchmark::State& state) {
  std::mt19937_64 random(1);
  std::vector<Request> requests;
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t a = random() % 50, b = random() % 50;
    requests.push_back(pair(side("device:", a), side("device:", b), kBegin + Millis(1000 * i)));
  }
  run(state, requests, fifty_of_all(), [](MapLinks&) {});
}
BENCHMARK(renewed_in_fifty);

// Two customers of fifty who were parted: each pair of theirs is looked at, and refused.
void refused_by_fifty(benchmark::State& state) {
  IdentityRules rules = fifty_of_all();
  rules.most = 100;
  rules.most_of_kind.fill(100);
  rules.shared_beyond = 1'000'000;
  std::vector<Request> first, requests;
  for (std::uint64_t i = 1; i < 50; ++i)
    for (std::uint64_t group : {0U, 100U})
      first.push_back(pair(side("email:", group), side("device:", group + i)));
  for (std::uint64_t i = 0; i < 49; ++i)
    for (std::uint64_t k = 0; k < 60; ++k) {
      first.push_back(pair(side("device:", i + 1), side("social:x:", i * 60 + k)));
      first.back().claim = Claim::kNotSame;
    }
  first.push_back(pair(side("device:", 49), side("device:", 149)));
  first.back().claim = Claim::kNotSame;
  for (std::uint64_t i = 1; i < 49; ++i)
    requests.push_back(pair(side("device:", i), side("device:", 100 + i)));
  run(state, requests, rules, [&](MapLinks& links) { decide_all(first, rules, links); });
}
BENCHMARK(refused_by_fifty);

// info@ with everybody.
void shared_with_all(benchmark::State& state) {
  std::vector<Request> requests;
  for (std::uint64_t i = 0; i < kIdentifiers / 2; ++i)
    requests.push_back(pair(side("email:", 0), side("customer:", i + 1)));
  run(state, requests, {}, [](MapLinks&) {});
}
BENCHMARK(shared_with_all)->Iterations(kIdentifiers / 2);

// Joined and parted again.
void joined_and_parted(benchmark::State& state) {
  std::vector<Request> requests;
  for (const Request& request : fresh_pairs(kIdentifiers / 4)) {
    requests.push_back(request);
    requests.push_back(request);
    requests.back().claim = Claim::kNotSame;
  }
  run(state, requests, {}, [](MapLinks&) {});
}
BENCHMARK(joined_and_parted)->Iterations(kIdentifiers / 2);

}  // namespace
}  // namespace vaste::stitch
