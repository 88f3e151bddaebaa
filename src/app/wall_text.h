// Cells and durations of the wall board. Private to app/; pure.
#pragma once

#include <string>
#include <string_view>

#include "app/wall.h"
#include "base/time.h"

namespace vaste::app {

// `text` in exactly `width` columns: cut, or filled with blanks (in front, if `right`). What a
// terminal would obey (control characters, marks of the writing direction) and broken UTF-8 become
// '?'. One column a code point.
std::string cell(std::string_view text, int width, bool right = false);
// The same without filling up.
std::string shown(std::string_view text, std::size_t most);

std::string duration(Millis time);    // "0.4s" "12s" "3m 20s" "2h 05m" "4d 03h": at most 7 columns
std::string time_of_day(Instant at);  // "09:31:07", UTC
std::string_view channel_word(v1::Channel channel);

enum class Tint { kNone, kRed, kYellow, kGreen, kFaint, kBold };
std::string tinted(std::string text, Tint tint, bool colour);

std::string alert_text(const AlertLine& line, int width);
Tint alert_tint(const AlertLine& line);

}  // namespace vaste::app
