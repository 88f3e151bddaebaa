// The terminal's wall board: who waits where, how the day goes, what just went wrong. A pure
// renderer: records in, text out.
//
// Threads: none, and not thread-safe: one thread feeds and renders.
// Memory: at most kMostConversations and as many alerts are remembered, the finished and oldest
// forgotten first. Privacy: shows queues, SLAs and the end of a conversation's id; no person, no
// text, no agent.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/time.h"
#include "vaste/v1/alert.pb.h"
#include "vaste/v1/conversation.pb.h"

namespace vaste::app {

// One line of the list of alerts.
struct AlertLine {
  Instant at;
  v1::AlertLevel level = v1::ALERT_LEVEL_UNSPECIFIED;
  v1::AlertStatus status = v1::ALERT_STATUS_UNSPECIFIED;
  std::string sla, queue, conversation;
  Millis waited{0};
};

class Wall {
 public:
  static constexpr std::size_t kMostConversations = 50'000;

  // Records in any order; an older revision than the known one changes nothing.
  void on_conversation(const v1::Conversation& conversation);
  void on_alert(const v1::Alert& alert);
  void on_forgotten(const std::string& conversation);  // retention is over
  // So many more input events were read; the rate is that of the last seconds of render() or
  // plain().
  void on_events(std::uint64_t count) { events_ += count; }

  // What came so far had happened before: it stands, and what is counted begins here.
  void begin(Instant now);

  // Exactly `height` lines of `width` columns, without a newline at the end: written from the upper
  // left corner it covers what stood there. `colour` adds colours only, no other control sequence.
  // At least 60x16 is drawn.
  std::string render(Instant now, int width, int height, bool colour, std::string_view footer);

  // Without a terminal: the alerts since the last call, one a line, and every 5 s a line of
  // numbers. May be empty.
  std::string plain(Instant now);

  // SLAs that were breached (retracted ones not counted), recovered or not.
  std::uint64_t breaches() const { return breaches_; }
  std::uint64_t recovered() const { return recovered_; }

 private:
  using Place = std::pair<std::string, v1::Channel>;  // a queue's name, as it may be shown
  struct Wait {
    Place place;
    Instant started;
    std::vector<Instant> dues;  // of every clock that runs on it
  };
  struct Known {
    std::uint64_t revision = 0;
    bool finished = false;
    std::uint32_t met = 0;   // waits that ended within the target
    std::uint32_t late = 0;  // ... and too late
    std::vector<Wait> waits;
  };
  struct Row {  // of a queue and channel
    std::size_t waiting = 0;
    std::size_t late = 0;
    Millis longest{0};
    Instant next_due = kEndOfTime;
  };
  using Rows = std::map<Place, Row>;

  void forget_conversations();
  Place place(const v1::Conversation& conversation, const v1::Clock& clock);
  Rows count_waiting(Instant now) const;
  void begin_day(Instant now);
  double events_per_second(Instant now);
  std::vector<std::string> table(Instant now, int width, std::size_t most, bool colour) const;
  std::string span() const;  // "Today", or since when
  std::string today() const;
  std::size_t waiting() const;

  std::unordered_map<std::string, Known> conversations_;
  std::deque<std::string> finished_;  // ids in the order of finishing; may have come back to life
  std::set<Place> places_;            // rows stay when nobody waits

  struct Seen {
    std::uint32_t revision = 0;
    v1::AlertStatus status = v1::ALERT_STATUS_UNSPECIFIED;
  };
  std::unordered_map<std::string, Seen> alerts_;
  std::deque<std::string> alert_order_;
  std::deque<AlertLine> lines_;  // newest first
  std::size_t unprinted_ = 0;    // new since the last plain()

  std::int64_t met_ = 0, late_ = 0;                    // of the day
  std::int64_t day_breaches_ = 0, day_recovered_ = 0;  // of the day
  std::int64_t day_ = 0;                               // days since 1970, UTC
  Instant since_ = kNever;                             // is counted; kNever: the whole day
  std::uint64_t breaches_ = 0, recovered_ = 0;
  std::uint64_t events_ = 0;
  std::deque<std::pair<Instant, std::uint64_t>> samples_;
  Instant next_status_ = kNever;
};

}  // namespace vaste::app
