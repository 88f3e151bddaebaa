#include "clocks/fold.h"

#include <algorithm>

#include "clocks/catalog.h"
#include "clocks/contacts.h"
#include "clocks/notes.h"
#include "clocks/runs.h"
#include "clocks/standing.h"

namespace vaste::clocks {

namespace {

bool counts_as_activity(MomentKind kind) {
  return kind != MomentKind::kNone && kind < MomentKind::kOpened &&
         kind != MomentKind::kMachineMessage && kind != MomentKind::kNote;
}

bool changes(const Attributes& known, const Attributes& newer) {
  bool any = false;
  for_each_attribute([&](const char*, std::string Attributes::*field) {
    any = any || (!(newer.*field).empty() && newer.*field != known.*field);
  });
  return any;
}

// What a change of the life cycle means to clocks.
std::uint32_t lifecycle_signals(const FoldState& state, MomentKind kind) {
  switch (kind) {
    case MomentKind::kResolved:
      return is_over(state.state) ? 0U : std::uint32_t{kSigResolved};
    case MomentKind::kClosed:
      return kSigClosed | (is_over(state.state) ? 0U : kSigResolved);
    case MomentKind::kReopened:
      return is_over(state.state) ? std::uint32_t{kSigReopened} : 0U;
    case MomentKind::kSpam:
      return kSigSpam;
    case MomentKind::kNoReplyNeeded:
      return kSigNoReplyNeeded;
    case MomentKind::kAssigned:
      return kSigAssigned;
    case MomentKind::kUnassigned:
      return kSigUnassigned;
    case MomentKind::kCommitmentMade:
      return kSigPromised;
    case MomentKind::kCommitmentDone:
      return kSigPromiseKept;
    case MomentKind::kCommitmentWithdrawn:
      return kSigPromiseWithdrawn;
    case MomentKind::kSurveyAnswered:
      return kSigSurveyAnswered;
    default:
      return 0;
  }
}

// Takes over what the moment says of itself; what that means to clocks. `changed`: rules may see it
// differently from now on.
std::uint32_t take_attributes(FoldState& state, const Moment& moment,
                              std::span<const Attributes> attribute_sets, bool& changed) {
  static const Attributes kNothing;
  const bool given = moment.attributes != 0 && moment.attributes <= attribute_sets.size();
  const Attributes& newer = given ? attribute_sets[moment.attributes - 1U] : kNothing;
  std::uint32_t signals = 0;
  if (moment.kind == MomentKind::kUnassigned && newer.team.empty() &&
      !state.attributes.team.empty()) {
    note_attributes_end(state, moment.at);
    state.attributes.team.clear();
    changed = true;
    signals |= kSigGroupGone;
  }
  if (!given || !changes(state.attributes, newer)) return signals;
  const auto replaces = [&](std::string Attributes::*field) {
    return !(newer.*field).empty() && newer.*field != state.attributes.*field;
  };
  if (replaces(&Attributes::team)) signals |= kSigGroupTaken;
  // One who only helps out with an answer does not take it over.
  const bool handed_over =
      moment.kind == MomentKind::kAssigned || moment.kind == MomentKind::kAttributesChanged;
  if (handed_over && replaces(&Attributes::agent)) signals |= kSigAgentChanged;
  changed = true;
  note_attributes_end(state, moment.at);
  update(state.attributes, newer);
  return signals;
}

// Somebody said that we wait for the customer; until anything else is said or heard.
void advance_pending(FoldState& state, MomentKind kind, std::uint32_t signals) {
  constexpr std::uint32_t kEnds =
      kSigCustomerContact | kSigReopened | kSigResolved | kSigClosed | kSigSpam;
  if (kind == MomentKind::kPending)
    state.pending = !is_over(state.state);
  else if (kind == MomentKind::kActive || kind == MomentKind::kOnHold || (signals & kEnds) != 0)
    state.pending = false;
}

// Another agent is there until it is said that they are not.
void advance_agent(FoldState& state, MomentKind kind, std::uint32_t signals) {
  if (kind == MomentKind::kAgentAway) state.agent_away = true;
  if (kind == MomentKind::kAgentBack || (signals & (kSigAgentChanged | kSigUnassigned)) != 0)
    state.agent_away = false;
}

void remember_person(FoldState& state, const Moment& moment) {
  constexpr std::size_t kMost = 256;
  if (moment.author == 0 || state.people.size() >= kMost) return;
  if (std::find(state.people.begin(), state.people.end(), moment.author) == state.people.end())
    state.people.push_back(moment.author);
}

// Who waits for whom, once the clocks have heard the signals.
void advance_state(FoldState& state, const Moment& moment, std::uint32_t signals) {
  const bool over = is_over(state.state);
  if ((signals & kSigResolved) != 0) {
    state.resolved = moment.at;
    state.state = ConversationState::kResolved;
  }
  if ((signals & kSigClosed) != 0) {
    if (!is_set(state.resolved)) state.resolved = moment.at;
    state.state = ConversationState::kClosed;
  }
  if ((signals & kSigReopened) != 0) {
    state.resolved = kNever;
    ++state.reopened;
    state.state = ConversationState::kWaitingAgent;
  }
  if ((signals & (kSigResolved | kSigClosed)) != 0 || (over && (signals & kSigReopened) == 0))
    return;
  if ((signals & kSigCustomerContact) != 0 && state.state != ConversationState::kOnHold)
    state.state = state.responded ? ConversationState::kWaitingAgent : ConversationState::kNew;
  // What is on hold stays there until it is taken off: an answer does not, nor does the customer.
  const bool held = state.state == ConversationState::kOnHold;
  if ((signals & (kSigReply | kSigNoReplyNeeded)) != 0 && !held)
    state.state = ConversationState::kWaitingCustomer;
  if ((signals & kSigGaveUp) != 0 && !is_set(state.waiting_since) && !held)
    state.state = ConversationState::kWaitingCustomer;
  if (moment.kind == MomentKind::kPending) state.state = ConversationState::kWaitingCustomer;
  if (moment.kind == MomentKind::kOnHold) state.state = ConversationState::kOnHold;
  if (moment.kind == MomentKind::kActive)
    state.state = state.responded ? ConversationState::kWaitingAgent : ConversationState::kNew;
  if (state.state == ConversationState::kNone) state.state = ConversationState::kNew;
}

bool revises_another(MomentKind kind) {
  return kind == MomentKind::kEdited || kind == MomentKind::kDeleted ||
         kind == MomentKind::kBounced;
}

bool names_next_update(const Moment& moment) {
  return moment.next_update_ms > 0 &&
         (moment.kind == MomentKind::kAgentMessage || moment.kind == MomentKind::kCommitmentMade);
}

// Long after the end, perhaps, or before anything else was heard of: it is no contact.
void rate(FoldState& state, const Moment& moment, std::span<const Attributes> attribute_sets,
          const CompiledPolicy& policy) {
  note_survey(state, moment, attribute_sets, policy);
  const std::uint32_t signals = lifecycle_signals(state, moment.kind);
  if (signals != 0 && is_set(state.opened)) Runs(state, policy, moment).hear(signals, kNoContact);
}

bool is_our_start(const Moment& moment) {
  if (moment.kind == MomentKind::kAgentMessage) return true;
  return moment.kind >= MomentKind::kStarted && moment.kind <= MomentKind::kWrapUpEnded &&
         (moment.flags & kOutbound) != 0;
}

}  // namespace

void apply(FoldState& state, const Moment& moment, std::span<const Attributes> attribute_sets,
           const CompiledPolicy& policy) {
  make_room(state, moment.at);
  // A machine's mail never opens a conversation, and it may come first or last: it says nothing.
  if (revises_another(moment.kind) || moment.kind == MomentKind::kMachineMessage) return;
  if (is_survey(moment.kind)) return rate(state, moment, attribute_sets, policy);
  std::uint32_t signals = 0;
  if (!is_set(state.opened)) {
    state.opened = moment.at;
    signals |= kSigOpened;
  }
  bool attributes_changed = false;
  signals |= take_attributes(state, moment, attribute_sets, attributes_changed);
  if (moment.channel != Channel::kNone) {
    state.channels =
        static_cast<std::uint8_t>(state.channels | 1U << static_cast<unsigned>(moment.channel));
    if (counts_as_activity(moment.kind)) state.last_channel = moment.channel;
  }
  if (state.last_channel == Channel::kNone) state.last_channel = moment.channel;
  if (counts_as_activity(moment.kind)) {
    state.last_activity = std::max(state.last_activity, moment.at);
    if (tie_rank(moment.kind) == 0) remember_person(state, moment);
    if (state.contacts.empty() && is_our_start(moment)) {
      state.agent_started = true;
      state.responded = true;
    }
  }

  std::uint16_t contact = kNoContact;
  signals |= advance_contact(state, moment, contact);
  note_contact(state, moment, contact, attribute_sets, policy);
  signals |= lifecycle_signals(state, moment.kind);
  if (is_over(state.state) && (signals & kSigCustomerContact) != 0 &&
      policy.policy().message_reopens)
    signals |= kSigReopened;
  if (names_next_update(moment)) signals |= kSigUpdatePromised;
  advance_pending(state, moment.kind, signals);
  advance_agent(state, moment.kind, signals);
  if (signals != 0 && Runs(state, policy, moment).hear(signals, contact)) signals |= kSigReply;
  // What was resolved while the rule changed goes on under the rule of now.
  if (attributes_changed || (signals & kSigReopened) != 0) Runs(state, policy, moment).reconsider();
  Runs(state, policy, moment).pause_or_resume(signals);
  const Instant was_resolved = state.resolved;
  advance_state(state, moment, signals);
  note_ending(state, moment, signals, was_resolved, policy);
}

FoldState refold(const Conversation& conversation, const CompiledPolicy& policy) {
  FoldState state = conversation.base ? *conversation.base : FoldState{};
  for_each_standing(
      conversation, [&](Instant) -> const CompiledPolicy& { return policy; },
      [&](const Moment& moment) { apply(state, moment, conversation.attribute_sets, policy); });
  return state;
}

}  // namespace vaste::clocks
