// The runs of a conversation's clocks: started, stopped, paused and carried over by the rows of the
// catalogue.
#pragma once

#include <cstdint>
#include <optional>

#include "clocks/catalog.h"
#include "clocks/fold.h"

namespace vaste::clocks {

// Works on the state for the length of one moment.
class Runs {
 public:
  Runs(FoldState& state, const CompiledPolicy& policy, const Moment& moment)
      : state_(state), policy_(policy), moment_(moment) {}

  // Starts, cancels, fulfils: in this order, so that a contact that is answered at once counts with
  // a wait of zero. True if a bot gave the answer that was waited for, under an SLA that lets it.
  bool hear(std::uint32_t signals, std::uint16_t contact);

  // An attribute changed: the rule that holds now says which targets go on (R5 carry, R6 cancel).
  void reconsider();

  void pause_or_resume(std::uint32_t signals);

  // At the moment's instant this version takes over from the one before it (policy_change.cc).
  void change_policy();

 private:
  void change_policy(ClockRun& run);
  // `shut`: the conversation is over and stays so.
  void start_all(std::uint32_t signals, std::uint16_t contact, bool shut);
  void reopen();
  void stop_before_start(std::uint32_t signals);
  bool stop_all(std::uint32_t signals, std::uint16_t contact);
  bool means(const ClockRun& run, const ClockRow& clock, std::uint32_t signals,
             std::uint16_t contact) const;
  bool fulfils(const ClockRun& run, const ClockRow& clock, std::uint32_t signals) const;
  bool begins(const ClockRow& clock, const SlaSpec& spec, std::uint32_t signals) const;
  bool may_start(const ClockRow& row, const SlaSpec& spec, std::uint16_t contact) const;
  void start(const Rule& rule, const Target& target, std::uint16_t contact, Instant at,
             std::optional<Instant> promise);
  std::optional<Instant> promise_of(ClockKind clock) const;
  Instant begin_of(ClockKind clock) const;
  std::uint64_t subject_of(Subject subject) const;
  bool waits_for_agent(const SlaSpec* spec) const;
  bool stands_still(const SlaSpec& spec) const;
  void stop(ClockRun& run, ClockState outcome);
  // What becomes of time that was counted by a calendar which the new target does not have: a
  // changed attribute counts all of it anew (R5), a version of the policy leaves it (R7).
  enum class CountedBefore : std::uint8_t { kByNew, kAsItWas };
  void carry(ClockRun& run, const Rule* rule, CountedBefore before = CountedBefore::kByNew);
  void begin_again(ClockRun& run);
  void count_apart(ClockRun& run, const std::string& calendar);
  void attach_waits();
  bool begun_since(const SlaSpec& spec, std::uint16_t contact, Instant since) const;
  void take_stretches(ClockRun& run) const;
  bool left_policy(std::string_view sla) const;
  ClockRun* open_run(std::string_view sla, const ClockRow& row, std::uint16_t contact) const;
  bool first_response_is_open() const;
  bool response_is_open() const;
  bool somebody_else_waits(std::uint16_t contact) const;
  Channel channel_of(std::uint16_t contact) const;
  std::uint32_t next_cycle(const std::string& sla);

  FoldState& state_;
  const CompiledPolicy& policy_;
  const Moment& moment_;
};

// The run stands still from `at` on, or goes on; one that does already stays as it is.
void pause(ClockRun& run, Instant at);
void resume(ClockRun& run, Instant at);

// Did this finished run pass a warning or its target before its end?
inline bool reached_something(const ClockRun& run) {
  return (run.at_risk.count() > 0 && run.elapsed >= run.at_risk) || run.elapsed > run.target ||
         run.state == ClockState::kBreached;
}

// Settles what is over before a moment, and drops what is too much: apply() does it first of all.
// Indices of runs change here and nowhere else, so who keeps some over an apply() calls it before.
void make_room(FoldState& state, Instant moment);

// The first of the settled runs that has alerts ahead when deadlines were looked at up to `until`;
// `settled` if none has.
std::size_t first_unsaid(const FoldState& state, Instant until);

// No clock without a promise, since nothing else says how long it may take.
inline bool only_promised(const Target& target) {
  return target.target == Millis(0) && target.business_days == 0;
}

// The spec of a run's target under this policy: what it counts by and when it is at risk. What was
// promised stays as it was promised.
void take_target(ClockRun& run, const Rule& rule, const Target& target,
                 const CompiledPolicy& policy);

}  // namespace vaste::clocks
