// Clocks are a fold: moments in order, a policy and its calendars give the state of every clock of
// a conversation.
//
// Pure. No I/O, no system clock, no locks. A CompiledPolicy is immutable and may be shared by all
// threads; a FoldState is like an int. Feed moments in the order of before(); what comes late means
// a new fold (refold).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "clocks/calendar.h"
#include "model/conversation.h"
#include "model/policy.h"

namespace vaste::clocks {

// One version of a policy with its calendars compiled and its names indexed.
class CompiledPolicy {
 public:
  using Calendars = std::vector<std::shared_ptr<const Calendar>>;

  // The only version there is: governs all time.
  explicit CompiledPolicy(Policy policy);
  // Governs from `since` on, `before` until then. `calendars`: as policy.calendars.
  CompiledPolicy(Policy policy, Calendars calendars, Instant since,
                 std::shared_ptr<const CompiledPolicy> before);

  const Policy& policy() const { return policy_; }
  Instant since() const { return since_; }  // kNever: from the beginning of time
  const CompiledPolicy* before() const { return before_.get(); }  // nullptr: the first
  // This version if it governs `at`, else the one before it that does.
  const CompiledPolicy& governing(Instant at) const;
  // Of this version and all before it with their instants: what a fold under it rests on.
  std::uint64_t fingerprint() const { return fingerprint_; }

  const Calendar* calendar(
      std::string_view name) const;  // nullptr: no such calendar in this policy
  const Calendar& calendar_at(std::uint16_t index) const { return *calendars_[index]; }
  const SlaSpec* sla(std::string_view name) const;
  const Queue* queue(std::string_view name) const;
  bool uses(ClockKind clock) const { return (kinds_ >> static_cast<unsigned>(clock) & 1U) != 0; }
  bool stops_first() const { return stops_first_; }  // has a clock whose end begins the next

  // The first rule that matches, nullptr if none does.
  const Rule* rule_for(Channel channel, const Attributes& attributes) const;

 private:
  Policy policy_;
  std::vector<std::uint16_t> slas_by_name_, queues_by_name_, calendars_by_name_;  // indices
  Calendars calendars_;
  Instant since_;
  std::shared_ptr<const CompiledPolicy> before_;
  std::uint64_t fingerprint_ = 0;
  std::uint32_t kinds_ = 0;  // a bit for each ClockKind that some SLA runs on
  bool stops_first_ = false;
};

// Extends `state` by one moment, which must not be before any that it already holds.
// `attribute_sets` and `keys` are the conversation's. Moments of kind kEdited, kDeleted and
// kBounced do nothing here: see refold.
void apply(FoldState& state, const Moment& moment, std::span<const Attributes> attribute_sets,
           const CompiledPolicy& policy);

// The fold of `conversation.base` and all of `conversation.moments`, leaving out what was deleted
// or bounced.
FoldState refold(const Conversation& conversation, const CompiledPolicy& policy);

// Working time on the clock at `now` (its final value once stopped).
Millis elapsed(const ClockRun& run, Instant now, const CompiledPolicy& policy);

// The instant its working time reaches `spent`, if it goes on as it is; nullopt while paused or
// when it never will. A clock that passed it already (also a stopped one) gives the instant when it
// did; one stopped before: nullopt.
std::optional<Instant> reaches(const ClockRun& run, Millis spent, const CompiledPolicy& policy);

// When the target is used up: what people are told. R3: the closing instant when the budget ends
// exactly at closing.
std::optional<Instant> due(const ClockRun& run, const CompiledPolicy& policy);

// The first instant with elapsed > target: when a breach fires. Later than due() by a millisecond,
// or by a closed night.
std::optional<Instant> breaches_at(const ClockRun& run, const CompiledPolicy& policy);

// The first instant at which it is at risk; nullopt if the target has no threshold. `warning`: of
// several thresholds the one of this index, in the order of time; see kWarnings.
std::optional<Instant> at_risk_at(const ClockRun& run, const CompiledPolicy& policy,
                                  std::size_t warning = 0);
// What is spent at that threshold; 0 = there is none.
Millis at_risk_after(const ClockRun& run, std::size_t warning);

// The earliest instant after `after` at which a clock of the conversation becomes at risk or
// breaches (of a finished one, what it reached before its end), or its repeat window closes.
std::optional<Instant> next_deadline(const FoldState& state, Instant after,
                                     const CompiledPolicy& policy);

struct AlertChange {
  PublishedAlert alert;   // as it is to be published now
  std::uint32_t run = 0;  // index into state.clocks; kNoRun when the run is gone
  Instant changed;        // event time of what brought it about
};
inline constexpr std::uint32_t kNoRun = 0xffffffff;

// Alerts of runs that ended by `until`, and before `before`, were compared after these had ended,
// with deadlines up to `until`.
struct Compared {
  Instant until;
  Instant before;
};

// What has to be published so that `published` says what `state` says, given that deadlines up to
// `gate` count, those of finished clocks like all others. Updates `published`. `seen_until`:
// deadlines up to here had been looked at before, so a breach before it is `detected_late`. An
// alert whose run is no longer in the state, or no longer reaches its level, is retracted; runs
// dropped from state.clocks by age are left alone
// (`clocks_dropped`). What was `compared` is passed over, unless the state is_new.
std::vector<AlertChange> compare_alerts(const FoldState& state,
                                        std::vector<PublishedAlert>& published, Instant gate,
                                        Instant seen_until, const CompiledPolicy& policy,
                                        Compared compared = {});

// Where the alert (sla, cycle, level) stands, or belongs: published alerts are in this order of
// cycle, SLA and level.
std::size_t alert_at(const std::vector<PublishedAlert>& published, std::string_view sla,
                     std::uint32_t cycle, AlertLevel level);
const PublishedAlert* find_alert(const std::vector<PublishedAlert>& published, const ClockRun& run,
                                 AlertLevel level);

}  // namespace vaste::clocks
