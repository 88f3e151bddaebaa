#include "story/expectation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/units.h"
#include "story/order.h"
#include "vaste/v1/identity.pb.h"

namespace vaste::story {

namespace {

struct AlertWord {
  std::string_view word;
  AlertLevel level;
  AlertStatus status;
};

// A recovery or a retraction is of a breach or of a warning: either fits.
// clang-format off
constexpr std::array kAlertWords{
    AlertWord{"at_risk",   AlertLevel::kAtRisk,   AlertStatus::kRaised},
    AlertWord{"at-risk",   AlertLevel::kAtRisk,   AlertStatus::kRaised},
    AlertWord{"at_risk_2", AlertLevel::kAtRiskAgain, AlertStatus::kRaised},
    AlertWord{"at_risk_3", AlertLevel::kAtRiskThird, AlertStatus::kRaised},
    AlertWord{"breached",  AlertLevel::kBreached, AlertStatus::kRaised},
    AlertWord{"breach",    AlertLevel::kBreached, AlertStatus::kRaised},
    AlertWord{"recovered", AlertLevel::kNone,     AlertStatus::kRecovered},
    AlertWord{"retracted", AlertLevel::kNone,     AlertStatus::kRetracted},
};
constexpr std::array kClockStates{ClockState::kRunning, ClockState::kPaused, ClockState::kMet,
                                  ClockState::kBreached, ClockState::kVoid};
constexpr std::array kStates{
    ConversationState::kNew, ConversationState::kWaitingAgent, ConversationState::kWaitingCustomer,
    ConversationState::kOnHold, ConversationState::kResolved, ConversationState::kClosed};
constexpr std::array<std::string_view, 10> kOtherWords{"no",      "conversations", "customers", "state", "due",
                                                      "ignored", "same",          "different", "fcr",   "kpi"};
constexpr std::array kNews{IdentityNews::kMerged, IdentityNews::kSplit, IdentityNews::kConflict,
                           IdentityNews::kSuggestion};
// clang-format on

template <class Values>
std::vector<std::string> names_of(const Values& values) {
  std::vector<std::string> out;
  out.reserve(values.size());
  for (const auto value : values) out.emplace_back(name(value));
  return out;
}

std::vector<std::string> all_words() {
  std::vector<std::string> out;
  out.reserve(kAlertWords.size() + kClockStates.size() + kNews.size() + kOtherWords.size());
  for (const AlertWord& one : kAlertWords) out.emplace_back(one.word);
  for (const ClockState state : kClockStates) out.emplace_back(verdict(state));
  for (const IdentityNews news : kNews) out.emplace_back(name(news));
  out.insert(out.end(), kOtherWords.begin(), kOtherWords.end());
  std::ranges::copy(answer_words(), std::back_inserter(out));
  return out;
}

// As the wire has them.
std::vector<std::string> reasons() {
  constexpr std::string_view kPrefix = "CONFLICT_REASON_";
  std::vector<std::string> out;
  const auto* all = v1::ConflictReason_descriptor();
  for (int i = 1; i < all->value_count(); ++i) {
    std::string word = all->value(i)->name().substr(kPrefix.size());
    std::transform(word.begin(), word.end(), word.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    out.push_back(std::move(word));
  }
  return out;
}

class ExpectationReader {
 public:
  ExpectationReader(Line& line, const Times& times, const Names& names,
                    std::vector<Word>& mentioned)
      : line_(line), times_(times), names_(names), mentioned_(mentioned) {}

  std::optional<Expectation> read();

 private:
  bool read_time();
  std::optional<Expectation> alert(const AlertWord& word, const Word& at);
  bool check(const Word& word, Check& check);
  bool no_alerts(Check& check);
  bool count(std::string_view what, Check& check);
  bool compare(bool same, Check& check);
  bool reason(Check& check);
  bool state(Check& check);
  bool due(Check& check);
  bool first_contact(Check& check);
  bool kpi(Check& check);
  bool fact(const Word& word, Check& check);
  bool sla(std::string& name);
  bool person(std::string& name);

  Line& line_;
  const Times& times_;
  const Names& names_;
  std::vector<Word>& mentioned_;
  Instant at_;
};

// A time may stand in front; a day that is mistyped is recognised by the time of day behind it.
bool ExpectationReader::read_time() {
  const Word* first = line_.peek();
  const Word* second = line_.peek(1);
  if (first == nullptr) return true;
  const bool time =
      looks_like_day(first->text) || (second != nullptr && looks_like_clock(second->text) &&
                                      first->text != "due" && first->text != "until");
  if (!time) return true;
  const auto at = times_.read(line_);
  if (at) at_ = *at;
  return at.has_value();
}

bool ExpectationReader::sla(std::string& sla_name) {
  const Word word = line_.take();
  std::vector<std::string> known;
  for (const SlaSpec& spec : names_.slas) known.push_back(spec.name);
  if (std::find(known.begin(), known.end(), word.text) == known.end()) {
    line_.error(word, word.text.empty()
                          ? fmt::format("which SLA? Expected one of {}", config::join(known, ", "))
                          : fmt::format("the policy `{}` has no SLA `{}`{}", names_.policy,
                                        config::printable(word.text), choices(word.text, known)));
    return false;
  }
  sla_name = word.text;
  return true;
}

bool ExpectationReader::person(std::string& person_name) {
  if (!line_.take_if("for")) return true;
  const Word word = line_.take();
  if (word.text.empty()) {
    line_.error(word, "whose conversation? Expected a name behind `for`");
    return false;
  }
  mentioned_.push_back(word);
  person_name = word.text;
  return true;
}

std::optional<Expectation> ExpectationReader::alert(const AlertWord& word, const Word& at) {
  if (!is_set(at_)) {
    line_.error(at, fmt::format("an alert needs its time: `expect Tue 09:20 {} ...`", at.text));
    return std::nullopt;
  }
  ExpectedAlert expected;
  expected.at = at_;
  expected.level = word.level;
  expected.status = word.status;
  if (!sla(expected.sla) || !person(expected.person)) return std::nullopt;
  return expected;
}

bool ExpectationReader::no_alerts(Check& check) {
  check.what = Check::What::kNoAlerts;
  const Word word = line_.take();
  if (word.text == "alerts" || word.text == "alert") return true;
  line_.error(word, "expected `no alerts`");
  return false;
}

bool ExpectationReader::count(std::string_view what, Check& check) {
  check.what = what == "customers" ? Check::What::kCustomers : Check::What::kConversations;
  const Word word = line_.take();
  const auto count = config::parse_integer(word.text);
  if (!count || *count < 0) {
    line_.error(word, fmt::format("`{}` is no number of {}, expected e.g. `1`",
                                  config::printable(word.text), what));
    return false;
  }
  check.count = *count;
  return true;
}

// `same customer ann bob`, `different conversations m1 c1`: people, or lines by their `id=`.
bool ExpectationReader::compare(bool same, Check& check) {
  const Word what = line_.take();
  const bool customers = what.text == (same ? "customer" : "customers");
  if (!customers && what.text != (same ? "conversation" : "conversations")) {
    line_.error(what, same ? "the same what? Expected `same customer` or `same conversation`"
                           : "what is different? Expected `different customers` or `different "
                             "conversations`");
    return false;
  }
  if (customers)
    check.what = same ? Check::What::kSameCustomer : Check::What::kDifferentCustomers;
  else
    check.what = same ? Check::What::kSameConversation : Check::What::kDifferentConversations;
  while (!line_.done()) {
    const Word word = line_.take();
    if (customers) {
      mentioned_.push_back(word);
    } else if (std::find(names_.ids.begin(), names_.ids.end(), word.text) == names_.ids.end()) {
      line_.error(word, fmt::format("no line above has `id={}`{}", config::printable(word.text),
                                    choices(word.text, names_.ids)));
      return false;
    }
    check.names.push_back(word.text);
  }
  if (check.names.size() >= 2) return true;
  line_.error(line_.take(), customers ? "two people or more are compared"
                                      : "two lines or more are compared, by their `id=`");
  return false;
}

// May be left out.
bool ExpectationReader::reason(Check& check) {
  if (line_.done()) return true;
  const Word word = line_.take();
  const std::vector<std::string> known = reasons();
  if (std::find(known.begin(), known.end(), word.text) == known.end()) {
    line_.error(word, fmt::format("`{}` is no reason of a conflict{}", config::printable(word.text),
                                  choices(word.text, known)));
    return false;
  }
  check.told.reason = word.text;
  return true;
}

bool ExpectationReader::state(Check& check) {
  check.what = Check::What::kState;
  const Word word = line_.take();
  for (const ConversationState one : kStates)
    if (word.text == name(one)) check.state = one;
  if (check.state == ConversationState::kNone) {
    line_.error(word,
                fmt::format("`{}` is no state of a conversation{}", config::printable(word.text),
                            choices(word.text, names_of(kStates))));
    return false;
  }
  return person(check.person);
}

bool ExpectationReader::due(Check& check) {
  check.what = Check::What::kDue;
  if (!line_.take_if("never")) {
    const auto at = times_.read(line_);
    if (!at) return false;
    check.due = *at;
  }
  return sla(check.sla) && person(check.person);
}

bool ExpectationReader::first_contact(Check& check) {
  check.what = Check::What::kFirstContact;
  const Word word = line_.take();
  if (word.text == "yes") check.outcome = Outcome::kResolved;
  if (word.text == "no") check.outcome = Outcome::kRepeated;
  if (word.text != "yes" && word.text != "no" && word.text != "open") {
    line_.error(word, "expected `fcr yes`, `fcr no`, or `fcr open` as long as it is not decided");
    return false;
  }
  return person(check.person);
}

// `wait`, or `wait:answered_within`.
bool ExpectationReader::fact(const Word& word, Check& check) {
  const auto colon = word.text.find(':');
  std::vector<std::string> facts, outcomes;
  for (int i = 1; i <= static_cast<int>(kLastFact); ++i) {
    facts.emplace_back(name(static_cast<Fact>(i)));
    if (word.text.substr(0, colon) == facts.back()) check.fact = static_cast<Fact>(i);
  }
  if (check.fact == Fact::kNone) {
    line_.error(word, fmt::format("`{}` is nothing that is contributed to KPIs{}",
                                  config::printable(word.text), choices(word.text, facts)));
    return false;
  }
  if (colon == std::string::npos) return true;
  const std::string outcome = word.text.substr(colon + 1);
  for (int i = 1; i <= static_cast<int>(kLastOutcome); ++i) {
    outcomes.emplace_back(name(static_cast<Outcome>(i)));
    if (outcome == outcomes.back()) check.outcome = static_cast<Outcome>(i);
  }
  if (check.outcome != Outcome::kNone) return true;
  line_.error(word, fmt::format("`{}` is no outcome{}", config::printable(outcome),
                                choices(outcome, outcomes)));
  return false;
}

bool ExpectationReader::kpi(Check& check) {
  check.what = Check::What::kKpi;
  if (!fact(line_.take(), check)) return false;
  const Word word = line_.take();
  const auto count = config::parse_integer(word.text);
  if (!count || *count < 0) {
    line_.error(word, "how many? Expected a number, e.g. `kpi wait:answered_within 1`");
    return false;
  }
  check.count = *count;
  if (line_.take_if("sum")) {
    const Word span = line_.take();
    const auto sum = config::parse_duration(span.text);
    if (!sum) {
      line_.error(span, fmt::format("`{}` is no duration, expected e.g. `4m30s`",
                                    config::printable(span.text)));
      return false;
    }
    check.sum = sum->count();
  }
  return person(check.person);
}

bool ExpectationReader::check(const Word& word, Check& check) {
  if (word.text == "no") return no_alerts(check);
  if (word.text == "conversations" || word.text == "customers") return count(word.text, check);
  if (word.text == "same" || word.text == "different") return compare(word.text == "same", check);
  if (word.text == "state") return state(check);
  if (word.text == "due") return due(check);
  if (word.text == "fcr") return first_contact(check);
  if (word.text == "kpi") return kpi(check);
  if (read_answer(word, line_, check)) return !line_.failed();
  if (word.text == "ignored") {
    check.what = Check::What::kIgnored;
    return true;
  }
  for (const IdentityNews news : kNews) {
    if (word.text != name(news)) continue;
    check.what = Check::What::kTold;
    check.told.news = news;
    return news != IdentityNews::kConflict || reason(check);
  }
  for (const ClockState one : kClockStates) {
    if (word.text != verdict(one)) continue;
    check.what = Check::What::kClock;
    check.clock = one;
    return sla(check.sla) && person(check.person);
  }
  line_.error(word,
              word.text.empty()
                  ? fmt::format("what is expected? One of {}", config::join(all_words(), ", "))
                  : fmt::format("`{}` cannot be expected{}", config::printable(word.text),
                                choices(word.text, all_words())));
  return false;
}

std::optional<Expectation> ExpectationReader::read() {
  if (!read_time()) return std::nullopt;
  const Word word = line_.take();
  std::optional<Expectation> out;
  const auto known = std::find_if(kAlertWords.begin(), kAlertWords.end(),
                                  [&](const AlertWord& one) { return one.word == word.text; });
  if (known != kAlertWords.end()) {
    out = alert(*known, word);
  } else {
    Check made;
    made.at = at_;
    if (check(word, made)) out = made;
  }
  if (out) line_.finish("the end of the line, or `for` and a name");
  if (line_.failed()) return std::nullopt;
  return out;
}

}  // namespace

const char* name(AlertLevel level, AlertStatus status) {
  switch (status) {
    case AlertStatus::kRecovered:
      return "recovered";
    case AlertStatus::kRetracted:
      return "retracted";
    case AlertStatus::kNone:
    case AlertStatus::kRaised:
      break;
  }
  return vaste::name(level);
}

const char* verdict(ClockState state) {
  return state == ClockState::kBreached ? "missed" : name(state);
}

const char* name(IdentityNews news) {
  switch (news) {
    case IdentityNews::kMerged:
      return "merged";
    case IdentityNews::kSplit:
      return "split";
    case IdentityNews::kConflict:
      return "conflict";
    case IdentityNews::kSuggestion:
      return "suggestion";
    case IdentityNews::kNone:
      break;
  }
  return "none";
}

std::optional<Expectation> read_expectation(Line& line, const Times& times, const Names& names,
                                            std::vector<Word>& mentioned) {
  return ExpectationReader(line, times, names, mentioned).read();
}

}  // namespace vaste::story
