// Workers on a broker in memory, in simulated time: who owns what, who is away, and in which order
// they come to work. Each worker is a process of its own, with a board and disks.
//
// Threads: one at a time. The same seed, the same everything.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "sim/broker.h"
#include "sim/truth.h"
#include "sim/worker.h"

namespace vaste::sim {

inline constexpr Millis kMaxWait{30'000};
inline constexpr Millis kTransactionTimeout{10'000};

// What can go wrong with a fleet. Each is switched on or off by a seed, and counted where it was.
enum class Trouble : std::uint8_t {
  kAbort,      // transactions are aborted
  kLostWord,   // what came of one is not told
  kDeath,      // a worker ends, and is back
  kDiskLost,   // ... without its databases
  kStall,      // a worker stands still, and does not know for how long
  kLongAway,   // for longer than others wait
  kMove,       // partitions are moved
  kSlowMarks,  // what is committed is seen here before it is seen there
};
inline constexpr std::size_t kTroubles = 8;
using Counts = std::array<std::uint64_t, kTroubles>;

struct Muster {
  std::size_t sources = 1, cores = 1, workers = 1;
  core::Limits limits;
  Millis session{10'000};  // so long a member may be away before its partitions are given to others
  std::array<unsigned, kTroubles> of_a_hundred{};  // how often
};

class Fleet {
 public:
  Fleet(const Muster& muster, std::shared_ptr<const clocks::Timeline> timeline, std::uint64_t seed,
        Instant now);
  ~Fleet();

  Instant now() const { return now_; }
  // Into a source, as of now. Returns its offset.
  std::int64_t append(Place source, Entry entry);
  // Time goes on up to there, whatever happens meanwhile.
  void pass(Instant until);
  // Some trouble now, if this fleet has any: it is the worst moment.
  void disturb();
  // No more trouble from here on, and everybody is back.
  void heal();
  // Everything is served, heard of and fired that can be. False: it is not, after so many rounds
  // that something must be stuck.
  bool settle();
  // The next instant at which something is due.
  std::optional<Instant> next_timer();

  const Broker& broker() const { return broker_; }
  const Counts& met() const { return met_; }
  // Others may have waited for a partition in vain.
  bool was_silent_for_long() const { return longest_silence_ > kMaxWait - kTransactionTimeout; }
  // What the changelogs come to.
  std::vector<Records> records() const;
  // Where a database has something else, and what was seen that never may be.
  std::string wrong(const std::vector<Records>& records) const;

 private:
  struct Member {
    std::unique_ptr<Board> board;
    std::unique_ptr<Worker> worker;  // nullptr: it is dead
    Disks disks;
    Instant back;     // away until then; kNever: it is there
    Instant expires;  // and its partitions are given to others then
    Instant time_out;
    std::vector<Place> lost;  // what it will hear of when it is back
    bool is_there() const { return !is_set(back); }
  };

  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool happens(Trouble trouble);
  void start(std::size_t member);
  void step();
  void turn(std::size_t member, Turn turn);
  Turn some_turn();
  void advance(Instant to);
  void beat();  // everybody who is there tells where it stands
  void listen(Member& member);
  void look_at_absences();
  void give_away(std::size_t member);
  void hand_over(Place place, std::size_t to);
  void trouble();
  void leave(std::size_t member, bool dies, Millis away);
  Millis some_away();
  Millis long_away();
  bool is_calm() const;
  bool is_idle() const;
  bool all_gates_passed();

  Muster muster_;
  std::shared_ptr<const clocks::Timeline> timeline_;
  std::mt19937_64 random_;
  Broker broker_;
  Instant now_;
  std::string wrong_;
  std::vector<Member> members_;
  std::vector<std::size_t> owners_;  // by place
  std::vector<Instant> told_;        // by place
  Millis longest_silence_{0};        // for so long a partition had nobody who told of it, about
  Counts met_{};
  bool healed_ = false;
};

}  // namespace vaste::sim
