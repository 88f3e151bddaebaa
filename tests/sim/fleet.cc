#include "sim/fleet.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "base/check.h"

namespace vaste::sim {

namespace {

constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
constexpr std::size_t kWarm = 1 << 20;
constexpr std::size_t kMostRounds = 500;  // until everything that is on its way has arrived
constexpr std::size_t kMostBusy = 12;     // steps by chance, before a quiet fleet is let finish
constexpr Millis kNearly{2};              // the gate stands behind the clock by so much

}  // namespace

Fleet::Fleet(const Muster& muster, std::shared_ptr<const clocks::Timeline> timeline,
             std::uint64_t seed, Instant now)
    : muster_(muster),
      timeline_(std::move(timeline)),
      random_(seed),
      broker_(muster.sources, muster.cores),
      now_(now),
      members_(muster.workers) {
  for (Place place = 0; place < muster.sources + muster.cores; ++place)
    owners_.push_back(place % muster.workers);
  told_.assign(owners_.size(), now_);
  for (std::size_t i = 0; i < members_.size(); ++i) start(i);
}

Fleet::~Fleet() = default;

void Fleet::start(std::size_t number) {
  Member& member = members_[number];
  member.board = std::make_unique<Board>(broker_, kMaxWait, now_);
  const Worker::Setting setting{broker_,        *member.board, member.disks, timeline_,
                                muster_.limits, random_,       wrong_};
  member.worker = std::make_unique<Worker>(number, setting);
  member.back = member.expires = member.time_out = kNever;
  member.lost.clear();
  for (Place place = 0; place < owners_.size(); ++place)
    if (owners_[place] == number) {
      broker_.own(place, number);
      member.worker->assign(place);
    }
}

std::int64_t Fleet::append(Place source, Entry entry) {
  entry.time_ms = to_ms(now_);
  return broker_.log(source).append(std::move(entry));
}

bool Fleet::happens(Trouble trouble) {
  const auto which = static_cast<std::size_t>(trouble);
  if (healed_ || below(100) >= muster_.of_a_hundred[which]) return false;
  ++met_[which];
  return true;
}

Turn Fleet::some_turn() {
  Turn turn;
  turn.records = below(4);
  turn.timers = 1 + below(4);
  turn.tells = below(3) == 0;
  turn.closes = below(3) != 0;
  turn.cache_bytes = below(2) == 0 ? 0 : kWarm;
  if (!turn.closes) return turn;
  if (happens(Trouble::kAbort)) turn.end = End::kAborted;
  if (happens(Trouble::kLostWord)) turn.end = below(2) == 0 ? End::kFoundCommitted : End::kFoundNot;
  return turn;
}

void Fleet::turn(std::size_t number, Turn turn) {
  Member& member = members_[number];
  if (!member.worker->turn(now_, turn)) leave(number, true, some_away());
  if (healed_ || muster_.of_a_hundred[static_cast<std::size_t>(Trouble::kSlowMarks)] == 0)
    broker_.mark_all();
}

void Fleet::step() {
  const std::size_t number = below(members_.size());
  Member& member = members_[number];
  if (broker_.has_unmarked()) {
    const bool later = happens(Trouble::kSlowMarks);
    if (!later) broker_.mark_one(below(broker_.unmarked()));
  }
  if (!member.is_there()) return;
  switch (below(8)) {
    case 0:
      member.board->sample_sources(now_);
      break;
    case 1:
      member.board->read_progress(now_);
      break;
    case 2:
      member.board->ask(now_);
      break;
    case 3:
      member.board->answer();
      break;
    default:
      turn(number, some_turn());
  }
}

void Fleet::listen(Member& member) {
  member.board->read_progress(now_);
  member.board->ask(now_);
  member.board->answer();
}

void Fleet::beat() {
  for (Member& member : members_)
    if (member.is_there()) member.board->sample_sources(now_);
  Turn tells;
  tells.timers = 1 + below(4);
  tells.records = healed_ ? kAll : below(3);
  tells.tells = tells.closes = true;
  tells.cache_bytes = kWarm;
  for (std::size_t i = 0; i < members_.size(); ++i)
    if (members_[i].is_there()) turn(i, tells);
  broker_.mark_all();
  for (Member& member : members_)
    if (member.is_there()) member.board->read_progress(now_);
  // What is told behind the open transaction of somebody who stands still is heard when that ends;
  // and who woke up to find that its own was given up meanwhile has told nothing by that.
  const bool heard = broker_.progress().stable() == broker_.progress().end();
  const auto told = [&](const Member& one) {
    return heard && one.is_there() && one.worker->is_idle() && !one.worker->has_news();
  };
  for (Place place = 0; place < owners_.size(); ++place) {
    longest_silence_ = std::max(longest_silence_, now_ - told_[place]);
    if (told(members_[owners_[place]])) told_[place] = now_;
  }
}

// Nobody is silent for as long as others wait only because this is simulated in large steps.
void Fleet::advance(Instant to) {
  const bool far = to - now_ > Millis(1000);
  // In calm times they tell all the while, of which the last is enough.
  if (is_calm())
    for (Place place = 0; place < owners_.size(); ++place)
      if (members_[owners_[place]].worker->serves(place)) told_[place] = to;
  now_ = to;
  look_at_absences();
  if (far) beat();
}

bool Fleet::is_calm() const {
  return std::ranges::all_of(members_, [](const Member& one) { return one.is_there(); });
}

bool Fleet::is_idle() const {
  return !broker_.has_unmarked() && std::ranges::all_of(members_, [](const Member& one) {
    return one.worker != nullptr && one.worker->is_idle();
  });
}

bool Fleet::all_gates_passed() {
  return std::ranges::all_of(members_, [&](Member& one) {
    // What was not heard before hours pass at once would be a silence of hours.
    return one.board->has_heard_all() && one.board->frontier().gate().up_to >= now_ - kNearly;
  });
}

bool Fleet::settle() {
  VASTE_CHECK(is_calm());
  for (std::size_t round = 0; round < kMostRounds; ++round) {
    if (round % 4 == 3) broker_.mark_all();
    const bool ready = is_idle() && all_gates_passed();
    const std::size_t before = broker_.transactions();
    for (Member& member : members_) member.board->sample_sources(now_);
    std::vector<std::size_t> order(members_.size());
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), random_);
    for (const std::size_t number : order) {
      // Some hear of what others did before they have read what came of it.
      if (!ready && below(2) == 0) listen(members_[number]);
      Turn all;
      all.records = ready || below(3) != 0 ? kAll : below(2);
      all.timers = kAll;
      all.tells = members_[number].worker->has_news() || !ready;
      all.closes = true;
      all.cache_bytes = below(2) == 0 ? 0 : kWarm;
      turn(number, all);
    }
    if (ready && broker_.transactions() == before) return true;
    while (broker_.has_unmarked() && below(8) != 0) broker_.mark_one(below(broker_.unmarked()));
    for (Member& member : members_) listen(member);
  }
  return false;
}

