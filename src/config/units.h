// Durations, sizes, shares and near misses as text. For config/ and story/; pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace vaste::config {

// "300ms", "20s", "1h30m": whole numbers, the larger unit first, each unit once. A bare number is
// none.
std::optional<Millis> parse_duration(std::string_view text);
std::string duration_text(Millis duration);  // "1h30m"; "0s"

// "64MiB", "512KiB", "1GiB", "100B".
std::optional<std::int64_t> parse_size(std::string_view text);
std::string size_text(std::int64_t bytes);

// Units as they are written, largest first.
std::vector<std::string> duration_units();
std::vector<std::string> size_units();

// "75%", "99.5%" as 0.75, 0.995.
std::optional<double> parse_percent(std::string_view text);

// A whole number and nothing else.
std::optional<std::int64_t> parse_integer(std::string_view text);

// The one of `known` that was most likely meant, or empty.
std::string nearest(std::string_view written, const std::vector<std::string>& known);
// "; did you mean `workers`?", or empty.
std::string did_you_mean(std::string_view written, const std::vector<std::string>& known);

std::string join(const std::vector<std::string>& words, std::string_view between);

// Byte offset of the first byte that is not UTF-8.
std::optional<std::size_t> invalid_utf8(std::string_view text);
// Control characters, line separators and marks that turn the writing direction become `?`; cut at
// 60 bytes.
std::string printable(std::string_view text);
bool prints(std::string_view text);

}  // namespace vaste::config
