#include "vectors/history.h"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "clocks/history.h"

namespace vaste::vectors {
namespace {

using clocks::CompiledPolicy;

Millis seconds(const json& value) {
  return std::chrono::seconds(value.get<std::int64_t>());
}

Millis offset_of(const json& warning) {
  return seconds(warning.is_object() ? warning.at("seconds") : warning);
}

Channel channel_of(const json& event) {
  static const std::map<std::string, Channel> kChannels = {{"chat", Channel::kChat},
                                                           {"email", Channel::kEmail},
                                                           {"phone", Channel::kPhone},
                                                           {"social", Channel::kSocial}};
  const auto found = kChannels.find(event.value("channel", "email"));
  return found == kChannels.end() ? Channel::kChat : found->second;  // web, messaging, ...
}

std::string segment(std::size_t epoch) {
  return "policy " + std::to_string(epoch);
}

}  // namespace

History::History(const json& vector)
    : tolerance_(vector.value("tolerance_s", 0.0)),
      options_(vector.value("options", json::object())) {
  read_options(options_);
  epochs_.push_back({0, vector.at("targets"), vector.at("calendar"), {}});
  attribute_sets_.emplace_back().segment = segment(0);
  std::size_t index = 0;
  for (const json& event : vector.at("events")) read_event(event, index++);
}

void History::read_options(const json& options) {
  static const std::set<std::string> kKnown = {"pause_states",
                                               "first_response_pauses",
                                               "take_ownership_pauses",
                                               "next_response_arms_before_first_response",
                                               "closed_time_counts",
                                               "calendar_change",
                                               "warning",
                                               "warnings"};
  for (const auto& [option, value] : options.items())
    if (!kKnown.contains(option)) throw std::runtime_error("no such option: " + option);
  pause_states_ = options.value("pause_states", std::vector<std::string>{});
  if (options.contains("warning")) warnings_.push_back(offset_of(options.at("warning")));
  if (options.contains("warnings"))
    for (const json& one : options.at("warnings")) warnings_.push_back(offset_of(one));
  std::sort(warnings_.begin(), warnings_.end());
}

void History::add(MomentKind kind, Instant at, std::size_t index, std::uint16_t attributes,
                  Channel channel) {
  Moment moment;
  moment.at = at;
  moment.kind = kind;
  moment.channel = channel;
  moment.attributes = attributes;
  moment.id = moments_.size() + 1;
  moment.sequence = static_cast<std::int64_t>(moments_.size());
  moments_.emplace_back(index, moment);
}

// The states of the vector are a helpdesk's: those that pause are on hold for us, which neither a
// message nor an answer ends.
void History::change_state(const std::string& state, Instant at, std::size_t index) {
  static const std::set<std::string> kClosedStates = {"closed", "resolved", "solved"};
  const bool pauses =
      std::find(pause_states_.begin(), pause_states_.end(), state) != pause_states_.end();
  const bool closes = !pauses && kClosedStates.contains(state);
  if (closes) {
    add(state == "closed" ? MomentKind::kClosed : MomentKind::kResolved, at, index);
  } else {
    if (closed_) add(MomentKind::kReopened, at, index);
    if (state == "spam") add(MomentKind::kSpam, at, index);
    if (pauses)
      add(MomentKind::kOnHold, at, index);
    else if (paused_)
      add(MomentKind::kActive, at, index);
  }
  closed_ = closes;
  paused_ = pauses;
}

void History::read_event(const json& event, std::size_t index) {
  const std::string type = event.at("type");
  const Instant at = instant_of(event.at("t"));
  times_.push_back(at);
  if (type == "created") {
    add(MomentKind::kOpened, at, index, 1);
    change_state(event.value("state", "open"), at, index);
  } else if (type == "state") {
    change_state(event.at("state"), at, index);
  } else if (type == "customer_message") {
    add(MomentKind::kCustomerMessage, at, index, 0, channel_of(event));
  } else if (type == "agent_reply") {
    add(MomentKind::kAgentMessage, at, index, 0, channel_of(event));
  } else if (type == "agent_note") {
    add(MomentKind::kNote, at, index);
  } else if (type == "policy" || type == "policy_removed") {
    attribute_sets_.emplace_back().segment = segment(epochs_.size());
    Epoch next = epochs_.back();
    next.event = index;
    next.targets = type == "policy" ? event.at("targets") : json::object();
    if (event.contains("calendar")) {
      next.calendar = event.at("calendar");
      next.edits.clear();
    }
    epochs_.push_back(std::move(next));
    add(MomentKind::kAttributesChanged, at, index,
        static_cast<std::uint16_t>(attribute_sets_.size()));
  } else if (type == "calendar") {
    epochs_.back().edits.emplace_back(index, event.at("calendar"));
  } else if (type == "assigned" || type == "assignment") {
    attribute_sets_.emplace_back().agent = "somebody";
    add(MomentKind::kAssigned, at, index, static_cast<std::uint16_t>(attribute_sets_.size()));
  } else if (type != "evaluate") {
    throw std::runtime_error("no such event: " + type);
  }
}

SlaSpec History::sla(const std::string& clock) const {
  constexpr std::string_view kInternal = "internal_";
  std::string own = clock;
  if (own.starts_with(kInternal)) own.erase(0, kInternal.size());
  const auto kind = clock_kind(own);
  if (!kind) throw std::runtime_error("no such clock: " + clock);
  SlaSpec spec;
  spec.name = clock;
  spec.clock = *kind;
  spec.pause_on_hold = true;
  if (*kind == ClockKind::kFirstResponse)
    spec.pause_on_hold = options_.value("first_response_pauses", false);
  if (*kind == ClockKind::kTakeOwnership)
    spec.pause_on_hold = options_.value("take_ownership_pauses", false);
  spec.from_opening = true;
  spec.before_first_response = options_.value("next_response_arms_before_first_response", false);
  spec.continues_on_reopen = true;
  spec.closed_time_counts = options_.value("closed_time_counts", false);
  return spec;
}

CalendarSpec History::calendar(const Epoch& epoch, std::size_t event) const {
  const std::string change = options_.value("calendar_change", "prorate");
  CalendarSpec spec = calendar_of(epoch.calendar);
  for (const auto& [index, edited] : epoch.edits) {
    if (index > event) continue;
    if (change == "replace") {
      spec = calendar_of(edited);
    } else {
      spec.editions.push_back(calendar_of(edited));
      spec.editions.back().since = time(index);
    }
  }
  return spec;
}

Target History::target(const json& facts) const {
  Target target;
  if (facts.contains("seconds")) target.target = seconds(facts.at("seconds"));
  target.business_days = facts.value("business_days", 0);
  target.end_of_day = facts.value("end_of_day", false);
  target.from_attachment = facts.value("start", "") == "applied";
  return target;
}

CompiledPolicy History::policy(std::size_t event) const {
  Policy policy;
  policy.message_reopens = false;
  CalendarSpec always;
  always.name = "24x7";
  always.always_open = true;
  policy.calendars.push_back(std::move(always));
  for (std::size_t i = 0; i < epochs_.size() && epochs_[i].event <= event; ++i) {
    const json& targets = epochs_[i].targets;
    policy.calendars.push_back(calendar(epochs_[i], event));
    policy.calendars.back().name = segment(i);
    Rule rule;
    rule.name = segment(i);
    rule.when.segments = {segment(i)};
    for (const auto& [clock, facts] : targets.items()) {
      const auto known =
          std::find_if(policy.slas.begin(), policy.slas.end(),
                       [&name = clock](const SlaSpec& spec) { return spec.name == name; });
      Target made = target(facts);
      made.sla = static_cast<std::uint16_t>(known - policy.slas.begin());
      made.calendar = static_cast<std::uint16_t>(policy.calendars.size() - 1);
      if (known == policy.slas.end()) policy.slas.push_back(sla(clock));
      rule.targets.push_back(made);
    }
    policy.rules.push_back(std::move(rule));
  }
  return CompiledPolicy(std::move(policy));
}

FoldState History::fold(std::size_t event, const CompiledPolicy& policy) const {
  Conversation conversation;
  conversation.attribute_sets = attribute_sets_;
  for (const auto& [index, moment] : moments_)
    if (index <= event) conversation.moments.push_back(moment);
  std::stable_sort(conversation.moments.begin(), conversation.moments.end(), before);
  return clocks::refold(conversation, policy);
}

// A warning is given when its instant comes while the clock runs, once an exchange; a new due
// instant moves those that have not been given.
std::vector<std::pair<Millis, Instant>> History::fired(const std::string& clock,
                                                       std::size_t event) const {
  std::vector<std::pair<Millis, Instant>> out;
  std::set<std::pair<std::uint32_t, Millis>> given;
  for (std::size_t i = 0; i <= event; ++i) {
    const CompiledPolicy rules = policy(i);
    const FoldState state = fold(i, rules);
    for (const ClockRun& run : state.clocks) {
      if (run.sla != clock || run.state != ClockState::kRunning) continue;
      for (const Millis offset : warnings_) {
        const auto at = clocks::from_due(run, offset, rules);
        const bool came = at && (i == event ? *at <= time(i) : *at < time(i + 1));
        if (came && given.insert({run.cycle, offset}).second) out.emplace_back(offset, *at);
      }
    }
  }
  return out;
}

}  // namespace vaste::vectors
