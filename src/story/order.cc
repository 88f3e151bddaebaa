#include "story/order.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/units.h"

namespace vaste::story {

namespace {

struct OrderWord {
  const char* word;
  CommandKind kind;
};
// clang-format off
constexpr std::array kOrders{
    OrderWord{"link",   CommandKind::kLink},
    OrderWord{"split",  CommandKind::kSplit},
    OrderWord{"forget", CommandKind::kForgetEvidence},
    OrderWord{"merge",  CommandKind::kMerge},
    OrderWord{"move",   CommandKind::kMove},
    OrderWord{"divide", CommandKind::kDivide},
};
constexpr std::array kStatuses{"none", "done", "would-change", "nothing-to-do", "refused"};
constexpr std::array kRefusals{"none",     "incomplete",           "not_an_identifier", "unknown_customer",
                               "unknown_conversation", "conflict", "not_together"};
// clang-format on

class OrderReader {
 public:
  OrderReader(Line& line, Instant at, const Times& times, Cast& cast)
      : line_(line), times_(times), cast_(cast) {
    command_.at = at;
    command_.id = fmt::format("line {}", line.number());
  }

  std::optional<Ordered> read();

 private:
  bool kind();
  bool subjects();
  bool option(const Word& word);
  bool someone(std::string& out);
  bool known_line(const Word& word, const std::string& id, std::vector<std::string>& out);

  Line& line_;
  const Times& times_;
  Cast& cast_;
  Ordered out_;
  Command& command_ = out_.command;
};

bool OrderReader::kind() {
  const Word word = line_.take();
  std::vector<std::string> known;
  for (const OrderWord& one : kOrders) {
    known.emplace_back(one.word);
    if (word.text == one.word) command_.kind = one.kind;
  }
  if (command_.kind != CommandKind::kNone) return true;
  line_.error(word, fmt::format("operators order nothing like `{}`{}", config::printable(word.text),
                                choices(word.text, known)));
  return false;
}

bool OrderReader::someone(std::string& out) {
  const Word word = line_.take();
  google::protobuf::RepeatedPtrField<v1::Identifier> named;
  if (!read_identifiers(line_, word, cast_, named)) return false;
  const auto person = std::ranges::find(cast_.people, word.text, &Person::name);
  if (person == cast_.people.end() || person->identifier.empty()) {
    line_.error(word, "one identifier of somebody is expected here");
    return false;
  }
  out = person->identifier;
  return true;
}

bool OrderReader::known_line(const Word& word, const std::string& id,
                             std::vector<std::string>& out) {
  if (std::ranges::find(cast_.ids, id) == cast_.ids.end()) {
    line_.error(word, fmt::format("no line above has `id={}`{}", config::printable(id),
                                  choices(id, cast_.ids)));
    return false;
  }
  out.push_back(id);
  return true;
}

// Two people, or the conversations of lines.
bool OrderReader::subjects() {
  switch (command_.kind) {
    case CommandKind::kLink:
    case CommandKind::kSplit:
    case CommandKind::kForgetEvidence:
      return someone(command_.first) && someone(command_.second);
    case CommandKind::kMerge: {
      const Word one = line_.take();
      const Word other = line_.take();
      return known_line(one, one.text, out_.conversations) &&
             known_line(other, other.text, out_.conversations);
    }
    default:
      break;
  }
  const Word word = line_.take();
  if (!known_line(word, word.text, out_.conversations)) return false;
  if (command_.kind != CommandKind::kMove) return true;
  if (line_.take_if("to")) return someone(command_.identifier);
  line_.error(line_.take(), "to whom? Expected `move LINE to SOMEBODY`");
  return false;
}

bool OrderReader::option(const Word& word) {
  const auto equals = word.text.find('=');
  const std::string name = word.text.substr(0, equals);
  const std::string value = equals == std::string::npos ? "" : word.text.substr(equals + 1);
  if (word.text == "dry-run") return command_.dry_run = true;
  if (word.text == "since") {
    const auto since = times_.read(line_);
    if (since) command_.since = *since;
    return since.has_value();
  }
  if (!value.empty()) {
    if (name == "by") return known_line(word, value, out_.by);
    if (name == "event") return known_line(word, value, out_.events);
    std::string* field = name == "command"  ? &command_.id
                         : name == "method" ? &command_.method
                         : name == "source" ? &command_.source
                                            : nullptr;
    if (field != nullptr) {
      *field = value;
      return true;
    }
  }
  line_.error(word, fmt::format("`{}` says nothing here{}", config::printable(word.text),
                                choices(name, {"dry-run", "since", "by", "event", "command",
                                               "method", "source"})));
  return false;
}

std::optional<Ordered> OrderReader::read() {
  if (!kind() || !subjects()) return std::nullopt;
  while (!line_.done()) {
    const Word word = line_.take();
    if (word.quoted) continue;  // the reason, for the reader
    if (!option(word)) return std::nullopt;
  }
  cast_.all_have_keys = false;  // What an order finds depends on what came before it.
  return std::move(out_);
}

}  // namespace

std::optional<Ordered> read_order(Line& line, Instant at, const Times& times, Cast& cast) {
  return OrderReader(line, at, times, cast).read();
}

std::vector<std::string> answer_words() {
  return {kStatuses.begin() + 1, kStatuses.end()};
}

bool read_answer(const Word& word, Line& line, Check& check) {
  const auto status = std::find(kStatuses.begin() + 1, kStatuses.end(), word.text);
  if (status == kStatuses.end()) return false;
  check.what = Check::What::kAnswered;
  check.status = static_cast<CommandStatus>(status - kStatuses.begin());
  if (check.status != CommandStatus::kRefused || line.done()) return true;
  const Word reason = line.take();
  const auto refusal = std::find(kRefusals.begin() + 1, kRefusals.end(), reason.text);
  if (refusal == kRefusals.end())
    line.error(reason,
               fmt::format("`{}` is no reason of a refusal{}", config::printable(reason.text),
                           choices(reason.text, {kRefusals.begin() + 1, kRefusals.end()})));
  else
    check.refusal = static_cast<CommandRefusal>(refusal - kRefusals.begin());
  return true;
}

std::string answer_text(CommandStatus status, CommandRefusal refusal) {
  std::string out = kStatuses[static_cast<std::size_t>(status)];
  if (refusal != CommandRefusal::kNone)
    out += std::string(" ") + kRefusals[static_cast<std::size_t>(refusal)];
  return out;
}

}  // namespace vaste::story
