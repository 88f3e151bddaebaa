// Members of a fleet that die, stand still and come back, and what becomes of their partitions.
#include <algorithm>
#include <utility>

#include "base/check.h"
#include "sim/fleet.h"

namespace vaste::sim {

void Fleet::trouble() {
  if (healed_) return;
  const std::size_t number = below(members_.size());
  if (members_[number].is_there() && happens(Trouble::kDeath)) {
    static constexpr std::array kEnds{End::kDiesFirst, End::kDiesAsked, End::kDiesBehind,
                                      End::kDiesWithin};
    Turn last = some_turn();
    last.tells = last.closes = true;
    last.end = kEnds.at(below(kEnds.size()));
    turn(number, last);
  }
  if (members_[number].is_there() && happens(Trouble::kStall)) leave(number, false, some_away());
  if (is_calm() && members_.size() > 1 && happens(Trouble::kMove))
    hand_over(below(owners_.size()), below(members_.size()));
}

void Fleet::disturb() {
  const auto rate = [&](Trouble trouble) {
    return muster_.of_a_hundred[static_cast<std::size_t>(trouble)];
  };
  const std::size_t number = below(members_.size());
  if (healed_ || !is_calm()) return;
  if (rate(Trouble::kStall) != 0 && below(2) == 0)
    leave(number, false, some_away());
  else if (rate(Trouble::kDeath) != 0 && below(2) == 0)
    leave(number, true, some_away());
  else if (rate(Trouble::kMove) != 0)
    hand_over(below(owners_.size()), number);
}

Millis Fleet::long_away() {
  return kMaxWait + Millis(5'000 + below(60'000));
}

Millis Fleet::some_away() {
  return happens(Trouble::kLongAway) ? long_away() : Millis(1 + below(20'000));
}

void Fleet::leave(std::size_t number, bool dies, Millis away) {
  Member& member = members_[number];
  member.back = now_ + away;
  member.expires = now_ + muster_.session;
  member.time_out = now_ + kTransactionTimeout;
  if (!dies) return;
  member.worker.reset();
  for (auto& [partition, disk] : member.disks) disk.lose_memory();
  if (happens(Trouble::kDiskLost)) member.disks.clear();
}

void Fleet::look_at_absences() {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    Member& member = members_[i];
    if (member.is_there()) continue;
    if (is_set(member.time_out) && member.time_out <= now_) {
      broker_.time_out(i);
      member.time_out = kNever;
    }
    if (is_set(member.expires) && member.expires <= now_) give_away(i);
    if (member.back > now_) continue;
    if (member.worker == nullptr) {
      start(i);
      continue;
    }
    // It wakes up in the middle of what it did, and finishes it before it hears of anything.
    member.back = member.expires = member.time_out = kNever;
    Turn first = some_turn();
    first.closes = true;
    turn(i, first);
    if (member.worker == nullptr) continue;
    for (const Place place : std::exchange(member.lost, {}))
      if (owners_[place] != i) member.worker->lose(place);
  }
}

// To those who are there, if anybody is.
void Fleet::give_away(std::size_t number) {
  std::vector<std::size_t> there;
  for (std::size_t i = 0; i < members_.size(); ++i)
    if (members_[i].is_there()) there.push_back(i);
  if (there.empty()) return;
  members_[number].expires = kNever;
  for (Place place = 0; place < owners_.size(); ++place) {
    if (owners_[place] != number) continue;
    const std::size_t to = there[below(there.size())];
    if (members_[number].worker != nullptr) members_[number].lost.push_back(place);
    owners_[place] = to;
    broker_.own(place, to);
    members_[to].worker->assign(place);
  }
}

void Fleet::hand_over(Place place, std::size_t to) {
  const std::size_t from = owners_[place];
  if (from == to) return;
  members_[from].worker->release(place, now_);
  owners_[place] = to;
  broker_.own(place, to);
  members_[to].worker->assign(place);
}

void Fleet::heal() {
  healed_ = true;
  while (!is_calm()) advance(now_ + Millis(5'000));
}

}  // namespace vaste::sim
