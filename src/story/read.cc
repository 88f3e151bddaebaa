#include "story/read.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "config/units.h"
#include "config/zones.h"
#include "ingest/identity.h"
#include "ingest/route.h"
#include "story/expectation.h"
#include "story/happening.h"
#include "story/line.h"
#include "story/order.h"

namespace vaste::story {

namespace {

constexpr auto kWatched = std::chrono::hours(24 * 60);

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

bool has_errors(const std::vector<config::Finding>& findings, std::size_t from) {
  return std::any_of(findings.begin() + static_cast<std::ptrdiff_t>(from), findings.end(),
                     [](const config::Finding& finding) { return finding.error; });
}

void keep_errors(std::vector<config::Finding>& all, const std::vector<config::Finding>& found) {
  for (const config::Finding& finding : found)
    if (finding.error) all.push_back(finding);
}

// Does it look at what the line above did?
bool is_of_a_line(const Check& check) {
  switch (check.what) {
    case Check::What::kState:
    case Check::What::kClock:
    case Check::What::kDue:
      return check.person.empty();
    case Check::What::kIgnored:
    case Check::What::kTold:
    case Check::What::kAnswered:
      return true;
    default:
      return false;
  }
}

std::shared_ptr<const clocks::Timeline> timeline_of(const Story& story) {
  if (story.versions.empty()) return std::make_shared<const clocks::Timeline>(story.policy);
  std::vector<clocks::DatedPolicy> later;
  for (const NewVersion& version : story.versions)
    later.push_back({version.since, version.policy->policy()});
  return std::make_shared<const clocks::Timeline>(story.policy->policy(), std::move(later));
}

}  // namespace

// One file. The first lines say how to read the rest: policy, zone, order.
class Reading {
 public:
  Reading(Reader& reader, std::string_view text, const std::string& file,
          std::vector<config::Finding>& findings)
      : reader_(reader), text_(text), findings_(findings), before_(findings.size()) {
    story_.file = file;
  }

  std::optional<Story> read();

 private:
  bool read_front();
  bool read_line(std::string_view text);
  bool header(Line& line, const Word& word);
  bool begin();  // the story proper: its policy and its zone are known from here on
  bool find_policy();
  std::shared_ptr<const clocks::CompiledPolicy> policy_of(const std::string& file, int column);
  void version(Line& line, std::string words);
  bool find_zone();
  void happening(Line& line, std::string words);
  void order(Line& line, const Word& first, Instant at, std::string words);
  void judge_people();
  void expectation(Line& line, std::string words);
  void until(Line& line);
  void keep_order(Line& line, const Word& first, Instant at, bool late);
  void finish();
  void complain(int line, std::string text) {
    findings_.push_back({story_.file, line, line == 0 ? 0 : 1, true, std::move(text)});
  }

