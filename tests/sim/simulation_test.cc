// Seeded worlds of people who write and are answered, whose identifiers are linked and parted, on
// several workers that abort, die and hand partitions over, with events that come late, out of
// order and twice: see truth.h for what has to hold in the end, and naive.h for what it has to be.
//
// VASTE_SIM_SEEDS: how many worlds (default 50,000), VASTE_SIM_FROM: after which; VASTE_SIM_SEED:
// that one alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <numeric>
#include <set>
#include <sstream>

#include "base/check.h"
#include "sim/cluster.h"
#include "sim/naive.h"
#include "sim/policy.h"
#include "store/codec.h"
#include "store/keys.h"
#include "support/kpi_sums.h"

namespace vaste::sim {
namespace {

using namespace std::chrono_literals;
using What = Happening::What;

constexpr Instant kStart = instant(1'795'392'000'000);
constexpr Instant kEnd = kStart + 60 * 24h;
constexpr Millis kWindow = 24h;

// What is said decides what has to be equal:
// kTalk: messages of ten days, with silences. Grouped as all at once would be; once somebody was
//   parted, not finer than that (a parting leaves in one what lay around another's message).
// kDesk: messages and answers of one day, so that each person has one conversation.
// kTickets: messages, answers and resolutions by the ticket of an identifier, which is then the
//   conversation, whoever is linked to whom; some of them name nobody.
enum class Kind { kTalk, kDesk, kTickets };

struct World {
  Kind kind = Kind::kTalk;
  bool parts = false;
  std::vector<std::string> people;
  std::vector<Happening> said;
};

class Maker {
 public:
  explicit Maker(std::mt19937_64& random) : random_(random) {}

