#include "story/happening.h"

#include <fmt/format.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <array>

#include "config/units.h"
#include "ingest/route.h"
#include "model/attributes.h"
#include "story/evidence.h"
#include "story/verbs.h"
#include "vaste/v1/event.pb.h"

namespace vaste::story {

namespace {

// clang-format off
struct ChannelWords {
  std::string_view name;
  v1::Channel channel;
  v1::ThreadKeyKind key;        // what `key=` is on it
  v1::ThreadKeyKind reference;  // what `ref=` is; UNSPECIFIED: there is none
};
constexpr std::array kChannelWords{
    ChannelWords{"chat",   v1::CHANNEL_CHAT,   v1::THREAD_KEY_KIND_CHAT_SESSION, v1::THREAD_KEY_KIND_UNSPECIFIED},
    ChannelWords{"email",  v1::CHANNEL_EMAIL,  v1::THREAD_KEY_KIND_MAIL_MESSAGE, v1::THREAD_KEY_KIND_MAIL_REFERENCE},
    ChannelWords{"phone",  v1::CHANNEL_PHONE,  v1::THREAD_KEY_KIND_CALL,         v1::THREAD_KEY_KIND_UNSPECIFIED},
    ChannelWords{"social", v1::CHANNEL_SOCIAL, v1::THREAD_KEY_KIND_SOCIAL_POST,  v1::THREAD_KEY_KIND_SOCIAL_PARENT},
};
// clang-format on

template <class Table>
std::vector<std::string> names(const Table& table) {
  std::vector<std::string> out;
  out.reserve(table.size());
  for (const auto& row : table) out.emplace_back(row.name);
  return out;
}

template <class Table>
const typename Table::value_type* find(const Table& table, std::string_view name) {
  for (const auto& row : table)
    if (row.name == name) return &row;
  return nullptr;
}

bool set_attribute(std::string_view name, const std::string& value, v1::Attributes& attributes) {
  const auto* field = v1::Attributes::descriptor()->FindFieldByName(std::string(name));
  if (field == nullptr) return false;
  v1::Attributes::GetReflection()->SetString(&attributes, field, value);
  return true;
}

// What one line becomes, word by word.
class Builder {
 public:
  Builder(Line& line, const Times& times, Cast& cast, Word first)
      : line_(line), times_(times), cast_(cast), first_(std::move(first)) {
    event_.set_source("story");
    event_.set_id(fmt::format("line {}", line.number()));
    event_.set_sequence(line.number());  // of one instant: as they stand
  }

  std::optional<Happening> read(Instant at);

 private:
  bool read_channel();
  bool read_person();
  bool read_verb();
  bool read_option(const Word& word);
  bool read_key(const Word& word, std::string_view name, const std::string& value);
  bool read_copied(const Word& word, const std::string& value);
  bool read_target(const Word& word, const std::string& value);
  bool read_time_of(const Word& word);
  bool read_promise(const Word& word, std::string_view name, const std::string& value);
  bool read_survey(const Word& word, std::string_view name, const std::string& value);
  bool finish(const Word& first);

