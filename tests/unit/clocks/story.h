// Stories for the fold: a policy in a few words, moments in one line each, and what the clocks say
// at the end.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "clocks/fold.h"
#include "model/conversation.h"

namespace vaste::clocks::story {

using namespace std::chrono_literals;

// Monday, 5 January 2026; day 8 is Thursday, 10 Saturday, 12 Monday again.
inline Instant at(int day, Millis time) {
  return instant(1767571200000) + std::chrono::hours(24 * (day - 5)) + time;
}
inline Instant mon(Millis time) {
  return at(5, time);
}
inline Instant tue(Millis time) {
  return at(6, time);
}

inline CalendarSpec always() {
  CalendarSpec spec;
  spec.name = "24x7";
  spec.always_open = true;
  return spec;
}

inline CalendarSpec hours(std::string name, int from, int to) {
  CalendarSpec spec;
  spec.name = std::move(name);
  for (std::size_t day = 0; day < 5; ++day) spec.week[day] = {{from * 3600, to * 3600}};
  return spec;
}

// Index of each SLA of policy().
enum Sla : std::uint16_t { kFirst, kNext, kResolution, kSpeed, kFirstOurs, kBotFirst, kPausing };

inline Target target(Sla sla, Millis amount, std::uint16_t calendar = 0, double share = 0) {
  Target made{sla, amount, calendar, {}};
  if (share > 0) made.at_risk.push_back({.share = share, .remaining = {}});
  return made;
}

// SLAs and calendars ([0] 24x7, [1] nine_to_five, [2] late_shift), no rules yet.
inline Policy policy(std::vector<Rule> rules) {
  Policy made;
  made.calendars = {always(), hours("nine_to_five", 9, 17), hours("late_shift", 12, 20)};
  made.slas = {{"first", ClockKind::kFirstResponse},
               {"next", ClockKind::kNextResponse},
               {"resolution", ClockKind::kResolution, true, true},
               {"speed", ClockKind::kSpeedOfAnswer},
               {"first_ours", ClockKind::kFirstResponse, false, false, false, true},
               {"bot_first", ClockKind::kFirstResponse, false, false, true},
               {"pausing", ClockKind::kNextResponse, true, false}};
  made.rules = std::move(rules);
  return made;
}

inline Rule everything(std::vector<Target> targets) {
  return {"all", {}, std::move(targets)};
}

// The four clocks on plain time: 60 min, 30 min, 8 h, 20 s.
inline const CompiledPolicy& plain() {
  static const CompiledPolicy made(
      policy({everything({target(kFirst, 60min), target(kNext, 30min), target(kResolution, 8h),
                          target(kSpeed, 20s)})}));
  return made;
}

inline Moment moment(Instant at, MomentKind kind, Channel channel = Channel::kNone,
                     std::uint16_t contact_key = 0) {
  Moment made;
  made.at = at;
  made.kind = kind;
  made.channel = channel;
  made.contact_key = contact_key;
  return made;
}
inline Moment flagged(Moment made, std::uint8_t flags) {
  made.flags = flags;
  return made;
}
inline Moment by(Moment made, std::uint64_t author) {
  made.author = author;
  return made;
}
inline Moment with(Moment made, std::uint16_t attributes) {
  made.attributes = attributes;
  return made;
}
inline Moment about(Moment made, std::uint64_t target) {
  made.target = target;
  return made;
}

// A conversation of these moments; those without an id are numbered from 1 as they stand.
inline Conversation conversation(std::vector<Moment> moments,
                                 std::vector<Attributes> attribute_sets = {}) {
  Conversation made;
  std::uint64_t id = 0;
  for (Moment& one : moments) {
    ++id;
    if (one.id == 0) one.id = id;
  }
  std::stable_sort(moments.begin(), moments.end(), before);
  made.moments = std::move(moments);
  made.attribute_sets = std::move(attribute_sets);
  return made;
}

inline FoldState fold(std::vector<Moment> moments, const CompiledPolicy& rules,
                      std::vector<Attributes> attribute_sets = {}) {
  return refold(conversation(std::move(moments), std::move(attribute_sets)), rules);
}

inline std::string text(ClockState state) {
  return name(state);
}

inline std::string text(Millis amount) {
  const auto ms = amount.count();
  if (ms % 60'000 == 0) return std::to_string(ms / 60'000) + "min";
  if (ms % 1000 == 0) return std::to_string(ms / 1000) + "s";
  return std::to_string(ms) + "ms";
}

// "first#1 met 20min, next#1 running 5min": every run in order, its working time at `now`.
inline std::string clocks(const FoldState& state, Instant now, const CompiledPolicy& rules) {
  std::string all;
  for (const ClockRun& run : state.clocks) {
    if (!all.empty()) all += ", ";
    all += run.sla + "#" + std::to_string(run.cycle) + " " + text(run.state) + " " +
           text(elapsed(run, now, rules));
  }
  return all;
}

inline const ClockRun& run_of(const FoldState& state, std::string_view sla,
                              std::uint32_t cycle = 1) {
  static const ClockRun kNothing;
  for (const ClockRun& run : state.clocks)
    if (run.sla == sla && run.cycle == cycle) return run;
  return kNothing;
}

}  // namespace vaste::clocks::story
