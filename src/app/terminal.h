// What the commands share: talking on stderr, data on stdout, Ctrl-C, and what was probably meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace vaste::app {

// A line on stderr, control characters escaped: names and errors may come from elsewhere.
void say(std::string_view line);
// The line below all that is said, on a terminal; what is said or written to stdout goes above it.
// Empty: it goes. Threads: any, as say().
void show_moving(std::string_view line);
// "vaste: error: ..." on stderr; returns the exit code to end with.
int give_up(const Error& error);

// From now on Ctrl-C and SIGTERM only set interrupted(), and a closed pipe is an error of write().
void catch_signals();
bool interrupted();
// Waits, but not beyond an interrupt.
void sleep_seconds(double seconds);

// All of `bytes` to stdout. False: nobody reads any more (or the disk is full, which is said).
bool write_out(std::string_view bytes);
// The latter: what was to be data is lost, which must not end as if all were well.
bool output_lost();
// True once nobody reads stdout any more, as after `| head -1`; for those who may not write for
// long.
bool nobody_reads();

// The candidate that `word` was probably meant to be; empty when none is near.
std::string nearest(std::string_view word, std::span<const std::string> candidates);
// " Did you mean `alerts`?", or nothing.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

// Bytes of the character that `text` begins with; 0 = not UTF-8.
std::size_t utf8_length(std::string_view text);

// Without control characters, which could move a terminal's cursor or colour it.
std::string printable(std::string_view text);

}  // namespace vaste::app
