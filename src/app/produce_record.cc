// One line into one record: what `vaste produce` decides without Kafka.
#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "app/produce.h"
#include "ingest/normalise.h"

namespace vaste::app {
namespace {

constexpr double kMostRate = 1e9;

std::string strongest_identifier(const v1::Event& event) {
  std::string best;
  std::string text;
  int best_strength = 0;
  for (const v1::Identifier& one : event.person()) {
    const int strength = ingest::strength(one.type());
    if ((best.empty() || strength < best_strength) && ingest::canonical(one, {}, text)) {
      best = text;
      best_strength = strength;
    }
  }
  return best;
}

std::string first_thread_key(const v1::Event& event) {
  std::string text;
  for (const v1::ThreadKey& one : event.thread_keys()) {
    if (ingest::canonical(one, text)) return text;
  }
  return {};
}

std::int64_t milliseconds(const google::protobuf::Timestamp& at) {
  return at.seconds() * 1000 + at.nanos() / 1000000;
}

}  // namespace

std::string key_of(const v1::Event& event, KeyBy by) {
  if (by == KeyBy::kNone) return {};
  const bool thread_first = by == KeyBy::kThread;
  std::string key = thread_first ? first_thread_key(event) : strongest_identifier(event);
  if (!key.empty()) return key;
  return thread_first ? strongest_identifier(event) : first_thread_key(event);
}

Result<Outgoing> outgoing(std::string_view line, const ProduceOptions& options,
                          ingest::Decoder& decoder, std::int64_t now_ms) {
  if (options.raw) return Outgoing{line, {}, 0};
  // The event's own time is the record's: nothing is clamped, as nothing would be on a replay.
  auto decoded = decoder.decode(line, false, ingest::Format::kJson, 0, now_ms);
  if (!decoded) return tl::unexpected(decoded.error());
  const v1::Event& event = *decoded->event;
  Outgoing out;
  out.value = options.wire == Wire::kJson ? line : decoded->bytes;
  out.key = key_of(event, options.key);
  if (options.stamp == Stamp::kEvent) out.timestamp_ms = milliseconds(event.time());
  return out;
}

Result<double> parse_rate(std::string_view text) {
  std::string_view number = text;
  if (number.ends_with("/s")) number.remove_suffix(2);
  double rate = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), rate);
  if (error != std::errc() || end != number.data() + number.size() || !std::isfinite(rate) ||
      rate <= 0 || rate > kMostRate) {
    return failure(Code::kUsage,
                   fmt::format("--rate {}: write records a second, e.g. 100/s", text));
  }
  return rate;
}

std::string summary(std::uint64_t records, double seconds, std::uint64_t bad) {
  const double rate = seconds > 0 ? static_cast<double>(records) / seconds : 0;
  return fmt::format("produced {} records in {:.1f} s ({:.0f}/s), {} bad lines", records, seconds,
                     rate, bad);
}

}  // namespace vaste::app
