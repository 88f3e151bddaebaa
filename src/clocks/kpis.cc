#include "clocks/kpis.h"

#include <algorithm>
#include <tuple>

#include "base/hash.h"
#include "clocks/notes.h"

namespace vaste::clocks {

namespace {

auto fact_of(const Contribution& one) {
  return std::tuple(one.fact, one.sla, one.survey, one.number);
}

// A breach that is said and was not taken back; nullptr: there is none.
const PublishedAlert* breach_of(const std::vector<PublishedAlert>& alerts, const ClockRun& run) {
  const PublishedAlert* found = find_alert(alerts, run, AlertLevel::kBreached);
  return found == nullptr || found->status == AlertStatus::kRetracted ? nullptr : found;
}

class Contributor {
 public:
  Contributor(const Conversation& conversation, Contributions& out)
      : conversation_(conversation), fold_(conversation.fold), out_(out) {}

  void clock(std::size_t index);
  void contact(std::size_t index);
  void transfers();
  void switches();
  void endings();
  void first_contact();
  void surveys();
  void mentions();

 private:
  Contribution& add(Fact fact, std::size_t number, Instant at, Instant as_of) {
    Contribution& one = out_.emplace_back();
    one.fact = fact;
    one.number = static_cast<std::uint32_t>(number);
    one.at = at;
    one.attributes = static_cast<std::uint16_t>(attributes_index(fold_, as_of));
    return one;
  }
  Contribution& add(Fact fact, std::size_t number, Instant at) { return add(fact, number, at, at); }
  // In the window in which the contact began, whenever it is known: so the parts of a window are
  // parts of the same contacts. Attributes as of when it was known.
  Contribution& of_contact(Fact fact, std::size_t index, Instant known) {
    Contribution& one = add(fact, index, fold_.contacts[index].started, known);
    one.channel = fold_.contacts[index].channel;
    one.unit = static_cast<std::uint16_t>(index);
    return one;
  }
  Contribution& of_clock(Fact fact, std::size_t index, std::uint64_t sla, Instant at);
  void wait(std::size_t index);
  void handled(std::size_t index);
  bool is_repeated(const Contact& contact) const;

