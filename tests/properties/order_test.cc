// Any order of arrival and any duplication end in the same state and the same alerts, once what was
// wrong is retracted. Generated conversations; VASTE_ORDER_SHUFFLES says how many arrivals (default
// 2,000; tools/test 20,000, tools/campaign a million). A failing seed is replayed by
// VASTE_ORDER_SEED.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <sstream>

#include "config/config.h"
#include "support/fleet.h"

namespace vaste::test {
namespace {

// Which conversation a contact belongs to is another matter: here the reopen window never ends.
constexpr char kPolicy[] = R"(
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

std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::shared_ptr<const clocks::CompiledPolicy> compiled() {
  static const auto once = [] {
    std::vector<config::Finding> findings;
    auto parsed = config::parse_policy(kPolicy, "order", findings);
    for (const auto& finding : findings)
      if (finding.error) ADD_FAILURE() << config::text(finding);
    return std::make_shared<const clocks::CompiledPolicy>(parsed ? std::move(*parsed) : Policy());
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
    at_ = instant(1'795'392'000'000 + static_cast<std::int64_t>(below(14 * 86'400'000)));
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
        return Millis(1 + below(2 * 3'600'000));
      case 4:
        return Millis(1 + below(12 * 3'600'000));
      default:
        return Millis(1 + below(72 * 3'600'000));
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
                                              kHandedOff};
    static constexpr MomentKind kLive[] = {kQueued,
                                           kRinging,
                                           kRingNoAnswer,
                                           kConnected,
                                           kHeld,
                                           kResumed,
                                           kTransferred,
                                           kCallbackRequested,
                                           kVoicemail,
                                           kAbandoned,
                                           kFlowedOut,
                                           kEnded,
                                           kWrapUpEnded,
                                           kQueued,
                                           kConnected,
                                           kResolved,
                                           kAttributesChanged};
    const bool live = channel_ == Channel::kPhone && below(4) != 0;
    if (index == 0) return live ? kStarted : kCustomerMessage;
    return live ? kLive[below(std::size(kLive))] : kWritten[below(std::size(kWritten))];
  }

  Incoming event(MomentKind kind) {
    Incoming out;
    out.moment.at = at_;
    out.moment.kind = kind;
    out.moment.channel = channel_;
    out.moment.id = 1000 + ids_.size();
    out.moment.sequence = static_cast<std::int64_t>(ids_.size());
    out.moment.author = 7 + below(3);
    if (kind == MomentKind::kDeleted || kind == MomentKind::kBounced)
      out.moment.target = ids_.empty() ? 0 : ids_[below(ids_.size())];
    ids_.push_back(out.moment.id);
    if (below(5) == 0 || kind == MomentKind::kAttributesChanged) {
      static constexpr const char* kQueues[] = {"", "desk", "vip", "nowhere"};
      out.attributes.queue = kQueues[below(4)];
      if (below(3) == 0) out.attributes.priority = below(2) == 0 ? "urgent" : "normal";
    }
    out.identifiers = {"customer_id:c"};
    out.keys = {{"chat:test:s", false, true}};
    out.opens = true;
    out.from_customer = tie_rank(kind) == 0;
    return out;
  }

