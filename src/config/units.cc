#include "config/units.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <limits>

namespace vaste::config {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

// Largest first; the order in which a duration's parts must stand.
constexpr std::array<Unit, 5> kTimes{
    {{"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}}};
constexpr std::array<Unit, 4> kSizes{
    {{"GiB", 1LL << 30}, {"MiB", 1LL << 20}, {"KiB", 1LL << 10}, {"B", 1}}};

template <std::size_t N>
std::vector<std::string> names(const std::array<Unit, N>& units) {
  std::vector<std::string> out;
  out.reserve(N);
  for (const Unit& unit : units) out.emplace_back(unit.name);
  return out;
}

constexpr std::size_t kPrintable = 60;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Splits "90m.." into 90 and "m"; moves past them. nullopt unless both are there and the number is
// small enough.
std::optional<std::pair<std::int64_t, std::string_view>> take_part(std::string_view& text) {
  const auto digits =
      static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
  if (digits == 0 || digits > 15) return std::nullopt;
  const auto number = parse_integer(text.substr(0, digits));
  text.remove_prefix(digits);
  const auto letters =
      static_cast<std::size_t>(std::find_if(text.begin(), text.end(), is_digit) - text.begin());
  const std::string_view unit = text.substr(0, letters);
  text.remove_prefix(letters);
  if (!number) return std::nullopt;
  return std::pair(*number, unit);
}

template <std::size_t N>
std::optional<std::int64_t> parse_units(std::string_view text, const std::array<Unit, N>& units,
                                        bool several) {
  std::int64_t total = 0;
  std::size_t next = 0;  // units before this one have had their turn
  bool any = false;
  while (!text.empty()) {
    if (any && !several) return std::nullopt;
    const auto part = take_part(text);
    if (!part) return std::nullopt;
    while (next < N && units[next].name != part->second) ++next;
    if (next == N) return std::nullopt;
    std::int64_t product = 0;
    if (__builtin_mul_overflow(part->first, units[next].factor, &product)) return std::nullopt;
    if (__builtin_add_overflow(total, product, &total)) return std::nullopt;
    ++next;
    any = true;
  }
  if (!any) return std::nullopt;
  return total;
}

char folded(char c) {
  if (c == '-') return '_';
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

// Optimal string alignment: insertions, deletions, replacements and swapped neighbours.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t differs = folded(a[i - 1]) == folded(b[j - 1]) ? 0 : 1;
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + differs});
      if (i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) &&
          folded(a[i - 2]) == folded(b[j - 1])) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

// Length of the character that begins here; 0 = not UTF-8 (overlong forms and surrogates included).
std::size_t character(std::string_view text, char32_t& point) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xc2 && lead < 0xe0 ? 2
                             : lead >= 0xe0 && lead < 0xf0 ? 3
                             : lead >= 0xf0 && lead < 0xf5 ? 4
                                                           : 0;
  if (length == 0 || length > text.size()) return 0;
  point = length == 1 ? lead : lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return 0;
    point = point << 6 | (byte(i) & 0x3fU);
  }
  if (length == 3 && (point < 0x800 || (point >= 0xd800 && point <= 0xdfff))) return 0;
  if (length == 4 && (point < 0x10000 || point > 0x10ffff)) return 0;
  return length;
}

bool shows(char32_t point) {
  return point >= 0x20 && !(point >= 0x7f && point <= 0x9f) && point != 0x61c && point != 0xfeff &&
         !(point >= 0x200b && point <= 0x200f) && !(point >= 0x2028 && point <= 0x202e) &&
         !(point >= 0x2066 && point <= 0x2069);
}

}  // namespace

std::optional<Millis> parse_duration(std::string_view text) {
  const auto total = parse_units(text, kTimes, true);
  if (!total) return std::nullopt;
  return Millis(*total);
}

std::string duration_text(Millis duration) {
  if (duration == Millis(0)) return "0s";
  std::string out;
  std::int64_t left = duration.count();
  for (const Unit& unit : kTimes) {
    if (left < unit.factor) continue;
    out += std::to_string(left / unit.factor) + std::string(unit.name);
    left %= unit.factor;
  }
  return out;
}

std::optional<std::int64_t> parse_size(std::string_view text) {
  return parse_units(text, kSizes, false);
}

std::string size_text(std::int64_t bytes) {
  for (const Unit& unit : kSizes) {
    if (bytes != 0 && bytes % unit.factor == 0) {
      return std::to_string(bytes / unit.factor) + std::string(unit.name);
    }
  }
  return std::to_string(bytes) + "B";
}

std::vector<std::string> duration_units() {
  return names(kTimes);
}

std::vector<std::string> size_units() {
  return names(kSizes);
}

std::optional<double> parse_percent(std::string_view text) {
  if (text.size() < 2 || text.back() != '%' || !is_digit(text.front())) return std::nullopt;
  text.remove_suffix(1);
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value / 100;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string nearest(std::string_view written, const std::vector<std::string>& known) {
  if (written.size() > kPrintable) return {};
  std::string best;
  std::size_t best_distance = std::numeric_limits<std::size_t>::max();
  for (const std::string& candidate : known) {
    const std::size_t distance = edit_distance(written, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  // A third of the letters wrong is still a slip; more is another word.
  const std::size_t limit = std::max<std::size_t>(1, std::max(written.size(), best.size()) / 3);
  return best_distance <= limit ? best : std::string();
}

std::string did_you_mean(std::string_view written, const std::vector<std::string>& known) {
  const std::string meant = nearest(written, known);
  return meant.empty() ? std::string() : "; did you mean `" + meant + "`?";
}

std::string join(const std::vector<std::string>& words, std::string_view between) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += between;
    out += word;
  }
  return out;
}

std::optional<std::size_t> invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    char32_t point = 0;
    const std::size_t length = character(text.substr(at), point);
    if (length == 0) return at;
    at += length;
  }
  return std::nullopt;
}

bool prints(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    char32_t point = 0;
    const std::size_t length = character(text.substr(at), point);
    if (length == 0 || !shows(point)) return false;
    at += length;
  }
  return true;
}

std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    char32_t point = 0;
    const std::size_t length = character(text.substr(at), point);
    if (out.size() + length > kPrintable) return out + "...";
    if (length == 0 || !shows(point)) {
      out += '?';
    } else {
      out += text.substr(at, length);
    }
    at += std::max<std::size_t>(1, length);
  }
  return out;
}

}  // namespace vaste::config
