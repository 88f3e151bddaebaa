// All orders in which partitions of `vaste.core` can serve what they are sent, on the real code.
//
// What a partition does with a record is a function of what it has stored and of the record. So the
// code runs once for each such pair (a step), and the orders are walked through as numbers: a state
// is what each partition has stored and what is on its way to it. From one sender to one receiver
// records arrive in order; between senders anything may come first.
//
// Each step is also made from caches that are warm, after an abort, and from a database that was
// restored from the changelog: it has to come to the same. So an abort or a crash at any commit
// leads to no state that is not walked through without it.
//
// What two partitions do commutes, so of the orders that differ in that alone one is walked
// through: sleep sets leave out ways, and where nobody else can send anything new to a partition
// before it moves, only its moves are tried (a persistent set). What kind of message may follow
// from what is a table in explore.cc, and a step that does not keep to it is a Fault.
//
// Threads: one at a time. A breach of what always holds throws a Fault with the way to it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sim/input.h"
#include "sim/task.h"
#include "vaste/v1/core.pb.h"

namespace vaste::sim {

using Number = std::uint32_t;

struct Fault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// How often each of at most 16 events is in something: four bits each.
using Counts = std::uint64_t;
inline Counts one_of(std::size_t event) {
  return Counts{1} << (4 * event);
}

// What a partition has stored, and up to when its deadlines count.
struct Local {
  std::int32_t partition = 0;
  std::map<std::string, std::string> records;
  std::set<store::Timer> timers;
  Instant gate;

  Counts moments = 0;         // in conversations that live here
  Counts waiting = 0;         // events that wait here for somebody who knows their thread
  std::vector<Number> lives;  // these conversations
  bool is_due = false;        // a timer is
  Number from = 0;            // how it was first reached; itself: it is where it began
  Number by = 0;
};

// A record on its way; or, without bytes, word that everything up to `gate` has been read.
struct Letter {
  std::string record;
  Instant gate;
  Counts events = 0;   // on their way in it
  Counts moments = 0;  // of conversations on their way in it
  std::vector<Number> lives;
  std::uint32_t kinds = 0;  // a bit for each kind of message in it
};

// Numbers: partitions' of Local, then the length of each channel, then its letters one after the
// other, then the events that were answered as bits. Channels: by receiver, then by sender.
using State = std::vector<Number>;

// A fault in all that is explored, to see that it is found.
struct Plant {
  std::function<void(v1::Packed&)> sends;  // changes what a partition sends to another
  bool abort_forgets_nothing = false;      // what an aborted transaction changed stays
  char not_replicated = 0;                 // records of this kind are not in the changelog
};

// Where it is, and by what way, in words.
struct Point {
  State state;
  std::string way;
};

class Explorer {
 public:
  // `senders`: from outside, in addition to the partitions.
  Explorer(std::int32_t partitions, std::size_t senders,
           std::shared_ptr<const clocks::Timeline> timeline, core::Limits limits = {});

  // Events are numbered as they are given, messages among them have a moment each.
  void expect(const Input& input, bool has_moment);

  Point beginning();
  // Behind what the sender from outside has sent there before.
  void send(State& state, std::size_t sender, std::int32_t to, std::string record);
  void tell(State& state, std::size_t sender, std::int32_t to, Instant gate);

  // Walks from all of these to where nothing is left to do; gives these ends, each once.
  std::vector<Point> explore(const std::vector<Point>& beginnings);

  const Local& local(const State& state, std::int32_t partition) const {
    return locals_[state[static_cast<std::size_t>(partition)]];
  }
  std::size_t states() const { return seen_.size(); }
  std::size_t steps() const { return steps_.size(); }
  std::size_t most_states = 20'000'000;
  Plant plant;

 private:
  struct Key {
    std::uint64_t high = 0, low = 0;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const { return key.low; }
  };
  struct Step {
    Number to = 0;
    std::vector<std::pair<std::int32_t, Number>> sends;
    std::uint32_t answered = 0;
  };
  // Bits: channels, then partitions that fire.
  using Moves = std::uint64_t;
  struct Frame {
    State state;
    Key key;
    Moves sleep = 0;  // need not be tried: what comes of them is walked through from elsewhere
    Moves left = 0;
    Moves tried = 0;
  };
  struct Outcome {
    Output output;
    Local local;
  };

  std::size_t channels() const { return partitions_ * (partitions_ + senders_); }
  std::size_t channel(std::size_t receiver, std::size_t sender) const {
    return receiver * (partitions_ + senders_) + sender;
  }
  static Key key_of(const State& state);
  Moves moves(const State& state) const;
  Moves persistent(const State& state, Moves enabled) const;
  bool is_closed(const State& state, std::size_t partition) const;
  std::uint32_t forgets(const Letter& letter, const Local& local) const;
  Moves moves_of(std::size_t partition) const;
  std::size_t receiver_of(std::size_t move) const;
  Number first_letter(const State& state, std::size_t channel) const;
  void append(State& state, std::size_t channel, Number letter) const;
  State after(const State& state, std::size_t move);
  void check(const State& state) const;
  std::string way(const std::vector<Frame>& frames) const;

  const Step& step(Number local, Number letter);
  Outcome run(const Local& local, const Letter& letter) const;
  void serve(Task& task, const Letter& letter, const Local& local, Output& out) const;
  void is_same_after_abort(const Local& local, const Letter& letter, const Outcome& plain) const;
  void is_same_when_warm(const Local& local, const Letter& letter, const Outcome& plain) const;
  void is_same_when_restored(const Local& local, const Letter& letter, const Outcome& plain) const;
  Number number_of(Local local);
  Number number_of(Letter letter);
  Number number_of(const Id& conversation);
  void look_at(Local& local);
  void look_at(Letter& letter);
  Counts moments_of(const Conversation& conversation) const;

  std::size_t partitions_;
  std::size_t senders_;
  std::shared_ptr<const clocks::Timeline> timeline_;
  core::Limits limits_;
  bool keys_ = false;                   // some events have thread keys
  std::vector<std::uint64_t> moments_;  // of the events, by number
  Counts all_ = 0;
  Counts with_moment_ = 0;
  std::size_t linker_;  // its partition
  std::vector<Local> locals_;
  std::vector<Letter> letters_;
  std::unordered_map<std::string, Number> local_numbers_, letter_numbers_;
  std::map<Id, Number> conversations_;
  std::unordered_map<std::uint64_t, Step> steps_;
  std::unordered_map<Key, Moves, KeyHash> seen_;  // with what was left to sleep there
};

}  // namespace vaste::sim