  std::mt19937_64 random_;
  Channel channel_ = Channel::kNone;
  Instant at_;
  std::vector<std::uint64_t> ids_;
};

std::string at(Instant instant) {
  return is_set(instant) ? std::to_string(to_ms(instant)) : std::string("-");
}

// What is published of it in the end, as text, so that a difference can be read.
std::string outcome_of(const Fleet& fleet) {
  std::ostringstream out;
  for (const auto& [id, conversation] : fleet.conversations()) {
    const FoldState& fold = conversation->fold;
    out << "conversation state " << static_cast<int>(fold.state) << " waiting since "
        << at(fold.waiting_since) << " resolved " << at(fold.resolved) << " reopened "
        << fold.reopened << " messages " << fold.customer_messages << '/' << fold.agent_messages
        << " contacts " << fold.contacts.size() << " queue " << fold.attributes.queue << '\n';
    for (const ClockRun& run : fold.clocks) {
      out << "  " << run.sla << '#' << run.cycle << " state " << static_cast<int>(run.state) << ' '
          << at(run.started) << ".." << at(run.stopped) << " target " << run.target.count()
          << " elapsed " << run.elapsed.count() << " rule " << run.rule;
      for (const Stretch& stretch : run.running)
        out << " [" << at(stretch.from) << ',' << at(stretch.to) << ')';
      out << '\n';
    }
  }
  std::vector<std::string> standing;
  for (const auto& [id, alert] : fleet.standing())
    if (alert.alert.status != AlertStatus::kRetracted)
      standing.push_back("  alert " + alert.alert.sla + '#' + std::to_string(alert.alert.cycle) +
                         " level " + std::to_string(static_cast<int>(alert.alert.level)) +
                         " status " + std::to_string(static_cast<int>(alert.alert.status)) +
                         " due " + at(alert.alert.due) + '\n');
  std::sort(standing.begin(), standing.end());
  for (const std::string& one : standing) out << one;
  return out.str();
}

std::string text_of(const std::vector<Incoming>& events) {
  std::ostringstream out;
  for (const Incoming& event : events)
    out << "  " << event.moment.id << " at " << at(event.moment.at) << " kind "
        << static_cast<int>(event.moment.kind) << " of " << event.moment.target << " queue "
        << event.attributes.queue << " priority " << event.attributes.priority << '\n';
  return out.str();
}

std::string in_order(const std::vector<Incoming>& events, Instant end) {
  Fleet fleet(compiled(), 1, 0);
  for (const Incoming& event : events) {
    fleet.advance(event.moment.at - Millis(1));
    fleet.send(event);
    fleet.run();
  }
  fleet.advance(end);
  return outcome_of(fleet);
}

// Shuffled, some twice, and time passes at any moment: even to the end, so that false alerts are
// raised which have to be taken back.
std::string shuffled(std::vector<Incoming> events, Instant end, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Fleet fleet(compiled(), 1 + static_cast<std::int32_t>(random() % 5), seed);
  std::shuffle(events.begin(), events.end(), random);
  for (const Incoming& event : events) {
    fleet.send(event);
    if (random() % 3 == 0) fleet.send(event);
    if (random() % 2 != 0) continue;
    fleet.run();
    if (random() % 3 == 0)
      fleet.advance(random() % 2 == 0 ? end : events[random() % events.size()].moment.at);
  }
  fleet.run();
  fleet.advance(end);
  return outcome_of(fleet);
}

TEST(Order, OfArrivalDoesNotMatter) {
  constexpr std::uint64_t kArrivals = 10;  // of one conversation
  const std::uint64_t first = number_of("VASTE_ORDER_SEED", 1);
  const bool replay = std::getenv("VASTE_ORDER_SEED") != nullptr;
  const std::uint64_t conversations =
      replay ? 1 : number_of("VASTE_ORDER_SHUFFLES", 20000) / kArrivals;
  std::uint64_t with_alerts = 0;
  for (std::uint64_t seed = first; seed < first + conversations; ++seed) {
    const std::vector<Incoming> events = Maker(seed).conversation();
    const Instant end = events.back().moment.at + std::chrono::hours(24 * 60);
    const std::string expected = in_order(events, end);
    ASSERT_FALSE(HasFailure());
    with_alerts += expected.find("alert") != std::string::npos ? 1 : 0;
    for (std::uint64_t arrival = 1; arrival <= kArrivals; ++arrival)
      ASSERT_EQ(shuffled(events, end, seed * kArrivals + arrival), expected)
          << "replay: VASTE_ORDER_SEED=" << seed << " order_test\n"
          << text_of(events);
  }
  if (replay) return;
  EXPECT_GT(with_alerts, conversations / 4) << "too little is looked at";
}

}  // namespace
}  // namespace vaste::test
