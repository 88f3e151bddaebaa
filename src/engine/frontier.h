// Up to when everything has been read, and everything that it led to has been served: deadlines up
// to there may fire.
//
// Two kinds of things can still be on their way: what the sources have not given yet, and envelopes
// inside `vaste.core`, which may go from partition to partition any number of times (a merge leads
// to claims, and those to further merges). Both are told in `vaste.progress`, by each transaction
// for itself:
//
//   a source partition: "read up to T"
//   a core partition:   "stands at offset P, and sent envelopes to other partitions, the oldest of
//                        which comes from a record read after T"
//
// That topic has one partition, and who receives an envelope commits after who sent it. So what has
// been heard of at any time is a consistent cut, and asking the brokers *afterwards* where the core
// partitions end covers everything sent in it. Once all positions have come to a sample's ends,
// everything that the sample covers is served, and what is left is what was sent later; each of
// those says itself what it holds back. So no number of hops is too many, and where nothing hops
// nothing is waited for.
//
// That needs no more of the hearing than that a partition's transactions are heard in their order,
// and only once they are committed. So a worker of the same process may tell them directly. And of
// a core partition that has sent nothing yet in its open transaction, it may tell before the commit
// how far it has served: to serve the same envelopes again would lead to nothing again.
//
// Pure. Threads: one at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "base/time.h"

namespace vaste::engine {

// "Every deadline up to `up_to` may fire."
struct Gate {
  Instant up_to;             // kNever: not known yet
  bool provisional = false;  // a silent partition was left out
};

class Frontier {
 public:
  // A partition that nobody has been heard of for `max_wait` is waited for no longer.
  Frontier(std::size_t sources, std::size_t cores, Millis max_wait, Instant began);

  // How it was heard. What came directly comes by the log once more, later than it was true.
  enum class By : std::uint8_t { kLog, kWorker };

  void heard_source(std::size_t index, Instant read_up_to, Instant now, By by = By::kLog);
  // `oldest_sent`: kEndOfTime if it sent nothing.
  void heard_core(std::size_t partition, std::int64_t position, Instant oldest_sent, Instant now,
                  By by = By::kLog);
  // In a transaction that began at `committed` the partition has come to `position` and sent
  // nothing to others. Passed over if what was committed before has not been heard of.
  void served(std::size_t partition, std::int64_t committed, std::int64_t position, Instant now);
  // Whether a partition that stands at `position` has served what was told of it. If not, it went
  // back: others need not wait for that, its own deadlines do.
  bool caught_up(std::size_t partition, std::int64_t position) const {
    return std::max<std::int64_t>(position, 0) >= cores_.at(partition).position;
  }
  // The brokers are asked where the core partitions end, and what they answered. What is heard in
  // between is not covered.
  void asked(Instant now);
  void sampled(std::vector<std::int64_t> core_ends);
  // Silence counts from here on: nobody could be heard before.
  void forgive(Instant now) { began_ = now; }
  // The log was looked at, whatever was there. Nobody is silent who may only not have been listened
  // to: silence counts up to here, and from here on if it was not looked at for long.
  void listened(Instant now);

  Gate gate();

 private:
  struct Source {
    Instant read_up_to;
    Instant heard;
    By by = By::kLog;
  };
  struct Core {
    std::int64_t committed = 0;
    std::int64_t position = 0;  // served, perhaps before its commit
    Instant heard;
    By by = By::kLog;
    bool silent = false;  // was waited for too long, and has not been heard of since
  };
  struct Sample {
    Instant taken;
    Instant read_up_to;
    bool provisional = false;
    Instant oldest_sent = kEndOfTime;  // since the sample before
    std::vector<std::int64_t> ends;
  };

  bool is_silent_since(Instant heard) const {
    return listened_ - std::max(heard, began_) > max_wait_;
  }
  // The lowest progress; kNever while a partition that counts has not been heard of.
  Instant lowest(Instant now, bool& provisional) const;
  bool passed(Sample& sample);

  Millis max_wait_;
  Instant began_;
  Instant listened_;
  std::vector<Source> sources_;
  std::vector<Core> cores_;
  std::deque<Sample> samples_;        // not passed yet, oldest first
  std::optional<Sample> asked_;       // not answered yet
  Instant oldest_sent_ = kEndOfTime;  // since the newest sample
  Gate reached_;                      // of the newest sample that was passed
};

}  // namespace vaste::engine
