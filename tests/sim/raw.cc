#include "sim/raw.h"

#include <google/protobuf/util/json_util.h>

#include <cctype>

#include "base/check.h"

namespace vaste::sim {

namespace {

// Not always as it will be known: who is told apart must not hang on capitals and blanks.
void name_person(const std::string& who, v1::Event& event, std::mt19937_64& random) {
  v1::Identifier* person = event.add_person();
  const auto colon = who.find(':');
  const std::string kind = who.substr(0, colon);
  std::string value = who.substr(colon + 1);
  if (kind == "email") {
    person->set_type(v1::IDENTIFIER_TYPE_EMAIL);
    if (random() % 4 == 0) value.front() = static_cast<char>(std::toupper(value.front()));
    if (random() % 4 == 0) value += ' ';
    person->set_value(value);
    return;
  }
  person->set_type(kind == "chat" ? v1::IDENTIFIER_TYPE_CHAT_VISITOR : v1::IDENTIFIER_TYPE_SOCIAL);
  const auto network = value.find(':');
  person->set_network(value.substr(0, network));
  person->set_value(value.substr(network + 1));
}

v1::Event whole_event(const Happening& one, std::uint64_t number, std::mt19937_64& random) {
  v1::Event event = event_of(one, number);
  for (const std::string& who : one.who) name_person(who, event, random);
  return event;
}

}  // namespace

std::string raw_of(const Happening& one, std::uint64_t number, bool json, std::mt19937_64& random) {
  const v1::Event event = whole_event(one, number, random);
  if (!json) return event.SerializeAsString();
  std::string text;
  VASTE_CHECK(google::protobuf::util::MessageToJsonString(event, &text).ok());
  return text;
}

Poison poison_of(std::size_t kind, const Happening& one, std::uint64_t number,
                 std::size_t record_bytes, std::mt19937_64& random) {
  v1::Event event = whole_event(one, number, random);
  event.set_id("poison " + std::to_string(number));
  const auto changed = [&](v1::DeadLetterReason reason) {
    return Poison{event.SerializeAsString(), false, reason};
  };
  switch (kind) {
    case 0:
      return {"", true, v1::DEAD_LETTER_REASON_EMPTY};
    case 1:
      return {"", false, v1::DEAD_LETTER_REASON_EMPTY};
    case 2: {  // cut in its last field, the body, or before that
      const std::string whole = event.SerializeAsString();
      return {whole.substr(0, whole.size() - 1), false, v1::DEAD_LETTER_REASON_MALFORMED};
    }
    case 3:
      return {"{\"id\": \"1\", \"source\"", false, v1::DEAD_LETTER_REASON_MALFORMED};
    case 4:
      event.set_source(std::string(record_bytes, 'x'));
      return changed(v1::DEAD_LETTER_REASON_TOO_LARGE);
    case 5:
      event.set_channel(static_cast<v1::Channel>(77));
      return changed(v1::DEAD_LETTER_REASON_UNKNOWN_CHANNEL);
    case 6:  // milliseconds where seconds are asked for
      event.mutable_time()->set_seconds(to_ms(one.at));
      return changed(v1::DEAD_LETTER_REASON_INVALID_TIME);
    case 7:
      event.mutable_time()->set_seconds(0);
      return changed(v1::DEAD_LETTER_REASON_INVALID_TIME);
    case 8:
      event.clear_id();
      return changed(v1::DEAD_LETTER_REASON_MISSING_FIELD);
    case 9:
      event.clear_person();
      event.clear_thread_keys();
      return changed(v1::DEAD_LETTER_REASON_NO_IDENTITY);
    default:
      event.set_id("a\nb");
      return changed(v1::DEAD_LETTER_REASON_INVALID_TEXT);
  }
}

}  // namespace vaste::sim
