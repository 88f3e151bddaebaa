// `vaste produce`: lines of canonical JSON into a topic.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "app/connection.h"
#include "base/result.h"
#include "ingest/decode.h"
#include "vaste/v1/event.pb.h"

namespace vaste::app {

enum class Wire : std::uint8_t { kProtobuf, kJson };
enum class KeyBy : std::uint8_t { kPerson, kThread, kNone };
enum class Stamp : std::uint8_t { kEvent, kNow };

struct ProduceOptions {
  Connection connection;
  std::string topic;
  std::string file = "-";  // standard input
  Wire wire = Wire::kProtobuf;
  KeyBy key = KeyBy::kPerson;
  Stamp stamp = Stamp::kEvent;
  double rate = 0;   // records a second; 0 = as fast as Kafka takes them
  bool raw = false;  // lines as they are: no checks, no key, Kafka's time
};

// Returns the exit code.
int produce(const ProduceOptions& options);

// The strongest identifier's canonical text, else the first thread key's; kThread the other way
// round. Records of one person then stay in order, as long as one producer makes them.
std::string key_of(const v1::Event& event, KeyBy by);

struct Outgoing {
  std::string_view value;  // of the line or the decoder: dies with either
  std::string key;
  std::int64_t timestamp_ms = 0;  // 0: Kafka's
};
// Errors: what vaste would make a dead letter of.
Result<Outgoing> outgoing(std::string_view line, const ProduceOptions& options,
                          ingest::Decoder& decoder, std::int64_t now_ms);

// "100", "100/s", "2.5/s". kUsage otherwise.
Result<double> parse_rate(std::string_view text);

// "produced 3 records in 1.5 s (2/s), 1 bad lines"
std::string summary(std::uint64_t records, double seconds, std::uint64_t bad);

}  // namespace vaste::app
