#include "clocks/runs.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "clocks/contacts.h"

namespace vaste::clocks {

void resume(ClockRun& run, Instant at) {
  if (run.state != ClockState::kPaused) return;
  run.state = ClockState::kRunning;
  run.running.push_back({at, kNever});
}

void pause(ClockRun& run, Instant at) {
  if (run.state != ClockState::kRunning) return;
  run.state = ClockState::kPaused;
  run.running.back().to = std::max(at, run.running.back().from);
}

bool Runs::hear(std::uint32_t signals, std::uint16_t contact) {
  if ((signals & kSigReopened) != 0) reopen();
  if ((signals & kSigCustomerContact) != 0 && !is_set(state_.waiting_since)) {
    state_.waiting_since = moment_.at;
    state_.waiting_contact = contact == kNoContact ? std::uint16_t{0} : contact;
    state_.waits_first = !state_.responded;
  }
  // What waits at a closed door is attached when a reopening opens it: see reconsider().
  const bool shut = is_over(state_.state) && (signals & kSigReopened) == 0;
  stop_before_start(signals);
  start_all(shut ? signals & ~std::uint32_t{kSigCustomerContact} : signals, contact, shut);
  const bool bot_answered = stop_all(signals, contact);
  if (bot_answered) signals |= kSigReply;
  if ((signals & kSigReply) != 0) state_.responded = true;
  // Closing ends the first response's chance; what comes after a reopening is a next one.
  if ((signals & (kSigResolved | kSigClosed | kSigSpam)) != 0) state_.responded = true;
  constexpr std::uint32_t kEndsWait =
      kSigReply | kSigResolved | kSigClosed | kSigSpam | kSigNoReplyNeeded;
  if ((signals & kEndsWait) != 0) state_.waiting_since = kNever;
  return bot_answered;
}

Channel Runs::channel_of(std::uint16_t contact) const {
  if (contact < state_.contacts.size()) return state_.contacts[contact].channel;
  return state_.last_channel;
}

bool Runs::response_is_open() const {
  return std::ranges::any_of(state_.unsettled(), [](const ClockRun& run) {
    return is_open(run.state) && row(run.kind).is(kIsTheAnswer);
  });
}

// What resolving stopped goes on, the closed time left out unless the SLA counts it.
void Runs::reopen() {
  for (ClockRun& run : state_.unsettled()) {
    if (is_open(run.state) || run.stopped != state_.resolved) continue;
    const SlaSpec* spec = policy_.sla(run.sla);
    const bool goes_on = run.state == ClockState::kVoid
                             ? spec != nullptr && spec->continues_on_reopen
                             : row(run.kind).is(kResumesOnReopen);
    if (!goes_on) continue;
    if (spec != nullptr && spec->closed_time_counts) {
      if (run.running.back().to == run.stopped)
        run.running.back().to = kNever;
      else
        run.running.push_back({run.stopped, kNever});
    } else {
      run.running.push_back({moment_.at, kNever});
    }
    run.state = ClockState::kRunning;
    run.stopped = kNever;
    run.elapsed = Millis(0);
    // Who wrote waits again; a clock that began with the conversation says nothing of that.
    const bool waited = row(run.kind).is(kIsTheAnswer) && !(run.kind == ClockKind::kFirstResponse &&
                                                            spec != nullptr && spec->from_opening);
    if (!waited || is_set(state_.waiting_since)) continue;
    state_.waiting_since = run.started;
    state_.waiting_contact = run.contact;
    state_.waits_first = run.kind == ClockKind::kFirstResponse;
  }
}

void Runs::stop(ClockRun& run, ClockState outcome) {
  if (moment_.at < run.started) {  // over before the agreed time came
    run.started = moment_.at;
    run.running = {{moment_.at, moment_.at}};
    run.former.clear();
  }
  if (run.state == ClockState::kRunning) run.running.back().to = moment_.at;
  run.elapsed = elapsed(run, moment_.at, policy_);
  run.stopped = moment_.at;
  run.state = outcome != ClockState::kMet ? outcome
              : run.elapsed <= run.target ? ClockState::kMet
                                          : ClockState::kBreached;
}

bool Runs::somebody_else_waits(std::uint16_t contact) const {
  for (std::size_t i = 0; i < state_.contacts.size(); ++i) {
    if (i == contact) continue;
    const Contact& other = state_.contacts[i];
    const bool ours = (other.flags & kContactOutbound) != 0;
    if (other.phase == ContactPhase::kQueued && !ours) return true;
    if (other.phase == ContactPhase::kNone && other.customer_messages > 0 &&
        other.phase_since >= state_.waiting_since)
      return true;
  }
  return false;
}

// Does what was heard mean this run, or another of its clock?
bool Runs::means(const ClockRun& run, const ClockRow& clock, std::uint32_t signals,
                 std::uint16_t contact) const {
  if (clock.scope == Scope::kContact || clock.scope == Scope::kThread)
    return run.contact == contact || (signals & kOver) != 0;
  if ((signals & clock.own) == 0) return true;
  const bool anybody = clock.subject == Subject::kAgent && run.subject == 0;
  return anybody || run.subject == subject_of(clock.subject);
}

// A direct message answers a post, and a bot a customer, where the SLA says so.
bool Runs::fulfils(const ClockRun& run, const ClockRow& clock, std::uint32_t signals) const {
  std::uint32_t heard = signals & clock.fulfil;
  const bool bot = clock.is(kBotMayAnswer) && (signals & kSigBotReply) != 0;
  if (heard == kSigDirectReply || (heard == 0 && bot)) {
    const SlaSpec* spec = policy_.sla(run.sla);
    if (spec == nullptr) return false;
    return heard == 0 ? spec->bot_counts : spec->dm_satisfies_public;
  }
  return heard != 0;
}

// Runs whose end is the beginning of the next.
void Runs::stop_before_start(std::uint32_t signals) {
  if (!policy_.stops_first()) return;
  for (ClockRun& run : state_.unsettled()) {
    if (!is_open(run.state)) continue;
    const ClockRow& clock = row(run.kind);
    if (!clock.is(kStopsFirst)) continue;
    if ((signals & clock.cancel) != 0)
      stop(run, ClockState::kVoid);
    else if ((signals & clock.fulfil) != 0 && means(run, clock, signals, kNoContact))
      stop(run, ClockState::kMet);
  }
}

bool Runs::stop_all(std::uint32_t signals, std::uint16_t contact) {
  // Who gives up before the answer was neither let down nor served, unless somebody waits for the
  // same answer elsewhere.
  const bool nobody_waits = (signals & kSigGaveUp) != 0 && (signals & kSigCustomerContact) == 0 &&
                            !somebody_else_waits(contact);
  bool by_bot = false;
  for (ClockRun& run : state_.unsettled()) {
    if (!is_open(run.state)) continue;
    const ClockRow& clock = row(run.kind);
    if (clock.is(kStopsFirst) || !means(run, clock, signals, contact)) continue;
    if ((signals & clock.cancel) != 0 || (nobody_waits && clock.is(kEndsWithContact))) {
      stop(run, ClockState::kVoid);
      continue;
    }
    if (!fulfils(run, clock, signals)) continue;
    by_bot = by_bot || (clock.is(kIsTheAnswer) && (signals & clock.fulfil) == 0);
    stop(run, ClockState::kMet);
  }
  if (nobody_waits) state_.waiting_since = kNever;
  // Where one SLA is content with a bot and another is not, the customer still waits.
  return by_bot && !response_is_open();
}

void Runs::carry(ClockRun& run, const Rule* rule, CountedBefore before) {
  const Target* found = nullptr;
  if (rule != nullptr)
    for (const Target& target : rule->targets)
      if (policy_.policy().slas[target.sla].name == run.sla &&
          (run.promised || !only_promised(target)))
        found = &target;
  if (found == nullptr) {
    stop(run, ClockState::kVoid);
    run.rule.clear();  // ended under no rule: a later one takes it up where it was (R5)
    return;
  }
  const Millis spent = elapsed(run, moment_.at, policy_);
  const bool was_late = spent > run.target && !run.attached_late;
  const bool was_warned =
      run.attached_late ? run.warned : run.at_risk.count() > 0 && spent >= run.at_risk;
  // By a new rule; where the same goes on in a new version of the policy, it is attached already.
  const std::string calendar = run.calendar;
  if (found->from_attachment && !run.promised && run.rule != rule->name) begin_again(run);
  take_target(run, *rule, *found, policy_);
  if (before == CountedBefore::kByNew)
    run.former.clear();
  else if (run.calendar != calendar && run.started < moment_.at)
    count_apart(run, calendar);
  run.attached_late = !was_late && elapsed(run, moment_.at, policy_) > run.target;
  run.warned = run.attached_late && was_warned;
}

void Runs::begin_again(ClockRun& run) {
  run.started = moment_.at;
  run.running = {{moment_.at, run.state == ClockState::kPaused ? moment_.at : kNever}};
  run.former.clear();
}

// What was counted so far stays counted by `calendar`.
void Runs::count_apart(ClockRun& run, const std::string& calendar) {
  if (run.state == ClockState::kRunning) {
    run.running.back().to = std::max(moment_.at, run.running.back().from);
    run.running.push_back({run.running.back().to, kNever});
  }
  const std::size_t past = run.running.size() - (run.state == ClockState::kRunning ? 1 : 0);
  run.former.push_back({calendar, static_cast<std::uint32_t>(past)});
}

// Has this SLA had its run of the wait that began at `since`? One that was void does not count.
bool Runs::begun_since(const SlaSpec& spec, std::uint16_t contact, Instant since) const {
  const bool any_contact = row(spec.clock).scope != Scope::kContact;
  return std::any_of(state_.clocks.begin(), state_.clocks.end(), [&](const ClockRun& run) {
    return run.state != ClockState::kVoid && run.started >= since && run.sla == spec.name &&
           (any_contact || run.contact == contact);
  });
}

// The same wait under another SLA of its kind, open or given up for this one right now, was paused
// when this one was.
void Runs::take_stretches(ClockRun& run) const {
  for (const ClockRun& other : state_.clocks) {
    if (&other == &run || other.kind != run.kind || other.started != run.started) continue;
    const bool given_up =
        other.state == ClockState::kVoid && (other.rule.empty() || other.stopped == moment_.at);
    if (!is_open(other.state) && !given_up) continue;
    const bool held = run.state == ClockState::kPaused;
    run.running = other.running;
    run.former.clear();
    const bool paused = other.state == ClockState::kPaused ||
                        (given_up && other.running.back().to != other.stopped);
    run.state = paused ? ClockState::kPaused : ClockState::kRunning;
    if (!paused) run.running.back().to = kNever;
    if (held) pause(run, moment_.at);
    if (!held && given_up && other.stopped != moment_.at) resume(run, moment_.at);
    return;
  }
}

// Was its newest run given up because no rule had a target for it (R6)?
bool Runs::left_policy(std::string_view sla) const {
  const auto newest = std::find_if(state_.clocks.rbegin(), state_.clocks.rend(),
                                   [&](const ClockRun& run) { return run.sla == sla; });
  return newest != state_.clocks.rend() && newest->state == ClockState::kVoid &&
         newest->rule.empty();
}

// Waits that are older than the rule which now has a target for them.
void Runs::attach_waits() {
  const Rule* rule = policy_.rule_for(channel_of(state_.waiting_contact), state_.attributes);
  if (rule == nullptr) return;
  for (const Target& target : rule->targets) {
    const SlaSpec& spec = policy_.policy().slas[target.sla];
    const ClockRow& clock = row(spec.clock);
    Instant since;
    std::uint16_t contact = state_.waiting_contact;
    switch (clock.attach) {
      case Attach::kFirstWait:
        if (spec.from_opening && !state_.responded)
          since = state_.opened;
        else if (state_.waits_first)
          since = state_.waiting_since;
        break;
      case Attach::kWait:
        if (!state_.waits_first || spec.before_first_response) since = state_.waiting_since;
        break;
      case Attach::kUnowned:
        if (state_.attributes.agent.empty() && !is_set(state_.resolved)) since = state_.opened;
        break;
      case Attach::kOpening:
        if (!is_set(state_.resolved)) since = state_.opened;
        break;
      case Attach::kQueueEntry:
        for (std::size_t i = 0; i < state_.contacts.size(); ++i) {
          if (state_.contacts[i].phase != ContactPhase::kQueued) continue;
          since = state_.contacts[i].phase_since;
          contact = static_cast<std::uint16_t>(i);
        }
        break;
      case Attach::kNone:
        break;
    }
    if (!is_set(since) || !may_start(clock, spec, contact) || begun_since(spec, contact, since))
      continue;
    start(*rule, target, contact, target.from_attachment ? moment_.at : since, std::nullopt);
    ClockRun& run = state_.clocks.back();
    if (!target.from_attachment) take_stretches(run);
    run.attached_late = elapsed(run, moment_.at, policy_) > run.target;
  }
}

void Runs::reconsider() {
  for (ClockRun& run : state_.unsettled()) {
    if (!is_open(run.state)) continue;
    const Rule* rule = policy_.rule_for(channel_of(run.contact), state_.attributes);
    if (rule != nullptr && rule->name == run.rule) continue;
    carry(run, rule);
  }
  attach_waits();
}

bool Runs::waits_for_agent(const SlaSpec* spec) const {
  return state_.agent_away && spec != nullptr && spec->pause_agent_away;
}

bool Runs::stands_still(const SlaSpec& spec) const {
  return (state_.pending && spec.pause_pending) || waits_for_agent(&spec) ||
         (state_.state == ConversationState::kOnHold && spec.pause_on_hold);
}

void Runs::pause_or_resume(std::uint32_t signals) {
  const bool pending = moment_.kind == MomentKind::kPending;
  const bool on_hold = moment_.kind == MomentKind::kOnHold;
  const bool agent =
      moment_.kind == MomentKind::kAgentAway || moment_.kind == MomentKind::kAgentBack;
  // The customer comes back from pending by writing; what is on hold waits for a third party.
  const bool goes_on =
      moment_.kind == MomentKind::kActive || (signals & kSigReopened) != 0 ||
      ((signals & kSigCustomerContact) != 0 && state_.state != ConversationState::kOnHold);
  if (!pending && !on_hold && !agent && !goes_on) return;
  for (ClockRun& run : state_.unsettled()) {
    if (!is_open(run.state)) continue;
    const SlaSpec* spec = policy_.sla(run.sla);
    bool still = waits_for_agent(spec);
    if (agent) {
      if (spec == nullptr || !spec->pause_agent_away) continue;
      still = stands_still(*spec);
    } else if (!goes_on) {
      if (spec == nullptr) continue;
      still = still || (pending ? spec->pause_pending : spec->pause_on_hold);
    }
    if (still)
      pause(run, moment_.at);
    else
      resume(run, moment_.at);
  }
}

}  // namespace vaste::clocks
