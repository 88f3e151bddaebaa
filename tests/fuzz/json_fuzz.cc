// A source record that claims to be a JSON event, or says nothing of what it is.
#include <google/protobuf/util/json_util.h>

#include "fuzz/events.h"
#include "fuzz/target.h"
#include "vaste/v1/event.pb.h"

namespace vaste::fuzz {
namespace {

struct Names {
  std::set<std::string> fields, values;
  Names() { collect_names(v1::Event::descriptor(), fields, values); }
};
const Names& names() {
  static const Names made;
  return made;
}

// "person[0].type": names of event.proto and indices, so nothing of the record.
bool is_path(std::string_view path) {
  while (true) {
    const auto end = path.find('.');
    std::string_view name = path.substr(0, end);
    name = name.substr(0, name.find('['));
    if (name != "event" && !names().fields.contains(std::string(name))) return false;
    if (end == std::string_view::npos) return true;
    path.remove_prefix(end + 1);
  }
}

// A dead letter's detail goes to places where the record itself must not be.
void check_quotes_nothing(const Error& error) {
  for (const std::string_view said :
       {": not a value of its type", ": not a time as in RFC 3339", ": a second body"}) {
    const auto at = error.detail.find(said);
    if (at != std::string::npos) VASTE_CHECK(is_path(std::string_view(error.detail).substr(0, at)));
  }
}

void check_as_protobuf(ingest::Decoder& decoder, const ingest::Decoded& decoded,
                       const Incoming& expected) {
  const auto again = decoder.decode(decoded.bytes, false, ingest::Format::kProtobuf, kNow, kNow);
  VASTE_CHECK(again.has_value());
  VASTE_CHECK(again->clamped_time_ms == decoded.clamped_time_ms);
  VASTE_CHECK(same_incoming(expected, ingest::extract(*again->event, again->clamped_time_ms)));
}

void run(std::string_view input) {
  static ingest::Decoder decoder(ingest::Limits{});
  const auto json = decoder.decode(input, false, ingest::Format::kJson, kNow, kNow);
  const auto guessed = decoder.decode(input, false, ingest::Format::kAuto, kNow, kNow);
  if (json) {
    check_as_protobuf(decoder, *json, check_accepted(decoder, *json));
  } else {
    check_refusal(json.error());
    check_quotes_nothing(json.error());
  }
  if (guessed)
    check_accepted(decoder, *guessed);
  else
    check_refusal(guessed.error());
  if (input.starts_with('{')) {
    VASTE_CHECK(json.has_value() == guessed.has_value());
    if (json) VASTE_CHECK(json->bytes == guessed->bytes);
    if (!json) VASTE_CHECK(json.error().detail == guessed.error().detail);
  }
  decoder.reset();
}

std::vector<std::string> seeds() {
  std::vector<std::string> out;
  for (const v1::Event& event : events()) {
    google::protobuf::util::JsonPrintOptions options;
    options.add_whitespace = out.size() % 2 == 1;
    options.preserve_proto_field_names = out.size() % 3 == 1;
    std::string json;
    VASTE_CHECK(google::protobuf::util::MessageToJsonString(event, &json, options).ok());
    out.push_back(std::move(json));
  }
  out.push_back("\xef\xbb\xbf" + out.front());
  out.push_back("\n " + out.front());
  out.push_back(events().front().SerializeAsString());  // kAuto
  return out;
}

std::vector<std::string> words() {
  std::vector<std::string> out = {"{",
                                  "}",
                                  "[",
                                  "]",
                                  ":",
                                  ",",
                                  "true",
                                  "false",
                                  "null",
                                  "\"",
                                  "\\u0000",
                                  "\\ud83d\\ude00",
                                  "1e9",
                                  "-0",
                                  "1e-400",
                                  "\\udc00",
                                  "\xef\xbb\xbf",
                                  "NaN",
                                  "9223372036854775808",
                                  "\"2026-01-31T09:00:00.250Z\"",
                                  "\"@type\":"};
  for (const std::string& name : names().fields) out.push_back("\"" + name + "\":");
  for (const std::string& name : names().values) out.push_back("\"" + name + "\"");
  return out;
}

}  // namespace

const FuzzTarget& target() {
  static const FuzzTarget made{run, seeds, words, 4000};
  return made;
}

}  // namespace vaste::fuzz
