#include "story/play.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <utility>

#include "clocks/fold.h"
#include "clocks/kpis.h"
#include "config/config.h"
#include "config/units.h"
#include "store/keys.h"
#include "story/fleet.h"
#include "story/order.h"

namespace vaste::story {

namespace {

using What = Difference::What;

constexpr std::int32_t kPartitions = 12;  // beside one
constexpr std::int32_t kShuffledPartitions = 5;

// As an engine whose configuration says nothing else.
core::Limits limits() {
  core::Limits out;
  out.thread_wait = config::Engine{}.thread_wait;
  return out;
}

// One telling of the story, in the order of the file.
class Telling {
 public:
  Telling(const Story& story, std::int32_t partitions)
      : story_(story), fleet_(story.timeline, partitions, 7, limits()) {}

  std::vector<Difference> tell();
  const Fleet& fleet() const { return fleet_; }

 private:
  void happen(const Happening& happening);
  void order(const Ordered& ordered);
  void look(const Check& check);
  void look_at_conversation(const Check& check);
  void count(const Check& check);
  void compare(const Check& check);
  void look_at_news(const Check& check);
  void look_at_answer(const Check& check);
  void end_of_line();
  std::optional<Id> customer(const std::string& name) const;
  void compare_alerts();
  std::string alert_text(const core::AlertOut& out, const std::map<Id, std::string>& people) const;

  void miss(const Words& words, Instant at) {
    differences_.push_back({What::kMissing, words.line, at, words.text});
  }
  void surprise(int line, Instant at, std::string text) {
    differences_.push_back({What::kUnexpected, line, at, std::move(text)});
  }
  void expect(const Check& check, bool holds, const std::string& got) {
    if (holds) return;
    miss(check.words, now_);
    surprise(0, now_, got);
  }
  std::string time(Instant at) const { return story_.times->text(at, story_.dates); }

