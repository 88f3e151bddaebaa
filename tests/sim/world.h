// Worlds of a few people: what they write, how they are answered, and who is said to be whom.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "sim/input.h"

namespace vaste::sim {

inline constexpr Instant kStart = instant(1'795'392'000'000);

// What is said decides what has to be equal:
// kTalk: messages with silences. Grouped as all at once would be; once somebody was parted, not
//   finer than that (a parting leaves in one what lay around another's message).
// kDesk: messages and answers within one window, so that each person has one conversation.
// kTickets: messages, answers and resolutions by the ticket of an identifier, which is then the
//   conversation, whoever is linked to whom; some of them name nobody.
enum class Kind { kTalk, kDesk, kTickets };

// How long each kind of world lasts.
struct Spans {
  Millis talk = std::chrono::hours(240);
  Millis desk = std::chrono::hours(20);
  Millis tickets = std::chrono::hours(40);
};

struct World {
  Kind kind = Kind::kTalk;
  bool parts = false;
  std::vector<std::string> people;
  std::vector<Happening> said;  // no two at one instant, all at whole seconds
};

World make_world(std::mt19937_64& random, const Spans& spans = {});

// "desk; as it arrives:" and a line for each of `arrivals`, numbers of what is said.
std::string text_of(const World& world, const std::vector<std::size_t>& arrivals);

}  // namespace vaste::sim
