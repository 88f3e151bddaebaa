// The engine's whole logic in simulated time: raw records through its intake, the core, timers and
// the gate as the engine decides it, restores and hand-overs, on a broker in memory with
// transactions. Each seed chooses which kinds of trouble its world has, and how much of each; in
// the end there is none, and everything has to come to rest as engine_truth.h says.
//
// VASTE_SIM_SEEDS: how many worlds (default 25,000), VASTE_SIM_FROM: after which; VASTE_SIM_SEED:
// that one alone; VASTE_SIM_RECORD: a file that gets the figures as JSON.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "sim/engine_truth.h"
#include "sim/policy.h"

namespace vaste::sim {
namespace {

using namespace std::chrono_literals;

constexpr Millis kTalkWindow = 24h;
constexpr Millis kDeskWindow = 20 * 24h;  // longer than a world lasts
constexpr Millis kLeastDays = 7 * 24h;

struct Timelines {
  std::shared_ptr<const clocks::Timeline> talk = timeline_of_one_window(kTalkWindow);
  std::shared_ptr<const clocks::Timeline> desk = timeline_of_one_window(kDeskWindow, kDeskWindow);
};

// In how many worlds each thing was met.
struct Figures {
  std::uint64_t worlds = 0;
  Millis simulated{0};
  Counts troubles{};
  std::array<std::uint64_t, kOddities> oddities{};
  Looked looked;       // how often
  Looked worlds_with;  // ... and in how many worlds

