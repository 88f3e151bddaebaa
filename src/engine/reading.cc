#include "engine/reading.h"

#include <algorithm>

namespace vaste::engine {

void SourceReading::place(std::int64_t at) {
  position = committed = at;
  placed = true;
}

void SourceReading::read(std::int64_t offset, std::int64_t record_ms) {
  position = offset + 1;
  if (record_ms > 0) last_record = instant(record_ms);
}

void SourceReading::ended(std::int64_t offset) {
  position = std::max(position, offset);
}

Instant SourceReading::up_to(std::optional<std::int64_t> end, Instant taken) const {
  Instant reached = is_set(last_record) ? last_record - Millis(1) : kNever;
  if (is_set(taken) && end && position >= *end) reached = std::max(reached, taken);
  return reached;
}

std::optional<Instant> SourceReading::say(Instant reached) {
  if (reached <= published) return std::nullopt;
  published = reached;
  return reached;
}

void SourceReading::commit() {
  committed = std::max(committed, position);
  known = published;
}

void SourceReading::abort() {
  position = committed;
  published = known;
  last_record = kNever;  // It is yet to be read again.
}

void SourceReading::doubt() {
  position = -1;
  placed = false;  // What is read on from here lies behind what was given up.
  last_record = kNever;
  published = kNever;  // It may or may not have been said: say it again.
}

void CoreReading::serve() {
  published = -1;
  oldest_sent = kEndOfTime;
  serving = true;
}

void CoreReading::sent(std::int64_t read_after_ms) {
  oldest_sent = std::min(oldest_sent, instant(read_after_ms));
}

std::optional<CoreProgress> CoreReading::say(std::int64_t position) {
  // Who sent anything has read something: a position that stays tells nothing.
  if (!serving || position < 0 || position == published) return std::nullopt;
  const CoreProgress out{position, oldest_sent};
  published = position;
  oldest_sent = kEndOfTime;
  return out;
}

std::optional<std::int64_t> CoreReading::served(std::int64_t position) {
  if (!serving || oldest_sent != kEndOfTime) return std::nullopt;
  if (position <= std::max(told, committed)) return std::nullopt;
  told = position;
  return position;
}

void CoreReading::abort() {
  published = -1;
  oldest_sent = kEndOfTime;
}

}  // namespace vaste::engine
