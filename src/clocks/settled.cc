// What is over and no longer changes while moments come in order goes to the front of the runs, and
// out at the front when they are too many. So what an event costs does not grow with what was
// before it.
#include <algorithm>
#include <vector>

#include "clocks/runs.h"

namespace vaste::clocks {

namespace {

// So many that are over stay among those that go on; twice as many, and the older ones settle.
constexpr std::size_t kUnsettled = 16;
// So many are dropped at once: to drop one is to move all others.
constexpr std::size_t kDropped = kClocksKept / 8;

void count(const ClockRun& run, std::vector<PastExchanges>& past) {
  if (run.state == ClockState::kVoid) return;
  auto known = std::ranges::find(past, run.sla, &PastExchanges::sla);
  if (known == past.end()) {
    past.push_back({run.sla, 0, 0, run.elapsed, run.target - run.elapsed, kNever, Millis(0)});
    known = past.end() - 1;
  }
  ++known->over;
  if (run.elapsed > run.target) ++known->late;
  known->worst_elapsed = std::max(known->worst_elapsed, run.elapsed);
  known->worst_margin = std::min(known->worst_margin, run.target - run.elapsed);
  if (run.started < known->last_started) return;
  known->last_started = run.started;
  known->last_elapsed = run.elapsed;
}

// Not what there is but one of, which summaries always have; not what ends right now, whose alerts
// have not been compared, and nothing that a reopening would take up again. What settles later
// ended later: settled runs are in the order of their ends.
void settle(FoldState& state, Instant before) {
  if (is_set(state.resolved)) before = std::min(before, state.resolved);
  const auto is_past = [&](const ClockRun& run) {
    return !is_open(run.state) && run.stopped < before && !row(run.kind).is(kOnce);
  };
  std::vector<Instant> ends;
  for (const ClockRun& run : state.unsettled())
    if (is_past(run)) ends.push_back(run.stopped);
  if (ends.size() < 2 * kUnsettled) return;
  const auto newest = ends.end() - kUnsettled;
  std::nth_element(ends.begin(), newest, ends.end());
  const Instant until = *newest;  // what ended at the same instant stays together

  const auto runs = state.unsettled();
  const auto rest = std::stable_partition(runs.begin(), runs.end(), [&](const ClockRun& run) {
    return is_past(run) && run.stopped < until;
  });
  std::ranges::stable_sort(runs.begin(), rest, {}, &ClockRun::stopped);
  for (auto run = runs.begin(); run != rest; ++run) {
    count(*run, state.past);
    if (reached_something(*run)) state.settled_reached = run->stopped;
  }
  state.settled += static_cast<std::uint32_t>(rest - runs.begin());
}

void drop_oldest(FoldState& state) {
  auto& runs = state.clocks;
  const std::size_t before = runs.size();
  const std::size_t excess = before - (kClocksKept - kDropped);
  const std::size_t settled = std::min<std::size_t>(excess, state.settled);
  runs.erase(runs.begin(), runs.begin() + static_cast<std::ptrdiff_t>(settled));
  state.settled -= static_cast<std::uint32_t>(settled);
  state.kept_clocks = 0;
  while (runs.size() > kClocksKept - kDropped) {
    auto gone = std::ranges::find_if(runs, [](const ClockRun& run) { return !is_open(run.state); });
    if (gone != runs.end()) {
      count(*gone, state.past);
    } else {
      if (runs.size() <= kClocksKept) break;
      gone = runs.begin();  // only promises are so many, and the oldest is given up
    }
    runs.erase(gone);
  }
  state.clocks_dropped += static_cast<std::uint32_t>(before - runs.size());
}

}  // namespace

void make_room(FoldState& state, Instant moment) {
  if (state.clocks.size() - state.settled > 2 * kUnsettled) settle(state, moment);
  if (state.clocks.size() > kClocksKept) drop_oldest(state);
}

std::size_t first_unsaid(const FoldState& state, Instant until) {
  std::size_t first = state.settled;
  if (state.settled_reached <= until) return first;
  while (first > 0 && state.clocks[first - 1].stopped > until) --first;
  return first;
}

}  // namespace vaste::clocks
