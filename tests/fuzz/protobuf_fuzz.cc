// A source record that claims to be a Protobuf event: into the decoder, and as far as its route.
#include <google/protobuf/util/json_util.h>

#include "fuzz/events.h"
#include "fuzz/target.h"

namespace vaste::fuzz {
namespace {

// The canonical JSON of the same event is the same to the core.
void check_as_json(ingest::Decoder& decoder, const ingest::Decoded& decoded,
                   const Incoming& expected) {
  std::string json;
  // Times out of RFC 3339's bounds, in fields that nothing runs on, have no JSON.
  if (!google::protobuf::util::MessageToJsonString(*decoded.event, &json).ok()) return;
  const auto again = decoder.decode(json, false, ingest::Format::kAuto, kNow, kNow);
  VASTE_CHECK(again.has_value());
  VASTE_CHECK(again->clamped_time_ms == decoded.clamped_time_ms);
  VASTE_CHECK(same_incoming(expected, ingest::extract(*again->event, again->clamped_time_ms)));
}

void run(std::string_view input) {
  static ingest::Decoder decoder(ingest::Limits{});
  const auto decoded = decoder.decode(input, false, ingest::Format::kProtobuf, kNow, kNow);
  if (decoded) {
    VASTE_CHECK(decoded->bytes == input);
    check_as_json(decoder, *decoded, check_accepted(decoder, *decoded));
  } else {
    check_refusal(decoded.error());
  }
  decoder.reset();
}

std::vector<std::string> seeds() {
  std::vector<std::string> out;
  for (const v1::Event& event : events()) out.push_back(event.SerializeAsString());
  return out;
}

std::vector<std::string> words() {
  return {"anonymous",
          "withheld",
          "unknown",
          "<1@example.org>",
          "+358 9 555 0100",
          "tel:",
          "mailto:",
          "0",
          "\xc2\x85",
          "\xe2\x80\xae",
          "\xef\xbf\xbd",
          "\xed\xa0\x80",
          std::string("\x0a\x00", 2),
          "\x1a\x0b\x08",
          "\x20\x04",
          "\x2a\x04\x08\x03\x12",
          "\x3a\x04\x08\x04\x12",
          "\xa2\x01\x02\x10\x01",
          "\xaa\x01\x02\x08\x02",
          "\xb2\x01\x02\x08\x05",
          "\xda\x01\x04\x08\x02\x12",
          "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"};
}

}  // namespace

const FuzzTarget& target() {
  static const FuzzTarget made{run, seeds, words};
  return made;
}

}  // namespace vaste::fuzz
