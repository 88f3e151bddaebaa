#include "clocks/notes.h"

#include <utility>

#include "clocks/catalog.h"
#include "clocks/contacts.h"

namespace vaste::clocks {

namespace {

template <class Note>
bool has_room(const std::vector<Note>& notes) {
  return notes.size() < kNotesKept;
}

// The contact goes on in a new place, or is over there.
bool arrives(MomentKind kind) {
  return kind >= MomentKind::kStarted && kind <= MomentKind::kEnded &&
         kind != MomentKind::kTransferred;
}

// Something is said, or a live contact begins: where the conversation is.
bool goes_on(MomentKind kind) {
  switch (kind) {
    case MomentKind::kCustomerMessage:
    case MomentKind::kMemberMessage:
    case MomentKind::kAgentMessage:
    case MomentKind::kStarted:
    case MomentKind::kQueued:
    case MomentKind::kConnected:
    case MomentKind::kVoicemail:
    case MomentKind::kCallbackRequested:
      return true;
    default:
      return false;
  }
}

bool is_ours(const Moment& moment) {
  return moment.kind == MomentKind::kAgentMessage || (moment.flags & kOutbound) != 0;
}

void note_switch(FoldState& state, const Moment& moment) {
  if (!goes_on(moment.kind) || moment.channel == Channel::kNone) return;
  Notes& notes = state.notes;
  const Channel before = std::exchange(notes.channel, moment.channel);
  if (before == Channel::kNone || before == moment.channel || !has_room(notes.switches)) return;
  notes.switches.push_back(
      {moment.at, before, moment.channel, is_set(state.waiting_since) && !is_ours(moment)});
}

const Queue& settings_of(const CompiledPolicy& policy, const std::string& queue) {
  static const Queue kDefaults;
  const Queue* known = policy.queue(queue);
  return known == nullptr ? kDefaults : *known;
}

// How the wait ended, judged by what the queue promised then.
void note_wait(FoldState& state, const Moment& moment, Contact& contact,
               const CompiledPolicy& policy) {
  const bool answered = moment.kind == MomentKind::kConnected && contact.answered == moment.at;
  const bool given_up = moment.kind != MomentKind::kConnected && !is_set(contact.answered) &&
                        contact.abandoned == moment.at;
  if (!answered && !given_up) return;
  const auto& in = contact.attributes.queue;
  contact.waited_in = in.empty() ? state.attributes.queue : in;
  const Queue& queue = settings_of(policy, contact.waited_in);
  const Millis limit = answered ? queue.answer_within : queue.short_abandon;
  const auto flags = contact.flags & ~kContactWithin;
  contact.flags =
      static_cast<std::uint8_t>(contact.first_wait <= limit ? flags | kContactWithin : flags);
}

void note_transfer(FoldState& state, const Moment& moment, std::uint16_t contact,
                   bool names_queue) {
  auto& transfers = state.notes.transfers;
  if (contact != kNoContact) {
    if (moment.kind == MomentKind::kTransferred && has_room(transfers))
      transfers.push_back(
          {moment.at, names_queue ? moment.at : kNever, contact, state.contacts[contact].channel});
    if (arrives(moment.kind))
      for (Transfer& one : transfers)
        if (one.contact == contact && !is_set(one.arrived)) one.arrived = moment.at;
    return;
  }
  // What is written goes to another queue by being given to it.
  const bool given =
      moment.kind == MomentKind::kAssigned || moment.kind == MomentKind::kAttributesChanged;
  const auto& past = state.notes.past;
  if (!given || !names_queue || past.empty() || past.back().until != moment.at) return;
  const std::string& before = past.back().attributes.queue;
  if (before.empty() || before == state.attributes.queue || !has_room(transfers)) return;
  transfers.push_back({moment.at, moment.at, kNoTransferContact, state.last_channel});
}

// On one scale for each kind, and in three parts of it.
Outcome band_of(SurveyKind survey, std::int64_t thousandths, const KpiRules& rules) {
  std::int64_t good = 9;
  std::int64_t middle = 7;
  if (survey == SurveyKind::kCsat) {
    good = 4;
    middle = 3;
  } else if (survey == SurveyKind::kCes) {
    good = rules.ces_good;
    middle = rules.ces_middle;
  }
  if (thousandths >= good * 1000) return Outcome::kGood;
  return thousandths >= middle * 1000 ? Outcome::kMiddle : Outcome::kBad;
}

// The note that an answer belongs to: the oldest that waits for one; else the last word counts.
SurveyNote* answered_by(std::vector<SurveyNote>& surveys, SurveyKind survey) {
  SurveyNote* last = nullptr;
  for (SurveyNote& one : surveys) {
    if (one.survey != survey) continue;
    if (!is_set(one.answered)) return &one;
    last = &one;
  }
  return last;
}

void note_mention(FoldState& state, const Moment& moment) {
  constexpr unsigned kMention = kPublic | kAddressed;
  if (moment.kind != MomentKind::kCustomerMessage || (moment.flags & kMention) != kMention ||
      !has_room(state.notes.mentions))
    return;
  const bool bad = (moment.flags & kNegative) != 0;
  const bool good = (moment.flags & kPositive) != 0;
  state.notes.mentions.push_back({moment.at, moment.channel,
                                  bad    ? Outcome::kBad
                                  : good ? Outcome::kGood
                                         : Outcome::kNone});
}

}  // namespace

void note_attributes_end(FoldState& state, Instant at) {
  auto& past = state.notes.past;
  // Nothing happened before them, or what held for no time at all.
  if (state.opened == at || (!past.empty() && past.back().until == at)) return;
  if (has_room(past)) past.push_back({at, state.attributes});
}

void note_survey(FoldState& state, const Moment& moment, std::span<const Attributes> attribute_sets,
                 const CompiledPolicy& policy) {
  auto& surveys = state.notes.surveys;
  if (moment.survey == SurveyKind::kNone) return;
  const bool answer = moment.kind == MomentKind::kSurveyAnswered;
  SurveyNote* note = answer ? answered_by(surveys, moment.survey) : nullptr;
  if (note == nullptr) {
    if (!has_room(surveys)) return;
    note = &surveys.emplace_back();
    note->survey = moment.survey;
    note->channel = state.last_channel == Channel::kNone ? moment.channel : state.last_channel;
    note->rated = state.attributes;
  }
  if (moment.attributes != 0 && moment.attributes <= attribute_sets.size())
    update(note->rated, attribute_sets[moment.attributes - 1U]);
  if (!answer) {
    note->sent = moment.at;
    return;
  }
  note->answered = moment.at;
  note->score = moment.value;
  note->band = band_of(moment.survey, moment.value, policy.policy().kpis);
}

void note_contact(FoldState& state, const Moment& moment, std::uint16_t contact,
                  std::span<const Attributes> attribute_sets, const CompiledPolicy& policy) {
  const bool names_queue = moment.attributes != 0 && moment.attributes <= attribute_sets.size() &&
                           !attribute_sets[moment.attributes - 1U].queue.empty();
  note_switch(state, moment);
  note_mention(state, moment);
  note_transfer(state, moment, contact, names_queue);
  if (contact != kNoContact) note_wait(state, moment, state.contacts[contact], policy);
}

void note_ending(FoldState& state, const Moment& moment, std::uint32_t signals,
                 Instant was_resolved, const CompiledPolicy& policy) {
  auto& endings = state.notes.endings;
  if (!is_set(was_resolved)) {
    if (!is_set(state.resolved) || !has_room(endings)) return;
    endings.push_back({moment.at, kNever, kNever, moment.at + policy.policy().kpis.repeat_window,
                       state.last_channel});
    return;
  }
  if (endings.empty() || is_set(endings.back().reopened)) return;
  Ending& last = endings.back();
  const bool reopened = (signals & kSigReopened) != 0;
  if (!is_set(last.next_contact) && (reopened || (signals & kSigCustomerContact) != 0))
    last.next_contact = moment.at;
  if (reopened) last.reopened = moment.at;
}

std::size_t attributes_index(const FoldState& state, Instant at) {
  const auto& past = state.notes.past;
  std::size_t index = past.size();
  while (index > 0 && past[index - 1].until > at) --index;
  return index;
}

Instant first_contact_due(const FoldState& state) {
  // Where we began, there was no contact of the customer that could have been enough.
  if (state.notes.endings.empty() || state.agent_started) return kNever;
  return state.notes.endings.front().repeat_until;
}

bool is_decided(const Conversation& conversation) {
  const Instant due = first_contact_due(conversation.fold);
  return is_set(due) && conversation.fired_until >= due;
}

}  // namespace vaste::clocks
