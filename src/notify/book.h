// What an Alertmanager is to know: the alerts that hold, and what it has been told of them.
//
// Pure: told what came and what time it is, it says what to send. An alert that holds is said again
// and again, as Alertmanager expects it, and ends by itself when nobody says it any more. Of one
// queue at most so many are told one by one, the worst and oldest first; as soon as there are more,
// one further alert says how many there are. The book is made anew from vaste.alerts at each start,
// so it needs no disk.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "notify/notice.h"

namespace vaste::notify {

// One alert as Alertmanager's API v2 has it; empty labels are none.
struct Posting {
  std::string id;  // of the alert; of a summary the queue, with a '#' in front
  std::uint32_t revision = 0;
  bool ends = false;
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;
  Instant starts, until;
  const char* kind = "";
  Instant since = kNever;  // set: how long it took is to be measured from then
};

class Book {
 public:
  struct Options {
    Millis resend{60000};
    std::size_t most_per_queue = 20;
    std::size_t most = 100000;  // in all; more would only fill memory
    std::string link;           // a conversation's id is put behind
  };
  // As held_until(): when a page about it may be sent; nullopt: now.
  using Held = std::function<std::optional<Instant>(const Notice&, Instant now)>;

  struct Labels {
    std::string queue, brand;
  };

  explicit Book(Options options) : options_(std::move(options)) {}

  // `fresh`: it was not there before this start, so how long it took says something. False: the
  // book is full, and nobody will be told.
  bool on_notice(Notice notice, Labels labels, std::int32_t partition, bool fresh);
  void forget(const std::string& id);             // it was removed from the topic
  void forget_partition(std::int32_t partition);  // another instance tells of it now

  // What is to be sent now, at most `max`; until it is accepted it is said again by the next call.
  // `only_known`: what was never told waits (not everything has been read yet).
  std::vector<Posting> due(Instant now, std::size_t max, const Held& held, bool only_known);
  void accepted(const Posting& posting, Instant now);

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    Notice notice;
    Labels labels;
    std::int32_t partition = 0;
    bool fresh = false;
    bool chosen = false;  // is told one by one
    bool told = false;
    bool waited = false;  // for a queue to open
    Instant held_until = kNever;
    Instant told_at = kNever;
  };
  // Breaches first, then the oldest.
  struct Rank {
    bool at_risk;
    Instant due;
    std::string id;
    auto operator<=>(const Rank&) const = default;
  };
  struct Queue {
    std::set<Rank> waiting;
    std::set<std::string> chosen;
    std::size_t breached = 0, at_risk = 0;  // that hold and are not held back
    bool summary_told = false;
    Instant summary_since = kNever, summary_told_at = kNever;
  };

  static Rank rank(const Entry& entry);
  void take_out(std::map<std::string, Entry>::iterator at);
  bool is_held(Entry& entry, Instant now, const Held& held);
  std::size_t choose(Queue& queue, Instant now, const Held& held);
  Posting posting_of(const Entry& entry, Instant now) const;
  std::optional<Posting> summary_of(const std::string& name, Queue& queue, std::size_t untold,
                                    Instant now);

  Options options_;
  std::map<std::string, Entry> entries_;
  std::map<std::string, Queue> queues_;
};

}  // namespace vaste::notify
