// How many of what a core partition holds now, for gauges: kept with each commit, never by going
// through everything.
//
// Pure. What a conversation counts for follows from what is stored of it alone, so that it can be
// taken away again after a restart or under another policy. Threads: one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clocks/fold.h"
#include "model/conversation.h"
#include "model/policy.h"
#include "model/tally.h"

namespace vaste::core {

// Slots in which a conversation counts one each.
using Share = std::vector<std::uint16_t>;

class Tally {
 public:
  static constexpr std::size_t kMostQueues = 200;
  static constexpr std::size_t kMostSlas = 12;

  // Tells the policy's queues and SLAs apart; all others are one, without a name.
  explicit Tally(const Policy& policy);

  // Of what is told apart: with the same names, the same slots.
  std::uint64_t names() const { return names_; }
  std::size_t queues() const { return queues_.size(); }
  const std::string& queue(std::size_t index) const { return queues_[index]; }
  std::size_t queue_of(const Conversation& conversation) const;

  Share share(const Conversation& conversation) const;

  void add(const Share& share) { move(share, 1); }
  void take_away(const Share& share) { move(share, -1); }

  // What add() and take_away() touched since the last saved() or forget().
  const std::vector<std::size_t>& changed_queues() const { return changed_; }
  void saved();   // It is committed.
  void forget();  // It never was.
  void clear();
  // One queue as it is stored, what is above 0; and back. A queue that is not told apart is left
  // out.
  QueueTally stored(std::size_t queue) const;
  void restore(std::string_view queue, const QueueTally& stored);

  std::size_t slots() const { return counts_.size(); }
  std::int64_t count(std::size_t slot) const { return counts_[slot]; }
  std::size_t queue_at(std::size_t slot) const { return slot / per_queue_; }
  // What a slot counts; timers only without a queue. `count` is left 0.
  TallyCount label(std::size_t slot) const;

  // Open clocks of a queue that have not breached and are not paused.
  std::int64_t running(std::size_t queue) const;

 private:
  void move(const Share& share, int by);
  void change(std::size_t queue);
  std::size_t slot(std::size_t queue, const TallyCount& label) const;  // slots() if it has none

  std::vector<std::string> queues_;  // The last one has no name: all others.
  std::vector<std::string> slas_;    // Likewise.
  std::uint64_t names_ = 0;
  std::size_t per_queue_ = 0;
  std::vector<std::int64_t> counts_;
  std::vector<std::pair<std::uint16_t, int>> moves_;
  std::vector<std::size_t> changed_;
  std::vector<bool> is_changed_;
};

// The first instant after `conversation.fired_until` at which a running clock breaches; kNever:
// there is none.
Instant next_breach(const Conversation& conversation, const clocks::CompiledPolicy& policy);

}  // namespace vaste::core
