#include "story/evidence.h"

#include <fmt/format.h>
#include <google/protobuf/util/time_util.h>

#include "config/units.h"
#include "ingest/route.h"
#include "vaste/v1/event.pb.h"

namespace vaste::story {

namespace {

// A connector tells by what channel it has the news; nothing depends on it.
v1::Channel channel_of(const v1::Identifier& identifier) {
  switch (identifier.type()) {
    case v1::IDENTIFIER_TYPE_EMAIL:
      return v1::CHANNEL_EMAIL;
    case v1::IDENTIFIER_TYPE_PHONE:
      return v1::CHANNEL_PHONE;
    case v1::IDENTIFIER_TYPE_SOCIAL:
      return v1::CHANNEL_SOCIAL;
    default:
      return v1::CHANNEL_CHAT;
  }
}

bool read_head(Line& line, v1::Event& event) {
  const Word source = line.take();
  if (source.text.empty() || source.quoted) {
    line.error(source, "who says so is missing: a system's name, e.g. `identity crm same ann ...`");
    return false;
  }
  event.set_source(source.text);
  event.mutable_identity()->set_method(source.text == "operator" ? "operator" : "verified_profile");
  const Word verb = line.take();
  if (verb.text == "same") {
    event.mutable_identity()->set_action(v1::IdentityEvidence::ACTION_SAME_PERSON);
  } else if (verb.text == "not-same") {
    event.mutable_identity()->set_action(v1::IdentityEvidence::ACTION_NOT_SAME_PERSON);
  } else {
    line.error(verb, fmt::format("`{}` says nothing about people{}", config::printable(verb.text),
                                 choices(verb.text, {"same", "not-same"})));
    return false;
  }
  return true;
}

}  // namespace

std::optional<Happening> read_evidence(Line& line, Instant at, Cast& cast) {
  v1::Event event;
  Happening happening;
  event.set_id(fmt::format("line {}", line.number()));
  event.set_sequence(line.number());
  if (!read_head(line, event)) return std::nullopt;
  while (!line.done()) {
    const Word word = line.take();
    if (word.quoted) continue;  // for the reader
    if (word.text == "late") {
      happening.late = true;
    } else if (word.text.starts_with("method=") && word.text.size() > 7) {
      event.mutable_identity()->set_method(word.text.substr(7));
    } else if (word.text.starts_with("id=") && word.text.size() > 3) {
      happening.id = word.text.substr(3);
      event.set_id(happening.id);
      if (!give_id(line, word, happening.id, cast)) return std::nullopt;
    } else if (!read_identifiers(line, word, cast, *event.mutable_person())) {
      return std::nullopt;
    }
  }
  if (event.person_size() < 2) {
    line.error(line.take(), "two are needed that are the same, or not, e.g. `same ann +35840123`");
    return std::nullopt;
  }
  event.set_channel(channel_of(event.person(event.person_size() - 1)));
  *event.mutable_time() = google::protobuf::util::TimeUtil::MillisecondsToTimestamp(to_ms(at));
  cast.all_have_keys = false;
  happening.incoming = ingest::extract(event, 0);
  return happening;
}

}  // namespace vaste::story