  std::vector<std::pair<const char*, std::uint64_t>> rows() const {
    static constexpr std::array<const char*, kTroubles> kTroubleNames{
        "aborts", "lost_words",    "deaths",           "lost_disks",
        "stalls", "long_absences", "moved_partitions", "late_markers"};
    static constexpr std::array<const char*, kOddities> kOddityNames{
        "duplicates",   "reordered", "late", "clock_ahead", "clock_far_ahead",
        "clock_behind", "poison",    "json", "close_calls", "lateness"};
    std::vector<std::pair<const char*, std::uint64_t>> out;
    for (std::size_t i = 0; i < kOddities; ++i) out.emplace_back(kOddityNames[i], oddities[i]);
    for (std::size_t i = 0; i < kTroubles; ++i) out.emplace_back(kTroubleNames[i], troubles[i]);
    out.emplace_back("alarms_judged", worlds_with.alarms);
    out.emplace_back("provisional_alarms", worlds_with.provisional);
    out.emplace_back("retracted_alarms", worlds_with.retracted);
    out.emplace_back("alarms_detected_late", worlds_with.detected_late);
    out.emplace_back("clamped_events", worlds_with.clamped);
    out.emplace_back("dead_letters", worlds_with.dead_letters);
    return out;
  }
  double days() const { return static_cast<double>(simulated.count()) / Millis(24h).count(); }
  std::string json() const {
    std::ostringstream out;
    out << "{\"seeds\": " << worlds << ", \"simulated_days\": " << static_cast<std::int64_t>(days())
        << ", \"answers\": " << looked.answers << ", \"dead_letters\": " << looked.dead_letters
        << ", \"alarms_judged\": " << looked.alarms << ", \"seeds_with\": {";
    const char* comma = "";
    for (const auto& [name, count] : rows())
      out << std::exchange(comma, ", ") << '"' << name << "\": " << count;
    out << "}}\n";
    return out.str();
  }
};

template <std::size_t kSize>
void count(std::array<std::uint64_t, kSize>& worlds, const std::array<std::uint64_t, kSize>& met) {
  for (std::size_t i = 0; i < kSize; ++i) worlds[i] += met[i] != 0 ? 1 : 0;
}

void count(Looked& all, Looked& worlds, const Looked& one) {
  using Member = std::uint64_t Looked::*;
  for (const Member member :
       {&Looked::alarms, &Looked::provisional, &Looked::retracted, &Looked::detected_late,
        &Looked::clamped, &Looked::dead_letters, &Looked::answers}) {
    all.*member += one.*member;
    worlds.*member += one.*member != 0 ? 1 : 0;
  }
}

std::string text_of(const EngineWorld& world, const Fleet& fleet) {
  std::ostringstream out;
  out << world.muster.sources << " sources, " << world.muster.cores << " core partitions, "
      << world.muster.workers << " workers, lateness " << world.lateness.count() << "; rates";
  for (const unsigned rate : world.muster.of_a_hundred) out << ' ' << rate;
  out << "; met";
  for (const auto met : fleet.met()) out << ' ' << met;
  out << '\n';
  std::vector<std::size_t> numbers;
  for (const Arrival& arrival : world.arrivals) {
    out << to_ms(arrival.at) << " in[" << arrival.source << "] "
        << (arrival.is_poison ? "poison of " : "") << "event " << arrival.number << '\n';
    if (!arrival.is_poison) numbers.push_back(arrival.number);
  }
  return out.str() + text_of(world.world, numbers);
}

// All that is left to be done is the passing of time, and it is not much.
bool comes_to_rest(Fleet& fleet) {
  fleet.heal();
  if (!fleet.settle()) return false;
  fleet.pass(kEnd);
  return fleet.settle();
}

void live(std::uint64_t seed, const Timelines& timelines, Figures& figures) {
  std::mt19937_64 random(seed);
  EngineWorld world = make_engine_world(random);
  const bool talk = world.world.kind == Kind::kTalk;
  const auto& timeline = talk ? timelines.talk : timelines.desk;
  Fleet fleet(world.muster, timeline, random(), kBegin);
  std::vector<std::pair<Place, std::int64_t>> positions;
  for (const Arrival& arrival : world.arrivals) {
    fleet.pass(arrival.at);
    if (arrival.is_close) fleet.disturb();
    positions.emplace_back(arrival.source, fleet.append(arrival.source, arrival.entry));
  }
  std::string wrong;
  if (!comes_to_rest(fleet)) wrong = "it does not come to rest\n";
  Looked looked;
  const Millis window = world.world.kind == Kind::kTickets ? Millis(0)
                        : talk                             ? kTalkWindow
                                                           : kDeskWindow;
  wrong += what_is_wrong(world, fleet, positions, timeline, window, looked);

  ++figures.worlds;
  figures.simulated += fleet.now() - kBegin;
  EXPECT_GE(fleet.now() - kBegin, kLeastDays);
  count(figures.troubles, fleet.met());
  count(figures.oddities, world.met);
  count(figures.looked, figures.worlds_with, looked);
  if (!wrong.empty())
    ADD_FAILURE() << "VASTE_SIM_SEED=" << seed << " build/dev/tests/sim/engine_simulation_test\n"
                  << wrong << text_of(world, fleet);
}

std::uint64_t number_of(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets it meanwhile
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

void tell(const Figures& figures) {
  std::cout << figures.worlds << " worlds, " << static_cast<std::int64_t>(figures.days())
            << " simulated days, " << figures.looked.answers << " answers, "
            << figures.looked.dead_letters << " dead letters, " << figures.looked.alarms
            << " alarms judged. Worlds with\n";
  for (const auto& [name, count] : figures.rows())
    std::cout << "  " << name << ": " << count << '\n';
  const char* record = std::getenv("VASTE_SIM_RECORD");  // NOLINT(concurrency-mt-unsafe): as above
  if (record != nullptr) std::ofstream(record) << figures.json();
}

TEST(EngineSimulation, ComesToRestWithEverythingSaidOnce) {
  const Timelines timelines;
  Figures figures;
  if (const auto seed = number_of("VASTE_SIM_SEED", 0); seed != 0)
    return live(seed, timelines, figures);
  const std::uint64_t from = number_of("VASTE_SIM_FROM", 0);
  const std::uint64_t seeds = number_of("VASTE_SIM_SEEDS", 25'000);
  for (std::uint64_t seed = from + 1; seed <= from + seeds && !HasFailure(); ++seed)
    live(seed, timelines, figures);
  tell(figures);
  // Trouble that never happens proves nothing.
  constexpr std::uint64_t kEnough = 10'000;
  if (HasFailure() || seeds < kEnough) return;
  for (const auto& [name, count] : figures.rows()) EXPECT_GT(count, 0u) << name;
}

}  // namespace
}  // namespace vaste::sim
