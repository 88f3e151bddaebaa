// Exhaustive: three identifiers, a message by each, four links, one parting, on four partitions of
// the real code; every order in which partitions may serve what reaches them, and an abort, a crash
// and a restore at each commit (see explore.h). And that it finds what is wrong, where something
// is.
//
// VASTE_MODEL_STATES: how many states one world may have before the test gives up (20,000,000);
// VASTE_MODEL_LARGE: worlds that take longer than tools/test may, too.
#include <gmock/gmock.h>
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
constexpr Millis kDay = 24h;
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

Happening in_ticket(Happening one, const std::string& key) {
  one.key = key;
  return one;
}
// Somebody without a name, in the ticket of `of`.
Happening somebody(Millis after, const std::string& key, const std::string& of) {
  return {What::kMessage, kStart + after, {}, {}, key, of};
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

// A ticket whose key lives with c.
std::string ticket() {
  for (int i = 0;; ++i) {
    Happening one = somebody(0min, "T" + std::to_string(i), {});
    if (input_of(one, 0, 0, kPartitions).partition == beside_linker(3)) return one.key;
  }
}
const std::string kTicket = ticket();

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
  Instant end = kEnd;  // deadlines up to here count
  // Set: who is not named any more is forgotten, so long behind the last word.
  Millis words{0};
};

std::ostream& operator<<(std::ostream& out, const World& world) {
  return out << world.name;
}

// Walks through all of a world; what is wrong at its ends, or on the way.
class Model {
 public:
  explicit Model(const World& world, Plant plant = {})
      : world_(world), explorer_(kPartitions, kSources + 1, timeline_, limits_of(world)) {
    explorer_.plant = std::move(plant);
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets it meanwhile
    if (const char* most = std::getenv("VASTE_MODEL_STATES"))
      explorer_.most_states = std::strtoull(most, nullptr, 10);
  }

  std::string wrong() {
    try {
      const std::vector<Point> all = ends();
      std::cout << world_ << ": " << explorer_.states() << " states, " << explorer_.steps()
                << " steps, " << all.size() << " ends\n";
      if (all.empty()) return "it has no end";
      const Ending ending{timeline_, world_.end, kWindow};
      for (const Point& end : all) {
        std::vector<const Records*> partitions;
        for (std::int32_t i = 0; i < kPartitions; ++i)
          partitions.push_back(&explorer_.local(end.state, i).records);
        std::string wrong = what_is_wrong(said_, partitions, ending);
        if (!wrong.empty()) return wrong + end.way;
      }
    } catch (const Fault& fault) {
      return std::to_string(explorer_.states()) + " states, " + std::to_string(explorer_.steps()) +
             " steps: " + fault.what();
    }
    return {};
  }

 private:
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
      explorer_.expect(input, all[source].what <= What::kResolved);
      for (Point& point : points)
        explorer_.send(point.state, source, input.partition, input.record);
    }
  }
  void tell(std::vector<Point>& points, Instant gate) {
    for (Point& point : points)
      for (std::int32_t partition = 0; partition < kPartitions; ++partition)
        explorer_.tell(point.state, kClock, partition, gate);
  }
  std::vector<Point> ends() {
    std::vector<Point> points{explorer_.beginning()};
    for (const Phase& phase : world_.phases) {
      say(points, phase.said);
      points = explorer_.explore(points);
      if (phase.gate > Millis(0)) tell(points, kStart + phase.gate);
    }
    tell(points, world_.end);
    return explorer_.explore(points);
  }

  static core::Limits limits_of(const World& world) {
    core::Limits limits;
    limits.thread_wait = 60s;
    limits.retain_words = world.words;
    return limits;
  }

  const World world_;
  std::shared_ptr<const clocks::Timeline> timeline_ = timeline_of_one_window(kWindow);
  Explorer explorer_;
  std::vector<Happening> said_;
};

class EveryOrder : public testing::TestWithParam<World> {};

TEST_P(EveryOrder, EndsAsTheLinkerDecided) {
  EXPECT_EQ(Model(GetParam()).wrong(), "");
}

