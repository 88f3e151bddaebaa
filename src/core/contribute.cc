// What a change of a conversation means to KPIs, and how conversations of one customer depend on
// each other there: a contact in one says that another was not resolved at the first contact, and
// a survey rates the one that it is about.
#include <algorithm>
#include <tuple>

#include "clocks/notes.h"
#include "core/step.h"

namespace vaste::core {

namespace {

bool gives_attributes(const Conversation& conversation, const Moment& moment) {
  if (moment.kind == MomentKind::kUnassigned) return true;
  if (moment.attributes == 0) return false;
  const Attributes& newer = conversation.attribute_sets[moment.attributes - 1U];
  Attributes known = conversation.fold.attributes;
  update(known, newer);
  return known != conversation.fold.attributes;
}

// Will the fold be extended by the moment, and does what was contributed before hold whatever it
// says? Else everything is compared.
bool only_extends(const Conversation& conversation, const Moment& moment,
                  const clocks::Timeline& timeline) {
  const FoldState& fold = conversation.fold;
  // Its answer may say whom the survey was about that had been sent.
  if (is_survey(moment.kind)) return false;
  // Other attributes: which held when is told by numbers that mean something else then.
  if (gives_attributes(conversation, moment)) return false;
  // A clock that began without a contact gets the channel of the first.
  if (fold.contacts.empty() && !fold.clocks.empty()) return false;
  const Instant until = std::max(moment.at, conversation.fired_until);
  return !clocks::is_behind(conversation, timeline, until) &&
         clocks::version_of(conversation, timeline).since() <= moment.at;
}

Contributed made(const Conversation& conversation, const FoldState& fold,
                 const clocks::Contribution& one) {
  const auto [attributes, queue] = clocks::dimensions_of(fold, one);
  Contributed out;
  out.conversation = conversation.id;
  out.fact = one.fact;
  out.outcome = one.outcome;
  out.name = clocks::name_of(fold, one);
  out.number = one.number;
  out.at = one.at;
  out.value = one.value;
  out.wall = one.wall;
  out.target = one.target;
  out.channel = one.channel;
  out.from = one.from;
  out.attributes = attributes;
  if (!queue.empty()) out.attributes.queue = queue;
  return out;
}

// The customer's first contact in (after, until]; kNever: none.
Instant contact_within(const FoldState& fold, Instant after, Instant until) {
  Instant first;
  for (const Contact& contact : fold.contacts) {
    if ((contact.flags & kContactOutbound) != 0 || contact.started <= after ||
        contact.started > until)
      continue;
    if (!is_set(first) || contact.started < first) first = contact.started;
  }
  return first;
}

}  // namespace

bool Contributed::undoes(const Contributed& other) const {
  const auto all = [](const Contributed& one) {
    return std::tie(one.conversation, one.fact, one.outcome, one.name, one.number, one.at,
                    one.value, one.wall, one.target, one.channel, one.from, one.attributes.queue);
  };
  return taken_back != other.taken_back && all(*this) == all(other) &&
         attributes == other.attributes;
}

void Core::watch(const Conversation& conversation, const Moment& moment, bool extends) {
  const bool slightly = extends && only_extends(conversation, moment, *timeline_);
  watch_.begin(conversation, slightly ? Watch::Reach::kExtension : Watch::Reach::kAll, &moment);
}

// Was there a contact in another conversation of the customer? Looked at when the window closes;
// what comes to be known later says so itself (tell_others).
void Core::look_around(Conversation& conversation) {
  conversation.repeated_elsewhere = kNever;
  if (!clocks::is_decided(conversation)) return;
  const Ending& first = conversation.fold.notes.endings.front();
  for (const Id& id : std::vector<Id>(state_.customer(conversation.customer).conversations)) {
    if (id == conversation.id) continue;
    const Conversation* other = state_.conversation(id);
    if (other == nullptr) continue;
    const Instant at = contact_within(other->fold, first.resolved, first.repeat_until);
    Instant& earliest = conversation.repeated_elsewhere;
    if (is_set(at) && (!is_set(earliest) || at < earliest)) earliest = at;
  }
}

void Core::contribute(Conversation& conversation, const Watch& before, Effects& effects,
                      const clocks::Contributions& moved) {
  look_around(conversation);
  // A window that is closed was looked at without the contacts that are known, or gone, only now.
  // After a restart it is not known yet up to when that was; where it came from it may have been
  // further than here.
  const Instant looked = is_set(gate_) ? std::max(gate_, adopted_until_) : kEndOfTime;
  // What a conversation looked at before a restart, elsewhere, nobody here can know. So whoever
  // comes back soon after something was resolved is told to it in any case.
  const Instant told = std::max(looked, conversation.repeat_until);
  bool concerns_others = false;
  before.difference(
      conversation, moved,
      [&](const clocks::Contribution& one, const FoldState& fold, bool taken_back, bool fresh) {
        Contributed& out = effects.contributed.emplace_back(made(conversation, fold, one));
        out.taken_back = taken_back;
        out.fresh = fresh;
        concerns_others = concerns_others || (one.fact == Fact::kContact && one.at <= told &&
                                              one.outcome == Outcome::kIncoming);
      });
  if (concerns_others) tell_others(conversation, effects);
}

void Core::tell_others(const Conversation& conversation, Effects& effects) {
  for (const Id& id : std::vector<Id>(state_.customer(conversation.customer).conversations)) {
    if (id == conversation.id || state_.known_undecided(conversation.customer, id)) continue;
    Conversation* other = state_.conversation(id);
    if (other == nullptr || !clocks::is_decided(*other)) continue;
    const Instant known = other->repeated_elsewhere;
    const Watch before(*other, Watch::Reach::kClocks);
    look_around(*other);
    if (other->repeated_elsewhere == known) continue;
    state_.changed(*other);
    contribute(*other, before, effects);
  }
}

// Of a survey without a key: what the customer was asked about last, else what was done last.
Conversation* Core::rated(const Id& customer, const Incoming& incoming) {
  const Moment& moment = incoming.moment;
  Conversation* best = nullptr;
  std::tuple<Instant, bool, Instant> best_rank;
  for (const Id& id : std::vector<Id>(state_.customer(customer).conversations)) {
    Conversation* one = state_.conversation(id);
    if (one == nullptr || !one->merged_into.empty()) continue;
    Instant asked;
    for (const SurveyNote& note : one->fold.notes.surveys)
      if (moment.kind == MomentKind::kSurveyAnswered && note.survey == moment.survey &&
          note.sent <= moment.at && !is_set(note.answered))
        asked = std::max(asked, note.sent);
    const std::tuple rank(asked, one->fold.opened <= moment.at, one->fold.last_activity);
    if (best != nullptr && rank <= best_rank) continue;
    best = one;
    best_rank = rank;
  }
  return best;
}

// A survey that says whom it is from and not what it rates. It is no contact: what was resolved
// stays so.
void Core::rate(const Message& message, const Routed& routed, const Id& customer,
                Effects& effects) {
  const std::string& identifier = routed.incoming->identifiers.front();
  const std::string_view evidence = std::string_view(identifier).substr(0, identifier.find(':'));
  if (!customer.empty())
    if (Conversation* conversation = rated(customer, *routed.incoming))
      return add(message, routed, *conversation, JoinMethod::kIdentity, evidence, effects);
  // Asked from time to time, of customers and of our own people, about no contact at all.
  const SurveyKind survey = routed.incoming->moment.survey;
  if (survey != SurveyKind::kNps && survey != SurveyKind::kEnps)
    return answer(message, routed, nullptr, EventOutcome::kIgnored, JoinMethod::kNone, {}, effects);
  Conversation* fresh = begin_for(message, routed, customer, effects);
  if (fresh == nullptr) return;
  add(message, routed, *fresh, JoinMethod::kNew, {}, effects);
}

}  // namespace vaste::core
