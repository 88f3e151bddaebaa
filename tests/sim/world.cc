#include "sim/world.h"

#include <array>
#include <chrono>
#include <set>
#include <sstream>

namespace vaste::sim {

namespace {

using What = Happening::What;

class Maker {
 public:
  Maker(std::mt19937_64& random, const Spans& spans) : random_(random), spans_(spans) {}

  World make() {
    World world;
    world.kind = static_cast<Kind>(below(3));
    world.parts = below(2) == 0;
    static constexpr std::array kKinds{"email:p", "chat:web:p", "social:x:p"};
    const std::size_t people = 2 + below(4);
    for (std::size_t i = 0; i < people; ++i)
      world.people.push_back(kKinds.at(i % kKinds.size()) + std::to_string(i) +
                             (i % kKinds.size() == 0 ? "@example.org" : ""));
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
        one.at = moment(spans_.talk);
        break;
      case Kind::kDesk:
        one.at = moment(spans_.desk);
        if (dice < 3) one.what = What::kAnswer;
        break;
      case Kind::kTickets:
        one.at = moment(spans_.tickets);
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
    happening.at = moment(spans_.talk);
    happening.who = {world.people[one], world.people[other]};
    happening.method = below(3) == 0 ? "verified_profile" : "login";
    world.said.push_back(std::move(happening));
  }

  std::mt19937_64& random_;
  const Spans& spans_;
  std::set<Instant> used_;
};

}  // namespace

World make_world(std::mt19937_64& random, const Spans& spans) {
  return Maker(random, spans).make();
}

std::string text_of(const World& world, const std::vector<std::size_t>& arrivals) {
  static constexpr std::array kKinds{"talk", "desk", "tickets"};
  static constexpr std::array kWhat{"writes", "is answered", "is resolved", "are one", "are not"};
  std::ostringstream out;
  out << kKinds.at(static_cast<std::size_t>(world.kind)) << "; as it arrives:\n";
  for (const std::size_t number : arrivals) {
    const Happening& one = world.said[number];
    out << "  event " << number << " at " << to_ms(one.at) << ':';
    for (const std::string& who : one.who) out << ' ' << who;
    if (one.who.empty()) out << " somebody in the ticket of " << one.of;
    out << ' ' << kWhat.at(static_cast<std::size_t>(one.what)) << ' ' << one.method << '\n';
  }
  return out.str();
}

}  // namespace vaste::sim