std::vector<World> worlds() {
  const Happening a = message(0min, kA), b = message(10min, kB), c = message(20min, kC);
  const Happening ab = same(30min, kA, kB), bc = same(31min, kB, kC), ac = same(32min, kA, kC);
  const Happening parted = apart(33min, kA, kB);
  const Happening again = same(34min, kA, kB, "verified_profile");
  const Happening later_a = message(40min, kA), later_b = message(50min, kB);
  const Happening nobody = somebody(5min, kTicket, kA), later_nobody = somebody(45min, kTicket, kA);
  const Happening a_there = in_ticket(message(35min, kA), kTicket);
  std::vector<World> out{
      {"ALinkWhileTheyWrite", {{{a, b}, 65min}, {{ab, later_a, later_b}, 0min}}},
      {"APartingWhileTheyWrite", {{{a, b, ab}, 65min}, {{parted, later_a, later_b}, 0min}}},
      {"APartingAfterTheBreach", {{{a, b, ab}, 3h}, {{parted}, 0min}}},
      {"ALinkAndAParting", {{{a, b}, 0min}, {{ab, parted, later_b}, 0min}}},
      {"ThreeLinksAtOnce", {{{a, b, c}, 0min}, {{ab, bc, ac}, 0min}}},
      {"APartingAndALink", {{{a, b, c, ab}, 0min}, {{bc, parted}, 0min}}},
      {"FourLinksAndAParting",
       {{{a, b, c}, 0min}, {{ab, bc}, 65min}, {{parted, ac}, 0min}, {{again, later_b}, 0min}}},
      {"TwoPartAndComeBackAtOnce", {{{a, b, ab}, 0min}, {{parted, again, later_b}, 0min}}},
      {"SomebodyInAThreadThatOneKnows", {{{nobody, a_there}, 65min}, {{later_nobody}, 0min}}},
      {"AThreadOfNobodyGetsAName", {{{nobody}, 65min}, {{a_there, ab, later_nobody}, 0min}}},
      {"AThreadGetsANameAndIsParted",
       {{{nobody, b, ab}, 65min}, {{a_there, parted}, 0min}, {{later_nobody}, 0min}}},
  };
  // A year and a day after the last word b leaves; the next time that anything is due the linker
  // has forgotten both. Each while something of them is on its way.
  const Happening same_again = same(370 * kDay, kA, kB), other = same(370 * kDay, kB, kC);
  const Happening of_a = message(370 * kDay + 1h, kA), of_b = message(370 * kDay + 2h, kB);
  const auto forgets = [&](const char* name, std::vector<Happening> when_it_leaves,
                           std::vector<Happening> when_it_is_forgotten) {
    out.push_back({name,
                   {{{a, ab}, 367 * kDay},
                    {std::move(when_it_leaves), 369 * kDay},
                    {std::move(when_it_is_forgotten), 0min}},
                   kStart + 371 * kDay,
                   kDay});
  };
  forgets("ForgottenWhileTheyWrite", {}, {of_a, of_b});
  forgets("ForgottenWhileTheyAreLinkedAgain", {}, {same_again, of_b});
  forgets("LeavesWhileTheyAreLinkedAgain", {same(368 * kDay, kA, kB), message(368 * kDay, kB)}, {});
  forgets("ForgottenWhileAnotherIsLinked", {message(368 * kDay, kC)}, {other, of_b});
  forgets("ForgottenWhileTheyAreParted", {}, {same_again, apart(370 * kDay + 3h, kA, kB)});
  forgets("ForgottenWhileOneIsDenied", {}, {apart(370 * kDay, kA, kC), same_again});
  // Their pointers go, too, two days after they were told.
  out.push_back(
      {"GoneWhileTheyAreLinkedAgain",
       {{{ab}, 367 * kDay},
        {{}, 369 * kDay},
        {{}, 372 * kDay},
        {{same(373 * kDay, kA, kB), message(373 * kDay + 1h, kA), message(373 * kDay + 2h, kB)},
         0min}},
       kStart + 373 * kDay,
       kDay});
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets it meanwhile
  if (std::getenv("VASTE_MODEL_LARGE") == nullptr) return out;
  out.push_back({"LargePartingAmongLinks", {{{a, b, c, ab}, 0min}, {{bc, parted, ac}, 0min}}});
  out.push_back(
      {"LargeLinksAndAPartingAtOnce", {{{a, b, c}, 65min}, {{ab, bc, ac, parted}, 0min}}});
  out.push_back(
      {"LargeLinksAPartingAndComingBack", {{{a, b, c, ab}, 0min}, {{bc, again, parted}, 0min}}});
  return out;
}

INSTANTIATE_TEST_SUITE_P(Worlds, EveryOrder, testing::ValuesIn(worlds()),
                         testing::PrintToStringParamName());

