// Exhaustive: three identifiers, a message by each, four links, one parting, on four partitions of
// the real code; every order in which partitions may serve what reaches them, and an abort, a crash
// and a restore at each commit (see explore.h).
//
// VASTE_MODEL_STATES: how many states one world may have before the test gives up.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>

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
  const auto linker =
      stitch::partition_of(stitch::key_group(stitch::linker_actor()), kPartitions);
  return (linker + number) % kPartitions;
}
const std::string kA = living_in(beside_linker(1), "email:a");
const std::string kB = living_in(beside_linker(2), "chat:web:b");
const std::string kC = living_in(beside_linker(3), "social:x:c");

struct World {
  std::string name;
  // By source partition, in its order.
  std::vector<std::vector<Happening>> sources;
  // Word that all of this has been read may come to each partition at any time after it has.
  std::vector<std::vector<Happening>> before;
  Millis gate{0};
};

std::ostream& operator<<(std::ostream& out, const World& world) {
  return out << world.name;
}

class Model : public testing::TestWithParam<World> {
 protected:
  // Sends them, each source in its order.
  void say(State& state, const std::vector<std::vector<Happening>>& sources) {
    for (std::size_t source = 0; source < sources.size(); ++source)
      for (const Happening& one : sources[source]) {
        Input input = input_of(one, number_, static_cast<std::int64_t>(number_), kPartitions);
        ++number_;
        explorer_->send(state, source, input.partition, std::move(input.record));
      }
  }
  void expect(const std::vector<std::vector<Happening>>& sources) {
    for (const auto& source : sources)
      for (const Happening& one : source) {
        said_.push_back(one);
        const auto number = said_.size() - 1;
        explorer_->expect(input_of(one, number, static_cast<std::int64_t>(number), kPartitions),
                          one.who.size() == 1);
      }
  }

  std::vector<State> look(std::vector<State> states, Instant gate) {
    for (State& state : states)
      for (std::int32_t partition = 0; partition < kPartitions; ++partition)
        explorer_->tell(state, kClock, partition, gate);
    return states;
  }

  static constexpr std::size_t kClock = 8;
  std::unique_ptr<Explorer> explorer_;
  std::vector<Happening> said_;
  std::size_t number_ = 0;
};

TEST_P(Model, EndsAsTheLinkerDecidedInWhateverOrder) {
  const World& world = GetParam();
  const auto timeline = timeline_of_one_window(kWindow);
  explorer_ = std::make_unique<Explorer>(kPartitions, kClock + 1, timeline);
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets it meanwhile
  if (const char* most = std::getenv("VASTE_MODEL_STATES"))
    explorer_->most_states = std::strtoull(most, nullptr, 10);
  try {
    std::vector<State> ends{explorer_->beginning()};
    if (!world.before.empty()) {
      expect(world.before);
      say(ends.front(), world.before);
      ends = look(explorer_->explore(ends), kStart + world.gate);
    }
    expect(world.sources);
    const std::size_t number = number_;
    for (State& state : ends) {
      number_ = number;
      say(state, world.sources);
    }
    ends = explorer_->explore(ends);
    ends = explorer_->explore(look(std::move(ends), kEnd));
    RecordProperty("states", std::to_string(explorer_->states()));
    RecordProperty("steps", std::to_string(explorer_->steps()));
    std::printf("%s: %zu states, %zu steps, %zu ends\n", world.name.c_str(), explorer_->states(),
                explorer_->steps(), ends.size());
    const Ending ending{timeline, kEnd, kWindow};
    for (const State& end : ends) {
      std::vector<const std::map<std::string, std::string>*> partitions;
      for (std::int32_t i = 0; i < kPartitions; ++i)
        partitions.push_back(&explorer_->local(end, i).records);
      const std::string wrong = what_is_wrong(said_, partitions, ending);
      ASSERT_EQ(wrong, "");
    }
  } catch (const Fault& fault) {
    FAIL() << fault.what();
  }
}

std::vector<World> worlds() {
  const Happening a = message(0min, kA), b = message(10min, kB), c = message(20min, kC);
  return {
      {"OneLink", {{a, b}, {same(30min, kA, kB)}}, {}, {}},
      {"LinksOfAll",
       {{a, b, c}, {same(30min, kA, kB), same(31min, kB, kC), same(32min, kA, kC)}},
       {},
       {}},
      {"APartingInTheEnd",
       {{a, b, c}, {same(30min, kA, kB), same(31min, kB, kC), apart(33min, kA, kB)}},
       {},
       {}},
  };
}

INSTANTIATE_TEST_SUITE_P(Worlds, Model, testing::ValuesIn(worlds()),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace vaste::sim