  Line& line_;
  const Times& times_;
  Cast& cast_;
  const Word first_;  // behind the time
  v1::Event event_;
  const ChannelWords* channel_ = nullptr;
  bool to_ = false;  // `to ann`: we to her
  bool late_ = false;
  std::string id_;
};

bool Builder::read_channel() {
  const Word word = line_.take();
  channel_ = find(kChannelWords, word.text);
  if (channel_ == nullptr) {
    line_.error(word, word.text.empty()
                          ? std::string("the channel is missing: chat, email, phone or social")
                          : fmt::format("`{}` is no channel{}", config::printable(word.text),
                                        choices(word.text, names(kChannelWords))));
    return false;
  }
  event_.set_channel(channel_->channel);
  return true;
}

bool Builder::read_person() {
  to_ = line_.take_if("to");
  const Word word = line_.take();
  if (word.text.empty() || word.quoted) {
    line_.error(word,
                "the person is missing: a customer's name, or `-` for nobody, e.g. `chat ann`");
    return false;
  }
  if (word.text == "-") return true;
  if (word.text.find('=') != std::string::npos) {
    line_.error(word, fmt::format("`{}` is no name: the person comes first, `-` for nobody",
                                  config::printable(word.text)));
    return false;
  }
  return read_identifiers(line_, word, cast_, *event_.mutable_person());
}

// May be left out in front of what was said: a name then says it, and `to` a name we do.
bool Builder::read_verb() {
  const Word* next = line_.peek();
  if (next == nullptr) {
    line_.error(line_.take(),
                "what happened is missing: a verb or what was said, e.g. `says \"hello\"`");
    return false;
  }
  const bool option =
      next->text.find('=') != std::string::npos || next->text == "late" || next->text == "public";
  bool said = next->quoted;
  for (std::size_t i = 0; option && line_.peek(i) != nullptr; ++i)
    said = said || line_.peek(i)->quoted;
  if (said) {
    if (to_) {
      fill_message(event_, v1::AUTHOR_KIND_AGENT);
    } else if (event_.person_size() == 0) {
      line_.error(*next, "nobody says this: write who, or a verb, e.g. `- agent key=s1 \"hello\"`");
      return false;
    } else {
      fill_message(event_, v1::AUTHOR_KIND_CUSTOMER);
    }
    return true;
  }
  const Word word = line_.take();
  const Verb* verb = find(verbs(), word.text);
  if (verb == nullptr) {
    line_.error(word, fmt::format("`{}` is no verb{}", config::printable(word.text),
                                  choices(word.text, names(verbs()))));
    return false;
  }
  verb->fill(event_);
  if (!to_) return true;
  if (event_.has_signal()) {
    event_.mutable_signal()->set_direction(v1::DIRECTION_OUTBOUND);
  } else if (event_.has_message()) {
    if (event_.message().author() == v1::AUTHOR_KIND_CUSTOMER &&
        event_.message().automation() == v1::AUTOMATION_UNSPECIFIED)
      event_.mutable_message()->set_author(v1::AUTHOR_KIND_AGENT);
    event_.mutable_message()->set_direction(v1::DIRECTION_OUTBOUND);
  } else if (!event_.has_commitment()) {
    line_.error(word, fmt::format("`to` does not go with `{}`: leave it out", word.text));
    return false;
  }
  return true;
}

bool Builder::read_key(const Word& word, std::string_view name, const std::string& value) {
  v1::ThreadKeyKind kind = channel_->key;
  if (name == "ticket") kind = v1::THREAD_KEY_KIND_TICKET;
  if (name == "ref") kind = channel_->reference;
  if (kind == v1::THREAD_KEY_KIND_UNSPECIFIED) {
    line_.error(word, fmt::format("nothing on {} refers to another message: write `key=` for the "
                                  "same session, or `ticket=` on both lines",
                                  channel_->name));
    return false;
  }
  v1::ThreadKey* key = event_.add_thread_keys();
  key->set_kind(kind);
  key->set_value(value);
  return true;
}

// Who else reads it: of their own, and nobody's evidence.
bool Builder::read_copied(const Word& word, const std::string& value) {
  google::protobuf::RepeatedPtrField<v1::Identifier> copied;
  if (!read_identifiers(line_, {value, word.column, false}, cast_, copied)) return false;
  for (const v1::Identifier& one : copied) {
    v1::Participant* participant = event_.add_participants();
    *participant->mutable_identifier() = one;
    participant->set_role(v1::PARTICIPANT_ROLE_COPIED);
  }
  return true;
}

bool Builder::read_target(const Word& word, const std::string& value) {
  if (!event_.has_revision()) {
    line_.error(word, "`of=` goes with edited, deleted and bounced alone");
    return false;
  }
  if (std::find(cast_.ids.begin(), cast_.ids.end(), value) == cast_.ids.end()) {
    line_.error(word, fmt::format("no line above has `id={}`{}", config::printable(value),
                                  choices(value, cast_.ids)));
    return false;
  }
  event_.mutable_revision()->set_target_id(value);
  return true;
}

// `by TIME`, `next TIME`, `from TIME`: what was promised for when.
bool Builder::read_time_of(const Word& word) {
  google::protobuf::Timestamp* time = nullptr;
  if (word.text == "by" && event_.has_commitment())
    time = event_.mutable_commitment()->mutable_due();
  if (word.text == "next" && event_.has_commitment())
    time = event_.mutable_commitment()->mutable_next_update_due();
  if (word.text == "next" && event_.has_message())
    time = event_.mutable_message()->mutable_next_update_due();
  if (word.text == "from" && event_.signal().kind() == v1::SIGNAL_KIND_CALLBACK_REQUESTED)
    time = event_.mutable_signal()->mutable_callback_from();
  if (time == nullptr) {
    line_.error(word,
                "`by` goes with promises, `next` with promises and messages, `from` with "
                "callback alone");
    return false;
  }
  const auto at = times_.read(line_);
  if (!at) return false;
  *time = google::protobuf::util::TimeUtil::MillisecondsToTimestamp(to_ms(*at));
  return true;
}

bool Builder::read_promise(const Word& word, std::string_view name, const std::string& value) {
  if (name == "promise" && event_.has_commitment()) {
    event_.mutable_commitment()->set_reference(value);
    return true;
  }
  const auto span = config::parse_duration(value);
  if (name == "announced" && event_.signal().kind() == v1::SIGNAL_KIND_HELD && span) {
    event_.mutable_signal()->set_announced_hold_seconds(span->count() / 1000);
    return true;
  }
  line_.error(word,
              "`promise=NAME` goes with promises, keeps and withdraws, `announced=2m` with "
              "held alone");
  return false;
}

// survey=nps, score=9: of surveyed and rates.
bool Builder::read_survey(const Word& word, std::string_view name, const std::string& value) {
  static const std::vector<std::string> kKinds{"csat", "nps", "ces", "enps"};
  v1::Survey* survey = event_.has_survey() ? event_.mutable_survey() : nullptr;
  if (survey != nullptr && name == "survey") {
    const auto known = std::find(kKinds.begin(), kKinds.end(), value);
    if (known == kKinds.end()) {
      line_.error(word, fmt::format("`{}` is no survey{}", config::printable(value),
                                    choices(value, kKinds)));
      return false;
    }
    survey->set_kind(static_cast<v1::Survey::Kind>(known - kKinds.begin() + 1));
    return true;
  }
  const auto score = config::parse_integer(value);
  if (survey != nullptr && survey->answered() && score && *score >= 0) {
    survey->set_score(static_cast<double>(*score));
    return true;
  }
  line_.error(word, "`survey=csat` goes with surveyed and rates, `score=4` with rates alone");
  return false;
}

// key=, ref=, ticket=, id=, of=, cc=, source=, survey=, score=, out, late, what was promised, and
// attributes.
bool Builder::read_option(const Word& word) {
  const auto equals = word.text.find('=');
  const std::string name = word.text.substr(0, equals);
  const std::string value = equals == std::string::npos ? "" : word.text.substr(equals + 1);
  if (equals == std::string::npos) {
    if (name == "late") return late_ = true;
    if (name == "by" || name == "next" || name == "from") return read_time_of(word);
    if (name == "public" && event_.has_message()) {
      event_.mutable_message()->set_surface(v1::SURFACE_PUBLIC);
      return true;
    }
    if (name == "out") {
      if (event_.has_signal()) {
        event_.mutable_signal()->set_direction(v1::DIRECTION_OUTBOUND);
        return true;
      }
      line_.error(word, "`out` says that we began a call: it goes with what calls do alone");
      return false;
    }
  } else if (value.empty()) {
    line_.error(word, fmt::format("nothing stands behind `{}=`: write it without a space", name));
    return false;
  }
  if (name == "key" || name == "ref" || name == "ticket") return read_key(word, name, value);
  if (name == "of") return read_target(word, value);
  if (name == "cc") return read_copied(word, value);
  if (name == "promise" || name == "announced") return read_promise(word, name, value);
  if (name == "source") {
    event_.set_source(value);
    return true;
  }
  if (name == "survey" || name == "score") return read_survey(word, name, value);
  if (name == "id") {
    event_.set_id(value);
    id_ = value;
    return true;
  }
  if (equals != std::string::npos && set_attribute(name, value, *event_.mutable_attributes()))
    return true;
  std::vector<std::string> known{"key",     "ref",       "ticket", "id",     "of",   "cc",
                                 "source",  "late",      "public", "by",     "next", "from",
                                 "promise", "announced", "out",    "survey", "score"};
  for_each_attribute(
      [&](const char* attribute, std::string Attributes::*) { known.emplace_back(attribute); });
  line_.error(word, fmt::format("`{}` says nothing here{}; what was said stands in quotes",
                                config::printable(word.text), choices(name, known)));
  return false;
}

bool Builder::finish(const Word& first) {
  if (event_.has_revision() && event_.revision().target_id().empty()) {
    line_.error(first, "`of=` is missing: which message it is about, by its `id=`");
    return false;
  }
  if (!id_.empty() && !give_id(line_, first, id_, cast_)) return false;
  if (event_.thread_keys_size() == 0) cast_.all_have_keys = false;
  return true;
}

std::optional<Happening> Builder::read(Instant at) {
  if (!read_channel() || !read_person() || !read_verb()) return std::nullopt;
  while (!line_.done()) {
    const Word word = line_.take();
    if (word.quoted) {
      if (event_.has_message()) event_.mutable_message()->set_text(word.text);
      continue;  // of a call: for the reader
    }
    if (!read_option(word)) return std::nullopt;
  }
  if (!finish(first_)) return std::nullopt;
  *event_.mutable_time() = google::protobuf::util::TimeUtil::MillisecondsToTimestamp(to_ms(at));
  Happening happening;
  happening.id = id_;
  happening.incoming = ingest::extract(event_, 0);
  happening.late = late_;
  if (happening.incoming.identifiers.empty() && happening.incoming.keys.empty()) {
    line_.error(first_,
                "neither a person nor a key: write a name, or a `key=` that says where it "
                "belongs");
    return std::nullopt;
  }
  return happening;
}

}  // namespace

std::optional<Happening> read_happening(Line& line, Instant at, const Word& first,
                                        const Times& times, Cast& cast) {
  if (line.take_if("identity")) return read_evidence(line, at, cast);
  return Builder(line, times, cast, first).read(at);
}

}  // namespace vaste::story
