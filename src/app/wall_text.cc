#include "app/wall_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace vaste::app {
namespace {

// The code point that `text` begins with and its length; 0 for what a screen must not get.
std::pair<char32_t, std::size_t> first_code_point(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return {lead < 0x20 || lead == 0x7f ? 0 : lead, 1};
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return {0, 1};
  char32_t point = lead & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0U) != 0x80) return {0, 1};
    point = point << 6U | (next & 0x3fU);
  }
  const bool turns = point == 0x61c || point == 0x200e || point == 0x200f ||
                     (point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
  if (point < 0xa0 || turns || (point >= 0xd800 && point < 0xe000)) return {0, length};
  return {point, length};
}

std::pair<std::string, std::size_t> clean(std::string_view text, std::size_t most) {
  std::string out;
  std::size_t columns = 0;
  while (!text.empty() && columns < most) {
    const auto [point, length] = first_code_point(text);
    if (point == 0)
      out.push_back('?');
    else
      out.append(text.substr(0, length));
    text.remove_prefix(length);
    ++columns;
  }
  return {std::move(out), columns};
}

}  // namespace

std::string shown(std::string_view text, std::size_t most) {
  return clean(text, most).first;
}

std::string cell(std::string_view text, int width, bool right) {
  const auto columns = static_cast<std::size_t>(std::max(width, 0));
  auto [out, used] = clean(text, columns);
  if (right) return std::string(columns - used, ' ') + out;
  out.append(columns - used, ' ');
  return out;
}

std::string duration(Millis time) {
  const std::int64_t ms = std::max<std::int64_t>(time.count(), 0);
  const std::int64_t seconds = ms / 1000;
  if (ms < 10'000) return fmt::format("{}.{}s", seconds, ms % 1000 / 100);
  if (seconds < 60) return fmt::format("{}s", seconds);
  if (seconds < 3600) return fmt::format("{}m {:02}s", seconds / 60, seconds % 60);
  if (seconds < 86400) return fmt::format("{}h {:02}m", seconds / 3600, seconds % 3600 / 60);
  return fmt::format("{}d {:02}h", seconds / 86400, seconds % 86400 / 3600);
}

std::string time_of_day(Instant at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::hh_mm_ss time(at - day);
  return fmt::format("{:02}:{:02}:{:02}", time.hours().count(), time.minutes().count(),
                     time.seconds().count());
}

std::string_view channel_word(v1::Channel channel) {
  switch (channel) {
    case v1::CHANNEL_CHAT:
      return "chat";
    case v1::CHANNEL_EMAIL:
      return "email";
    case v1::CHANNEL_PHONE:
      return "phone";
    case v1::CHANNEL_SOCIAL:
      return "social";
    default:
      return "-";
  }
}

std::string tinted(std::string text, Tint tint, bool colour) {
  if (!colour || tint == Tint::kNone) return text;
  static constexpr std::array<std::string_view, 6> kCodes = {"", "31", "33", "32", "2", "1"};
  return fmt::format("\x1b[{}m{}\x1b[0m", kCodes.at(static_cast<std::size_t>(tint)), text);
}

std::string alert_text(const AlertLine& line, int width) {
  std::string_view level = line.level == v1::ALERT_LEVEL_BREACHED ? "BREACHED" : "at risk";
  if (line.status == v1::ALERT_STATUS_RECOVERED) level = "recovered";
  if (line.status == v1::ALERT_STATUS_RETRACTED) level = "retracted";
  const int names = std::clamp((width - 39) / 2, 10, 30);
  return time_of_day(line.at) + "  " + cell(level, 10) + cell(line.sla, names) + " " +
         cell(line.queue, names) + " " + cell(line.conversation, 8) +
         cell(duration(line.waited), 8, true);
}

Tint alert_tint(const AlertLine& line) {
  if (line.status == v1::ALERT_STATUS_RECOVERED) return Tint::kGreen;
  if (line.status == v1::ALERT_STATUS_RETRACTED) return Tint::kFaint;
  return line.level == v1::ALERT_LEVEL_BREACHED ? Tint::kRed : Tint::kYellow;
}

}  // namespace vaste::app
