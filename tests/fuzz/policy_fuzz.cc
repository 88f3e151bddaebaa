// A policy file: every complaint has its place, and what is accepted can be worked with.
#include <fstream>
#include <iterator>

#include "clocks/fold.h"
#include "fuzz/findings.h"
#include "fuzz/target.h"
#include "model/conversation.h"

namespace vaste::fuzz {
namespace {

void check_accepted(const Policy& policy) {
  VASTE_CHECK(!policy.id.empty() && !policy.version.empty() && !policy.calendars.empty());
  for (const Rule& rule : policy.rules)
    for (const Target& target : rule.targets) {
      VASTE_CHECK(target.sla < policy.slas.size() && target.calendar < policy.calendars.size());
      // Days have no duration of their own, and neither has what somebody promises.
      const bool promised = facts(policy.slas[target.sla].clock).promise != Promise::kNone;
      VASTE_CHECK(target.target > Millis(0) || target.business_days > 0 || promised);
    }
  for (const Queue& queue : policy.queues) VASTE_CHECK(queue.calendar < policy.calendars.size());
  // Compiling calendars is slow: one in eight, the same ones each time.
  if (policy.hash % 8 != 0 || policy.calendars.size() > 4) return;
  const clocks::CompiledPolicy compiled(policy);
  const Instant now = instant(1767258000000);
  for (const Channel channel : {Channel::kNone, Channel::kChat, Channel::kEmail}) {
    const Rule* rule = compiled.rule_for(channel, {});
    if (rule == nullptr) continue;
    FoldState state;
    Moment moment;
    moment.at = now;
    moment.kind = MomentKind::kCustomerMessage;
    moment.channel = channel;
    clocks::apply(state, moment, {}, compiled);
    for (const ClockRun& run : state.clocks) {
      const auto due = clocks::due(run, compiled);
      if (due) VASTE_CHECK(clocks::elapsed(run, *due, compiled) == run.target);
    }
  }
}

void run(std::string_view input) {
  const std::string text(input);
  std::vector<config::Finding> findings;
  const auto policy = config::parse_policy(text, "policy.yaml", findings);
  check_findings(findings, input, !policy.has_value());
  if (policy)
    check_accepted(*policy);
  else
    VASTE_CHECK(policy.error().code == Code::kConfig && !policy.error().detail.empty());
}

std::vector<std::string> seeds() {
  std::vector<std::string> out = {
      "policy: a\nrules: [{name: all, targets: {first_response: 24h}}]\n",
      "policy: b\nversion: v1\n"
      "calendars:\n"
      "  office: {zone: UTC, week: {mon-fri: \"09:00-12:00, 13:00-17:00\"}, holidays: "
      "[2026-12-25],\n"
      "    dates: {2026-12-24: \"09:00-12:00\"}, closures: {2026-06-01: \"12:00-13:00\"}}\n"
      "slas: {reply: {clock: first_response, bot_counts: true, pause_pending: false}}\n"
      "queues: {phone: {channels: [phone], answer_within: 20s, objective: 80%, calendar: office}}\n"
      "rules:\n"
      "  - {name: vip, when: {channel: [chat, email], queue: phone, segment: vip},\n"
      "     targets: {reply: {target: 4h, calendar: office, at_risk: 75%}}}\n"
      "  - {name: rest, targets: {resolution: {target: 3d, at_risk: 1h left, by_priority: {urgent: "
      "1d, low: {business_days: 9}}}}}\n"
      "goals: {service_level: 80%, nps: 30}\n"
      "stitch: {reopen: 48h, windows: {live-live: 4h, chat-email: 1h30m}}\n",
      "&a [*a, *a]", "--- a\n--- b\n", "? [x]\n: y\n"};
  for (const char* name : {"phone-desk", "service-desk", "web-shop"}) {
    std::ifstream in(std::string(VASTE_SOURCE_DIR "/deploy/policies/") + name + ".yaml");
    out.emplace_back((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    VASTE_CHECK(!out.back().empty());
  }
  return out;
}

// NOLINTNEXTLINE(readability-function-size): a list
std::vector<std::string> words() {
  return {"policy:",
          "version:",
          "calendars:",
          "slas:",
          "queues:",
          "rules:",
          "stitch:",
          "zone:",
          "week:",
          "dates:",
          "closures:",
          "holidays:",
          "clock:",
          "first_response",
          "next_response",
          "resolution",
          "speed_of_answer",
          "pause_pending:",
          "pause_on_hold:",
          "bot_counts:",
          "agent_started:",
          "channels:",
          "answer_within:",
          "short_abandon:",
          "objective:",
          "goals:",
          "by_priority:",
          "wait_goal:",
          "calendar:",
          "name:",
          "when:",
          "targets:",
          "target:",
          "at_risk:",
          "reopen:",
          "windows:",
          "live-live",
          "mon-fri",
          "sun-thu",
          "closed",
          "24x7",
          "24:00",
          "2100-12-31",
          "Europe/Helsinki",
          "UTC",
          "{",
          "}",
          "[",
          "]",
          "- ",
          "? ",
          ": ",
          "&a ",
          "*a",
          "!!",
          "|\n",
          ">\n",
          "\"",
          "'",
          "#",
          "---\n",
          "...\n",
          "%YAML 1.2\n",
          "<<: ",
          "null",
          "~",
          "true",
          "99999999999999999999",
          "1e9",
          "-1",
          "0s",
          "1h30m",
          "75%",
          "\t",
          "\xc2\x85",
          "\xe2\x80\xa8"};
}

}  // namespace

const FuzzTarget& target() {
  static const FuzzTarget made{run, seeds, words, 2000};
  return made;
}

}  // namespace vaste::fuzz