  Reader& reader_;
  std::string_view text_;
  std::vector<config::Finding>& findings_;
  std::size_t before_;
  Story story_;
  int number_ = 0;
  bool begun_ = false;
  bool header_is_bad_ = false;
  std::string policy_named_;
  std::string zone_;
  std::optional<bool> any_order_;
  Cast cast_;
  std::vector<std::pair<int, Word>> mentioned_;
  Instant latest_;  // of the lines so far
  int expectations_ = 0;
  std::vector<SlaSpec> slas_;  // that expectations may name: of all versions so far
};

bool Reading::find_policy() {
  if (story_.policy) {  // in front
    slas_ = story_.policy->policy().slas;
    return true;
  }
  const std::filesystem::path folder = std::filesystem::path(story_.file).parent_path();
  if (!policy_named_.empty()) {
    story_.policy_file = (folder / policy_named_).lexically_normal().string();
  } else {
    story_.policy_file = policy_beside(story_.file);
  }
  if (story_.policy_file.empty()) {
    complain(number_,
             "whose rules? Write `policy FILE` above, or put the story into "
             "`NAME.stories/` beside `NAME.yaml`");
    return false;
  }
  story_.policy = policy_of(story_.policy_file, 1);
  if (story_.policy) slas_ = story_.policy->policy().slas;
  return story_.policy != nullptr;
}

// nullptr: it is not there, or has errors; said.
std::shared_ptr<const clocks::CompiledPolicy> Reading::policy_of(const std::string& file,
                                                                 int column) {
  const auto complain_here = [&](std::string text) {
    findings_.push_back({story_.file, number_, column, true, std::move(text)});
  };
  std::error_code unknown;
  if (!std::filesystem::exists(file, unknown)) {
    complain_here(
        fmt::format("there is no policy `{}`: name another with `policy FILE`, as "
                    "seen from this story",
                    file));
    return nullptr;
  }
  const std::size_t before = findings_.size();
  auto policy = reader_.policy_file(file, findings_);
  if (!policy && !has_errors(findings_, before))
    complain_here(fmt::format("its policy `{}` has errors, see above", file));
  return policy;
}

// `policy FILE from TIME`: another version takes over in the middle of the story.
void Reading::version(Line& line, std::string words) {
  const Word file = line.take();
  static_cast<void>(line.take());  // `from`
  const Word first = line.peek() == nullptr ? Word{} : *line.peek();
  const auto at = story_.times->read(line);
  if (!at) return;
  line.finish("the end of the line");
  keep_order(line, first, *at, false);
  if (!story_.versions.empty() && *at <= story_.versions.back().since)
    line.error(first, "another version takes over at that time already: leave one of them out");
  if (line.failed()) return;
  const std::filesystem::path folder = std::filesystem::path(story_.file).parent_path();
  auto policy = policy_of((folder / file.text).lexically_normal().string(), file.column);
  if (!policy) return;
  story_.dates = story_.dates || is_date(first.text);
  for (const SlaSpec& sla : policy->policy().slas)
    if (std::none_of(slas_.begin(), slas_.end(),
                     [&](const SlaSpec& known) { return known.name == sla.name; }))
      slas_.push_back(sla);
  story_.versions.push_back({{line.number(), std::move(words)}, *at, std::move(policy)});
}

// The policy's, if all its calendars have the same.
bool Reading::find_zone() {
  std::set<std::string> zones;
  const CalendarSpec* found = nullptr;
  for (const CalendarSpec& calendar : story_.policy->policy().calendars) {
    if (calendar.always_open) continue;
    zones.insert(calendar.zone);
    if (zone_.empty() || calendar.zone == zone_) found = &calendar;
  }
  if (zone_.empty() && zones.size() > 1) {
    complain(number_,
             fmt::format("the policy's calendars have several time zones: say which is "
                         "meant with a line `zone {}` above ({})",
                         *zones.begin(), config::join({zones.begin(), zones.end()}, ", ")));
    return false;
  }
  if (zone_.empty() && found == nullptr) {
    story_.times = std::make_shared<Times>("UTC", std::vector<ZoneTransition>{});
    return true;
  }
  const std::string zone = found != nullptr ? found->zone : zone_;
  auto transitions = config::zone_transitions(zone);
  if (!transitions) {
    complain(number_, fmt::format("`{}`: {}", zone, transitions.error().detail));
    return false;
  }
  story_.times = std::make_shared<Times>(zone, std::move(*transitions));
  return true;
}

bool Reading::begin() {
  begun_ = true;
  return !header_is_bad_ && find_policy() && find_zone();
}

bool Reading::header(Line& line, const Word& word) {
  if (begun_) {
    line.error(word, fmt::format("`{}` stands above the first `at` and `expect`{}", word.text,
                                 word.text == "policy"
                                     ? ", or says from when: `policy FILE from Tue 09:00`"
                                     : ""));
    return false;
  }
  const Word value = line.take();
  if (word.text == "policy") {
    if (story_.policy) {
      line.error(word, "this story has its policy in front already: take one of them away");
    } else if (value.text.empty()) {
      line.error(value, "which policy? Expected a file as seen from this story");
    }
    policy_named_ = value.text;
  } else if (word.text == "zone") {
    if (auto known = config::zone_transitions(value.text); !known)
      line.error(value,
                 fmt::format("`{}`: {}", config::printable(value.text), known.error().detail));
    zone_ = value.text;
  } else if (value.text == "free" || value.text == "matters") {
    any_order_ = value.text == "free";
  } else {
    line.error(value, "expected `order free` (of arrival) or `order matters`");
  }
  line.finish("the end of the line");
  return !line.failed();
}

// Lines stand in order of time, so that a slip of the pen is found; what came late says so.
void Reading::keep_order(Line& line, const Word& first, Instant at, bool late) {
  if (is_set(story_.until)) {
    line.error(first, "nothing happens after `until`: put it above");
  } else if (late && at >= latest_) {
    line.error(first, "`late` is for what happened before the line above: take it away");
  } else if (!late && is_set(latest_) && at < latest_) {
    line.error(first, fmt::format("this is before the line above ({}): put the lines in order of "
                                  "time, or write `late` behind what arrived late",
                                  story_.times->text(latest_, story_.dates)));
  }
  latest_ = std::max(latest_, at);
}

void Reading::happening(Line& line, std::string words) {
  const Word first = line.peek() == nullptr ? Word{} : *line.peek();
  const auto at = story_.times->read(line);
  if (!at) return;
  if (line.take_if("operator")) return order(line, first, *at, std::move(words));
  auto read = read_happening(line, *at, first, *story_.times, cast_);
  if (!read) return;
  story_.dates = story_.dates || is_date(first.text);
  keep_order(line, first, read->incoming.moment.at, read->late);
  read->words = {line.number(), std::move(words)};
  story_.steps.emplace_back(std::move(*read));
}

void Reading::order(Line& line, const Word& first, Instant at, std::string words) {
  auto read = read_order(line, at, *story_.times, cast_);
  if (!read) return;
  story_.dates = story_.dates || is_date(first.text);
  keep_order(line, first, at, false);
  read->words = {line.number(), std::move(words)};
  story_.steps.emplace_back(std::move(*read));
}

void Reading::expectation(Line& line, std::string words) {
  const Word first = line.peek() == nullptr ? Word{} : *line.peek();
  std::vector<Word> people;
  const Names names{story_.policy->policy().id, slas_, cast_.ids};
  auto read = read_expectation(line, *story_.times, names, people);
  if (!read) return;
  ++expectations_;
  story_.dates = story_.dates || is_date(first.text);
  for (Word& person : people) mentioned_.emplace_back(line.number(), std::move(person));
  if (auto* alert = std::get_if<ExpectedAlert>(&*read)) {
    alert->words = {line.number(), std::move(words)};
    story_.alerts.push_back(std::move(*alert));
    return;
  }
  auto& check = std::get<Check>(*read);
  if (is_set(check.at)) keep_order(line, first, check.at, false);
  check.words = {line.number(), std::move(words)};
  if (is_of_a_line(check) && story_.steps.empty()) {
    line.error(first, "nothing happened yet: this looks at the conversation of the line above");
    return;
  }
  story_.steps.emplace_back(std::move(check));
}

void Reading::until(Line& line) {
  const Word first = line.peek() == nullptr ? Word{} : *line.peek();
  const auto at = story_.times->read(line);
  if (!at) return;
  line.finish("the end of the line");
  keep_order(line, first, *at, false);
  story_.until = *at;
}

bool Reading::read_line(std::string_view text) {
  Line line(text, story_.file, number_, findings_);
  if (line.failed() || line.done()) return true;
  const Word word = line.take();
  const Word* second = line.peek(1);
  const bool is_version = !word.quoted && word.text == "policy" && second != nullptr &&
                          !second->quoted && second->text == "from";
  if (!word.quoted && !is_version &&
      (word.text == "policy" || word.text == "zone" || word.text == "order")) {
    header_is_bad_ = !header(line, word) || header_is_bad_;
    return true;
  }
  const bool known =
      is_version || word.text == "at" || word.text == "expect" || word.text == "until";
  if (!known || word.quoted) {
    std::string hint = choices(word.text, {"at", "expect", "until", "policy", "zone", "order"});
    if (word.text == "policy:") hint = "; a policy in front of a story ends with a line `---`";
    line.error(word,
               fmt::format("a line cannot begin with `{}`{}", config::printable(word.text), hint));
    return true;
  }
  if (!begun_ && !begin()) return false;
  std::string words(trimmed(text));
  if (is_version) {
    version(line, std::move(words));
  } else if (word.text == "at") {
    happening(line, std::move(words));
  } else if (word.text == "expect") {
    expectation(line, std::move(words));
  } else {
    until(line);
  }
  return true;
}

// YAML up to a line `---`, if there is one.
bool Reading::read_front() {
  const auto lines = lines_of(text_);
  const auto end = std::find_if(lines.begin(), lines.end(),
                                [](std::string_view line) { return trimmed(line) == "---"; });
  if (end == lines.end()) return true;
  const auto length = static_cast<std::size_t>(end->data() - text_.data());
  std::vector<config::Finding> found;
  auto policy = config::parse_policy(std::string(text_.substr(0, length)), story_.file, found);
  keep_errors(findings_, found);
  if (!policy) return false;
  story_.policy = std::make_shared<const clocks::CompiledPolicy>(std::move(*policy));
  number_ = static_cast<int>(end - lines.begin()) + 1;
  text_.remove_prefix(std::min(text_.size(), length + end->size() + 1));
  return true;
}

// As ingest does, by the version that governs each event's time.
void Reading::judge_people() {
  std::vector<ingest::Identity> identities;
  for (std::size_t i = 0; i < story_.timeline->size(); ++i)
    identities.emplace_back((*story_.timeline)[i].policy().identity);
  for (Step& step : story_.steps) {
    auto* happening = std::get_if<Happening>(&step);
    if (happening == nullptr) continue;
    Incoming& incoming = happening->incoming;
    identities[story_.timeline->index_at(incoming.moment.at)].judge(incoming);
    if (const Status usable = ingest::usable(incoming); !usable)
      complain(happening->words.line, "this is a dead letter: " + usable.error().detail);
  }
}

void Reading::finish() {
  if (!begun_ || latest_ == Instant{}) {
    complain(0, "nothing happens: write what did, e.g. `at Mon 16:50 chat ann \"hello\"`");
    return;
  }
  if (expectations_ == 0)
    complain(number_, "nothing is expected: write what vaste must say, or `expect no alerts`");
  for (const auto& [line, word] : mentioned_) {
    const std::vector<std::string> known = names(cast_.people);
    if (std::find(known.begin(), known.end(), word.text) != known.end()) continue;
    findings_.push_back({story_.file, line, word.column, true,
                         fmt::format("nobody here is called `{}`{}", config::printable(word.text),
                                     choices(word.text, known))});
  }
  if (!is_set(story_.until)) story_.until = latest_ + kWatched;
  for (const ExpectedAlert& alert : story_.alerts)
    if (alert.at > story_.until)
      complain(alert.words.line, "this is after the end of the story: write a later `until`");
  story_.timeline = timeline_of(story_);
  judge_people();
  story_.any_order = any_order_.value_or(cast_.all_have_keys);
  story_.people = cast_.people;
}

std::optional<Story> Reading::read() {
  if (const auto bad = config::invalid_utf8(text_)) {
    const std::string_view before = text_.substr(0, *bad);
    complain(static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
             "this is not UTF-8: save the file as UTF-8");
    return std::nullopt;
  }
  if (!read_front()) return std::nullopt;
  for (const std::string_view line : lines_of(text_)) {
    ++number_;
    if (!read_line(line)) return std::nullopt;
  }
  if (!has_errors(findings_, before_)) finish();
  if (has_errors(findings_, before_)) return std::nullopt;
  return std::move(story_);
}

std::optional<Story> Reader::read_text(std::string_view text, const std::string& file,
                                       std::vector<config::Finding>& findings) {
  return Reading(*this, text, file, findings).read();
}

}  // namespace vaste::story
