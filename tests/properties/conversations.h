// Conversations with everything that may happen in one, and a policy that has an opinion of it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <random>
#include <vector>

#include "clocks/fold.h"
#include "config/config.h"
#include "model/incoming.h"

namespace vaste::test {

// Which conversation a contact belongs to is another matter: here the reopen window never ends.
inline constexpr char kPolicy[] = R"(
policy: order
stitch: {reopen: 90d}
calendars:
  office: {zone: Europe/Helsinki, week: {mon-fri: "08:00-12:00, 13:00-18:00"}}
  staffed: {zone: Europe/Helsinki, week: {mon-sun: "06:00-23:00"}}
slas:
  first_bot: {clock: first_response, bot_counts: true}
queues:
  vip: {answer_within: 10s}
rules:
  - name: vip
    when: {queue: [vip]}
    calendar: staffed
    targets: {first_response: {target: 20m, at_risk: 50%}, next_response: {target: 30m, at_risk: 10m left}, resolution: {target: 8h, at_risk: 75%}, speed_of_answer: 10s}
  - name: calls
    when: {channel: [phone]}
    calendar: 24x7
    targets: {speed_of_answer: {target: 18s, at_risk: 50%}, next_response: 4h, resolution: 2d}
  - name: urgent
    when: {priority: [urgent]}
    calendar: 24x7
    targets: {first_response: 15m, next_response: 15m}
  - name: nowhere
    when: {queue: [nowhere]}
    calendar: office
    targets: {resolution: 1d}
  - name: all
    calendar: office
    targets: {first_response: {target: 1h, at_risk: 75%}, first_bot: 30m, next_response: 2h, resolution: {target: 3d, at_risk: 90%}}
)";