// Faults that a protocol may have, each in a world in which it matters: what is found must be that.
struct Planted {
  std::string name;
  std::string world;
  Plant plant;
  std::string found;  // in what is wrong then
};

std::ostream& operator<<(std::ostream& out, const Planted& planted) {
  return out << planted.name;
}

using Body = v1::Envelope::BodyCase;

Plant lost(Body body) {
  return {[body](v1::Packed& packed) {
            auto& all = *packed.mutable_envelopes();
            all.erase(std::remove_if(all.begin(), all.end(),
                                     [&](const auto& one) { return one.body_case() == body; }),
                      all.end());
          },
          false, 0};
}
Plant twice(Body body) {
  return {[body](v1::Packed& packed) {
            for (int i = 0; i < packed.envelopes_size(); ++i) {
              if (packed.envelopes(i).body_case() != body) continue;
              const v1::Envelope again = packed.envelopes(i);
              *packed.add_envelopes() = again;
              return;
            }
          },
          false, 0};
}
Plant forgotten_unheard() {
  return {[](v1::Packed& packed) {
            auto& all = *packed.mutable_envelopes();
            all.erase(std::remove_if(all.begin(), all.end(),
                                     [](const auto& one) {
                                       return one.has_repoint() &&
                                              one.repoint().point().forgotten();
                                     }),
                      all.end());
          },
          false, 0};
}
Plant changed(void (*change)(v1::Envelope&)) {
  return {[change](v1::Packed& packed) {
            for (v1::Envelope& one : *packed.mutable_envelopes()) change(one);
          },
          false, 0};
}

std::vector<Planted> planted() {
  const auto without_a_moment = [](v1::Envelope& one) {
    if (one.has_adopt() && one.adopt().contents().moments_size() > 0)
      one.mutable_adopt()->mutable_contents()->mutable_moments()->RemoveLast();
  };
  const auto of_an_old_epoch = [](v1::Envelope& one) {
    if (one.has_repoint()) one.mutable_repoint()->mutable_point()->set_epoch(0);
  };
  const std::string link = "ALinkWhileTheyWrite", parting = "APartingWhileTheyWrite",
                    thread = "AThreadOfNobodyGetsAName";
  return {
      {"AConversationIsLost", link, lost(Body::kAdopt), "a moment is lost"},
      {"AConversationLosesAMoment", link, changed(without_a_moment), "a moment is lost"},
      {"AConversationComesTwice", link, twice(Body::kAdopt), "there twice"},
      {"AJoinIsLost", link, lost(Body::kJoinCustomers), "points to"},
      {"AJoinIsForgottenAfterwards", link, lost(Body::kWelcome), "points to"},
      {"APointIsLost", link, lost(Body::kRepoint), "points to"},
      {"APointIsOfAnOldEpoch", "ThreeLinksAtOnce", changed(of_an_old_epoch),
       "has not heard how long"},
      {"APartingIsLost", parting, lost(Body::kPartCustomers), "points to"},
      {"EvidenceIsLost", link, lost(Body::kIntroduce), "were said to be one, and are not"},
      {"ARequestIsLost", link, lost(Body::kLink), "were said to be one, and are not"},
      {"AnEventIsLost", link, lost(Body::kRouted), "an event is lost"},
      {"AnEventIsSentTwice", link, twice(Body::kRouted), "twice on its way"},
      {"ANameIsLost", thread, lost(Body::kNamed), "is with customer"},
      {"ThatItIsForgottenIsLost", "ForgottenWhileTheyWrite", forgotten_unheard(),
       "was not told that the linker has forgotten it"},
      {"AnAbortForgetsNothing", link, {nullptr, true, 0}, "after an abort it"},
      {"CustomersAreNotInTheChangelog", link, {nullptr, false, 'c'}, "restored from the changelog"},
      {"WhoWaitsIsNotInTheChangelog",
       "SomebodyInAThreadThatOneKnows",
       {nullptr, false, 'u'},
       "restored from the changelog"},
  };
}

class AFault : public testing::TestWithParam<Planted> {};

TEST_P(AFault, IsFound) {
  const auto all = worlds();
  const auto world = std::ranges::find(all, GetParam().world, &World::name);
  ASSERT_NE(world, all.end());
  EXPECT_THAT(Model(*world, GetParam().plant).wrong(), testing::HasSubstr(GetParam().found));
}

INSTANTIATE_TEST_SUITE_P(Planted, AFault, testing::ValuesIn(planted()),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace vaste::sim
