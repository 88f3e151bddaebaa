#include "model/kpi_window.h"

#include <algorithm>

#include "base/hash.h"

namespace vaste {

namespace {

// Who holds the load is told by outputs, agent by agent; here it would be a record for each of
// them.
constexpr std::array kDimensions{&Attributes::queue,  &Attributes::segment,  &Attributes::brand,
                                 &Attributes::market, &Attributes::language, &Attributes::priority,
                                 &Attributes::team};

void append_escaped(std::string& out, std::string_view value) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  for (const char c : value) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_';
    if (plain) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
}

}  // namespace

const char* name(WindowSize size) {
  switch (size) {
    case WindowSize::kNone:
      return "none";
    case WindowSize::kQuarterHour:
      return "15m";
    case WindowSize::kDay:
      return "1d";
  }
  return "none";
}

Millis length(WindowSize size) {
  return size == WindowSize::kDay ? Millis(std::chrono::days(1)) : Millis(std::chrono::minutes(15));
}

Instant window_of(WindowSize size, Instant at) {
  const Millis into = at.time_since_epoch() % length(size);
  return at - (into < Millis(0) ? into + length(size) : into);
}

KpiGroup kpi_group(Channel channel, const Attributes& attributes) {
  KpiGroup out;
  out.channel = channel;
  for (std::string Attributes::*field : kDimensions) out.attributes.*field = attributes.*field;
  return out;
}

KpiGroup rest_of(Channel channel) {
  KpiGroup out;
  out.channel = channel;
  for (std::string Attributes::*field : kDimensions) out.attributes.*field = "_other";
  return out;
}

std::string text(const KpiGroup& group) {
  std::string out = "channel=";
  out += name(group.channel);
  for_each_attribute([&](const char* dimension, std::string Attributes::*field) {
    const std::string& value = group.attributes.*field;
    if (value.empty()) return;
    out += '&';
    out += dimension;
    out += '=';
    append_escaped(out, value);
  });
  return out;
}

bool KpiSum::is_zero() const {
  return count == 0 && value == 0 && wall == 0 && target == 0 && spread.empty();
}

bool has_spread(Fact fact) {
  switch (fact) {
    case Fact::kWait:
    case Fact::kTalk:
    case Fact::kHold:
    case Fact::kWrapUp:
    case Fact::kLongestHold:
    case Fact::kSlaSpent:
    case Fact::kResolution:
      return true;
    case Fact::kNone:
    case Fact::kContact:
    case Fact::kTransfer:
    case Fact::kChannelSwitch:
    case Fact::kSla:
    case Fact::kReopen:
    case Fact::kFirstContact:
    case Fact::kRepeatContact:
    case Fact::kSurveySent:
    case Fact::kSurveyAnswered:
    case Fact::kMention:
      return false;
  }
  return false;
}

void add_up(KpiWindow& into, const KpiSum& one) {
  auto found = std::ranges::find_if(into.sums, [&](const auto& sum) { return sum.same_kind(one); });
  if (found == into.sums.end()) {
    if (!one.is_zero()) into.sums.push_back(one);
    return;
  }
  found->count += one.count;
  found->value += one.value;
  found->wall += one.wall;
  found->target += one.target;
  if (found->spread.size() < one.spread.size()) found->spread.resize(one.spread.size());
  for (std::size_t i = 0; i < one.spread.size(); ++i) found->spread[i] += one.spread[i];
  while (!found->spread.empty() && found->spread.back() == 0) found->spread.pop_back();
  if (found->is_zero()) into.sums.erase(found);
}

}  // namespace vaste

std::size_t std::hash<vaste::WindowId>::operator()(const vaste::WindowId& id) const noexcept {
  const auto at = static_cast<std::uint64_t>(vaste::to_ms(id.start));
  return vaste::hash64(id.group, at + static_cast<std::uint64_t>(id.size));
}