inline std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// Every clock that the text above does not name, in the rules for VIPs and for all, with warnings:
// more than a file may have, whose names are labels of metrics.
inline Policy with_all_clocks(Policy policy) {
  for (const ClockFacts& clock : clock_facts()) {
    const bool named = std::any_of(policy.slas.begin(), policy.slas.end(),
                                   [&](const SlaSpec& sla) { return sla.name == clock.name; });
    if (named) continue;
    SlaSpec sla;
    sla.name = clock.name;
    sla.clock = clock.kind;
    sla.pause_pending = clock.pause_pending;
    sla.pause_on_hold = clock.pause_on_hold;
    sla.bot_counts = clock.kind == ClockKind::kAcknowledgement;
    sla.pause_agent_away = clock.kind == ClockKind::kAssigneeReturn;
    sla.dm_satisfies_public = clock.kind == ClockKind::kPublicResponse;
    policy.slas.push_back(sla);
    Target target;
    target.sla = static_cast<std::uint16_t>(policy.slas.size() - 1);
    target.target = clock.promise == Promise::kNone ? Millis(90 * 60'000) : Millis(0);
    target.at_risk = {{.share = 0.5, .remaining = {}}, {.share = {}, .remaining = Millis(600'000)}};
    for (Rule& rule : policy.rules) {
      if (rule.name != "all" && rule.name != "vip") continue;
      target.calendar = rule.targets.front().calendar;
      rule.targets.push_back(target);
    }
  }
  return policy;
}

inline std::shared_ptr<const clocks::CompiledPolicy> compiled() {
  static const auto once = [] {
    std::vector<config::Finding> findings;
    auto parsed = config::parse_policy(kPolicy, "order", findings);
    for (const auto& finding : findings)
      if (finding.error) ADD_FAILURE() << config::text(finding);
    return std::make_shared<const clocks::CompiledPolicy>(
        parsed ? with_all_clocks(std::move(*parsed)) : Policy());
  }();
  return once;
}

// One conversation by its session key, on one channel, with everything that may happen there.
class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}

  std::vector<Incoming> conversation() {
    constexpr Channel kChannels[] = {Channel::kChat, Channel::kEmail, Channel::kPhone,
                                     Channel::kSocial};
    channel_ = kChannels[below(4)];
    at_ = instant(1'795'392'000'000 + static_cast<std::int64_t>(below(14 * 86'400'000UL)));
    std::vector<Incoming> out;
    const std::size_t length = 2 + below(14);
    for (std::size_t i = 0; i < length; ++i) {
      at_ += gap();
      out.push_back(event(kind(i)));
    }
    return out;
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

  Millis gap() {
    switch (below(6)) {
      case 0:
        return Millis(0);
      case 1:
        return Millis(1 + below(20'000));
      case 2:
      case 3:
        return Millis(1 + below(2 * 3'600'000UL));
      case 4:
        return Millis(1 + below(12 * 3'600'000UL));
      default:
        return Millis(1 + below(72 * 3'600'000UL));
    }
  }

  MomentKind kind(std::size_t index) {
    using enum MomentKind;
    static constexpr MomentKind kWritten[] = {kCustomerMessage,
                                              kCustomerMessage,
                                              kCustomerMessage,
                                              kAgentMessage,
                                              kAgentMessage,
                                              kBotMessage,
                                              kNote,
                                              kMachineMessage,
                                              kPending,
                                              kOnHold,
                                              kActive,
                                              kResolved,
                                              kClosed,
                                              kReopened,
                                              kNoReplyNeeded,
                                              kSpam,
                                              kAttributesChanged,
                                              kAttributesChanged,
                                              kDeleted,
                                              kBounced,
                                              kHandedOff,
                                              kCommitmentMade,
                                              kCommitmentMade,
                                              kCommitmentDone,
                                              kCommitmentWithdrawn,
                                              kAssigned,
                                              kAssigned,
                                              kUnassigned,
                                              kAgentAway,
                                              kAgentBack,
                                              kSurveySent,
                                              kSurveyAnswered};
    static constexpr MomentKind kLive[] = {
        kQueued,           kRinging,     kRingNoAnswer,      kConnected,      kHeld,
        kResumed,          kTransferred, kCallbackRequested, kVoicemail,      kAbandoned,
        kFlowedOut,        kEnded,       kWrapUpEnded,       kQueued,         kConnected,
        kResolved,         kHeld,        kResumed,           kCommitmentMade, kCommitmentDone,
        kAttributesChanged};
    const bool live = channel_ == Channel::kPhone && below(4) != 0;
    if (index == 0) return live ? kStarted : kCustomerMessage;
    return live ? kLive[below(std::size(kLive))] : kWritten[below(std::size(kWritten))];
  }

  Incoming event(MomentKind kind) {
    Incoming out;
    // Now and then it goes on elsewhere.
    if (below(12) == 0) channel_ = static_cast<Channel>(1 + below(4));
    out.moment.at = at_;
    out.moment.kind = kind;
    out.moment.channel = channel_;
    out.moment.id = 1000 + ids_.size();
    out.moment.sequence = static_cast<std::int64_t>(ids_.size());
    out.moment.author = 7 + below(3);
    if (kind == MomentKind::kDeleted || kind == MomentKind::kBounced)
      out.moment.target = ids_.empty() ? 0 : ids_[below(ids_.size())];
    promise(out.moment);
    ids_.push_back(out.moment.id);
    if (below(5) == 0 || kind == MomentKind::kAttributesChanged) {
      static constexpr const char* kQueues[] = {"", "desk", "vip", "nowhere"};
      out.attributes.queue = kQueues[below(4)];
      if (below(3) == 0) out.attributes.priority = below(2) == 0 ? "urgent" : "normal";
    }
    if (kind == MomentKind::kAssigned || below(8) == 0) {
      static constexpr const char* kAgents[] = {"", "bob", "eve"};
      static constexpr const char* kTeams[] = {"", "blue", "red"};
      out.attributes.agent = kAgents[below(3)];
      out.attributes.team = kTeams[below(3)];
    }
    out.identifiers = {"customer_id:c"};
    out.keys = {{"chat:test:s", false, true}};
    out.opens = true;
    out.from_customer = tie_rank(kind) == 0;
    return out;
  }

  // What is said to be done by when, and what everybody can read.
  void promise(Moment& moment) {
    const auto soon = [&] {
      return to_ms(at_) + static_cast<std::int64_t>(below(24 * 3'600'000UL));
    };
    switch (moment.kind) {
      case MomentKind::kCommitmentMade:
        if (below(4) != 0) moment.value = soon();
        if (below(3) == 0) moment.next_update_ms = soon();
        moment.target = below(3);
        break;
      case MomentKind::kCommitmentDone:
      case MomentKind::kCommitmentWithdrawn:
        moment.target = below(3);
        break;
      case MomentKind::kCallbackRequested:
        if (below(2) == 0) moment.value = soon();
        break;
      case MomentKind::kSurveySent:
      case MomentKind::kSurveyAnswered:
        moment.survey = static_cast<SurveyKind>(1 + below(4));
        moment.value = static_cast<std::int64_t>(below(11)) * 1000;
        break;
      case MomentKind::kHeld:
        moment.value = static_cast<std::int64_t>(below(600));
        break;
      case MomentKind::kAgentMessage:
        if (below(3) == 0) moment.next_update_ms = soon();
        [[fallthrough]];
      case MomentKind::kCustomerMessage:
        if (channel_ == Channel::kSocial && below(2) == 0) moment.flags = kPublic | kAddressed;
        break;
      default:
        break;
    }
  }

  std::mt19937_64 random_;
  Channel channel_ = Channel::kNone;
  Instant at_;
  std::vector<std::uint64_t> ids_;
};

}  // namespace vaste::test
