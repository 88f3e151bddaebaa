// The program's log: coloured text on a terminal, JSON lines otherwise. Never an event's text, a
// person or a secret.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vaste::log {

enum class Level : std::uint8_t { kDebug, kInfo, kWarning, kError };

// Once, from main. Lines go to stderr.
void start(Level least, bool json);
// Thread-safe. Control characters and bidi marks are escaped, a text is cut at 2 KiB.
void write(Level level, std::string_view text);
// Lines written so far at this level, for vaste_log_messages_total.
std::uint64_t count(Level level);

inline void debug(std::string_view text) {
  write(Level::kDebug, text);
}
inline void info(std::string_view text) {
  write(Level::kInfo, text);
}
inline void warning(std::string_view text) {
  write(Level::kWarning, text);
}
inline void error(std::string_view text) {
  write(Level::kError, text);
}

}  // namespace vaste::log
