// Bytes of a source record -> a vaste.v1.Event that holds everything the rest of the program relies
// on.
#pragma once

#include <google/protobuf/arena.h>
#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "vaste/v1/event.pb.h"

namespace vaste::ingest {

// kAuto: a record that begins with '{' (a byte order mark or white space may stand before it) is
// JSON.
enum class Format : std::uint8_t { kAuto, kProtobuf, kJson };

struct Limits {
  std::size_t record_bytes = 1 << 20;
  Millis max_skew{60000};
};

inline constexpr int kMaxDepth = 32;  // of JSON and of Protobuf groups
inline constexpr std::size_t kMaxId = 512;
inline constexpr std::size_t kMaxSource = 256;
inline constexpr std::size_t kMaxValue = 512;  // of an identifier or a thread key
inline constexpr std::size_t kMaxNetwork = 128;
inline constexpr std::size_t kMaxMethod = 64;
inline constexpr std::size_t kMaxAttribute = 256;
inline constexpr std::size_t kMaxText = 256 << 10;
inline constexpr int kMaxIdentifiers = 50;
inline constexpr int kMaxThreadKeys = 64;
inline constexpr std::int64_t kEarliestSecond =
    631152000;  // 1990-01-01: before it, a unit was mistaken
inline constexpr std::int64_t kLatestSecond = 4102444800;  // 2100-01-01: from it on, likewise

// Of a Timestamp, or a view of one. decode() refuses other times; one out of a damaged record must
// not overflow.
inline std::int64_t ms_of(const auto& time) {
  const std::int64_t seconds =
      std::clamp<std::int64_t>(time.seconds(), kEarliestSecond, kLatestSecond);
  return seconds * 1000 + time.nanos() / 1'000'000;
}

struct Decoded {
  const v1::Event* event = nullptr;  // on the decoder's arena: dies with the next reset()
  // A serialized Event equal to it. For Protobuf the input's own bytes (they live as long as the
  // input does), for JSON on the arena too.
  std::string_view bytes;
  std::int64_t clamped_time_ms =
      0;  // set when the time was ahead of record time by more than max_skew
};

// Threads: one a worker; not shared. While one exists Protobuf's own log is silent: it would write
// a line to stderr for each record that is not UTF-8, and the Error says more.
class Decoder {
 public:
  explicit Decoder(Limits limits);
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  // Errors: only codes whose remedy is kDeadLetter. The detail says which field, what is wrong and
  // what to do, and quotes nothing of the record. `record_ms` is the record's timestamp (0 or less:
  // it has none), `now_ms` the wall's.
  Result<Decoded> decode(std::string_view value, bool null_value, Format format,
                         std::int64_t record_ms, std::int64_t now_ms);

  // For bytes that decode() gave: no checks but the parse. nullptr if they are broken. On the arena
  // as well.
  const v1::Event* parse(std::string_view bytes);

  void reset();  // Frees the arena; between batches.

 private:
  Result<Decoded> from_protobuf(std::string_view value);
  Result<Decoded> from_json(std::string_view value);
  bool is_json(std::string_view value, Format format);

  Limits limits_;
  google::protobuf::LogSilencer silence_;
  std::unique_ptr<char[]> first_block_;  // outlives the arena, which reuses it after each reset()
  google::protobuf::Arena arena_;
  std::string scratch_;  // normalised text; kept for its memory
};

}  // namespace vaste::ingest