void Fleet::pass(Instant until) {
  std::size_t busy = 0;
  while (now_ < until) {
    if (is_calm() && (is_idle() || ++busy > kMostBusy)) {
      if (!settle()) wrong_ += "in calm times something is left that nobody does\n";
      busy = 0;
      const Instant due = next_timer().value_or(until);
      // Half a minute before it there is still time for trouble.
      const Millis lead(healed_ || below(4) != 0 ? 0 : below(40'000));
      advance(std::clamp(due - lead, now_ + Millis(1), until));
      const std::size_t number = below(members_.size());
      if (lead > Millis(0) && is_calm() && happens(Trouble::kLongAway))
        leave(number, below(2) == 0, long_away());
    } else {
      static constexpr std::array<std::size_t, 3> kSteps{100, 2'000, 9'000};
      advance(std::min(until, now_ + Millis(1 + below(kSteps.at(below(kSteps.size()))))));
    }
    for (std::size_t i = below(is_idle() ? 2 : 6); i > 0; --i) step();
    trouble();
  }
}

std::optional<Instant> Fleet::next_timer() {
  std::optional<Instant> out;
  for (std::size_t i = 0; i < muster_.cores; ++i) {
    Disks& disks = members_[owners_[muster_.sources + i]].disks;
    const auto disk = disks.find(i);
    if (disk == disks.end()) continue;
    const auto due = disk->second->due(kEndOfTime, 1);
    VASTE_CHECK(due.has_value());
    if (!due->empty() && (!out || due->front().at < *out)) out = due->front().at;
  }
  return out;
}

std::vector<Records> Fleet::records() const {
  std::vector<Records> out(muster_.cores);
  for (std::size_t i = 0; i < muster_.cores; ++i) {
    const Log& log = broker_.changelog(i);
    for (std::int64_t offset = 0; offset < log.stable(); ++offset) {
      const Entry* entry = log.visible(offset);
      if (entry == nullptr) continue;
      if (entry->null_value)
        out[i].erase(entry->key);
      else
        out[i][entry->key] = entry->value;
    }
  }
  return out;
}

std::string Fleet::wrong(const std::vector<Records>& records) const {
  std::string out = wrong_;
  for (std::size_t i = 0; i < muster_.cores; ++i) {
    const Disks& disks = members_[owners_[muster_.sources + i]].disks;
    Records stored;
    const auto scanned = disks.at(i)->scan({}, [&](std::string_view key, std::string_view value) {
      if (is_replicated(key)) stored.emplace(key, value);
      return true;
    });
    VASTE_CHECK(scanned.has_value());
    if (stored != records[i])
      out += "partition " + std::to_string(i) + " has something else than its changelog\n";
  }
  return out;
}

}  // namespace vaste::sim
