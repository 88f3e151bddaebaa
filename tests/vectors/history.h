// A vector's targets, options and events as a policy and moments.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "clocks/fold.h"
#include "vectors/facts.h"

namespace vaste::vectors {

class History {
 public:
  explicit History(const json& vector);

  Instant time(std::size_t event) const { return times_.at(event); }
  double tolerance() const { return tolerance_; }

  // The policy as it is known when `event` has happened, and the fold of all up to it.
  clocks::CompiledPolicy policy(std::size_t event) const;
  FoldState fold(std::size_t event, const clocks::CompiledPolicy& policy) const;

  // Offsets from the due instant; negative = before.
  const std::vector<Millis>& warnings() const { return warnings_; }
  // Which of them have been given for a clock, and when.
  std::vector<std::pair<Millis, Instant>> fired(const std::string& clock, std::size_t event) const;

 private:
  // Targets in force from one event on: a rule of its own.
  struct Epoch {
    std::size_t event = 0;
    json targets;
    json calendar;
    // Later edits of its calendar: event and calendar.
    std::vector<std::pair<std::size_t, json>> edits;
  };

  void read_options(const json& options);
  void read_event(const json& event, std::size_t index);
  void change_state(const std::string& state, Instant at, std::size_t index);
  void add(MomentKind kind, Instant at, std::size_t index, std::uint16_t attributes = 0,
           Channel channel = Channel::kNone);
  SlaSpec sla(const std::string& clock) const;
  CalendarSpec calendar(const Epoch& epoch, std::size_t event) const;
  Target target(const json& facts) const;

  double tolerance_ = 0;
  json options_;
  std::vector<std::string> pause_states_;
  bool closed_ = false;
  bool paused_ = false;
  std::vector<Millis> warnings_;
  std::vector<Instant> times_;
  std::vector<Epoch> epochs_;
  std::vector<Attributes> attribute_sets_;
  std::vector<std::pair<std::size_t, Moment>> moments_;  // with the event that each comes from
};

}  // namespace vaste::vectors
