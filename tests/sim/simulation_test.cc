// Seeded worlds of people who write and are answered, whose identifiers are linked and parted, on
// several workers that abort, die and hand partitions over, with events that come late, out of
// order and twice: see truth.h for what has to hold in the end, and naive.h for what it has to be.
//
// Deadlines pass whenever the test says so, in any order with what is read; engine_simulation_test
// has the engine's own gate, and everything around it.
//
// VASTE_SIM_SEEDS: how many worlds (default 25,000), VASTE_SIM_FROM: after which; VASTE_SIM_SEED:
// that one alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <numeric>

#include "sim/books.h"
#include "sim/cluster.h"
#include "sim/naive.h"
#include "sim/policy.h"
#include "sim/world.h"

namespace vaste::sim {
namespace {

using namespace std::chrono_literals;
constexpr Instant kEnd = kStart + 60 * 24h;
constexpr Millis kWindow = 24h;

Shape shape_of(std::mt19937_64& random) {
  static constexpr std::array<std::int32_t, 4> kPartitions{1, 2, 5, 12};
  Shape out;
  out.partitions = kPartitions.at(random() % kPartitions.size());
  out.workers = 1 + random() % 4;
  out.sources = 1 + random() % 3;
  out.trouble = random() % 3 == 0 ? 0 : 15;
  out.limits.thread_wait = random() % 4 == 0 ? Millis(0) : Millis(60s);
  return out;
}

// Each input record has one answer, and nobody else has.
std::string answered_once(const Cluster& cluster, std::int64_t inputs) {
  std::map<std::int64_t, int> answers;
  std::string out;
  for (const Answer& one : cluster.answers()) {
    ++answers[one.offset];
    if (one.hops > 16) out += "an event of " + std::to_string(one.hops) + " hops\n";
  }
  for (std::int64_t offset = 0; offset < inputs; ++offset)
    if (answers[offset] != 1)
      out += "input " + std::to_string(offset) + " has " + std::to_string(answers[offset]) +
             " answers\n";
  for (const std::string& dead : cluster.dead()) out += "dead letter: " + dead + '\n';
  return out;
}

constexpr Millis kWords = 100 * 24h;

// Years ago some of them were one. That has run out, and the linker forgets them while they begin
// to live: nothing may be otherwise for that.
void live_before(Cluster& cluster, const World& world, const Shape& shape, std::int64_t& offset) {
  constexpr Millis kDay = 24h;
  constexpr Instant kThen = kStart - 1200 * kDay;
  constexpr std::size_t kNumbers = 1000;  // behind those of what is said later
  const auto& people = world.people;
  for (std::size_t i = 0; i < people.size(); ++i) {
    Happening same;
    same.what = Happening::What::kSame;
    same.at = kThen + std::chrono::minutes(i);
    same.who = {people[i], people[(i * 3 + 1) % people.size()]};
    same.method = "login";
    if (same.who[0] == same.who[1]) continue;
    const auto number = static_cast<std::int64_t>(kNumbers + i);
    cluster.add(0, input_of(same, static_cast<std::uint64_t>(number), offset++, shape.partitions));
  }
  cluster.run();
  cluster.pass(kThen + 480 * kDay);
  cluster.look();
  cluster.run();
  cluster.pass(kStart - kDay);
}

void live(std::uint64_t seed, const std::shared_ptr<const clocks::Timeline>& timeline) {
  std::mt19937_64 random(seed);
  const World world = make_world(random);
  Shape shape = shape_of(random);
  const bool lived_before = seed % 4 == 0;
  if (lived_before) shape.limits.retain_words = kWords;
  Cluster cluster(shape, timeline, random());

  // Whatever order, and some of it twice.
  std::vector<std::size_t> arrivals(world.said.size());
  std::iota(arrivals.begin(), arrivals.end(), 0);
  for (std::size_t i = random() % 4; i > 0; --i) arrivals.push_back(random() % world.said.size());
  std::shuffle(arrivals.begin(), arrivals.end(), random);
  if (random() % 4 == 0)
    std::ranges::stable_sort(arrivals, {}, [&](std::size_t i) { return world.said[i].at; });
  std::int64_t offset = 0;
  if (lived_before) live_before(cluster, world, shape, offset);
  for (const std::size_t number : arrivals) {
    cluster.add(random() % shape.sources,
                input_of(world.said[number], number, offset++, shape.partitions));
    if (random() % 4 != 0) continue;
    cluster.run();
    if (random() % 2 == 0) cluster.pass(kStart + std::chrono::minutes(random() % (10 * 24 * 60)));
  }
  cluster.run();
  // Who waits for somebody who knows the thread waits no longer, then every deadline counts.
  for (const Instant gate : {kEnd - Millis(24h), kEnd}) {
    cluster.pass(gate);
    cluster.look();
    cluster.run();
  }

  const Ending ending{timeline, kEnd, world.kind == Kind::kTickets ? Millis(0) : kWindow};
  std::string wrong = answered_once(cluster, offset);
  for (const std::string& one : cluster.differences()) wrong += one + '\n';
  wrong += wrong_revisions(cluster.alerts());
  wrong += wrong_sums(cluster.records(), cluster.contributed());
  wrong += what_is_wrong(world.said, cluster.records(), ending);
  if (world.kind != Kind::kTalk || !world.parts)
    wrong += difference(account_of(world.said, cluster.records(), cluster.contributed()),
                        naive_account(world.said, people_of(cluster.records()), ending));
  if (!wrong.empty())
    ADD_FAILURE() << "VASTE_SIM_SEED=" << seed << " build/dev/tests/sim/simulation_test\n"
                  << wrong << shape.partitions << " partitions, " << shape.workers << " workers, "
                  << text_of(world, arrivals);
}

std::uint64_t number_of(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets it meanwhile
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(Simulation, ComesToWhatOneThreadWouldHaveMadeOfIt) {
  const auto timeline = timeline_of_one_window(kWindow);
  if (const auto seed = number_of("VASTE_SIM_SEED", 0); seed != 0) return live(seed, timeline);
  const std::uint64_t from = number_of("VASTE_SIM_FROM", 0);
  const std::uint64_t seeds = number_of("VASTE_SIM_SEEDS", 25'000);
  for (std::uint64_t seed = from + 1; seed <= from + seeds && !HasFailure(); ++seed)
    live(seed, timeline);
}

// They lie beyond those that are lived through every time: a conversation that a customer adopted
// behind the parting of who brought it was counted as a repeated contact, and nobody took it back.
TEST(Simulation, WorldsThatCameOutWrongOnceDoNoMore) {
  const auto timeline = timeline_of_one_window(kWindow);
  for (const std::uint64_t seed : {200'735U, 538'743U}) live(seed, timeline);
}

}  // namespace
}  // namespace vaste::sim
