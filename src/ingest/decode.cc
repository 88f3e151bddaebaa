#include "ingest/decode.h"

#include <google/protobuf/io/coded_stream.h>

#include "ingest/json.h"
#include "ingest/validate.h"
#include "ingest/wire.h"

namespace vaste::ingest {
namespace {

constexpr std::size_t kFirstBlock =
    256 << 10;  // A batch of usual events fits, so the arena asks nobody.

google::protobuf::ArenaOptions arena_options(char* first_block) {
  google::protobuf::ArenaOptions options;
  options.initial_block = first_block;
  options.initial_block_size = kFirstBlock;
  options.start_block_size = kFirstBlock;
  options.max_block_size = 1 << 20;
  return options;
}

bool parse_within(std::string_view bytes, v1::Event& event) {
  google::protobuf::io::CodedInputStream input(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                               static_cast<int>(bytes.size()));
  input.SetRecursionLimit(kMaxDepth);
  return event.ParseFromCodedStream(&input) && input.ConsumedEntireMessage();
}

// The record's time if it is one; a producer whose own clock is ahead must not vouch for its
// events.
std::int64_t reference_ms(std::int64_t record_ms, std::int64_t now_ms, Millis skew) {
  return record_ms > 0 && (now_ms <= 0 || record_ms <= now_ms + skew.count()) ? record_ms : now_ms;
}

}  // namespace

Decoder::Decoder(Limits limits)
    : limits_(limits),
      first_block_(new char[kFirstBlock]),
      arena_(arena_options(first_block_.get())) {}

Decoder::~Decoder() = default;

void Decoder::reset() {
  arena_.Reset();
}

const v1::Event* Decoder::parse(std::string_view bytes) {
  auto* event = google::protobuf::Arena::CreateMessage<v1::Event>(&arena_);
  return parse_within(bytes, *event) ? event : nullptr;
}

bool Decoder::is_json(std::string_view value, Format format) {
  if (format != Format::kAuto) return format == Format::kJson;
  const Encoding encoding = encoding_of(value);
  return encoding == Encoding::kJson || (encoding == Encoding::kEither && parse(value) == nullptr);
}

Result<Decoded> Decoder::from_protobuf(std::string_view value) {
  const v1::Event* event = parse(value);
  if (!event) {
    Error error = explain_broken(value);
    if (value.front() == '\0')
      error.detail += " (a 0 first: a schema registry's prefix? send the bare message)";
    return tl::unexpected<Error>(std::move(error));
  }
  const Bodies bodies = count_bodies(value);
  if (bodies.known > 1)
    return failure(Code::kMalformed,
                   "body: " + std::to_string(bodies.known) + " are set: send one event for each");
  if (bodies.known == 0 && bodies.unknown != 0)
    return failure(Code::kMissingField,
                   "body: none that this version knows, but field " +
                       std::to_string(bodies.unknown) +
                       ": perhaps of a newer version; update vaste and replay");
  return Decoded{event, value, 0};
}

Result<Decoded> Decoder::from_json(std::string_view value) {
  if (value.starts_with(kByteOrderMark)) value.remove_prefix(kByteOrderMark.size());
  if (Status status = check_json(value); !status)
    return tl::unexpected<Error>(std::move(status.error()));
  auto* event = google::protobuf::Arena::CreateMessage<v1::Event>(&arena_);
  if (Status status = parse_json(value, *event); !status)
    return tl::unexpected<Error>(std::move(status.error()));
  const std::size_t size = event->ByteSizeLong();
  char* bytes = google::protobuf::Arena::CreateArray<char>(&arena_, size);
  event->SerializeWithCachedSizesToArray(reinterpret_cast<std::uint8_t*>(bytes));
  return Decoded{event, {bytes, size}, 0};
}

Result<Decoded> Decoder::decode(std::string_view value, bool null_value, Format format,
                                std::int64_t record_ms, std::int64_t now_ms) {
  if (null_value)
    return failure(Code::kEmpty, "a null value (a tombstone): source topics hold events only");
  if (value.empty()) return failure(Code::kEmpty, "the value is empty: nothing to decode");
  if (value.size() > limits_.record_bytes)
    return failure(Code::kTooLarge, std::to_string(value.size()) + " bytes, at most " +
                                        std::to_string(limits_.record_bytes) +
                                        " are taken; cut texts at the connector");
  Result<Decoded> decoded = is_json(value, format) ? from_json(value) : from_protobuf(value);
  if (!decoded) return decoded;
  if (Status status = validate(*decoded->event, scratch_); !status)
    return tl::unexpected<Error>(std::move(status.error()));

  const std::int64_t at_ms = ms_of(decoded->event->time());
  const std::int64_t known_ms = reference_ms(record_ms, now_ms, limits_.max_skew);
  if (known_ms > 0 && at_ms > known_ms + limits_.max_skew.count())
    decoded->clamped_time_ms = known_ms;
  return decoded;
}

}  // namespace vaste::ingest
