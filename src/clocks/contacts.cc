#include "clocks/contacts.h"

#include <algorithm>

namespace vaste::clocks {

namespace {

bool is_live(MomentKind kind) {
  return kind >= MomentKind::kStarted && kind <= MomentKind::kWrapUpEnded;
}

bool belongs_to_contact(MomentKind kind) {
  switch (kind) {
    case MomentKind::kCustomerMessage:
    case MomentKind::kMemberMessage:
    case MomentKind::kAgentMessage:
    case MomentKind::kBotMessage:
    case MomentKind::kHandedOff:
      return true;
    default:
      return is_live(kind);
  }
}

bool begins(MomentKind kind) {
  return kind == MomentKind::kStarted || kind == MomentKind::kQueued ||
         kind == MomentKind::kConnected;
}

Contact& contact_of(FoldState& state, const Moment& moment, std::uint16_t& index) {
  index = static_cast<std::uint16_t>(contact_index(state, moment));
  state.kept_contacts = std::min<std::size_t>(state.kept_contacts, index);
  if (index < state.contacts.size()) return state.contacts[index];
  Contact& contact = state.contacts.emplace_back();
  contact.channel = moment.channel;
  contact.key = moment.contact_key;
  state.newest_contact_key = std::max(state.newest_contact_key, contact.key);
  contact.started = moment.at;
  contact.phase_since = moment.at;
  contact.attributes = state.attributes;
  const bool ours = moment.kind == MomentKind::kAgentMessage ||
                    (is_live(moment.kind) && (moment.flags & kOutbound) != 0);
  if (ours) contact.flags |= kContactOutbound;
  return contact;
}

// Ends the phase that runs: its time goes to where it belongs.
void close_phase(Contact& contact, Instant at, ContactPhase next) {
  const Millis spent = at - contact.phase_since;
  switch (contact.phase) {
    case ContactPhase::kQueued:
      contact.wait += spent;
      break;
    case ContactPhase::kTalking:
      contact.talk += spent;
      break;
    case ContactPhase::kHeld:
      contact.hold += spent;
      contact.longest_hold = std::max(contact.longest_hold, spent);
      break;
    case ContactPhase::kWrapUp:
      contact.wrap_up += spent;
      break;
    case ContactPhase::kNone:
    case ContactPhase::kStarted:
    case ContactPhase::kOver:
      break;
  }
  contact.phase = next;
  contact.phase_since = at;
}

std::uint32_t queued(FoldState& state, Contact& contact, Instant at, bool outbound) {
  // Ringing alone makes a contact wait too; it has entered a queue only now.
  if (contact.phase == ContactPhase::kQueued && is_set(contact.queued)) return 0;
  close_phase(contact, at, ContactPhase::kQueued);
  contact.attributes = state.attributes;
  if (!is_set(contact.queued)) contact.queued = at;
  if (outbound) return 0;
  return kSigQueueEnter | (is_set(contact.answered) ? 0U : kSigCustomerContact);
}

std::uint32_t connected(Contact& contact, Instant at, bool outbound) {
  if (contact.phase == ContactPhase::kTalking || contact.phase == ContactPhase::kHeld) return 0;
  const bool waited = contact.phase == ContactPhase::kQueued;
  close_phase(contact, at, ContactPhase::kTalking);
  std::uint32_t signals = outbound ? kSigReply | kSigCalledBack : std::uint32_t{kSigReply};
  if (!outbound && !is_set(contact.answered)) {
    signals |= kSigAnswered;
    // Answered without a queue: a wait of zero.
    if (!waited || !is_set(contact.queued)) signals |= kSigCustomerContact;
  }
  if (!outbound && waited) signals |= kSigAnswered;
  if (!is_set(contact.answered)) {
    contact.answered = at;
    contact.first_wait = contact.wait;
  }
  return signals;
}

// Rung without a queue: somebody waits at the phone, though no queue's clock runs.
void ringing(Contact& contact, Instant at, bool outbound) {
  const bool untouched =
      contact.phase == ContactPhase::kNone || contact.phase == ContactPhase::kStarted;
  if (untouched && !outbound && !is_set(contact.answered))
    close_phase(contact, at, ContactPhase::kQueued);
}

// The customer is gone, or sent elsewhere, before anybody answered.
std::uint32_t gave_up(Contact& contact, Instant at, bool outbound) {
  const bool waited = contact.phase == ContactPhase::kQueued;
  close_phase(contact, at, ContactPhase::kOver);
  return waited && !outbound ? std::uint32_t{kSigGaveUp} : 0U;
}

void abandon(Contact& contact, Instant at) {
  contact.abandoned = at;
  if (!is_set(contact.answered)) contact.first_wait = contact.wait;
}

std::uint32_t ended(Contact& contact, Instant at, bool outbound) {
  if (!is_set(contact.ended)) contact.ended = at;
  if (contact.phase == ContactPhase::kTalking || contact.phase == ContactPhase::kHeld) {
    close_phase(contact, at, ContactPhase::kWrapUp);
    return 0;
  }
  if (contact.phase == ContactPhase::kWrapUp || contact.phase == ContactPhase::kOver) return 0;
  const std::uint32_t signals = gave_up(contact, at, outbound);
  if (signals != 0 && !is_set(contact.answered)) abandon(contact, at);
  return signals;
}

std::uint32_t live(FoldState& state, Contact& contact, const Moment& moment) {
  const bool outbound = (contact.flags & kContactOutbound) != 0 || (moment.flags & kOutbound) != 0;
  switch (moment.kind) {
    case MomentKind::kStarted:
      if (contact.phase == ContactPhase::kNone) contact.phase = ContactPhase::kStarted;
      return 0;
    case MomentKind::kQueued:
      return queued(state, contact, moment.at, outbound);
    case MomentKind::kRinging:
      ringing(contact, moment.at, outbound);
      return 0;
    case MomentKind::kConnected:
      return connected(contact, moment.at, outbound);
    case MomentKind::kHeld:
      if (contact.phase == ContactPhase::kTalking)
        close_phase(contact, moment.at, ContactPhase::kHeld);
      return 0;
    case MomentKind::kResumed:
      if (contact.phase == ContactPhase::kHeld)
        close_phase(contact, moment.at, ContactPhase::kTalking);
      return 0;
    case MomentKind::kTransferred:
      ++contact.transfers;
      if (contact.phase == ContactPhase::kTalking || contact.phase == ContactPhase::kHeld)
        close_phase(contact, moment.at, ContactPhase::kStarted);
      return 0;
    case MomentKind::kAbandoned: {
      const std::uint32_t signals = gave_up(contact, moment.at, outbound);
      if (signals != 0) abandon(contact, moment.at);
      return signals;
    }
    case MomentKind::kFlowedOut:
      contact.flags |= kContactFlowedOut;
      return gave_up(contact, moment.at, outbound);
    case MomentKind::kVoicemail:  // a message instead of a talk: the wait goes on, the queue does
                                  // not
      contact.flags |= kContactFlowedOut;
      ++contact.customer_messages;
      ++state.customer_messages;
      return gave_up(contact, moment.at, outbound) | kSigCustomerContact;
    case MomentKind::kCallbackRequested:
      contact.flags |= kContactCallback;
      if (contact.phase == ContactPhase::kTalking || contact.phase == ContactPhase::kHeld)
        return kSigCustomerContact | kSigCallbackAsked;  // agreed on the phone: the talk goes on
      return gave_up(contact, moment.at, outbound) | kSigCustomerContact | kSigCallbackAsked;
    case MomentKind::kEnded:
      return ended(contact, moment.at, outbound);
    case MomentKind::kWrapUpEnded:
      if (contact.phase == ContactPhase::kWrapUp)
        close_phase(contact, moment.at, ContactPhase::kOver);
      return 0;
    default:  // Ring-no-answer: the wait goes on.
      return 0;
  }
}

// On hold is a phase like others; that it began or is over means something of its own.
std::uint32_t hold_signals(ContactPhase before, ContactPhase now) {
  if ((before == ContactPhase::kHeld) == (now == ContactPhase::kHeld)) return 0;
  if (now == ContactPhase::kHeld) return kSigHeld;
  const bool lost = now == ContactPhase::kWrapUp || now == ContactPhase::kOver;
  return lost ? kSigHoldLost : kSigOffHold;
}

std::uint32_t customer_message(FoldState& state, Contact& contact, const Moment& moment) {
  ++contact.customer_messages;
  ++state.customer_messages;
  // Of a written contact: when the customer was heard last.
  if (contact.phase == ContactPhase::kNone) contact.phase_since = moment.at;
  if ((moment.flags & kPublic) == 0) return kSigCustomerContact;
  return kSigCustomerContact |
         ((moment.flags & kAddressed) != 0 ? kSigPublicPost : kSigPublicAside);
}

std::uint32_t our_message(FoldState& state, Contact& contact, const Moment& moment) {
  ++contact.agent_messages;
  ++state.agent_messages;
  if ((moment.flags & kPublic) != 0) return kSigReply | kSigPublicReply;
  return moment.channel == Channel::kSocial ? kSigReply | kSigDirectReply
                                            : std::uint32_t{kSigReply};
}

}  // namespace

std::size_t contact_index(const FoldState& state, const Moment& moment) {
  const bool known = moment.contact_key <= state.newest_contact_key;
  for (std::size_t i = known ? state.contacts.size() : 0; i-- > 0;) {
    const Contact& contact = state.contacts[i];
    if (contact.channel != moment.channel || contact.key != moment.contact_key) continue;
    // A source without session keys: what begins after the end is another call on the same line.
    if (moment.contact_key == 0 && contact.phase == ContactPhase::kOver && begins(moment.kind))
      break;
    return i;
  }
  return state.contacts.size();
}

std::uint32_t advance_contact(FoldState& state, const Moment& moment, std::uint16_t& index) {
  index = kNoContact;
  if (!belongs_to_contact(moment.kind) || state.contacts.size() >= kNoContact) return 0;
  Contact& contact = contact_of(state, moment, index);
  switch (moment.kind) {
    case MomentKind::kCustomerMessage:
      return customer_message(state, contact, moment);
    case MomentKind::kMemberMessage:
      if (state.opener == 0) state.opener = moment.author;
      return moment.author == state.opener ? customer_message(state, contact, moment)
                                           : our_message(state, contact, moment);
    case MomentKind::kAgentMessage:
      return our_message(state, contact, moment);
    case MomentKind::kBotMessage:
      return kSigBotReply;
    case MomentKind::kHandedOff:
      return kSigCustomerContact;
    default:
      break;
  }
  const ContactPhase before = contact.phase;
  const std::uint32_t signals = live(state, contact, moment);
  return signals | hold_signals(before, contact.phase);
}

}  // namespace vaste::clocks
