// Windowed KPIs: each group of equal dimensions is an actor that keeps the sums of its windows.
// Contributions come to it added up, one message for a transaction and quarter hour, so a record is
// written once for many of them, and it is the only one of its key.
#include <algorithm>
#include <cstdlib>
#include <utility>

#include "core/step.h"

namespace vaste::core {

namespace {

constexpr std::uint8_t bit(WindowSize size) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(size));
}

std::size_t place_of(WindowSize size) {
  return static_cast<std::size_t>(std::ranges::find(kWindowSizes, size) - kWindowSizes.begin());
}

WindowId shelf_of(WindowSize size, Instant start) {
  return {size, start, {}};
}

// What has been forgotten already.
WindowId forgotten_of(WindowSize size) {
  return shelf_of(size, kEndOfTime);
}

std::uint64_t contributions_in(const KpiWindow& delta) {
  std::uint64_t count = 0;
  for (const KpiSum& sum : delta.sums)
    count += static_cast<std::uint64_t>(std::max<std::int64_t>(std::abs(sum.count), 1));
  return count;
}

// Where everything goes that finds no room: its text, and the group.
std::pair<std::string, KpiGroup> rest_for(const AddUp& body) {
  KpiGroup rest = rest_of(body.contents->group.channel);
  if (body.trend.empty()) return {text(rest), std::move(rest)};
  Trend trend;
  trend.name = body.trend;
  return {trend_group(trend, "_other"), std::move(rest)};
}

}  // namespace

void Core::tell(const Sums& sums, Effects& effects) {
  if (!limits_.windows) return;
  for (const KpiWindow& window : sums.windows()) {
    if (window.sums.empty()) continue;  // given and taken back again
    std::uint8_t sizes = 0;
    for (const WindowSize size : kWindowSizes) sizes |= bit(size);
    Message message;
    message.to = stitch::kpi_actor(text(window.group));
    message.origin.read_after_ms = to_ms(kEndOfTime);  // No deadline waits for this.
    message.body = AddUp{std::make_shared<const KpiWindow>(window), sizes};
    pass_on(std::move(message), effects);
    tell_trends(window, effects);
  }
  serve_here(effects);
}

void Core::add_up(const Message& message, const AddUp& body, Effects& effects) {
  for (const WindowSize size : kWindowSizes)
    if ((body.sizes & bit(size)) != 0 && add_up(message, body, size, effects) &&
        !body.trend.empty())
      judge_trend(message.to.key, body, effects);
}

// A group that found no room is part of the rest for as long as the window is kept, since no group
// leaves it before: what is taken back is taken from where it was given.
bool Core::add_up(const Message& message, const AddUp& body, WindowSize size, Effects& effects) {
  const KpiWindow& delta = *body.contents;
  const Instant start = window_of(size, delta.start);
  const WindowId id{size, start, message.to.key};
  KpiWindow* window = state_.window(id);
  const KpiShelf known = state_.shelf(shelf_of(size, start));
  KpiShelf shelf = known;
  if (window == nullptr) {
    if (start + length(size) <= state_.shelf(forgotten_of(size)).at) {
      if (body.trend.empty()) effects.too_late[place_of(size)] += contributions_in(delta);
      return false;
    }
    auto [rest, group] = rest_for(body);
    if (shelf.groups >= limits_.groups && message.to.key != rest) {
      auto contents = std::make_shared<KpiWindow>(delta);
      contents->group = std::move(group);
      pass_on({message.origin, message.hops, stitch::kpi_actor(rest),
               AddUp{std::move(contents), bit(size), body.trend}},
              effects);
      return false;
    }
    window = &state_.create_window(id);
    window->start = start;
    window->group = delta.group;
    ++shelf.groups;
  }
  for (const KpiSum& sum : delta.sums) vaste::add_up(*window, sum);
  ++window->revision;
  state_.changed(id, *window);
  if (is_set(gate_)) shelf.at = std::max(shelf.at, window_of(WindowSize::kQuarterHour, gate_));
  if (shelf.groups != known.groups || shelf.at != known.at)
    state_.set_shelf(shelf_of(size, start), shelf);
  return true;
}

bool Core::may_forget(const WindowId& id) {
  const Millis keep = limits_.retain_windows[place_of(id.size)];
  if (keep <= Millis(0) || !is_set(gate_) || id.start == kEndOfTime) return false;
  const Instant end = id.start + length(id.size);
  if (end + keep > gate_) return false;
  KpiShelf shelf = state_.shelf(id);
  if (shelf.groups == 0) return false;
  // A backlog of years ago is not forgotten while it comes in.
  if (!is_set(shelf.at)) {
    shelf.at = gate_;
    state_.set_shelf(id, shelf);
  }
  return std::max(end, shelf.at) + keep <= gate_;
}

void Core::forget_window(const WindowId& id) {
  const WindowId shelf = shelf_of(id.size, id.start);
  KpiShelf left = state_.shelf(shelf);
  KpiShelf forgotten = state_.shelf(forgotten_of(id.size));
  // With the first of its groups: what comes for one that is gone must not begin it anew.
  const Instant end = id.start + length(id.size);
  if (forgotten.at < end) {
    forgotten.at = end;
    state_.set_shelf(forgotten_of(id.size), forgotten);
  }
  state_.erase_window(id);
  if (is_trend(id)) forget_trend(id);
  if (left.groups <= 1) return state_.erase_shelf(shelf);
  --left.groups;
  state_.set_shelf(shelf, left);
}

}  // namespace vaste::core