  World make() {
    World world;
    world.kind = static_cast<Kind>(below(3));
    world.parts = below(2) == 0;
    static constexpr std::array kKinds{"email:p", "chat:web:p", "social:x:p"};
    const std::size_t people = 2 + below(4);
    for (std::size_t i = 0; i < people; ++i)
      world.people.push_back(kKinds.at(i % kKinds.size()) + std::to_string(i));
    for (std::size_t i = 2 + below(6); i > 0; --i) speak(world);
    for (std::size_t i = 1 + below(4); i > 0; --i) pair(world, What::kSame);
    if (world.parts)
      for (std::size_t i = 1 + below(2); i > 0; --i) pair(world, What::kNotSame);
    return world;
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  // Whole seconds: no two of a world at one instant, or their order would be that of ids.
  Instant moment(Millis span) {
    for (;;) {
      const Instant at =
          kStart + std::chrono::seconds(below(static_cast<std::size_t>(
                       std::chrono::duration_cast<std::chrono::seconds>(span).count())));
      if (used_.insert(at).second) return at;
    }
  }

  void speak(World& world) {
    const std::size_t who = below(world.people.size());
    Happening one;
    one.who = {world.people[who]};
    const std::size_t dice = below(10);
    switch (world.kind) {
      case Kind::kTalk:
        one.at = moment(10 * 24h);
        break;
      case Kind::kDesk:
        one.at = moment(20h);
        if (dice < 3) one.what = What::kAnswer;
        break;
      case Kind::kTickets:
        one.at = moment(40h);
        one.key = "T" + std::to_string(who);
        if (below(4) == 0) one.of = std::exchange(one.who, {}).front();
        if (dice < 3) one.what = What::kAnswer;
        if (dice == 9) one.what = What::kResolved;
        break;
    }
    world.said.push_back(std::move(one));
  }

  void pair(World& world, What what) {
    const std::size_t one = below(world.people.size());
    const std::size_t other = below(world.people.size());
    if (one == other) return;
    Happening happening;
    happening.what = what;
    happening.at = moment(10 * 24h);
    happening.who = {world.people[one], world.people[other]};
    happening.method = below(3) == 0 ? "verified_profile" : "login";
    world.said.push_back(std::move(happening));
  }

  std::mt19937_64& random_;
  std::set<Instant> used_;
};

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
  // Each alert goes from one revision to the next, and nothing of it is said twice.
  std::map<std::string, std::uint32_t> revisions;
  for (const Said& one : cluster.alerts())
    if (const std::uint32_t before = std::exchange(revisions[one.id], one.alert.revision);
        one.alert.revision != before + 1)
      out += "alert " + one.id + " goes from revision " + std::to_string(before) + " to " +
             std::to_string(one.alert.revision) + '\n';
  for (const std::string& dead : cluster.dead()) out += "dead letter: " + dead + '\n';
  return out;
}

// The windows of all partitions hold what was contributed and not taken back, whoever died.
std::string wrong_sums(const Cluster& cluster) {
  test::SimpleSums sums;
  for (const Records* records : cluster.records())
    for (const auto& [key, value] : *records) {
      const auto id = store::window_of(key);
      if (!id || id->group.empty() || core::is_trend(*id)) continue;
      const auto window = store::decode_window(id->start, value);
      VASTE_CHECK(window.has_value());
      test::add_simply(sums, *id, *window);
    }
  const test::SimpleSums is = test::without_zeros(std::move(sums));
  const test::SimpleSums should_be = test::simple_sums(cluster.contributed());
  std::string out;
  for (const auto& [what, number] : should_be)
    if (const auto found = is.find(what); found == is.end() || found->second != number)
      out += what + " is " + (found == is.end() ? "none" : std::to_string(found->second)) +
             " and not " + std::to_string(number) + '\n';
  for (const auto& [what, number] : is)
    if (!should_be.contains(what)) out += what + " is " + std::to_string(number) + ", not none\n";
  return out;
}

std::string text_of(const World& world, const Shape& shape,
                    const std::vector<std::size_t>& arrivals) {
  static constexpr std::array kKinds{"talk", "desk", "tickets"};
  static constexpr std::array kWhat{"writes", "is answered", "is resolved", "are one", "are not"};
  std::ostringstream out;
  out << kKinds.at(static_cast<std::size_t>(world.kind)) << " on " << shape.partitions
      << " partitions, " << shape.workers << " workers; as it arrives:\n";
  for (const std::size_t number : arrivals) {
    const Happening& one = world.said[number];
    out << "  event " << number << " at " << to_ms(one.at) << ':';
    for (const std::string& who : one.who) out << ' ' << who;
    if (one.who.empty()) out << " somebody in the ticket of " << one.of;
    out << ' ' << kWhat.at(static_cast<std::size_t>(one.what)) << ' ' << one.method << '\n';
  }
  return out.str();
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
    same.what = What::kSame;
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
  const World world = Maker(random).make();
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
  wrong += wrong_sums(cluster);
  wrong += what_is_wrong(world.said, cluster.records(), ending);
  if (world.kind != Kind::kTalk || !world.parts)
    wrong += difference(account_of(world.said, cluster.records(), cluster.contributed()),
                        naive_account(world.said, people_of(cluster.records()), ending));
  if (!wrong.empty())
    ADD_FAILURE() << "VASTE_SIM_SEED=" << seed << " build/dev/tests/sim/simulation_test\n"
                  << wrong << text_of(world, shape, arrivals);
}

std::uint64_t number_of(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets it meanwhile
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(Simulation, ComesToWhatOneThreadWouldHaveMadeOfIt) {
  const auto timeline = timeline_of_one_window(kWindow);
  if (const auto seed = number_of("VASTE_SIM_SEED", 0); seed != 0) return live(seed, timeline);
  const std::uint64_t from = number_of("VASTE_SIM_FROM", 0);
  const std::uint64_t seeds = number_of("VASTE_SIM_SEEDS", 50'000);
  for (std::uint64_t seed = from + 1; seed <= from + seeds && !HasFailure(); ++seed)
    live(seed, timeline);
}

}  // namespace
}  // namespace vaste::sim
