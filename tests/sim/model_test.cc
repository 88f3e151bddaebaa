// Exhaustive: three identifiers, a message by each, four links, one parting, on four partitions of
// the real code; every order in which partitions may serve what reaches them, and an abort, a crash
// and a restore at each commit (see explore.h).
//
// VASTE_MODEL_STATES: how many states one world may have before the test gives up (20,000,000);
// VASTE_MODEL_LARGE: worlds that take longer than tools/test may, too.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "config/config.h"
#include "sim/explore.h"
#include "sim/policy.h"
#include "sim/truth.h"

namespace vaste::sim {
namespace {

using namespace std::chrono_literals;
using What = Happening::What;

constexpr Instant kStart = instant(1'795'392'000'000);
constexpr Instant kEnd = kStart + 30 * 24h;
constexpr Millis kWindow = 24h;
constexpr std::int32_t kPartitions = 4;

Happening message(Millis after, const std::string& who) {
  return {What::kMessage, kStart + after, {who}, {}, {}};
}
Happening same(Millis after, const std::string& one, const std::string& other,
               const std::string& method = "login") {
  return {What::kSame, kStart + after, {one, other}, method, {}};
}
Happening apart(Millis after, const std::string& one, const std::string& other) {
  return {What::kNotSame, kStart + after, {one, other}, "operator", {}};
}

// Each of a, b and c has a partition of its own, and so has the linker.
std::string living_in(std::int32_t partition, const std::string& begin) {
  for (int i = 0;; ++i) {
    std::string out = begin + std::to_string(i);
    const auto group = stitch::key_group(stitch::identifier_actor(out));
    if (stitch::partition_of(group, kPartitions) == partition) return out;
  }
}
std::int32_t beside_linker(std::int32_t number) {
  const auto linker = stitch::partition_of(stitch::key_group(stitch::linker_actor()), kPartitions);
  return (linker + number) % kPartitions;
}
const std::string kA = living_in(beside_linker(1), "email:a");
const std::string kB = living_in(beside_linker(2), "chat:web:b");
const std::string kC = living_in(beside_linker(3), "social:x:c");

// Everything in one phase is on its way at once, a source each; and the next begins when nothing is
// left to do.
struct Phase {
  std::vector<Happening> said;
  // Set: deadlines up to here count from its end on. Partitions hear of that while the next goes
  // on.
  Millis gate{0};
};
struct World {
  std::string name;
  std::vector<Phase> phases;
};

std::ostream& operator<<(std::ostream& out, const World& world) {
  return out << world.name;
}

class Model : public testing::TestWithParam<World> {
 protected:
  static constexpr std::size_t kSources = 8;  // and one that tells gates
  static constexpr std::size_t kClock = kSources;

  // To each of the points.
  void say(std::vector<Point>& points, const std::vector<Happening>& all) {
    VASTE_CHECK(all.size() <= kSources);
    for (std::size_t source = 0; source < all.size(); ++source) {
      const std::size_t number = said_.size();
      said_.push_back(all[source]);
      const Input input =
          input_of(all[source], number, static_cast<std::int64_t>(number), kPartitions);
      explorer_.expect(input, all[source].who.size() == 1);
      for (Point& point : points)
        explorer_.send(point.state, source, input.partition, input.record);
    }
  }
  void tell(std::vector<Point>& points, Instant gate) {
    for (Point& point : points)
      for (std::int32_t partition = 0; partition < kPartitions; ++partition)
        explorer_.tell(point.state, kClock, partition, gate);
  }
  std::vector<Point> ends(const World& world) {
    std::vector<Point> points{explorer_.beginning()};
    for (const Phase& phase : world.phases) {
      say(points, phase.said);
      points = explorer_.explore(points);
      if (phase.gate > Millis(0)) tell(points, kStart + phase.gate);
    }
    tell(points, kEnd);
    return explorer_.explore(points);
  }

  std::shared_ptr<const clocks::Timeline> timeline_ = timeline_of_one_window(kWindow);
  Explorer explorer_{kPartitions, kSources + 1, timeline_};
  std::vector<Happening> said_;
};

TEST_P(Model, EndsAsTheLinkerDecidedInWhateverOrder) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets it meanwhile
  if (const char* most = std::getenv("VASTE_MODEL_STATES"))
    explorer_.most_states = std::strtoull(most, nullptr, 10);
  try {
    const std::vector<Point> all = ends(GetParam());
    std::cout << GetParam() << ": " << explorer_.states() << " states, " << explorer_.steps()
              << " steps, " << all.size() << " ends\n";
    ASSERT_FALSE(all.empty());
    const Ending ending{timeline_, kEnd, kWindow};
    for (const Point& end : all) {
      std::vector<const Records*> partitions;
      for (std::int32_t i = 0; i < kPartitions; ++i)
        partitions.push_back(&explorer_.local(end.state, i).records);
      ASSERT_EQ(what_is_wrong(said_, partitions, ending), "") << end.way;
    }
  } catch (const Fault& fault) {
    FAIL() << explorer_.states() << " states, " << explorer_.steps() << " steps: " << fault.what();
  }
}

std::vector<World> worlds() {
  const Happening a = message(0min, kA), b = message(10min, kB), c = message(20min, kC);
  const Happening ab = same(30min, kA, kB), bc = same(31min, kB, kC), ac = same(32min, kA, kC);
  const Happening parted = apart(33min, kA, kB);
  const Happening again = same(34min, kA, kB, "verified_profile");
  const Happening later_a = message(40min, kA), later_b = message(50min, kB);
  std::vector<World> out{
      {"ALinkWhileTheyWrite", {{{a, b}, 65min}, {{ab, later_a, later_b}, 0min}}},
      {"APartingWhileTheyWrite", {{{a, b, ab}, 65min}, {{parted, later_a, later_b}, 0min}}},
      {"APartingAfterTheBreach", {{{a, b, ab}, 3h}, {{parted}, 0min}}},
      {"ALinkAndAParting", {{{a, b}, 0min}, {{ab, parted, later_b}, 0min}}},
      {"ThreeLinksAtOnce", {{{a, b, c}, 0min}, {{ab, bc, ac}, 0min}}},
      {"APartingAndALink", {{{a, b, c, ab}, 0min}, {{bc, parted}, 0min}}},
      {"FourLinksAndAParting",
       {{{a, b, c}, 0min}, {{ab, bc}, 65min}, {{parted, ac}, 0min}, {{again, later_b}, 0min}}},
  };
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets it meanwhile
  if (std::getenv("VASTE_MODEL_LARGE") == nullptr) return out;
  out.push_back({"LargePartingAmongLinks", {{{a, b, c, ab}, 0min}, {{bc, parted, ac}, 0min}}});
  out.push_back(
      {"LargeLinksAndAPartingAtOnce", {{{a, b, c}, 65min}, {{ab, bc, ac, again, parted}, 0min}}});
  return out;
}

INSTANTIATE_TEST_SUITE_P(Worlds, Model, testing::ValuesIn(worlds()),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace vaste::sim