  const Story& story_;
  Fleet fleet_;
  std::vector<Difference> differences_;
  Instant now_;
  std::int64_t last_offset_ = -1;
  std::int64_t last_contact_ = -1;  // the offset of the last line that is no evidence
  struct Named {
    std::int64_t offset = 0;
    const Incoming* incoming = nullptr;
  };
  std::map<std::string, Named> named_;  // by `id=`
  bool ordered_ = false;                // the last line; nobody looked at its answer yet
  const Happening* last_ = nullptr;
  bool ignored_ = false;           // the last line
  bool waits_ = false;             // ... for somebody who knows its thread
  bool ignored_expected_ = false;  // ... as the story says
  bool conflict_expected_ = false;
};

core::EventOutcome outcome_of(const Fleet& fleet, std::int64_t offset) {
  for (auto it = fleet.enriched().rbegin(); it != fleet.enriched().rend(); ++it)
    if (it->origin.offset == offset) return it->outcome;
  return core::EventOutcome::kNone;
}

// What a line led to and nobody looked at, though it is no small matter.
void Telling::end_of_line() {
  // What is not as it was ordered is no small matter.
  if (ordered_) look_at_answer({});
  ordered_ = false;
  if (ignored_ && !waits_ && !ignored_expected_)
    surprise(last_->words.line, now_,
             "nothing: this belongs to no conversation (give it the `key=` of one, or say `expect "
             "ignored`)");
  for (const IdentityTold& one : fleet_.identity_news(last_offset_))
    if (one.news == IdentityNews::kConflict && !conflict_expected_)
      surprise(last_->words.line, now_, "conflict " + one.reason);
}

void Telling::happen(const Happening& happening) {
  end_of_line();
  // What was due before this happened has fired by then.
  now_ = std::max(now_, happening.incoming.moment.at);
  fleet_.advance(now_ - Millis(1));
  last_offset_ = fleet_.send(happening.incoming);
  last_ = &happening;
  if (!happening.id.empty()) named_[happening.id] = {last_offset_, &happening.incoming};
  fleet_.run();
  ignored_expected_ = conflict_expected_ = false;
  // What is said about people belongs to no conversation.
  ignored_ = false;
  if (happening.incoming.moment.kind == MomentKind::kIdentity) return;
  last_contact_ = last_offset_;
  const core::EventOutcome outcome = outcome_of(fleet_, last_offset_);
  ignored_ = outcome == core::EventOutcome::kIgnored ||
             outcome == core::EventOutcome::kLateDropped || outcome == core::EventOutcome::kNone;
  waits_ = outcome == core::EventOutcome::kNone && fleet_.records(store::kWaiting) > 0;
}

// Conversations and keys are known only now.
void Telling::order(const Ordered& ordered) {
  end_of_line();
  Command command = ordered.command;
  now_ = std::max(now_, command.at);
  fleet_.advance(now_ - Millis(1));
  for (const std::string& line : ordered.conversations)
    if (const auto found = fleet_.conversation_of(named_.at(line).offset))
      command.conversations.push_back(found->id);
  std::ranges::sort(command.conversations);
  for (const std::string& line : ordered.by)
    for (const Key& key : named_.at(line).incoming->keys)
      if (!key.refers) command.keys.push_back(key.text);
  for (const std::string& line : ordered.events)
    command.moments.push_back(named_.at(line).incoming->moment.id);
  ignored_ = ignored_expected_ = conflict_expected_ = false;
  if (command.conversations.size() != ordered.conversations.size())
    return surprise(ordered.words.line, now_, "a line that it names has no conversation");
  last_offset_ = fleet_.send(std::move(command));
  fleet_.run();
  ordered_ = true;
}

std::string of_person(const std::string& person) {
  return person.empty() ? std::string() : " for " + person;
}

std::optional<Id> Telling::customer(const std::string& name) const {
  const auto person = std::find_if(story_.people.begin(), story_.people.end(),
                                   [&](const Person& one) { return one.name == name; });
  if (person == story_.people.end() || person->identifier.empty()) return std::nullopt;
  return fleet_.customer(person->identifier);
}

// What the conversation contributes instead; empty: what is expected.
std::string kpi_text(const Conversation& conversation, const Check& check) {
  clocks::Contributions all;
  clocks::contribute(conversation, all);
  if (check.what == Check::What::kFirstContact) {
    const auto decided = std::find_if(
        all.begin(), all.end(), [](const auto& one) { return one.fact == Fact::kFirstContact; });
    const Outcome outcome = decided == all.end() ? Outcome::kNone : decided->outcome;
    if (outcome == check.outcome) return {};
    return std::string("fcr ") + (outcome == Outcome::kNone       ? "open"
                                  : outcome == Outcome::kResolved ? "yes"
                                                                  : "no");
  }
  std::int64_t count = 0;
  Millis sum{0};
  for (const clocks::Contribution& one : all) {
    if (one.fact != check.fact) continue;
    if (check.outcome != Outcome::kNone && one.outcome != check.outcome) continue;
    ++count;
    sum += Millis(one.value);
  }
  if (count == check.count && check.sum.value_or(sum.count()) == sum.count()) return {};
  std::string got = fmt::format("kpi {}", name(check.fact));
  if (check.outcome != Outcome::kNone) got += fmt::format(":{}", name(check.outcome));
  got += fmt::format(" {}", count);
  if (check.sum) got += fmt::format(" sum {}", config::duration_text(sum));
  return got;
}

void Telling::look(const Check& check) {
  if (is_set(check.at)) {
    now_ = check.at;
    fleet_.advance(now_);
  }
  switch (check.what) {
    case Check::What::kIgnored:
      ignored_expected_ = true;
      return expect(check, ignored_, "not ignored: it belongs to a conversation");
    case Check::What::kNoAlerts:
    case Check::What::kConversations:
    case Check::What::kCustomers:
      return count(check);
    case Check::What::kSameCustomer:
    case Check::What::kDifferentCustomers:
    case Check::What::kSameConversation:
    case Check::What::kDifferentConversations:
      return compare(check);
    case Check::What::kTold:
      return look_at_news(check);
    case Check::What::kAnswered:
      return look_at_answer(check);
    case Check::What::kState:
    case Check::What::kClock:
    case Check::What::kDue:
    case Check::What::kFirstContact:
    case Check::What::kKpi:
      return look_at_conversation(check);
  }
}

void Telling::count(const Check& check) {
  if (check.what == Check::What::kNoAlerts) {
    const std::size_t alerts = fleet_.alerts().size();
    return expect(check, alerts == 0, fmt::format("{} alert{}", alerts, alerts == 1 ? "" : "s"));
  }
  const auto conversations = fleet_.conversations();
  std::set<Id> customers;
  for (const auto& [id, conversation] : conversations) customers.insert(conversation->customer);
  const bool people = check.what == Check::What::kCustomers;
  const auto number = static_cast<std::int64_t>(people ? customers.size() : conversations.size());
  expect(check, number == check.count,
         fmt::format("{} {}", people ? "customers" : "conversations", number));
}

// Whether all of them are one, or no two of them are.
void Telling::compare(const Check& check) {
  const bool customers =
      check.what == Check::What::kSameCustomer || check.what == Check::What::kDifferentCustomers;
  const bool same =
      check.what == Check::What::kSameCustomer || check.what == Check::What::kSameConversation;
  std::map<Id, std::string> found;  // the first of them
  for (const std::string& name : check.names) {
    std::optional<Id> id;
    if (customers) {
      id = customer(name);
    } else if (const auto offset = named_.find(name); offset != named_.end()) {
      if (const auto conversation = fleet_.conversation_of(offset->second.offset))
        id = conversation->id;
    }
    if (!id)
      return expect(check, false,
                    fmt::format("no {} of {}", customers ? "customer" : "conversation", name));
    const auto [known, fresh] = found.emplace(*id, name);
    if (!same && !fresh)
      return expect(check, false,
                    fmt::format("same {} {} {}", customers ? "customer" : "conversation",
                                known->second, name));
  }
  if (!same || found.size() == 1) return;
  expect(check, false,
         fmt::format("{} different {}", found.size(), customers ? "customers" : "conversations"));
}

void Telling::look_at_news(const Check& check) {
  const auto& all = fleet_.identity_news(last_offset_);
  conflict_expected_ = conflict_expected_ || check.told.news == IdentityNews::kConflict;
  const bool holds = std::any_of(all.begin(), all.end(), [&](const IdentityTold& one) {
    return one.news == check.told.news &&
           (check.told.reason.empty() || one.reason == check.told.reason);
  });
  std::string got;
  for (const IdentityTold& one : all)
    got += fmt::format("{}{}{}", got.empty() ? "" : ", ", name(one.news),
                       one.reason.empty() ? "" : ' ' + one.reason);
  expect(check, holds, got.empty() ? "nothing about people" : got);
}

// Without an expectation an order is to be carried out.
void Telling::look_at_answer(const Check& check) {
  ordered_ = false;
  const bool expected = check.what == Check::What::kAnswered;
  std::string got;
  const auto& all = fleet_.answers();
  for (const core::AnswerOut& one : all) {
    if (one.origin.offset != last_offset_) continue;
    const Answer& answer = one.answer;
    const bool fits =
        !expected
            ? answer.status == CommandStatus::kDone || answer.status == CommandStatus::kWouldChange
            : answer.status == check.status &&
                  (check.refusal == CommandRefusal::kNone || answer.refusal == check.refusal);
    if (fits && got.empty()) return;
    got += (got.empty() ? "" : ", ") + answer_text(answer.status, answer.refusal);
    if (!answer.detail.empty()) got += fmt::format(" \"{}\"", answer.detail);
  }
  if (got.empty()) got = "no answer";
  if (expected) return expect(check, false, got);
  surprise(0, now_, got);
}

void Telling::look_at_conversation(const Check& check) {
  std::shared_ptr<const Conversation> conversation;
  if (check.person.empty()) {
    conversation = fleet_.conversation_of(last_contact_);
  } else if (const auto id = customer(check.person)) {
    conversation = fleet_.newest_of(*id);
  }
  if (conversation == nullptr) return expect(check, false, "no conversation");
  const FoldState& fold = conversation->fold;
  if (check.what == Check::What::kState)
    return expect(check, fold.state == check.state,
                  fmt::format("state {}{}", name(fold.state), of_person(check.person)));
  if (check.what == Check::What::kFirstContact || check.what == Check::What::kKpi) {
    const std::string got = kpi_text(*conversation, check);
    return expect(check, got.empty(), got + of_person(check.person));
  }
  const auto run = std::find_if(fold.clocks.rbegin(), fold.clocks.rend(),
                                [&](const ClockRun& one) { return one.sla == check.sla; });
  if (check.what == Check::What::kClock) {
    const ClockState state = run == fold.clocks.rend() ? ClockState::kNone : run->state;
    return expect(check, state == check.clock,
                  fmt::format("{} {}{}", state == ClockState::kNone ? "no" : verdict(state),
                              check.sla, of_person(check.person)));
  }
  std::optional<Instant> due;
  if (run != fold.clocks.rend() && is_open(run->state))
    due = clocks::due(*run, clocks::version_of(*conversation, *story_.timeline));
  expect(
      check, due.value_or(kNever) == check.due,
      fmt::format("due {} {}{}", due ? time(*due) : "never", check.sla, of_person(check.person)));
}

std::string Telling::alert_text(const core::AlertOut& out,
                                const std::map<Id, std::string>& people) const {
  std::string text = fmt::format("{} {} {}", time(out.changed),
                                 name(out.alert.level, out.alert.status), out.alert.sla);
  const auto person = people.find(out.customer);
  if (people.size() > 1 && person != people.end()) text += " for " + person->second;
  return text;
}

void Telling::compare_alerts() {
  std::map<Id, std::string> people;  // by what the story calls them first
  for (const Person& person : story_.people)
    if (const auto id = customer(person.name)) people.emplace(*id, person.name);
  std::vector<const core::AlertOut*> open;
  for (const core::AlertOut& alert : fleet_.alerts()) open.push_back(&alert);
  // Those that name a person choose first.
  std::vector<const ExpectedAlert*> expected;
  for (const ExpectedAlert& alert : story_.alerts) expected.push_back(&alert);
  std::stable_partition(expected.begin(), expected.end(),
                        [](const ExpectedAlert* one) { return !one->person.empty(); });
  for (const ExpectedAlert* wanted : expected) {
    const auto fits = [&](const core::AlertOut* got) {
      if (got->changed != wanted->at || got->alert.sla != wanted->sla ||
          got->alert.status != wanted->status)
        return false;
      if (wanted->level != AlertLevel::kNone && got->alert.level != wanted->level) return false;
      if (wanted->person.empty()) return true;
      return customer(wanted->person) == got->customer;
    };
    const auto found = std::find_if(open.begin(), open.end(), fits);
    if (found == open.end()) {
      miss(wanted->words, wanted->at);
    } else {
      open.erase(found);
    }
  }
  for (const core::AlertOut* alert : open) surprise(0, alert->changed, alert_text(*alert, people));
}

std::vector<Difference> Telling::tell() {
  for (const Step& step : story_.steps) {
    if (const auto* happening = std::get_if<Happening>(&step)) happen(*happening);
    if (const auto* check = std::get_if<Check>(&step)) look(*check);
    if (const auto* ordered = std::get_if<Ordered>(&step)) order(*ordered);
  }
  end_of_line();
  fleet_.advance(story_.until);
  compare_alerts();
  for (const core::Dead& dead : fleet_.dead()) surprise(0, now_, "dead letter: " + dead.detail);
  std::stable_sort(differences_.begin(), differences_.end(),
                   [](const Difference& a, const Difference& b) { return a.at < b.at; });
  return std::move(differences_);
}

// What stands in the end, whatever the order: the alerts that were not taken back.
std::vector<std::pair<Instant, std::string>> outcome(const Fleet& fleet, const Story& story) {
  std::vector<std::pair<Instant, std::string>> out;
  for (const auto& [id, one] : fleet.standing()) {
    const PublishedAlert& alert = one.alert;
    if (alert.status == AlertStatus::kRetracted) continue;
    const std::string level = alert.level == AlertLevel::kBreached ? " breached" : " at risk";
    out.emplace_back(
        alert.due,
        fmt::format(
            "in the end {} (due {}, wait {})",
            alert.sla + level + (alert.status == AlertStatus::kRecovered ? " and recovered" : ""),
            story.times->text(alert.due, story.dates), alert.cycle));
  }
  for (const core::Contributed& one : fleet.contributions())
    if (one.fact != Fact::kRepeatContact)
      out.emplace_back(one.at, fmt::format("in the end kpi {} {} {} of {} in `{}` by `{}`",
                                           name(one.fact), name(one.outcome), one.name, one.value,
                                           one.attributes.queue, one.attributes.agent));
  std::map<ConversationState, int> states;
  const auto conversations = fleet.conversations();
  for (const auto& [id, conversation] : conversations) ++states[conversation->fold.state];
  for (const auto& [state, count] : states)
    out.emplace_back(story.until, fmt::format("in the end {} conversation{} {}", count,
                                              count == 1 ? "" : "s", name(state)));
  std::sort(out.begin(), out.end());
  return out;
}

// Any order of arrival, some events twice, time passing to the end in between.
std::vector<std::pair<Instant, std::string>> shuffled(const Story& story, std::uint64_t seed) {
  std::vector<Incoming> events;
  for (const Step& step : story.steps)
    if (const auto* happening = std::get_if<Happening>(&step))
      events.push_back(happening->incoming);
  std::mt19937_64 random(seed);
  std::shuffle(events.begin(), events.end(), random);
  Fleet fleet(story.timeline, kShuffledPartitions, seed, limits());
  for (const Incoming& event : events) {
    fleet.send(event);
    if (random() % 2 == 0) fleet.send(event);
    if (random() % 3 == 0) fleet.run();
    if (random() % 4 != 0) continue;
    fleet.run();
    fleet.advance(story.until);
  }
  fleet.run();
  fleet.advance(story.until);
  return outcome(fleet, story);
}

std::vector<Difference> differences(const std::vector<std::pair<Instant, std::string>>& expected,
                                    const std::vector<std::pair<Instant, std::string>>& got) {
  std::vector<Difference> out;
  const auto only_in = [&](const auto& these, const auto& those, What what) {
    std::vector<std::pair<Instant, std::string>> rest;
    std::set_difference(these.begin(), these.end(), those.begin(), those.end(),
                        std::back_inserter(rest));
    for (auto& [at, text] : rest) out.push_back({what, 0, at, std::move(text)});
  };
  only_in(expected, got, What::kMissing);
  only_in(got, expected, What::kUnexpected);
  std::stable_sort(out.begin(), out.end(),
                   [](const Difference& a, const Difference& b) { return a.at < b.at; });
  return out;
}

}  // namespace

Verdict play(const Story& story, const PlayOptions& options) {
  Verdict verdict;
  Telling plain(story, 1);
  verdict.differences = plain.tell();
  if (!verdict.passed()) return verdict;
  verdict.differences = Telling(story, kPartitions).tell();
  if (!verdict.passed()) {
    verdict.where = fmt::format("on {} partitions", kPartitions);
    return verdict;
  }
  if (!story.any_order) return verdict;
  const auto expected = outcome(plain.fleet(), story);
  for (int seed = 1; seed <= options.shuffles; ++seed, ++verdict.orders) {
    verdict.differences = differences(expected, shuffled(story, static_cast<std::uint64_t>(seed)));
    if (verdict.passed()) continue;
    verdict.where = fmt::format("in shuffled order (seed {})", seed);
    return verdict;
  }
  return verdict;
}

}  // namespace vaste::story
