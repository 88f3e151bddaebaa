// What was contributed to KPIs inside a stretch of event time, added up for each group of equal
// dimensions. Plain values; stored by store/codec, published by emit/.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/attributes.h"
#include "model/kpi.h"
#include "model/moment.h"

namespace vaste {

// The numbers are stored and published: never reuse one. Both are of UTC: offsets of zones are
// whole quarter hours, so the days of any zone are sums of quarter hours.
enum class WindowSize : std::uint8_t { kNone = 0, kQuarterHour = 1, kDay = 2 };
inline constexpr std::array kWindowSizes{WindowSize::kQuarterHour, WindowSize::kDay};
const char* name(WindowSize size);  // "15m", "1d"; "none" for kNone
Millis length(WindowSize size);
Instant window_of(WindowSize size, Instant at);  // where the window that has it begins

// By what sums are kept apart. Of the attributes those of kpi_dimensions() alone are set.
struct KpiGroup {
  Channel channel = Channel::kNone;
  Attributes attributes;

  bool operator==(const KpiGroup&) const = default;
};

KpiGroup kpi_group(Channel channel, const Attributes& attributes);
// Of a channel, all groups beyond those that there is room for.
KpiGroup rest_of(Channel channel);

// "channel=phone&queue=support&priority=high": dimensions that are empty left out, any character
// but letters, digits, '-', '.' and '_' as %XX. Different groups, different texts.
std::string text(const KpiGroup& group);

// The bounds of KpiSum::spread in milliseconds: at most 0, 5 s, 10 s, ..., a week, and anything.
inline constexpr std::array<std::int64_t, 24> kSpreadBounds{
    0,       5000,    10000,   15000,    20000,    30000,    45000,     60000,
    90000,   120000,  180000,  300000,   450000,   600000,   900000,    1200000,
    1800000, 3600000, 7200000, 14400000, 28800000, 86400000, 172800000, 604800000};

// Contributions of one kind, all of which count.
struct KpiSum {
  Fact fact = Fact::kNone;
  Outcome outcome = Outcome::kNone;
  Channel from = Channel::kNone;  // of a channel switch
  std::string name;               // of the SLA or the survey
  std::int64_t count = 0;
  std::int64_t value = 0, wall = 0, target = 0;  // see clocks::Contribution
  // Of values in milliseconds: how many there are in each of the spans between the bounds above;
  // what is 0 at the end is left out. It can be taken back, which a percentile or a maximum cannot.
  std::vector<std::int64_t> spread;

  bool is_zero() const;
  bool same_kind(const KpiSum& other) const {
    return fact == other.fact && outcome == other.outcome && from == other.from &&
           name == other.name;
  }
  bool operator==(const KpiSum&) const = default;
};

// Are its values milliseconds?
bool has_spread(Fact fact);

struct KpiWindow {
  Instant start;
  KpiGroup group;
  std::vector<KpiSum> sums;    // without those that have come to nothing
  std::uint64_t revision = 0;  // of the published record
};

void add_up(KpiWindow& into, const KpiSum& one);

// Which of the windows of one core partition.
struct WindowId {
  WindowSize size = WindowSize::kNone;
  Instant start;
  std::string group;  // text(KpiGroup)

  auto operator<=>(const WindowId&) const = default;
};

// All groups of a window that one core partition has. Of the start kEndOfTime: what is kept no
// longer.
struct KpiShelf {
  std::uint64_t groups = 0;
  // How far deadlines had been looked at when one of them changed last, to the quarter hour; of
  // what is kept no longer, where its newest window ends.
  Instant at;
};

}  // namespace vaste

template <>
struct std::hash<vaste::WindowId> {
  std::size_t operator()(const vaste::WindowId& id) const noexcept;
};
