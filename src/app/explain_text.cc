#include "app/explain_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/tap_text.h"
#include "app/terminal.h"

namespace vaste::app {

namespace {

using clocks::ClockExplanation;
using clocks::Part;
using clocks::PartKind;

constexpr std::size_t kDrawn = 60;       // characters of the drawing
constexpr std::size_t kPartsShown = 40;  // of a clock, in text; JSON has all

std::string at_text(Instant at) {
  return time_text(to_ms(at));
}
// To the millisecond: what is explained has to add up.
std::string long_text(Millis span) {
  std::string out;
  std::int64_t ms = span.count();
  for (const auto& [size, unit] : {std::pair<std::int64_t, char>{3'600'000, 'h'}, {60'000, 'm'}}) {
    if (ms < size) continue;
    out += fmt::format("{}{}", ms / size, unit);
    ms %= size;
  }
  if (ms % 1000 != 0) return out + fmt::format("{}.{:03}s", ms / 1000, ms % 1000);
  return ms == 0 && !out.empty() ? out : out + fmt::format("{}s", ms / 1000);
}

constexpr std::pair<MomentKind, const char*> kMomentTexts[] = {
    {MomentKind::kCustomerMessage, "customer message"},
    {MomentKind::kMemberMessage, "message of one of equals"},
    {MomentKind::kAgentMessage, "agent's message"},
    {MomentKind::kBotMessage, "bot's message"},
    {MomentKind::kQueued, "queued"},
    {MomentKind::kConnected, "answered"},
    {MomentKind::kAbandoned, "abandoned"},
    {MomentKind::kFlowedOut, "flowed out"},
    {MomentKind::kVoicemail, "voicemail"},
    {MomentKind::kCallbackRequested, "callback requested"},
    {MomentKind::kHandedOff, "handed off to people"},
    {MomentKind::kEnded, "ended"},
    {MomentKind::kOpened, "opened"},
    {MomentKind::kPending, "pending"},
    {MomentKind::kOnHold, "on hold"},
    {MomentKind::kActive, "active again"},
    {MomentKind::kResolved, "resolved"},
    {MomentKind::kClosed, "closed"},
    {MomentKind::kReopened, "reopened"},
    {MomentKind::kSpam, "spam"},
    {MomentKind::kNoReplyNeeded, "no reply needed"},
    {MomentKind::kAgentAway, "the agent went offline"},
    {MomentKind::kAgentBack, "the agent is back"},
    {MomentKind::kAttributesChanged, "attributes changed"},
    {MomentKind::kAssigned, "assigned"},
    {MomentKind::kUnassigned, "unassigned"},
    {MomentKind::kHeld, "put on hold"},
    {MomentKind::kResumed, "taken off hold"},
    {MomentKind::kTransferred, "transferred"},
    {MomentKind::kCommitmentMade, "commitment made"},
    {MomentKind::kCommitmentDone, "commitment kept"},
    {MomentKind::kCommitmentWithdrawn, "commitment withdrawn"},
    {MomentKind::kSurveyAnswered, "survey answered"},
};

const char* moment_text(MomentKind kind) {
  const auto* known =
      std::ranges::find(kMomentTexts, kind, [](const auto& row) { return row.first; });
  return known == std::end(kMomentTexts) ? "another event" : known->second;
}

char drawn(PartKind kind) {
  switch (kind) {
    case PartKind::kCounted:
      return '#';
    case PartKind::kClosed:
      return '.';
    case PartKind::kPaused:
      return '-';
  }
  return ' ';
}

// The clock's life to scale; what filled most of a place is drawn there.
std::string drawing(const ClockExplanation& clock) {
  if (clock.parts.empty()) return {};
  const Instant begin = clock.parts.front().from;
  const Millis whole = clock.parts.back().to - begin;
  std::string out(kDrawn, ' ');
  std::size_t next = 0;
  for (std::size_t i = 0; i < kDrawn; ++i) {
    const auto edge = [&](std::size_t place) {
      return begin + Millis(whole.count() * static_cast<std::int64_t>(place) /
                            static_cast<std::int64_t>(kDrawn));
    };
    const Instant from = edge(i), to = std::max(edge(i + 1), edge(i) + Millis(1));
    Millis most{0};
    while (next > 0 && clock.parts[next].from > from) --next;
    for (std::size_t p = next; p < clock.parts.size() && clock.parts[p].from < to; ++p) {
      const Part& part = clock.parts[p];
      const Millis here = std::min(part.to, to) - std::max(part.from, from);
      if (here > most) {
        most = here;
        out[i] = drawn(part.kind);
      }
      next = p;
    }
  }
  return out;
}

std::string part_text(const Part& part) {
  std::string why = name(part.kind);
  if (part.because != MomentKind::kNone) why += std::string(": ") + moment_text(part.because);
  std::string version;  // where there is more than one
  if (part.version != nullptr && part.version->since() != kNever)
    version = "  version " + printable(part.version->policy().version);
  return fmt::format("    {} .. {}  {:<8} {}{}\n", at_text(part.from), at_text(part.to), why,
                     long_text(part.to - part.from), version);
}

const char* begun_by(const ClockExplanation& clock) {
  if (clock.started_by) return moment_text(clock.started_by->kind);
  return clock.run.kind == ClockKind::kCallback ? "the agreed time" : "a forgotten event";
}

std::string clock_text(const ClockExplanation& clock) {
  const ClockRun& run = clock.run;
  std::string out = fmt::format("{} #{}: {}, {} of {}\n", printable(run.sla), run.cycle,
                                name(run.state), long_text(clock.counted), long_text(run.target));
  out += fmt::format("  rule `{}`, calendar {}\n", printable(run.rule), printable(run.calendar));
  out += fmt::format("  began {} with: {}\n", at_text(run.started), begun_by(clock));
  if (run.promised) out += "  the target is what was promised, by the wall clock\n";
  if (clock.due) out += fmt::format("  due {}\n", at_text(*clock.due));
  if (clock.breaches_at && run.state != ClockState::kMet)
    out += fmt::format("  {} {}\n", run.state == ClockState::kBreached ? "breached" : "breaches",
                       at_text(*clock.breaches_at));
  const std::size_t shown = std::min(clock.parts.size(), kPartsShown);
  const std::size_t head = clock.parts.size() > shown ? shown / 2 : shown;
  for (std::size_t i = 0; i < head; ++i) out += part_text(clock.parts[i]);
  if (clock.parts.size() > shown) {
    out += fmt::format("    ... {} more, see --format json ...\n", clock.parts.size() - shown);
    for (std::size_t i = clock.parts.size() - (shown - head); i < clock.parts.size(); ++i)
      out += part_text(clock.parts[i]);
  }
  if (clock.cut) out += "    ... and more than can be told\n";
  out += "  [" + drawing(clock) + "]  # counted  . closed  - paused\n";
  if (is_set(run.stopped))
    out +=
        fmt::format("  ended {} with: {}\n", at_text(run.stopped),
                    clock.stopped_by ? moment_text(clock.stopped_by->kind) : "a forgotten event");
  return out;
}

nlohmann::json maybe(std::optional<Instant> at) {
  return at ? nlohmann::json(at_text(*at)) : nlohmann::json();
}

nlohmann::json clock_json(const ClockExplanation& clock) {
  nlohmann::json parts = nlohmann::json::array();
  for (const Part& part : clock.parts) {
    nlohmann::json one{{"from", at_text(part.from)},
                       {"to", at_text(part.to)},
                       {"kind", name(part.kind)},
                       {"milliseconds", (part.to - part.from).count()}};
    if (part.version != nullptr) one["policyVersion"] = part.version->policy().version;
    if (part.because != MomentKind::kNone) one["because"] = moment_text(part.because);
    parts.push_back(std::move(one));
  }
  const ClockRun& run = clock.run;
  return {{"sla", run.sla},
          {"clock", name(run.kind)},
          {"cycle", run.cycle},
          {"state", name(run.state)},
          {"rule", run.rule},
          {"calendar", run.calendar},
          {"started", at_text(run.started)},
          {"startedBy", clock.started_by ? moment_text(clock.started_by->kind) : ""},
          {"promised", run.promised},
          {"stopped", maybe(is_set(run.stopped) ? std::optional(run.stopped) : std::nullopt)},
          {"stoppedBy", clock.stopped_by ? moment_text(clock.stopped_by->kind) : ""},
          {"targetMs", run.target.count()},
          {"countedMs", clock.counted.count()},
          {"due", maybe(clock.due)},
          {"breachesAt", maybe(clock.breaches_at)},
          {"atRiskAt", maybe(clock.at_risk_at)},
          {"cut", clock.cut},
          {"intervals", std::move(parts)}};
}

}  // namespace

std::string explanation_text(const Conversation& conversation, const clocks::CompiledPolicy& policy,
                             const std::vector<ClockExplanation>& clocks) {
  std::string out = fmt::format("conversation {}, policy {} {}\n", conversation.id.text(),
                                printable(policy.policy().id), printable(policy.policy().version));
  if (clocks.empty()) out += "no clock ever ran\n";
  for (const ClockExplanation& clock : clocks) out += '\n' + clock_text(clock);
  return out;
}

std::string explanation_json(const Conversation& conversation, const clocks::CompiledPolicy& policy,
                             const std::vector<ClockExplanation>& clocks) {
  nlohmann::json out{{"conversation", conversation.id.text()},
                     {"policy", policy.policy().id},
                     {"policyVersion", policy.policy().version},
                     {"clocks", nlohmann::json::array()}};
  for (const ClockExplanation& clock : clocks) out["clocks"].push_back(clock_json(clock));
  return out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
}

}  // namespace vaste::app
