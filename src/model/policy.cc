#include "model/policy.h"

#include <algorithm>

#include "base/check.h"

namespace vaste {

namespace {

// DOMAIN.md 3: which of them stand still while we wait for somebody else, and which never may.
// clang-format off
constexpr std::array kFacts{
    //         kind                         name                may_pause pending on_hold promise       live
    ClockFacts{ClockKind::kFirstResponse,   "first_response",   true,  false, false, Promise::kNone,  false},
    ClockFacts{ClockKind::kNextResponse,    "next_response",    true,  false, false, Promise::kNone,  false},
    ClockFacts{ClockKind::kResolution,      "resolution",       true,  true,  true,  Promise::kNone,  false},
    // Never should, but policies of before may say that it does.
    ClockFacts{ClockKind::kSpeedOfAnswer,   "speed_of_answer",  true,  false, false, Promise::kNone,  true},
    ClockFacts{ClockKind::kTakeOwnership,   "take_ownership",   true,  false, false, Promise::kNone,  false},
    ClockFacts{ClockKind::kCommitment,      "commitment",       false, false, false, Promise::kMay,    false},
    ClockFacts{ClockKind::kCallback,        "callback",         false, false, false, Promise::kNone,  false},
    ClockFacts{ClockKind::kHold,            "hold",             false, false, false, Promise::kMay,    true},
    ClockFacts{ClockKind::kPublicResponse,  "public_response",  true,  false, false, Promise::kNone,  false},
    ClockFacts{ClockKind::kNextUpdate,      "next_update",      false, false, false, Promise::kAlways, false},
    ClockFacts{ClockKind::kFollowUp,        "follow_up",        false, false, false, Promise::kNone,  false},
    ClockFacts{ClockKind::kAcknowledgement, "acknowledgement",  false, false, false, Promise::kNone,  false},
    ClockFacts{ClockKind::kPeriodicUpdate,  "periodic_update",  false, false, false, Promise::kNone,  false},
    ClockFacts{ClockKind::kPausableUpdate,  "pausable_update",  true,  true,  false, Promise::kNone,  false},
    ClockFacts{ClockKind::kGroupOwnership,  "group_ownership",  true,  false, false, Promise::kNone,  false},
    ClockFacts{ClockKind::kAssigneeReturn,  "assignee_return",  true,  false, false, Promise::kNone,  false},
    ClockFacts{ClockKind::kRequesterWait,   "requester_wait",   true,  true,  false, Promise::kNone,  false},
    ClockFacts{ClockKind::kAgentWork,       "agent_work",       true,  true,  true,  Promise::kNone,  false},
};
// clang-format on

// METRICS.md, recording rules: the KPIs that are shares.
// clang-format off
constexpr std::array<KpiFacts, kKpis> kKpiFacts{{
    {Kpi::kSlaMet,       "sla_met",       "share of the clocks that were met", false},
    {Kpi::kServiceLevel, "service_level", "share of calls and chats answered within the queue's `answer_within`", false},
    {Kpi::kNotAbandoned, "not_abandoned", "share of calls and chats that nobody gave up", false},
    {Kpi::kCsat,         "csat",          "share of satisfied answers", false},
    {Kpi::kCes,          "ces",           "share of answers that it was easy", false},
    {Kpi::kNps,          "nps",           "net promoter score", true},
    {Kpi::kFcr,          "fcr",           "share resolved at the first contact", false},
    {Kpi::kNotReopened,  "not_reopened",  "share of what was resolved and stayed so", false},
}};
// clang-format on

constexpr bool in_order() {
  for (std::size_t i = 0; i < kKpis; ++i)
    if (static_cast<std::size_t>(kKpiFacts[i].kpi) != i) return false;
  for (std::size_t i = 0; i < kFacts.size(); ++i)
    if (static_cast<std::size_t>(kFacts[i].kind) != i + 1) return false;
  return kFacts.back().kind == kLastClockKind;
}
static_assert(in_order());

}  // namespace

std::span<const ClockFacts> clock_facts() {
  return kFacts;
}

std::span<const KpiFacts> kpi_facts() {
  return kKpiFacts;
}

double objective(const Queue& queue, const SlaSpec& sla) {
  return sla.objective > 0 ? sla.objective : queue.sla_objective;
}

double goal(const Policy& policy, const Queue& queue, Kpi kpi) {
  const auto index = static_cast<std::size_t>(kpi);
  if (queue.goals.at(index) > 0) return queue.goals.at(index);
  if (kpi == Kpi::kSlaMet && queue.sla_objective > 0) return queue.sla_objective;
  return policy.goals.at(index);
}

const ClockFacts& facts(ClockKind kind) {
  const auto index = static_cast<std::size_t>(kind);
  VASTE_CHECK(index >= 1 && index <= kFacts.size());
  return kFacts[index - 1];
}

const char* name(ClockKind kind) {
  return kind == ClockKind::kNone ? "none" : facts(kind).name;
}

std::optional<ClockKind> clock_kind(std::string_view wanted) {
  const auto found = std::find_if(kFacts.begin(), kFacts.end(),
                                  [&](const ClockFacts& one) { return wanted == one.name; });
  if (found == kFacts.end()) return std::nullopt;
  return found->kind;
}

bool trusts(const IdentityRules& rules, std::string_view source, std::string_view method) {
  return std::ranges::any_of(rules.trust, [&](const Trust& trust) {
    if (trust.source != "*" && trust.source != source) return false;
    return trust.methods.empty() || std::ranges::find(trust.methods, method) != trust.methods.end();
  });
}

}  // namespace vaste