  const Conversation& conversation_;
  const FoldState& fold_;
  Contributions& out_;
};

Contribution& Contributor::of_clock(Fact fact, std::size_t index, std::uint64_t sla, Instant at) {
  const ClockRun& run = fold_.clocks[index];
  Contribution& one = add(fact, run.cycle, at);
  one.channel = run.contact < fold_.contacts.size() ? fold_.contacts[run.contact].channel
                                                    : fold_.last_channel;
  one.unit = static_cast<std::uint16_t>(index);
  one.sla = sla;
  return one;
}

void Contributor::clock(std::size_t index) {
  const ClockRun& run = fold_.clocks[index];
  const bool over = !is_open(run.state);
  const PublishedAlert* breach =
      run.state == ClockState::kMet ? nullptr : breach_of(conversation_.alerts, run);
  if (!over && breach == nullptr) return;
  const std::uint64_t sla = hash64(run.sla);
  if (breach != nullptr) {
    // At its deadline, not when the late answer comes; what ends it afterwards does not undo it.
    of_clock(Fact::kSla, index, sla, breach->due).outcome = Outcome::kBreached;
  } else if (run.state == ClockState::kMet) {
    of_clock(Fact::kSla, index, sla, run.stopped).outcome = Outcome::kMet;
  } else if (run.state == ClockState::kVoid) {
    of_clock(Fact::kSla, index, sla, run.stopped).outcome = Outcome::kVoid;
  }
  if (!over || run.state == ClockState::kVoid) return;
  Contribution& spent = of_clock(Fact::kSlaSpent, index, sla, run.stopped);
  spent.value = run.elapsed.count();
  spent.target = run.target.count();
  spent.wall = (run.stopped - run.started).count();
}

bool Contributor::is_repeated(const Contact& contact) const {
  if (is_set(conversation_.repeat_until) && contact.started <= conversation_.repeat_until)
    return true;
  const auto& endings = fold_.notes.endings;
  return std::any_of(endings.begin(), endings.end(), [&](const Ending& ending) {
    return ending.resolved < contact.started && contact.started <= ending.repeat_until;
  });
}

void Contributor::wait(std::size_t index) {
  const Contact& contact = fold_.contacts[index];
  const bool answered = is_set(contact.answered);
  if (!answered && !is_set(contact.abandoned)) return;
  if (contact.channel != Channel::kPhone && contact.channel != Channel::kChat) return;
  Contribution& one =
      of_contact(Fact::kWait, index, answered ? contact.answered : contact.abandoned);
  const bool within = (contact.flags & kContactWithin) != 0;
  one.value = contact.first_wait.count();
  if (answered)
    one.outcome = within ? Outcome::kAnsweredWithin : Outcome::kAnsweredLate;
  else
    one.outcome = within ? Outcome::kAbandonedShort : Outcome::kAbandonedLong;
}

// Who sends no end of the wrap-up has none in the handling time.
void Contributor::handled(std::size_t index) {
  const Contact& contact = fold_.contacts[index];
  if (!is_set(contact.answered) || !is_set(contact.ended)) return;
  const auto phase = [&](Fact fact, Instant at, Millis spent) {
    of_contact(fact, index, at).value = spent.count();
  };
  phase(Fact::kTalk, contact.ended, contact.talk);
  phase(Fact::kHold, contact.ended, contact.hold);
  if (contact.longest_hold > Millis(0))
    phase(Fact::kLongestHold, contact.ended, contact.longest_hold);
  if (contact.phase == ContactPhase::kOver)
    phase(Fact::kWrapUp, contact.phase_since, contact.wrap_up);
}

void Contributor::contact(std::size_t index) {
  const Contact& contact = fold_.contacts[index];
  const bool outbound = (contact.flags & kContactOutbound) != 0;
  // Of the queue that it came to first.
  Contribution& begun = add(Fact::kContact, index, contact.started,
                            is_set(contact.queued) ? contact.queued : contact.started);
  begun.outcome = outbound ? Outcome::kOutgoing : Outcome::kIncoming;
  begun.channel = contact.channel;
  begun.unit = static_cast<std::uint16_t>(index);
  const std::uint16_t queue = begun.attributes;
  if (!outbound) {
    wait(index);
    if (is_repeated(contact))
      of_contact(Fact::kRepeatContact, index, contact.started).attributes = queue;
  }
  handled(index);
}

void Contributor::transfers() {
  const auto& transfers = fold_.notes.transfers;
  for (std::size_t i = 0; i < transfers.size(); ++i) {
    const Transfer& one = transfers[i];
    if (!is_set(one.arrived)) continue;
    add(Fact::kTransfer, i, one.at, one.arrived).channel = one.channel;
  }
}

void Contributor::switches() {
  const auto& switches = fold_.notes.switches;
  for (std::size_t i = 0; i < switches.size(); ++i) {
    Contribution& made = add(Fact::kChannelSwitch, i, switches[i].at);
    made.channel = switches[i].to;
    made.from = switches[i].from;
    if (switches[i].unanswered) made.outcome = Outcome::kUnanswered;
  }
}

void Contributor::endings() {
  const auto& endings = fold_.notes.endings;
  for (std::size_t i = 0; i < endings.size(); ++i) {
    const Ending& ending = endings[i];
    Contribution& made = add(Fact::kResolution, i, ending.resolved);
    made.channel = ending.channel;
    made.value = (ending.resolved - fold_.opened).count();
    if (is_set(ending.reopened)) add(Fact::kReopen, i, ending.reopened).channel = ending.channel;
  }
}

void Contributor::first_contact() {
  const Instant due = first_contact_due(fold_);
  if (!is_set(due) || conversation_.fired_until < due) return;
  const Ending& first = fold_.notes.endings.front();
  const bool again = is_set(first.next_contact) && first.next_contact <= due;
  Contribution& made = add(Fact::kFirstContact, 0, due, first.resolved);
  made.channel = first.channel;
  made.outcome =
      again || is_set(conversation_.repeated_elsewhere) ? Outcome::kRepeated : Outcome::kResolved;
}

void Contributor::surveys() {
  const auto& surveys = fold_.notes.surveys;
  for (std::size_t i = 0; i < surveys.size(); ++i) {
    const SurveyNote& note = surveys[i];
    const auto of_survey = [&](Fact fact, Instant at) -> Contribution& {
      Contribution& made = add(fact, i, at);
      made.survey = note.survey;
      made.channel = note.channel;
      made.unit = static_cast<std::uint16_t>(i);
      return made;
    };
    if (is_set(note.sent)) of_survey(Fact::kSurveySent, note.sent);
    if (!is_set(note.answered)) continue;
    Contribution& answer = of_survey(Fact::kSurveyAnswered, note.answered);
    answer.outcome = note.band;
    answer.value = note.score;
  }
}

void Contributor::mentions() {
  const auto& mentions = fold_.notes.mentions;
  for (std::size_t i = 0; i < mentions.size(); ++i) {
    Contribution& made = add(Fact::kMention, i, mentions[i].at);
    made.channel = mentions[i].channel;
    made.outcome = mentions[i].band;
  }
}

bool of_survey(Fact fact) {
  return fact == Fact::kSurveySent || fact == Fact::kSurveyAnswered;
}

}  // namespace

bool Contribution::same_fact(const Contribution& other) const {
  return fact_of(*this) == fact_of(other);
}

bool Contribution::before(const Contribution& other) const {
  return fact_of(*this) < fact_of(other);
}

bool Contribution::same_value(const Contribution& other) const {
  return at == other.at && value == other.value && outcome == other.outcome &&
         channel == other.channel && from == other.from && wall == other.wall &&
         target == other.target;
}

void contribute_clock(const Conversation& conversation, std::size_t index, Contributions& out) {
  Contributor(conversation, out).clock(index);
}

void contribute_contact(const Conversation& conversation, std::size_t index, Contributions& out) {
  Contributor(conversation, out).contact(index);
}

void contribute_conversation(const Conversation& conversation, Contributions& out) {
  Contributor contributor(conversation, out);
  contributor.transfers();
  contributor.switches();
  contributor.endings();
  contributor.first_contact();
  contributor.surveys();
  contributor.mentions();
}

void contribute(const Conversation& conversation, Contributions& out) {
  // What was said of a redirect goes on elsewhere.
  if (!conversation.merged_into.empty() || conversation.moved) return;
  for (std::size_t i = 0; i < conversation.fold.clocks.size(); ++i)
    contribute_clock(conversation, i, out);
  for (std::size_t i = 0; i < conversation.fold.contacts.size(); ++i)
    contribute_contact(conversation, i, out);
  contribute_conversation(conversation, out);
}

bool may_change(const ClockRun& run, const FoldState& state, Instant fired_until) {
  if (is_open(run.state)) return true;
  if (run.state == ClockState::kMet) return run.stopped == state.resolved;  // a reopening's
  return run.stopped == state.resolved || run.stopped > fired_until;
}

std::string_view name_of(const FoldState& state, const Contribution& one) {
  if (one.sla != 0) return state.clocks[one.unit].sla;
  return one.survey == SurveyKind::kNone ? std::string_view() : name(one.survey);
}

Dimensions dimensions_of(const FoldState& state, const Contribution& one) {
  if (of_survey(one.fact)) return {state.notes.surveys[one.unit].rated, {}};
  const Attributes& attributes = attributes_of(state, one.attributes);
  switch (one.fact) {
    case Fact::kWait:
      return {attributes, state.contacts[one.unit].waited_in};
    case Fact::kTalk:
    case Fact::kHold:
    case Fact::kLongestHold:
    case Fact::kWrapUp:
      return {attributes, state.contacts[one.unit].attributes.queue};
    default:
      return {attributes, {}};
  }
}

}  // namespace vaste::clocks
