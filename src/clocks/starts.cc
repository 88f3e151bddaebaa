// What begins a run, and the target that it begins with.
#include <algorithm>

#include "base/hash.h"
#include "clocks/contacts.h"
#include "clocks/runs.h"

namespace vaste::clocks {

namespace {

// Business days are open time like any other target once it is known when they begin: a pause moves
// their end by as much open time as it took.
Millis amount_of(const Target& target, Instant started, const Calendar& calendar) {
  if (target.business_days == 0) return target.target;
  const auto end = calendar.add_days(started, target.business_days, target.end_of_day);
  return end ? calendar.elapsed(started, *end) : kEndOfTime - started;
}

Millis share_of(double share, Millis whole) {
  return Millis(static_cast<std::int64_t>(static_cast<double>(whole.count()) * share));
}

// How much is spent when a warning is to be given.
Millis spent_at(const AtRisk& at_risk, Millis target) {
  if (at_risk.share) return share_of(*at_risk.share, target);
  if (at_risk.remaining) return std::max(target - *at_risk.remaining, Millis(1));
  return Millis(0);
}

// The same of a promise, which is due by the wall clock: so much before it, or such a share of the
// way, is counted in the hours of those who have to keep it. What was past when it was made warns
// of nothing.
Millis spent_at(const AtRisk& at_risk, const ClockRun& run, const Calendar& calendar) {
  const Instant due = run.started + run.target;
  std::optional<Instant> at;
  if (at_risk.share)
    at = calendar.add(run.started, share_of(*at_risk.share, calendar.elapsed(run.started, due)));
  if (at_risk.remaining) at = calendar.subtract(due, *at_risk.remaining);
  if (!at || *at <= run.started || *at >= due) return Millis(0);
  return *at - run.started;
}

void take_warnings(ClockRun& run, const Target& target, const Calendar& calendar) {
  std::array<Millis, kMostWarnings> all;
  all.fill(Millis::max());
  std::size_t count = 0;
  for (const AtRisk& one : target.at_risk) {
    const Millis spent = run.promised ? spent_at(one, run, calendar) : spent_at(one, run.target);
    if (spent.count() > 0 && count < all.size()) all.at(count++) = spent;
  }
  std::sort(all.begin(), all.end());
  std::fill(std::unique(all.begin(), all.end()), all.end(), Millis(0));
  std::replace(all.begin(), all.end(), Millis::max(), Millis(0));
  run.at_risk = all.front();
  std::copy(all.begin() + 1, all.end(), run.more_at_risk.begin());
}

// Out of a damaged record, too, no sum of times may overflow.
Instant bounded(std::int64_t ms) {
  return instant(std::clamp<std::int64_t>(ms, 1, to_ms(kEndOfTime)));
}

}  // namespace

void take_target(ClockRun& run, const Rule& rule, const Target& target,
                 const CompiledPolicy& policy) {
  const Calendar& calendar = policy.calendar_at(target.calendar);
  run.rule = rule.name;
  // What was said to a customer is a time on the wall, in whatever hours we work.
  run.calendar = policy.policy().calendars[run.promised ? 0U : target.calendar].name;
  if (!run.promised) run.target = amount_of(target, run.started, calendar);
  // The end of so many days is an instant of its own, not the closing before it.
  run.due_at_opening =
      !run.promised && (target.due_at_opening || (target.business_days != 0 && !target.end_of_day));
  take_warnings(run, target, calendar);
}

std::uint64_t Runs::subject_of(Subject subject) const {
  switch (subject) {
    case Subject::kNobody:
      return 0;
    case Subject::kPromise:
      return moment_.target;
    case Subject::kAuthor:
      return moment_.author;
    case Subject::kAgent:
      return state_.attributes.agent.empty() ? 0 : hash64(state_.attributes.agent);
  }
  return 0;
}

// By when somebody promised what this clock waits for; nullopt: nobody did.
std::optional<Instant> Runs::promise_of(ClockKind clock) const {
  constexpr std::int64_t kMostHold = 7 * 86'400L;  // seconds; nobody holds the line for longer
  switch (clock) {
    case ClockKind::kCommitment:
      if (moment_.value > 0) return bounded(moment_.value);
      break;
    case ClockKind::kNextUpdate:
      if (moment_.next_update_ms > 0) return bounded(moment_.next_update_ms);
      break;
    case ClockKind::kHold:
      if (moment_.value > 0)
        return moment_.at + std::chrono::seconds(std::min(moment_.value, kMostHold));
      break;
    default:
      break;
  }
  return std::nullopt;
}

// An agreed slot begins when it was agreed to begin.
Instant Runs::begin_of(ClockKind clock) const {
  const bool agreed = clock == ClockKind::kCallback && moment_.value > 0;
  return agreed ? std::max(moment_.at, bounded(moment_.value)) : moment_.at;
}

ClockRun* Runs::open_run(std::string_view sla, const ClockRow& clock, std::uint16_t contact) const {
  if (clock.scope == Scope::kEach) return nullptr;
  for (ClockRun& run : state_.unsettled()) {
    if (!is_open(run.state) || run.sla != sla) continue;
    if (clock.scope == Scope::kConversation) return &run;
    if (run.contact != contact) continue;
    if (clock.scope == Scope::kContact || run.subject == subject_of(clock.subject)) return &run;
  }
  return nullptr;
}

bool Runs::first_response_is_open() const {
  return std::ranges::any_of(state_.unsettled(), [](const ClockRun& run) {
    return run.kind == ClockKind::kFirstResponse && is_open(run.state);
  });
}

bool Runs::may_start(const ClockRow& clock, const SlaSpec& spec, std::uint16_t contact) const {
  if (open_run(spec.name, clock, contact) != nullptr) return false;
  const auto begun = std::find_if(state_.cycles.begin(), state_.cycles.end(),
                                  [&](const auto& entry) { return entry.first == spec.name; });
  const bool first = begun == state_.cycles.end();
  if (clock.is(kOnce)) {
    // Again only when the one before was given up: nobody answered yet, not even a bot that counts.
    const bool wanted = !state_.responded || (state_.agent_started && spec.agent_started && first);
    return wanted && !begun_since(spec, contact, state_.opened);
  }
  if (clock.is(kAfterFirstResponse) && !spec.before_first_response)
    return state_.responded && !first_response_is_open();
  // What resumes goes on instead of beginning again; unless no rule wanted it for a while.
  return !clock.is(kResumesOnReopen) || first || left_policy(spec.name);
}

std::uint32_t Runs::next_cycle(const std::string& sla) {
  for (auto& [name, count] : state_.cycles)
    if (name == sla) return ++count;
  state_.cycles.emplace_back(sla, 1);
  return 1;
}

void Runs::start(const Rule& rule, const Target& target, std::uint16_t contact, Instant at,
                 std::optional<Instant> promise) {
  const SlaSpec& spec = policy_.policy().slas[target.sla];
  ClockRun run;
  run.sla = spec.name;
  run.kind = spec.clock;
  run.cycle = next_cycle(spec.name);
  run.state = ClockState::kRunning;
  run.started = at;
  run.contact = contact == kNoContact ? std::uint16_t{0} : contact;
  run.subject = subject_of(row(spec.clock).subject);
  run.running.push_back({at, kNever});
  if (promise) {
    run.promised = true;
    run.target = std::max(*promise - at, Millis(0));
  }
  take_target(run, rule, target, policy_);
  if ((state_.state == ConversationState::kOnHold && spec.pause_on_hold) || waits_for_agent(&spec))
    pause(run, moment_.at);
  state_.clocks.push_back(std::move(run));
}

// What of a row's signals an SLA minds is up to its options.
bool Runs::begins(const ClockRow& clock, const SlaSpec& spec, std::uint32_t signals) const {
  switch (clock.kind) {
    case ClockKind::kFirstResponse:
      return (signals & (spec.from_opening ? kSigOpened : kSigCustomerContact)) != 0;
    case ClockKind::kPublicResponse:
      return spec.unaddressed_posts || (signals & kSigPublicPost) != 0;
    default:
      return true;
  }
}

void Runs::start_all(std::uint32_t signals, std::uint16_t contact, bool shut) {
  const Rule* rule = nullptr;
  bool looked = false;
  for (const ClockRow& clock : clock_rows()) {
    if ((signals & clock.start) == 0 || !policy_.uses(clock.kind)) continue;
    if ((shut && clock.is(kInTheOpen)) ||
        (clock.is(kWhileWaiting) && !is_set(state_.waiting_since)))
      continue;
    if (!looked) {
      rule = policy_.rule_for(channel_of(contact), state_.attributes);
      looked = true;
    }
    if (rule == nullptr) return;
    const auto promise = promise_of(clock.kind);
    for (const Target& target : rule->targets) {
      const SlaSpec& spec = policy_.policy().slas[target.sla];
      if (spec.clock != clock.kind || !begins(clock, spec, signals)) continue;
      if ((only_promised(target) && !promise) || !may_start(clock, spec, contact)) continue;
      start(*rule, target, contact, begin_of(clock.kind), promise);
      if (state_.pending && spec.pause_pending) pause(state_.clocks.back(), moment_.at);
    }
  }
}

}  // namespace vaste::clocks
